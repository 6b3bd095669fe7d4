#pragma once

#include <optional>

#include "acceptance/figures.hpp"

/// The figures of grid codes by name; docs/criteria.md lists them.
namespace islandbench::acceptance {

/// Of the code that a site's units obey: "profile.obs", "profile.trip.ov1.limit", ... What the code
/// does not give has no figure, so a criterion that needs it is refused and not judged by a guess.
void add_own_code(Figures& figures, const GridCode& code,
                  std::optional<Duration> observation = std::nullopt);

/// Of another code that the site names, behind its name: "profile.gb_g100.export.counted_after",
/// "profile.en_50160.frequency.always.min".
void add_other_code(Figures& figures, const GridCode& code);

}  // namespace islandbench::acceptance
