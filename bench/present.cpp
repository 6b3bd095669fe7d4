#include "bench/present.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "bench/run.hpp"
#include "reports/ledger.hpp"
#include "reports/terminal.hpp"
#include "reports/write_reports.hpp"

namespace islandbench::bench {

int complain(const std::string& what) {
    std::cerr << "islandbench: " << what << '\n';
    return exit_bench_error;
}

int present(const std::filesystem::path& folder, const reports::RunRecord& record) {
    const bool colours = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    std::cout << reports::terminal_text(record,
                                        colours ? reports::Colours::ansi : reports::Colours::none);
    const auto files = reports::write_reports(folder, record);
    if (!files) return complain(files.error().what);
    std::cout << "Report: " << files->html.string() << '\n';
    return reports::exit_code_of(record);
}

}  // namespace islandbench::bench
