#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/load_profiles.hpp"
#include "base/site/device.hpp"
#include "base/site/network.hpp"

/// A feeder as others publish it: wires and loads, no equipment. What every public format is read
/// into. Consumption is positive here, as in the files.
namespace islandbench {

/// Delta on the high side, star with earthed neutral on the low side.
struct FeederTransformer {
    std::string name;
    std::string bus;  ///< of the low-voltage side
    ApparentPower rating;
    Voltage high, low;  ///< phase to phase
    Ratio r, x;         ///< short-circuit impedance on the rating
};

/// The network above the transformer: a voltage behind an impedance. Its zero sequence does not
/// matter behind a delta winding.
struct FeederSource {
    Ratio v{1.0};                          ///< of the transformer's high side
    std::optional<Current> fault_current;  ///< three-phase, at `fault_v`; absent: stiff
    Voltage fault_v;                       ///< phase to phase
    double x_over_r = 4.0;
};

struct FeederLine {
    std::string from, to;  ///< from is nearer to the transformer
    std::string code;
    Length length;
};

struct FeederLoad {
    std::string name;
    std::string bus;
    std::optional<Phase> phase;      ///< absent: three-phase, balanced
    ActivePower p;                   ///< of all its phases; of a load with a day, its mean
    double power_factor = 1.0;       ///< inductive
    std::optional<LoadProfile> day;  ///< of all its phases
    /// Power in a minute of the day, from 0.
    [[nodiscard]] ActivePower at(std::size_t minute) const {
        return day ? day->minutes[minute] : p;
    }
};

/// One transformer and what it feeds.
struct FeederModel {
    std::string name;  ///< of the folder
    FeederTransformer transformer;
    FeederSource source;
    std::map<std::string, LineCode> line_codes;
    std::vector<FeederLine> lines;  ///< a tree, in feeding order
    std::vector<FeederLoad> loads;
};

}  // namespace islandbench
