#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "dispatch/core/test/random_street.hpp"

/// Promises of the step over random lives of random streets. Every test walks many steps.
namespace islandbench::dispatch::core {
namespace {

using test::RandomStreet;

constexpr int lives = 60;
constexpr int steps = 250;

/// Walks `lives` streets; after every step `judge` looks at one.
template <class Street = RandomStreet, class Judge>
void walk(std::string_view stream, Judge judge) {
    for (int life = 0; life < lives; ++life) {
        Street r(static_cast<std::uint64_t>(life), stream);
        for (int n = 0; n < steps; ++n) {
            r.step();
            for (std::size_t h = 0; h < r.street.homes.size(); ++h) {
                const std::int32_t known = r.street.state.homes[h].closed_tiers;
                ASSERT_EQ(r.street.homes_out[h].closed_tiers, known) << "told as it is remembered";
            }
            judge(r);
            if (::testing::Test::HasFatalFailure()) {
                ADD_FAILURE() << "life " << life << " step " << n;
                return;
            }
        }
    }
}

TEST(InvariantTest, TheLivesVisitEveryStateButSafe) {
    std::array<int, state_count> visits{};
    std::array<int, mode_count> modes{};
    walk("visits", [&](RandomStreet& r) {
        ++visits[static_cast<std::size_t>(r.street.out.state)];
        ++modes[static_cast<std::size_t>(r.street.out.mode)];
    });

    for (int s = 0; s < state_count; ++s) {
        if (static_cast<FsmState>(s) == FsmState::safe) continue;
        EXPECT_GT(visits[static_cast<std::size_t>(s)], 0) << name(static_cast<FsmState>(s));
    }
    EXPECT_GT(visits[static_cast<std::size_t>(FsmState::island)], 2000);
    for (const int visited : modes) EXPECT_GT(visited, 0);
}

TEST(InvariantTest, TheCoreNeverBreaksItsOwnPromises) {
    walk("promises", [](RandomStreet& r) {
        ASSERT_EQ(r.street.out.broken, Promise::none_broken) << name(r.street.out.state);
    });
}

TEST(InvariantTest, NorDoesItWithPromisesCablesSetsOwnersAndServices) {
    std::array<int, 4> kept{};
    int storms = 0, released = 0, in_sets = 0, large = 0;
    walk<test::RichStreet>("rich", [&](RandomStreet& r) {
        const SiteOut& out = r.street.out;
        ASSERT_EQ(out.broken, Promise::none_broken) << name(out.state);
        for (const PromiseOut& promise : out.promises) {
            ++kept[static_cast<std::size_t>(promise.state)];
        }
        storms += out.storm == StormState::none ? 0 : 1;
        released += r.street.state.released;
        in_sets += r.street.state.in_sets;
        large += r.street.units.size() > 64 ? 1 : 0;
    });
    // They have been there.
    for (const int times : kept) EXPECT_GT(times, 100);
    for (const int times : {storms, released, in_sets, large}) EXPECT_GT(times, 100);
}

TEST(InvariantTest, EverySetPointIsInsideWhatTheDeviceCanDo) {
    walk("boxes", [](RandomStreet& r) {
        for (std::size_t i = 0; i < r.street.units.size(); ++i) {
            const UnitOut& out = r.street.units_out[i];
            if (out.action != UnitAction::set || !r.fresh(i)) continue;
            const UnitIn& in = r.street.units[i];
            const UnitConfig& unit = r.street.config.units[i];
            ASSERT_LE(std::abs(out.p_set_w), unit.rating_w);
            // A full unit is asked for PV that it may not show.
            const std::int32_t hidden = unit.pv_peak_w > 0 && in.soc_permille >= 950 ? 300 : 0;
            const std::int32_t band = unit.dead_band_w;
            ASSERT_LE(out.p_set_w, r.pv_w(i) + hidden + in.discharge_max_w + band);
            ASSERT_GE(out.p_set_w, -in.charge_max_w - band);
        }
    });
}

TEST(InvariantTest, NoBatteryIsDischargedAtOrBelowItsFloorAndMargin) {
    walk("floor", [](RandomStreet& r) {
        const bool grid = connected(r.street.out.state);
        for (std::size_t i = 0; i < r.street.units.size(); ++i) {
            const UnitOut& out = r.street.units_out[i];
            if (!r.follower(i) || out.action != UnitAction::set || !r.fresh(i)) continue;
            const std::int32_t floor = grid ? 300 : 200;
            if (r.street.units[i].soc_permille > floor + 10) continue;
            ASSERT_LE(out.p_set_w, r.pv_w(i));
            ASSERT_LE(out.p_default_w, 0);
        }
    });
}

TEST(InvariantTest, PowerRisesByTheRampUnlessItRelievesAFormer) {
    walk("ramp", [](RandomStreet& r) {
        const bool grid = connected(r.street.out.state);
        for (std::size_t i = 0; i < r.street.units.size(); ++i) {
            const UnitOut& out = r.street.units_out[i];
            const UnitState& was = r.before.units[i];
            if (out.action != UnitAction::set || was.commanded == 0 || !r.fresh(i)) continue;
            if (was.quality > Quality::held) continue;  // starts again from what it does
            const UnitIn& in = r.street.units[i];
            if (!in.connected || in.fault) continue;
            // Charging that the battery or its owner bears no more ends at once.
            const bool charges_freely = !in.opted_out &&
                                        in.charge_max_w - r.pv_w(i) >= -was.p_set_w &&
                                        in.soc_permille <= 900;
            if (out.p_set_w <= 0 && !charges_freely) continue;
            const std::int64_t rate = grid ? 84 : 500;  // W/s of 5 kW: 100 %/min, 10 %/s
            const std::int64_t dt = r.street.site.now_ms - r.before.last_ms;
            const std::int32_t from = std::max(was.p_set_w, grid ? was.p_set_w : 0);
            const std::int64_t ramped = from + rate * dt / 1000 + 100 + 1;
            const std::uint8_t phase = r.street.config.units[i].phase;
            const bool rejoins = r.street.out.state == FsmState::rejoined;
            std::int64_t limit =
                rejoins ? std::max<std::int64_t>(ramped, r.street.units[i].p_w + 110) : ramped;
            if (phase < phase_count && islanded(r.street.out.state)) {
                const std::int64_t bound = r.street.state.phases[phase].bound_mw / 1000;
                const std::int64_t share = r.street.config.units[0].rating_w * 3 / 10;
                if (bound > share) continue;
            }
            ASSERT_LE(out.p_set_w, limit) << name(r.before.fsm) << ' ' << name(r.street.out.state);
        }
    });
}

TEST(InvariantTest, InTheIslandNobodyChargesFromAnotherBattery) {
    walk("direction", [](RandomStreet& r) {
        if (!islanded(r.street.out.state) || r.street.state.balancing == 0) return;
        bool gives = false;
        bool takes = false;
        for (std::size_t i = 0; i < r.street.units.size(); ++i) {
            const UnitOut& out = r.street.units_out[i];
            if (!r.follower(i) || out.action != UnitAction::set || !r.fresh(i)) continue;
            if (!r.street.units[i].connected || r.street.units[i].fault) continue;
            gives = gives || out.p_set_w > r.pv_w(i) + 300 + 100;
            takes = takes || out.p_set_w < -100;
        }
        ASSERT_FALSE(gives && takes);
    });
}

TEST(InvariantTest, SilentUnitsGetNothingNewAndAreNoReserve) {
    walk("silent", [](RandomStreet& r) {
        std::int64_t could = 0;
        for (std::size_t i = 0; i < r.street.units.size(); ++i) {
            if (r.fresh(i)) {
                could += 2 * std::int64_t{r.street.config.units[i].rating_w};
                continue;
            }
            const UnitOut& out = r.street.units_out[i];
            const std::int32_t last = r.before.units[i].p_set_w;
            if (out.action != UnitAction::set || out.p_set_w == 0) continue;
            ASSERT_EQ(out.p_set_w, last);
        }
        ASSERT_LE(r.street.out.reserve_w, could);
        bool any = false;
        for (std::size_t i = 0; i < r.street.units.size(); ++i) any = any || r.fresh(i);
        ASSERT_TRUE(any || r.street.out.reserve_w == 0);
    });
}

TEST(InvariantTest, EveryOrderHasAValidityAndADefaultThatFitsTheState) {
    walk("validity", [](RandomStreet& r) {
        for (std::size_t i = 0; i < r.street.units.size(); ++i) {
            const UnitOut& out = r.street.units_out[i];
            if (!r.follower(i)) {
                ASSERT_EQ(out.action, UnitAction::leave);
                ASSERT_EQ(out.fallback, UnitDefault::keep_forming);
            }
            if (out.action != UnitAction::set) continue;
            ASSERT_GE(out.valid_ms, 2000);
            ASSERT_NE(out.fallback, UnitDefault::own);
            if (!connected(r.street.out.state)) continue;
            ASSERT_EQ(out.fallback, UnitDefault::zero);
            ASSERT_EQ(out.p_default_w, 0);
        }
    });
}

TEST(InvariantTest, AnOwnerWhoOptedOutLendsNothing) {
    walk("optout", [](RandomStreet& r) {
        for (std::size_t i = 0; i < r.street.units.size(); ++i) {
            const UnitOut& out = r.street.units_out[i];
            if (!r.follower(i) || out.action != UnitAction::set || !r.fresh(i)) continue;
            if (!r.street.units[i].opted_out) continue;
            ASSERT_LE(out.p_set_w, r.pv_w(i) + 300 + 100);
            ASSERT_GE(out.p_set_w, -100);
        }
    });
}

TEST(InvariantTest, TierZeroStaysAndRestoresComeOneByOne) {
    walk("tiers", [](RandomStreet& r) {
        int restored = 0;
        for (std::size_t h = 0; h < r.street.homes.size(); ++h) {
            const std::int32_t now = r.street.homes_out[h].closed_tiers;
            const std::int32_t was = r.before.homes[h].closed_tiers;
            ASSERT_GE(now, 1);
            ASSERT_LE(now, tier_count);
            ASSERT_LE(now, was + 1);
            restored += now > was;
        }
        ASSERT_LE(restored, 1);
        if (restored == 0 || r.before.restored_ms == never_reported) return;
        const std::int64_t gap = r.street.site.now_ms - r.before.restored_ms;
        ASSERT_GE(gap, connected(r.street.out.state) ? 2000 : 10000);
    });
}

TEST(InvariantTest, SyncIsAskedOnlyWithGridObservationAndConsent) {
    walk("sync", [](RandomStreet& r) {
        const SiteIn& site = r.street.site;
        const bool began =
            r.street.out.state == FsmState::syncing && r.before.fsm == FsmState::grid_seen;
        if (began) {
            ASSERT_TRUE(site.permit_reclose && site.grid_ok && !site.closed);
            ASSERT_EQ(site.timer_remaining_ms, 0);
        }
        const FsmState now = r.street.out.state;
        if (now == FsmState::black) {
            if (!r.street.out.sync_request) return;
            ASSERT_TRUE(site.permit_reclose && site.grid_ok && !site.closed);
            ASSERT_EQ(site.timer_remaining_ms, 0);
            return;
        }
        const bool may = now == FsmState::syncing || now == FsmState::closing;
        ASSERT_EQ(r.street.out.sync_request, may && site.permit_reclose);
    });
}

TEST(InvariantTest, WithoutNewsOfTheInterconnectOnlyTimeMovesTheMachine) {
    walk("news", [](RandomStreet& r) {
        if (r.street.site.reported_ms > r.before.interconnect_ms) return;
        if (r.street.out.state == r.before.fsm) return;
        bool by_time = false;
        for (const Transition& row : transitions()) {
            const bool this_one = row.from == r.before.fsm && row.to == r.street.out.state;
            by_time = by_time || (this_one && !from_telemetry(row.guard));
        }
        // A confirmed guard may have waited for the shortest time of the state.
        const std::int64_t dwell =
            r.street.config.timings[static_cast<std::size_t>(r.before.fsm)].min_ms;
        ASSERT_TRUE(by_time || dwell > 0);
    });
}

TEST(InvariantTest, EveryMoveIsARowOfTheTable) {
    walk("table", [](RandomStreet& r) {
        if (r.street.out.state == r.before.fsm) return;
        bool found = false;
        for (const Transition& row : transitions()) {
            found = found || (row.from == r.before.fsm && row.to == r.street.out.state);
        }
        ASSERT_TRUE(found) << name(r.before.fsm) << " -> " << name(r.street.out.state);
    });
}

TEST(InvariantTest, NoServiceWhileNotConnected) {
    walk("services", [](RandomStreet& r) {
        ASSERT_TRUE(connected(r.street.out.state) || r.street.state.trim_mw == 0);
    });
}

TEST(InvariantTest, ReplicasAgreeAndCopiesContinueAlike) {
    for (std::uint64_t life = 0; life < 40; ++life) {
        RandomStreet a(life, "replica");
        RandomStreet b(life, "replica");
        for (int n = 0; n < steps; ++n) {
            a.step();
            b.step();
            if (n == 100) b.street.state = State(a.street.state);
            ASSERT_EQ(hash(a.street.state), hash(b.street.state)) << life << " " << n;
        }
    }
}

TEST(InvariantTest, TheHashSeesEveryPartOfTheMemory) {
    RandomStreet r(1, "hash");
    for (int n = 0; n < 50; ++n) r.step();
    const std::uint64_t before = hash(r.street.state);
    const std::size_t last = r.street.units.size() - 1;

    r.street.state.units[last].ceiling_mw ^= 1;
    EXPECT_NE(hash(r.street.state), before);
    r.street.state.units[last].ceiling_mw ^= 1;
    r.street.state.homes[r.street.homes.size() - 1].found_open ^= 1;
    EXPECT_NE(hash(r.street.state), before);
    r.street.state.homes[r.street.homes.size() - 1].found_open ^= 1;
    r.street.state.phases[2].shed_home ^= 1;
    EXPECT_NE(hash(r.street.state), before);
    r.street.state.phases[2].shed_home ^= 1;
    EXPECT_EQ(hash(r.street.state), before);
}

std::int64_t extreme(Random& random) {
    switch (static_cast<int>(random.uniform(0, 6))) {
        case 0: return std::numeric_limits<std::int32_t>::max();
        case 1: return std::numeric_limits<std::int32_t>::min();
        case 2: return 0;
        case 3: return -1;
        case 4: return static_cast<std::int64_t>(random.uniform(-1e6, 1e6));
        default: return static_cast<std::int64_t>(random.uniform(-6000, 6000));
    }
}

TEST(InvariantTest, ExtremeNumbersGiveDefinedAnswers) {
    for (std::uint64_t life = 0; life < 200; ++life) {
        RandomStreet r(life, "extreme");
        for (int n = 0; n < 60; ++n) {
            const auto w = [&] { return static_cast<std::int32_t>(extreme(r.random)); };
            UnitIn& unit = r.street.units[static_cast<std::size_t>(r.whole(0, 2))];
            unit = {.reported_ms = extreme(r.random),
                    .p_w = w(),
                    .p_phase_w = {w(), w(), w()},
                    .v_mv = {w(), w(), w()},
                    .q_var = w(),
                    .pv_w = w(),
                    .soc_permille = w(),
                    .charge_max_w = w(),
                    .discharge_max_w = w(),
                    .connected = true};
            r.street.homes[0].p_w = {w(), w(), w(), w(), w()};
            r.street.site.v_grid_mv = w();
            r.street.site.f_island_mhz = w();
            r.street.site.poi_w = w();
            r.street.site.poi_reported_ms = extreme(r.random);
            r.street.step();
            for (std::size_t i = 0; i < r.street.units.size(); ++i) {
                ASSERT_LE(std::abs(std::int64_t{r.street.units_out[i].p_set_w}),
                          r.street.config.units[i].rating_w);
            }
        }
    }
}

TEST(InvariantTest, FleetsThatDoNotFitGetDefinedAnswers) {
    RandomStreet r(3, "fleet");
    for (int n = 0; n < 100; ++n) r.step();
    State copy = r.street.state;
    std::vector<UnitOut> more(r.street.units.size() + 3);
    std::vector<HomeOut> none;
    SiteOut out;

    step(r.street.config, r.street.site, r.street.units, {}, copy, more, none, out);
    EXPECT_TRUE(out.alarms & bit(Alarm::bad_input));
    EXPECT_EQ(more.back().action, UnitAction::leave);

    const std::span<UnitOut> fewer(more.data(), 1);
    step(r.street.config, r.street.site, r.street.units, r.street.homes, copy, fewer,
         r.street.homes_out, out);
    EXPECT_TRUE(out.alarms & bit(Alarm::bad_input));
}

TEST(InvariantTest, TimeThatGoesBackwardsMovesNothing) {
    RandomStreet r(4, "time");
    for (int n = 0; n < 100; ++n) r.step();
    const FsmState state = r.street.state.fsm;

    r.street.site.now_ms -= 60000;
    step(r.street.config, r.street.site, r.street.units, r.street.homes, r.street.state,
         r.street.units_out, r.street.homes_out, r.street.out);

    EXPECT_EQ(r.street.state.fsm, state);
    EXPECT_TRUE(r.street.out.alarms & bit(Alarm::bad_input));
}

}  // namespace
}  // namespace islandbench::dispatch::core
