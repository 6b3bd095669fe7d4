#include "reports/html_sections.hpp"

#include <algorithm>

#include "base/json_binding.hpp"
#include "reports/golden.hpp"
#include "reports/html_words.hpp"
#include "reports/ledger.hpp"
#include "reports/street_charts.hpp"
#include "reports/street_view.hpp"
#include "reports/symbols.hpp"
#include "reports/text.hpp"

namespace islandbench::reports::sections {
namespace {

using acceptance::Conclusion;

std::string upper(std::string_view text) {
    std::string result;
    for (const char c : text) result += static_cast<char>(std::toupper(c));
    return result;
}

/// "8f31 02c4 ...": the first 20 digits, which a witness can write into a notebook.
std::string short_hash(const std::string& hash) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(hash.size(), 20); i += 4) {
        text += (i > 0 ? " " : "") + hash.substr(i, 4);
    }
    return text;
}

void run_facts(Markup& page, const RunRecord& run) {
    const RunHeader& header = run.header;
    page.open("dl").attr("class", "facts").line();
    words::fact(page, "Site", header.site_title.empty() ? header.site : header.site_title);
    words::fact(page, "Scenario", header.scenario);
    if (const std::string loads = loads_text(header); !loads.empty()) {
        words::fact(page, "Loads", loads);
    }
    page.leaf("dt", "World").open("dd").open("span");
    page.attr("class", header.hardware ? "badge hardware" : "badge");
    page.text(header.hardware ? "REAL HARDWARE" : "EMULATED").close();
    page.text(header.clock == ClockKind::wall ? " in wall time" : " in simulated time").close();
    words::fact(page, "Started", header.started_at);
    if (run.end.simulated > 0ns) {
        words::fact(page, "Length",
                    format_duration(run.end.simulated) + " in " + format_duration(run.end.wall));
    }
    words::fact(page, "Seed", std::to_string(header.seed));
    words::fact(page, "Trace", short_hash(run.trace_sha256));
    words::fact(page, "Seal", short_hash(run.record_sha256));
    words::fact(page, "Evidence",
                run.end.reason == EndReason::unfinished ? "unfinished, unsigned"
                                                        : "unsigned; how to check: last section");
    page.close().line();
}

/// Of one kind, in a row, and more than a person wants to read: they share a row.
std::size_t end_of_row(const std::vector<RunEvent>& events, std::size_t first) {
    constexpr std::size_t readable = 4;
    std::size_t end = first + 1;
    while (end < events.size() && events[end].name == events[first].name) ++end;
    return end - first > readable ? end : first + 1;
}

void event_row(Markup& page, const std::vector<RunEvent>& events, std::size_t first,
               std::size_t end) {
    const RunEvent& event = events[first];
    const std::size_t n = end - first;
    page.open("tr");
    words::cell(page, words::moment(event.at), "number");
    page.open("td").attr("class", "nowrap");
    words::foreign(page, event_text(event.name), 60);
    if (n > 1) page.text(" \u00d7" + std::to_string(n));
    page.close().open("td");
    words::foreign(page, event.detail);
    if (n > 1) {
        page.text(", and so on until " + words::moment(events[end - 1].at) + ": ");
        words::foreign(page, events[end - 1].detail);
    }
    page.close().close().line();
}

}  // namespace

void verdict_band(Markup& page, const RunRecord& run) {
    const acceptance::RunVerdict& verdict = run.end.verdict;
    const Conclusion conclusion = conclusion_of(run);
    const bool verified = verdict.passed_unverified == 0;
    page.open("header").attr("class", "band " + std::string(words::css_class(conclusion))).line();
    page.open("div").raw(symbol_of(conclusion, verified, 60.0)).close().line();
    page.open("div").line();
    page.open("h1");
    words::foreign(
        page, run.header.scenario_title.empty() ? run.header.scenario : run.header.scenario_title);
    page.close().line();
    page.open("p").attr("class", "word").text(upper(json::enum_text(conclusion))).close().line();
    page.open("p").attr("class", "headline");
    words::foreign(page, headline(run), 600);
    page.close().line();
    page.open("p").attr("class", "counts").text(acceptance::counts_text(verdict));
    page.close().line();
    for (const std::string& one : known_failure_texts(run)) {
        page.open("p").attr("class", "known-failure");
        words::foreign(page, one, 600);
        page.close().line();
    }
    if (const std::string end = end_text(run); !end.empty() && !verdict.criteria.empty()) {
        page.open("p").attr("class", "end");
        words::foreign(page, end, 600);
        page.close().line();
    }
    page.close().line();
    run_facts(page, run);
    page.close().line();
}

void story(Markup& page, const RunRecord& run) {
    page.open("section").attr("class", "story").line().leaf("h2", "The story").line();
    page.open("p").attr("class", "lead");
    page.text(
        "Every phase has similar room whatever it lasted; its true length stands above it. "
        "Shaded: the street is an island.");
    if (StreetView(run).from_telemetry) {
        page.text(
            " The street is outside this bench: what is true in it is not known here, and the "
            "lines show what its devices said.");
    }
    page.close().line();
    page.open("figure").attr("class", "paper").raw(story_svg(run, page_width)).close().line();
    page.close().line();
}

void golden_figures(Markup& page, const RunRecord& run) {
    page.open("section").line().leaf("h2", "Golden figures").line();
    page.open("div").attr("class", "figures").line();
    for (const FigureText& figure : figure_texts(run.end.figures)) {
        page.open("div").attr("class", "paper").line();
        page.leaf("h3", figure.name).line();
        page.open("p").attr("class", "value").text(figure.value).close().line();
        page.open("p");
        words::foreign(page, figure.meaning);
        page.close().line();
        if (!figure.inputs.empty()) {
            page.open("dl").attr("class", "facts").line();
            for (const auto& [name, value] : figure.inputs) {
                words::fact(page, name, value);
            }
            page.close().line();
        }
        page.close().line();
    }
    page.close().line().close().line();
}

void timeline(Markup& page, const RunRecord& run) {
    page.open("section").attr("class", "new-page").line();
    page.leaf("h2", "Timeline").line();
    page.open("p").attr("class", "lead");
    page.text(
        "The whole run on one plain time axis. A line holds its value until the next sample; "
        "a gap is a gap. Dashed levels are limits of the criteria.");
    page.close().line();
    page.open("figure").attr("class", "paper").raw(timeline_svg(run, page_width)).close().line();
    page.close().line();
}

void events(Markup& page, const RunRecord& run) {
    page.open("section").line().leaf("h2", "Events").line();
    if (run.events.empty()) {
        page.open("p").attr("class", "lead").text("Nothing happened.").close().line();
        page.close().line();
        return;
    }
    constexpr std::size_t most = 400;
    page.open("table").line().open("thead").open("tr");
    words::head(page, "Time", "number");
    words::head(page, "Event");
    words::head(page, "Detail");
    page.close().close().line().open("tbody").line();
    std::size_t rows = 0;
    std::size_t i = 0;
    for (; i < run.events.size() && rows < most; ++rows) {
        const std::size_t end = end_of_row(run.events, i);
        event_row(page, run.events, i, end);
        i = end;
    }
    page.close().close().line();
    if (i < run.events.size()) {
        page.open("p").attr("class", "small");
        page.text(std::to_string(run.events.size() - i) + " more in results.json").close();
    }
    page.close().line();
}

}  // namespace islandbench::reports::sections
