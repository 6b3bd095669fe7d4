#pragma once

#include <span>

#include "dispatch/core/state.hpp"

/// The dispatch core: who delivers how many watts next, which contactors are open, and whether the
/// street may synchronise. A pure function of what it is told and what it remembers.
namespace islandbench::dispatch::core {

/// One step. No clock, no I/O, no allocation, no exception, no floating point: the same inputs and
/// memory give the same bits. Call it about every SiteOut::period_ms with the newest data; it never
/// needs them to be complete.
///
/// Spans are indexed as in the configuration, and the state has been fitted to it. Where they do
/// not fit, the parts that do are worked on, the others get default outputs, and Alarm::bad_input
/// is raised.
void step(const Config& config, const SiteIn& site, std::span<const UnitIn> units,
          std::span<const HomeIn> homes, State& state, std::span<UnitOut> units_out,
          std::span<HomeOut> homes_out, SiteOut& site_out) noexcept;

/// A core under test has this form.
using StepFunction = decltype(step);

}  // namespace islandbench::dispatch::core
