#include <cmath>
#include <iostream>

#include <gtest/gtest.h>

#include "emulators/plant/demand.hpp"
#include "emulators/plant/load.hpp"

/// Cold-load pick-up: what keeps a temperature makes up for what it missed.
namespace islandbench::plant {
namespace {

constexpr double each_w = 100.0;

double watt(const ZipSum& load) {
    return (load.z + load.i + load.p).re;
}

/// Many homes with one thing each that keeps a temperature: on for a third of the time.
class Fleet {
  public:
    explicit Fleet(int homes, Duration lock_out = {}) {
        ApplianceSpec spec;
        spec.name = "heater";
        spec.tier = 3;
        spec.p = ActivePower{each_w};
        spec.mean_on = 600s;
        spec.mean_off = 1200s;
        spec.thermostatic = true;
        spec.lock_out = lock_out;
        for (int k = 0; k < homes; ++k) {
            loads_.emplace_back("home" + std::to_string(k), std::vector{spec}, HomeDay{}, 1, now_);
        }
    }
    /// A second at a voltage, of nominal; what they draw at its end.
    double second(double v = 1.0) {
        now_ += 1s;
        double sum = 0.0;
        for (HomeLoad& load : loads_) {
            (void)load.advance(now_, v);
            if (v > 0.0) sum += watt(load.total());
        }
        joule_ += sum;
        return sum;
    }
    void run(Duration d, double v = 1.0) {
        for (Duration t{}; t < d; t += 1s) (void)second(v);
    }
    double mean_of(Duration d) {
        const double before = joule_;
        run(d);
        return (joule_ - before) / to_seconds(d);
    }
    void shed(bool off) {
        for (HomeLoad& load : loads_) load.set_coil(3, !off, now_);
    }
    [[nodiscard]] double wh() const { return joule_ / 3600.0; }

  private:
    std::vector<HomeLoad> loads_;
    Instant now_{};
    double joule_ = 0.0;
};

TEST(ColdLoad, FollowsTheCurveOfTheLiterature) {
    // P(t) = Pu until tD, then Pd + (Pu - Pd) exp(-alpha (t - tD)), with tD 30 min and 1/alpha 45
    // min after an outage that is long enough; 200 of them, so chance is 3 % of the largest.
    constexpr int homes = 200;
    Fleet fleet(homes);
    fleet.run(3600s);
    fleet.run(5h, 0.0);
    const double pu = homes * each_w, pd = pu / 3.0;
    EXPECT_NEAR(fleet.mean_of(60s) / pd, 3.0, 0.05) << "peak against what they take otherwise";
    double worst = 0.0;
    for (int minute = 1; minute < 240; minute += 5) {
        const double t = minute + 2.5;
        const double p = t < 30.0 ? pu : pd + (pu - pd) * std::exp(-(t - 30.0) / 45.0);
        const double ours = fleet.mean_of(300s);
        worst = std::fmax(worst, std::fabs(ours - p) / pu);
        EXPECT_NEAR(ours, p, 0.10 * pu) << minute << " min";
    }
    std::cout << "largest difference from the curve: " << 100.0 * worst << " % of its peak\n";
    // Pu held for tD, and the area of the tail is (Pu - Pd) / alpha.
    EXPECT_NEAR(fleet.mean_of(4h), pd, 0.06 * pu);
}

TEST(ColdLoad, MakesUpForWhatWasMissed) {
    Fleet dark(200), twin(200);
    for (Fleet* fleet : {&dark, &twin}) fleet->run(3600s);
    dark.run(3600s, 0.0);
    twin.run(3600s);
    const double missed = twin.wh() - dark.wh();
    EXPECT_NEAR(missed, 200 * each_w / 3.0, 0.1 * missed);
    dark.run(8h);
    twin.run(8h);
    EXPECT_NEAR(dark.wh(), twin.wh(), 0.03 * missed) << "all of it came back";
}

TEST(ColdLoad, WhatCanBeMissedEnds) {
    Fleet dark(200), twin(200);
    dark.run(24h, 0.0);
    twin.run(24h);
    const double missed = twin.wh();
    dark.run(12h);
    twin.run(12h);
    // (1 - duty) 75 min each.
    EXPECT_NEAR(dark.wh() - (twin.wh() - missed), 200 * each_w * (2.0 / 3.0) * 1.25, 0.03 * missed);
}

TEST(ColdLoad, AnOpenContactorCountsAsMissed) {
    Fleet fleet(200);
    fleet.run(600s);
    fleet.shed(true);
    fleet.run(2h);
    const double before = fleet.wh();
    fleet.shed(false);
    EXPECT_GT(fleet.mean_of(300s), 200 * each_w * 0.9);
    EXPECT_GT(fleet.wh(), before);
}

TEST(ColdLoad, AFewMinutesHardlyShow) {
    Fleet fleet(200);
    fleet.run(3600s);
    fleet.run(120s, 0.0);
    EXPECT_NEAR(fleet.mean_of(1800s), 200 * each_w / 3.0, 0.15 * 200 * each_w / 3.0);
}

TEST(ColdLoad, CompressorsComeBackTogetherAfterTheirLockOut) {
    Fleet fleet(200, 240s);
    fleet.run(3600s);
    fleet.run(60s, 0.0);
    EXPECT_EQ(fleet.mean_of(238s), 0.0);
    (void)fleet.second();
    (void)fleet.second();
    EXPECT_GT(fleet.second(), 200 * each_w / 3.0 * 0.9) << "all at once";
}

TEST(ColdLoad, AFlickerIsNoOutage) {
    ApplianceSpec spec;
    spec.name = "heater";
    spec.p = ActivePower{each_w};
    spec.mean_on = 600s;
    spec.mean_off = 1ms;  // practically always on
    spec.thermostatic = true;
    spec.lock_out = 240s;
    HomeLoad load("home1", {spec}, {}, 1, Instant{});
    Instant now{};
    const auto run = [&](Duration d, double v) {
        for (Duration t{}; t < d; t += 1ms) (void)load.advance(now += 1ms, v);
    };
    run(1s, 1.0);
    run(40ms, 0.2);
    run(10ms, 1.0);
    EXPECT_EQ(watt(load.total()), each_w);
    run(60ms, 0.2);
    run(10ms, 1.0);
    EXPECT_EQ(watt(load.total()), 0.0) << "the lock-out holds it";
}

/// A home's made day, second by second; energy by tier.
struct MadeHome {
    explicit MadeHome(const HomeDay& day) : load("home1", {}, day, 1, Instant{}) {}
    void run(Duration d) {
        for (Duration t{}; t < d; t += 1s) {
            (void)load.advance(now += 1s);
            for (int tier = 0; tier < tiers; ++tier) {
                joule[static_cast<std::size_t>(tier)] += watt(load.tier(tier));
            }
        }
    }
    HomeLoad load;
    Instant now{};
    std::array<double, tiers> joule{};
};

TEST(ColdLoad, AMadeDayIsTheSameWhileNothingIsMissed) {
    const DemandSpec spec{Energy{9000.0}, HotWater::tank, {}};
    const HomeDay apart = generate_home_day(spec, "home1", 3, 0s, Instant{});
    ASSERT_EQ(apart.kept.size(), 3U) << "boiler pump, fridge, tank";
    HomeLoad kept("home1", {}, apart, 3, Instant{});
    HomeLoad whole(
        "home1", {},
        {.uses = DaySchedule(generate_demand(spec, "home1", 3), 0s, Instant{}), .kept = {}}, 3,
        Instant{});
    for (int s = 1; s <= 86'400; s += 7) {
        (void)kept.advance(at_seconds(s));
        (void)whole.advance(at_seconds(s));
        for (int tier = 0; tier < tiers; ++tier) {
            ASSERT_NEAR(watt(kept.tier(tier)), watt(whole.tier(tier)), 1e-9) << s << ' ' << tier;
        }
    }
}

TEST(ColdLoad, AMadeDayMakesUpForItsTankAndItsFridge) {
    const DemandSpec spec{Energy{9000.0}, HotWater::tank, {}};
    const HomeDay day = generate_home_day(spec, "home1", 3, 0s, Instant{});
    MadeHome shed(day), twin(day);
    for (MadeHome* home : {&shed, &twin}) home->run(6h);
    for (const int tier : {1, 4}) shed.load.set_coil(tier, false, shed.now);
    for (MadeHome* home : {&shed, &twin}) home->run(40min);
    const auto missed = [&](std::size_t tier) { return twin.joule[tier] - shed.joule[tier]; };
    const double fridge = missed(1);
    EXPECT_GT(fridge, 100e3);
    for (const int tier : {1, 4}) shed.load.set_coil(tier, true, shed.now);
    for (MadeHome* home : {&shed, &twin}) home->run(16h);
    EXPECT_NEAR(missed(1), 0.0, 0.02 * fridge);
    EXPECT_LT(std::fabs(missed(2)), 1.0)
        << "what people did not do in the dark, they do not do twice";
}

}  // namespace
}  // namespace islandbench::plant
