#include "dispatch/core/test/tiers_fixture.hpp"

namespace islandbench::dispatch::core {
namespace {

TEST_F(TiersTest, AReportCountsOnceAndNotIfItIsOfTheFuture) {
    settle();
    live(0, 30000);
    const auto found_open = [this](std::int64_t reported_in_ms) {
        street.homes[small].reported_ms = street.site.now_ms + reported_in_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        observe_homes(work, work.all_homes());
        return static_cast<int>(street.state.homes[small].found_open);
    };
    street.site.now_ms += 1000;
    street.homes[small].closed[4] = false;
    EXPECT_EQ(found_open(0), 1);
    EXPECT_EQ(found_open(0), 1) << "the same once more";
    EXPECT_EQ(found_open(-1), 1) << "an older one";
    EXPECT_EQ(found_open(1001), 1);
    EXPECT_EQ(tiers(small), 5);
    EXPECT_EQ(found_open(1000), 0) << "a second one: taken over";
    EXPECT_EQ(street.state.homes[small].closed_tiers, 4);
}

TEST_F(TiersTest, APeakFadesEveryTenSecondsSlowlyWhileItsTierIsOff) {
    HomeState& home = street.state.homes[small];
    HomeIn& in = street.homes[small];
    in.p_w = {100, 20000, 0, 0, 0};
    const auto later = [&](std::int64_t ms) {
        street.site.now_ms += ms;
        in.reported_ms = street.site.now_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        observe_homes(work, work.all_homes());
        return home.peak_w;
    };
    later(1000);
    in.closed = {true, true, true, true, false};
    home.peak_w = {10000, 10000, 10000, 10000, 10000};
    home.faded_ms = street.site.now_ms;
    EXPECT_EQ(later(9999)[0], 10000);
    // 10 s of 256 s, and of an hour; what is drawn now counts at once.
    EXPECT_EQ(later(1), (std::array<std::int32_t, tier_count>{9610, 20000, 9610, 9610, 9973}));
    EXPECT_EQ(home.faded_ms, street.site.now_ms);
    EXPECT_EQ(later(5000)[0], 9610);
    // A silence costs no turn, and on the whole it forgets once in ten seconds: 10 s of 256 s
    // again.
    EXPECT_EQ(later(20000)[0], 9235);
    EXPECT_EQ(home.faded_ms, street.site.now_ms - 5000);
}

TEST_F(TiersTest, HomesForgetInTurns) {
    constexpr std::size_t homes = 100;
    while (street.homes.size() < homes) street.add_home(1, {100, 100, 100, 100, 100});
    std::array<std::int64_t, homes> faded_ms{};
    std::array<int, homes> times{};
    int most = 0;
    for (int n = 0; n < 160; ++n) {
        street.site.now_ms += 250;
        int together = 0;
        for (HomeIn& in : street.homes) in.reported_ms = street.site.now_ms;
        Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
        observe_homes(work, work.all_homes());
        for (std::size_t h = 0; h < homes; ++h) {
            const bool fades = n > 0 && street.state.homes[h].faded_ms != faded_ms[h];
            faded_ms[h] = street.state.homes[h].faded_ms;
            times[h] += fades ? 1 : 0;
            together += fades ? 1 : 0;
        }
        most = std::max(most, together);
    }
    EXPECT_EQ(most, 3);  // of 100 homes in 40 turns
    // Forty seconds, of which the first ten or more have nothing to forget.
    for (std::size_t h = 0; h < homes; ++h) EXPECT_EQ(times[h], 3) << h;
}

TEST_F(TiersTest, HowOftenAHomeReportsDoesNotDecideHowFastItForgets) {
    for (const std::int64_t every_ms : {250, 1000, 3000, 7000, 9000}) {
        HomeState& home = street.state.homes[small];
        HomeIn& in = street.homes[small];
        in.p_w = {};
        street.site.now_ms += 100000;
        home = HomeState{};
        home.faded_ms = street.site.now_ms;
        home.peak_w[2] = 1000000;
        for (std::int64_t t = 0; t < 630000; t += every_ms) {
            street.site.now_ms += every_ms;
            in.reported_ms = street.site.now_ms;
            Work work{street.config, street.site,  street.units,
                      street.homes,  street.state, street.out};
            observe_homes(work, work.all_homes());
        }
        EXPECT_EQ(home.peak_w[2], 81256) << every_ms << "; 63 times less 10 s of 256 s";
    }
}

TEST_F(TiersTest, AHomesReportCountsForThreeSeconds) {
    Work work{street.config, street.site, street.units, street.homes, street.state, street.out};
    const std::int64_t now = work.now_ms;
    street.state.homes[small].reported_ms = now - 3000;
    EXPECT_TRUE(home_fresh(work, work.home(small)));
    street.state.homes[small].reported_ms = now - 3001;
    EXPECT_FALSE(home_fresh(work, work.home(small)));
}

}  // namespace
}  // namespace islandbench::dispatch::core
