#include <algorithm>
#include <cmath>
#include <span>

#include "reports/chart/palette.hpp"
#include "reports/html_sections.hpp"
#include "reports/html_words.hpp"
#include "reports/pace_text.hpp"
#include "reports/store/sha256.hpp"
#include "reports/text.hpp"

namespace islandbench::reports::sections {
namespace {

/// So many are listed as they are; of more, the first dozen.
constexpr std::size_t links_most = 24;
constexpr std::size_t links_open = 12;
constexpr double latency_width = 170.0;
constexpr double latency_left = 16.0;

/// 1 ms to 10 s on a logarithmic scale.
double latency_place(Duration latency) {
    const double decades = std::log10(std::clamp(to_seconds(latency), 1e-3, 10.0)) + 3.0;
    return latency_left + decades / 4.0 * (latency_width - 2 * latency_left);
}

void open_latency_svg(Markup& svg, double height, const std::string& description) {
    svg.open("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("role", "img");
    svg.attr("aria-label", description).attr("font-family", palette::font);
    svg.attr("viewBox", "0 0 " + number_text(latency_width) + " " + number_text(height));
    svg.attr("width", latency_width).attr("height", height);
}

std::string latency_axis() {
    Markup svg;
    open_latency_svg(svg, 16.0, "Latency from 1 ms to 10 s, logarithmic");
    constexpr const char* names[] = {"1 ms", "10", "100", "1 s", "10 s"};
    for (int i = 0; i < 5; ++i) {
        const double x = latency_left + i / 4.0 * (latency_width - 2 * latency_left);
        svg.open("text").attr("x", x).attr("y", 12.0).attr("font-size", 10.0);
        svg.attr("text-anchor", "middle");
        svg.attr("fill", palette::line).text(names[i]).close();
    }
    svg.close();
    return svg.take();
}

/// A dot at the median, a thick line to 95 %, a thin one to 99 %.
std::string latency_bar(const LinkStatistics& link) {
    if (!link.p50 || !link.p95 || !link.p99) return {};
    Markup svg;
    open_latency_svg(svg, 14.0, "median " + format_duration(*link.p50));
    for (int i = 0; i < 5; ++i) {
        const double x = latency_left + i / 4.0 * (latency_width - 2 * latency_left);
        svg.open("line").attr("x1", x).attr("x2", x).attr("y1", 0.0).attr("y2", 14.0);
        svg.attr("stroke", palette::faint).attr("stroke-width", 0.6).close();
    }
    const double p50 = latency_place(*link.p50);
    for (const auto& [end, width] : {std::pair{*link.p99, 1.2}, std::pair{*link.p95, 4.0}}) {
        svg.open("line").attr("x1", p50).attr("x2", latency_place(end)).attr("y1", 7.0);
        svg.attr("y2", 7.0).attr("stroke", palette::line).attr("stroke-width", width).close();
    }
    svg.open("circle").attr("cx", p50).attr("cy", 7.0).attr("r", 3.4);
    svg.attr("fill", palette::text).close().close();
    return svg.take();
}

void count(Markup& page, std::int64_t n, bool unwanted) {
    words::cell(page, grouped(n), unwanted && n > 0 ? "number raised" : "number");
}

void latency(Markup& page, const std::optional<Duration>& value) {
    if (!value) return words::cell(page, "\u2013", "number");
    words::cell(page, number_text(to_seconds(*value) * 1e3), "number");
}

void link_row(Markup& page, const LinkStatistics& link, bool fallbacks) {
    page.open("tr").open("td").attr("class", "nowrap");
    words::foreign(page, link.device, 60);
    page.close().open("td").attr("class", "small");
    words::foreign(page, link.identity, 120);
    page.open("br").close();
    words::foreign(page, link.address, 80);
    page.close();
    count(page, link.exchanges, false);
    count(page, link.time_outs, true);
    count(page, link.retries, true);
    count(page, link.reconnects, true);
    count(page, link.bad_replies, true);
    count(page, link.exceptions, true);
    latency(page, link.p50);
    latency(page, link.p95);
    latency(page, link.p99);
    if (fallbacks) {
        words::cell(page, link.fallback ? format_duration(*link.fallback) : "\u2013", "number");
    }
    page.open("td").raw(latency_bar(link)).close();
    page.close().line();
}

/// In the order of the site; of many those with trouble first, then the slowest.
std::vector<const LinkStatistics*> most_telling_first(const std::vector<LinkStatistics>& links) {
    std::vector<const LinkStatistics*> list;
    for (const LinkStatistics& link : links) list.push_back(&link);
    if (list.size() <= links_most) return list;
    const auto trouble = [](const LinkStatistics& link) {
        return link.time_outs + link.reconnects + link.bad_replies + link.exceptions;
    };
    std::stable_sort(list.begin(), list.end(),
                     [&](const LinkStatistics* a, const LinkStatistics* b) {
                         if (trouble(*a) != trouble(*b)) return trouble(*a) > trouble(*b);
                         return a->p99.value_or(0ns) > b->p99.value_or(0ns);
                     });
    return list;
}

void link_table(Markup& page, std::span<const LinkStatistics* const> list) {
    page.open("div").attr("class", "wide").open("table").line().open("thead").open("tr");
    words::head(page, "Device");
    words::head(page, "Identity, address");
    for (const char* name : {"Exchanges", "Time-outs", "Retries", "Reconnects", "Bad replies",
                             "Refusals", "p50, ms", "p95, ms", "p99, ms"}) {
        words::head(page, name, "number");
    }
    const bool fallbacks = std::any_of(list.begin(), list.end(), [](const LinkStatistics* link) {
        return link->fallback.has_value();
    });
    if (fallbacks) words::head(page, "Fell back after", "number");
    page.open("th").attr("scope", "col").raw(latency_axis()).close();
    page.close().close().line().open("tbody").line();
    for (const LinkStatistics* link : list) link_row(page, *link, fallbacks);
    page.close().close().close().line();
}

/// Whether the bench itself was late, which would look like late devices.
void pace(Markup& page, const RunRecord& run) {
    const bool unfinished = run.end.reason == EndReason::unfinished;
    if (run.header.clock != ClockKind::wall || unfinished) return;
    const RunPace& pace = run.end.pace;
    page.open("p").attr("class", "lead");
    page.text("Of the steps of the plant, " + lateness_text(pace.ticks) +
              " behind the wall clock; of those of the dispatch loop, " +
              lateness_text(pace.dispatch) + ", " + grouped(pace.dispatch_steps_late) + " of " +
              grouped(pace.dispatch_steps) + " by more than a tenth of their period.");
    page.close().line();
}

/// Whether the physics behind everything held.
void laws(Markup& page, const RunRecord& run) {
    if (run.end.reason == EndReason::unfinished) return;
    const PlantLaws& laws = run.end.laws;
    page.open("p").attr("class", "lead");
    page.text(
        laws.broken.empty()
            ? "In every step of the emulated street power balanced at every bus and no energy "
              "came from nothing; the nearest to a limit was " +
                  percent_text(laws.nearest.value()) + " of it."
            : "The emulated street broke a law of physics: " + printable(laws.broken, 160) + ".");
    page.close().line();
}

}  // namespace

void links(Markup& page, const RunRecord& run) {
    page.open("section").line().leaf("h2", "Links").line();
    if (run.end.links.empty()) {
        page.open("p").attr("class", "lead").text("No link was used.").close().line();
        pace(page, run);
        laws(page, run);
        page.close().line();
        return;
    }
    page.open("p").attr("class", "lead");
    page.text(
        "What the wire did. The identity is what the device says of itself. Latency of the "
        "exchanges that succeeded: dot = median, thick = 95 %, thin = 99 %.");
    page.close().line();
    const std::vector<const LinkStatistics*> list = most_telling_first(run.end.links);
    const std::size_t open = list.size() > links_most ? links_open : list.size();
    link_table(page, std::span(list).first(open));
    if (open < list.size()) {
        page.open("p").attr("class", "small");
        page.text("Those with the most trouble; the others answered better.").close().line();
        page.open("details").open("summary");
        page.text(std::to_string(list.size() - open) + " more links").close().line();
        link_table(page, std::span(list).subspan(open));
        page.close().line();
    }
    pace(page, run);
    laws(page, run);
    page.close().line();
}

void inputs(Markup& page, const RunRecord& run) {
    constexpr std::size_t most = 60000;
    page.open("section").line().leaf("h2", "Inputs and versions").line();
    page.open("p").attr("class", "lead");
    page.text("The files as expanded and used. SHA-256 of each.").close().line();
    page.open("div").attr("class", "wide").open("table").line().open("thead").open("tr");
    for (const char* name : {"File", "Kind", "Bytes", "SHA-256"}) {
        words::head(page, name, std::string_view(name) == "Bytes" ? "number" : "");
    }
    page.close().close().line().open("tbody").line();
    for (const RunInput& input : run.header.inputs) {
        page.open("tr").open("td");
        words::foreign(page, input.name, 100);
        page.close().open("td");
        words::foreign(page, input.kind, 40);
        page.close();
        words::cell(page, grouped(static_cast<std::int64_t>(input.text.size())), "number");
        page.open("td").leaf("code", to_hex(sha256(input.text))).close().close().line();
    }
    for (const auto& [name, version] : run.header.versions) {
        page.open("tr").open("td");
        words::foreign(page, name, 60);
        page.close();
        words::cell(page, "version");
        words::cell(page, "");
        page.open("td");
        words::foreign(page, version, 120);
        page.close().close().line();
    }
    page.close().close().close().line();
    for (const RunInput& input : run.header.inputs) {
        page.open("details").attr("class", "source").open("summary");
        words::foreign(page, input.kind + ": " + input.name, 100);
        page.close().leaf("pre", words::shown_part(input.text, most)).close().line();
    }
    page.close().line();
}

void how_to_check(Markup& page, const RunRecord& run) {
    page.open("section").line().leaf("h2", "How to check").line();
    page.open("p").attr("class", "lead");
    page.text(
        "Everything above comes from run.sqlite beside this file; docs/run-format.md describes "
        "it. The trace hash covers every recorded sample: the same build, scenario, seed and "
        "kind of machine give the same hash. The seal covers all else, trace hash included, and "
        "is of this one run. It shows damage and careless edits; it is no signature: note it "
        "where nobody can change it.");
    page.close().line();
    page.open("dl").attr("class", "facts").line();
    page.leaf("dt", "Trace SHA-256").open("dd");
    page.leaf("code", run.trace_sha256.empty() ? "none: the run is unfinished"
                                               : printable(run.trace_sha256, 64));
    page.close().line();
    page.leaf("dt", "Seal SHA-256").open("dd");
    page.leaf("code", run.record_sha256.empty() ? "none: the run is unfinished"
                                                : printable(run.record_sha256, 64));
    page.close().line().close().line();
    page.open("pre").text(
        "islandbench report .                               # checks seal, inputs, samples and "
        "verdict; renders again\n"
        "sqlite3 run.sqlite \"SELECT * FROM ledger\"          # the verdicts\n"
        "sqlite3 run.sqlite \"SELECT * FROM story\"           # the events\n"
        "sqlite3 run.sqlite \"SELECT key, value FROM run\"    # trace hash, seal, verdict\n");
    page.close().line().close().line();
}

}  // namespace islandbench::reports::sections
