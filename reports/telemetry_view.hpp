#pragma once

#include "reports/street_view.hpp"

namespace islandbench::reports {

/// A street that is elsewhere has truth signals without values: puts in their places what its
/// devices said (seen.*), where they said it. The rest is taken out, so that nothing is drawn.
/// A street whose truth is known stays as it is.
void see_by_telemetry(const RunRecord& run, StreetView& street);

}  // namespace islandbench::reports
