#pragma once

#include "dispatch/core/work.hpp"

/// Plans: what every usable unit should give, in want_w, with the range low_w..high_w that rounding
/// must stay in. One per kind of state. A plan looks at the whole fleet and leaves the last thing,
/// which fixes these for each unit by itself, to the pass that makes orders of them.
namespace islandbench::dispatch::core {

/// The last thing that is left of a plan, to be done once for each part of the fleet, in turn.
using Settle = void (*)(Work&, Part) noexcept;

/// The load per phase as the formers and the responsive units serve it. What a silent unit does
/// shows in the formers' power by itself, so it takes no part on either side.
///
/// Two views of it. The filtered one is for sharing energy: the loop over telemetry of different
/// age, |1 - exp(-j w d)| around a first-order lag of time T, has a gain below 1 at every frequency
/// for T >= d, whatever else is late; T is kept at twice the oldest report in use. The held peak
/// is for the formers' limits: it rises at once and falls slowly.
void estimate_load(Work& work) noexcept;

/// Sums up what units serve, for that; outside an island none of them has a part in the load.
void add_served(Work& work, Part units) noexcept;

/// Sums up what boxes come to, in an island, and offers what they can give inside their ramps.
void add_boxes(Work& work, Part units) noexcept;

/// Island: net load (load less PV) is shared by energy above the floor, formers included, so that
/// all run empty together; surplus is shared by room to the ceiling, so that all fill together;
/// what finds no room is curtailed. Per phase the homes lift enough off the formers that these
/// stay within their share limit, and never push a former's phase into charging.
Settle plan_island(Work& work) noexcept;

/// Grid: batteries rest (power = PV), charge slowly below the owner's reserve, and hold the flow
/// at the interconnect inside its limits with one integrator.
Settle plan_grid(Work& work) noexcept;

/// Everything stays as it was last ordered, inside what is possible now.
Settle plan_hold(Work& work) noexcept;

/// Nothing from batteries.
Settle plan_rest(Work& work) noexcept;

}  // namespace islandbench::dispatch::core
