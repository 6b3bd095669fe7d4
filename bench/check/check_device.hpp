#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/deviation.hpp"
#include "conformance/rules.hpp"
#include "conformance/survey.hpp"
#include "reports/check_report.hpp"

namespace islandbench::bench {

/// The known deviations that a rule names.
[[nodiscard]] std::vector<std::string> names_of(const std::vector<Deviation>& known,
                                                std::string_view rule);

/// What another Modbus client got for a request, by its index in the journal.
using Opinions = std::map<std::size_t, std::string>;

/// Which requests somebody else should repeat: the reads that violations rest on, a few of them.
[[nodiscard]] std::vector<std::size_t> doubtful_reads(const conformance::Snapshot& device);

/// What a survey has brought, judged, for the reports. What only the command knows (the link, the
/// time) is left open.
[[nodiscard]] reports::CheckRecord record_of(const conformance::Snapshot& device,
                                             const std::vector<Deviation>& known,
                                             const Opinions& opinions = {});

}  // namespace islandbench::bench
