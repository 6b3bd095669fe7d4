#include "reports/write_reports.hpp"

#include "reports/html_report.hpp"
#include "reports/junit.hpp"
#include "reports/results_json.hpp"
#include "reports/store/run_files.hpp"
#include "reports/street_charts.hpp"

namespace islandbench::reports {

Result<ReportFiles> write_reports(const std::filesystem::path& folder, const RunRecord& run) {
    auto html = write_run_file(folder, "report.html", html_report(run));
    if (!html) return tl::unexpected(html.error());
    auto junit = write_run_file(folder, "junit.xml", junit_xml(run));
    if (!junit) return tl::unexpected(junit.error());
    auto results = write_run_file(folder, "results.json", results_json(run));
    if (!results) return tl::unexpected(results.error());
    auto summary = write_run_file(folder, "summary.svg", summary_svg(run));
    if (!summary) return tl::unexpected(summary.error());
    return ReportFiles{*html, *junit, *results, *summary};
}

}  // namespace islandbench::reports
