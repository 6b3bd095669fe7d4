#include <gtest/gtest.h>

#include <cmath>
#include <deque>

#include "base/random.hpp"
#include "dispatch/core/test/street.hpp"

namespace islandbench::dispatch::core {
namespace {

/// One line of physics: the former carries what the units do not. Units follow their set-points by
/// their own ramp, `command_delay` steps late; their reports are `report_delay` steps old, the
/// former's are new.
class DelayedStreet {
  public:
    DelayedStreet(int units, int report_delay, int command_delay)
        : report_delay_(report_delay), command_delay_(command_delay) {
        street.add_former(100000, 250000, 600);
        for (int i = 0; i < units; ++i) {
            street.add_hybrid(static_cast<std::uint8_t>(i % 3), 600);
            power.push_back(0.0);
        }
        orders_.resize(power.size());
        reports_.resize(power.size());
        EXPECT_TRUE(street.to_grid() && street.to_island());
    }

    void step(const std::array<double, 3>& load) {
        std::array<double, 3> former = load;
        for (std::size_t i = 0; i < power.size(); ++i) {
            const UnitOut& out = street.units_out[i + 1];
            orders_[i].push_back(out.action == UnitAction::set ? out.p_set_w : 0);
            if (orders_[i].size() > static_cast<std::size_t>(command_delay_) + 1) {
                orders_[i].pop_front();
            }
            const double rise = 1000.0 * 0.25;  // 1 kW/s
            power[i] += std::clamp(orders_[i].front() - power[i], -rise, rise);
            former[i % 3] -= power[i];
            report(i);
        }
        street.set_former(0, {w(former[0]), w(former[1]), w(former[2])});
        former_w = former;
        street.step();
    }

    test::Street street;
    std::vector<double> power;
    std::array<double, 3> former_w{};

  private:
    static std::int32_t w(double p) { return static_cast<std::int32_t>(std::lround(p)); }

    void report(std::size_t i) {
        reports_[i].push_back(power[i]);
        if (reports_[i].size() > static_cast<std::size_t>(report_delay_) + 1) {
            reports_[i].pop_front();
        }
        street.set_p(i + 1, w(reports_[i].front()));
        street.muted[i + 1] = true;
        street.units[i + 1].reported_ms = street.site.now_ms + 250 - 250 * report_delay_;
        street.units[i + 1].soc_reported_ms = street.units[i + 1].reported_ms;
    }

    int report_delay_, command_delay_;
    std::vector<std::deque<double>> orders_, reports_;
};

struct Delays {
    int report, command;
};

class ClosedLoop : public ::testing::TestWithParam<Delays> {};

/// Largest swing of the former's total over the last 20 of 80 seconds after a step.
double swing_after_step(DelayedStreet& s, const std::array<double, 3>& before,
                        const std::array<double, 3>& after) {
    for (int i = 0; i < 240; ++i) s.step(before);
    double least = 1e9;
    double most = -1e9;
    for (int i = 0; i < 320; ++i) {
        s.step(after);
        const double total = s.former_w[0] + s.former_w[1] + s.former_w[2];
        if (i < 240) continue;
        least = std::min(least, total);
        most = std::max(most, total);
    }
    return most - least;
}

TEST_P(ClosedLoop, DoesNotOscillateWhateverTheDelay) {
    DelayedStreet s(24, GetParam().report, GetParam().command);

    const double swing = swing_after_step(s, {9000, 9000, 9000}, {25000, 15000, 12000});

    EXPECT_LE(swing, 0.02 * 100000);
}

TEST_P(ClosedLoop, DoesNotOscillateWhenTheHomesCarryNearlyEverything) {
    DelayedStreet s(24, GetParam().report, GetParam().command);
    s.street.units[0].soc_permille = 220;

    const double swing = swing_after_step(s, {6000, 6000, 6000}, {12000, 12000, 12000});

    EXPECT_LE(swing, 0.02 * 100000);
}

TEST_P(ClosedLoop, AFormersPhaseLimitIsHeldAfterAStep) {
    DelayedStreet s(24, GetParam().report, GetParam().command);
    for (int i = 0; i < 120; ++i) s.step({10000, 10000, 10000});
    int over = 0;
    for (int i = 0; i < 240; ++i) {
        s.step({45000, 10000, 10000});
        over += i >= 40 && s.former_w[0] > 30000 + 500;
    }

    EXPECT_EQ(over, 0);
}

TEST_P(ClosedLoop, BatteriesRunEmptyTogether) {
    DelayedStreet s(6, GetParam().report, GetParam().command);
    for (std::size_t i = 1; i < s.street.units.size(); ++i) {
        s.street.units[i].soc_permille = static_cast<std::int32_t>(250 + 100 * i);
    }
    for (int i = 0; i < 240; ++i) s.step({9000, 9000, 9000});

    const double per_wh = s.power[5] / (13500 * 0.64);
    for (std::size_t i = 0; i < 6; ++i) {
        const double energy = 13500 * (s.street.units[i + 1].soc_permille - 210) / 1000.0;
        EXPECT_NEAR(s.power[i], energy * per_wh, 110) << i;
    }
}

INSTANTIATE_TEST_SUITE_P(UpToFiveSamples, ClosedLoop,
                         ::testing::Values(Delays{0, 0}, Delays{1, 1}, Delays{2, 1}, Delays{3, 2},
                                           Delays{5, 1}, Delays{5, 5}),
                         [](const auto& instance) {
                             const Delays& d = instance.param;
                             return "Report" + std::to_string(d.report) + "Command" +
                                    std::to_string(d.command);
                         });

}  // namespace
}  // namespace islandbench::dispatch::core
