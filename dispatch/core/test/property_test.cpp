#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "dispatch/core/check.hpp"
#include "dispatch/core/test/life.hpp"

/// What the step promises, over small lives that begin in any state; a counterexample is shrunk.
/// RC_PARAMS tells how many and from which seed (max_success=100000 seed=7), and repeats one
/// (reproduce=...).
namespace islandbench::dispatch::core {
namespace {

using test::Life;
using test::Picks;

constexpr int steps = 4;

/// How often each property is tried by default, and its seed; RC_PARAMS has the last word.
[[maybe_unused]] const bool defaults = setenv("RC_PARAMS", "max_success=1000 seed=1", 0) == 0;

/// Numbers from a seed; shrunk by leaving some out and making some smaller.
rc::Gen<Picks> picks() {
    return [](const rc::Random& random, int /*size*/) {
        std::uint64_t state = rc::Random(random).next();
        Picks all(160);
        for (std::uint32_t& pick : all) {
            state += 0x9e3779b97f4a7c15U;
            std::uint64_t z = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9U;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
            pick = static_cast<std::uint32_t>(z >> 32);
        }
        return rc::shrinkable::shrinkRecur(std::move(all), [](const Picks& p) {
            return rc::seq::concat(rc::shrink::removeChunks(p),
                                   rc::shrink::eachElement(p, [](std::uint32_t pick) {
                                       return rc::shrink::towards(pick, 0u);
                                   }));
        });
    };
}

/// `judge` looks at every step of every life.
template <class Judge>
void holds(Judge judge) {
    const auto generator = picks();
    EXPECT_TRUE(rc::check([&] {
        const Picks p = *generator;
        Life life(p);
        for (int n = 0; n < steps; ++n) {
            life.step();
            judge(life);
        }
    }));
}

/// `judge` leads the life itself.
template <class Judge>
void holds_of_lives(Judge judge) {
    const auto generator = picks();
    EXPECT_TRUE(rc::check([&] {
        const Picks p = *generator;
        judge(p);
    }));
}

TEST(Invariant, NoPromiseOfTheStepIsEverBroken) {
    holds([](const Life& life) { RC_ASSERT(life.street.out.broken == Promise::none_broken); });
}

// B11.1
TEST(Invariant, TheSumIsThePlanWithinDeadBandsAndQuanta) {
    holds([](const Life& life) {
        std::int64_t sum = 0;
        std::int64_t play = 0;
        if (life.street.out.broken != Promise::none_broken) return;
        for (std::size_t i = 0; i < life.units(); ++i) {
            if (!life.ordered(i)) continue;
            sum += life.order(i);
            play += life.street.config.units[i].dead_band_w + life.street.config.tuning.quantum_w;
        }
        RC_ASSERT(std::abs(sum - life.street.out.target_w) <= play);
    });
}

// B11.2
TEST(Invariant, EveryOrderIsWhatTheDeviceCanDo) {
    holds([](const Life& life) {
        for (std::size_t i = 0; i < life.units(); ++i) {
            if (!life.ordered(i)) continue;
            const UnitIn& in = life.street.units[i];
            const UnitConfig& unit = life.street.config.units[i];
            RC_ASSERT(std::abs(life.order(i)) <= unit.rating_w);
            const std::int32_t most = std::max(life.own_w(i) + in.discharge_max_w, life.home_w(i));
            RC_ASSERT(life.order(i) <= most + unit.dead_band_w);
            RC_ASSERT(life.order(i) >= -in.charge_max_w - unit.dead_band_w);
        }
    });
}

// B11.3
TEST(Invariant, PowerRisesNoFasterThanTheRampUnlessAFormerNeedsIt) {
    holds([](const Life& life) {
        if (!islanded(life.street.out.state) || !islanded(life.before.fsm)) return;
        const std::int64_t dt = life.street.site.now_ms - life.before.last_ms;
        for (std::size_t i = 0; i < life.units(); ++i) {
            const UnitState& was = life.before.units[i];
            if (!life.ordered(i) || was.commanded == 0 || was.quality > Quality::held) continue;
            const std::size_t phase = life.street.config.units[i].phase;
            if (phase < phase_count) {  // lifted off a former that is beyond its share?
                const std::int64_t peak = life.street.state.phases[phase].bound_mw / 1000;
                if (peak > life.street.config.units[0].rating_w * 3 / 10) continue;
            }
            const std::int64_t from = std::max(was.p_set_w, 0);
            RC_ASSERT(life.order(i) <= from + 500 * dt / 1000 + 101);
        }
    });
}

// B11.4
TEST(Invariant, NoBatteryIsChargedFromAnother) {
    holds([](const Life& life) {
        if (!islanded(life.street.out.state) || life.street.state.balancing == 0) return;
        bool gives = false;
        bool takes = false;
        for (std::size_t i = 0; i < life.units(); ++i) {
            if (!life.ordered(i)) continue;
            gives = gives || life.order(i) > life.own_w(i) + life.home_w(i) + 100;
            takes = takes || life.order(i) < -100;
        }
        RC_ASSERT(!(gives && takes));
    });
}

// B11.5. For a fixed set, and while no ramp gives way to a former's limit: then the units of one
// phase take from those of the others.
TEST(Invariant, EverybodyRisesWithTheLoadWhileTheSameOnesWork) {
    holds_of_lives([](const Picks& p) {
        Life life(p);
        test::Street& less = life.street;
        less.separate();
        less.state.fsm = FsmState::island;
        less.config.units[0].rating_w = 300000;
        less.config.tuning.quantum_w = 1;
        for (UnitConfig& unit : less.config.units) unit.efficient_min_w = unit.dead_band_w = 0;
        if (life.choose.chance(500)) less.step();
        test::Street more = less;
        PhaseArray load = more.units[0].p_phase_w;
        load[life.choose.below(phase_count)] += life.choose.whole(0, 20000);
        more.set_former(0, load);
        less.step();
        more.step();
        // A watt may be carried to another one, in each of the split's three levels.
        for (std::size_t i = 1; i < life.units(); ++i) {
            RC_ASSERT(more.units_out[i].p_set_w >= less.units_out[i].p_set_w - 3);
        }
    });
}

// B11.6
TEST(Invariant, WhereAUnitStandsInTheListDoesNotMatter) {
    holds_of_lives([](const Picks& p) {
        Life one(p);
        // Ties go by id.
        for (std::size_t i = 0; i < one.units(); ++i) {
            one.street.config.units[i].id = static_cast<std::uint32_t>(100 - i);
            one.street.state.units[i].id = static_cast<std::uint32_t>(100 - i);
        }
        test::Street other = one.street;
        std::reverse(other.config.units.begin() + 1, other.config.units.end());
        std::reverse(other.units.begin() + 1, other.units.end());
        std::reverse(other.units_out.begin() + 1, other.units_out.end());
        std::reverse(other.state.units.begin() + 1, other.state.units.end());
        one.street.step();
        other.step();
        const std::size_t n = one.units();
        std::int64_t sum = 0;
        std::int64_t mirrored = 0;
        for (std::size_t i = 1; i < n; ++i) {
            sum += one.order(i);
            mirrored += other.units_out[n - i].p_set_w;
        }
        // Rounding is carried from unit to unit: who stands where may move a watt each.
        RC_ASSERT(std::abs(one.street.out.target_w - other.out.target_w) <=
                  static_cast<std::int64_t>(n));
        RC_ASSERT(one.street.out.state == other.out.state);
        RC_ASSERT(std::abs(sum - mirrored) <= 2 * 100 * static_cast<std::int64_t>(n));
    });
}

// B11.8
TEST(Invariant, TheSameInputsAndMemoryGiveTheSameBits) {
    holds_of_lives([](const Picks& p) {
        Life one(p);
        Life two(p);
        for (int n = 0; n < steps; ++n) {
            one.step();
            two.step();
            if (n == 1) two.street.state = State(one.street.state);
            RC_ASSERT(hash(one.street.state) == hash(two.street.state));
        }
    });
}

// B11.9
TEST(Invariant, SilentUnitsAreNoReserveAndNothingThatIsSure) {
    holds([](const Life& life) {
        std::int64_t could_w = 0;
        std::int64_t could_wh = 0;
        for (std::size_t i = 0; i < life.units(); ++i) {
            const UnitConfig& unit = life.street.config.units[i];
            if (life.fresh(i)) could_w += 2 * std::int64_t{unit.rating_w};
            if (life.fresh(i)) could_wh += unit.capacity_wh;
        }
        RC_ASSERT(life.street.out.reserve_w <= could_w);
        RC_ASSERT(life.street.out.sure_wh <= could_wh);
    });
}

// B11.10
TEST(Invariant, AnOptOutWinsInTheSameStep) {
    holds([](const Life& life) {
        for (std::size_t i = 0; i < life.units(); ++i) {
            if (!life.ordered(i) || !life.street.units[i].opted_out) continue;
            RC_ASSERT(life.order(i) <= life.own_w(i) + life.home_w(i) + 100);
            RC_ASSERT(life.order(i) >= -100);
        }
    });
}

std::int32_t floor_of(const Life& life, std::size_t i) {
    const UnitConfig& unit = life.street.config.units[i];
    const FsmState s = life.street.out.state;
    if (connected(s) || s == FsmState::init) {
        return std::max(unit.owner_reserve_permille, unit.normal_floor_permille);
    }
    const bool released = (life.street.out.alarms & bit(Alarm::reserve_released)) != 0;
    if (released && unit.emergency_release) return unit.technical_floor_permille;
    return unit.island_floor_permille;
}

// B11.11
TEST(Invariant, NoBatteryIsDischargedAtItsFloorExceptForItsOwner) {
    holds([](const Life& life) {
        for (std::size_t i = 0; i < life.units(); ++i) {
            if (!life.ordered(i)) continue;
            const std::int32_t soc = life.street.units[i].soc_permille;
            if (soc > floor_of(life, i) + 10) continue;
            const bool owner = soc > life.street.config.units[i].technical_floor_permille + 10;
            RC_ASSERT(life.order(i) <= std::max(life.own_w(i), owner ? life.home_w(i) : 0));
            RC_ASSERT(life.street.units_out[i].p_default_w <= (owner ? life.home_w(i) : 0));
        }
    });
}

// B11.11
TEST(Invariant, ChangedLimitsChangeNoStoredEnergy) {
    holds_of_lives([](const Picks& p) {
        Life life(p);
        life.step();
        const std::int64_t before = life.street.out.sure_wh;
        for (UnitConfig& unit : life.street.config.units) unit.island_floor_permille += 100;
        life.street.step(1);
        RC_ASSERT(life.street.out.sure_wh <= std::max<std::int64_t>(before, 0) ||
                  life.before.fsm != life.street.out.state);
    });
}

// B11.12
TEST(Invariant, BlindAtTheMeterNothingBeyondTheExportLimitIsFedIn) {
    holds_of_lives([](const Picks& p) {
        Life life(p);
        test::Street& s = life.street;
        s.connect();
        s.state.fsm = FsmState::grid;
        s.state.trim_mw = 0;
        s.config.branches.clear();
        s.config.tuning.export_limit_w = life.choose.whole(0, 8000);
        s.site.poi_reported_ms = s.site.now_ms - 20000;
        for (UnitState& unit : s.state.units) unit.commanded = 0;
        s.step();
        std::int64_t fed_in = 0;
        for (std::size_t i = 1; i < life.units(); ++i) fed_in += life.order(i);
        const std::int64_t play = 110 * static_cast<std::int64_t>(life.units());
        RC_ASSERT(s.out.state == FsmState::grid);
        RC_ASSERT(fed_in <= s.config.tuning.export_limit_w + play);
    });
}

// B11.13, B11.25
TEST(Invariant, EveryOrderHasAValidityAndANamedDefault) {
    holds([](const Life& life) {
        for (std::size_t i = 0; i < life.units(); ++i) {
            const UnitOut& out = life.street.units_out[i];
            if (out.action != UnitAction::set) continue;
            RC_ASSERT(out.valid_ms >= 2000);
            RC_ASSERT(out.valid_ms <= 60000);
            RC_ASSERT(out.fallback != UnitDefault::own);
            const bool grid = connected(life.street.out.state);
            RC_ASSERT(!grid || (out.fallback == UnitDefault::zero && out.p_default_w == 0));
        }
    });
}

// B11.14
TEST(Invariant, TooLittleHeadroomOfTheFormersIsTold) {
    holds([](const Life& life) {
        if (!islanded(life.street.out.state)) return;
        if ((life.street.out.alarms & bit(Alarm::headroom_low)) != 0) return;
        const UnitIn& former = life.street.units[0];
        if (!life.fresh(0) || (life.street.out.alarms & bit(Alarm::bad_input)) != 0) return;
        std::int32_t largest = 0;
        for (std::size_t i = 1; i < life.units(); ++i) {
            if (life.ordered(i)) largest = std::max(largest, life.street.units[i].p_w);
        }
        std::int32_t tier = 0;
        for (std::size_t h = 0; h < life.street.homes.size(); ++h) {
            if (life.street.muted_home[h]) continue;
            for (std::size_t t = 0; t < tier_count; ++t) {
                if (life.street.state.homes[h].peak_w[t] > 0) {
                    tier = std::max(tier, life.street.state.homes[h].peak_w[t]);
                }
            }
        }
        RC_ASSERT(life.street.config.units[0].rating_w - former.p_w >= largest + tier);
    });
}

// B11.15
TEST(Invariant, FormersAreLeftForming) {
    holds([](const Life& life) {
        RC_ASSERT(life.street.units_out[0].action == UnitAction::leave);
        RC_ASSERT(life.street.units_out[0].fallback == UnitDefault::keep_forming);
    });
}

// B11.16
TEST(Invariant, ClosingIsAskedOnlyWhenItMay) {
    holds([](const Life& life) {
        const SiteIn& site = life.street.site;
        const FsmState now = life.street.out.state;
        if (!life.street.out.sync_request) return;
        RC_ASSERT(now == FsmState::syncing || now == FsmState::closing || now == FsmState::black);
        const bool began = now == FsmState::syncing && life.before.fsm == FsmState::grid_seen;
        if (!began && now != FsmState::black) return;
        if (life.street.muted_interconnect) return;
        RC_ASSERT(site.permit_reclose && site.grid_ok && !site.closed);
        RC_ASSERT(site.timer_remaining_ms == 0);
    });
}

// B11.17
TEST(Invariant, NoServiceWhileNotConnected) {
    holds([](const Life& life) {
        RC_ASSERT(connected(life.street.out.state) || life.street.state.trim_mw == 0);
    });
}

// B11.18
TEST(Invariant, TierZeroStaysAndRestoresComeOneByOne) {
    holds([](const Life& life) {
        int restored = 0;
        for (std::size_t h = 0; h < life.street.homes.size(); ++h) {
            const std::int32_t now = life.street.homes_out[h].closed_tiers;
            const std::int32_t was = life.before.homes[h].closed_tiers;
            RC_ASSERT(now >= 1);
            RC_ASSERT(now <= was + 1);
            restored += now > was ? 1 : 0;
        }
        RC_ASSERT(restored <= 1);
    });
}

/// An island with one overloaded phase.
void overload(Life& life, std::int32_t permille) {
    test::Street& s = life.street;
    s.separate();
    s.state.fsm = FsmState::island;
    s.state.entered_ms = s.site.now_ms - 5000;
    s.muted.assign(s.units.size(), false);
    s.muted_home.assign(s.homes.size(), false);
    s.muted_interconnect = false;
    s.units[0].soc_permille = 700;
    const std::int32_t p = s.config.units[0].rating_w / 3 * permille / 1000;
    s.set_former(0, {p, 0, 0});
}

// B11.19
TEST(Invariant, SheddingWithoutEffectStopsAfterThreeTries) {
    holds_of_lives([](const Picks& p) {
        Life life(p);
        test::Street& s = life.street;
        s.config.commitments.clear();
        overload(life, 1100);
        for (UnitIn& in : s.units) in.soc_permille = std::max(in.soc_permille, 300);
        for (HomeConfig& home : s.config.homes) home.phase = 0;
        int tries = 0;
        bool done = false;
        for (int n = 0; n < 30 && !done; ++n) {
            const std::int64_t last_ms = s.state.phases[0].shed_ms;
            s.step(500);  // the former's load stays, whatever is opened
            tries += s.state.phases[0].shed_ms != last_ms ? 1 : 0;
            done = (s.out.alarms & bit(Alarm::shed_futile)) != 0;
        }
        RC_ASSERT(tries <= s.config.tuning.futile_max);
    });
}

// B11.20
TEST(Invariant, ARestoreIsNotFollowedByAShedOfTheSame) {
    holds_of_lives([](const Picks& p) {
        Life life(p);
        test::Street& s = life.street;
        s.config.commitments.clear();
        overload(life, 0);
        for (std::size_t i = 1; i < s.units.size(); ++i) s.muted[i] = true;
        const std::int32_t others = life.choose.whole(0, s.config.units[0].rating_w / 3);
        for (std::size_t h = 0; h < s.homes.size(); ++h) s.state.homes[h].peak_w = s.homes[h].p_w;
        std::array<std::int64_t, phase_count> restored_ms{};
        restored_ms.fill(never_reported);
        for (int n = 0; n < 30; ++n) {
            PhaseArray load{others, 0, 0};
            for (std::size_t h = 0; h < s.homes.size(); ++h) {
                for (std::size_t t = 0; t < tier_count; ++t) {
                    if (s.homes[h].closed[t]) load[s.config.homes[h].phase] += s.homes[h].p_w[t];
                }
            }
            s.set_former(0, load);
            std::array<std::int32_t, 3> was{};
            for (std::size_t h = 0; h < s.homes.size(); ++h) {
                was[h] = s.state.homes[h].closed_tiers;
            }
            s.step(3000);
            for (std::size_t h = 0; h < s.homes.size(); ++h) {
                const std::int32_t now = s.state.homes[h].closed_tiers;
                std::int64_t& restored = restored_ms[s.config.homes[h].phase];
                if (now > was[h]) restored = s.site.now_ms;
                const bool shed = now < was[h];
                RC_ASSERT(!shed || since(s.site.now_ms, restored) > 60000);
            }
        }
    });
}

// B11.21
TEST(Invariant, WithAFairWorldEveryStateEndsInASteadyOne) {
    holds_of_lives([](const Picks& p) {
        Life life(p);
        test::Street& s = life.street;
        const bool grid = life.choose.chance(500);
        if (grid) {
            s.connect();
        } else {
            s.separate();
        }
        s.site.island_wanted = false;
        s.muted.assign(s.units.size(), false);
        s.muted_interconnect = false;
        s.state.trim_mw = 0;
        const FsmState wanted = grid ? FsmState::grid : FsmState::island;
        for (int n = 0; n < 400 && s.state.fsm != wanted; ++n) s.step(5000);
        RC_ASSERT(s.state.fsm == wanted);
    });
}

// B11.22
TEST(Invariant, WhatCannotBeNeverLooksLikeAnOutage) {
    holds_of_lives([](const Picks& p) {
        Life life(p);
        test::Street& s = life.street;
        s.connect();
        s.state.fsm = FsmState::grid;
        s.step();
        s.site.closed = false;
        s.site.v_grid_mv = -1 - life.choose.whole(0, 1000000);
        for (int n = 0; n < 6; ++n) {
            s.step();
            RC_ASSERT(s.out.broken == Promise::none_broken);
            RC_ASSERT(s.out.state == FsmState::grid);
            RC_ASSERT((s.out.alarms & bit(Alarm::bad_input)) != 0);
        }
    });
}

std::int32_t extreme(test::Choices& choose) {
    switch (choose.below(6)) {
        case 1: return std::numeric_limits<std::int32_t>::max();
        case 2: return std::numeric_limits<std::int32_t>::min();
        case 3: return -1;
        case 4: return choose.around(1000000);
        case 5: return choose.around(6000);
        default: return 0;
    }
}

// B11.7
TEST(Invariant, ExtremeNumbersGiveDefinedAnswers) {
    holds([](Life& life) {
        const auto w = [&] { return extreme(life.choose); };
        UnitIn& in = life.street.units[life.choose.below(static_cast<std::uint32_t>(life.units()))];
        in.p_w = w();
        for (std::int32_t& each : in.p_phase_w) each = w();
        in.q_var = w();
        in.pv_w = w();
        in.soc_permille = w();
        in.charge_max_w = w();
        in.discharge_max_w = w();
        in.reported_ms = w();
        SiteIn& site = life.street.site;
        site.v_island_mv = w();
        site.f_grid_mhz = w();
        site.poi_w = w();
        site.timer_remaining_ms = w();
        life.street.homes[0].p_w = {w(), w(), w(), w(), w()};
        life.street.step();
        for (std::size_t i = 0; i < life.units(); ++i) {
            RC_ASSERT(std::abs(std::int64_t{life.order(i)}) <=
                      life.street.config.units[i].rating_w);
        }
    });
}

// B11.7
TEST(Invariant, FleetsThatGrowShrinkAndChangePlacesGiveDefinedAnswers) {
    holds([](Life& life) {
        test::Street& s = life.street;
        std::vector<UnitIn> units = s.units;
        Config config = s.config;
        switch (life.choose.below(6)) {
            case 0: units.pop_back(); break;
            case 1: units.push_back(units.back()); break;
            case 2: std::swap(units.front(), units.back()); break;
            case 3: std::swap(config.units.front(), config.units.back()); break;
            case 4: config.units.push_back(config.units.back()); break;
            default: config.units.back().id = config.units.front().id = 7; break;
        }
        if (life.choose.chance(500)) s.state.fit(config);
        std::vector<UnitOut> out(life.choose.below(8));
        std::vector<HomeOut> homes(life.choose.below(4));
        step(config, s.site, units, s.homes, s.state, out, homes, s.out);
        for (const UnitOut& one : out) RC_ASSERT(std::abs(one.p_set_w) <= 90000);
        for (const HomeOut& one : homes) RC_ASSERT(one.closed_tiers >= 1);
        s.state.fit(s.config);
    });
}

}  // namespace
}  // namespace islandbench::dispatch::core
