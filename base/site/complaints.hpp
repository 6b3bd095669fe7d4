#pragma once

#include <string>

#include "base/diagnostics.hpp"
#include "base/json_binding.hpp"
#include "base/unit_text.hpp"

namespace islandbench {

struct FormerSpec;
struct BatterySpec;
struct HybridSpec;
struct Site;

/// What is wrong with the values of a site file, told with the place of the object they stand in.
class Complaints {
  public:
    explicit Complaints(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    void complain(const json::Place& place, const std::string& key, const std::string& message) {
        const std::string path = key.empty() ? place.path : place.path + "." + key;
        diagnostics_.add({place.file, place.line, path, message});
    }

    void positive(double value, const json::Place& place, const std::string& key) {
        if (!(value > 0.0)) complain(place, key, "must be greater than zero");
    }

    void within(double value, double low, double high, const json::Place& place,
                const std::string& key) {
        if (!(value >= low && value <= high)) {
            complain(place, key,
                     "must be between " + format_measure(low, Dimension::none) + " and " +
                         format_measure(high, Dimension::none));
        }
    }

    void share(Ratio value, const json::Place& place, const std::string& key) {
        if (!(value.value() >= 0.0 && value.value() <= 1.0)) {
            complain(place, key, "must be between 0 % and 100 %");
        }
    }

  private:
    Diagnostics& diagnostics_;
};

/// Floors in their order, currents that can be, and what an owner may promise.
void check_battery(const BatterySpec& battery, Complaints& complaints);
/// Nobody owns the former's battery: what owners agree to means nothing there.
void check_municipal(const BatterySpec& battery, Complaints& complaints);

/// Ranges of what controls a unit: outside them it would not be stable at the plant's step of 1 ms,
/// or mean nothing.
void check_control(const FormerSpec& former, Complaints& complaints);
void check_control(const HybridSpec& hybrid, Complaints& complaints);

/// Cables with a limit: what hangs behind one must be what the dispatch hears of, homes, and no
/// second one.
void check_branches(const Site& site, Complaints& complaints);

}  // namespace islandbench
