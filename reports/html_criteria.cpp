#include <algorithm>
#include <array>

#include "base/json_binding.hpp"
#include "reports/criterion_charts.hpp"
#include "reports/html_sections.hpp"
#include "reports/html_words.hpp"
#include "reports/ledger.hpp"
#include "reports/text.hpp"

namespace islandbench::reports::sections {
namespace {

using acceptance::DeviceVerdict;
using acceptance::Outcome;
using acceptance::Verdict;

std::string certainty_text(Certainty certainty) {
    switch (certainty) {
        case Certainty::s: return "S: read in a primary source";
        case Certainty::s1: return "S1: read in one secondary source";
        case Certainty::kh: return "KH: general knowledge, high confidence";
        case Certainty::km: return "KM: general knowledge, medium confidence";
        case Certainty::kl: return "KL: general knowledge, low confidence";
        case Certainty::ej: return "EJ: engineering judgement, no standard gives it";
    }
    return {};
}

std::string severity_text(acceptance::Severity severity) {
    switch (severity) {
        case acceptance::Severity::s0: return "S0: stops the test";
        case acceptance::Severity::s1: return "S1: fails the pilot";
        case acceptance::Severity::s2: return "S2: to be improved";
    }
    return {};
}

void ledger_row(Markup& page, const RunRecord& run, const Verdict& verdict) {
    page.open("tr").open("td");
    words::conclusion(page, conclusion_of(verdict), verdict.limit_verified);
    page.close().open("td");
    page.open("a").attr("href", "#" + criterion_anchor(run, verdict)).attr("class", "id");
    page.text(printable(verdict.id, 12)).close().text(" ");
    words::foreign(page, verdict.title, 100);
    if (verdict.outcome != Outcome::pass && !verdict.reason.empty()) {
        page.open("div").attr("class", "reason");
        words::foreign(page, reason_of(verdict), 240);
        page.close();
    }
    if (verdict.known_failure) {
        page.open("div").attr("class", "reason");
        words::foreign(page, known_failure_text(verdict), 240);
        page.close();
    }
    page.close();
    page.open("td").attr("class", "bar").raw(margin_bar_svg(verdict)).close();
    words::cell(page, words::margin(verdict.margin), "number");
    words::cell(page, words::moment(moment_of(verdict)), "number");
    page.open("td").attr("class", "where");
    words::foreign(page, verdict.device.empty() ? "\u2013" : verdict.device, 40);
    page.close().open("td").attr("class", "small");
    words::foreign(page, verdict.clause, 80);
    page.text(" [" + std::string(json::enum_text(verdict.certainty)) + "]").close();
    page.close().line();
}

/// The devices inside a criterion, worst first; the tail that passed is counted, not listed.
void device_table(Markup& page, const Verdict& verdict) {
    // Where all is well a few that were nearest to the limit are enough.
    const std::size_t most = verdict.outcome == Outcome::pass ? 5 : 12;
    if (verdict.devices.size() < 2) return;
    page.open("table").line().open("thead").open("tr");
    words::head(page, "Device");
    words::head(page, "Verdict");
    page.open("th").attr("scope", "col").attr("class", "bar").raw(margin_axis_svg()).close();
    words::head(page, "Margin", "number");
    words::head(page, "Worst at", "number");
    words::head(page, "Reason");
    page.close().close().line().open("tbody").line();
    const auto list = worst_first(verdict);
    const std::size_t shown = std::min(list.size(), most);
    for (std::size_t i = 0; i < shown; ++i) {
        const DeviceVerdict& device = *list[i];
        page.open("tr").open("td").attr("class", "device");
        words::foreign(page, device.device, 60);
        page.close().open("td");
        words::conclusion(page, conclusion_of(device), true);
        page.close().open("td").attr("class", "bar").raw(margin_bar_svg(device)).close();
        words::cell(page, words::margin(device.margin), "number");
        words::cell(page, words::moment(device.worst), "number");
        page.open("td").attr("class", "reason");
        words::foreign(page, device.reason, 160);
        page.close().close().line();
    }
    page.close().close().line();
    if (list.size() > shown) {
        page.open("p").attr("class", "small");
        page.text(counted(list.size() - shown, "more device") + " in results.json").close().line();
    }
}

void basis(Markup& page, const Verdict& verdict) {
    page.open("dl").attr("class", "facts").line();
    for (const std::string& formula : verdict.formulas) {
        page.leaf("dt", "Judged").open("dd").leaf("code", printable(formula, 1000)).close().line();
    }
    words::fact(page, "Clause", verdict.clause);
    words::fact(page, "Limit",
                certainty_text(verdict.certainty) +
                    (verdict.limit_verified ? "" : " \u2013 nobody has agreed it"));
    words::fact(page, "Basis",
                verdict.basis + "; judged on: " + verdict.source + "; severity " +
                    severity_text(verdict.severity));
    for (const std::string& note : verdict.notes) words::fact(page, "Note", note, 600);
    page.close().line();
}

void criterion(Markup& page, const RunRecord& run, const Verdict& verdict) {
    page.open("article").attr("class", "criterion").attr("id", criterion_anchor(run, verdict));
    page.line().open("h3");
    words::conclusion(page, conclusion_of(verdict), verdict.limit_verified);
    page.open("span").attr("class", "id").text(printable(verdict.id, 12)).close();
    words::foreign(page, verdict.title, 160);
    page.close().line();
    page.open("p").attr("class", "says");
    if (verdict.margin) {
        page.text("Margin ").leaf("strong", words::margin(verdict.margin)).text(", ");
    }
    if (const std::string where = where_text(verdict); !where.empty()) {
        words::foreign(page, where, 80);
        page.text(": ");
    }
    words::foreign(page, reason_of(verdict), 600);
    page.text(".");
    page.close().line();
    if (verdict.known_failure) {
        page.open("p").attr("class", "known-failure");
        words::foreign(page, known_failure_text(verdict), 600);
        page.close().line();
    }
    const std::string figure = criterion_svg(run, verdict, page_width - 38.0);
    if (!figure.empty()) {
        page.open("figure").raw(figure).close().line();
    } else if (!moment_of(verdict)) {
        page.open("p").attr("class", "never");
        page.text(verdict.outcome == Outcome::inconclusive
                      ? "Nothing to show: not judged in this run."
                      : "No single moment to show.");
        page.close().line();
    }
    device_table(page, verdict);
    basis(page, verdict);
    page.close().line();
}

}  // namespace

std::string criterion_anchor(const RunRecord& run, const Verdict& verdict) {
    const auto place = &verdict - run.end.verdict.criteria.data();
    return "criterion-" + std::to_string(place + 1);
}

void ledger(Markup& page, const RunRecord& run) {
    page.open("section").line().leaf("h2", "Criteria").line();
    const auto list = worst_first(run.end.verdict);
    if (list.empty()) {
        page.open("p").attr("class", "lead").text("Nothing was judged.").close().close().line();
        return;
    }
    page.open("p").attr("class", "lead");
    page.text(
        "Worst first. The bars share one axis: the thick line is the limit, a dot right of it "
        "held it, a bar left of it broke it; fine ticks are the devices inside a criterion. "
        "The figure beside it is the fact.");
    page.close().line();
    page.open("div").attr("class", "wide").open("table").line().open("thead").open("tr");
    words::head(page, "Verdict");
    words::head(page, "Criterion");
    page.open("th").attr("scope", "col").attr("class", "bar").raw(margin_axis_svg()).close();
    words::head(page, "Margin", "number");
    words::head(page, "Worst at", "number");
    words::head(page, "Where");
    words::head(page, "Clause");
    page.close().close().line().open("tbody").line();
    for (const Verdict* verdict : list) ledger_row(page, run, *verdict);
    page.close().close().close().line();
    if (!run.header.own_limits.empty()) {
        page.leaf("p", "Judged by limits that are not the installed ones: " +
                           printable(run.header.own_limits, 400))
            .line();
    }
    if (!run.header.not_judged.empty()) {
        page.leaf("p", "Not judged in this story: " + printable(run.header.not_judged, 400)).line();
    }
    page.close().line();
}

void criteria(Markup& page, const RunRecord& run) {
    if (run.end.verdict.criteria.empty()) return;
    page.open("section").line().leaf("h2", "Criteria one by one").line();
    page.open("p").attr("class", "lead");
    page.text(
        "Each around its worst moment. A violated limit fails, however unsure the figure; a "
        "limit held whose figure is unsure is \u201cpass, limit not verified\u201d. Simple "
        "acceptance: the sign of the margin decides.");
    page.close().line();
    for (const Verdict* verdict : worst_first(run.end.verdict)) criterion(page, run, *verdict);
    page.close().line();
}

}  // namespace islandbench::reports::sections
