#pragma once

#include <string>

#include "acceptance/compiled.hpp"
#include "acceptance/judge.hpp"
#include "acceptance/language/tally.hpp"

/// Sentences for people: why a claim came out as it did.
namespace islandbench::acceptance {

/// "83.400 s": a moment of the story.
std::string moment_text(Instant at);

/// What was measured against what, for a claim that failed or held.
std::string measured_text(const CompiledFormula& formula, const CompiledInstance& instance,
                          const language::Tally& tally, const language::Program& program);

/// Why a claim could not be decided.
std::string doubt_text(const CompiledFormula& formula, const CompiledInstance& instance,
                       const language::Tally& tally, const language::Program& program, Ended how);

/// What a claim waits for: "outage", "island_formed", or the left side of its implication.
std::string trigger_text(const CompiledFormula& formula, const CompiledInstance& instance,
                         const language::Tally& tally);

}  // namespace islandbench::acceptance
