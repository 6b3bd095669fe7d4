#pragma once

#include <algorithm>
#include <deque>

#include "dispatch/core/test/street.hpp"

namespace islandbench::dispatch::core::test {

/// In samples of a second.
struct GridDelays {
    int meter = 0, report = 0, command = 0;
};

/// A connected street in which everything is late: units do what they were ordered `command`
/// samples ago, what they report and what the meter reads is that old.
class DelayedGrid {
  public:
    DelayedGrid(int units, GridDelays delays) : delays_(delays) {
        street.add_former(100000, 250000, 600);
        street.config.tuning.grid_dead_band_permille = 20;  // 2 kW
        // As fast as can be: nothing but the delays is between an order and its effect.
        street.config.tuning.grid_ramp_permille_per_min = 60000;
        for (int i = 0; i < units; ++i) {
            const std::size_t u = street.add_hybrid(static_cast<std::uint8_t>(i % 3), 600);
            street.config.units[u].hold_ms = 20000;
            street.config.units[u].dead_band_w = 20;
            orders_.emplace_back();
            reports_.emplace_back();
            power_w_.push_back(0);
            deaf.push_back(false);
        }
        street.to_grid();
    }

    void step(std::int32_t load_w) {
        flow_w = load_w;
        for (std::size_t i = 0; i < power_w_.size(); ++i) {
            const UnitOut& out = street.units_out[i + 1];
            const std::int32_t order = out.action == UnitAction::set ? out.p_set_w : 0;
            const std::int32_t due = late(orders_[i], order, delays_.command);
            if (!deaf[i]) power_w_[i] = due;
            flow_w -= power_w_[i];
            tell(i + 1, late(reports_[i], power_w_[i], delays_.report));
        }
        street.site.poi_w = late(readings_, flow_w, delays_.meter);
        street.site.poi_reported_ms = street.site.now_ms + 1000 * (1 - delays_.meter);
        street.step(1000);
    }
    /// The least and the largest flow of the last of so many seconds.
    struct Range {
        std::int32_t least, most;
    };
    Range live(std::int32_t load_w, int seconds, int last) {
        Range range{no_limit_w, -no_limit_w};
        for (int s = 0; s < seconds; ++s) {
            step(load_w);
            if (s < seconds - last) continue;
            range.least = std::min(range.least, flow_w);
            range.most = std::max(range.most, flow_w);
        }
        return range;
    }
    [[nodiscard]] std::size_t units() const { return power_w_.size(); }

    Street street;
    std::int32_t flow_w = 0;  ///< import, now
    std::vector<bool> deaf;   ///< stays at its power, whatever it is ordered

  private:
    using Queue = std::deque<std::int32_t>;

    static std::int32_t late(Queue& queue, std::int32_t value, int delay) {
        queue.push_back(value);
        if (queue.size() > static_cast<std::size_t>(delay) + 1) queue.pop_front();
        return queue.front();
    }
    void tell(std::size_t unit, std::int32_t p_w) {
        street.set_p(unit, p_w);
        street.muted[unit] = true;
        street.units[unit].reported_ms = street.site.now_ms + 1000 * (1 - delays_.report);
        street.units[unit].soc_reported_ms = street.units[unit].reported_ms;
    }

    GridDelays delays_;
    std::vector<Queue> orders_, reports_;
    Queue readings_;
    std::vector<std::int32_t> power_w_;
};

}  // namespace islandbench::dispatch::core::test
