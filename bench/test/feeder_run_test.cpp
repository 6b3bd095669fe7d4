#include <gmock/gmock.h>

#include <cmath>

#include "base/feeder/files.hpp"
#include "base/test/reference_data.hpp"
#include "bench/feeder_street.hpp"
#include "bench/measured_loads.hpp"
#include "bench/test/program.hpp"
#include "emulators/plant/feeder.hpp"
#include "emulators/plant/utility.hpp"
#include "reports/store/run_reader.hpp"

/// A site's equipment on the wires of a published feeder.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Fixtures installed(IB_SOURCE_DIR "/fixtures");

Site shipped_site(const std::string& name) {
    Diagnostics found;
    Site site = read_site(fixture("sites/" + name + ".json"), name, found);
    EXPECT_THAT(found.list(), IsEmpty()) << found;
    return site;
}

FeederModel mill_lane() {
    Diagnostics found;
    auto feeder = choose_feeder(installed, {"mill_lane", {}}, found);
    EXPECT_THAT(found.list(), IsEmpty()) << found;
    return feeder.value_or(FeederModel{});
}

void expect_good(const Site& site) {
    Diagnostics found;
    check_site(site, found);
    EXPECT_THAT(found.list(), IsEmpty()) << found;
}

TEST(FeederStreet, TheKthLoadGetsTheKthHomeAndTheOthersBecomeHomes) {
    const Site equipment = shipped_site("miniature");
    const StreetOnFeeder street = put_on_feeder(equipment, mill_lane());
    const Site& site = street.site;
    expect_good(site);
    ASSERT_EQ(site.homes.size(), 12U);
    EXPECT_EQ(site.homes[1].name, "home2");
    EXPECT_EQ(site.homes[1].bus, "102");
    EXPECT_EQ(site.homes[2].phase, Phase::c) << "the feeder says the phase";
    EXPECT_TRUE(site.homes[1].hybrid);
    EXPECT_EQ(site.homes[1].service_code, "") << "the service cable is one of the lines";
    EXPECT_EQ(site.homes[3].name, "house4");
    EXPECT_FALSE(site.homes[3].hybrid);
    EXPECT_EQ(site.homes[3].loadctl.profile, equipment.homes[0].loadctl.profile);
    ASSERT_EQ(street.days.size(), 12U);
    EXPECT_DOUBLE_EQ(street.days[0].minutes[0].value(), 80.0);
    EXPECT_NEAR(site.homes[3].demand->daily.value(), 5600.0, 100.0) << "as measured";
    EXPECT_THAT(street.left_out, IsEmpty());
    EXPECT_THAT(site.title, HasSubstr("on the wires of mill_lane (MILL)"));
}

TEST(FeederStreet, TheSwitchSitsBetweenTransformerAndStreet) {
    Site equipment = shipped_site("miniature");
    equipment.former.bus = "9";        // a bus that the feeder has
    equipment.interconnect.bus = "5";  // one that would be two buses then
    const Site site = put_on_feeder(equipment, mill_lane()).site;
    expect_good(site);
    EXPECT_EQ(site.grid.bus, "1");
    EXPECT_EQ(site.interconnect.bus, "5_street");
    EXPECT_EQ(site.lines.front().from, "5_street") << "nothing but the switch hangs on the busbar";
    for (const LineSpec& line : site.lines) EXPECT_NE(line.from, "1");
    EXPECT_EQ(site.former.bus, "9");
    EXPECT_EQ(site.priority_sites[0].bus, "5_street") << "street_2 is no bus of the feeder";
}

TEST(FeederStreet, TransformerAndSourceKeepTheirOhms) {
    const Site equipment = shipped_site("miniature");
    const Site site = put_on_feeder(equipment, mill_lane()).site;
    // 200 kVA at 400 V, 1.3 % + j4 %; 11 kV behind 4 kA.
    const double base = 3.0 * 230.0 * 230.0 / 200e3;
    EXPECT_NEAR(base * site.grid.transformer_x.value(), 0.04 * 0.4 * 0.4 / 0.2, 1e-12);
    EXPECT_NEAR(base * site.grid.transformer_r.value(), 0.013 * 0.4 * 0.4 / 0.2, 1e-12);
    EXPECT_NEAR(3.0 * 230.0 * 230.0 / site.grid.fault_level.value(),
                11e3 / std::sqrt(3.0) / 4000.0 * std::pow(0.4 / 11.0, 2), 1e-12);
    EXPECT_NEAR(site.grid.no_load_v.value(), 1.02 * 400.0 / std::sqrt(3.0), 1e-9);
    EXPECT_EQ(site.nominal_v, equipment.nominal_v);
}

TEST(FeederStreet, AVoltageThatDoesNotFitIsPutOnATapAndSaid) {
    const auto joined = [](double high, double expected) {
        FeederModel feeder = mill_lane();
        feeder.source.v = Ratio{high};
        Site equipment = shipped_site("miniature");
        equipment.grid.no_load_v = Voltage{expected};
        return put_on_feeder(equipment, feeder);
    };
    EXPECT_EQ(joined(1.02, 236.0).notes.size(), 1U) << "230.9 V times 1.02 fits";
    const StreetOnFeeder high = joined(1.06, 236.0);
    EXPECT_NEAR(high.site.grid.no_load_v.value(), 1.06 * 230.94 * 0.975, 0.01);
    EXPECT_THAT(high.notes,
                Contains(AllOf(HasSubstr("244.8 V without load"), HasSubstr("-2.5 %"))));
    const StreetOnFeeder higher = joined(1.10, 230.0);
    EXPECT_NEAR(higher.site.grid.no_load_v.value(), 1.10 * 230.94 * 0.95, 0.01);
    EXPECT_NEAR(joined(0.95, 240.0).site.grid.no_load_v.value(), 0.95 * 230.94 * 1.05, 0.01);
}

TEST(FeederStreet, AThreePhaseLoadIsAConstantHomeOnEachPhase) {
    FeederModel feeder = mill_lane();
    feeder.loads = {{.name = "Shop 1", .bus = "5", .p = ActivePower{6000.0}, .power_factor = 0.9},
                    {.name = "pcc", .bus = "1", .phase = Phase::b, .p = ActivePower{90.0}}};
    const StreetOnFeeder street = put_on_feeder(shipped_site("miniature"), feeder);
    expect_good(street.site);
    EXPECT_THAT(street.days, IsEmpty());
    ASSERT_EQ(street.site.homes.size(), 4U);
    EXPECT_EQ(street.site.homes[2].name, "home3");
    EXPECT_EQ(street.site.homes[3].name, "pcc_2") << "pcc is a name of the bench's own";
    EXPECT_EQ(street.site.homes[3].bus, street.site.interconnect.bus);
    for (std::size_t k = 0; k < 3; ++k) {
        const HomeSpec& home = street.site.homes[k];
        EXPECT_EQ(home.phase, static_cast<Phase>(k));
        EXPECT_FALSE(home.demand);
        ActivePower sum;
        for (const ApplianceSpec& layer : home.appliances) {
            sum += layer.p;
            EXPECT_DOUBLE_EQ(layer.power_factor, 0.9);
            EXPECT_THAT(layer.zip, ElementsAre(0.0, 0.0, 1.0));
        }
        EXPECT_DOUBLE_EQ(sum.value(), 2000.0);
        EXPECT_EQ(home.appliances.back().tier, 3) << "2 kW reach to the fourth tier";
    }
}

TEST(FeederStreet, HomesThatAreLeftAreLeftOutUnlessTheStoryNamesThem) {
    const FeederModel feeder = mill_lane();
    const StreetOnFeeder street = put_on_feeder(shipped_site("pilot_street"), feeder);
    expect_good(street.site);
    EXPECT_EQ(street.site.homes.size(), 12U);
    EXPECT_EQ(street.left_out.size(), 24U);
    EXPECT_EQ(street.left_out.front(), "home13");
    EXPECT_THAT(street.notes, Contains(HasSubstr("no load for home13 to home36 of the site")));

    Scenario story;
    story.start.soc["home12"] = Ratio{0.5};
    Diagnostics found;
    check_left_out(story, street, feeder, found);
    EXPECT_THAT(found.list(), IsEmpty());
    story.steps.push_back({.silence = SilenceStep{.of = "home20.inverter"}});
    story.start.soc["home13"] = Ratio{0.5};
    check_left_out(story, street, feeder, found);
    ASSERT_EQ(found.list().size(), 1U);
    EXPECT_THAT(found.list()[0].message,
                AllOf(HasSubstr("it has 12 for the 36 homes of site \"pilot_street\""),
                      HasSubstr("): home13, home20")));
}

TEST(FeederStreet, WhatIsKeptOfTheDaysIsReadBackToTheLastBit) {
    FeederModel feeder = mill_lane();
    feeder.loads[0].phase.reset();  // thirds of a day are no round numbers
    const StreetOnFeeder street = put_on_feeder(shipped_site("miniature"), feeder);
    const MeasuredLoads loads = loads_of_feeder(street.days, feeder.name, street.site);
    Diagnostics found;
    const auto again = read_load_profiles(loads.record, "kept.csv", found);
    EXPECT_THAT(found.list(), IsEmpty()) << found;
    ASSERT_EQ(again.size(), 14U);
    for (std::size_t k = 0; k < again.size(); ++k) {
        EXPECT_EQ(again[k].minutes, street.days[k].minutes) << k;
    }
}

/// The site that was made of feeder and equipment is the published feeder, electrically.
TEST(FeederStreet, TheEuropeanFeederHasItsPublishedVoltages) {
    IB_NEEDS_REFERENCE("ieee_eu_lv/Lines.csv");
    Diagnostics found;
    const auto model = choose_feeder(installed, {reference::path("ieee_eu_lv"), {}}, found);
    ASSERT_TRUE(model) << found;
    Site equipment = shipped_site("pilot_street");
    equipment.grid.no_load_v = Voltage{252.0};  // what it is run with: no tap
    equipment.priority_sites.clear();
    const Site site = put_on_feeder(equipment, *model).site;
    plant::Feeder feeder(site);
    plant::Utility utility(site.grid, site.nominal_v, site.nominal_f, Frequency{50.0}, Frequency{},
                           1);
    feeder.set_grid(utility.shunt());
    feeder.set_former(false, {});
    constexpr std::size_t minute = 565;
    for (std::size_t k = 0; k < site.homes.size(); ++k) {
        const double p = model->loads[k].at(minute).value();
        plant::ZipSum load;
        load.add({p, p * std::tan(std::acos(0.95))}, {0.0, 0.0, 1.0});
        feeder.set_home_load(k, load);
    }
    for (int k = 0; k < 400; ++k) feeder.solve({.grid = utility.injection()});

    std::map<std::string, std::vector<std::string>> table;
    for (const auto& row : reference::rows("ieee_eu_lv/solutions/gridlabd_voltages_0566.csv")) {
        table[row[0]] = row;
    }
    ASSERT_EQ(site.homes.size(), 55U);
    for (std::size_t k = 0; k < site.homes.size(); ++k) {
        const auto phase = static_cast<std::size_t>(site.homes[k].phase);
        const double published = std::stod(table.at("Bus" + site.homes[k].bus).at(1 + 2 * phase));
        EXPECT_NEAR(plant::abs(feeder.home(k)), published, 0.001) << site.homes[k].name;
    }
}

std::string kept(const reports::RunRecord& run, const std::string& kind) {
    for (const reports::RunInput& input : run.header.inputs) {
        if (input.kind == kind) return input.text;
    }
    return "";
}

TEST(FeederRuns, AStreetOfTwelveHomesGoesThroughAnOutageAndItsRecordTellsItAgain) {
    const Folder folder;
    const ToldStory told = tell_story(folder, "lane", {"miniature_short", "--feeder", "mill_lane"});
    EXPECT_EQ(told.exit_code, 0) << verdicts(told.results);

    const auto reader = reports::RunReader::open(folder.path() / "lane");
    ASSERT_TRUE(reader);
    const auto record = reader->read();
    ASSERT_TRUE(record);
    folder.write("kept.json", kept(*record, "site"));
    folder.write("kept.csv", kept(*record, reports::load_profiles_kind));
    EXPECT_THAT(kept(*record, reports::load_profiles_kind),
                HasSubstr("# 12 days of feeder mill_lane, kW, for home1 to house12 of miniature"));
    const ToldStory again = tell_story(
        folder, "again", {"miniature_short", "--site", "kept.json", "--load-profiles", "kept.csv"});
    EXPECT_EQ(again.trace, told.trace);
}

TEST(FeederRuns, LoadProfilesReplaceTheFeedersDays) {
    const Folder folder;
    std::string flat = "a,b,c,d,e,f,g,h,i,j,k,l\n";
    for (int minute = 0; minute < 1440; ++minute) flat += ".1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1\n";
    folder.write("flat.csv", flat);
    const std::vector<std::string> lane{"miniature_short", "--feeder", "mill_lane"};
    std::vector<std::string> with_flat = lane;
    with_flat.insert(with_flat.end(), {"--load-profiles", "flat.csv"});
    EXPECT_NE(tell_story(folder, "lane", lane).trace, tell_story(folder, "flat", with_flat).trace);
}

TEST(FeederRuns, TheEuropeanFeederGoesThroughAShortOutage) {
    IB_NEEDS_REFERENCE("ieee_eu_lv/Lines.csv");
    const Folder folder;
    std::string story = fixture("scenarios/miniature_short.json");
    story = replaced(story, R"("site": "miniature")", R"("site": "pilot_street")");
    story = replaced(story, R"("former": "60 %", "home1": "64 %", "home2": "55 %")",
                     R"("former": "60 %", "home13": "64 %")");
    folder.write("story.json", story);
    const ToldStory told =
        tell_story(folder, "european", {"story.json", "--feeder", reference::path("ieee_eu_lv")});
    EXPECT_EQ(told.exit_code, 0) << verdicts(told.results);
    EXPECT_EQ(verdict_of(told.results, "H2"), "pass") << "it came back in step";
}

TEST(FeederRuns, ProblemsAreToldAtOnceAndLeaveNoRunFolder) {
    const Folder folder;
    const auto told = [&](std::vector<std::string> arguments) {
        const Finished ended = islandbench(folder, std::move(arguments));
        EXPECT_EQ(ended.exit_code, 2);
        EXPECT_EQ(folder.entries(), std::vector<std::string>{"town"}) << "a run folder was made";
        return ended.err;
    };
    std::filesystem::create_directory(folder.path() / "town");
    folder.write("town/lines.csv", "from_bus,to_bus,length_km,type\nA1,A2,0.1,UG\nB1,B2,0.2,UG\n");
    folder.write("town/line_types.csv", "type,r_ohm_per_km,x_ohm_per_km\nUG,0.2,0.08\n");
    folder.write("town/loads.csv", "bus,p_w,q_var\nA2,15000,9000\nB2,12000,5000\n");
    folder.write("town/transformers.csv",
                 "hv_bus,lv_bus,sn_mva,vn_hv_kv,vn_lv_kv,vkr_percent,vk_percent\n"
                 "A0,A1,0.25,20,0.4,1,5\nB0,B1,0.1,20,0.4,1,4\n");
    EXPECT_EQ(told({"run", "miniature_short", "--feeder", "town"}),
              "command line: --transformer: is needed: town has 2 transformers: A1, B1\n");
    EXPECT_EQ(told({"run", "miniature_short", "--feeder", "town", "--transformer", "A2"}),
              "command line: --transformer: no transformer \"A2\" in town: A1, B1 (did you mean "
              "\"A1\"?)\n");
    EXPECT_EQ(told({"run", "miniature_short", "--feeder", "mill_lan"}),
              "command line: --feeder: no folder \"mill_lan\" in the working folder or in the "
              "installed feeders (did you mean \"mill_lane\"?)\n");
    EXPECT_THAT(told({"run", "miniature_short", "--transformer", "A1"}), HasSubstr("--feeder"));
    EXPECT_THAT(told({"run", "pilot_outage", "--feeder", "mill_lane"}),
                HasSubstr("$: names homes that feeder mill_lane (MILL) has no load for (it has 12 "
                          "for the 36 homes of site \"pilot_street\"): home13, home14"));

    EXPECT_EQ(islandbench(folder, {"validate", "--feeder", "town"}).out,
              "town: good: transformer A1, 250 kVA, 2 buses, 1 load\n"
              "town: good: transformer B1, 100 kVA, 2 buses, 1 load\n");
    folder.write("town/lines.csv", "from_bus,to_bus,length_km,type\nA1,A2,-1,UX\nB1,B2,0.2,UG\n");
    EXPECT_EQ(told({"validate", "--feeder", "town"}),
              "town/lines.csv:2: column 3 (length_km): must be greater than zero\n"
              "town/lines.csv:2: column 4 (type): unknown line code \"UX\" (did you mean "
              "\"UG\"?)\n");
    EXPECT_THAT(islandbench(folder, {"validate"}).exit_code, 2);
}

TEST(FeederRuns, InstalledFeedersAreListedAndFitTheirStories) {
    const Folder folder;
    EXPECT_THAT(islandbench(folder, {"list", "feeders"}).out,
                "mill_lane: good: transformer MILL, 200 kVA, 27 buses, 12 loads, measured\n");
    const std::string story = IB_SOURCE_DIR "/fixtures/scenarios/miniature_outage.json";
    const Finished ended = islandbench(folder, {"validate", story, "--feeder", "mill_lane"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("miniature_outage.json: good"));
}

}  // namespace
}  // namespace islandbench::bench
