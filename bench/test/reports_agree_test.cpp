#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "acceptance/verdict.hpp"
#include "base/fixtures.hpp"
#include "base/unit_text.hpp"
#include "bench/test/program.hpp"
#include "reports/text.hpp"

/// Console, exit code, results.json, junit.xml and report.html of one run say the same, field by
/// field. junit.xml is read by python3-junitparser, the page by Python's own HTML parser; no line
/// of ours is on their side.
namespace islandbench::bench {
namespace {

/// What one output says of one criterion, in the words of results.json.
struct Said {
    std::string verdict, margin, when, device, title;
    bool verified = true;

    bool operator==(const Said&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Said& said) {
    return out << said.verdict << (said.verified ? "" : " (limit not verified)") << ", "
               << said.margin << ", " << said.when << ", " << said.device << ", " << said.title;
}
struct Told {
    std::string verdict, counts, headline;
    int exit_code = -1;
    std::map<std::string, Said> criteria;
};

/// Reads junit.xml and report.html of a run folder and writes "source \t key \t value ..." lines.
const char* const reader = R"PY(
import re, sys, html.parser, junitparser
run = sys.argv[1]
def say(*fields): print("\t".join(f.replace("\t", " ").replace("\n", " ") for f in fields))

xml = junitparser.JUnitXml.fromfile(run + "/junit.xml")
suites = list(xml)
suite = suites[0]
say("junit", "suites", str(len(suites)), suite.name)
say("junit", "counts", str(suite.tests), str(suite.failures), str(suite.errors), str(suite.skipped))
say("junit", "seen", str(len(list(suite))), str(sum(any(type(r).__name__ == "Failure" for r in c.result) for c in suite)),
    str(sum(any(type(r).__name__ == "Error" for r in c.result) for c in suite)),
    str(sum(any(type(r).__name__ == "Skipped" for r in c.result) for c in suite)))
for p in suite.properties(): say("junit", "property", p.name, p.value)
for case in suite:
    result = [(type(r).__name__, r.message or "") for r in case.result] or [("", "")]
    say("junit", "case", case.classname, case.name, result[0][0], result[0][1], (case.system_out or "").split("\n")[0])

class Page(html.parser.HTMLParser):
    """The head of the page and the rows of its table of criteria, drawings left out."""
    def __init__(self):
        super().__init__()
        self.stack, self.row, self.skip, self.field, self.h1 = [], None, 0, None, 0
    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "svg": self.skip += 1
        if self.skip: return
        if tag == "p" and a.get("class") in ("word", "headline", "counts"): self.field = [a["class"], ""]
        if tag == "tr": self.row = []
        if tag == "td" and self.row is not None: self.row.append("")
        if (tag == "small" or a.get("class") == "reason") and self.row: self.row[-1] += " / "
    def handle_endtag(self, tag):
        if tag == "svg": self.skip -= 1; return
        if self.skip: return
        if tag == "p" and self.field: say("html", *self.field); self.field = None
        if tag == "tr" and self.row is not None:
            if len(self.row) == 7: say("html", "row", *[c.strip() for c in self.row])
            self.row = None
    def handle_data(self, data):
        if self.skip: return
        if self.field: self.field[1] += data
        if self.row: self.row[-1] += data
Page().feed(open(run + "/report.html", encoding="utf-8").read())
)PY";

using Fields = std::vector<std::string>;

std::vector<Fields> read_by_python(const Folder& folder, const std::string& run) {
    folder.write("reader.py", reader);
    const std::string command = "cd '" + folder.path().string() +
                                "' && /usr/bin/python3 reader.py " + run +
                                " > said.txt 2> wrong.txt";
    EXPECT_EQ(std::system(command.c_str()), 0) << *read_text_file(folder.path() / "wrong.txt");
    std::vector<Fields> lines;
    std::ifstream said(folder.path() / "said.txt");
    for (std::string line; std::getline(said, line);) {
        Fields fields;
        std::istringstream parts(line);
        for (std::string one; std::getline(parts, one, '\t');) fields.push_back(one);
        lines.push_back(fields);
    }
    return lines;
}

bool has_junitparser() {
    return std::system("/usr/bin/python3 -c 'import junitparser' >/dev/null 2>&1") == 0;
}

std::string trimmed(std::string text) {
    text.erase(0, text.find_first_not_of(' '));
    return text.erase(text.find_last_not_of(' ') + 1);
}

/// `n` characters of UTF-8 text from character `from` on.
std::string columns(const std::string& text, std::size_t from, std::size_t n = 1000) {
    std::string cut;
    std::size_t at = 0;
    for (const char c : text) {
        const bool begins = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
        if (begins) ++at;
        if (at > from && at <= from + n) cut += c;
    }
    return trimmed(cut);
}

/// "-" and "" are nothing, wherever.
std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

Told of_json(const json::Value& results) {
    Told told;
    told.verdict = result_text(results, "verdict");
    told.headline = result_text(results, "headline");
    told.exit_code = int(results.find("exit_code")->integer());
    const auto text = [](const json::Value& row, const char* key) {
        const json::Value* value = row.find(key);
        return value->is(json::Kind::string) ? value->text() : std::string{};
    };
    for (const json::Value& row : results.find("criteria")->items()) {
        Said said;
        said.verdict = text(row, "verdict");
        said.verified = row.find("limit_verified")->flag();
        said.title = text(row, "title");
        said.device = or_dash(text(row, "device"));
        if (const json::Value* margin = row.find("margin"); margin->is_number()) {
            const std::string unit = text(row, "unit");
            const auto dimension =
                unit.empty() || unit == "1" ? Dimension::none : parse_unit(unit)->dimension;
            acceptance::Margin read{margin->number(), dimension, 0.0};
            if (unit == "1") read.dimension = Dimension::ratio;
            said.margin = reports::margin_text(read);
        }
        said.margin = or_dash(said.margin);
        const json::Value* worst = row.find("worst_s");
        if (!worst->is_number()) worst = row.find("first_s");
        said.when = worst->is_number() ? reports::clock_text(at_seconds(worst->number())) : "-";
        told.criteria[text(row, "id")] = said;
    }
    return told;
}

Told of_console(const Finished& finished) {
    const std::map<std::string, std::string> words{{"known fail", "fail"}, {"unexp. pass", "pass"}};
    Told told;
    told.exit_code = finished.exit_code;
    std::istringstream lines(finished.out);
    bool table = false;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t gap = line.find("  ");
        const bool head = told.verdict.empty() && !line.empty();
        if (head) {
            for (const char c : line.substr(0, gap)) told.verdict += char(std::tolower(c));
            told.counts = trimmed(line.substr(gap));
        }
        if (line.starts_with("verdict ")) {
            table = true;
            continue;
        }
        const std::string id = columns(line, 14, 4);
        if (!table || columns(line, 12, 2) != "" || id.empty()) {
            table = false;
            continue;
        }
        Said said;
        std::string word = columns(line, 0, 12);
        if (word.ends_with(" *")) {
            said.verified = false;
            word = word.substr(0, word.size() - 2);
        }
        said.verdict = words.contains(word) ? words.at(word) : word;
        said.margin = columns(line, 20, 13);
        said.when = columns(line, 35, 11);
        said.device = columns(line, 48, 16);
        said.title = columns(line, 66);
        told.criteria[id] = said;
    }
    return told;
}

/// "pass, limit not verified; margin +1 s; home1 at 01:02.000": the first line of system-out.
Said of_details(const std::string& line) {
    Said said;
    Fields parts;
    std::string rest = line;
    for (std::size_t at; (at = rest.find("; ")) != std::string::npos; rest = rest.substr(at + 2)) {
        parts.push_back(rest.substr(0, at));
    }
    parts.push_back(rest);
    const std::string unsure = ", limit not verified";
    said.verified = parts[0].find(unsure) == std::string::npos;
    said.verdict = parts[0].substr(0, parts[0].find(','));
    if (said.verdict == "known failure") said.verdict = "fail";
    if (said.verdict == "unexpected pass") said.verdict = "pass";
    said.margin = parts.at(1).substr(std::string("margin ").size());
    const std::string where = parts.size() > 2 ? " " + parts[2] : "";
    const std::size_t at = where.find(" at ");
    said.device = or_dash(trimmed(where.substr(0, at)));
    said.when = at == std::string::npos ? "-" : where.substr(at + 4);
    return said;
}

struct AgreeCase {
    const char* name;
    std::string story;
    std::vector<std::string> flags;
    int exit_code;
};

std::string failing() {
    return fixture("scenarios/sabotage_tier0.json");
}
std::string announced(const std::string& ids) {
    return replaced(failing(), R"("criteria": ["C1")",
                    R"("known_failure": {"criteria": [)" + ids +
                        R"(], "reason": "the coils are miswired"}, "criteria": ["C1")");
}

/// The page's typography in plain letters.
std::string plain(std::string text) {
    const std::vector<std::pair<std::string, std::string>> signs{
        {"\xe2\x80\x93", "-"}, {"\xe2\x88\x92", "-"}, {"\xc2\xb0", " deg"}};
    for (const auto& [sign, letters] : signs) {
        for (std::size_t at; (at = text.find(sign)) != std::string::npos;) {
            text.replace(at, sign.size(), letters);
        }
    }
    return text;
}

std::string lower(std::string text) {
    for (char& c : text) c = char(std::tolower(c));
    return text;
}

class ReportsAgree : public ::testing::TestWithParam<AgreeCase> {
  protected:
    /// That somebody has verified a limit is told of passes only.
    static void expect_same(Said shown, const Said& expected, const std::string& where) {
        if (expected.verdict != "pass") shown.verified = expected.verified;
        EXPECT_EQ(shown, expected) << where;
    }

    void check_console(const Told& console) const {
        EXPECT_EQ(console.exit_code, json.exit_code);
        EXPECT_EQ(console.verdict, json.verdict);
        EXPECT_EQ(console.criteria.size(), json.criteria.size());
        for (const auto& [id, said] : json.criteria) {
            ASSERT_TRUE(console.criteria.contains(id)) << id;
            Said shown = console.criteria.at(id);
            const std::string title = said.title.substr(0, 30);  // a narrow column cuts it
            EXPECT_EQ(shown.title.substr(0, title.size()), title) << id;
            shown.title = said.title;
            expect_same(shown, said, id + " on the console");
        }
    }

    void check_junit(const Fields& line) {
        if (line.at(1) == "suites") {
            EXPECT_EQ(line.at(2), "1");
            EXPECT_EQ(line.at(3), suite);
        } else if (line.at(1) == "counts") {
            claimed = {line.begin() + 2, line.end()};
        } else if (line.at(1) == "seen") {
            EXPECT_EQ(claimed, Fields(line.begin() + 2, line.end()))
                << "what the suite claims, and what is in it";
        } else if (line.at(1) == "property") {
            if (properties.contains(line.at(2))) {
                EXPECT_EQ(line.at(3), properties.at(line.at(2))) << line.at(2);
                ++properties_seen;
            }
        } else {
            check_case(line);
        }
    }

    /// failure: a criterion is violated; error: nobody can say; skipped: on purpose; else green.
    [[nodiscard]] std::string kind_of(const std::string& conclusion, const Said& said) const {
        const bool strict = !GetParam().flags.empty();
        if (conclusion == "known failure") return strict ? "Failure" : "Skipped";
        if (conclusion == "unexpected pass" || said.verdict == "fail") return "Failure";
        if (said.verdict != "pass" || (strict && !said.verified)) return "Error";
        return "";
    }

    void check_case(const Fields& line) {
        EXPECT_EQ(line.at(2), suite) << "a server shows it as the suite";
        const std::string id = line.at(3).substr(0, line.at(3).find(' '));
        ASSERT_TRUE(json.criteria.contains(id)) << line.at(3);
        const Said& expected = json.criteria.at(id);
        EXPECT_EQ(line.at(3), id + " " + expected.title);
        Said shown = of_details(line.at(6));
        shown.title = expected.title;
        expect_same(shown, expected, id + " in junit.xml");
        const std::string conclusion = line.at(6).substr(0, line.at(6).find_first_of(",;"));
        EXPECT_EQ(line.at(4), kind_of(conclusion, expected)) << id;
        if (!line.at(4).empty() && conclusion != "unexpected pass") {
            EXPECT_TRUE(line.at(5).starts_with(reasons.at(id))) << line.at(5);
        }
        ++cases;
    }

    static std::string without_device(const std::string& reason, const Said& said) {
        const std::string front = said.device + ": ";
        return reason.starts_with(front) ? reason.substr(front.size()) : reason;
    }

    void check_page(const Fields& line, const Told& console) {
        const std::map<std::string, std::string> head{
            {"word", json.verdict}, {"headline", json.headline}, {"counts", console.counts}};
        if (head.contains(line.at(1))) {
            const bool word = line.at(1) == "word";
            EXPECT_EQ(word ? lower(line.at(2)) : line.at(2), head.at(line.at(1)));
            ++heads;
        }
        if (line.at(1) != "row") return;
        const std::string id = line.at(3).substr(0, line.at(3).find(' '));
        if (!json.criteria.contains(id)) return;  // another table of seven columns
        const std::string word = trimmed(line.at(2).substr(0, line.at(2).find(" / ")));
        Said shown = of_details(word + "; margin -");
        shown.verified = line.at(2).find("limit not verified") == std::string::npos;
        // Behind the title stands the reason, where it does not hold.
        const std::string title = line.at(3).substr(id.size() + 1);
        shown.title = trimmed(title.substr(0, title.find(" / ")));
        const std::size_t at = title.find(" / ");
        if (at != std::string::npos && json.criteria.at(id).verdict != "pass") {
            EXPECT_EQ(trimmed(title.substr(at + 3)).substr(0, 60),
                      without_device(reasons.at(id), json.criteria.at(id)).substr(0, 60))
                << id;
        }
        shown.margin = or_dash(plain(line.at(5)));
        shown.when = or_dash(plain(line.at(6)));
        shown.device = or_dash(plain(line.at(7)));
        expect_same(shown, json.criteria.at(id), id + " in report.html");
        ++rows;
    }

    Told json;
    std::string suite;
    std::map<std::string, std::string> properties, reasons;
    Fields claimed;
    int cases = 0, rows = 0, heads = 0;
    std::size_t properties_seen = 0;
};

TEST_P(ReportsAgree, FieldByField) {
    if (!has_junitparser()) GTEST_SKIP() << "Skipped: python3-junitparser is not installed";
    const Folder folder;
    folder.write("tale.json", GetParam().story);
    std::vector<std::string> arguments{"run", "tale.json", "--quiet", "--out", "run"};
    arguments.insert(arguments.end(), GetParam().flags.begin(), GetParam().flags.end());
    const Finished finished = islandbench(folder, arguments);
    EXPECT_EQ(finished.exit_code, GetParam().exit_code) << finished.err;

    const json::Value results = results_of(folder.path() / "run");
    json = of_json(results);
    suite = "islandbench." + result_text(results, "site") + "." + result_text(results, "scenario");
    properties = {{"verdict", json.verdict},
                  {"exit_code", std::to_string(json.exit_code)},
                  {"trace_sha256", result_text(results, "trace_sha256")}};
    for (const json::Value& row : results.find("criteria")->items()) {
        reasons[row.find("id")->text()] = row.find("reason")->text();
    }
    const Told console = of_console(finished);
    check_console(console);
    for (const Fields& line : read_by_python(folder, "run")) {
        if (line.at(0) == "junit") {
            check_junit(line);
        } else {
            check_page(line, console);
        }
    }
    EXPECT_EQ(cases, int(json.criteria.size()));
    EXPECT_EQ(rows, int(json.criteria.size()));
    EXPECT_EQ(heads, 3);
    EXPECT_EQ(properties_seen, properties.size());
}

INSTANTIATE_TEST_SUITE_P(
    Runs, ReportsAgree,
    ::testing::Values(
        AgreeCase{"passing", fixture("scenarios/miniature_short.json"), {}, 0},
        AgreeCase{"strict", fixture("scenarios/miniature_short.json"), {"--strict"}, 4},
        AgreeCase{"failing", failing(), {}, 1},
        AgreeCase{"known_failure", announced(R"("E1", "E2")"), {}, 0},
        AgreeCase{"known_failure_strict", announced(R"("E1", "E2")"), {"--strict"}, 1},
        AgreeCase{"unexpected_pass", announced(R"("D1", "E1", "E2")"), {}, 1},
        AgreeCase{"inconclusive_run",
                  replaced(fixture("scenarios/miniature_short.json"), R"("criteria": ["C1",)",
                           R"("criteria": ["C3", "C1",)"),
                  {},
                  4},
        AgreeCase{"inconclusive",
                  replaced(failing(), R"("criteria": ["C1",)", R"("criteria": ["H1", "C1",)"),
                  {},
                  1}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(NothingSelected, IsExitFiveInEveryReport) {
    const Folder folder;
    folder.write("tale.json", replaced(fixture("scenarios/miniature_short.json"),
                                       R"("criteria": ["C1", "C2", "D1", "E1", "F1", "H1", "H2"])",
                                       R"("criteria": [])"));
    const Finished finished = islandbench(folder, {"run", "tale.json", "--quiet", "--out", "run"});
    EXPECT_EQ(finished.exit_code, 5) << finished.err;
    const json::Value results = results_of(folder.path() / "run");
    EXPECT_EQ(results.find("exit_code")->integer(), 5);
    EXPECT_EQ(result_text(results, "verdict"), "inconclusive");
    EXPECT_THAT(finished.out, ::testing::HasSubstr("No criterion was selected"));
    EXPECT_THAT(*read_text_file(folder.path() / "run/report.html"),
                ::testing::HasSubstr("No criterion was selected"));
    EXPECT_THAT(*read_text_file(folder.path() / "run/junit.xml"),
                ::testing::HasSubstr(R"(tests="1" failures="0" errors="1" skipped="0")"));
}

}  // namespace
}  // namespace islandbench::bench
