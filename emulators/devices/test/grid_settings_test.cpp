#include "emulators/devices/grid_settings.hpp"

#include <gmock/gmock.h>

#include "base/fixtures.hpp"

/// What an inverter's firmware makes of grid codes; whether that is right is for acceptance to say.
namespace islandbench::devices::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string shipped(const std::string& name) {
    return read_text_file(std::string(IB_SOURCE_DIR) + "/fixtures/gridcodes/" + name + ".json")
        .value();
}

GridSettings settings_of(const std::string& name) {
    Diagnostics found;
    auto settings = read_grid_settings(shipped(name), name, found);
    EXPECT_TRUE(found.empty()) << found;
    return settings;
}

TEST(GridSettings, OfG98AreWhatUnitsHaveByDefault) {
    const GridSettings gb = settings_of("gb_g98_g99a_lv");
    const ProtectionSpec own;
    EXPECT_EQ(gb.protection.uv.limit, own.uv.limit);
    EXPECT_NEAR(gb.protection.ov1.limit.value(), own.ov1.limit.value(), 1e-12);
    EXPECT_EQ(gb.protection.uf1.delay, own.uf1.delay);
    EXPECT_EQ(gb.protection.rocof.limit, own.rocof.limit);
    EXPECT_EQ(gb.observation, 20s);
    EXPECT_FALSE(gb.ramp) << "Type A prescribes none";
    EXPECT_FALSE(gb.trip_after);
    EXPECT_EQ(gb.over_start, Frequency{50.4});
    EXPECT_EQ(gb.over_droop, Ratio{0.10});
}

TEST(GridSettings, TellStagesByHowFarOutTheyAre) {
    const GridSettings cat2 = settings_of("ieee1547_cat_ii");
    EXPECT_NEAR(cat2.protection.uv.limit.value(), 0.70, 1e-12);
    ASSERT_TRUE(cat2.protection.uv2 && cat2.protection.of2);
    EXPECT_EQ(cat2.protection.uv2->limit, Ratio{0.45});
    EXPECT_EQ(cat2.protection.of.limit, Frequency{61.2});
    EXPECT_EQ(cat2.protection.of2->limit, Frequency{62.0});
    EXPECT_EQ(cat2.protection.ov2.delay, 140ms) << "0.16 s to the end of the current";
    EXPECT_EQ(cat2.protection.rocof.limit, Rocof{}) << "no such stage";
    EXPECT_EQ(cat2.v_block, Ratio{0.65}) << "must go on feeding down to here";
    ASSERT_TRUE(cat2.both_sides);
    EXPECT_NEAR(cat2.both_sides->db_of.value(), 0.036, 1e-12);
    EXPECT_EQ(cat2.ramp, 300s);

    const GridSettings cat3 = settings_of("ieee1547_cat_iii");
    EXPECT_EQ(cat3.v_block, Ratio{0.50});
    EXPECT_EQ(cat3.v_block_above, Ratio{1.10}) << "momentary cessation";

    const GridSettings de = settings_of("vde_4105_2018");
    ASSERT_TRUE(de.protection.ov_mean);
    EXPECT_EQ(de.protection.ov_mean->limit, Ratio{1.10});
    EXPECT_EQ(de.protection.ov1.limit, Ratio{1.25});
    EXPECT_EQ(de.ramp, 600s) << "10 % in a minute";

    const GridSettings au = settings_of("as4777_2020_region_a");
    ASSERT_TRUE(au.both_sides);
    EXPECT_NEAR(au.both_sides->k_of.value(), 1.75 / 50.0, 1e-9) << "50.25 Hz to 52 Hz";
    EXPECT_NEAR(au.window.v_min.value(), 205.0 / 230.0, 1e-12);
    EXPECT_EQ(au.trip_after, 10s) << "its stages alone speak of dips";
}

TEST(GridSettings, WhatAUnitCannotBeSetToIsSaid) {
    const auto problems = [](const std::string& text) {
        Diagnostics found;
        (void)read_grid_settings(text, "g.json", found);
        std::vector<std::string> lines;
        for (const Diagnostic& one : found.list()) lines.push_back(to_text(one));
        return lines;
    };
    EXPECT_THAT(problems(shipped("itic")), ElementsAre(HasSubstr("without nominal values")));
    EXPECT_THAT(problems(shipped("en50160")), ElementsAre(HasSubstr("when it may connect")));
    std::string stages = shipped("gb_g98_g99a_lv");
    const std::string row = R"({"id": "OF1", "quantity": "frequency", "beyond": "above")";
    const std::string third = R"({"id": "X", "quantity": "voltage", "beyond": "above",
        "limit": "130 %", "delay": "1 s", "certainty": "KH"}, )";
    stages.insert(stages.find(row), third);
    EXPECT_THAT(problems(stages),
                ElementsAre(HasSubstr("the unit has 2 stages for voltage above")));
}

TEST(GridSettings, WhatTheSiteFileSaysComesFirst) {
    HybridSpec unit;
    unit.rejoin = 5s;
    unit.fw_start = Frequency{50.2};
    set_up(unit, settings_of("ieee1547_cat_ii"));
    EXPECT_EQ(unit.rejoin, Duration{5s});
    EXPECT_EQ(unit.fw_start, Frequency{50.2});
    EXPECT_FALSE(unit.frequency_droop) << "frequency-watt was set by hand";
    EXPECT_NEAR(unit.protection->uv.limit.value(), 0.70, 1e-12);
    ASSERT_TRUE(unit.rejoin_window);
    EXPECT_EQ(unit.rejoin_window->v_max, Ratio{1.05});

    HybridSpec by_hand;
    by_hand.protection.emplace();
    set_up(by_hand, settings_of("ieee1547_cat_ii"));
    EXPECT_EQ(by_hand.protection->uv.limit, Ratio{0.80});
    EXPECT_FALSE(by_hand.rejoin_window) << "inside its own stages is enough";
}

}  // namespace
}  // namespace islandbench::devices::test
