#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "conformance/rules.hpp"

namespace islandbench::bench {

/// What a device can do, as a check has seen it: who it is, its models and points, what it may be
/// told ("proven", "failed", "declared" where nobody tried, "not offered"), its times, and the
/// rules that it breaks. The same device with the same firmware says the same.
[[nodiscard]] json::Value capabilities_of(const conformance::Snapshot& device,
                                          const std::vector<conformance::Judged>& judged);

struct CapabilityChange {
    std::vector<std::string> lost, gained;  ///< in words
};
/// What a newer statement lacks and has beside an earlier one. Where nobody wrote, what was proven
/// before is not lost.
[[nodiscard]] CapabilityChange compare_capabilities(const json::Value& earlier,
                                                    const json::Value& now);

}  // namespace islandbench::bench
