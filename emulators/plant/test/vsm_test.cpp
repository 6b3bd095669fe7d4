#include "emulators/plant/vsm.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "emulators/plant/test/miniature.hpp"

namespace islandbench::plant {
namespace {

FormerSpec machine() {
    FormerSpec spec;
    spec.control.law = FormingLaw::vsm;
    return spec;
}

/// Alone, on terminals that turn with it.
struct Alone {
    explicit Alone(const FormerSpec& spec) : vsm(spec, Frequency{50.0}) { vsm.start_alone(1.0); }

    void run(double p, int ms) { run(p, p, ms); }
    void run(double asked, double given, int ms) {
        for (int k = 0; k < ms; ++k) {
            angle = wrap(angle + vsm.turned());
            vsm.advance({.p = asked,
                         .given = given,
                         .v = 1.0,
                         .terminal = polar(1.0, angle),
                         .connected = false});
        }
    }
    [[nodiscard]] double f() const { return vsm.frequency(); }

    VsmControl vsm;
    double angle = 0.0;
};

TEST(Vsm, SettlesWhereDroopDoes) {
    Alone alone(machine());
    alone.run(0.5, 20'000);
    EXPECT_NEAR(alone.f(), 49.75, 1e-6);
    alone.run(-0.4, 20'000);
    EXPECT_NEAR(alone.f(), 50.20, 1e-6);
}

TEST(Vsm, FirstFallsAsItsInertiaSays) {
    // With no damping and hardly any droop: df/dt = -f0 P / Ta.
    FormerSpec spec = machine();
    spec.control.vsm.kd = 0.0;
    spec.control.vsm.kw = 1e-3;
    spec.control.vsm.ta = 5.0;
    Alone alone(spec);
    alone.run(0.2, 500);
    EXPECT_NEAR(alone.f(), 50.0 - 50.0 * 0.2 / 5.0 * 0.5, 1e-3);
}

TEST(Vsm, IsStableWithHardlyAnyInertia) {
    FormerSpec spec = machine();
    spec.control.vsm.ta = 0.05;  // 500 / 0.05 s: ten times too stiff for a plain Euler step
    Alone alone(spec);
    alone.run(0.5, 5000);
    EXPECT_NEAR(alone.f(), 49.75, 1e-4);
}

TEST(Vsm, ItsVoltageFallsWithReactivePower) {
    Alone alone(machine());
    for (int ms = 0; ms < 50; ++ms) alone.vsm.advance({.q = 0.4, .v = 1.0, .connected = false});
    EXPECT_NEAR(alone.vsm.voltage(), 1.0 - 0.05 * 0.4, 1e-9);
}

TEST(Vsm, LowersTheFrequencyOnPurposeAboveItsWindow) {
    Alone alone(machine());
    alone.run(1.1, 1500);
    EXPECT_LT(alone.f(), 49.2);
    EXPECT_TRUE(alone.vsm.mitigating());
    alone.run(0.8, 20'000);
    EXPECT_NEAR(alone.f(), 49.6, 1e-6);
    EXPECT_FALSE(alone.vsm.mitigating());
}

TEST(Vsm, FollowsWhatItAsksAndMitigatesWhatItGives) {
    Alone alone(machine());
    alone.run(1.3, 0.9, 20'000);
    EXPECT_NEAR(alone.f(), 50.0 - 0.5 * 1.3, 1e-6);
    EXPECT_FALSE(alone.vsm.mitigating());
}

Site with_a_machine(Site site) {
    site.former.control.law = FormingLaw::vsm;
    return site;
}

TEST(Vsm, HoldsItsSetpointBesideTheGrid) {
    Site site = with_a_machine(bare_miniature());
    site.former.grid_setpoint = ActivePower{6000.0};
    Street street(site, quiet_start(49.9));
    EXPECT_NEAR(mean(street, [](const Street& s) { return s.grid().v[0].value(); }), 240.0, 3.0);
    run(street, 40s);
    const auto p = [](const Street& s) { return s.former().state().p.value(); };
    const auto q = [](const Street& s) { return s.former().state().q.value(); };
    EXPECT_NEAR(mean(street, p), 6000.0, 60.0);
    EXPECT_NEAR(mean(street, q), 0.0, 300.0);
    EXPECT_TRUE(street.exchange().closed);
}

TEST(Vsm, IslandFrequencyIsItsDroop) {
    Street street = islanded(with_a_machine(bare_miniature()));
    EXPECT_NEAR(street.island().f.value(), 50.0, 2e-3);
    street.step_priority_load(0, ActivePower{15000.0}, ReactivePower{}, Duration{3600s});
    run(street, 10s);
    const double p = street.former().state().p.value();
    EXPECT_GT(p, 13000.0);
    EXPECT_NEAR(street.island().f.value(), 50.0 - 0.5 * p / 30e3, 2e-3);
}

TEST(Vsm, LeavesTheGridIsLedBackAndRecloses) {
    Street street(with_a_machine(quiet_miniature()), quiet_start());
    street.interconnect().set_observation(5s);
    run(street, 3s);
    street.lose_grid({});
    ASSERT_TRUE(run_until(street, 3s, [&] { return !street.exchange().closed; }));
    run(street, 10s);
    ASSERT_TRUE(street.island().formed);
    street.restore_grid(Frequency{50.0});
    street.interconnect().permit_reclose(true);
    street.interconnect().request_sync(true);
    ASSERT_TRUE(run_until(street, 30s, [&] { return street.events().reclosed > 0; }));
    EXPECT_LT(std::fabs(street.last_closing().dphi.value()), 10.0);
    EXPECT_LT(std::fabs(street.last_closing().df.value()), 0.1);
    EXPECT_FALSE(street.interconnect().state().out_of_phase);
    run(street, 20s);
    EXPECT_TRUE(street.exchange().closed) << "the probe must not take the grid for lost";
    EXPECT_TRUE(street.former().running());
    const auto p = [](const Street& s) { return s.former().state().p.value(); };
    const double before = mean(street, p);
    run(street, 30s);
    EXPECT_NEAR(before - mean(street, p), 30e3 * 0.08 / 60.0 * 30.4, 100.0)
        << "hands over at the rate of the connection rules";
}

TEST(Vsm, StartsADeadStreetAndReturnsBesideALiveOne) {
    Street street(with_a_machine(quiet_miniature()), quiet_start());
    run(street, 2s);
    street.former().control().enable = false;
    run(street, 1s);
    EXPECT_FALSE(street.former().running());
    street.former().control().enable = true;
    run(street, 10s);
    EXPECT_TRUE(street.former().running());
    EXPECT_LT(std::fabs(street.former().state().p.value()), 3000.0);

    Street dark(with_a_machine(quiet_miniature()), [] {
        StreetStart start = quiet_start();
        start.permit_island = false;
        return start;
    }());
    run(dark, 2s);
    dark.lose_grid({});
    run(dark, 5s);
    EXPECT_FALSE(dark.former().running());
    dark.interconnect().permit_island(true);
    run(dark, 10s);
    EXPECT_TRUE(dark.former().running());
    EXPECT_TRUE(dark.island().formed);
}

TEST(Vsm, FindsTheIslandByItsProbe) {
    Street street(with_a_machine(quiet_miniature()), quiet_start());
    run(street, 5s);
    street.lose_grid({.kind = OutageKind::exact_balance});
    const auto opened = run_until(street, 5s, [&] { return !street.exchange().closed; });
    ASSERT_TRUE(opened);
    EXPECT_LT(to_seconds(*opened), 1.6);
}

}  // namespace
}  // namespace islandbench::plant
