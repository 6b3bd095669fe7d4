#include "emulators/plant/measured_day.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/assert.hpp"

namespace islandbench::plant {
namespace {

struct Layer {
    double from_w, to_w;
    double power_factor;
    ZipShares shares;
};

/// Electronics and motors below, heaters on top.
std::array<Layer, tiers> layers() {
    constexpr double no_top = std::numeric_limits<double>::infinity();
    const auto& top = layer_tops_w;
    return {{{0.0, top[0], 0.95, {0.0, 0.0, 1.0}},
             {top[0], top[1], 0.95, {0.2, 0.3, 0.5}},
             {top[1], top[2], 0.97, {0.4, 0.3, 0.3}},
             {top[2], top[3], 1.0, {1.0, 0.0, 0.0}},
             {top[3], no_top, 1.0, {1.0, 0.0, 0.0}}}};
}

}  // namespace

DemandDay measured_day(const LoadProfile& profile, Duration shift) {
    IB_ASSERT(profile.minutes.size() == minutes_of_day);
    IB_ASSERT(shift >= 0s && shift < 1min);
    DemandDay day;
    std::array<double, tiers> before{-1.0, -1.0, -1.0, -1.0, -1.0};
    for (std::size_t minute = 0; minute < minutes_of_day; ++minute) {
        const double total = profile.minutes[minute].value();
        int tier = 0;
        for (const Layer& layer : layers()) {
            const double p = std::clamp(total, layer.from_w, layer.to_w) - layer.from_w;
            double& last = before[static_cast<std::size_t>(tier)];
            if (p != last) {
                DemandChange change{static_cast<int>(minute) * Duration{1min} + shift, tier, {}};
                change.load.add({p, p * std::tan(std::acos(layer.power_factor))}, layer.shares);
                day.push_back(change);
                last = p;
            }
            ++tier;
        }
    }
    return day;
}

}  // namespace islandbench::plant
