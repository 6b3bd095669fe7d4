#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/site.hpp"
#include "reports/store/golden_figures.hpp"
#include "reports/store/run_record.hpp"

/// Computes the golden figures from what was recorded. Pure functions.
namespace islandbench::reports {

struct SustainedPowerInputs {
    std::vector<const Series*> site_voltages;  ///< truth.<priority site>.v
    std::vector<std::string> site_names;
    const Series* frequency = nullptr;  ///< truth.island.f
    Instant outage{};
    Instant end{};  ///< of the run
    Voltage v_min, v_max;
    Frequency f_min, f_max;
    Duration required{10min};
    Duration required_at_end{30s};
};
/// A site without a value counts as not supplied. What was lost after the figure is in it too.
SustainedPower sustained_power(const SustainedPowerInputs& inputs);

/// Proven abilities, of twelve each, weighted by the ratings (alike when no rating is given). A
/// device behind a protocol that is not published has none.
Openness openness(std::vector<DeviceOpenness> devices);
/// Of one device, 0..1.
double openness_of(const DeviceOpenness& device);

/// (price of energy / round trip) + sum over packs of (battery price x capacity / (1 - end of life)
/// x health lost) / energy delivered + fixed cost / energy delivered. The fixed cost is per event.
EmergencyCost emergency_cost(const EconomicsSpec& prices, Energy delivered,
                             std::vector<PackWear> packs);

/// Energy of a power signal between two moments; a gap counts as no power.
Energy energy_of(const Series& power, Instant from, Instant to);

/// A figure as reports print it.
struct FigureText {
    std::string name;
    std::string value;    ///< "1.450 s", or "not reached"
    std::string meaning;  ///< one line
    std::vector<std::pair<std::string, std::string>> inputs;
};
std::vector<FigureText> figure_texts(const GoldenFigures& figures);

}  // namespace islandbench::reports
