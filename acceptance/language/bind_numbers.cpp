#include <algorithm>
#include <array>
#include <cmath>

#include "acceptance/language/binder.hpp"
#include "base/diagnostics.hpp"

/// The part of Binder that knows units and names: numbers of this moment.
namespace islandbench::acceptance::language {
namespace {

std::string in_words(Dimension dimension) {
    return std::string(dimension_name(dimension));
}

bool is_figure(std::string_view name) {
    return name.starts_with("site.") || name.starts_with("profile.") || name.starts_with("class.");
}

bool scales(Dimension dimension) {
    return dimension == Dimension::none || dimension == Dimension::ratio;
}

/// What has a unit of its change per second.
constexpr std::array<std::pair<Dimension, Dimension>, 4> rates{
    {{Dimension::frequency, Dimension::rocof},
     {Dimension::active_power, Dimension::power_rate},
     {Dimension::voltage, Dimension::voltage_rate},
     {Dimension::ratio, Dimension::ratio_rate}}};

std::optional<Dimension> rate_of(Dimension of) {
    for (const auto& [whole, rate] : rates) {
        if (whole == of) return rate;
    }
    return std::nullopt;
}

/// What a times b is, or nothing where the product has no unit that we know.
std::optional<Dimension> product_of(Dimension a, Dimension b) {
    if (a == Dimension::none) return b;
    if (b == Dimension::none) return a;
    if (a == Dimension::ratio) return b;
    if (b == Dimension::ratio) return a;
    for (const auto& [whole, rate] : rates) {
        const bool grows =
            (a == rate && b == Dimension::time) || (a == Dimension::time && b == rate);
        if (grows) return whole;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Dimension> quotient_of(Dimension a, Dimension b) {
    if (a == b) return a == Dimension::none ? Dimension::none : Dimension::ratio;
    if (scales(b)) return a;
    if (b == Dimension::time) return rate_of(a);
    // Watts of a rating in VA.
    if (a == Dimension::active_power && b == Dimension::apparent_power) return Dimension::ratio;
    return std::nullopt;
}

namespace {

void add_once(std::vector<std::string>& list, const std::string& name) {
    if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
}

}  // namespace

std::string source_trouble(const std::string& signal, const std::string& source) {
    const std::string own = signal.substr(0, signal.find('.'));
    const std::string named = "\"" + signal + "\": ";
    if (own == "dispatch") return named + "nothing is judged by the core's own word";
    if (own == "truth" || own == "event" || own == source) return {};
    // Orders are judged by what came back, and what came back by how old it is.
    if (source == "cmd" && own == "seen") return {};
    if ((source == "cmd" || source == "seen") && own == "link") return {};
    return named + "this criterion judges " + source + ", not " + own;
}

void Uses::signal(const std::string& name) {
    add_once(signals, name);
}
void Uses::figure(const std::string& name) {
    add_once(figures, name);
}

void Binder::fail(int column, std::string message) {
    if (!wrong_) wrong_ = Complaint{column, std::move(message)};
}

BoundNumber Binder::constant(double value, Dimension dimension) {
    BoundNumber made;
    made.place = program_.constant(value);
    made.dimension = dimension;
    made.constant = value;
    return made;
}

BoundNumber Binder::computed(const BoundNumber& a, const BoundNumber& b, Dimension dimension,
                             double (*compute)(double, double), int (Program::*place)(int, int)) {
    if (failed()) return {};
    if (a.constant && b.constant) return constant(compute(*a.constant, *b.constant), dimension);
    BoundNumber made;
    made.place = (program_.*place)(a.place, b.place);
    made.dimension = dimension;
    made.names_signal = a.names_signal || b.names_signal;
    made.is_instant = a.is_instant || b.is_instant;
    made.is_linear = a.is_linear || b.is_linear;
    return made;
}

BoundNumber Binder::number(const Expression& e) {
    if (failed()) return {};
    switch (e.form) {
        case Form::number: return constant(e.value, e.dimension);
        case Form::name: return name(e);
        case Form::negate:
        case Form::absolute: return unary(e);
        case Form::minimum:
        case Form::maximum: return extremum(e);
        case Form::previous: return previous(e);
        case Form::mean: return mean(e);
        case Form::change: return change(e);
        case Form::slope: return slope(e);
        case Form::count: return count(e);
        case Form::share:
        case Form::lasting: return share_of_time(e);
        case Form::highest:
        case Form::lowest:
        case Form::spread: return over_group(e);
        case Form::add:
        case Form::subtract: return sum(e);
        case Form::multiply:
        case Form::divide: return product(e);
        default: fail(e.column, "expected a number, found a condition"); return {};
    }
}

bool Binder::is_constant(const Expression& e) const {
    if (e.form == Form::name) {
        const Parsed<std::string> filled = fill_in(e.name, e.column, instances_);
        return filled && is_figure(*filled);
    }
    const bool arithmetic =
        is_number(e.form) && !language::looks_back(e.form) && !is_over_group(e.form);
    return arithmetic && std::all_of(e.parts.begin(), e.parts.end(),
                                     [this](const Expression& part) { return is_constant(part); });
}

std::string Binder::text(const Expression& e) {
    return render(e, instances_, [this](const Expression& part) -> std::optional<std::string> {
        if (part.form == Form::number || !is_constant(part)) return std::nullopt;
        const BoundNumber value = number(part);
        if (!value.constant) return std::nullopt;
        return format_measure(*value.constant, value.dimension);
    });
}

BoundNumber Binder::name(const Expression& e) {
    const Parsed<std::string> filled = fill_in(e.name, e.column, instances_);
    if (!filled) {
        fail(filled.error().column, filled.error().message);
        return {};
    }
    if (!is_figure(*filled)) return signal(*filled, e.column);
    if (const Figure* figure = scope_.figures.find(*filled)) {
        uses_.figure(*filled);
        return constant(figure->measure.value, figure->measure.dimension);
    }
    fail(e.column,
         "unknown figure \"" + *filled + "\"" + suggestion(*filled, scope_.figures.names()));
    return {};
}

std::string Binder::with_source(const std::string& name) const {
    if (scope_.signals.find(name)) return name;
    const std::string full = (scope_.source.empty() ? "truth" : scope_.source) + "." + name;
    return scope_.signals.find(full) ? full : name;
}

BoundNumber Binder::signal(const std::string& written, int column) {
    const std::string name = with_source(written);
    const auto id = scope_.signals.find(name);
    if (!id) {
        unknown_name(name, column);
        return {};
    }
    const std::string trouble = source_trouble(name, scope_.source);
    if (!scope_.source.empty() && !trouble.empty()) fail(column, trouble);
    uses_.signal(name);
    return read(name, *id);
}

/// Telemetry (seen.<device>.<quantity>) is as old as link.<device>.age says.
BoundNumber Binder::read(const std::string& name, SignalId id) {
    const SignalInfo& info = scope_.signals.info(id);
    std::optional<SignalId> age;
    if (name.starts_with("seen.")) {
        age = scope_.signals.find("link" + name.substr(4, name.rfind('.') - 4) + ".age");
    }
    BoundNumber made;
    made.place = age ? program_.signal(id, *age, to_seconds(scope_.stale_after))
                     : program_.signal(id, info.between);
    made.dimension = info.dimension;
    made.names_signal = true;
    made.uncertainty.fixed = info.uncertainty;
    made.is_linear = info.between == Between::linear;
    return made;
}

void Binder::unknown_name(const std::string& name, int column) {
    if (scope_.signals.find("event." + name)) {
        return fail(column, "\"" + name + "\" is an event: write \"after " + name +
                                "\", or judge at, before, within or from it");
    }
    std::vector<std::string> known;
    for (const SignalInfo& info : scope_.signals.infos()) known.push_back(info.name);
    fail(column, "unknown signal \"" + name + "\"" + suggestion(name, known));
}

SignalId Binder::event(const std::string& text, int column) {
    const Parsed<std::string> filled = fill_in(text, column, instances_);
    if (!filled) {
        fail(filled.error().column, filled.error().message);
        return {};
    }
    const std::string& name = *filled;
    if (const auto id = scope_.signals.find("event." + name)) return *id;
    std::vector<std::string> known;
    for (const SignalInfo& info : scope_.signals.infos()) {
        if (info.name.starts_with("event.")) known.push_back(info.name.substr(6));
    }
    fail(column, "unknown event \"" + name + "\"" + suggestion(name, known));
    return {};
}

BoundNumber Binder::unary(const Expression& e) {
    const BoundNumber a = number(e.parts[0]);
    if (failed()) return {};
    const bool negative = e.form == Form::negate;
    if (a.constant) {
        return constant(negative ? -*a.constant : std::fabs(*a.constant), a.dimension);
    }
    BoundNumber made = a;
    made.place = negative ? program_.negate(a.place) : program_.absolute(a.place);
    return made;
}

void Binder::same_dimension(const BoundNumber& a, const BoundNumber& b, int column,
                            std::string_view verb) {
    if (failed() || a.dimension == b.dimension) return;
    const std::string left = in_words(a.dimension);
    const std::string right = in_words(b.dimension);
    const bool has_plain = a.dimension == Dimension::none || b.dimension == Dimension::none;
    fail(column, "cannot " + std::string(verb) + " " + left + " and " + right +
                     (has_plain ? ": a number needs its unit, shares need % or pu" : ""));
}

BoundNumber Binder::extremum(const Expression& e) {
    BoundNumber whole = number(e.parts[0]);
    const bool least = e.form == Form::minimum;
    for (std::size_t i = 1; i < e.parts.size(); ++i) {
        const BoundNumber next = number(e.parts[i]);
        same_dimension(whole, next, e.parts[i].column, "compare");
        const Uncertainty uncertainty =
            both(whole.uncertainty, next.uncertainty, &Program::maximum);
        whole = computed(
            whole, next, whole.dimension,
            least ? +[](double a, double b) { return std::min(a, b); }
                  : +[](double a, double b) { return std::max(a, b); },
            least ? &Program::minimum : &Program::maximum);
        whole.uncertainty = uncertainty;
    }
    return whole;
}

BoundNumber Binder::sum(const Expression& e) {
    const BoundNumber a = number(e.parts[0]);
    const BoundNumber b = number(e.parts[1]);
    const bool adds = e.form == Form::add;
    same_dimension(a, b, e.column, adds ? "add" : "subtract");
    BoundNumber made = computed(
        a, b, a.dimension,
        adds ? +[](double x, double y) { return x + y; }
             : +[](double x, double y) { return x - y; },
        adds ? &Program::add : &Program::subtract);
    if (!failed()) made.uncertainty = both(a.uncertainty, b.uncertainty, &Program::add);
    return made;
}

BoundNumber Binder::product(const Expression& e) {
    const BoundNumber a = number(e.parts[0]);
    const BoundNumber b = number(e.parts[1]);
    if (failed()) return {};
    const bool times = e.form == Form::multiply;
    const auto dimension =
        times ? product_of(a.dimension, b.dimension) : quotient_of(a.dimension, b.dimension);
    if (!dimension) {
        fail(e.column, std::string("cannot ") + (times ? "multiply " : "divide ") +
                           in_words(a.dimension) + (times ? " and " : " by ") +
                           in_words(b.dimension));
        return {};
    }
    if (!times && b.constant && *b.constant == 0.0) fail(e.column, "division by zero");
    BoundNumber made = computed(
        a, b, *dimension,
        times ? +[](double x, double y) { return x * y; }
              : +[](double x, double y) { return x / y; },
        times ? &Program::multiply : &Program::divide);
    if (!failed()) made.uncertainty = of_product(a, b, made, !times);
    return made;
}

Duration Binder::duration(const Expression& e) {
    const BoundNumber time = number(e);
    if (failed()) return {};
    if (time.dimension != Dimension::time) {
        fail(e.column, "expected a duration, found " + in_words(time.dimension));
    } else if (!time.constant) {
        fail(e.column, "a duration cannot depend on a signal");
    } else if (!(*time.constant >= 0.0) || *time.constant > 1e9) {
        fail(e.column, "a duration is neither negative nor endless");
    }
    return failed() ? Duration{} : from_seconds(*time.constant);
}

double Binder::share(const Expression& e) {
    const BoundNumber part = number(e);
    if (failed()) return 1.0;
    if (part.dimension != Dimension::ratio || !part.constant) {
        fail(e.column, "expected a share such as 95 %");
    } else if (!(*part.constant > 0.0 && *part.constant <= 1.0)) {
        fail(e.column, "a share is above 0 % and not above 100 %");
    }
    return failed() ? 1.0 : *part.constant;
}

}  // namespace islandbench::acceptance::language
