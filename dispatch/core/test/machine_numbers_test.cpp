#include <gtest/gtest.h>

#include "dispatch/core/boxes.hpp"
#include "dispatch/core/machine.hpp"
#include "dispatch/core/test/street.hpp"

/// Guards and modes at their very bounds.
namespace islandbench::dispatch::core {
namespace {

/// An island that stands, beside a healthy grid, with nobody asking for anything.
struct MachineNumbers : ::testing::Test {
    MachineNumbers() {
        street.add_former(30000, 60000, 600);
        street.separate();
        street.grid_back();
        street.site.permit_reclose = true;
        street.site.now_ms = 100000000;
        street.state.fsm = FsmState::island;
        street.state.former_ms = street.state.interconnect_ms = now();
        street.state.entered_ms = now();
    }
    std::int64_t now() const { return street.site.now_ms; }
    SiteIn& site() { return street.site; }
    template <class Act>
    auto with_work(Act act) {
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        work.formers = formers;
        work.formers.exist = true;
        work.formers.rating_w = 30000;
        return act(work);
    }
    bool guard(Guard which) {
        return with_work([which](const Work& work) { return holds(work, which); });
    }

    test::Street street;
    Formers formers;
};

TEST_F(MachineNumbers, AGridIsHealthyInsideItsWindowsAlone) {
    EXPECT_TRUE(guard(Guard::grid_returned));
    EXPECT_FALSE(guard(Guard::grid_gone));
    site().grid_ok = false;
    EXPECT_FALSE(guard(Guard::grid_returned));
    EXPECT_TRUE(guard(Guard::grid_gone));
    site().grid_ok = true;
    for (const std::int32_t mv : {183999, 262201}) {
        site().v_grid_mv = mv;
        EXPECT_FALSE(guard(Guard::grid_returned)) << mv;
    }
    for (const std::int32_t mv : {184000, 262200}) {
        site().v_grid_mv = mv;
        EXPECT_TRUE(guard(Guard::grid_returned)) << mv;
    }
    for (const std::int32_t mhz : {47499, 52001}) {
        site().f_grid_mhz = mhz;
        EXPECT_FALSE(guard(Guard::grid_returned)) << mhz;
    }
    site().f_grid_mhz = 52000;
    site().island_wanted = true;
    EXPECT_FALSE(guard(Guard::grid_returned));
    site().island_wanted = false;
    site().closed = true;
    EXPECT_FALSE(guard(Guard::grid_returned));
    EXPECT_FALSE(guard(Guard::grid_gone)) << "it is closed onto it";
    EXPECT_FALSE(guard(Guard::may_not_close));
}

TEST_F(MachineNumbers, ASupplyHasWindowsOfItsOwn) {
    site().closed = true;
    site().v_grid_mv = 195500;
    site().f_grid_mhz = 49000;
    EXPECT_TRUE(guard(Guard::grid_present));
    EXPECT_FALSE(guard(Guard::supply_lost));
    site().v_grid_mv = 195499;
    EXPECT_FALSE(guard(Guard::grid_present));
    EXPECT_TRUE(guard(Guard::supply_lost));
    site().v_grid_mv = 230000;
    site().f_grid_mhz = 48999;
    EXPECT_FALSE(guard(Guard::grid_present));
    EXPECT_TRUE(guard(Guard::supply_lost));
    site().closed = false;
    EXPECT_FALSE(guard(Guard::supply_lost));
    site().f_grid_mhz = 50000;
    EXPECT_FALSE(guard(Guard::grid_present));
}

TEST_F(MachineNumbers, AStreetStandsInsideItsWindowsAndOnItsOwn) {
    const auto stands = [this] { return guard(Guard::islanded); };
    EXPECT_TRUE(stands());
    site().v_island_mv = 195500;
    site().f_island_mhz = 53000;
    EXPECT_TRUE(stands());
    site().v_island_mv = 195499;
    EXPECT_FALSE(stands());
    site().v_island_mv = 253000;
    EXPECT_TRUE(stands());
    site().f_island_mhz = 53001;
    EXPECT_FALSE(stands());
    site().f_island_mhz = 50000;
    site().island_stable = false;
    EXPECT_FALSE(stands());
    site().island_stable = true;
    site().closed = true;
    EXPECT_FALSE(stands());
    EXPECT_FALSE(guard(Guard::island_heard));
}

TEST_F(MachineNumbers, AFormerIsBlindAfterTenSeconds) {
    street.state.former_ms = now() - 10000;
    EXPECT_FALSE(guard(Guard::former_blind));
    EXPECT_TRUE(guard(Guard::island_heard));
    street.state.former_ms -= 1;
    EXPECT_TRUE(guard(Guard::former_blind));
    EXPECT_FALSE(guard(Guard::island_heard));
    street.state.interconnect_ms = now() - 10000;
    EXPECT_FALSE(guard(Guard::blind));
    street.state.interconnect_ms -= 1;
    EXPECT_TRUE(guard(Guard::blind));
}

TEST_F(MachineNumbers, AStreetIsDeadBelowAFifthOfItsVoltageBehindAnOpenContact) {
    site().v_island_mv = 46000;
    EXPECT_FALSE(guard(Guard::street_dead));
    site().v_island_mv = 45999;
    EXPECT_TRUE(guard(Guard::street_dead));
    site().closed = true;
    EXPECT_FALSE(guard(Guard::street_dead));
}

TEST_F(MachineNumbers, ItMayCloseWithConsentWhenTheGridWasObserved) {
    EXPECT_TRUE(guard(Guard::may_close));
    EXPECT_FALSE(guard(Guard::may_not_close));
    site().timer_remaining_ms = 1;
    EXPECT_FALSE(guard(Guard::may_close));
    EXPECT_TRUE(guard(Guard::may_not_close));
    site().timer_remaining_ms = 0;
    site().permit_reclose = false;
    EXPECT_FALSE(guard(Guard::may_close));
    site().permit_reclose = true;
    site().grid_ok = false;
    EXPECT_FALSE(guard(Guard::may_close));
}

TEST_F(MachineNumbers, AnIslandIsPlannedOnWishAndConsent) {
    site().closed = site().island_wanted = site().permit_island = true;
    EXPECT_TRUE(guard(Guard::island_asked));
    EXPECT_FALSE(guard(Guard::island_unasked));
    site().closed = false;
    EXPECT_FALSE(guard(Guard::island_asked));
    site().closed = true;
    site().island_wanted = false;
    EXPECT_FALSE(guard(Guard::island_asked));
    EXPECT_TRUE(guard(Guard::island_unasked));
    site().island_wanted = true;
    site().permit_island = false;
    EXPECT_FALSE(guard(Guard::island_asked));
    EXPECT_TRUE(guard(Guard::island_unasked));
}

TEST_F(MachineNumbers, ATieIsIdleBelowAKilowattOrAFiftiethOfTheFormers) {
    site().poi_reported_ms = now() - 10000;
    for (const std::int64_t w : {1000, -1000}) {
        street.state.tie_mw = w * 1000;
        EXPECT_TRUE(guard(Guard::tie_idle));
        street.state.tie_mw += w > 0 ? 1000 : -1000;
        EXPECT_FALSE(guard(Guard::tie_idle));
    }
    street.state.tie_mw = 0;
    site().poi_reported_ms -= 1;
    EXPECT_FALSE(guard(Guard::tie_idle));
    street.config.tuning.tie_idle_permille = 100;
    site().poi_reported_ms = now();
    street.state.tie_mw = 3000000;
    EXPECT_TRUE(guard(Guard::tie_idle));
    street.state.tie_mw = 3001000;
    EXPECT_FALSE(guard(Guard::tie_idle));
}

TEST_F(MachineNumbers, AStateHasALongestTimeWhereItsRowSaysSo) {
    Timing& timing = street.config.timings[static_cast<std::size_t>(FsmState::island)];
    timing.max_ms = 5000;
    street.state.entered_ms = now() - 4999;
    EXPECT_FALSE(guard(Guard::time_out));
    street.state.entered_ms -= 1;
    EXPECT_TRUE(guard(Guard::time_out));
    timing.max_ms = 0;
    EXPECT_FALSE(guard(Guard::time_out));
    timing.max_ms = 1;
    EXPECT_TRUE(guard(Guard::time_out));
}

TEST_F(MachineNumbers, ARampHasSettledWhereItRamps) {
    street.state.settled = 1;
    EXPECT_FALSE(guard(Guard::settled));
    street.state.fsm = FsmState::rejoined;
    EXPECT_TRUE(guard(Guard::settled));
    street.state.settled = 0;
    EXPECT_FALSE(guard(Guard::settled));
    EXPECT_FALSE(guard(Guard::broken));
    street.state.broken = 1;
    EXPECT_TRUE(guard(Guard::broken));
}

TEST_F(MachineNumbers, ReportsAreCountedInARowAndForgottenAfterASilence) {
    const auto counted = [this](bool is_new) {
        with_work([is_new](Work& work) {
            work.new_interconnect = is_new;
            advance(work);
        });
        return street.state.confirmed[static_cast<std::size_t>(Guard::contact_open)];
    };
    street.state.fsm = FsmState::safe;  // stays where it is for a while
    EXPECT_EQ(counted(true), 1);
    EXPECT_EQ(counted(false), 1);
    EXPECT_EQ(counted(true), 2);
    street.state.confirmed.fill(254);
    EXPECT_EQ(counted(true), 255);
    EXPECT_EQ(counted(true), 255);
    street.state.interconnect_ms = now() - 10000;
    EXPECT_EQ(counted(false), 255);
    street.state.interconnect_ms -= 1;
    EXPECT_EQ(counted(false), 0);
    EXPECT_EQ(street.state.confirmed[static_cast<std::size_t>(Guard::blind)], 1)
        << "what is no telemetry counts in every step";
}

TEST_F(MachineNumbers, ClosingIsWantedWithConsentAndTwoSamplesInADeadStreet) {
    const auto wanted = [this](FsmState s) {
        street.state.fsm = s;
        return with_work([](const Work& work) { return wants_closing(work); });
    };
    std::uint8_t& votes = street.state.confirmed[static_cast<std::size_t>(Guard::may_close)];
    EXPECT_TRUE(wanted(FsmState::syncing));
    EXPECT_TRUE(wanted(FsmState::closing));
    EXPECT_FALSE(wanted(FsmState::island));
    votes = 1;
    EXPECT_FALSE(wanted(FsmState::black));
    votes = 2;
    EXPECT_TRUE(wanted(FsmState::black));
    EXPECT_FALSE(wanted(FsmState::grid_seen));
    site().timer_remaining_ms = 5;
    EXPECT_FALSE(wanted(FsmState::black));
    site().timer_remaining_ms = 0;
    site().permit_reclose = false;
    EXPECT_FALSE(wanted(FsmState::black));
    EXPECT_FALSE(wanted(FsmState::syncing));
}

TEST_F(MachineNumbers, BackOnTheGridARampBeginsAtWhatAUnitDoes) {
    const std::size_t i = street.add_hybrid(0, 600);
    street.units[i].p_w = -700;
    street.state.units[i].ceiling_mw = 5;
    site().closed = true;
    street.state.confirmed.fill(255);
    street.state.confirmed[static_cast<std::size_t>(Guard::broken)] = 0;
    street.state.entered_ms = now() - 100000;
    with_work([](Work& work) {
        work.new_interconnect = true;
        advance(work);
        restart_ramps(work, work.all_units());
    });
    EXPECT_EQ(street.state.fsm, FsmState::rejoined);
    EXPECT_EQ(street.state.units[i].ceiling_mw, -700000);
    street.state.units[i].ceiling_mw = 5;
    with_work([](Work& work) { restart_ramps(work, work.all_units()); });
    EXPECT_EQ(street.state.units[i].ceiling_mw, 5) << "only in the step that finds it there";
    EXPECT_EQ(street.state.entered_ms, now());
}

TEST_F(MachineNumbers, ThePeriodIsShortWhereSomethingMayHappen) {
    const auto period = [this] {
        return with_work([](const Work& work) { return period_ms(work); });
    };
    EXPECT_EQ(period(), 250);
    street.state.fsm = FsmState::grid;
    EXPECT_EQ(period(), 1000);
    street.state.confirmed[static_cast<std::size_t>(Guard::contact_open)] = 1;
    EXPECT_EQ(period(), 250);
    street.state.confirmed = {};
    street.state.confirmed[static_cast<std::size_t>(Guard::may_close)] = 9;  // no row of the grid
    EXPECT_EQ(period(), 1000);
}

TEST_F(MachineNumbers, OutOfSyncIsWhatIsNotInSync) {
    EXPECT_FALSE(guard(Guard::in_sync));
    EXPECT_TRUE(guard(Guard::out_of_sync));
    site().sync_ok = true;
    EXPECT_TRUE(guard(Guard::in_sync));
    EXPECT_FALSE(guard(Guard::out_of_sync));
}

/// One step of the machine in which everything that holds has held for long.
struct TransitionNumbers : MachineNumbers {
    FsmState after(FsmState from, std::int64_t in_it_ms = 100000) {
        street.state.fsm = from;
        street.state.entered_ms = now() - in_it_ms;
        street.state.confirmed.fill(250);
        street.out.alarms = 0;
        with_work([](Work& work) {
            work.new_interconnect = true;
            advance(work);
        });
        return street.state.fsm;
    }
    bool unasked() const { return (street.out.alarms & bit(Alarm::closed_unasked)) != 0; }
};

TEST_F(TransitionNumbers, AStateIsLeftAfterItsLeastTime) {
    site().closed = true;
    site().v_island_mv = site().v_grid_mv;
    street.state.settled = 1;
    const std::int64_t least =
        street.config.timings[static_cast<std::size_t>(FsmState::rejoined)].min_ms;
    ASSERT_GT(least, 0);
    EXPECT_EQ(after(FsmState::rejoined, least - 1), FsmState::rejoined);
    EXPECT_EQ(after(FsmState::rejoined, least), FsmState::grid);
}

TEST_F(TransitionNumbers, OnlyAnIslandThatClosesByItselfIsAnAlarm) {
    EXPECT_EQ(after(FsmState::island), FsmState::grid_seen);
    EXPECT_FALSE(unasked());
    site().closed = true;
    EXPECT_EQ(after(FsmState::island), FsmState::rejoined);
    EXPECT_TRUE(unasked());
    EXPECT_EQ(after(FsmState::grid_seen), FsmState::rejoined);
    EXPECT_TRUE(unasked());
    EXPECT_EQ(after(FsmState::closing), FsmState::rejoined);
    EXPECT_FALSE(unasked());
}

// ---- Modes

struct ModeNumbers : MachineNumbers {
    ModeNumbers() {
        formers.new_report = formers.soc_known = true;
        formers.above_wh = 50000;
        formers.above_permille = 500;
    }
    /// The mode that two reports of this lead to.
    IslandMode mode(IslandMode now, std::int64_t above_wh, std::int32_t above_permille,
                    int promised = 0) {
        street.state.mode = street.state.mode_next = now;
        street.state.mode_votes = 0;
        street.state.promise_low = static_cast<std::uint8_t>(promised);
        formers.above_wh = above_wh;
        formers.above_permille = above_permille;
        vote();
        vote();
        return street.state.mode;
    }
    void vote() {
        with_work([](Work& work) { advance_mode(work); });
    }
};

TEST_F(ModeNumbers, EnergyDecidesWithHysteresis) {
    using M = IslandMode;
    EXPECT_EQ(mode(M::normal, 2000, 20), M::normal);
    EXPECT_EQ(mode(M::normal, 1999, 20), M::saving);
    EXPECT_EQ(mode(M::normal, 2000, 19), M::saving);
    EXPECT_EQ(mode(M::normal, 600, 5), M::saving);
    EXPECT_EQ(mode(M::normal, 599, 500), M::critical);
    EXPECT_EQ(mode(M::normal, 50000, 4), M::critical);
    EXPECT_EQ(mode(M::saving, 4000, 50), M::normal);
    EXPECT_EQ(mode(M::saving, 3999, 50), M::saving);
    EXPECT_EQ(mode(M::saving, 4000, 49), M::saving);
    EXPECT_EQ(mode(M::critical, 1999, 500), M::critical) << "no half a step";
    EXPECT_EQ(mode(M::critical, 2000, 20), M::saving);
    EXPECT_EQ(mode(M::critical, 4000, 50), M::normal);
}

TEST_F(ModeNumbers, APromiseMakesOthersSaveToo) {
    using M = IslandMode;
    EXPECT_EQ(mode(M::normal, 50000, 500, 1), M::saving);
    EXPECT_EQ(mode(M::normal, 50000, 500, 2), M::critical);
    EXPECT_EQ(mode(M::critical, 50000, 500, 1), M::critical);
    EXPECT_EQ(mode(M::saving, 50000, 500, 1), M::saving);
}

TEST_F(ModeNumbers, SurplusIsRememberedForTenSeconds) {
    using M = IslandMode;
    street.state.surplus_ms = now() - 9999;
    EXPECT_EQ(mode(M::normal, 50000, 500), M::full);
    street.state.surplus_ms -= 1;
    EXPECT_EQ(mode(M::full, 50000, 500), M::normal);
}

TEST_F(ModeNumbers, TwoReportsInARowAreNeeded) {
    formers.above_wh = 1000;
    vote();
    EXPECT_EQ(street.state.mode, IslandMode::normal);
    formers.new_report = false;
    vote();
    EXPECT_EQ(street.state.mode, IslandMode::normal);
    formers.new_report = true;
    formers.soc_known = false;
    vote();
    EXPECT_EQ(street.state.mode, IslandMode::normal);
    formers.soc_known = true;
    vote();
    EXPECT_EQ(street.state.mode, IslandMode::saving);
    formers.above_wh = 50000;
    vote();
    formers.above_wh = 1000;
    vote();
    formers.above_wh = 50000;
    vote();
    EXPECT_EQ(street.state.mode, IslandMode::saving);
    street.state.fsm = FsmState::hold;
    vote();
    EXPECT_EQ(street.state.mode, IslandMode::saving) << "kept while nobody knows";
    EXPECT_EQ(street.state.mode_votes, 0);
    street.state.fsm = FsmState::grid;
    vote();
    EXPECT_EQ(street.state.mode, IslandMode::normal);
}

TEST_F(ModeNumbers, TiersGoByTheMode) {
    State& s = street.state;
    EXPECT_EQ(tiers_allowed(s), 5);
    s.mode = IslandMode::saving;
    EXPECT_EQ(tiers_allowed(s), 4);
    s.mode = IslandMode::critical;
    EXPECT_EQ(tiers_allowed(s), 2);
    s.mode = IslandMode::full;
    EXPECT_EQ(tiers_allowed(s), 5);
    s.fsm = FsmState::grid;
    s.mode = IslandMode::critical;
    EXPECT_EQ(tiers_allowed(s), 5);
    s.fsm = FsmState::black;
    EXPECT_EQ(tiers_allowed(s), 1);
}

}  // namespace
}  // namespace islandbench::dispatch::core
