#include "reports/write_reports.hpp"

#include "reports/html_report.hpp"
#include "reports/junit.hpp"
#include "reports/results_json.hpp"
#include "reports/settlement.hpp"
#include "reports/store/run_files.hpp"
#include "reports/street_charts.hpp"

namespace islandbench::reports {

Result<ReportFiles> write_reports(const std::filesystem::path& folder, const RunRecord& run) {
    ReportFiles files;
    const auto write = [&folder](std::filesystem::path& path, std::string_view name,
                                 const std::string& text) -> Result<void> {
        auto written = write_run_file(folder, name, text);
        if (!written) return tl::unexpected(written.error());
        path = *written;
        return {};
    };
    Result<void> done = write(files.html, "report.html", html_report(run));
    if (done) done = write(files.junit, "junit.xml", junit_xml(run));
    if (done) done = write(files.results, "results.json", results_json(run));
    if (done) done = write(files.summary, "summary.svg", summary_svg(run));
    if (done) done = write(files.settlement_csv, "settlement.csv", settlement_csv(run));
    if (done) done = write(files.ledger_csv, "ledger.csv", ledger_csv(run));
    if (done) done = write(files.settlement_json, "settlement.json", settlement_json(run));
    if (!done) return tl::unexpected(done.error());
    return files;
}

}  // namespace islandbench::reports
