#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "dispatch/core/test/life.hpp"

/// What services promise, over small lives that begin in any state with any of them on.
namespace islandbench::dispatch::core {
namespace {

using test::Choices;
using test::Life;
using test::Picks;

void offer_services(Life& life, const Picks& picks) {
    Choices choose(picks);
    test::Street& street = life.street;
    ServiceConfig& c = street.config.services;
    if (choose.chance(500)) c.peak_target_w = choose.whole(0, 20000);
    if (choose.chance(300)) c.transformer_w = choose.whole(0, 30000);
    c.response = choose.chance(500);
    if (choose.chance(500)) {
        street.site.storm_from_ms = street.site.now_ms + choose.whole(0, 4 * 3600000);
        street.site.storm_until_ms = street.site.storm_from_ms + choose.whole(0, 3600000);
    }
    ServiceState& s = street.state.services;
    s.storm = static_cast<StormState>(choose.below(4));
    s.limit = static_cast<LimitState>(choose.below(3));
    s.locked_until_ms = street.site.now_ms + choose.whole(-1000, 4 * 3600000);
    if (choose.chance(300)) s.excess_since_ms = street.site.now_ms - choose.whole(0, 70000);
    s.demand_mw = std::int64_t{choose.around(40000)} * 1000;
    s.demand_known = 1;
    for (UnitState& unit : street.state.units) {
        unit.storm_soc_permille = static_cast<std::int16_t>(choose.whole(-1, 1000));
        unit.armed = choose.chance(500) ? 1 : 0;
    }
}

template <class Judge>
void holds(Judge judge) {
    const auto generator = rc::gen::container<Picks>(200, rc::gen::arbitrary<std::uint32_t>());
    const auto offers = rc::gen::container<Picks>(30, rc::gen::arbitrary<std::uint32_t>());
    EXPECT_TRUE(rc::check([&] {
        const Picks picks = *generator;
        const Picks offer = *offers;
        Life life(picks);
        offer_services(life, offer);
        for (int n = 0; n < 4; ++n) {
            life.step();
            judge(life);
        }
    }));
}

TEST(Invariant, WithServicesOnNoPromiseIsBroken) {
    holds([](const Life& life) {
        // Elsewhere they rest; what is promised there, others ask.
        if (!connected(life.street.out.state)) return;
        RC_ASSERT(life.street.out.broken == Promise::none_broken);
    });
}

TEST(Invariant, ServicesRestWhenNotOnTheGrid) {
    holds([](const Life& life) {
        if (life.street.out.state == FsmState::grid) return;
        RC_ASSERT(life.street.out.armed_units == 0);
        for (const UnitOut& out : life.street.units_out) RC_ASSERT(!out.respond);
        if (connected(life.street.out.state)) return;
        RC_ASSERT(life.street.state.trim_mw == 0);
        RC_ASSERT(life.street.state.services.excess_since_ms == never_reported);
    });
}

TEST(Invariant, ALockedStreetGivesAndTakesNothing) {
    holds([](const Life& life) {
        const test::Street& street = life.street;
        if (street.out.limit != LimitState::locked || !connected(street.out.state)) return;
        for (std::size_t i = 0; i < life.units(); ++i) {
            if (!life.ordered(i)) continue;
            const std::int32_t band = street.config.units[i].dead_band_w;
            RC_ASSERT(std::abs(life.order(i)) <= band);
        }
    });
}

TEST(Invariant, OnTheGridNoServiceChargesBeyondACeilingOrEmptiesBelowAReserve) {
    holds([](const Life& life) {
        const test::Street& street = life.street;
        if (street.out.state != FsmState::grid) return;
        for (std::size_t i = 0; i < life.units(); ++i) {
            if (!life.ordered(i)) continue;
            const UnitIn& in = street.units[i];
            const UnitConfig& unit = street.config.units[i];
            const std::int32_t p = life.order(i);
            const bool full = in.soc_permille >= unit.normal_ceiling_permille || in.opted_out;
            if (full) RC_ASSERT(p >= -unit.dead_band_w);
            const bool empty = in.soc_permille <= unit.owner_reserve_permille || in.opted_out;
            if (empty) RC_ASSERT(p <= life.own_w(i) + unit.dead_band_w);
        }
    });
}

}  // namespace
}  // namespace islandbench::dispatch::core
