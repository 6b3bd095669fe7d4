#include "reports/html_report.hpp"

#include <gmock/gmock.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <set>

#include "base/fixtures.hpp"
#include "reports/store/sha256.hpp"
#include "reports/store/test/temporary_folder.hpp"
#include "reports/street_charts.hpp"
#include "reports/street_view.hpp"
#include "reports/test/synthetic_run.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSubsetOf;
using ::testing::Not;

const std::string& page() {
    static const std::string text = html_report(synthetic_run());
    return text;
}

/// What a strict, independent XML parser says; "" when it is content.
std::string complaint_of_a_parser(const std::string& text) {
    const TemporaryFolder folder;
    std::ofstream(folder / "page", std::ios::binary) << text;
    const std::string command =
        "/usr/bin/python3 -c 'import sys, xml.dom.minidom as d; d.parse(sys.argv[1])' " +
        (folder / "page").string() + " > " + (folder / "out").string() + " 2>&1";
    const int status = std::system(command.c_str());
    return status == 0 ? "" : read_text_file(folder / "out").value() + "failed";
}

bool has_python() {
    return std::system("/usr/bin/python3 -c 'import xml.dom.minidom' >/dev/null 2>&1") == 0;
}

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
std::string word_at(const std::string& text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && (is_letter(text[end]) || text[end] == '-')) ++end;
    return text.substr(at, end - at);
}

/// Names of the elements and "@attributes" in a page, as a browser would find them.
std::set<std::string> names_in(const std::string& text) {
    std::set<std::string> names;
    for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
        if (!is_letter(text[at + 1])) continue;
        names.insert(word_at(text, at + 1));
        bool quoted = false;
        for (std::size_t i = at; i < text.size() && (quoted || text[i] != '>'); ++i) {
            if (text[i] == '"') quoted = !quoted;
            if (!quoted && text[i] == ' ') names.insert("@" + word_at(text, i + 1));
        }
    }
    return names;
}

/// Whatever stands between two texts, in the order of the page.
std::vector<std::string> between(const std::string& text, const std::string& before,
                                 const std::string& after) {
    std::vector<std::string> found;
    for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
        at += before.size();
        found.push_back(text.substr(at, text.find(after, at) - at));
    }
    return found;
}

/// Every text that came from outside says this.
RunRecord hostile_run() {
    using namespace std::string_literals;
    const std::string evil =
        "<script>alert(1)</script>\"><img src=x onerror=alert(1)>'</style>]]>&lt;\0"s +
        "\xe2\x80\xae\xff\xfe\x1b[2J" + std::string(4096, 'A') + "\xed\xa0\x80";
    RunRecord run = synthetic_run();
    RunHeader& header = run.header;
    for (std::string* text : {&header.scenario, &header.scenario_title, &header.site,
                              &header.site_title, &header.started_at, &run.end.detail}) {
        *text = evil;
    }
    header.inputs = {{evil, evil, evil + "\n" + evil}};
    header.versions = {{evil, evil}};
    run.end.reason = EndReason::bench_error;
    for (RunEvent& event : run.events) event = {event.at, evil, evil};
    for (LinkStatistics& link : run.end.links) {
        link.device = link.identity = link.address = evil;
    }
    for (acceptance::Verdict& verdict : run.end.verdict.criteria) {
        for (std::string* text : {&verdict.id, &verdict.title, &verdict.clause, &verdict.basis,
                                  &verdict.source, &verdict.reason}) {
            *text = evil;
        }
        verdict.formulas = verdict.notes = {evil};
        if (!verdict.device.empty()) verdict.device = evil;
        for (auto& device : verdict.devices) device.device = device.reason = evil;
    }
    for (Series& series : run.series) {
        if (series.info.name == "truth.home2.v") series.info.name = "truth." + evil + ".v";
    }
    run.end.figures.openness->devices[0].device = evil;
    run.end.figures.sustained->sites = {evil};
    run.end.figures.cost->packs[0].device = evil;
    run.trace_sha256 = run.record_sha256 = evil;
    return run;
}

TEST(HtmlReport, IsWellFormedXml) {
    if (!has_python()) GTEST_SKIP() << "python3 is not installed";

    EXPECT_EQ(complaint_of_a_parser(page()), "");
    EXPECT_EQ(complaint_of_a_parser(html_report(passing_run())), "");
    EXPECT_EQ(complaint_of_a_parser(html_report(RunRecord{})), "");
    EXPECT_EQ(complaint_of_a_parser(html_report(hostile_run())), "");
    EXPECT_EQ(complaint_of_a_parser(summary_svg(hostile_run())), "");
}

TEST(HtmlReport, LetsNoHostileTextBecomeMarkup) {
    const auto honest = names_in(page());
    const auto hostile = names_in(html_report(hostile_run()));

    EXPECT_THAT(hostile, IsSubsetOf(honest));
    for (const char* name : {"script", "img", "iframe", "object", "@onerror", "@style", "@src"}) {
        EXPECT_EQ(honest.count(name), 0u) << name;
    }
}

TEST(HtmlReport, ShowsHostileTextForWhatItIs) {
    const std::string text = html_report(hostile_run());

    EXPECT_THAT(text, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
    EXPECT_THAT(text, HasSubstr("[U+202E]"));
    for (const char* bad : {"\xe2\x80\xae", "\xff", "\x1b", "\xed\xa0\x80"}) {
        EXPECT_THAT(text, Not(HasSubstr(bad)));
    }
    EXPECT_EQ(text.find('\0'), std::string::npos);
    EXPECT_THAT(text, Not(HasSubstr(std::string(3000, 'A') + std::string(1097, 'A'))));
}

TEST(HtmlReport, ForbidsEverythingButItsOwnStyle) {
    const std::string& text = page();
    const std::size_t begin = text.find("<style>") + 7;
    const std::string style = text.substr(begin, text.find("</style>") - begin);

    EXPECT_THAT(text, HasSubstr("content=\"default-src &#39;none&#39;; style-src &#39;sha256-" +
                                to_base64(sha256(style)) + "&#39;;"));
    EXPECT_THAT(style, Not(HasSubstr("url(")));
    EXPECT_THAT(style, Not(HasSubstr("@import")));
    EXPECT_THAT(text, Not(HasSubstr("href=\"http")));
}

TEST(HtmlReport, IsTheSameForTheSameRun) {
    EXPECT_EQ(html_report(synthetic_run()), page());
}

TEST(HtmlReport, HasAllItsSections) {
    EXPECT_THAT(between(page(), "<h2>", "</h2>"),
                ElementsAre("The story", "What residents ask", "Who fed whom", "Golden figures",
                            "Settlement", "Criteria", "Timeline", "Criteria one by one", "Events",
                            "Links", "Inputs and versions", "How to check"));
    EXPECT_THAT(between(page(), "class=\"id\">", "</a>"),
                ::testing::IsSupersetOf({"E2", "E1", "D2", "D1", "H1", "F1", "C1", "C2", "H2"}));
    EXPECT_THAT(page(),
                HasSubstr("5 pass, 2 pass with limit not verified, 1 fail, 1 inconclusive"));
}

TEST(HtmlReport, DrawsEveryCriterionAroundItsWorstMomentWorstFirst) {
    std::string ids;
    for (const std::string& label : between(page(), "aria-label=\"", "\"")) {
        if (label.find(" around ") != std::string::npos) ids += label.substr(0, 2) + " ";
    }

    EXPECT_EQ(ids, "E2 E1 D2 D1 H1 F1 C1 C2 H2 ");
}

TEST(HtmlReport, DescribesEveryBarInWords) {
    EXPECT_THAT(page(),
                HasSubstr("aria-label=\"E2: fail, over its limit by 1.400 s at 02:11.500\""));
    EXPECT_THAT(page(), HasSubstr("aria-label=\"E1: inconclusive, no margin\""));
}

TEST(HtmlReport, SaysHowToCheckIt) {
    EXPECT_THAT(page(), HasSubstr("<code>" + synthetic_run().trace_sha256 + "</code>"));
    EXPECT_THAT(page(), HasSubstr("<code>" + synthetic_run().record_sha256 + "</code>"));
    EXPECT_THAT(page(), HasSubstr("# checks seal, inputs, samples and verdict; renders again"));
    EXPECT_THAT(html_report(RunRecord{}), HasSubstr("none: the run is unfinished"));
}

TEST(HtmlReport, SaysWhatNeverHappened) {
    RunRecord run = synthetic_run();
    acceptance::Verdict& verdict = run.end.verdict.criteria[7];
    verdict.outcome = acceptance::Outcome::inconclusive;
    verdict.margin.reset();
    verdict.worst.reset();
    verdict.reason = "reclosed never happened in this run";

    EXPECT_THAT(html_report(run), HasSubstr("Nothing to show: not judged in this run."));
}

TEST(HtmlReport, KeepsItsWeight) {
    EXPECT_LT(page().size(), 1500000u) << "one page of a five-minute run";
}

TEST(StoryPhases, FollowTheEvents) {
    const RunRecord& run = synthetic_run();
    std::vector<std::string> names;
    for (const StoryPhase& phase : story_phases(run, at_seconds(-10), at_seconds(300))) {
        names.push_back(phase.name + " " + format_duration(phase.to - phase.from));
    }

    EXPECT_THAT(names, ElementsAre("grid 1 min 10 s", "grid lost 620 ms", "transfer 60 ms",
                                   "island 1 min 59.320 s", "grid back 36.400 s",
                                   "reconnected 1 min 23.600 s"));
}

TEST(Story, FoldsTimeByPhases) {
    const std::string svg = story_svg(synthetic_run(), 1000.0);

    for (const char* name : {">grid lost<", ">620 ms<", ">transfer<", ">60 ms<", ">no supply<"}) {
        EXPECT_THAT(svg, HasSubstr(name)) << "a phase of milliseconds has room for its name";
    }
    EXPECT_THAT(timeline_svg(synthetic_run(), 1000.0), Not(HasSubstr(">no supply<")));
}

TEST(HtmlReport, ShowsTheFirstViolationWhereNothingWasMeasured) {
    RunRecord run = synthetic_run();
    acceptance::Verdict& verdict = run.end.verdict.criteria[5];
    verdict.worst.reset();
    verdict.margin.reset();

    EXPECT_THAT(html_report(run), HasSubstr("aria-label=\"E2, Shed order, around 02:11.500\""));
}

TEST(StoryPhases, AreOneWithoutEvents) {
    const auto phases = story_phases(RunRecord{}, at_seconds(0), at_seconds(1));

    ASSERT_EQ(phases.size(), 1u);
    EXPECT_EQ(phases[0].to, at_seconds(1));
}

TEST(StreetView, FindsThePartsOfTheStreet) {
    const StreetView street(synthetic_run());

    ASSERT_EQ(street.homes.size(), 3u);
    EXPECT_EQ(street.homes[1].name, "home2");
    EXPECT_NE(street.homes[1].soc, nullptr);
    EXPECT_EQ(street.homes[2].soc, nullptr) << "a home without a battery";
    EXPECT_EQ(street.former, "former");
    ASSERT_EQ(street.priority.size(), 1u);
    EXPECT_EQ(street.priority[0].name, "clinic");
    EXPECT_NE(street.grid_f, nullptr);
    EXPECT_EQ(street.from, at_seconds(-10));
}

}  // namespace
}  // namespace islandbench::reports
