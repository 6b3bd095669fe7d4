#include <gtest/gtest.h>

#include "dispatch/core/test/street.hpp"

/// Fleets that grow, shrink, change places or are told of wrongly: a defined answer and an alarm.
namespace islandbench::dispatch::core {
namespace {

std::int32_t ordered_w(const UnitOut& out) {
    return out.action == UnitAction::set ? out.p_set_w : 0;
}

/// All but the first unit do what they are told, for a while.
void settle(test::Street& street) {
    for (int n = 0; n < 200; ++n) {
        for (std::size_t i = 1; i < street.units.size(); ++i) {
            street.set_p(i, ordered_w(street.units_out[i]));
        }
        street.step();
    }
}

/// Three hybrids with ids 10, 11 and 12 that serve an island, each with another charge.
struct FleetTest : ::testing::Test {
    FleetTest() {
        street.add_former(60000, 100000, 300);
        for (std::uint32_t n = 0; n < 3; ++n) {
            const std::size_t i = street.add_hybrid(0, 600 + 100 * static_cast<int>(n));
            street.config.units[i].id = 10 + n;
            const std::size_t h = street.add_home(0, {100, 100, 200, 300, 400});
            street.config.homes[h].id = 10 + n;
        }
        street.state.fit(street.config);
        street.set_former(0, {5000, 0, 0});
        EXPECT_TRUE(street.to_island());
        settle(street);
    }
    std::int32_t set_w(std::size_t i) const { return ordered_w(street.units_out[i]); }
    bool alarmed() const { return (street.out.alarms & bit(Alarm::bad_input)) != 0; }

    test::Street street;
};

TEST_F(FleetTest, WhoMovesKeepsItsMemory) {
    ASSERT_FALSE(alarmed());
    const std::vector<UnitState> before = street.state.units;
    ASSERT_NE(before[1].p_set_w, before[3].p_set_w);
    street.state.homes[2].peak_w[4] = 777;
    std::swap(street.config.units[1], street.config.units[3]);
    std::swap(street.config.homes[0], street.config.homes[2]);
    street.state.fit(street.config);

    EXPECT_EQ(street.state.units[1].p_set_w, before[3].p_set_w);
    EXPECT_EQ(street.state.units[3].p_set_w, before[1].p_set_w);
    EXPECT_EQ(street.state.units[2].p_set_w, before[2].p_set_w);
    EXPECT_EQ(street.state.homes[0].peak_w[4], 777);
    std::swap(street.units[1], street.units[3]);
    street.step();
    EXPECT_FALSE(alarmed());
    EXPECT_EQ(street.units_out[1].p_set_w, before[3].p_set_w);
}

TEST_F(FleetTest, WhereNobodyHasAnIdThePlaceCounts) {
    for (UnitConfig& unit : street.config.units) unit.id = 0;
    for (UnitState& unit : street.state.units) unit.id = 0;
    const std::int32_t before = street.state.units[2].p_set_w;
    street.state.fit(street.config);

    EXPECT_EQ(street.state.units[2].p_set_w, before);
}

TEST_F(FleetTest, WhoComesToAnothersPlaceBeginsAnew) {
    street.config.units[2].id = 77;
    street.state.fit(street.config);

    EXPECT_EQ(street.state.units[2].commanded, 0);
    EXPECT_EQ(street.state.units[2].p_set_w, 0);
    EXPECT_EQ(street.state.units[2].id, 77U);
}

TEST_F(FleetTest, MemoryThatWasNotFittedIsNotUsedAndTold) {
    street.config.units[2].id = 77;  // somebody else, and nobody called fit
    street.config.homes[1].id = 77;
    street.state.homes[1].peak_w[3] = 999;
    street.step();

    EXPECT_TRUE(alarmed());
    EXPECT_EQ(street.state.units[2].id, 77U);
    EXPECT_LT(street.state.homes[1].peak_w[3], 999);
    street.step();
    EXPECT_FALSE(alarmed());
}

TEST_F(FleetTest, AUnitsMemoryThatIsAnothersIsToldOnce) {
    ASSERT_FALSE(alarmed());
    street.state.units[2].id = 99;
    street.step();
    EXPECT_TRUE(alarmed());
    EXPECT_EQ(street.state.units[2].id, 11u);
    street.step();
    EXPECT_FALSE(alarmed());
}

TEST_F(FleetTest, AHomesMemoryThatIsAnothersIsToldOnce) {
    ASSERT_FALSE(alarmed());
    street.state.homes[1].id = 99;
    street.state.homes[1].peak_w[3] = 5555;
    street.step();
    EXPECT_TRUE(alarmed());
    EXPECT_LT(street.state.homes[1].peak_w[3], 5555);
    EXPECT_EQ(street.state.homes[1].id, 11u);
    street.step();
    EXPECT_FALSE(alarmed());
}

TEST_F(FleetTest, AFormerThatNobodyFittedIsToldAndListenedToOneStepLater) {
    ASSERT_FALSE(alarmed());
    const std::int32_t alone = street.out.former_permille[0];  // of 20 kW a phase
    ASSERT_GT(alone, 0);
    street.config.units[1].role = UnitRole::former;
    street.config.units[1].rating_w = 600000;
    street.step();
    EXPECT_TRUE(alarmed());
    EXPECT_EQ(street.units_out[1].action, UnitAction::leave);
    EXPECT_NEAR(street.out.former_permille[0], alone, 2);
    street.step();
    EXPECT_FALSE(alarmed());
    EXPECT_LT(street.out.former_permille[0], alone / 2) << "two of them share it";
    // One that is none any more is not counted, in that very step.
    street.config.units[1].role = UnitRole::follower;
    street.step();
    EXPECT_FALSE(alarmed());
    EXPECT_GT(street.out.former_permille[0], alone / 2);
    EXPECT_EQ(street.units_out[1].action, UnitAction::set);
}

TEST_F(FleetTest, OfAFleetThatHasShrunkTheFormersAreFoundToo) {
    const std::int32_t alone = street.out.former_permille[0];
    street.config.units.pop_back();
    street.config.units[1].role = UnitRole::former;
    street.config.units[1].rating_w = 600000;
    street.step();
    street.step();
    EXPECT_TRUE(alarmed()) << "fewer than report";
    EXPECT_LT(street.out.former_permille[0], alone / 2);
}

TEST_F(FleetTest, AnotherFormerThatIsSilentIsMissedThoughNobodyFitted) {
    std::swap(street.config.units[0].role, street.config.units[1].role);
    street.muted[1] = true;
    street.run(40000);
    EXPECT_NE(street.out.alarms & bit(Alarm::former_lost), 0u);
    EXPECT_NE(street.state.fsm, FsmState::island) << "nobody balances by what nobody says";
}

TEST_F(FleetTest, OfTwoWithOneIdTheFirstIsMeant) {
    street.config.units[3].id = 10;
    street.config.homes[2].id = 10;
    street.state.fit(street.config);
    street.step();

    EXPECT_TRUE(alarmed());
    EXPECT_EQ(street.units_out[1].action, UnitAction::set);
    EXPECT_NE(street.units_out[3].action, UnitAction::set);
    EXPECT_EQ(street.state.units[3].quality, Quality::absent);
    EXPECT_EQ(street.state.homes[0].barred, 0);
    EXPECT_EQ(street.state.homes[2].barred, 1);

    street.config.units[3].id = 12;
    street.config.homes[2].id = 12;
    street.state.fit(street.config);
    street.step();
    EXPECT_FALSE(alarmed());
    EXPECT_EQ(street.units_out[3].action, UnitAction::set);
}

TEST_F(FleetTest, SomebodyElsesReportIsNone) {
    street.units[1].id = 10;
    street.units[2].id = 99;
    const std::int64_t reported = street.state.homes[0].reported_ms;
    street.homes[0].id = 99;
    street.homes[1].id = 11;
    street.step();

    EXPECT_TRUE(alarmed());
    EXPECT_EQ(street.state.units[1].quality, Quality::good);
    EXPECT_EQ(street.state.units[2].quality, Quality::absent);
    EXPECT_EQ(street.state.homes[0].reported_ms, reported);
    EXPECT_EQ(street.state.homes[1].reported_ms, street.site.now_ms);
}

TEST_F(FleetTest, AUnitOnNoPhaseTakesNoPart) {
    street.config.units[2].phase = 4;
    street.step();

    EXPECT_TRUE(alarmed());
    EXPECT_EQ(street.state.units[2].quality, Quality::absent);
    EXPECT_EQ(street.units_out[1].action, UnitAction::set);
}

TEST_F(FleetTest, AHomeOnNoPhaseIsToldAndNotHeard) {
    const std::int64_t reported = street.state.homes[1].reported_ms;
    street.config.homes[1].phase = three_phase;
    street.step();

    EXPECT_TRUE(alarmed());
    EXPECT_EQ(street.state.homes[1].reported_ms, reported);
}

TEST_F(FleetTest, ItShrinksAndGrowsBetweenSteps) {
    const std::int32_t kept = street.state.units[1].p_set_w;
    const UnitConfig unit = street.config.units.back();
    const UnitIn in = street.units.back();
    street.config.units.pop_back();
    street.step();  // before anybody fits: those that there are
    EXPECT_TRUE(alarmed());
    EXPECT_EQ(street.units_out[1].action, UnitAction::set);
    EXPECT_EQ(street.units_out[3].action, UnitAction::leave);

    street.units.pop_back();
    street.units_out.pop_back();
    street.muted.pop_back();
    street.state.fit(street.config);
    street.step();
    EXPECT_FALSE(alarmed());
    EXPECT_EQ(street.state.units.size(), 3);
    EXPECT_GE(street.state.units[1].p_set_w, kept);  // it takes over, by its ramp

    street.config.units.push_back(unit);
    street.units.push_back(in);
    street.units_out.emplace_back();
    street.muted.push_back(false);
    street.state.fit(street.config);
    EXPECT_EQ(street.state.units[3].commanded, 0);
    street.step();
    EXPECT_FALSE(alarmed());
    EXPECT_EQ(street.out.broken, Promise::none_broken);
}

}  // namespace
}  // namespace islandbench::dispatch::core
