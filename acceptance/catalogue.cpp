#include "acceptance/catalogue.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "acceptance/language/binder.hpp"
#include "acceptance/language/parser.hpp"

namespace islandbench::acceptance {
namespace {

/// Says what the strict reader alone cannot see.
class Checker {
  public:
    Checker(const Catalogue& catalogue, Diagnostics& diagnostics)
        : catalogue_(catalogue), diagnostics_(diagnostics) {}

    void run() {
        std::set<std::string> ids;
        for (const auto& [name, text] : catalogue_.names) check_name(name, text);
        for (const CriterionSpec& one : catalogue_.criteria) {
            if (!ids.insert(one.id).second) complain(one, "id", "duplicate id \"" + one.id + "\"");
            check(one);
        }
    }

  private:
    void complain(const CriterionSpec& one, const std::string& key, std::string message,
                  int line = 0) {
        diagnostics_.add({one.place.file, line > 0 ? line : one.place.line,
                          one.place.path + "." + key, std::move(message)});
    }

    /// A name of the catalogue's own hides nothing that exists in every run.
    void check_name(const std::string& name, const std::string& text) {
        const auto tokens = language::tokenize(name);
        const bool is_one_word = tokens && tokens->size() == 2 &&
                                 tokens->front().kind == language::TokenKind::word &&
                                 !language::is_keyword(name);
        const auto read = language::parse_condition(text);
        const json::Place& place = catalogue_.place;
        const auto wrong = [&](std::string message) {
            diagnostics_.add(
                {place.file, place.line, place.path + ".names." + name, std::move(message)});
        };
        if (!is_one_word) wrong("expected one word that is none of the language");
        for (const char* taken : {"truth.", "seen.", "cmd.", "link.", "event.", "dispatch.",
                                  "bench.", "site.", "profile.", "class."}) {
            if (name.starts_with(taken))
                wrong("\"" + std::string(taken) + "\" is what every run has");
        }
        if (!read)
            wrong("column " + std::to_string(read.error().column) + ": " + read.error().message);
    }

    void check(const CriterionSpec& one) {
        static const std::vector<std::string> sources{"truth", "seen", "cmd", "link", "bench"};
        if (one.id.empty()) complain(one, "id", "must not be empty");
        if (one.formulas.empty()) complain(one, "formulas", "a criterion needs a formula");
        if (std::find(sources.begin(), sources.end(), one.source) == sources.end()) {
            complain(one, "source",
                     "expected truth, seen, cmd, link or bench, found \"" + one.source + "\"");
        }
        grammar(one, "triggered_by", one.triggered_by, one.trigger_lines, language::parse_trigger);
        grammar(one, "formulas", one.formulas, one.formula_lines, language::parse_claim);
        grammar(one, "targets", one.targets, one.target_lines, language::parse_claim);
    }

    template <class Parse>
    void grammar(const CriterionSpec& one, const std::string& key,
                 const std::vector<std::string>& texts, const std::vector<int>& lines,
                 Parse parse) {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const auto read = parse(texts[i]);
            const auto wrong =
                read ? foreign_signal(texts[i], one.source) : std::make_optional(read.error());
            if (!wrong) continue;
            complain(one, key + "[" + std::to_string(i) + "]",
                     "column " + std::to_string(wrong->column) + ": " + wrong->message,
                     i < lines.size() ? lines[i] : 0);
        }
    }

    /// The first signal of a source that this criterion does not judge.
    static std::optional<language::Complaint> foreign_signal(const std::string& text,
                                                             const std::string& source) {
        const auto tokens = language::tokenize(text);
        for (const language::Token& token : *tokens) {
            const std::string prefix = token.text.substr(0, token.text.find('.') + 1);
            const bool is_signal = prefix == "seen." || prefix == "cmd." || prefix == "link." ||
                                   prefix == "dispatch." || prefix == "bench.";
            if (!is_signal) continue;
            const std::string trouble = language::source_trouble(token.text, source);
            if (!trouble.empty()) return language::Complaint{token.column, trouble};
        }
        return std::nullopt;
    }

    const Catalogue& catalogue_;
    Diagnostics& diagnostics_;
};

std::vector<int> lines_of(const json::Value& criterion, std::string_view key) {
    std::vector<int> lines;
    const json::Value* list = criterion.find(key);
    if (list == nullptr) return lines;
    for (const json::Value& item : list->items()) lines.push_back(item.line());
    return lines;
}

/// A list of texts has lost its lines by the time it is a vector; they are looked up once more.
void remember_lines(Catalogue& catalogue, std::string_view text, const std::string& file) {
    Diagnostics told_before;
    const json::Value root = json::parse(text, file, told_before);
    const auto& criteria = root.find("criteria")->items();
    for (std::size_t i = 0; i < catalogue.criteria.size(); ++i) {
        CriterionSpec& one = catalogue.criteria[i];
        one.trigger_lines = lines_of(criteria[i], "triggered_by");
        one.formula_lines = lines_of(criteria[i], "formulas");
        one.target_lines = lines_of(criteria[i], "targets");
    }
}

void give_names(Catalogue& catalogue) {
    language::Names names;
    for (const auto& [name, text] : catalogue.names) {
        names.emplace(name, *language::parse_condition(text));
    }
    for (CriterionSpec& one : catalogue.criteria) one.names = names;
}

}  // namespace

Catalogue read_catalogue(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
    Diagnostics found;
    Catalogue catalogue = json::read_document<Catalogue>(text, file, found);
    if (found.empty()) {
        remember_lines(catalogue, text, file);
        Checker(catalogue, found).run();
        if (found.empty()) give_names(catalogue);
    }
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    return catalogue;
}

Selection select(const Catalogue& catalogue, const std::vector<std::string>& ids,
                 const json::Place& where, Diagnostics& diagnostics) {
    std::vector<std::string> known;
    for (const CriterionSpec& one : catalogue.criteria) known.push_back(one.id);
    std::set<std::string> wanted;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::string path = where.path + "[" + std::to_string(i) + "]";
        if (std::find(known.begin(), known.end(), ids[i]) == known.end()) {
            diagnostics.add({where.file, where.line, path,
                             "unknown criterion \"" + ids[i] + "\"" + suggestion(ids[i], known)});
        } else if (!wanted.insert(ids[i]).second) {
            diagnostics.add(
                {where.file, where.line, path, "criterion \"" + ids[i] + "\" is selected twice"});
        }
    }
    Selection selection;
    for (const CriterionSpec& one : catalogue.criteria) {
        if (wanted.contains(one.id)) {
            selection.judged.push_back(one);
        } else {
            selection.not_selected.push_back(one.id);
        }
    }
    return selection;
}

}  // namespace islandbench::acceptance
