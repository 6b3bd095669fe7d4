#include "emulators/plant/motor.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "emulators/plant/load.hpp"
#include "emulators/plant/test/miniature.hpp"

namespace islandbench::plant {
namespace {

using State = Motor::State;

/// A motor at a board of any voltage.
struct Rig {
    explicit Rig(MotorSpec spec = {}, Duration lock_out = {})
        : motor(spec, {1000.0, 620.0}, {}, lock_out) {}
    void run(Duration d) {
        for (Duration t{}; t < d; t += step) (void)motor.advance(wanted, v);
    }
    /// Seconds until it is in that state, at most `limit`.
    std::optional<double> seconds_to(State state, Duration limit) {
        for (Duration t = step; t <= limit; t += step) {
            (void)motor.advance(wanted, v);
            if (motor.state() == state) return to_seconds(t);
        }
        return std::nullopt;
    }
    [[nodiscard]] Phasor drawn() const { return motor.load().z + motor.load().i + motor.load().p; }

    Motor motor;
    double v = 1.0;
    bool wanted = true;
};

TEST(Motor, StartsWithItsLockedRotorAndThenRuns) {
    // 0.3 to 1 s at 5 to 7 times the running current and a power factor of 0.2 to 0.4.
    Rig rig;
    EXPECT_EQ(rig.motor.state(), State::off);
    rig.run(step);
    ASSERT_EQ(rig.motor.state(), State::starting);
    const double running_va = abs(Phasor{1000.0, 620.0});
    EXPECT_NEAR(abs(rig.drawn()), 6.0 * running_va, 1e-6);
    EXPECT_NEAR(rig.drawn().re / abs(rig.drawn()), 0.3, 1e-9);
    EXPECT_GT(rig.drawn().im, 0.0) << "inductive";
    EXPECT_EQ(norm(rig.motor.load().i), 0.0) << "an impedance";
    EXPECT_NEAR(rig.seconds_to(State::running, 2s).value_or(0.0), 0.5, 0.0015);
    EXPECT_NEAR(rig.drawn().re, 1000.0, 1e-9);
    EXPECT_NEAR(rig.drawn().im, 620.0, 1e-9);
}

/// What installers measure when motors of homes start (kVA, or A at 240 V): field reports.
struct Start {
    const char* what;
    double watt, power_factor;  ///< running
    double lowest_va, highest_va;
};

class MotorStarts : public testing::TestWithParam<Start> {};

TEST_P(MotorStarts, AsInTheTable) {
    const Start& s = GetParam();
    const Phasor running{s.watt, s.watt * std::tan(std::acos(s.power_factor))};
    Motor motor({}, running, {}, {});
    (void)motor.advance(true, 1.0);
    const ZipSum& load = motor.load();
    EXPECT_GE(abs(load.z + load.i + load.p), s.lowest_va) << s.what;
    EXPECT_LE(abs(load.z + load.i + load.p), s.highest_va) << s.what;
}

INSTANTIATE_TEST_SUITE_P(Field, MotorStarts,
                         testing::Values(Start{"fridge", 120, 0.75, 600, 1200},
                                         Start{"well pump of 1 HP", 950, 0.85, 5000, 7000},
                                         Start{"air conditioner of 3 tons, 70 to 100 A", 3000, 0.95,
                                               16800, 24000}));

TEST(Motor, TakesLongerAtALowVoltage) {
    // By the square: 0.551 of torque above the load's at 1.0, 0.361 at 0.9, 0.063 at 0.716.
    for (const auto& [v, longer] : {std::pair{0.9, 1.53}, {0.8, 2.88}, {0.75, 4.85}}) {
        Rig rig;
        rig.v = v;
        const double seconds = rig.seconds_to(State::running, 10s).value_or(0.0);
        EXPECT_NEAR(seconds, 0.5 * longer, 0.01) << v;
    }
}

TEST(Motor, BelowItsStallVoltageItNeverStartsTripsAndComesBack) {
    Rig rig;
    rig.v = 0.72;
    rig.run(50ms);
    rig.v = 0.66;
    EXPECT_NEAR(rig.seconds_to(State::tripped, 20s).value_or(0.0), 9.95, 0.01);
    EXPECT_EQ(norm(rig.drawn()), 0.0);
    rig.v = 1.0;
    EXPECT_NEAR(rig.seconds_to(State::starting, 400s).value_or(0.0), 300.0, 0.01);
    EXPECT_NEAR(rig.seconds_to(State::running, 2s).value_or(0.0), 0.5, 0.01);
}

TEST(Motor, ARunningOneRidesThroughAShortSagAndStallsInALongOne) {
    Rig rig;
    rig.run(1s);
    rig.v = 0.55;
    rig.run(200ms);
    EXPECT_EQ(rig.motor.state(), State::running);
    rig.v = 1.0;
    rig.run(1s);
    rig.v = 0.55;
    EXPECT_NEAR(rig.seconds_to(State::starting, 2s).value_or(0.0), 0.376, 0.01)
        << "a fifth of its speed";
    rig.run(500ms);
    rig.v = 1.0;
    EXPECT_TRUE(rig.seconds_to(State::running, 1s)) << "and runs up again";
}

TEST(Motor, ItsContactorLetsGoAndPullsIn) {
    Rig rig;
    rig.run(1s);
    rig.v = 0.45;
    EXPECT_NEAR(rig.seconds_to(State::off, 1s).value_or(0.0), 0.020, 0.002);
    rig.v = 1.0;
    EXPECT_NEAR(rig.seconds_to(State::starting, 1s).value_or(0.0), 0.200, 0.002)
        << "it does not chatter";
    rig.v = 0.45;
    EXPECT_TRUE(rig.seconds_to(State::off, 1s));
    rig.v = 0.65;
    rig.run(5s);
    EXPECT_EQ(rig.motor.state(), State::off) << "not enough to pull in";
    rig.v = 0.95;
    rig.run(step);
    EXPECT_EQ(rig.motor.state(), State::starting);
}

TEST(Motor, ACompressorWaitsForItsLockOut) {
    Rig rig({}, 240s);
    rig.run(1s);
    rig.v = 0.0;
    rig.run(100ms);
    rig.v = 1.0;
    EXPECT_NEAR(rig.seconds_to(State::starting, 300s).value_or(0.0), 239.92, 0.02);
    rig.run(2s);
    rig.wanted = false;
    rig.run(10s);
    rig.wanted = true;
    EXPECT_NEAR(rig.seconds_to(State::starting, 300s).value_or(0.0), 230.0, 0.02);
}

TEST(Motor, AttemptsAddUpInItsThermalRelay) {
    Rig rig;
    double locked = 0.0;
    for (int attempt = 0; attempt < 100 && rig.motor.state() != State::tripped; ++attempt) {
        rig.v = 0.72;
        rig.run(10ms);
        rig.v = 0.6;
        for (int ms = 0; ms < 2000 && rig.motor.state() == State::starting; ++ms) {
            rig.run(step);
            locked += step_s;
        }
        rig.v = 0.0;  // what stalled it has collapsed
        rig.run(10s);
    }
    EXPECT_EQ(rig.motor.state(), State::tripped);
    EXPECT_GT(locked, 9.5) << "and it had cooled a little in between";
    EXPECT_LT(locked, 13.0);
}

ApplianceSpec pump() {
    ApplianceSpec spec;
    spec.name = "pump";
    spec.tier = 3;
    spec.p = ActivePower{1000.0};
    spec.power_factor = 0.85;
    spec.motor.emplace();
    return spec;
}

double watt(const ZipSum& load) {
    return (load.z + load.i + load.p).re;
}

TEST(HomeLoad, AMotorStartsAnewBehindItsContact) {
    HomeLoad load("home1", {pump()}, {}, 1, Instant{});
    Instant now{};
    const auto run = [&](Duration d) {
        for (Duration t{}; t < d; t += step) (void)load.advance(now += step);
    };
    run(1s);
    EXPECT_NEAR(watt(load.tier(3)), 1000.0, 1e-6);
    load.set_coil(3, false, now);
    run(100ms);
    EXPECT_EQ(watt(load.total()), 0.0);
    load.set_coil(3, true, now);
    run(30ms);
    EXPECT_NEAR(watt(load.total()), 6.0 * 0.3 * 1000.0 / 0.85, 1.0);
    run(1s);
    EXPECT_NEAR(watt(load.total()), 1000.0, 1e-6);
}

TEST(HomeLoad, AnImposedMotorStartsAndGoes) {
    HomeLoad load("home1", {}, {}, 1, Instant{});
    load.impose(2, ActivePower{1000.0}, ReactivePower{620.0}, Instant{5s}, MotorSpec{});
    (void)load.advance(Instant{1ms});
    EXPECT_NEAR(watt(load.total()), 6.0 * 0.3 * abs(Phasor{1000.0, 620.0}), 1e-6);
    for (int ms = 2; ms < 1000; ++ms) (void)load.advance(Instant{std::chrono::milliseconds{ms}});
    EXPECT_NEAR(watt(load.total()), 1000.0, 1e-6);
    (void)load.advance(Instant{5s});
    EXPECT_EQ(watt(load.total()), 0.0);
}

/// A street whose former carries only what a test starts on phase C.
struct PumpStreet {
    explicit PumpStreet(Site site) : street(islanded(site)) {}
    void start(double running_w, const MotorSpec& motor) {
        street.step_home_load(2, 2, ActivePower{running_w}, ReactivePower{}, 600s, motor);
    }
    [[nodiscard]] double v() const { return street.home(2).v.value() / 230.0; }
    [[nodiscard]] const FormerState& former() const { return street.former().state(); }
    Street street;
};

TEST(Street, APumpThatTheFormerCanCarryStarts) {
    PumpStreet at(bare_miniature());
    at.start(1000.0, {});
    run(at.street, 100ms);
    // 6 times 4.35 A, behind the former's impedance.
    EXPECT_NEAR(at.former().i[2].value(), 25.0, 2.0);
    EXPECT_LT(at.v(), 0.97);
    EXPECT_FALSE(at.former().limiting);
    run(at.street, 2s);
    EXPECT_NEAR(at.former().i[2].value(), 4.35, 0.3);
    EXPECT_TRUE(at.street.island().formed);
}

TEST(Street, APumpThatDrivesTheFormerIntoItsLimitStallsTripsAndComesBack) {
    Site site = bare_miniature();
    site.former.overload = {{1.5, 60s}};
    PumpStreet at(site);
    // 20 kVA with its rotor locked against 65 A: 0.75 of nominal, and a stiff load that needs 0.8.
    MotorSpec stiff;
    stiff.stall_v = Ratio{0.8};
    at.start(3400.0, stiff);
    run(at.street, 5s);
    EXPECT_TRUE(at.former().limiting);
    EXPECT_LT(at.v(), 0.8);
    EXPECT_NEAR(at.former().i[2].value(), 65.2, 0.3) << "it stays at locked-rotor current";
    run(at.street, 6s);
    EXPECT_FALSE(at.former().limiting) << "tripped after 10 s";
    EXPECT_NEAR(at.v(), 1.0, 0.03);
    EXPECT_LT(at.former().i[2].value(), 0.2);
    run(at.street, 298s);
    EXPECT_LT(at.former().i[2].value(), 0.2);
    run(at.street, 3s);
    EXPECT_NEAR(at.former().i[2].value(), 65.2, 0.3) << "it tries again";
}

TEST(Street, AContactorThatLetsGoSavesTheFormer) {
    PumpStreet at(bare_miniature());
    at.start(6000.0, {});  // 0.4 of nominal at 65 A
    int starts = 0;
    bool drew = false;
    for (int ms = 0; ms < 2000; ++ms) {
        at.street.step();
        const bool draws = at.former().i[2].value() > 30.0;
        starts += draws && !drew;
        drew = draws;
    }
    EXPECT_NEAR(starts, 2000 / (200 + 22), 1) << "it pulls in again and again";
    EXPECT_TRUE(at.former().running);
}

TEST(Street, APumpFarTooLargeTakesTheFormerDown) {
    PumpStreet at(bare_miniature());
    at.start(4200.0, {});  // 0.6 of nominal at 65 A: it stalls, its contactor holds
    const auto down = run_until(at.street, 10s, [&] { return !at.former().running; });
    ASSERT_TRUE(down);
    EXPECT_EQ(at.former().stop, FormerStop::collapse);
    EXPECT_NEAR(to_seconds(*down), 1.0, 0.1);
}

}  // namespace
}  // namespace islandbench::plant
