#include "reports/html_report.hpp"

#include "base/json_binding.hpp"
#include "reports/html_sections.hpp"
#include "reports/ledger.hpp"
#include "reports/markup.hpp"
#include "reports/report_style.hpp"
#include "reports/store/sha256.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

void head(Markup& page, const RunRecord& run) {
    const std::string trace =
        run.trace_sha256.empty() ? "unfinished run" : "trace " + run.trace_sha256.substr(0, 20);
    const std::string style = report_style("islandbench, " + run.header.scenario + " on " +
                                           run.header.site + ", " + trace);
    const std::string policy = "default-src 'none'; style-src 'sha256-" + to_base64(sha256(style)) +
                               "'; base-uri 'none'; form-action 'none'";
    page.open("head").line();
    page.open("meta").attr("charset", "utf-8").close().line();
    page.open("meta").attr("http-equiv", "Content-Security-Policy").attr("content", policy);
    page.close().line();
    page.open("meta")
        .attr("name", "viewport")
        .attr("content", "width=device-width,initial-scale=1");
    page.close().line();
    page.open("meta").attr("name", "referrer").attr("content", "no-referrer").close().line();
    page.leaf("title", printable(run.header.scenario) + ": " +
                           std::string(json::enum_text(conclusion_of(run))))
        .line();
    page.open("style").raw(style).close().line();
    page.close().line();
}

void footer(Markup& page, const RunRecord& run) {
    page.open("footer");
    page.text(
        "These results relate only to the items tested. Reproduce this report only in full. ");
    page.text(run.header.hardware
                  ? "Real hardware took part; "
                  : "All devices were emulated; the wire carried their real protocols. ");
    page.text("Times are those of the story: zero is its start.");
    page.close().line();
}

}  // namespace

std::string html_report(const RunRecord& run) {
    Markup page;
    page.raw("<!DOCTYPE html>\n");
    page.open("html").attr("xmlns", "http://www.w3.org/1999/xhtml").attr("lang", "en").line();
    head(page, run);
    page.open("body").line().open("main").line();
    sections::verdict_band(page, run);
    sections::story(page, run);
    sections::residents(page, run);
    sections::street(page, run);
    sections::golden_figures(page, run);
    sections::settlement(page, run);
    sections::ledger(page, run);
    sections::timeline(page, run);
    sections::criteria(page, run);
    sections::events(page, run);
    sections::links(page, run);
    sections::inputs(page, run);
    sections::how_to_check(page, run);
    footer(page, run);
    page.close().line().close().line().close().line();
    return page.take();
}

}  // namespace islandbench::reports
