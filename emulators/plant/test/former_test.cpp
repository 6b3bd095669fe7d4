#include "emulators/plant/former.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "emulators/plant/test/miniature.hpp"

namespace islandbench::plant {
namespace {

constexpr Duration for_ever = 3600s;

void step_phase_c(Street& street, double watt) {
    street.step_home_load(2, 2, ActivePower{watt}, ReactivePower{}, for_ever);
}
void step_all(Street& street, double watt) {
    street.step_priority_load(0, ActivePower{watt}, ReactivePower{}, for_ever);
}
double former_p(const Street& street) {
    return street.former().state().p.value();
}

TEST(Former, IslandFrequencyIsItsDroop) {
    Street street = islanded(bare_miniature());
    EXPECT_NEAR(street.island().f.value(), 50.0, 1e-3);
    for (const double watt : {7500.0, 7500.0, 10000.0}) {
        step_all(street, watt);
        run(street, 5s);
        const double expected = 50.0 - 0.5 * former_p(street) / 30e3;
        EXPECT_NEAR(street.island().f.value(), expected, 1e-3);
    }
}

TEST(Former, PowerStepSettlesWithoutSwinging) {
    Street street = islanded(bare_miniature());
    step_all(street, 15000.0);
    double lowest = 60.0;
    for (int ms = 0; ms < 500; ++ms) {
        street.step();
        lowest = std::min(lowest, street.former().state().f.value());
    }
    const double settled = street.island().f.value();
    run(street, 1s);
    EXPECT_NEAR(street.island().f.value(), settled, 2e-3);
    EXPECT_GT(lowest, settled - 0.2);  // what the angle's jump leaves in a 30 ms measurement
}

TEST(Former, HoldsTheMeanVoltageLessItsDroop) {
    Street street = islanded(bare_miniature());
    street.step_home_load(2, 2, ActivePower{6000.0}, ReactivePower{2000.0}, for_ever);
    run(street, 5s);
    const FormerState& s = street.former().state();
    const double mean_v = (s.v[0].value() + s.v[1].value() + s.v[2].value()) / 3.0;
    EXPECT_NEAR(mean_v, 232.0 - 0.05 * 230.0 * s.q.value() / 30e3, 0.05);
    EXPECT_LT(s.v[2], s.v[0]);

    street.former().control().v_set = Voltage{236.0};
    run(street, 5s);
    EXPECT_NEAR((s.v[0].value() + s.v[1].value() + s.v[2].value()) / 3.0 - mean_v, 4.0, 0.1);
}

TEST(Former, ZeroSequenceSeesItsOwnImpedance) {
    // Its EMF is balanced, so V0 = -z0 I0 with z0 = 1 % + j5 % of its base.
    Street street = islanded(bare_miniature());
    step_phase_c(street, 8000.0);
    run(street, 2s);
    const Phasor3& v = street.feeder().former_bus();
    const Phasor3& i = street.feeder().former_current();
    const double base = 3.0 * 230.0 * 230.0 / 30e3;
    const Phasor z0 = base * Phasor{0.01, 0.05};
    EXPECT_LT(abs((v[0] + v[1] + v[2]) + z0 * (i[0] + i[1] + i[2])), 1e-6);
    EXPECT_GT(abs(i[0] + i[1] + i[2]), 30.0);
    // And the negative sequence its positive one.
    const auto negative = [](const Phasor3& x) { return positive_sequence({x[0], x[2], x[1]}); };
    EXPECT_LT(abs(negative(v) + base * Phasor{0.01, 0.15} * negative(i)), 1e-6);
}

TEST(Former, OverloadOfOnePhaseIsLimitedInThatPhase) {
    Street street = islanded(bare_miniature());
    step_phase_c(street, 25000.0);
    run(street, 200ms);
    const FormerState& s = street.former().state();
    const double rated = 30e3 / 3.0 / 230.0;
    EXPECT_TRUE(s.limiting);
    EXPECT_NEAR(s.i[2].value(), 1.5 * rated, 1e-3);
    EXPECT_LT(s.v[2].value(), 190.0);
    EXPECT_GT(s.v[0].value(), 215.0);
    EXPECT_GT(s.v[1].value(), 215.0);
    EXPECT_NEAR(s.i_share.value(), 1.5, 1e-4);
}

TEST(Former, UsesUpItsOverloadTimeThenCollapsesThenRestarts) {
    Street street = islanded(bare_miniature());
    step_phase_c(street, 11500.0);  // 1.1 .. 1.22 pu
    run(street, 500ms);
    const double share = street.former().state().i_share.value();
    EXPECT_GT(share, 1.10);
    EXPECT_LT(share, 1.22);

    const auto throttled =
        run_until(street, 20s, [&] { return street.former().state().throttled; });
    ASSERT_TRUE(throttled);
    EXPECT_NEAR(to_seconds(*throttled), 9.5, 0.05);
    run(street, 500ms);
    EXPECT_NEAR(street.former().state().i_share.value(), 1.0, 1e-4);
    EXPECT_LT(street.home(2).v.value(), 0.7 * 230.0);

    const auto tripped = run_until(street, 5s, [&] { return !street.former().running(); });
    ASSERT_TRUE(tripped);
    EXPECT_NEAR(to_seconds(*tripped), 0.6, 0.2);
    EXPECT_EQ(street.former().state().stop, FormerStop::collapse);
    const auto again = run_until(street, 20s, [&] { return street.former().running(); });
    ASSERT_TRUE(again);
    EXPECT_NEAR(to_seconds(*again), 10.0, 0.01);
}

TEST(Former, LoadShedInTimeSavesThePhase) {
    Street street = islanded(bare_miniature());
    step_phase_c(street, 11500.0);
    run(street, 8s);
    street.set_coil(2, 2, false);
    run(street, 60s);
    EXPECT_TRUE(street.former().running());
    EXPECT_FALSE(street.former().state().throttled);
    EXPECT_LT(street.former().state().heat[2].value(), 0.05) << "cooled linearly";
}

TEST(Former, HoldsItsSetpointBesideAGridOffNominal) {
    StreetStart start = quiet_start(49.97);
    Street street(quiet_miniature(), start);
    street.former().control().p_set = ActivePower{9000.0};
    run(street, 40s);
    EXPECT_NEAR(mean(street, former_p), 9000.0, 0.02 * 9000.0);
    EXPECT_NEAR(mean(street, [](const Street& s) { return s.former().state().q.value(); }), 0.0,
                0.01 * 30e3);
    EXPECT_NEAR(street.former().state().f.value(), 49.97, 0.01);
}

TEST(Former, AloneAtItsCurrentLimitItLowersTheFrequencyByWhatIsAsked) {
    Street street = islanded(bare_miniature());
    step_phase_c(street, 25000.0);
    run(street, 500ms);
    ASSERT_TRUE(street.former().state().limiting);
    const double by_given = 50.0 - 0.5 * former_p(street) / 30e3;
    EXPECT_LT(street.former().emf_frequency(), by_given - 0.05);
    EXPECT_GT(street.former().emf_frequency(), 49.2) << "no stage of a load controller";
}

TEST(Former, AnOverloadThatItsCurveAllowsMovesTheFrequencyByDroopAloneWhileAGridIsLost) {
    // 60 kW of neighbours hold the street at half its voltage until it opens.
    Street street(quiet_miniature(), quiet_start());
    run(street, 10s);
    street.lose_grid({});
    double slowest = 60.0;
    const auto opened = run_until(street, 2s, [&] {
        slowest = std::min(slowest, street.former().emf_frequency());
        return !street.exchange().closed;
    });
    ASSERT_TRUE(opened);
    EXPECT_GT(slowest, 49.0);
}

TEST(Former, AloneWithStalledMotorsItsFrequencyIsNoHigherThanItsDroop) {
    Street street = islanded(bare_miniature());
    for (std::size_t k = 0; k < 3; ++k) {
        street.step_home_load(k, 2, ActivePower{9e3}, ReactivePower{28e3}, for_ever);
    }
    for (int ms = 0; ms < 700; ++ms) {
        street.step();
        if (ms < 100) continue;
        ASSERT_TRUE(street.former().state().limiting) << ms;
        const double by_given = 50.0 - 0.5 * former_p(street) / 30e3;
        ASSERT_LT(street.former().emf_frequency(), by_given + 0.01) << ms;
    }
}

TEST(Former, AloneWithItsOverloadTimeUsedUpItGoesOnByDroop) {
    // Full power of loads that are partly reactive is more than its rated current: it will collapse
    // in a second, which lowering the frequency beforehand would not help.
    Street street = islanded(bare_miniature());
    for (std::size_t k = 0; k < 3; ++k) {
        street.step_home_load(k, 2, ActivePower{9'600.0}, ReactivePower{5'500.0}, 600s);
    }
    const auto throttled =
        run_until(street, 30s, [&] { return street.former().state().throttled; });
    ASSERT_TRUE(throttled);
    run(street, 800ms);
    ASSERT_TRUE(street.former().running());
    EXPECT_GT(street.former().emf_frequency(), 49.4);
}

TEST(Former, ProbeIsAFourPerCentRippleOfItsPower) {
    Street street(quiet_miniature(), quiet_start());
    run(street, 10s);
    double low = 1e9, high = -1e9;
    for (int ms = 0; ms < 400; ++ms) {
        street.step();
        low = std::min(low, former_p(street));
        high = std::max(high, former_p(street));
    }
    EXPECT_NEAR((high - low) / 30e3, 0.08, 0.01);
}

TEST(Former, VoltageStaysInBandAfterTheDefaultOutage) {
    // 60 kW and 20 kvar of neighbours pull the street down to half its voltage until it opens. An
    // integrator that wound up meanwhile would lift the island far above 1.10 pu.
    Street street(quiet_miniature(), quiet_start(49.97));
    run(street, 10s);
    street.lose_grid({});
    const auto opened = run_until(street, 2s, [&] { return !street.exchange().closed; });
    ASSERT_TRUE(opened);
    run(street, 20ms);
    double highest = 0.0;
    for (int ms = 0; ms < 5000; ++ms) {
        street.step();
        for (const Voltage v : street.island().v) highest = std::max(highest, v.value());
    }
    EXPECT_LE(highest, 1.10 * 230.0);
    EXPECT_TRUE(street.island().formed);
}

TEST(Former, GridRampDrivesNeitherSwitchNorFormerOut) {
    struct Ramp {
        double rate, to;
    };
    for (const Ramp& ramp : {Ramp{0.15, 49.22}, {0.15, 50.72}, {0.3, 49.1}, {0.3, 50.85}}) {
        Street street(quiet_miniature(), quiet_start(49.97));
        run(street, 10s);
        street.move_grid_frequency(Frequency{ramp.to}, Rocof{ramp.rate});
        double highest = 0.0;
        for (int ms = 0; ms < 20'000; ++ms) {
            street.step();
            highest = std::max(highest, std::fabs(former_p(street)) / 30e3);
        }
        EXPECT_TRUE(street.exchange().closed) << ramp.rate << " Hz/s to " << ramp.to;
        EXPECT_TRUE(street.former().running());
        EXPECT_LT(highest, 1.15) << "clamped to its rating";
    }
}

TEST(Former, StartsTheIslandWithDroopAlone) {
    // A set-point and a grid off nominal leave an offset at opening; it runs back to zero.
    Street street(quiet_miniature(), quiet_start(49.7));
    street.former().control().p_set = ActivePower{-6000.0};
    run(street, 30s);
    street.lose_grid({});
    run(street, 15s);
    ASSERT_FALSE(street.exchange().closed);
    EXPECT_NEAR(street.island().f.value(), 50.0 - 0.5 * former_p(street) / 30e3, 1e-3);
}

TEST(Former, SplitsLoadStepsBetweenFrequencyStages) {
    // 20 % more than its rating: it lowers the frequency on purpose, through the local stages of
    // load controllers at 49.2 Hz and below.
    Street street = islanded(bare_miniature());
    step_all(street, 37000.0);
    const auto reached = run_until(street, 10s, [&] { return street.home(0).f < Frequency{48.6}; });
    ASSERT_TRUE(reached);
    EXPECT_TRUE(street.former().state().mitigating);
    EXPECT_LT(*reached, 3s);
}

TEST(Former, StopsInTheIslandWithoutEnergy) {
    StreetStart start = quiet_start();
    start.soc["former"] = Ratio{0.102};
    Street street = islanded(bare_miniature(), start);
    step_all(street, 25000.0);
    const auto stopped = run_until(street, 120s, [&] { return !street.former().running(); });
    ASSERT_TRUE(stopped);
    EXPECT_EQ(street.former().state().stop, FormerStop::empty);
    EXPECT_NEAR(street.former().pack().soc.value(), 0.10, 1e-3);
    run(street, 30s);
    EXPECT_FALSE(street.former().running()) << "nothing to start with";
    EXPECT_LT(street.island().v[0].value(), 1.0);
}

TEST(Former, BmsLimitStopsItToo) {
    Street street = islanded(bare_miniature());
    step_all(street, 6000.0);
    run(street, 1s);
    street.former().control().discharge_limit = Current{};
    run(street, 2s);
    EXPECT_EQ(street.former().state().stop, FormerStop::empty);
    street.former().control().discharge_limit = Current{80.0};
    run(street, 2s);
    EXPECT_TRUE(street.former().running());
    EXPECT_TRUE(street.island().formed);
}

TEST(Former, FullBatteryMakesThePvOfTheStreetStepBack) {
    StreetStart start = quiet_start();
    start.soc["former"] = Ratio{1.0};
    start.soc["home1"] = Ratio{1.0};
    start.sun = Ratio{1.0};
    Site site = bare_miniature();
    site.homes[0].hybrid = quiet_miniature().homes[0].hybrid;
    Street street = islanded(site, start);
    street.hybrid(0)->control().p_set = ActivePower{1200.0};
    run(street, 30s);
    EXPECT_TRUE(street.hybrid(0)->state().frequency_watt);
    EXPECT_GT(street.island().f.value(), 50.4);
    EXPECT_LT(street.island().f.value(), 52.0);
    EXPECT_LT(street.former().state().dc_p.value(), 400.0);
    EXPECT_GT(former_p(street), -200.0) << "a full battery takes nothing";
    EXPECT_LT(street.hybrid(0)->state().p.value(), 300.0);
}

TEST(Former, DisabledStopsAndEnabledStartsSoftly) {
    Street street = islanded(bare_miniature());
    street.former().control().enable = false;
    run(street, 1s);
    EXPECT_EQ(street.former().state().stop, FormerStop::disabled);
    EXPECT_TRUE(std::isnan(street.island().f.value()));
    street.former().control().enable = true;
    const auto started = run_until(street, 5s, [&] { return street.former().running(); });
    ASSERT_TRUE(started);
    EXPECT_EQ(*started, 1s);
    run(street, 100ms);
    EXPECT_LT(street.island().v[0].value(), 120.0);
    run(street, 500ms);
    EXPECT_TRUE(street.island().formed);
}

/// Home 3's load from 0.8 to 1.8 of what the phase carries, and back, each within half a second:
/// faster than it would trip. Between, two voltages are possible; the street stays on its own.
TEST(Former, LimitedPhaseHasOneJumpEachWay) {
    Site site = bare_miniature();
    site.former.overload = {{1.5, 1h}};  // only the hard limit
    Street street = islanded(site);
    const auto voltage_at = [&](double pu) {
        street.step_home_load(2, 2, ActivePower{pu * 15e3}, ReactivePower{}, 5ms);
        run(street, 5ms);
        return street.home(2).v.value();
    };
    for (int k = 0; k < 40; ++k) (void)voltage_at(0.8);
    std::vector<double> jumped_at;
    bool high = true;
    for (int k = 0; k <= 200; ++k) {
        const double pu = k <= 100 ? 0.8 + 0.01 * k : 2.8 - 0.01 * k;
        const double v = voltage_at(pu);
        ASSERT_TRUE(v > 50.0 && v < 250.0) << pu;
        if (high != (v > 0.8 * 230.0)) jumped_at.push_back(pu);
        high = v > 0.8 * 230.0;
    }
    ASSERT_EQ(jumped_at.size(), 2U);
    EXPECT_GT(jumped_at[0], jumped_at[1] + 0.05) << "it collapses later than it recovers";
    EXPECT_TRUE(street.former().running());
}

}  // namespace
}  // namespace islandbench::plant
