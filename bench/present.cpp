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

int refuse_unarmed(const std::vector<UnarmedDevice>& unarmed) {
    std::cerr << "islandbench: these devices are real, or do not say that they are emulators, and "
                 "are not armed.\nThe run would write to them:\n";
    for (const UnarmedDevice& device : unarmed) {
        std::cerr << "  " << device.device << " (" << device.link << ", " << device.identity
                  << ")\n";
        for (const std::string& write : device.writes) std::cerr << "      " << write << '\n';
    }
    std::cerr << "Nothing was written. Allow it with --arm NAME for each device.\n";
    return exit_usage;
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
