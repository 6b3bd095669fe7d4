#include <cmath>

#include <gtest/gtest.h>

#include "emulators/plant/test/miniature.hpp"

/// The switch still closed, the grid gone above the transformer: the former feeds what is left of
/// it.
namespace islandbench::plant {
namespace {

/// 12 kW and 4 kvar of neighbours: what a 30 kVA former can carry.
Outage small_neighbour() {
    Outage outage;
    outage.neighbour_p = ActivePower{12e3};
    outage.neighbour_q = ReactivePower{4e3};
    return outage;
}

/// What is left of a grid takes at these voltages: the neighbours, an impedance, and the iron of a
/// transformer of 100 kVA (0.3 % of its rating).
double dead_grid_watt(const Street& street, double neighbour_w) {
    double square = 0.0;
    for (const Voltage v : street.grid().v) square += v.value() * v.value();
    return square / (3.0 * 230.0 * 230.0) * (neighbour_w + 0.003 * 100e3);
}

double backfed_wh(const Street& street) {
    return street.exchange().backfed.value();
}

struct Fed {
    double seconds = 0.0, wh = 0.0, expected_wh = 0.0, lowest_pu = 2.0;
};

/// Steps for so long, with books of its own.
Fed run_and_count(Street& street, Duration d, double neighbour_w) {
    Fed fed;
    const double before = backfed_wh(street);
    for (Duration t{}; t < d; t += step) {
        street.step();
        if (!street.exchange().closed) break;
        fed.seconds += step_s;
        fed.expected_wh += dead_grid_watt(street, neighbour_w) * step_s / 3600.0;
        fed.lowest_pu = std::fmin(fed.lowest_pu, street.grid().v[0].value() / 230.0);
    }
    fed.wh = backfed_wh(street) - before;
    return fed;
}

TEST(BackFeed, FeedsTheNeighboursUntilItIsDetected) {
    Street street(quiet_miniature(), quiet_start());
    run(street, 10s);
    street.lose_grid(small_neighbour());
    const Fed fed = run_and_count(street, 5s, 12e3);
    EXPECT_FALSE(street.exchange().closed);
    EXPECT_LE(fed.seconds, 1.6) << "C1's time of detection";
    EXPECT_GT(fed.lowest_pu, 0.8) << "the dead line was live all that time";
    EXPECT_GT(fed.wh, 0.5 * fed.seconds * 12e3 / 3600.0);
    EXPECT_NEAR(fed.wh, fed.expected_wh, 0.01 * fed.expected_wh);
    const double then = backfed_wh(street);
    run(street, 10s);
    EXPECT_EQ(backfed_wh(street), then) << "nothing more with the switch open";
    EXPECT_LT(street.grid().v[0].value(), 1.0);
}

TEST(BackFeed, WhatIsSoldToALiveGridIsNone) {
    Street street(quiet_miniature(), quiet_start());
    street.former().control().p_set = ActivePower{20e3};
    run(street, 40s);
    EXPECT_LT(street.exchange().p.value(), -5e3);
    EXPECT_EQ(backfed_wh(street), 0.0);
}

TEST(BackFeed, WithAWeldedSwitchItGoesOn) {
    Street street(quiet_miniature(), quiet_start());
    run(street, 10s);
    street.interconnect().set_welded(true);
    street.lose_grid(small_neighbour());
    const Fed fed = run_and_count(street, 60s, 12e3);
    EXPECT_NEAR(fed.seconds, 60.0, 1e-6) << "it never opened";
    EXPECT_TRUE(street.interconnect().state().failed_to_open);
    EXPECT_NE(street.interconnect().state().opened_by, OpenReason::none) << "though it wanted to";
    EXPECT_GT(fed.lowest_pu, 0.8);
    EXPECT_NEAR(fed.wh, fed.expected_wh, 0.01 * fed.expected_wh);
    EXPECT_GT(fed.wh, 150.0);
}

TEST(BackFeed, TooManyNeighboursPullTheFormerDownAndItTriesAgain) {
    Street street(quiet_miniature(), quiet_start());
    run(street, 10s);
    street.interconnect().set_welded(true);
    street.lose_grid({});  // 60 kW and 20 kvar, on 30 kVA
    const auto down = run_until(street, 10s, [&] { return !street.former().running(); });
    ASSERT_TRUE(down);
    EXPECT_NEAR(to_seconds(*down), 1.0, 0.3);
    EXPECT_EQ(street.former().state().stop, FormerStop::collapse);
    const double first = backfed_wh(street);
    EXPECT_GT(first, 1.0);
    run(street, 5s);
    EXPECT_NEAR(backfed_wh(street), first, 1e-6);
    run(street, 8s);
    EXPECT_GT(backfed_wh(street), first + 1.0) << "its restart energises the dead line again";
}

TEST(BackFeed, AFaultThatIsStillThereIsFedToo) {
    Street street(quiet_miniature(), quiet_start());
    run(street, 10s);
    street.interconnect().set_welded(true);
    street.lose_grid({.kind = OutageKind::bolted_fault});
    run(street, 200ms);  // the line above has opened; the fault stays
    const double before = backfed_wh(street);
    EXPECT_GT(before, 0.0);
    run(street, 300ms);
    EXPECT_NEAR((backfed_wh(street) - before) * 3600.0 / 0.3, 3.0 * 65.2 * 65.2 * 0.005, 3.0)
        << "W: 65 A into 5 mohm";
}

}  // namespace
}  // namespace islandbench::plant
