#include "emulators/plant/utility.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "emulators/plant/network.hpp"

namespace islandbench::plant {
namespace {

GridSpec grid() {
    GridSpec spec;
    spec.transformer_rating = ApparentPower{100e3};
    return spec;
}

Utility make(double wander, std::uint64_t seed = 1) {
    return Utility(grid(), Voltage{230.0}, Frequency{50.0}, Frequency{49.97}, Frequency{wander},
                   seed);
}

/// Voltages at the busbar, nothing else connected.
Phasor3 busbar(const Utility& utility, const Matrix3& more = {}) {
    Network network;
    network.set_shunt(Network::root, utility.shunt() + more);
    network.injection(Network::root) = utility.injection();
    network.factorise();
    network.solve();
    return network.voltage(Network::root);
}

TEST(Utility, FrequencyWandersSlowlyAroundItsBase) {
    Utility utility = make(0.012);
    double sum = 0.0, square = 0.0, steepest = 0.0;
    double last = utility.frequency();
    const int steps = 3'600'000;
    for (int k = 0; k < steps; ++k) {
        (void)utility.advance();
        const double f = utility.frequency();
        sum += f - 49.97;
        square += (f - 49.97) * (f - 49.97);
        steepest = std::max(steepest, std::fabs(f - last) / step_s);
        last = f;
    }
    EXPECT_NEAR(sum / steps, 0.0, 0.006);
    EXPECT_NEAR(std::sqrt(square / steps), 0.012, 0.004);
    EXPECT_LT(steepest, 0.05);  // Hz/s
}

TEST(Utility, FollowsARecordStraightFromSampleToSample) {
    Utility utility = make(0.012);
    utility.follow(std::make_shared<FrequencyRecord>(
        FrequencyRecord{{{0s, Frequency{50.0}}, {1s, Frequency{49.8}}, {3s, Frequency{50.2}}}}));
    const auto after = [&](int steps) {
        for (int k = 0; k < steps; ++k) (void)utility.advance();
        return utility.frequency();
    };
    EXPECT_DOUBLE_EQ(after(1), 50.0) << "its first step, without the wander";
    EXPECT_NEAR(after(500), 49.9, 1e-9);
    EXPECT_NEAR(after(500), 49.8, 1e-9);
    EXPECT_NEAR(after(1000), 50.0, 1e-9);
    EXPECT_NEAR(after(5000), 50.2, 1e-9) << "stays where the record ends";
    utility.restore(Frequency{50.0});
    EXPECT_NEAR(after(1), 50.0, 0.05) << "a grid that comes back does not go on with it";
}

TEST(Utility, HasTheShortCircuitPowerOfTransformerAndNetwork) {
    // A resistance across the busbar and the current through it, against the impedance by hand:
    // transformer 1.2 % + j4 % of 100 kVA, network 50 MVA with X/R 4.
    Utility utility = make(0.0);
    const Phasor y{0.5, 0.0};
    const Phasor3 v = busbar(utility, diagonal(y));
    const double base = 3.0 * 230.0 * 230.0 / 100e3;
    const double upstream = 3.0 * 230.0 * 230.0 / 50e6;
    const double size = std::sqrt(17.0);
    const Phasor z{base * 0.012 + upstream / size, base * 0.04 + upstream * 4.0 / size};
    const Phasor expected = Phasor{240.0, 0.0} / (Phasor{1.0, 0.0} + y * z);
    EXPECT_NEAR(abs(v[0]), abs(expected), 0.01);
}

TEST(Utility, BreakLeavesTheNeighbourAsAnImpedance) {
    Utility utility = make(0.0);
    utility.lose({}, {}, {});
    EXPECT_TRUE(utility.advance());
    EXPECT_FALSE(utility.energises());
    EXPECT_EQ(utility.injection(), Phasor3{});
    // 60 kW and 20 kvar at 230 V, beside the core of the transformer (0.3 kW, 1 kvar).
    const Phasor3 v = balanced({230.0, 0.0});
    const Phasor s = power(v, utility.shunt() * v);
    EXPECT_NEAR(s.re, 60.3e3, 1.0);
    EXPECT_NEAR(s.im, 21.0e3, 1.0);
}

TEST(Utility, IdleTransformerStillCarriesZeroSequence) {
    // Unbalanced voltages on a Dyn transformer without supply: the delta shorts the zero sequence
    // behind the transformer's own impedance.
    Utility utility = make(0.0);
    utility.lose({.neighbour_p = ActivePower{}, .neighbour_q = ReactivePower{}}, {}, {});
    const Phasor one{1.0, 0.0};
    const Phasor3 i = utility.shunt() * Phasor3{one, one, one};
    const double base = 3.0 * 230.0 * 230.0 / 100e3;
    EXPECT_NEAR(abs(i[0]), 1.0 / (base * std::hypot(0.012, 0.04)), 0.02);
}

TEST(Utility, ExactBalanceTakesJustWhatFlowed) {
    Utility utility = make(0.0);
    const Phasor3 v{{238.0, 3.0}, {-117.0, -205.0}, {-121.0, 207.0}};
    const Phasor3 into_street{{8.0, -2.0}, {-5.0, -9.0}, {1.0, 4.0}};
    utility.lose({.kind = OutageKind::exact_balance}, v, into_street);
    EXPECT_LT(largest_magnitude(utility.shunt() * v + into_street), 1e-12);
}

TEST(Utility, BoltedFaultHoldsTheBusbarDownAndThenTheLineOpens) {
    Utility utility = make(0.0);
    utility.lose({.kind = OutageKind::bolted_fault}, {}, {});
    EXPECT_FALSE(utility.energises());
    EXPECT_TRUE(utility.connected());
    EXPECT_LT(largest_magnitude(busbar(utility)), 0.1 * 230.0);
    for (int ms = 0; ms < 150; ++ms) (void)utility.advance();
    EXPECT_TRUE(utility.connected());
    (void)utility.advance();
    EXPECT_FALSE(utility.connected());
    utility.restore(Frequency{50.0});
    EXPECT_NEAR(abs(busbar(utility)[0]), 240.0, 0.2);
}

TEST(Utility, DipLastsAsLongAsSaid) {
    for (const double remaining : {0.0, 0.6}) {
        Utility utility = make(0.0);
        EXPECT_TRUE(utility.dip(Duration{300ms}, Ratio{remaining}));
        int low = 0;
        for (int ms = 0; ms < 1000; ++ms) {
            (void)utility.advance();
            const double v = abs(busbar(utility)[0]);
            if (v < 230.0) ++low;
            if (ms == 150) {
                EXPECT_NEAR(v, remaining * 240.0, 1.0);
            }
        }
        EXPECT_EQ(low, 300) << remaining;
    }
}

TEST(Utility, LostGridCannotDip) {
    Utility utility = make(0.0);
    utility.lose({}, {}, {});
    EXPECT_FALSE(utility.dip(Duration{300ms}, Ratio{0.5}));
    for (int ms = 0; ms < 400; ++ms) (void)utility.advance();
    EXPECT_FALSE(utility.connected());
}

TEST(Utility, MovesItsFrequencyAtTheRateAskedFor) {
    Utility utility = make(0.0);
    utility.move_frequency(Frequency{49.5}, Rocof{0.15});
    for (int ms = 0; ms < 1000; ++ms) (void)utility.advance();
    EXPECT_NEAR(utility.frequency(), 49.82, 1e-9);
    for (int ms = 0; ms < 5000; ++ms) (void)utility.advance();
    EXPECT_NEAR(utility.frequency(), 49.5, 1e-9);
}

TEST(Utility, ARecordAndTheReturnOfTheGridMayComeInOneMoment) {
    const auto record = std::make_shared<FrequencyRecord>();
    record->samples = {{0s, Frequency{49.2}}, {10s, Frequency{49.7}}};
    for (const bool record_first : {true, false}) {
        Utility utility = make(0.0);
        utility.lose({}, {}, {});
        (void)utility.advance();
        if (record_first) utility.follow(record);
        utility.restore(Frequency{50.0});
        if (!record_first) utility.follow(record);
        (void)utility.advance();
        EXPECT_DOUBLE_EQ(utility.frequency(), 49.2) << record_first;
        for (int ms = 0; ms < 5000; ++ms) (void)utility.advance();
        EXPECT_NEAR(utility.frequency(), 49.45, 1e-9) << record_first;
        utility.restore(Frequency{50.0});
        (void)utility.advance();
        EXPECT_DOUBLE_EQ(utility.frequency(), 50.0) << "another return ends the record";
    }
}

TEST(Utility, PhaseTurnsWithItsFrequency) {
    Utility utility = make(0.0);
    (void)utility.advance();
    const Phasor before = positive_sequence(utility.injection());
    for (int ms = 0; ms < 1000; ++ms) (void)utility.advance();
    const Phasor after = positive_sequence(utility.injection());
    EXPECT_NEAR(arg(after / before) * degrees_per_radian, -0.03 * 360.0, 1e-6);
}

}  // namespace
}  // namespace islandbench::plant
