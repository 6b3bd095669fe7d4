#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/rig.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::bench {

/// Of a run with devices outside this bench.
inline constexpr const char* truth_unknown = "what is true in the street is not known here";

/// Says on stderr why the bench cannot go on; returns the exit code for that.
int complain(const std::string& what);

/// Lists on stderr what a run would write to devices that nobody has armed; returns the exit code.
int refuse_unarmed(const std::vector<UnarmedDevice>& unarmed);

/// Prints the verdict of a run on stdout, writes its reports into its folder and names the page.
/// Returns the exit code of the run, or that of a bench error when they cannot be written.
int present(const std::filesystem::path& folder, const reports::RunRecord& record);

}  // namespace islandbench::bench
