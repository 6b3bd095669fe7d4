#include "emulators/plant/hybrid.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace islandbench::plant {
namespace {

HybridSpec hybrid() {
    HybridSpec spec;
    spec.rating = ApparentPower{5000.0};
    spec.pv_peak = ActivePower{3500.0};
    spec.battery.capacity = Energy{13500.0};
    spec.battery.charge_limit = spec.battery.discharge_limit = Current{120.0};
    return spec;
}

/// A follower at the terminals of a test supply: any voltage, frequency and phase.
struct Rig {
    explicit Rig(const HybridSpec& spec = hybrid(), double soc = 0.6)
        : inverter(spec, 230.0, 50.0, Ratio{soc}) {
        run(500ms);
    }

    void one_step() {
        angle += 2.0 * std::numbers::pi * (f - 50.0) * step_s;
        f += rocof * step_s;
        v_now = polar(v, angle);
        inverter.measure(v_now);
        inverter.advance(v_now, sun);
    }
    /// Moves the frequency as a grid would, below every limit of its rate.
    void glide_to(double hz) {
        const double from = f;
        rocof = hz > f ? 0.8 : -0.8;
        run(from_seconds(std::fabs(hz - from) / 0.8));
        rocof = 0.0;
        f = hz;
    }
    void run(Duration d) {
        for (Duration t{}; t < d; t += step) one_step();
    }
    /// How long until the relay is open (true) or closed, at most `limit`.
    std::optional<double> seconds_until(bool connected, Duration limit) {
        for (Duration t = step; t <= limit; t += step) {
            one_step();
            if (state().connected == connected) return to_seconds(t);
        }
        return std::nullopt;
    }
    [[nodiscard]] const HybridState& state() const { return inverter.state(); }
    [[nodiscard]] double p() const { return state().p.value(); }

    Hybrid inverter;
    double v = 230.0, f = 50.0, rocof = 0.0, angle = 0.4, sun = 0.0;
    Phasor v_now;
};

TEST(Hybrid, RampsToItsSetpointAndHoldsIt) {
    Rig rig;
    rig.inverter.control().p_set = ActivePower{3000.0};
    rig.inverter.control().p_ramp = ActivePower{1000.0};
    rig.run(1500ms);
    EXPECT_NEAR(rig.p(), 1500.0, 20.0);
    rig.run(2s);
    EXPECT_NEAR(rig.p(), 3000.0, 1.0);
    EXPECT_NEAR(rig.state().q.value(), 0.0, 1.0);
    EXPECT_FALSE(rig.state().limiting);
}

TEST(Hybrid, KeepsPowerAndPowerFactorOffNominalFrequency) {
    Rig rig;
    rig.f = 49.2;
    rig.v = 215.0;
    rig.inverter.control().p_set = ActivePower{-2000.0};
    rig.inverter.control().q_set = ReactivePower{800.0};
    rig.run(4s);
    EXPECT_NEAR(rig.p(), -2000.0, 5.0);
    EXPECT_NEAR(rig.state().q.value(), 800.0, 5.0);
    EXPECT_NEAR(rig.state().f.value(), 49.2, 1e-3);
    EXPECT_NEAR(rig.state().v.value(), 215.0, 1e-3);
}

TEST(Hybrid, ApparentPowerEndsAtItsCurrentLimit) {
    Rig rig;
    rig.v = 200.0;
    rig.inverter.control().p_set = ActivePower{5000.0};
    rig.inverter.control().q_set = ReactivePower{5000.0};
    rig.run(8s);
    EXPECT_NEAR(rig.state().i.value(), 1.1 * 5000.0 / 230.0, 1e-3);
    rig.v = 165.0;  // active power first, and no more than the current allows
    rig.run(1s);
    EXPECT_NEAR(rig.p(), 165.0 * 1.1 * 5000.0 / 230.0, 5.0);
    EXPECT_TRUE(rig.state().limiting);
}

TEST(Hybrid, FindsThePhaseAgainAfterAJump) {
    for (const double degrees : {50.0, -50.0}) {
        Rig rig;
        rig.f = degrees > 0 ? 49.5 : 50.5;
        rig.inverter.control().p_set = ActivePower{2500.0};
        rig.inverter.control().fw.enable = false;
        rig.run(4s);
        rig.angle += degrees / degrees_per_radian;
        rig.run(300ms);
        EXPECT_NEAR(rig.p(), 2500.0, 25.0) << degrees;
        EXPECT_NEAR(rig.state().f.value(), rig.f, 0.05);
        rig.run(5s);
        EXPECT_TRUE(rig.state().connected) << "G99 A.7.1: a jump of 50 degrees must not trip";
    }
}

TEST(Hybrid, BlocksInADipAndResumesAfterIt) {
    Rig rig;
    rig.inverter.control().p_set = ActivePower{2500.0};
    rig.run(3s);
    rig.v = 0.5 * 230.0;
    rig.run(60ms);
    EXPECT_TRUE(rig.state().blocked);
    EXPECT_NEAR(rig.p(), 0.0, 10.0);
    rig.run(400ms);
    rig.v = 230.0;
    rig.run(95ms);
    EXPECT_TRUE(rig.state().blocked);
    rig.run(20ms);
    EXPECT_FALSE(rig.state().blocked);
    rig.run(500ms);
    EXPECT_NEAR(rig.p(), 2500.0, 5.0);
    EXPECT_TRUE(rig.state().connected);
}

TEST(Hybrid, TripsWhenBlockedTooLongAndRejoinsAfterTheObservationTime) {
    Rig rig;
    rig.inverter.control().p_set = ActivePower{2500.0};
    rig.v = 0.5 * 230.0;
    const auto tripped = rig.seconds_until(false, Duration{5s});
    ASSERT_TRUE(tripped);
    EXPECT_NEAR(*tripped, 1.0, 0.03);
    EXPECT_EQ(rig.state().trip, Trip::blocked);
    EXPECT_NEAR(rig.p(), 0.0, 1e-6);

    rig.v = 0.0;
    rig.run(3s);
    EXPECT_TRUE(std::isnan(rig.state().f.value()));
    rig.v = 230.0;
    rig.run(10s);
    rig.v = 0.78 * 230.0;  // an excursion starts the time again
    rig.run(200ms);
    rig.v = 230.0;
    const auto back = rig.seconds_until(true, Duration{60s});
    ASSERT_TRUE(back);
    EXPECT_NEAR(*back, 20.0, 0.2);
    rig.run(1s);
    EXPECT_NEAR(rig.p(), 1000.0, 60.0) << "ramps from nothing";
}

/// One row of the interface protection: what is applied and when it must have tripped.
struct Stage {
    const char* name;
    double v, f, rocof;
    double delay;  // s
    Trip trip;
};

TEST(Hybrid, TripsByEachStageInItsTime) {
    // G98/G99 10.6.7; tolerance of the time -0 s, +0.5 s. RoCoF: its window before its delay.
    const Stage stages[] = {{"U<", 0.78 * 230.0, 50.0, 0.0, 2.5, Trip::uv},
                            {"U>", 1.16 * 230.0, 50.0, 0.0, 1.0, Trip::ov1},
                            {"U>>", 1.21 * 230.0, 50.0, 0.0, 0.5, Trip::ov2},
                            {"f<", 230.0, 47.45, 0.0, 20.0, Trip::uf1},
                            {"f<<", 230.0, 46.9, 0.0, 0.5, Trip::uf2},
                            {"f>", 230.0, 52.1, 0.0, 0.5, Trip::of},
                            {"df/dt", 230.0, 49.0, 1.2, 0.5, Trip::rocof}};
    for (const Stage& stage : stages) {
        Rig rig;
        rig.glide_to(stage.f);
        rig.v = stage.v;
        rig.rocof = stage.rocof;
        const auto tripped = rig.seconds_until(false, Duration{30s});
        ASSERT_TRUE(tripped) << stage.name;
        // The glide passes the limit up to 0.13 s before the time starts here.
        EXPECT_GE(*tripped, stage.delay - 0.13) << stage.name;
        EXPECT_LE(*tripped, stage.delay + 0.5 + (stage.rocof > 0.0 ? 0.5 : 0.0)) << stage.name;
        EXPECT_EQ(rig.state().trip, stage.trip) << stage.name;
    }
}

TEST(Hybrid, RidesThroughTheNoTripPoints) {
    // G98/G99 type test: quantity held for the time, then nominal again.
    struct Point {
        double v, f;
        Duration d;
    };
    const Point points[] = {{188.0, 50.0, 5s},      {180.0, 50.0, 2450ms}, {258.2, 50.0, 5s},
                            {269.7, 50.0, 950ms},   {277.7, 50.0, 450ms},  {230.0, 47.7, 30s},
                            {230.0, 47.2, 19500ms}, {230.0, 46.8, 450ms},  {230.0, 51.8, 120s},
                            {230.0, 52.2, 450ms}};
    for (const Point& point : points) {
        Rig rig;
        const double beside = point.f > 52.0   ? 51.98
                              : point.f < 47.0 ? 47.02
                              : point.f < 47.5 ? 47.52
                                               : point.f;
        rig.glide_to(beside);
        rig.v = point.v;
        rig.f = point.f;
        rig.run(point.d);
        rig.v = 230.0;
        rig.f = beside;
        rig.glide_to(50.0);
        rig.run(3s);
        EXPECT_TRUE(rig.state().connected) << point.v << " V, " << point.f << " Hz";
    }
}

TEST(Hybrid, RidesThroughTheRateOfChangeRamps) {
    for (const double sign : {1.0, -1.0}) {
        Rig rig;
        rig.f = 50.0 - sign;
        rig.run(3s);
        rig.rocof = 0.95 * sign;
        rig.run(2100ms);
        rig.rocof = 0.0;
        rig.run(3s);
        EXPECT_TRUE(rig.state().connected) << sign;
    }
}

TEST(Hybrid, ReducesPowerAboveTheFrequencyWattStart) {
    // LFSM-O from 50.4 Hz with 10 % droop: 20 % of the rating less per 1 Hz.
    Rig rig;
    rig.inverter.control().p_set = ActivePower{4000.0};
    rig.run(5s);
    for (const auto& [hz, expected] :
         {std::pair{50.3, 4000.0}, {50.4, 4000.0}, {50.9, 3500.0}, {51.4, 3000.0}}) {
        rig.glide_to(hz);
        rig.run(2s);
        EXPECT_NEAR(rig.p(), expected, 5.0) << hz;
    }
    EXPECT_TRUE(rig.state().frequency_watt);
    rig.inverter.control().fw.enable = false;
    rig.run(2s);
    EXPECT_NEAR(rig.p(), 4000.0, 5.0);
}

TEST(Hybrid, FrequencyWattDoesNotTouchCharging) {
    Rig rig;
    rig.inverter.control().p_set = ActivePower{-2000.0};
    rig.glide_to(51.4);
    rig.run(5s);
    EXPECT_NEAR(rig.p(), -2000.0, 5.0);
}

TEST(Hybrid, DcSideAddsUp) {
    Rig rig;
    rig.sun = 0.8;
    rig.inverter.control().p_set = ActivePower{1000.0};
    rig.run(5s);
    const HybridState& s = rig.state();
    EXPECT_NEAR(s.pv.value(), 2800.0, 1e-9);
    // Notton at 20 % of 5 kVA: 5000 * (0.004 + 0.01 * 0.2 + 0.01 * 0.04).
    EXPECT_NEAR(s.loss.value(), 32.0, 0.1);
    EXPECT_NEAR(s.battery_p.value(), 1000.0 + 32.0 - 2800.0, 1.0);
    EXPECT_NEAR(s.dc_v.value() * s.dc_i.value(), s.battery_p.value(), 1.0);
}

TEST(Hybrid, CurtailsPvThatTheBatteryMayNotTake) {
    Rig rig;
    rig.sun = 1.0;
    rig.inverter.control().charge_limit = Current{};
    rig.run(1s);
    EXPECT_NEAR(rig.state().pv.value(), rig.state().loss.value(), 1.0);
    EXPECT_NEAR(rig.state().battery_p.value(), 0.0, 1.0);
    rig.inverter.control().charge_limit = Current{20.0};
    rig.run(1s);
    EXPECT_NEAR(rig.state().dc_i.value(), -20.0, 0.1);
    EXPECT_NEAR(rig.state().pv_available.value(), 3500.0, 1e-9);
}

TEST(Hybrid, GivesNoMoreThanBatteryAndPvHave) {
    Rig rig;
    rig.inverter.control().p_set = ActivePower{4500.0};
    rig.inverter.control().discharge_limit = Current{30.0};
    rig.run(6s);
    EXPECT_NEAR(rig.state().dc_i.value(), 30.0, 0.3);
    EXPECT_TRUE(rig.state().limiting);
    rig.inverter.control().discharge_limit = Current{};
    rig.sun = 0.5;
    rig.run(2s);
    EXPECT_NEAR(rig.p() + rig.state().loss.value(), 1750.0, 2.0);
    EXPECT_NEAR(rig.state().battery_p.value(), 0.0, 2.0);
}

TEST(Hybrid, EmptyPackFeedsNothing) {
    Rig rig(hybrid(), 0.09);
    rig.inverter.control().p_set = ActivePower{2000.0};
    rig.run(4s);
    EXPECT_LT(rig.p(), 0.0) << "its own loss comes from the AC side";
    EXPECT_GT(rig.p(), -30.0);
    EXPECT_NEAR(rig.inverter.pack().soc.value(), 0.09, 1e-5);
}

TEST(Hybrid, CurtailmentIsAnUpperLimit) {
    Rig rig;
    rig.inverter.control().p_set = ActivePower{3000.0};
    rig.inverter.control().p_limit = ActivePower{1200.0};
    rig.run(5s);
    EXPECT_NEAR(rig.p(), 1200.0, 2.0);
    EXPECT_TRUE(rig.state().limiting);
}

TEST(Hybrid, DisabledOpensItsRelay) {
    Rig rig;
    rig.inverter.control().enable = false;
    rig.run(10ms);
    EXPECT_FALSE(rig.state().connected);
    EXPECT_EQ(rig.inverter.injection(), Phasor{});
    rig.inverter.control().enable = true;
    const auto back = rig.seconds_until(true, Duration{60s});
    ASSERT_TRUE(back);
    EXPECT_GT(*back, 19.0);
}

TEST(Hybrid, ProtectsItselfFromAHighVoltageAtOnce) {
    Rig rig;
    rig.inverter.control().p_set = ActivePower{2000.0};
    rig.run(3s);
    rig.v = 1.35 * 230.0;
    rig.run(30ms);
    EXPECT_TRUE(rig.state().blocked);
    EXPECT_NEAR(rig.state().i.value(), 0.0, 0.2);
}

HybridSpec two_sided(FrequencyDroopSpec droop) {
    HybridSpec spec = hybrid();
    droop.response = Duration{};
    spec.frequency_droop = droop;
    return spec;
}

TEST(Hybrid, DroopOfBothSidesRaisesAndLowersItsPower) {
    Rig rig(two_sided({.db_of = Frequency{0.1},
                       .db_uf = Frequency{0.2},
                       .k_of = Ratio{0.05},
                       .k_uf = Ratio{0.04}}));
    rig.inverter.control().p_set = ActivePower{1000.0};
    rig.run(2s);
    rig.glide_to(49.85);
    rig.run(2s);
    EXPECT_NEAR(rig.p(), 1000.0, 1.0) << "inside the dead band";
    EXPECT_FALSE(rig.state().frequency_watt);
    rig.glide_to(49.4);  // 0.4 Hz beyond: 0.4 / (50 * 0.04) of 5 kW
    rig.run(2s);
    EXPECT_NEAR(rig.p(), 2000.0, 2.0);
    EXPECT_TRUE(rig.state().frequency_watt);
    rig.glide_to(50.85);  // 0.75 Hz beyond: 0.3 of 5 kW, and so on into charging
    rig.run(2s);
    EXPECT_NEAR(rig.p(), -500.0, 2.0);
    rig.glide_to(50.0);
    rig.run(2s);
    EXPECT_NEAR(rig.p(), 1000.0, 1.0);
}

TEST(Hybrid, DroopStopsWhereTheUnitDoes) {
    Rig rig(two_sided({.k_of = Ratio{0.02}, .k_uf = Ratio{0.02}, .absorb = false}));
    rig.inverter.control().p_set = ActivePower{4000.0};
    rig.inverter.control().p_limit = ActivePower{4500.0};
    rig.run(6s);
    rig.glide_to(49.4);
    rig.run(2s);
    EXPECT_NEAR(rig.p(), 4500.0, 2.0) << "a curtailment stays an upper limit";
    rig.glide_to(51.5);
    rig.run(2s);
    EXPECT_NEAR(rig.p(), 0.0, 1.0) << "it may not absorb";
}

TEST(Hybrid, DroopLeavesOneThatChargesAloneUnlessItMayAbsorb) {
    for (const bool absorb : {false, true}) {
        Rig rig(two_sided({.k_of = Ratio{0.05}, .absorb = absorb}));
        rig.inverter.control().p_set = ActivePower{-1000.0};
        rig.run(2s);
        rig.glide_to(50.536);
        rig.run(2s);
        EXPECT_NEAR(rig.p(), absorb ? -2000.0 : -1000.0, 2.0);
    }
}

/// Seconds until 90 % of the way from `from` to `to` is done.
template <class Value>
double seconds_to_90(Rig& rig, double from, double to, Value value) {
    for (int ms = 1; ms < 60'000; ++ms) {
        rig.one_step();
        if ((value() - from) / (to - from) >= 0.9) return ms * step_s;
    }
    return INFINITY;
}

TEST(Hybrid, DroopAnswersWithinItsResponseTime) {
    HybridSpec spec = two_sided({.db_uf = Frequency{0.0}, .k_uf = Ratio{0.05}});
    spec.frequency_droop->response = 4s;
    Rig rig(spec);
    rig.inverter.control().p_set = ActivePower{1000.0};
    rig.run(2s);
    rig.f = 49.5;  // 0.2 of 5 kW
    EXPECT_NEAR(seconds_to_90(rig, 1000.0, 2000.0, [&] { return rig.p(); }), 4.0, 0.25);
}

TEST(Hybrid, VoltVarBringsTheVoltageBack) {
    HybridSpec spec = hybrid();
    spec.volt_var = VoltVarSpec{.dead_band = Ratio{0.02}, .k = Ratio{0.1}, .q_max = Ratio{0.44}};
    spec.volt_var->response = 2s;
    Rig rig(spec);
    const auto q_at = [&](double pu) {
        rig.v = pu * 230.0;
        rig.run(10s);
        return rig.state().q.value();
    };
    EXPECT_NEAR(q_at(1.01), 0.0, 1.0) << "inside the dead band";
    EXPECT_NEAR(q_at(1.05), -0.3 * 5000.0, 2.0) << "absorbs when it is high";
    EXPECT_NEAR(q_at(0.96), 0.2 * 5000.0, 2.0);
    EXPECT_NEAR(q_at(0.90), 0.44 * 5000.0, 2.0) << "no more than it may";
    rig.inverter.control().q_set = ReactivePower{300.0};
    EXPECT_NEAR(q_at(1.0), 300.0, 1.0) << "added to the set-point";
    rig.inverter.control().q_set = ReactivePower{};
    (void)q_at(1.0);
    rig.v = 1.05 * 230.0;
    EXPECT_NEAR(seconds_to_90(rig, 0.0, -1500.0, [&] { return rig.state().q.value(); }), 2.0, 0.3);
}

HybridSpec behind_a_filter() {
    HybridSpec spec = hybrid();
    spec.current_loop = CurrentLoopSpec{};
    return spec;
}

TEST(Hybrid, BehindAFilterHoldsItsSetpointToo) {
    Rig rig(behind_a_filter());
    rig.inverter.control().p_set = ActivePower{-2000.0};
    rig.inverter.control().q_set = ReactivePower{800.0};
    rig.f = 49.6;
    rig.v = 215.0;
    rig.run(4s);
    EXPECT_NEAR(rig.p(), -2000.0, 5.0);
    EXPECT_NEAR(rig.state().q.value(), 800.0, 5.0);
    EXPECT_FALSE(rig.inverter.admittance() == Phasor{});
}

TEST(Hybrid, BehindAFilterTheFirstMomentIsTheFilters) {
    // A dip by 10 %: before the control has measured it, the current is that of 0.1 pu across
    // 1 % + j10 %, on top of what flowed.
    Rig rig(behind_a_filter());
    rig.run(2s);
    const Phasor v = 0.9 * rig.v_now;
    rig.inverter.measure(v);
    const double base = 230.0 * 230.0 / 5000.0;
    EXPECT_NEAR(rig.state().i.value(), 0.1 * 230.0 / (base * abs(Phasor{0.01, 0.10})), 0.01);
}

TEST(Hybrid, BehindAFilterIsNothingWhileItIsOff) {
    Rig rig(behind_a_filter());
    rig.inverter.control().p_set = ActivePower{2500.0};
    rig.run(3s);
    rig.v = 0.5 * 230.0;
    rig.run(60ms);
    EXPECT_TRUE(rig.state().blocked);
    EXPECT_EQ(rig.inverter.admittance(), Phasor{});
    EXPECT_EQ(rig.inverter.injection(), Phasor{});
    rig.v = 230.0;
    for (int ms = 0; ms < 1000; ++ms) {
        rig.one_step();
        EXPECT_LT(rig.state().i.value(), 1.2 * 5000.0 / 230.0) << "comes back without a surge";
    }
    EXPECT_NEAR(rig.p(), 2500.0, 5.0);
    rig.inverter.control().enable = false;
    rig.run(10ms);
    EXPECT_EQ(rig.inverter.admittance(), Phasor{});
}

}  // namespace
}  // namespace islandbench::plant
