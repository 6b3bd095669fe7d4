#pragma once

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// A plausible five-minute outage of a street of three homes, recorded and read back the way a
/// bench does it: import, loss, island with a load step and shed tiers, a silent link, grid back
/// with a flicker, reclosing. Mixed verdicts, 12 links, a gap in the priority site's meter.
const RunRecord& synthetic_run();

/// The same with every criterion passed.
RunRecord passing_run();

}  // namespace islandbench::reports
