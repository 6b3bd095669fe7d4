#pragma once

#include <array>
#include <string>

#include "base/json_binding.hpp"
#include "base/units.hpp"

namespace islandbench {

/// How sure a figure is. The letters are those of the project's fact sheets.
enum class Certainty {
    s,   ///< S: seen in a primary source or several that agree
    s1,  ///< S1: seen in one secondary source
    kh,  ///< KH: general knowledge, high confidence
    km,  ///< KM: general knowledge, medium confidence
    kl,  ///< KL: general knowledge, low confidence
    ej,  ///< EJ: engineering judgement; no standard gives it
};

constexpr auto enum_names(Certainty /*of*/) {
    return json::EnumNames<Certainty, 6>{{{Certainty::s, "S"},
                                          {Certainty::s1, "S1"},
                                          {Certainty::kh, "KH"},
                                          {Certainty::km, "KM"},
                                          {Certainty::kl, "KL"},
                                          {Certainty::ej, "EJ"}}};
}

/// A figure that nobody has checked against its source: holding it proves little, so a pass on it
/// is "pass (limit not verified)". Breaking it is a fail all the same.
constexpr bool is_unsure(Certainty c) noexcept {
    return c == Certainty::km || c == Certainty::kl || c == Certainty::ej;
}

}  // namespace islandbench
