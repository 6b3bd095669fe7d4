#pragma once

#include <string>

#include "base/result.hpp"
#include "reports/store/database.hpp"

namespace islandbench::reports {

/// The key in table run under which the seal itself is kept; the only row that it leaves out.
inline constexpr const char* seal_key = "record_sha256";

/// SHA-256 over all that a report is made of besides samples, as rows in a run file: what a run was
/// told, what it found, and the trace hash that stands for the samples. docs/run-format.md says in
/// which order, so that others can compute it. It shows damage and careless edits; whoever edits
/// and computes the seal again is not found out.
Result<std::string> record_seal(Database& database);

}  // namespace islandbench::reports
