#include "dispatch/core/states.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace islandbench::dispatch::core {
namespace {

std::set<FsmState> reachable(FsmState from, auto&& allowed) {
    std::set<FsmState> seen{from};
    std::vector<FsmState> open{from};
    while (!open.empty()) {
        const FsmState at = open.back();
        open.pop_back();
        for (const Transition& row : transitions()) {
            if (row.from != at || !allowed(row) || !seen.insert(row.to).second) continue;
            open.push_back(row.to);
        }
    }
    return seen;
}

constexpr auto any_row = [](const Transition&) { return true; };

TEST(States, EveryStateIsReachable) {
    EXPECT_EQ(reachable(FsmState::init, any_row).size(), state_count);
}

TEST(States, NoStateIsDead) {
    for (int s = 0; s < state_count; ++s) {
        const std::set<FsmState> ahead = reachable(static_cast<FsmState>(s), any_row);
        EXPECT_TRUE(ahead.count(FsmState::grid)) << name(static_cast<FsmState>(s));
        EXPECT_TRUE(ahead.count(FsmState::island)) << name(static_cast<FsmState>(s));
    }
}

TEST(States, EveryStateButTheSteadyOnesHasALongestTimeAndAWayOutOfIt) {
    const std::set<FsmState> steady{FsmState::grid, FsmState::island, FsmState::black};
    const Timings timings = default_timings();
    for (int s = 0; s < state_count; ++s) {
        const FsmState state = static_cast<FsmState>(s);
        bool has_way_out = false;
        for (const Transition& row : transitions()) {
            has_way_out |= row.from == state && row.guard == Guard::time_out;
        }
        const Timing& t = timings[static_cast<std::size_t>(s)];
        EXPECT_EQ(t.max_ms > 0, has_way_out) << name(state);
        EXPECT_EQ(has_way_out, !steady.count(state)) << name(state);
        EXPECT_TRUE(t.max_ms == 0 || t.min_ms <= t.max_ms) << name(state);
    }
}

TEST(States, NothingMovesOnASingleReport) {
    for (const Transition& row : transitions()) {
        if (!from_telemetry(row.guard)) continue;
        EXPECT_GE(row.samples, 2) << name(row.from);
    }
}

TEST(States, ObservationIsTheDevicesTaskAndAddsAtMostASecond) {
    const Timings timings = default_timings();
    EXPECT_LE(timings[static_cast<std::size_t>(FsmState::grid_seen)].min_ms, 1000);
    EXPECT_LE(timings[static_cast<std::size_t>(FsmState::syncing)].min_ms, 1000);
}

TEST(States, AnIslandIsLeftForTheGridOnlyBySynchronisingUnlessTheContactClosesUnasked) {
    const auto without_sync = [](const Transition& row) {
        return row.to != FsmState::syncing && row.guard != Guard::contact_closed &&
               row.guard != Guard::grid_present;
    };
    EXPECT_FALSE(reachable(FsmState::island, without_sync).count(FsmState::grid));
}

TEST(States, SynchronisingBeginsOnlyWithConsentAndObservation) {
    for (const Transition& row : transitions()) {
        if (row.to != FsmState::syncing || row.from == FsmState::closing) continue;
        EXPECT_EQ(row.guard, Guard::may_close);
        EXPECT_EQ(row.from, FsmState::grid_seen);
    }
}

TEST(States, EveryStateButSafeFallsToSafeWhenAnInvariantBreaks) {
    for (int s = 0; s < state_count; ++s) {
        const FsmState state = static_cast<FsmState>(s);
        if (state == FsmState::safe) continue;
        const auto first = [&] {
            for (const Transition& row : transitions()) {
                if (row.from == state) return row;
            }
            return Transition{};
        }();
        EXPECT_EQ(first.guard, Guard::broken) << name(state);
        EXPECT_EQ(first.to, FsmState::safe) << name(state);
    }
}

TEST(States, NamesAreDistinct) {
    std::set<std::string_view> names;
    for (int s = 0; s < state_count; ++s) names.insert(name(static_cast<FsmState>(s)));
    for (int g = 0; g < guard_count; ++g) names.insert(name(static_cast<Guard>(g)));
    // grid_seen ... are states, grid_returned ... are guards.
    for (int m = 0; m < mode_count; ++m) names.insert(name(static_cast<IslandMode>(m)));
    EXPECT_EQ(names.size(), static_cast<std::size_t>(state_count + guard_count + mode_count));
    EXPECT_FALSE(names.count(""));
}

}  // namespace
}  // namespace islandbench::dispatch::core
