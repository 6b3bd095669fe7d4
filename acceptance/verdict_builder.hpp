#pragma once

#include "acceptance/compiled.hpp"
#include "acceptance/judge.hpp"
#include "acceptance/verdict.hpp"

namespace islandbench::acceptance {

/// What a criterion has come to, if the run is or was ended so.
Outcome outcome_of(const CompiledCriterion& criterion, const language::Engine& engine, Ended how);

/// The same with reasons, margins and devices. Only for a run that has been finished.
Verdict verdict_of(const CompiledCriterion& criterion, const language::Engine& engine,
                   const Figures& figures, Ended how);

}  // namespace islandbench::acceptance
