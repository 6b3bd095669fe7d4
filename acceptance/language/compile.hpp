#pragma once

#include "acceptance/language/binder.hpp"
#include "acceptance/language/engine.hpp"
#include "acceptance/language/syntax.hpp"

namespace islandbench::acceptance::language {

/// A claim about one instance, placed in an engine.
struct PlacedClaim {
    MonitorRef monitor;
    std::string condition;   ///< as text, instance filled in
    std::string antecedent;  ///< of an implication or a whenever: when it is judged; else empty
    Duration mean_window{};  ///< of its longest mean
};

/// Looks up everything a claim names and places its monitor.
Parsed<PlacedClaim> place_claim(const ClaimText& text, const Scope& scope, Uses& uses,
                                Engine& engine);

/// What makes a criterion apply, placed in an engine: its tally is `tested` once it has come.
Parsed<MonitorRef> place_trigger(const TriggerText& text, const Scope& scope, Uses& uses,
                                 Engine& engine);

}  // namespace islandbench::acceptance::language
