#include "dispatch/core/freshness.hpp"

#include "dispatch/core/arithmetic.hpp"

#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"

/// Ages and plausibility, to the millisecond.
namespace islandbench::dispatch::core {
namespace {

TEST(Freshness, QualityGoesByAge) {
    const auto quality = [](std::int64_t age_ms) { return quality_of(age_ms, 1000, 3000, 60000); };
    EXPECT_EQ(quality(0), Quality::good);
    EXPECT_EQ(quality(2000), Quality::good);
    EXPECT_EQ(quality(2001), Quality::held);
    EXPECT_EQ(quality(3000), Quality::held);
    EXPECT_EQ(quality(3001), Quality::stale);
    EXPECT_EQ(quality(60000), Quality::stale);
    EXPECT_EQ(quality(60001), Quality::absent);
}

TEST(Freshness, AClockMayBeASecondAhead) {
    UnitConfig unit;
    unit.rating_w = 5000;
    UnitIn in;
    const auto ok = [&](std::int64_t reported_ms, std::int64_t soc_reported_ms) {
        in.reported_ms = reported_ms;
        in.soc_reported_ms = soc_reported_ms;
        return plausible(in, unit, Tuning{}, 5000);
    };
    EXPECT_TRUE(ok(never_reported, never_reported));
    EXPECT_TRUE(ok(6000, 6000));
    EXPECT_FALSE(ok(6001, 6000));
    EXPECT_FALSE(ok(6000, 6001));
}

TEST(Freshness, NoUnitGivesFourTimesItsRatingAndAKilowatt) {
    UnitConfig unit;
    unit.rating_w = 5000;
    const auto ok = [&](std::int32_t p_w) {
        UnitIn in;
        in.p_w = p_w;
        return plausible(in, unit, Tuning{}, 5000);
    };
    EXPECT_TRUE(ok(21000));
    EXPECT_FALSE(ok(21001));
    EXPECT_TRUE(ok(-21000));
    EXPECT_FALSE(ok(-21001));
}

TEST(Freshness, OneNumberOfAUnitThatCannotBeIsEnough) {
    UnitConfig unit;
    unit.rating_w = 5000;
    const UnitIn good{.reported_ms = 5000, .soc_reported_ms = 5000};  // the rest is 0
    const auto ok = [&](const UnitIn& in) { return plausible(in, unit, Tuning{}, 5000); };
    EXPECT_TRUE(ok(good));
    const auto with = [&](auto UnitIn::*member, auto value) {
        UnitIn in = good;
        in.*member = value;
        return ok(in);
    };
    EXPECT_FALSE(with(&UnitIn::p_w, 21001));
    EXPECT_FALSE(with(&UnitIn::q_var, -21001));
    EXPECT_TRUE(with(&UnitIn::soc_permille, 1000));
    EXPECT_FALSE(with(&UnitIn::soc_permille, 1001));
    EXPECT_FALSE(with(&UnitIn::soc_permille, -1));
    EXPECT_FALSE(with(&UnitIn::pv_w, -1));
    EXPECT_FALSE(with(&UnitIn::charge_max_w, -1));
    EXPECT_FALSE(with(&UnitIn::discharge_max_w, -1));
    EXPECT_FALSE(with(&UnitIn::reported_ms, 6001));
    EXPECT_FALSE(with(&UnitIn::soc_reported_ms, 6001));
    for (std::size_t p = 0; p < phase_count; ++p) {
        PhaseArray phases{};
        phases[p] = 21001;
        EXPECT_FALSE(with(&UnitIn::p_phase_w, phases));
        phases[p] = 460000;  // twice the nominal voltage
        EXPECT_TRUE(with(&UnitIn::v_mv, phases));
        phases[p] = 460001;
        EXPECT_FALSE(with(&UnitIn::v_mv, phases));
    }
}

TEST(Freshness, OneNumberOfTheSiteThatCannotBeIsEnough) {
    const SiteIn good{.now_ms = 5000, .reported_ms = 5000, .closed = true};
    const auto with = [&](auto SiteIn::*member, auto value) {
        SiteIn in = good;
        in.*member = value;
        return plausible(in, Tuning{});
    };
    EXPECT_TRUE(plausible(good, Tuning{}));
    for (const auto volts : {&SiteIn::v_grid_mv, &SiteIn::v_island_mv}) {
        EXPECT_TRUE(with(volts, 460000));
        EXPECT_FALSE(with(volts, 460001));
        EXPECT_FALSE(with(volts, -1));
    }
    for (const auto hertz : {&SiteIn::f_grid_mhz, &SiteIn::f_island_mhz}) {
        EXPECT_TRUE(with(hertz, 100000));
        EXPECT_FALSE(with(hertz, 100001));
    }
    EXPECT_TRUE(with(&SiteIn::reported_ms, std::int64_t{6000}));
    EXPECT_FALSE(with(&SiteIn::reported_ms, std::int64_t{6001}));
    EXPECT_FALSE(with(&SiteIn::timer_remaining_ms, -1));
    EXPECT_FALSE(with(&SiteIn::island_stable, true)) << "while the contact is closed";
    SiteIn open = good;
    open.closed = false;
    open.island_stable = true;
    EXPECT_TRUE(plausible(open, Tuning{}));
}

TEST(Freshness, TheMeanFlowForgetsByReadingsAndAllAtOnceAfterASilence) {
    test::Street street;
    street.add_former(30000, 60000, 600);
    EXPECT_TRUE(street.to_grid());
    const auto mean_mw = [&](std::int32_t flow_w, std::int64_t later_ms) {
        street.site.now_ms += later_ms;
        street.site.poi_w = flow_w;
        street.site.poi_reported_ms = street.site.now_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        classify_site(work);
        EXPECT_TRUE(work.new_poi);
        return street.state.tie_mw;
    };
    EXPECT_EQ(mean_mw(8000, 1000), 8000000) << "the first one ever";
    EXPECT_EQ(mean_mw(4000, 1000), 7000000) << "a quarter of the way";
    EXPECT_EQ(mean_mw(7000, 10000), 7000000);
    EXPECT_EQ(mean_mw(3000, 10000), 6000000) << "ten seconds are no silence";
    EXPECT_EQ(mean_mw(1000, 10001), 1000000);
    Work again{street.config, street.site, street.units, street.homes, street.state, street.out};
    classify_site(again);
    EXPECT_FALSE(again.new_poi) << "the same reading once more";
}

TEST(Freshness, TheFirstTimeThatStillCountsIsTheOneWhoseAgeDoes) {
    const std::int64_t first = never_reported;
    for (const std::int64_t now : {std::int64_t{0}, std::int64_t{-7}, std::int64_t{1} << 45,
                                   first + 999, first + 1000, first + 1001, first + 5000}) {
        for (const std::int32_t hold : {-1, 0, 1, 1000}) {
            for (const std::int64_t before : {-1, 0, 1, 2, 999, 1000, 1001, 1002}) {
                if (now < first + 2000 && now - first < before) continue;
                const std::int64_t then = now - before;
                EXPECT_EQ(then >= oldest(now, hold), since(now, then) <= hold)
                    << now << " " << hold << " " << before;
            }
        }
    }
}

TEST(Freshness, WhoComesBackStartsFromWhatItDoes) {
    test::Street street;
    street.add_former(30000, 60000, 600);
    const std::size_t i = street.add_hybrid(0, 600);
    EXPECT_TRUE(street.to_island());
    street.muted[i] = true;
    street.run(5000);
    street.muted[i] = false;
    street.set_p(i, 1234);
    street.site.now_ms += 250;
    street.units[i].reported_ms = street.site.now_ms;
    Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
    classify(work, work.all_units());

    const UnitState& unit = street.state.units[i];
    EXPECT_EQ(unit.p_set_w, 1234);
    EXPECT_EQ(unit.ceiling_mw, 1234000);
    EXPECT_EQ(unit.floor_mw, 1234000);
    EXPECT_EQ(unit.gentle_ms, 60000);
}

}  // namespace
}  // namespace islandbench::dispatch::core
