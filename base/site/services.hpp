#pragma once

#include <optional>

#include "base/json_binding.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

/// What a street does for the grid while it is connected, as its operators have agreed it.
namespace islandbench {

/// Frequency response in the inverters themselves (SunSpec model 711): the dispatch core arms it
/// and keeps their batteries inside a corridor of charge.
struct ResponseSpec {
    Frequency dead_band{0.015};  ///< around nominal
    Ratio droop{0.01};           ///< change of frequency, of nominal, for the whole rating
    Duration response{1s};       ///< open-loop, to 90 %
    Ratio soc_low{0.35}, soc_high{0.85};
};
template <class V>
void declare(V& v, ResponseSpec& s) {
    v.optional("dead_band", s.dead_band, "around nominal, without response");
    v.optional("droop", s.droop, "change of frequency, of nominal, that asks for the whole rating");
    v.optional("response", s.response, "open-loop response time, to 90 %");
    v.optional("soc_low", s.soc_low, "below this a battery takes no part");
    v.optional("soc_high", s.soc_high, "above this a battery takes no part");
}

/// The limit of export stands with the interconnect device (InterconnectSpec::export_limit).
struct ServicesSpec {
    std::optional<ActivePower> export_limit;       ///< in a scenario: in place of the device's
    std::optional<ActivePower> import_limit;       ///< agreed for the connection (EREC G100)
    std::optional<ActivePower> transformer_limit;  ///< of import, whatever the energy
    std::optional<ActivePower> peak_target;        ///< import that a demand charge is paid up to
    Duration peak_lasts{2h};                       ///< that energy is to last for
    std::optional<ResponseSpec> response;
};
template <class V>
void declare(V& v, ServicesSpec& s) {
    v.optional("export_limit", s.export_limit, "largest power into the grid");
    v.optional("import_limit", s.import_limit, "largest power from the grid");
    v.optional("transformer_limit", s.transformer_limit, "import that shaving keeps in any case");
    v.optional("peak_target", s.peak_target, "import that shaving aims at while energy lasts");
    v.optional("peak_lasts", s.peak_lasts, "how long a peak may last");
    v.optional("response", s.response, "frequency response of the inverters");
}

}  // namespace islandbench
