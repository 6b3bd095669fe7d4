#include "reports/terminal.hpp"

#include <algorithm>
#include <cmath>

#include "base/json_binding.hpp"
#include "reports/energy_summary.hpp"
#include "reports/golden.hpp"
#include "reports/ledger.hpp"
#include "reports/residents.hpp"
#include "reports/text.hpp"
#include "reports/text_table.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Conclusion;
using acceptance::Verdict;

std::string row(const Verdict& verdict, Colours colours) {
    const std::string when = moment_of(verdict) ? clock_text(*moment_of(verdict)) : "-";
    std::string line =
        coloured(cell(verdict_word(verdict), 12), conclusion_of(verdict), colours) + "  ";
    line += cell(verdict.id, 4) + "  " + cell(margin_text(verdict.margin), 13, true) + "  ";
    line += cell(when, 11, true) + "  " + cell(verdict.device.empty() ? "-" : verdict.device, 16);
    line += "  " + cell(verdict.title, 34);
    while (line.back() == ' ') line.pop_back();
    return line + "\n";
}

std::string figures(const GoldenFigures& figures) {
    std::string out;
    for (const FigureText& figure : figure_texts(figures)) {
        out += cell(figure.name, 25) + "  " + figure.value + "\n";
        if (!figure.meaning.empty()) out += wrapped(figure.meaning, std::string(27, ' '));
    }
    return out;
}

/// A line under a name; longer ones go on below themselves.
std::string named(const std::string& name, const std::string& text) {
    return cell(name, 25) + wrapped(text, std::string(27, ' ')).substr(25);
}

std::string street_and_residents(const RunRecord& run) {
    if (run.end.reason == EndReason::unfinished) return {};
    std::string out;
    for (const PartSummary& part : parts_of(run)) {
        const std::string name = !part.closed                     ? "Island"
                                 : part.name == "After reclosing" ? "After"
                                                                  : part.name;
        out += named(name + ", " + plain_text(part.lasted), flow_text(run, part));
    }
    if (out.empty()) out = named("Who fed whom", "not known here");
    const Residents answers = residents_of(run);
    out += named("Hours left", hours_line(answers));
    out += named("Cut", cuts_line(answers));
    out += named("Unsafe", safety_line(answers));
    return out;
}

std::string pace(const RunRecord& run) {
    if (run.header.clock != ClockKind::wall || run.end.reason == EndReason::unfinished) return {};
    const RunPace& pace = run.end.pace;
    return named("Lateness", "ticks " + plain_text(pace.ticks.p99) + " (p99), " +
                                 plain_text(pace.ticks.max) + " at most; " +
                                 grouped(pace.dispatch_steps_late) + " of " +
                                 grouped(pace.dispatch_steps) + " dispatch steps late");
}

}  // namespace

std::string terminal_text(const RunRecord& run, Colours colours) {
    const acceptance::RunVerdict& verdict = run.end.verdict;
    const Conclusion conclusion = conclusion_of(run);
    std::string out = "\n" + coloured(upper(json::enum_text(conclusion)), conclusion, colours) +
                      "  " + acceptance::counts_text(verdict) + "\n";
    out += wrapped(headline(run), "");
    for (const std::string& one : known_failure_texts(run)) out += wrapped(one, "");
    if (const std::string end = end_text(run); !end.empty() && !verdict.criteria.empty()) {
        out += wrapped(end, "");
    }
    if (!verdict.criteria.empty()) {
        out += "\n" + cell("verdict", 12) + "  " + cell("id", 4) + "  " + cell("margin", 13, true) +
               "  " + cell("worst at", 11, true) + "  " + cell("device", 16) + "  criterion\n";
        for (const Verdict* one : worst_first(verdict)) out += row(*one, colours);
    }
    if (!run.header.own_limits.empty()) {
        out += wrapped("Judged by limits that are not the installed ones: " + run.header.own_limits,
                       "");
    }
    if (!run.header.not_judged.empty()) {
        out += wrapped("Not judged in this story: " + run.header.not_judged, "");
    }
    if (verdict.passed_unverified > 0) {
        out += "* holds, but nobody has verified the limit";
        out += run.header.strict ? "; --strict counts it as inconclusive\n" : "\n";
    }
    out += "\n" + figures(run.end.figures);
    out += street_and_residents(run);
    const double speed = to_seconds(run.end.simulated) / std::max(to_seconds(run.end.wall), 1e-9);
    if (const std::string loads = loads_text(run.header); !loads.empty()) {
        out += cell("Loads", 25) + "  " + loads + "\n";
    }
    out += cell("Run", 25) + "  " + format_duration(run.end.simulated) + " in " +
           format_duration(run.end.wall);
    if (run.header.clock == ClockKind::simulated && run.end.wall > 0ns) {
        out += " (" + format_measure(std::floor(speed), Dimension::none) + "\u00d7 real time)";
    }
    return out + ", seed " + std::to_string(run.header.seed) + "\n" + pace(run);
}

}  // namespace islandbench::reports
