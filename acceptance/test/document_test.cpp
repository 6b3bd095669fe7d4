#include <gmock/gmock.h>

#include <sstream>

#include "acceptance/test/story.hpp"
#include "base/fixtures.hpp"
#include "base/unit_text.hpp"

/// Runs every example of docs/criteria.md.
namespace islandbench::acceptance::test {
namespace {

struct Example {
    int line = 0;
    std::string formula;
    std::vector<std::pair<std::string, std::string>> stories;  ///< "holds", what happens
};

std::string trimmed(const std::string& text) {
    const std::size_t from = text.find_first_not_of(' ');
    if (from == std::string::npos) return "";
    return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, at);) parts.push_back(trimmed(part));
    return parts;
}

std::vector<Example> examples() {
    const auto text = read_text_file(std::string(IB_SOURCE_DIR) + "/docs/criteria.md");
    EXPECT_TRUE(text.has_value());
    std::vector<Example> found;
    std::istringstream in(text.value_or(""));
    int line = 0;
    bool inside = false;
    for (std::string row; std::getline(in, row);) {
        ++line;
        if (row == "```criterion") {
            inside = true;
            found.push_back({line, "", {}});
        } else if (row == "```") {
            inside = false;
        } else if (inside && found.back().formula.empty()) {
            found.back().formula = row;
        } else if (inside) {
            const std::size_t colon = row.find(':');
            found.back().stories.emplace_back(row.substr(0, colon), row.substr(colon + 1));
        }
    }
    return found;
}

double value_of(const std::string& text) {
    if (text == "missing") return Signals::no_value;
    if (text == "true") return 1.0;
    if (text == "false") return 0.0;
    const auto measure = parse_measure(text);
    EXPECT_TRUE(measure.has_value()) << text;
    return measure ? measure->value : 0.0;
}

/// "2 s: outage, truth.home1.v = 0 V; 4 s: truth.home1.v = 230 V"
Story story_of(const std::string& text) {
    Story story;
    for (const std::string& moment : split(text, ';')) {
        const std::size_t colon = moment.find(':');
        story.at(value_of(moment.substr(0, colon)));
        for (const std::string& change : split(moment.substr(colon + 1), ',')) {
            const std::size_t equals = change.find('=');
            if (equals == std::string::npos) {
                story.event(change);
            } else {
                story.set(trimmed(change.substr(0, equals)),
                          value_of(trimmed(change.substr(equals + 1))));
            }
        }
    }
    return story.end(10);
}

TEST(Document, EveryExampleComesOutAsItSays) {
    for (const Example& example : examples()) {
        for (const auto& [word, happens] : example.stories) {
            const Verdict verdict = story_of(happens).judge(example.formula);
            const Outcome expected = word == "holds"   ? Outcome::pass
                                     : word == "fails" ? Outcome::fail
                                                       : Outcome::inconclusive;
            EXPECT_EQ(verdict.outcome, expected)
                << "docs/criteria.md:" << example.line << ": " << example.formula << "\n"
                << word << ":" << happens << "\n"
                << verdict.reason;
        }
    }
}

TEST(Document, EveryExampleCanHoldAndFail) {
    for (const Example& example : examples()) {
        const auto has = [&](const std::string& wanted) {
            for (const auto& [word, happens] : example.stories) {
                if (word == wanted) return true;
            }
            return false;
        };
        EXPECT_TRUE(has("holds") && has("fails")) << "docs/criteria.md:" << example.line;
    }
}

TEST(Document, HasAnExampleOfEveryOperator) {
    std::string all;
    for (const Example& example : examples()) all += " " + example.formula + " ";
    for (const char* part : {"for every ",
                             "always:",
                             "never ",
                             "never: ",
                             "from ",
                             " until ",
                             ", except from ",
                             "within ",
                             " after ",
                             "at ",
                             "before ",
                             " for at least ",
                             " of the time",
                             " lasts at most ",
                             " in total",
                             " for more than ",
                             " held for ",
                             " implies ",
                             " and ",
                             " or ",
                             "not ",
                             " becomes ",
                             " is true",
                             " is false",
                             " is open",
                             " is closed",
                             " is known",
                             " is missing",
                             "abs(",
                             "min(",
                             "max(",
                             "mean(",
                             "change(",
                             "silent.{home}",
                             "at least ",
                             "previous(",
                             " + ",
                             " - ",
                             " * ",
                             " / ",
                             "<= ",
                             "< ",
                             ">= ",
                             "> ",
                             " pp",
                             "after outage",
                             "slope(",
                             "share of ",
                             "time of ",
                             "count of flicker in ",
                             "count of (",
                             "highest(",
                             "lowest(",
                             "spread(",
                             " within the last ",
                             " since ",
                             ": every ",
                             "(any ",
                             "at least 2 of homes",
                             "whenever ",
                             " until (",
                             "eventually: ",
                             ": eventually ",
                             "for at least 60 % of homes: ",
                             "for the worst load: "}) {
        EXPECT_THAT(all, ::testing::HasSubstr(part));
    }
}

TEST(Document, NamesEveryFigure) {
    const auto text = read_text_file(std::string(IB_SOURCE_DIR) + "/docs/criteria.md");
    for (const std::string& name : figures_of(gb_code(), small_site()).names()) {
        if (!name.starts_with("profile.") && !name.starts_with("site.")) continue;
        const std::string last = name.substr(name.rfind('.'));
        EXPECT_THAT(*text, ::testing::HasSubstr(last)) << name;
    }
}

}  // namespace
}  // namespace islandbench::acceptance::test
