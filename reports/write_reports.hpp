#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// Where the reports of a run were written.
struct ReportFiles {
    std::filesystem::path html, junit, results, summary;
    std::filesystem::path settlement_csv, ledger_csv, settlement_json;
};

/// Writes report.html, junit.xml, results.json, summary.svg (the picture of the run), and the
/// settlement (settlement.csv, ledger.csv, settlement.json) beside run.sqlite. Nothing is
/// overwritten: a second rendering becomes report-2.html and so on.
///
///     const auto record = RunReader::open(folder)->read();
///     const auto files = write_reports(folder, *record);
///     std::cout << terminal_text(*record, isatty(1) ? Colours::ansi : Colours::none)
///               << files->html << '\n';
///     return exit_code_of(*record);
Result<ReportFiles> write_reports(const std::filesystem::path& folder, const RunRecord& run);

}  // namespace islandbench::reports
