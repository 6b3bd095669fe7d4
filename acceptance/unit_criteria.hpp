#pragma once

#include <vector>

#include "acceptance/catalogue.hpp"
#include "acceptance/grid_code.hpp"

/// Criteria that follow from a grid code: each stage, band and point of the code becomes a formula
/// about every inverter, so that no figure is written down twice.
namespace islandbench::acceptance {

/// What allows for the bench's own measurement: of the frequency, over which it filters, and of a
/// voltage that has jumped. Judgement, as the codes do not know our bench.
inline constexpr Duration bench_delay = 50ms;
/// From the end of a delay to no current, where the code gives no figure. Judgement.
inline constexpr Duration opening_allowance = 200ms;

/// B2 trips at each stage (B2M: on the mean of 10 minutes, which needs a story as long), B3 no
/// nuisance trip, H7 waits before it connects: as far as the code has rows for them.
///
/// B2: beyond a stage's limit, and what measurement may be off, for its time and what that may be
/// late, a unit does not feed. B3: a unit that leaves has a reason: a stage has run out (what
/// measurement may be off earlier), or the voltage is where the code asks for no ride-through, or
/// has been for as long as it asks. H7: a unit connects when voltage and frequency have been in the
/// code's window for its observation time.
std::vector<CriterionSpec> unit_criteria(const GridCode& code);

/// Adds those whose ids the catalogue does not have.
void add_unit_criteria(Catalogue& catalogue, const GridCode& code);

}  // namespace islandbench::acceptance
