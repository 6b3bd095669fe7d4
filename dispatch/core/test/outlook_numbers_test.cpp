#include <gtest/gtest.h>

#include "dispatch/core/outlook.hpp"
#include "dispatch/core/test/street.hpp"
#include "dispatch/core/test/times.hpp"

/// What the core looks ahead with, number by number.
namespace islandbench::dispatch::core {
namespace {

using test::day;

/// A former of 100 kWh and a hybrid with PV, two homes; demand was 8 kW in the last half-hour.
struct OutlookNumbers : ::testing::Test {
    OutlookNumbers() {
        street.add_former(50000, 100000, 800);
        street.add_hybrid(0, 600, 3500);
        street.add_home(0, {200, 300, 1000, -700, 2500});
        street.add_home(1, {100, 0, 0, 0, 1000});
        street.site.now_ms = 40 * day;
        street.site.poi_reported_ms = now();
        street.state.fsm = FsmState::grid;
        for (std::size_t i = 0; i < 2; ++i) {
            street.state.units[i].quality = Quality::good;
            street.state.units[i].full_ms = now();
            street.units[i].soc_reported_ms = now();
        }
        for (HomeIn& home : street.homes) home.reported_ms = now();
        street.state.demand.recent.fill(8000);
        street.state.demand.minutes = recent_minutes;
        street.state.demand.minute = street.state.sun.minute = now() / 60000;
        street.state.demand.slot = street.state.sun.slot = now() / slot_ms;
        street.state.looked_ms = now() - 1000;
    }
    std::int64_t now() const { return street.site.now_ms; }
    void look() {
        Work work{street.config, street.site, street.units, street.homes, street.state, out};
        work.formers.heard = former_heard;
        note_use(work, work.all_units());
        look_ahead(work);
    }
    /// The demand and the PV that were noted, W, for the second since the last look.
    std::array<std::int64_t, 2> noted() {
        street.state.looked_ms = now() - 1000;
        street.state.demand.minute_wms = street.state.sun.minute_wms = 0;
        look();
        return {street.state.demand.minute_wms / 1000, street.state.sun.minute_wms / 1000};
    }
    /// The energy that times were reckoned from: nothing else lasts just so long.
    void expect_wh(std::int64_t wh) {
        street.state.looked_ms = now() - 1000;
        street.state.outlook_minute = -1;
        look();
        const State& s = street.state;
        EXPECT_EQ(s.runtimes[4].p50_ms,
                  runtime(days_ahead(s.demand, s.sun, now()), wh, 1000).p50_ms)
            << wh;
        EXPECT_NE(s.runtimes[4].p50_ms,
                  runtime(days_ahead(s.demand, s.sun, now()), wh + 1, 1000).p50_ms);
        EXPECT_EQ(out.runtimes[4].p50_ms, s.runtimes[4].p50_ms);
    }
    using Both = std::array<std::int64_t, 2>;

    test::Street street;
    SiteOut out;
    bool former_heard = false;
};

TEST_F(OutlookNumbers, DemandIsTheFlowAndWhatUnitsThatAreHeardGive) {
    street.site.poi_w = 5000;
    street.units[0].p_w = 1000;
    street.units[1].p_w = 1200;
    street.units[0].pv_w = 9999;  // it has none
    street.units[1].pv_w = 2000;
    EXPECT_EQ(noted(), (Both{7200, 1940}));
    street.state.units[0].quality = Quality::held;
    street.state.units[1].quality = Quality::stale;
    EXPECT_EQ(noted(), (Both{6000, 0}));
    street.state.units[1].quality = Quality::good;
    street.units[1].pv_w = -5;
    EXPECT_EQ(noted(), (Both{7200, 0}));
    street.state.fsm = FsmState::island;
    EXPECT_EQ(noted(), (Both{0, 0})) << "without its former an island's demand is not known";
    former_heard = true;
    EXPECT_EQ(noted(), (Both{2200, 0}));
    street.state.fsm = FsmState::black;
    EXPECT_EQ(noted(), (Both{0, 0}));
}

TEST_F(OutlookNumbers, ASilentMeterTellsNothing) {
    street.site.poi_w = 5000;
    street.site.poi_reported_ms = now() - 10000;
    EXPECT_EQ(noted()[0], 5000);
    street.site.poi_reported_ms -= 1;
    EXPECT_EQ(noted()[0], 0);
}

TEST_F(OutlookNumbers, ItLooksOnceASecondAndReckonsOnceAMinute) {
    street.site.poi_w = 5000;
    street.state.looked_ms = now() - 999;
    look();
    EXPECT_EQ(street.state.demand.minute_wms, 0);
    EXPECT_EQ(street.state.looked_ms, now() - 999);
    street.state.looked_ms = now() - 1000;
    look();
    EXPECT_EQ(street.state.looked_ms, now());
    EXPECT_EQ(street.state.outlook_minute, now() / 60000);
    EXPECT_GT(out.runtimes[4].p50_ms, 0);
    street.state.runtimes[4].p50_ms = 77;
    noted();
    EXPECT_EQ(out.runtimes[4].p50_ms, 77) << "of this minute";
    street.state.looked_ms = now();
    out = {};
    look();
    EXPECT_EQ(out.runtimes[4].p50_ms, 77) << "told in every step";
    street.site.now_ms += 60000;
    street.site.poi_reported_ms = now();
    noted();
    EXPECT_NE(out.runtimes[4].p50_ms, 77);
}

TEST_F(OutlookNumbers, EnergyIsWhatIsAboveTheIslandsFloorLessItsDrift) {
    expect_wh(55000 + 4725);
    street.units[1].opted_out = true;
    expect_wh(55000);
    street.units[1].opted_out = false;
    street.units[1].soc_reported_ms = now() - 60000;
    expect_wh(55000 + 4725);
    street.units[1].soc_reported_ms -= 1;
    expect_wh(55000);
    street.units[1].soc_reported_ms = now();
    street.state.units[0].quality = Quality::absent;
    expect_wh(4725);
    street.state.units[0].quality = Quality::good;
    street.state.units[0].full_ms = now() - 10 * day;
    expect_wh(50000 + 4725);
}

TEST_F(OutlookNumbers, AFullBatteryIsTrustedAnew) {
    UnitState& former = street.state.units[0];
    former.full_ms = now() - 10 * day;
    street.units[0].soc_permille = 949;
    look();
    EXPECT_EQ(former.full_ms, now() - 10 * day);
    street.units[0].soc_permille = 950;
    expect_wh(70000 + 4725);
    EXPECT_EQ(former.full_ms, now());
    former.full_ms = now() - 10 * day;
    street.units[0].soc_reported_ms = now() - 60001;
    expect_wh(4725);
    EXPECT_EQ(former.full_ms, now() - 10 * day) << "who knows";
    former.full_ms = never_reported;
    expect_wh(4725);
    EXPECT_EQ(former.full_ms, now()) << "heard of for the first time";
}

TEST_F(OutlookNumbers, TiersThatAreOffDrawNothing) {
    street.site.poi_w = 10000;
    const auto expect_share = [this](std::size_t tiers, std::int64_t permille) {
        street.state.looked_ms = now() - 1000;
        street.state.outlook_minute = -1;
        look();
        const State& s = street.state;
        EXPECT_EQ(s.runtimes[tiers - 1].p50_ms,
                  runtime(days_ahead(s.demand, s.sun, now()), 59725, permille).p50_ms)
            << tiers;
    };
    expect_share(5, 1000);
    expect_share(4, 650);  // 3500 W are of tier 4
    expect_share(3, 650);  // what is fed in is not drawn
    expect_share(2, 550);
    expect_share(1, 520);
    street.homes[1].reported_ms = now() - 60000;
    expect_share(4, 650);
    street.homes[1].reported_ms -= 1;
    expect_share(4, 750);
    street.site.poi_w = 1000;
    expect_share(4, 0);
    street.site.poi_w = 0;
    expect_share(4, 1000);
    street.site.poi_w = 1;
    expect_share(4, 0);
}

}  // namespace
}  // namespace islandbench::dispatch::core
