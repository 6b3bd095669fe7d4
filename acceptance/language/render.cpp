#include "acceptance/language/render.hpp"

namespace islandbench::acceptance::language {
namespace {

std::string_view sign_of(Comparison c) {
    switch (c) {
        case Comparison::less: return " < ";
        case Comparison::less_equal: return " <= ";
        case Comparison::greater: return " > ";
        case Comparison::greater_equal: return " >= ";
    }
    return "";
}

std::string_view word_of(State state) {
    switch (state) {
        case State::yes: return "true";
        case State::no: return "false";
        case State::open: return "open";
        case State::closed: return "closed";
        case State::known: return "known";
        case State::missing: return "missing";
    }
    return "";
}

class Renderer {
  public:
    Renderer(const Instances& instances, const Constants& constants)
        : instances_(instances), constants_(constants) {}

    [[nodiscard]] std::string text(const Expression& e) const {
        if (const auto value = constants_(e)) return *value;
        const std::string inner = bare(e);
        return e.parenthesised ? "(" + inner + ")" : inner;
    }

  private:
    [[nodiscard]] std::string joined(const Expression& e, std::string_view between) const {
        std::string whole;
        for (const Expression& part : e.parts) {
            if (!whole.empty()) whole += between;
            whole += text(part);
        }
        return whole;
    }

    [[nodiscard]] std::string call(const Expression& e, std::string_view function) const {
        return std::string(function) + "(" + joined(e, ", ") + ")";
    }

    [[nodiscard]] std::string over_group(const Expression& e, std::string_view function) const {
        return std::string(function) + "(" + e.name + ": " + text(e.parts[0]) + ")";
    }

    [[nodiscard]] std::string mean(const Expression& e) const {
        std::string whole = "mean(" + text(e.parts[0]) + ", " + text(e.parts[1]);
        if (e.parts.size() > 2) whole += ", at least " + text(e.parts[2]);
        return whole + ")";
    }

    [[nodiscard]] std::string band(const Expression& e) const {
        return text(e.parts[0]) + std::string(sign_of(e.comparisons[0])) + text(e.parts[1]) +
               std::string(sign_of(e.comparisons[1])) + text(e.parts[2]);
    }

    [[nodiscard]] std::string bare(const Expression& e) const {
        switch (e.form) {
            case Form::number: return e.name;
            case Form::name: return fill_in(e.name, e.column, instances_).value_or(e.name);
            case Form::negate: return "-" + text(e.parts[0]);
            case Form::absolute: return call(e, "abs");
            case Form::minimum: return call(e, "min");
            case Form::maximum: return call(e, "max");
            case Form::previous: return call(e, "previous");
            case Form::mean: return mean(e);
            case Form::change: return call(e, "change");
            case Form::slope: return call(e, "slope");
            case Form::count: return "count of " + joined(e, " in ");
            case Form::share: return "share of " + joined(e, " in ");
            case Form::lasting: return "time of " + joined(e, " in ");
            case Form::highest: return over_group(e, "highest");
            case Form::lowest: return over_group(e, "lowest");
            case Form::spread: return over_group(e, "spread");
            case Form::add: return joined(e, " + ");
            case Form::subtract: return joined(e, " - ");
            case Form::multiply: return joined(e, " * ");
            case Form::divide: return joined(e, " / ");
            case Form::comparison: return joined(e, sign_of(e.comparisons[0]));
            case Form::band: return band(e);
            case Form::is: return text(e.parts[0]) + " is " + std::string(word_of(e.state));
            case Form::becomes:
                return text(e.parts[0]) + " becomes " + std::string(word_of(e.state));
            case Form::happened:
                return "after " + fill_in(e.name, e.column, instances_).value_or(e.name);
            case Form::negation: return "not " + text(e.parts[0]);
            case Form::conjunction: return joined(e, " and ");
            case Form::disjunction: return joined(e, " or ");
            case Form::implication: return joined(e, " implies ");
            case Form::held: return joined(e, " held for ");
            case Form::lately: return joined(e, " within the last ");
            case Form::since: return joined(e, " since ");
            case Form::every: return "every " + e.name + ": " + text(e.parts[0]);
            case Form::any: return "any " + e.name + ": " + text(e.parts[0]);
            case Form::at_least:
                return "at least " + text(e.parts[0]) + " of " + e.name + ": " + text(e.parts[1]);
        }
        return {};
    }

    const Instances& instances_;
    const Constants& constants_;
};

}  // namespace

Parsed<std::string> fill_in(const std::string& name, int column, const Instances& instances) {
    std::string filled;
    std::size_t at = 0;
    while (at < name.size()) {
        const std::size_t open = name.find_first_of("{}", at);
        if (open == std::string::npos) break;
        const std::size_t close = name.find('}', open);
        const int here = column + static_cast<int>(open);
        if (name[open] == '}' || close == std::string::npos) {
            return complaint(here, "a {group} is not finished in \"" + name + "\"");
        }
        const std::string group = name.substr(open + 1, close - open - 1);
        const auto instance = instances.find(group);
        if (instance == instances.end()) {
            return complaint(here, "\"{" + group + "}\" needs \"for every " + group + ":\"");
        }
        filled += name.substr(at, open - at) + instance->second;
        at = close + 1;
    }
    return filled + name.substr(at);
}

std::string render(const Expression& expression, const Instances& instances,
                   const Constants& constants) {
    return Renderer(instances, constants).text(expression);
}

}  // namespace islandbench::acceptance::language
