#pragma once

#include "dispatch/core/work.hpp"

/// Output that was ordered and that the meter at the interconnect has not seen yet. Its control
/// counts on it, or it would order the same correction again in every sample until the first one
/// shows (Smith's predictor, with the devices' own reports in the place of a model of them).
///
/// Between an order and its effect in a reading lie the writing, the device and the meter's report;
/// none of them is known. So what is missing is what the orders in force exceed the power by that
/// the devices themselves told of the time of the reading. A device may never carry an order out,
/// or tell of it late: what is counted on is therefore no more than what orders have changed by
/// within predict_ms before the reading. A reading that is newer than the reports is counted too
/// low, which only slows the control down.
namespace islandbench::dispatch::core {

/// Sums over the units that take part.
struct FlowSums {
    std::int64_t units = 0;
    std::int64_t ordered_w = 0, told_w = 0, age_ms = 0;
    /// Of those that came or left since the last step (then negative).
    std::int64_t moved_ordered_w = 0, moved_told_w = 0;

    void add(const Work& work, std::size_t i) noexcept;
};

/// Output still to come, W: positive = the units will give more. The memory takes `now` in.
std::int64_t unseen_w(Work& work, const FlowSums& now) noexcept;

/// No flow is controlled any more: what was ordered for it is forgotten.
void forget_flow(State& state) noexcept;

}  // namespace islandbench::dispatch::core
