#pragma once

#include <string>
#include <vector>

#include "acceptance/catalogue.hpp"
#include "acceptance/figures.hpp"
#include "acceptance/language/compile.hpp"
#include "acceptance/language/engine.hpp"
#include "base/diagnostics.hpp"

/// Criteria with every name looked up: what the Judge runs and what verdicts are written from.
namespace islandbench::acceptance {

/// A formula about one instance of its groups.
struct CompiledInstance {
    std::string device;  ///< "" where the formula speaks of no group
    language::PlacedClaim placed;
};

struct CompiledFormula {
    std::string text;  ///< figures filled in
    language::ClaimText claim;
    std::vector<CompiledInstance> instances;
    std::string empty_group;  ///< a group of it that has nobody in this site
    /// So many instances have to pass, the others may fail; 0: all have to.
    std::size_t enough = 0;
};

struct CompiledCriterion {
    CriterionSpec spec;
    std::vector<CompiledFormula> formulas;
    std::vector<CompiledFormula> targets;
    std::vector<language::MonitorRef> triggers;
    language::Uses uses;         ///< of the formulas
    language::Uses target_uses;  ///< of triggers and targets: no limit rests on them
    bool is_broken = false;      ///< a diagnostic says why
};

/// Places one criterion in an engine.
CompiledCriterion compile(CriterionSpec spec, const Signals& signals, const Figures& figures,
                          const Groups& groups, language::Engine& engine, Diagnostics& diagnostics);

}  // namespace islandbench::acceptance
