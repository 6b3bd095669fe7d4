#include "dispatch/loop/inputs.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "dispatch/core/freshness.hpp"
#include "dispatch/loop/core_config.hpp"
#include "dispatch/loop/evidence.hpp"

namespace islandbench::dispatch {
namespace {

const double nan_value = std::nan("");

InverterLimits limits() {
    return {ActivePower{5000.0}, ActivePower{4000.0}, ApparentPower{5000.0}};
}

core::UnitConfig unit() {
    core::UnitConfig u;
    u.phase = 1;
    u.rating_w = 5000;
    return u;
}

InverterReading inverter_reading() {
    InverterReading r;
    r.reported = at_seconds(-2.5);
    r.connected = true;
    r.p = ActivePower{1234.4};
    r.p_phase[1] = r.p;
    r.v_phase[1] = Voltage{231.2};
    r.f = Frequency{50.0};
    return r;
}

BmsReading bms_reading() {
    BmsReading r;
    r.reported = at_seconds(1.0);
    r.soc = Ratio{0.551};
    r.v = Voltage{50.0};
    r.discharge_limit = Current{60.0};
    r.charge_limit = Current{20.0};
    r.charge_enabled = r.discharge_enabled = true;
    return r;
}

TEST(Inputs, NumbersArriveInTheCoresUnits) {
    const core::UnitIn in = unit_in(inverter_reading(), bms_reading(), limits(), unit());

    EXPECT_EQ(in.reported_ms, -2500);
    EXPECT_EQ(in.soc_reported_ms, 1000);
    EXPECT_EQ(in.p_w, 1234);
    EXPECT_EQ(in.p_phase_w, (core::PhaseArray{0, 1234, 0}));
    EXPECT_EQ(in.v_mv, (core::PhaseArray{0, 231200, 0}));
    EXPECT_EQ(in.soc_permille, 551);
    EXPECT_EQ(in.discharge_max_w, 2880);
    EXPECT_EQ(in.charge_max_w, 1042);
}

TEST(Inputs, TheLowerSocCounts) {
    InverterReading inverter = inverter_reading();
    inverter.soc = Ratio{0.40};
    EXPECT_EQ(unit_in(inverter, bms_reading(), limits(), unit()).soc_permille, 400);
    inverter.soc = Ratio{0.70};
    EXPECT_EQ(unit_in(inverter, bms_reading(), limits(), unit()).soc_permille, 551);
    EXPECT_EQ(unit_in(inverter, std::nullopt, limits(), unit()).soc_permille, 700);
}

TEST(Inputs, ABatteryThatForbidsADirectionHasNoPowerThere) {
    BmsReading bms = bms_reading();
    bms.discharge_enabled = false;
    EXPECT_EQ(unit_in(inverter_reading(), bms, limits(), unit()).discharge_max_w, 0);
    bms.charge_enabled = false;
    EXPECT_EQ(unit_in(inverter_reading(), bms, limits(), unit()).charge_max_w, 0);
}

TEST(Inputs, WithoutABatteryReadingNobodyKnowsItsSoc) {
    const core::UnitIn in = unit_in(inverter_reading(), std::nullopt, limits(), unit());

    EXPECT_EQ(in.soc_reported_ms, core::never_reported);
    EXPECT_EQ(in.discharge_max_w, 5000);
}

TEST(Inputs, WhatIsNoNumberIsNoReport) {
    InverterReading inverter = inverter_reading();
    inverter.p = ActivePower{nan_value};
    const core::UnitIn in = unit_in(inverter, std::nullopt, limits(), unit());
    EXPECT_FALSE(core::plausible(in, unit(), {}, 10000));

    InterconnectReading pcc;
    pcc.v_grid = Voltage{nan_value};
    EXPECT_FALSE(core::plausible(site_in(pcc, std::nullopt), {}));
}

TEST(Inputs, ADeadSideHasNoFrequencyAndIsStillAReport) {
    InterconnectReading pcc;
    pcc.reported = at_seconds(3.0);
    pcc.f_grid = Frequency{nan_value};
    pcc.v_island = Voltage{230.0};
    pcc.f_island = Frequency{49.9};
    core::SiteIn in = site_in(pcc, std::nullopt);
    in.now_ms = 3000;

    EXPECT_TRUE(core::plausible(in, {}));
    EXPECT_EQ(in.f_grid_mhz, 0);
    EXPECT_EQ(in.f_island_mhz, 49900);
}

TEST(Inputs, AnUnheardDeviceHasNeverReported) {
    EXPECT_EQ(unit_in(std::nullopt, std::nullopt, limits(), unit()).reported_ms,
              core::never_reported);
    EXPECT_EQ(home_in(std::nullopt, true).reported_ms, core::never_reported);
    const core::SiteIn site = site_in(std::nullopt, std::nullopt);
    EXPECT_EQ(site.reported_ms, core::never_reported);
    EXPECT_EQ(site.poi_reported_ms, core::never_reported);
}

TEST(Inputs, AHomesContactorsAndPowersPass) {
    LoadControlReading r;
    r.reported = at_seconds(7.0);
    r.closed = {true, true, true, true, false};
    r.p[2] = ActivePower{812.6};

    const core::HomeIn in = home_in(r, false);

    EXPECT_EQ(in.p_w[2], 813);
    EXPECT_FALSE(in.closed[4]);
    EXPECT_FALSE(in.carried_out);
}

TEST(CoreConfig, TheSiteFileSetsLimitsAndWindows) {
    Site site;
    site.former.rating = ApparentPower{30e3};
    site.former.share_limit = Ratio{0.85};
    site.former.battery.capacity = Energy{60e3};
    HomeSpec load_only;
    load_only.name = "a";
    HomeSpec home;
    home.name = "b";
    home.phase = Phase::c;
    home.hybrid.emplace();
    home.hybrid->rating = ApparentPower{5000.0};
    home.hybrid->battery.capacity = Energy{13500.0};
    home.hybrid->battery.soh = Ratio{0.9};
    home.hybrid->battery.island_floor = Ratio{0.15};
    site.homes = {load_only, home};

    const core::Config config = core_config(site, {}, {});

    EXPECT_EQ(config.units.size(), 2);
    EXPECT_EQ(config.homes.size(), 2);
    EXPECT_EQ(config.units[0].role, core::UnitRole::former);
    EXPECT_FALSE(config.units[0].takes_setpoint);
    EXPECT_EQ(config.units[1].phase, 2);
    EXPECT_EQ(config.units[1].capacity_wh, 12150);
    EXPECT_EQ(config.units[1].island_floor_permille, 150);
    EXPECT_EQ(config.tuning.share_limit_permille, 850);
    EXPECT_EQ(config.tuning.grid_v_mv.low, 184000);
    EXPECT_EQ(config.tuning.supply_f_mhz.high, 51000);
}

TEST(CoreConfig, OwnersAgreeToWhatTheirBatteriesLend) {
    Site site;
    HomeSpec first;
    first.name = "a";
    HomeSpec second;
    second.name = "b";
    second.hybrid.emplace();
    second.hybrid->rating = ApparentPower{5000.0};
    site.homes = {first, second};
    BatterySpec& battery = site.homes[1].hybrid->battery;
    EXPECT_EQ(core_config(site, {}, {}).units[1].home, core::no_home);
    EXPECT_EQ(core_config(site, {}, {}).units[1].participation, core::Participation::voluntary);
    EXPECT_FALSE(core_config(site, {}, {}).units[1].emergency_release);

    battery.participation = Participation::firm;
    battery.event_dod = Ratio{0.4};
    battery.emergency_release = battery.own_use = true;

    const core::UnitConfig unit = core_config(site, {}, {}).units[1];
    EXPECT_EQ(unit.participation, core::Participation::firm);
    EXPECT_EQ(unit.event_dod_permille, 400);
    EXPECT_TRUE(unit.emergency_release);
    EXPECT_EQ(unit.home, 1);
}

TEST(CoreConfig, CablesWithALimitAreBranches) {
    Site site;
    site.interconnect.bus = "head";
    site.lines = {{.from = "head", .to = "a"},
                  {.from = "a", .to = "b", .phase_limit = ActivePower{9e3}},
                  {.from = "b", .to = "c"},
                  {.from = "head", .to = "d", .phase_limit = ActivePower{6e3}}};
    for (const char* bus : {"a", "c", "d"}) {
        HomeSpec home;
        home.name = std::string("home_") + bus;
        home.bus = bus;
        home.hybrid.emplace();
        home.hybrid->rating = ApparentPower{5000.0};
        home.hybrid->efficient_min = ActivePower{400.0};
        site.homes.push_back(home);
    }

    const core::Config config = core_config(site, {}, {});

    ASSERT_EQ(config.branches.size(), 2);
    EXPECT_EQ(config.branches[0].limit_w, (std::array<std::int32_t, 3>{9000, 9000, 9000}));
    EXPECT_EQ(config.branches[1].limit_w, (std::array<std::int32_t, 3>{6000, 6000, 6000}));
    const std::array<std::uint16_t, 3> expected{0, 1, 2};
    for (std::size_t h = 0; h < 3; ++h) {
        EXPECT_EQ(config.homes[h].branch, expected[h]);
        EXPECT_EQ(config.units[h + 1].branch, expected[h]);
        EXPECT_EQ(config.units[h + 1].efficient_min_w, 400);
    }
    EXPECT_EQ(config.units[0].branch, 0);
}

TEST(CoreConfig, AnIdFollowsFromTheNameAlone) {
    const auto street = [](const std::vector<std::string>& names) {
        Site site;
        site.former.name = "former";
        for (const std::string& name : names) {
            HomeSpec home;
            home.name = name;
            home.hybrid.emplace();
            site.homes.push_back(home);
        }
        return core_config(site, {}, {});
    };
    const core::Config one = street({"home1", "home2"});
    const core::Config other = street({"new", "home2", "home1"});

    EXPECT_EQ(one.units[1].id, other.units[3].id);
    EXPECT_EQ(one.homes[1].id, other.homes[1].id);
    std::set<std::uint32_t> ids;
    for (const core::UnitConfig& unit : other.units) ids.insert(unit.id);
    EXPECT_EQ(ids.size(), 4);
    EXPECT_FALSE(ids.contains(0));
    // These two have the same FNV-1a: the second steps aside.
    const core::Config twins = street({"costarring", "liquid"});
    EXPECT_EQ(twins.units[2].id, twins.units[1].id + 1);
}

TEST(CoreConfig, OneLostExchangeKeepsADeviceFresh) {
    Site site;
    site.former.rating = ApparentPower{30e3};
    Ports ports;
    PortSettings settings;
    settings.poll_island = 250ms;
    ports.inverters["former.inverter"] = {nullptr, settings};

    const core::Config config = core_config(site, ports, {});

    EXPECT_EQ(config.units[0].report_period_ms, 250);
    EXPECT_GE(config.units[0].hold_ms, 2250);
}

TEST(PortSettingsTest, ProfilesDecideHowADeviceIsTreated) {
    DeviceProfile profile;
    profile.role = Role::loadctl;
    profile.write_gap = 0s;
    profile.time_out = 600ms;
    EXPECT_EQ(port_settings(profile).write_gap, 0s);
    EXPECT_EQ(port_settings(profile).time_out, 600ms);

    profile.role = Role::inverter;
    profile.write_dead_band = ActivePower{25.0};
    EXPECT_EQ(port_settings(profile).write_dead_band.value(), 100.0);
    EXPECT_EQ(port_settings(profile, true).poll_island, 250ms);
    EXPECT_EQ(port_settings(profile, true).poll, 1s);
}

struct EvidenceTest : ::testing::Test {
    bool proven(Ability a) const { return evidence.proven().test(index(a)); }
    InverterReading reading(double at, double p_w) {
        InverterReading r;
        r.reported = at_seconds(at);
        r.p = ActivePower{p_w};
        return r;
    }
    void command(double at, double p_w, double limit = 1.0) {
        InverterCommand c;
        c.p = ActivePower{p_w};
        c.valid_for = 6s;
        c.curtail_to = Ratio{limit};
        evidence.commanded(c, at_seconds(at));
    }
    InverterEvidence evidence{limits()};
};

TEST_F(EvidenceTest, AReadCountsOnlyWithARealNumber) {
    InverterReading r = reading(0, 100);
    r.q = ReactivePower{nan_value};
    r.f = Frequency{nan_value};
    evidence.read(r, false);

    EXPECT_TRUE(proven(Ability::read_p));
    EXPECT_TRUE(proven(Ability::read_state));
    EXPECT_TRUE(proven(Ability::read_limits));
    EXPECT_FALSE(proven(Ability::read_q));
    EXPECT_FALSE(proven(Ability::read_v));
    EXPECT_FALSE(proven(Ability::read_f));
    EXPECT_FALSE(proven(Ability::read_soc));
}

TEST_F(EvidenceTest, PowerThatFollowsAChangedSetPointProvesIt) {
    evidence.read(reading(0, 0), false);
    command(1, 2000);
    evidence.read(reading(2, 1000), false);
    EXPECT_FALSE(proven(Ability::set_power));
    evidence.read(reading(4, 1900), false);

    EXPECT_TRUE(proven(Ability::set_power));
}

TEST_F(EvidenceTest, PowerThatFollowsTooLateProvesNothing) {
    evidence.read(reading(0, 0), false);
    command(1, 2000);
    evidence.read(reading(12, 2000), false);

    EXPECT_FALSE(proven(Ability::set_power));
}

TEST_F(EvidenceTest, PowerThatWasThereAlreadyProvesNothing) {
    evidence.read(reading(0, 1950), false);
    command(1, 2000);
    evidence.read(reading(2, 2000), false);

    EXPECT_FALSE(proven(Ability::set_power));
}

TEST_F(EvidenceTest, ALimitIsProvenWhereItHeldSomethingBack) {
    evidence.read(reading(0, 3000), false);
    command(1, 1000, 0.3);
    evidence.read(reading(2, 1600), false);

    EXPECT_TRUE(proven(Ability::set_limit));
}

TEST_F(EvidenceTest, ALimitThatNobodyReachesProvesNothing) {
    evidence.read(reading(0, 500), false);
    command(1, 500, 0.3);
    evidence.read(reading(2, 500), false);

    EXPECT_FALSE(proven(Ability::set_limit));
}

TEST_F(EvidenceTest, ACountingReversionTimerProvesIt) {
    command(1, 1000);
    InverterReading r = reading(2, 1000);
    r.reversion_left = 5s;
    evidence.read(r, false);
    r.reported = at_seconds(3);
    EXPECT_FALSE(proven(Ability::reversion));
    r.reversion_left = 4s;
    evidence.read(r, false);

    EXPECT_TRUE(proven(Ability::reversion));
}

TEST_F(EvidenceTest, ASetPointThatFallsBackAfterSilenceProvesIt) {
    command(1, 1000);
    InverterReading r = reading(2, 1000);
    r.p_setpoint = ActivePower{1000.0};
    evidence.read(r, false);
    r.reported = at_seconds(9);
    r.p_setpoint.reset();
    evidence.read(r, false);

    EXPECT_TRUE(proven(Ability::reversion));
}

TEST_F(EvidenceTest, TheIslandStateIsProvenInAnIsland) {
    InverterReading r = reading(0, 0);
    r.connected = true;
    evidence.read(r, false);
    EXPECT_FALSE(proven(Ability::island_state));
    evidence.read(r, true);

    EXPECT_TRUE(proven(Ability::island_state));
}

}  // namespace
}  // namespace islandbench::dispatch
