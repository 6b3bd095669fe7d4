#include "emulators/plant/interconnect.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>

#include <gtest/gtest.h>

#include "emulators/plant/test/miniature.hpp"

namespace islandbench::plant {
namespace {

bool is_open(const Street& street) {
    return !street.exchange().closed;
}

/// Time from the loss to the open contact.
std::optional<double> detect(Street street, const Outage& outage) {
    street.lose_grid(outage);
    const auto opened = run_until(street, 4s, [&] { return is_open(street); });
    if (!opened) return std::nullopt;
    return to_seconds(*opened);
}

/// Beside a healthy grid for 10 s, and some more, so that the probe stands at another phase.
Street beside_the_grid(double grid_f = 49.97) {
    Street street(quiet_miniature(), quiet_start(grid_f));
    run(street, 10s);
    return street;
}

TEST(Interconnect, OpensInTimeForEveryKindOfOutage) {
    Street street = beside_the_grid();
    for (int k = 0; k < 8; ++k) {
        run(street, 50ms);
        EXPECT_LE(detect(street, {}).value_or(99.0), 0.2) << "neighbours pull the voltage down";
        EXPECT_LE(detect(street, {.kind = OutageKind::exact_balance}).value_or(99.0), 1.6);
        EXPECT_LE(detect(street, {.kind = OutageKind::bolted_fault}).value_or(99.0), 0.2);
    }
}

TEST(Interconnect, OpensInTimeWhateverTheFormerIsLeftWith) {
    // The limit of C1: 1.6 s, opening included, for every phase of the probe and every load that
    // the break leaves, of the former's rating. Around and above 1.0 it lowers its frequency on
    // purpose.
    Street street = beside_the_grid();
    const double own = mean(street, [](const Street& s) {
        return s.exchange().p.value() + s.former().state().p.value();
    });
    double worst = 0.0;
    for (int phase = 0; phase < 20; ++phase) {
        run(street, 20ms);
        for (const double p : {-0.45, 0.0, 0.5, 0.9, 0.98, 1.02, 1.05, 1.12, 1.2}) {
            Outage outage;
            outage.neighbour_p = ActivePower{p * 30e3 - own};
            outage.neighbour_q = ReactivePower{};
            const double seconds = detect(street, outage).value_or(99.0);
            EXPECT_LE(seconds, 1.6) << p << " pu, probe phase " << phase;
            worst = std::max(worst, seconds);
        }
    }
    std::cout << "worst time to open: " << worst << " s\n";
    EXPECT_GT(worst, 1.0) << "else this did not test the probe";
}

TEST(Interconnect, WeakGridStillHoldsTheBusAgainstTheProbe) {
    // A transformer of the former's own size: its impedance is a fifth of the loop.
    Site site = quiet_miniature();
    site.grid.transformer_rating = ApparentPower{30e3};
    Street street(site, quiet_start(49.97));
    run(street, 60s);
    EXPECT_FALSE(is_open(street));
    EXPECT_LT(street.interconnect().state().following, 0.4);
}

TEST(Interconnect, PhaseJumpAndShortDipDoNotOpenIt) {
    Street street = beside_the_grid();
    street.jump_grid_phase(Angle{20.0});
    run(street, 5s);
    street.dip_grid(80ms, Ratio{0.5});
    run(street, 5s);
    EXPECT_FALSE(is_open(street));
    EXPECT_TRUE(street.former().running());
}

TEST(Interconnect, LongDipOpensIt) {
    Street street = beside_the_grid();
    street.dip_grid(1s, Ratio{0.6});
    const auto opened = run_until(street, 2s, [&] { return is_open(street); });
    ASSERT_TRUE(opened);
    EXPECT_NEAR(to_seconds(*opened), 0.15, 0.01);
    EXPECT_EQ(street.interconnect().state().opened_by, OpenReason::voltage);
}

TEST(Interconnect, FrequencyOutOfItsWindowOpensIt) {
    Street street = beside_the_grid();
    street.move_grid_frequency(Frequency{48.8}, Rocof{0.3});
    const auto opened = run_until(street, 10s, [&] { return is_open(street); });
    ASSERT_TRUE(opened);
    EXPECT_EQ(street.interconnect().state().opened_by, OpenReason::frequency);
}

TEST(Interconnect, BlindDeviceStaysClosed) {
    Street street = beside_the_grid();
    street.interconnect().set_detection_off(true);
    street.lose_grid({.kind = OutageKind::exact_balance});
    run(street, 5s);
    EXPECT_FALSE(is_open(street));
    EXPECT_FALSE(street.grid().energised);
    EXPECT_GT(street.grid().v[0].value(), 200.0) << "the street feeds the dead grid";
}

TEST(Interconnect, WeldedContactIsReportedAndFeedsOn) {
    Street street = beside_the_grid();
    street.interconnect().set_welded(true);
    street.lose_grid({.kind = OutageKind::exact_balance});
    run(street, 3s);
    EXPECT_FALSE(is_open(street));
    EXPECT_TRUE(street.interconnect().state().failed_to_open);
    EXPECT_FALSE(street.exchange().ne_link) << "two earthings of the neutral";
}

TEST(Interconnect, WithoutConsentTheStreetStaysDark) {
    StreetStart start = quiet_start();
    start.permit_island = false;
    Street street(quiet_miniature(), start);
    run(street, 3s);
    street.lose_grid({});
    run(street, 2s);
    EXPECT_TRUE(is_open(street));
    EXPECT_EQ(street.former().state().stop, FormerStop::no_consent);
    EXPECT_LT(street.home(0).v.value(), 1.0);
    EXPECT_EQ(street.interconnect().state().former_mode, FormerMode::stopped);

    street.interconnect().permit_island(true);
    run(street, 3s);
    EXPECT_TRUE(street.island().formed) << "given later, it starts";
    EXPECT_TRUE(street.exchange().ne_link);
}

TEST(Interconnect, OpensOnRequestOnlyWithConsent) {
    StreetStart start = quiet_start();
    start.permit_island = false;
    Street street(quiet_miniature(), start);
    street.interconnect().request_island(true);
    run(street, 1s);
    EXPECT_FALSE(is_open(street));
    street.interconnect().permit_island(true);
    run(street, 300ms);
    EXPECT_FALSE(is_open(street)) << "its probe rests for a period first";
    const double flow = street.exchange().p.value();
    run(street, 70ms);
    EXPECT_NEAR(street.exchange().p.value(), flow, 50.0) << "and nothing swings any more";
    run(street, 90ms);
    EXPECT_TRUE(is_open(street));
    EXPECT_EQ(street.interconnect().state().opened_by, OpenReason::request);
    run(street, 1s);
    EXPECT_TRUE(street.island().formed);
}

/// An island with the grid back at `f`, its observation time over, waiting for a request.
Street ready_to_reclose(double f = 50.0) {
    Street street = beside_the_grid(f);
    street.interconnect().set_observation(2s);
    street.lose_grid({});
    run(street, 5s);
    street.restore_grid(Frequency{f});
    run(street, 3s);
    return street;
}

std::optional<double> reclose(Street& street, Duration limit = 20s) {
    street.interconnect().permit_reclose(true);
    street.interconnect().request_sync(true);
    const auto closed = run_until(street, limit, [&] { return street.events().reclosed > 0; });
    if (!closed) return std::nullopt;
    return to_seconds(*closed);
}

/// Moves the grid so that the street is `degrees` ahead of it.
void set_angle(Street& street, double degrees) {
    street.interconnect().set_observation(100ms);
    street.jump_grid_phase(Angle{street.sync().dphi.value() - degrees});
    run(street, 500ms);  // past what a jump leaves in the frequency measurement
}

void expect_inside_limits(const Street& street) {
    const SyncLimits limits;
    EXPECT_LE(std::fabs(street.sync().df.value()), limits.df.value());
    EXPECT_LE(std::fabs(street.sync().dv.value()), limits.dv.value());
    EXPECT_LE(std::fabs(street.sync().dphi.value()), limits.dphi.value());
    EXPECT_FALSE(street.interconnect().state().out_of_phase);
}

TEST(Synchroniser, ClosesFromEveryAngle) {
    const Street ready = ready_to_reclose(49.97);
    double worst = 0.0;
    for (int k = 0; k < 24; ++k) {
        Street street = ready;
        set_angle(street, -180.0 + 15.0 * k);
        const auto closed = reclose(street);
        ASSERT_TRUE(closed) << k;
        EXPECT_LE(*closed, 8.0) << k;
        expect_inside_limits(street);
        worst = std::max(worst, *closed);
        run(street, 3s);
        EXPECT_TRUE(street.former().running());
        EXPECT_FALSE(is_open(street));
    }
    std::cout << "longest synchronisation: " << worst << " s\n";
}

/// A load that is on for a while, from this moment of the synchronisation.
struct LoadStep {
    int at_ms;
    double kw;
    Duration duration;
};

TEST(Synchroniser, ClosesWhileLoadsSwitch) {
    const Street ready = ready_to_reclose(49.97);
    const std::vector<std::vector<LoadStep>> cases{
        {{2000, 3.0, 2s}, {6000, 3.0, 60s}}, {{3000, 7.0, 4s}}, {{500, 7.0, 60s}, {4000, 3.0, 1s}}};
    int worst = 0;
    for (int k = 0; k < 24; ++k) {
        for (const std::vector<LoadStep>& steps : cases) {
            Street street = ready;
            set_angle(street, -180.0 + 15.0 * k);
            street.move_grid_frequency(Frequency{49.99}, Rocof{0.01});
            street.interconnect().permit_reclose(true);
            street.interconnect().request_sync(true);
            int ms = 0;
            for (; ms < 10'000 && street.events().reclosed == 0; ++ms) {
                for (const LoadStep& one : steps) {
                    if (one.at_ms != ms) continue;
                    street.step_priority_load(0, ActivePower{one.kw * 1e3}, {}, one.duration);
                }
                street.step();
            }
            EXPECT_LE(ms, 8000) << k;
            worst = std::max(worst, ms);
            expect_inside_limits(street);
        }
    }
    std::cout << "longest synchronisation with load steps: " << worst << " ms\n";
}

TEST(Synchroniser, NeverHurriesTheStreet) {
    // A street in sync trimming must stay far below the 1 Hz/s of a loss-of-mains relay.
    Street street = ready_to_reclose(49.8);
    street.interconnect().permit_reclose(true);
    street.interconnect().request_sync(true);
    double last = street.former().state().f.value();
    while (street.events().reclosed == 0) {
        const Instant until = street.now() + 500ms;
        while (street.now() < until && street.events().reclosed == 0) street.step();
        if (street.events().reclosed > 0) break;
        const double f = street.former().state().f.value();
        EXPECT_LT(std::fabs(f - last) / 0.5, 0.5);
        last = f;
        ASSERT_LT(street.now(), at_seconds(60.0));
    }
}

TEST(Synchroniser, ClosesWrongByAsMuchAsItMeasuresWrong) {
    for (const double error : {30.0, -30.0}) {
        Street street = ready_to_reclose();
        street.interconnect().set_sync_angle_error(Angle{error});
        ASSERT_TRUE(reclose(street));
        EXPECT_NEAR(street.sync().dphi.value(), -error, 5.0);
        EXPECT_NEAR(street.interconnect().state().dphi.value(), 0.0, 5.0 + std::fabs(error));
        EXPECT_TRUE(street.interconnect().state().out_of_phase);
        EXPECT_FALSE(is_open(street)) << "out_of_phase_test.cpp has the consequence";
    }
}

TEST(Synchroniser, TruthAtClosingIsThatOfTheMomentBefore) {
    Street street = ready_to_reclose();
    street.interconnect().set_sync_angle_error(Angle{30.0});
    street.interconnect().permit_reclose(true);
    street.interconnect().request_sync(true);
    SyncTruth before;
    while (street.events().reclosed == 0) {
        before = street.sync();
        street.step();
    }
    EXPECT_EQ(street.sync().dphi, before.dphi);
    EXPECT_EQ(street.sync().df, before.df);
    street.step();
    EXPECT_EQ(street.sync().dphi, Angle{0.0}) << "only in that step";
    EXPECT_EQ(street.last_closing().dphi, before.dphi);
}

TEST(Synchroniser, GivesUpAfterAMinuteAndCanBeAskedAgain) {
    Street street = ready_to_reclose();
    street.set_grid_no_load_v(Voltage{261.0});  // inside the window, beyond what the trim can match
    run(street, 3s);
    EXPECT_FALSE(reclose(street, 59s));
    EXPECT_EQ(street.interconnect().state().sync_stage, SyncStage::trimming);
    run(street, 2s);
    EXPECT_EQ(street.interconnect().state().sync_stage, SyncStage::timed_out);
    EXPECT_FALSE(street.interconnect().state().sync_requested);
    run(street, 30s);
    EXPECT_NEAR(street.island().f.value(), 50.0 - 0.5 * street.former().state().p.value() / 30e3,
                1e-3)
        << "the trim has run back";

    street.set_grid_no_load_v(Voltage{240.0});
    ASSERT_TRUE(reclose(street));
    expect_inside_limits(street);
}

TEST(EnterService, NoConsentNoClosing) {
    Street street = ready_to_reclose();
    street.interconnect().request_sync(true);
    run(street, 30s);
    EXPECT_TRUE(is_open(street));
    EXPECT_EQ(street.interconnect().state().sync_stage, SyncStage::waiting);
    street.interconnect().permit_reclose(true);
    run(street, 10s);
    EXPECT_FALSE(is_open(street));
}

TEST(EnterService, NoRequestNoClosing) {
    Street street = ready_to_reclose();
    street.interconnect().permit_reclose(true);
    run(street, 30s);
    EXPECT_TRUE(is_open(street));
}

TEST(EnterService, ClosesOnlyAfterTheObservationTime) {
    Street street = beside_the_grid();
    street.lose_grid({});
    run(street, 5s);
    street.interconnect().permit_reclose(true);
    street.interconnect().request_sync(true);
    run(street, 2s);
    street.restore_grid(Frequency{50.0});
    const auto closed = run_until(street, 60s, [&] { return !is_open(street); });
    ASSERT_TRUE(closed);
    EXPECT_GT(*closed, 20s);
    EXPECT_LT(*closed, 29s);
}

TEST(EnterService, EveryExcursionStartsTheTimeAgain) {
    struct Excursion {
        Duration d;
        double remaining;
    };
    for (const Excursion& e : {Excursion{300ms, 0.0}, {5ms, 0.5}}) {
        Street street = ready_to_reclose();
        street.interconnect().set_observation(20s);
        run(street, 10s);
        const Duration left = street.interconnect().state().timer_remaining;
        EXPECT_LT(left, 10s);
        street.dip_grid(e.d, Ratio{e.remaining});
        run(street, e.d + 100ms);
        EXPECT_GT(street.interconnect().state().timer_remaining, 19s) << to_seconds(e.d);
    }
}

TEST(EnterService, DoesNotCountAGridOutsideTheWindow) {
    // G98/G99 negative tests.
    for (const double v : {266.2, 180.0}) {
        Street street = ready_to_reclose();
        street.set_grid_no_load_v(Voltage{v});
        street.interconnect().permit_reclose(true);
        street.interconnect().request_sync(true);
        run(street, 30s);
        EXPECT_TRUE(is_open(street)) << v << " V";
    }
    for (const double f : {47.4, 52.1}) {
        Street street = ready_to_reclose();
        street.move_grid_frequency(Frequency{f}, Rocof{});
        street.interconnect().permit_reclose(true);
        street.interconnect().request_sync(true);
        run(street, 30s);
        EXPECT_TRUE(is_open(street)) << f << " Hz";
    }
}

TEST(EnterService, GridThatGoesAgainWhileTrimmingIsWaitedForAnew) {
    Street street = ready_to_reclose();
    set_angle(street, 150.0);
    street.interconnect().permit_reclose(true);
    street.interconnect().request_sync(true);
    run(street, 1s);
    ASSERT_EQ(street.interconnect().state().sync_stage, SyncStage::trimming);
    street.interconnect().set_observation(2s);
    street.dip_grid(300ms, Ratio{});
    run(street, 100ms);
    EXPECT_EQ(street.interconnect().state().sync_stage, SyncStage::waiting);
    const auto closed = run_until(street, 20s, [&] { return !is_open(street); });
    ASSERT_TRUE(closed);
    EXPECT_GT(*closed, 2s) << "a new observation time";
    expect_inside_limits(street);
}

TEST(EnterService, DeadStreetIsConnectedWithoutSynchronism) {
    Street street = ready_to_reclose();
    street.former().control().enable = false;
    run(street, 2s);
    ASSERT_TRUE(std::isnan(street.sync().dphi.value()));
    ASSERT_TRUE(reclose(street));
    EXPECT_TRUE(std::isnan(street.sync().dphi.value())) << "there was no angle";
    run(street, 100ms);
    EXPECT_GT(street.home(0).v.value(), 220.0);
    street.former().control().enable = true;
    run(street, 5s);
    EXPECT_TRUE(street.former().running());
    EXPECT_FALSE(is_open(street));
}

TEST(Interconnect, NeutralIsEarthedOnceAtAllTimes) {
    Street street = beside_the_grid();
    EXPECT_FALSE(street.exchange().ne_link);
    street.interconnect().set_observation(2s);
    street.lose_grid({});
    run(street, 5s);
    EXPECT_TRUE(street.exchange().ne_link);
    street.restore_grid(Frequency{50.0});
    street.interconnect().permit_reclose(true);
    street.interconnect().request_sync(true);
    bool both = false;
    while (street.events().reclosed == 0) {
        street.step();
        both = both || (street.exchange().closed && street.exchange().ne_link);
    }
    EXPECT_FALSE(both);
    EXPECT_FALSE(street.exchange().ne_link);
}

TEST(Interconnect, FlickerWhileConnectedIsRiddenThroughOrIslanded) {
    // 300 ms without the grid: the street is an island of its own until the line is back.
    Street street = beside_the_grid();
    street.dip_grid(300ms, Ratio{});
    run(street, 3s);
    EXPECT_TRUE(street.former().running());
    EXPECT_GT(street.home(2).v.value(), 0.85 * 230.0);
}

}  // namespace
}  // namespace islandbench::plant
