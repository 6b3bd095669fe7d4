#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"
#include "dispatch/core/test/times.hpp"

namespace islandbench::dispatch::core {
namespace {

using test::hour;
using test::minute;

struct OutlookTest : ::testing::Test {
    OutlookTest() {
        former = street.add_former(50000, 100000, 800);
        home = street.add_hybrid(0, 600);
        (void)street.add_home(0, {200, 300, 1000, 0, 2500});
        street.config.units[former].island_floor_permille = 200;
    }
    /// Beside the grid: the street uses so much.
    void live(std::int32_t load_w, std::int64_t ms) {
        for (std::int64_t t = 0; t < ms; t += 1000) {
            street.site.poi_w = load_w - street.units[home].p_w;
            street.site.poi_reported_ms = street.site.now_ms;
            street.step(1000);
        }
    }
    [[nodiscard]] const Runtime& with_tiers(std::int32_t tiers) const {
        return street.out.runtimes[static_cast<std::size_t>(tiers - 1)];
    }

    test::Street street;
    std::size_t former = 0, home = 0;
};

TEST_F(OutlookTest, ToldBeforeAnyOutageWithWhatIsLeftOfATrustedCharge) {
    ASSERT_TRUE(street.to_grid());
    live(10000, hour);
    // The former has 60 % less 5 % of 100 kWh, the home 40 % less 5 % of 13.5 kWh: 59.7 kWh.
    EXPECT_NEAR(double(with_tiers(tier_count).p50_ms) / double(hour), 5.97, 0.02);
    EXPECT_LE(with_tiers(tier_count).p90_ms, with_tiers(tier_count).p50_ms);
    EXPECT_NEAR(double(with_tiers(4).p50_ms) / double(hour), 5.97 / 0.75, 0.05) << "tier 4 off";
    EXPECT_GT(with_tiers(2).p50_ms, with_tiers(4).p50_ms);
}

TEST_F(OutlookTest, WhoIsSilentOrOptedOutIsNotCountedOn) {
    ASSERT_TRUE(street.to_grid());
    live(10000, 30 * minute);
    const std::int64_t before = with_tiers(tier_count).p50_ms;
    street.units[home].opted_out = true;
    live(10000, 2 * minute);
    EXPECT_LT(with_tiers(tier_count).p50_ms, before - 20 * minute);
    street.units[home].opted_out = false;
    street.muted.assign(street.units.size(), true);
    live(10000, 3 * minute);
    EXPECT_EQ(with_tiers(tier_count).p50_ms, 0);
}

TEST_F(OutlookTest, InTheIslandItIsRenewedEveryMinute) {
    ASSERT_TRUE(street.to_grid());
    live(10000, 30 * minute);
    const std::int64_t before = with_tiers(tier_count).p50_ms;
    street.set_former(former, {4000, 3000, 3000});
    ASSERT_TRUE(street.to_island());
    street.run(5 * minute);
    street.units[former].soc_permille = 700;
    street.run(2 * minute);
    EXPECT_LT(with_tiers(tier_count).p50_ms, before - 45 * minute);
}

}  // namespace
}  // namespace islandbench::dispatch::core
