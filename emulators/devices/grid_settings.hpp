#pragma once

#include <string>
#include <string_view>

#include "base/diagnostics.hpp"
#include "base/site/units.hpp"

/// What the firmware of an inverter makes of a grid code. It reads the grid-code files
/// (fixtures/gridcodes) by itself and on purpose shares no line with acceptance, which judges by
/// the same files: what one of the two takes wrong is noticed by the other.
namespace islandbench::devices {

/// A grid code as an installer sets it: every key that it decides, and no other.
struct GridSettings {
    std::string name;
    Voltage nominal_v;
    Frequency nominal_f;
    ProtectionSpec protection;
    ServiceWindowSpec window;  ///< in which it waits before it reconnects
    Duration observation{};    ///< for so long
    std::optional<Duration> ramp;
    std::optional<Ratio> v_block, v_block_above;
    std::optional<Duration> trip_after;
    std::optional<FrequencyDroopSpec> both_sides;  ///< frequency-watt above and below nominal
    std::optional<Frequency> over_start;           ///< or above alone (LFSM-O)
    std::optional<Ratio> over_droop;
};

/// Stages are told by what they measure and how far out they are, not by their names. What the unit
/// cannot do (a fourth under-voltage stage, say) is a diagnostic.
GridSettings read_grid_settings(std::string_view text, const std::string& file,
                                Diagnostics& diagnostics);

/// Sets a unit: what its own file says already was set by hand, and stays.
void set_up(HybridSpec& unit, const GridSettings& settings);

}  // namespace islandbench::devices
