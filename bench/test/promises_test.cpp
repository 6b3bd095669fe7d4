#include <gmock/gmock.h>

#include "bench/test/told.hpp"

/// What owners agreed to and what is promised to others: told whole, and under cores that know
/// nothing of it.
namespace islandbench::bench {
namespace {

namespace core = dispatch::core;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST(PromiseStory, ARiskIsToldAndReservesStandInForIt) {
    const Told told = tell("promise_at_risk");

    EXPECT_EQ(told.exit_code, 0);
    EXPECT_EQ(verdicts(told.results), "C1 pass, D1 pass, E1 pass, F1 pass, F2 pass, J4 pass");
    EXPECT_EQ(told.at("dispatch.clinic.promise", 60), 2.0) << "at risk";
    EXPECT_LT(told.at("dispatch.clinic.time_left", 60), 4 * 3600.0);
    EXPECT_EQ(told.at("dispatch.firm_opt_outs", 79), 0.0);
    EXPECT_EQ(told.at("dispatch.firm_opt_outs", 90), 1.0);
    EXPECT_LT(told.at("truth.home1.inverter_p", 118), 100.0) << "below its island floor";
    EXPECT_EQ(told.at("dispatch.released", 290), 1.0);
    EXPECT_GT(told.at("truth.home1.inverter_p", 290), 500.0);
    EXPECT_THAT(told.events(), Contains(HasSubstr("the promise to clinic")));
    EXPECT_THAT(told.events(), Contains(HasSubstr("firm_opt_out: an owner who had promised")));
    EXPECT_THAT(told.events(), Contains(HasSubstr("reserves_released: owners' reserves")));
}

/// Whatever owners agreed to, it takes what it can.
void knows_no_owners(const core::Config& config, const core::SiteIn& site,
                     std::span<const core::UnitIn> units, std::span<const core::HomeIn> homes,
                     core::State& state, std::span<core::UnitOut> units_out,
                     std::span<core::HomeOut> homes_out, core::SiteOut& site_out) noexcept {
    static const core::Config* of = nullptr;
    static core::Config careless;
    if (of != &config) {
        of = &config;
        careless = config;
        for (core::UnitConfig& unit : careless.units) unit.event_dod_permille = 1000;
    }
    core::step(careless, site, units, homes, state, units_out, homes_out, site_out);
}

/// Twenty minutes in which home 2, whose owner lends three hundredths of its battery, one of which
/// is the margin of the estimate, could give much more.
std::string a_little(const Folder& folder) {
    folder.write("owners.json", replaced(fixture("sites/miniature_promise.json"),
                                         "\"event_dod\": \"40 %\"", "\"event_dod\": \"3 %\""));
    return folder
        .write("story.json", R"({
          "name": "little", "site": "owners.json", "duration": "1240 s", "seed": 8,
          "start": {"soc": {"home2": "90 %", "home1": "30 %", "former": "30 %"},
                    "permit_reclose": true},
          "observation": "5 s",
          "steps": [{"at": "5 s", "outage": {}}, {"at": "1210 s", "grid_back": {}}],
          "criteria": ["F2"]})")
        .string();
}

TEST(PromiseStory, WhatAnOwnerAgreedToForOneOutageIsTheEnd) {
    const Folder folder;
    const Told told = tell(a_little(folder));
    EXPECT_EQ(verdict_of(told.results, "F2"), "pass");
    EXPECT_GT(told.at("truth.home2.discharged", 1200), 0.01);
}

TEST(PromiseStory, ACoreThatTakesMoreIsRed) {
    const Folder folder;
    const Told told = tell(a_little(folder), knows_no_owners);
    EXPECT_EQ(verdict_of(told.results, "F2"), "fail");
}

}  // namespace
}  // namespace islandbench::bench
