#include "emulators/plant/load.hpp"

#include <gtest/gtest.h>

namespace islandbench::plant {
namespace {

ApplianceSpec appliance(const std::string& name, int tier, double watt, Duration on = {},
                        Duration off = {}) {
    ApplianceSpec spec;
    spec.name = name;
    spec.tier = tier;
    spec.p = ActivePower{watt};
    spec.mean_on = on;
    spec.mean_off = off;
    return spec;
}

HomeLoad home(const std::vector<ApplianceSpec>& appliances, std::uint64_t seed = 1) {
    return {"home1", appliances, HomeDay{}, seed, Instant{}};
}

/// A board that has been switched on.
HomeLoad board(const std::vector<ApplianceSpec>& appliances) {
    HomeLoad load = home(appliances);
    (void)load.advance(Instant{});
    return load;
}

/// At nominal voltage.
double watt(const ZipSum& load) {
    return (load.z + load.i + load.p).re;
}

TEST(ZipSum, FollowsItsSharesAndIsAnImpedanceWhenLow) {
    ZipSum load;
    load.add({1000.0, 200.0}, {0.5, 0.3, 0.2});
    const auto p = [&](double v) { return v * v * load.admittance(v, 1.0).re; };
    EXPECT_NEAR(p(1.0), 1000.0, 1e-9);
    EXPECT_NEAR(p(0.9), 1000.0 * (0.5 * 0.81 + 0.3 * 0.9 + 0.2), 1e-9);
    EXPECT_NEAR(p(1.1), 1000.0 * (0.5 * 1.21 + 0.3 * 1.1 + 0.2), 1e-9);
    EXPECT_NEAR(p(0.35), 0.25 * p(0.7), 1e-9);
    EXPECT_NEAR(load.admittance(1.0, 1.0).im, -200.0, 1e-9);  // inductive
}

TEST(HomeLoad, SwitchesByChanceWithTheGivenMeans) {
    HomeLoad load = home({appliance("kettle", 3, 2000.0, 60s, 180s)});
    int on = 0;
    int switched = 0;
    double last = watt(load.total());
    const int seconds = 400'000;
    for (int s = 0; s < seconds; ++s) {
        (void)load.advance(at_seconds(s));
        const double now = watt(load.total());
        on += now > 0.0;
        switched += now != last;
        last = now;
    }
    // On a quarter of the time; one on and one off each 240 s, a few lost between two looks.
    EXPECT_NEAR(static_cast<double>(on) / seconds, 0.25, 0.02);
    EXPECT_NEAR(switched, 2.0 * seconds / 240.0, 0.06 * 2.0 * seconds / 240.0);
}

TEST(HomeLoad, ApplianceKeepsItsChanceWhateverStandsBesideIt) {
    const auto kettle = appliance("kettle", 3, 2000.0, 60s, 180s);
    HomeLoad alone = home({kettle}, 7);
    HomeLoad beside = home({appliance("fridge", 1, 100.0, 600s, 600s), kettle}, 7);
    HomeLoad other_seed = home({kettle}, 8);
    int differs = 0;
    for (int s = 0; s < 5000; ++s) {
        (void)alone.advance(at_seconds(s));
        (void)beside.advance(at_seconds(s));
        (void)other_seed.advance(at_seconds(s));
        ASSERT_EQ(watt(alone.tier(3)), watt(beside.tier(3))) << s;
        differs += watt(alone.tier(3)) != watt(other_seed.tier(3));
    }
    EXPECT_GT(differs, 500);
}

TEST(HomeLoad, ContactFollowsItsCoil) {
    HomeLoad load = board({appliance("a", 0, 100.0), appliance("b", 4, 3500.0)});
    load.set_coil(4, false, Instant{});
    EXPECT_FALSE(load.advance(Instant{19ms}));
    EXPECT_TRUE(load.contact(4));
    EXPECT_FALSE(load.coil(4));
    EXPECT_TRUE(load.advance(Instant{20ms}));
    EXPECT_FALSE(load.contact(4));
    EXPECT_DOUBLE_EQ(watt(load.total()), 100.0);
    EXPECT_DOUBLE_EQ(watt(load.demand()), 3600.0);
}

TEST(HomeLoad, WithdrawnOrderMovesNothing) {
    HomeLoad load = board({appliance("b", 4, 3500.0)});
    load.set_coil(4, false, Instant{});
    load.set_coil(4, true, Instant{5ms});
    EXPECT_FALSE(load.advance(Instant{100ms}));
    EXPECT_TRUE(load.contact(4));
}

TEST(HomeLoad, MiswiredCoilOpensAnotherTier) {
    HomeLoad load = board({appliance("a", 0, 100.0), appliance("b", 4, 3500.0)});
    load.miswire({0, 1, 2, 3, 0}, Instant{});
    load.set_coil(4, false, Instant{});
    EXPECT_TRUE(load.advance(Instant{20ms}));
    EXPECT_FALSE(load.contact(0));
    EXPECT_TRUE(load.contact(4));
    EXPECT_FALSE(load.coil(4)) << "what the load controller reads back is what it ordered";
    EXPECT_TRUE(load.coil(0));
}

TEST(HomeLoad, ImposedLoadComesAndGoes) {
    HomeLoad load = board({appliance("a", 0, 100.0)});
    load.impose(2, ActivePower{5500.0}, ReactivePower{300.0}, Instant{35s});
    EXPECT_TRUE(load.advance(Instant{1ms}));
    EXPECT_DOUBLE_EQ(watt(load.tier(2)), 5500.0);
    EXPECT_FALSE(load.advance(Instant{34999ms}));
    EXPECT_TRUE(load.advance(Instant{35s}));
    EXPECT_DOUBLE_EQ(watt(load.total()), 100.0);
}

TEST(HomeLoad, DayAddsToItsAppliancesAndIsShedWithItsTier) {
    Use use{10s, 20s, 4, {}};
    use.load.add({3000.0, 0.0}, {1.0, 0.0, 0.0});
    HomeLoad load("home1", {appliance("a", 0, 100.0), appliance("b", 4, 500.0)},
                  {.uses = DaySchedule(day_of({use}), 0s, Instant{}), .kept = {}}, 1, Instant{});
    (void)load.advance(Instant{});
    EXPECT_DOUBLE_EQ(watt(load.total()), 600.0);
    EXPECT_FALSE(load.advance(Instant{9999ms}));
    EXPECT_TRUE(load.advance(Instant{10s}));
    EXPECT_DOUBLE_EQ(watt(load.tier(4)), 3500.0);
    load.set_coil(4, false, Instant{15s});
    (void)load.advance(Instant{15020ms});
    EXPECT_DOUBLE_EQ(watt(load.total()), 100.0);
    EXPECT_DOUBLE_EQ(watt(load.demand()), 3600.0);
    EXPECT_TRUE(load.advance(Instant{30s}));
    EXPECT_DOUBLE_EQ(watt(load.demand()), 600.0) << "people go on while the contact is open";
}

TEST(ThreePhaseLoad, ComesAndGoesInThirds) {
    ThreePhaseLoad load(ActivePower{4500.0}, ReactivePower{600.0});
    load.impose(ActivePower{3000.0}, ReactivePower{}, Instant{10s});
    EXPECT_TRUE(load.advance(Instant{1ms}));
    EXPECT_DOUBLE_EQ(watt(load.per_phase()), 2500.0);
    EXPECT_TRUE(load.advance(Instant{10s}));
    EXPECT_DOUBLE_EQ(watt(load.per_phase()), 1500.0);
}

}  // namespace
}  // namespace islandbench::plant
