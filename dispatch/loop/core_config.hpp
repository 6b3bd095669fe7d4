#pragma once

#include "base/site.hpp"
#include "dispatch/loop/ports.hpp"

namespace islandbench::dispatch {

/// The core's configuration for a street: unit 0 is the former, then the homes with a hybrid in the
/// site's order; every home has its load controller, in the site's order. Lines with a phase_limit
/// are its branches. Units and homes have ids that follow from their names alone, so that what is
/// remembered of one stays its own in whatever order a site names them.
core::Config core_config(const Site& site, const Ports& ports, const Settings& settings);

}  // namespace islandbench::dispatch
