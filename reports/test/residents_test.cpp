#include "reports/residents.hpp"

#include <gmock/gmock.h>

#include "reports/html_report.hpp"
#include "reports/results_json.hpp"
#include "reports/terminal.hpp"
#include "reports/test/small_street.hpp"

/// What residents ask, on a street whose answers can be computed in the head.
namespace islandbench::reports {
namespace {

using acceptance::Outcome;
using acceptance::Severity;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HoursLeft, IsTheReserveAtTheUsualAndAtAHighDemand) {
    SmallStreet street;                        // 4 kW in all, 20 kWh above the floors
    street.set("truth.h2.load_p", 340, 4000);  // the last of five minutes: 7 kW
    street.set("truth.former.soc", 200, 0.5);  // 4 kWh less
    street.set("truth.former.soc", 300, 0.55);

    const HoursLeft answer = hours_left(street.run);

    EXPECT_EQ(answer.unknown, "");
    EXPECT_EQ(answer.minutes, 5);
    EXPECT_NEAR(answer.demand_p50.value(), 4000, 1e-6);
    EXPECT_NEAR(answer.demand_p90.value(), 7000, 1e-6);
    EXPECT_EQ(answer.worst.at, at_seconds(200));
    EXPECT_NEAR(answer.worst.left.value(), 16e3, 1e-6);
    EXPECT_NEAR(to_seconds(answer.worst.p50), 4 * 3600, 1e-3);
    EXPECT_NEAR(to_seconds(answer.worst.p90), 16.0 / 7.0 * 3600, 1e-3);
    EXPECT_TRUE(answer.reclosed);
    EXPECT_EQ(answer.last.at, at_seconds(400));
    EXPECT_NEAR(answer.last.left.value(), 18e3, 1e-6);
}

TEST(HoursLeft, CountsNothingBelowAFloor) {
    SmallStreet street;
    street.set("truth.h1.soc", 150, 0.05);  // below its floor: no help, and no debt of others
    EXPECT_NEAR(hours_left(street.run).worst.left.value(), 16e3, 1e-6);
}

TEST(HoursLeft, GoesToTheEndOfARunThatStaysAnIsland) {
    SmallStreet street;
    for (Series& one : street.run.series) {
        if (one.info.name != "truth.pcc.closed") continue;
        one.times.pop_back();
        one.values.pop_back();
    }
    const HoursLeft answer = hours_left(street.run);
    EXPECT_FALSE(answer.reclosed);
    EXPECT_EQ(answer.last.at, at_seconds(500));
}

TEST(HoursLeft, IsUnknownWithoutEvidence) {
    SmallStreet brief;
    brief.set("truth.pcc.closed", 400, 1);
    brief.run.series[1].times = {at_seconds(0), at_seconds(100), at_seconds(219)};
    brief.run.series[1].values = {1, 0, 1};
    EXPECT_THAT(hours_left(brief.run).unknown, HasSubstr("the island lasted only 1 min 59 s"));

    SmallStreet none;
    none.run.series[1].times = {at_seconds(0)};
    none.run.series[1].values = {1};
    EXPECT_EQ(hours_left(none.run).unknown, "the street never left the grid");

    SmallStreet gap;
    gap.set("truth.h1.load_p", 150, Signals::no_value);
    gap.set("truth.h1.load_p", 151, 1000);
    EXPECT_EQ(hours_left(gap.run).unknown, "a part of the record is missing");

    SmallStreet no_soc;
    no_soc.run.end.energy.units.push_back({"h9", Energy{1}});
    EXPECT_EQ(hours_left(no_soc.run).unknown, "a part of the record is missing");

    SmallStreet blind;
    blind.run.end.energy = {};
    EXPECT_THAT(hours_left(blind.run).unknown, HasSubstr("not known here"));
}

/// h2's tier 4 is off from 200 s to 248 s.
SmallStreet with_a_cut() {
    SmallStreet street;
    street.set("truth.h2.shed4", 200, 1);
    street.set("truth.h2.shed4", 248, 0);
    return street;
}

void order(SmallStreet& street, int tier, double mode, double state) {
    const std::string shed = "cmd.h2.loadctl.shed" + std::to_string(tier);
    street.set(shed, 0, 0);
    street.set(shed, 199.5, 1);
    street.set("dispatch.mode", 0, 0);
    street.set("dispatch.mode", 199, mode);
    street.set("dispatch.state", 0, 1);
    street.set("dispatch.state", 199, state);
    street.set("dispatch.share_a", 0, 0.4);
    street.set("dispatch.share_b", 0, 0.5);
    street.set("dispatch.share_b", 199.4, 1.13);
    street.set("dispatch.share_c", 0, 0.6);
}

TEST(Cuts, SayWhenHowLongAndThatAPhaseHadTooMuch) {
    SmallStreet street = with_a_cut();
    order(street, 4, 0, 5);

    const std::vector<Cut> cuts = cuts_of(street.run);

    ASSERT_EQ(cuts.size(), 1u);
    EXPECT_EQ(cuts[0].home, "h2");
    EXPECT_EQ(cuts[0].tier, 4);
    EXPECT_EQ(cuts[0].from, at_seconds(200));
    EXPECT_EQ(cuts[0].to, at_seconds(248));
    EXPECT_EQ(cuts[0].lasted, 48s);
    EXPECT_EQ(cuts[0].cause, CutCause::overload);
    EXPECT_THAT(cuts[0].why,
                HasSubstr("to relieve phase B, which carried 113 % of what the former"));
}

TEST(Cuts, TellOverloadSavingAndRestartApart) {
    const struct {
        int tier;
        double mode, state;
        CutCause cause;
    } cases[] = {
        {4, dispatch_mode_saving, 5, CutCause::saving},
        {3, dispatch_mode_saving, 5, CutCause::overload},  // saving sheds tier 4 only
        {3, dispatch_mode_critical, 5, CutCause::saving},
        {1, dispatch_mode_critical, 5, CutCause::overload},
        {3, 0, dispatch_state_black, CutCause::restart},
        {4, 3, 5, CutCause::overload},
    };
    for (const auto& one : cases) {
        SmallStreet street;
        const std::string shed = "truth.h2.shed" + std::to_string(one.tier);
        street.set(shed, 200, 1);
        order(street, one.tier, one.mode, one.state);
        const std::vector<Cut> cuts = cuts_of(street.run);
        ASSERT_EQ(cuts.size(), 1u);
        EXPECT_EQ(cuts[0].cause, one.cause) << one.tier << " " << one.mode << " " << one.state;
        EXPECT_FALSE(cuts[0].to) << "off to the end";
        EXPECT_EQ(cuts[0].lasted, 300s);
    }
}

TEST(Cuts, OfTheLoadControllerAreNotLaidOnTheCore) {
    SmallStreet street = with_a_cut();
    street.set("cmd.h2.loadctl.shed4", 0, 0);
    street.set("cmd.h2.loadctl.shed4", 200.1, 1);  // the core agrees afterwards
    street.set("seen.h2.loadctl.local_stage", 0, 0);
    street.set("seen.h2.loadctl.local_stage", 200.8, 1);
    street.set("truth.island.f", 199.8, 49.11);
    street.set("truth.island.f", 201, 50);

    const Cut cut = cuts_of(street.run).at(0);

    EXPECT_EQ(cut.cause, CutCause::local_stage);
    EXPECT_THAT(cut.why, HasSubstr("because the frequency was low (49.110 Hz)"));
}

TEST(Cuts, InADarkHomeAreItsControllersLastCharge) {
    SmallStreet street = with_a_cut();
    street.set("cmd.h2.loadctl.shed4", 0, 0);
    street.set("cmd.h2.loadctl.shed4", 199, 1);  // that could not be heard
    street.set("truth.h2.v", 199, 3);
    EXPECT_EQ(cuts_of(street.run).at(0).cause, CutCause::no_supply);
}

TEST(Cuts, ThatNobodyOrderedAreAFaultOrAreNotExplained) {
    SmallStreet street = with_a_cut();
    EXPECT_EQ(cuts_of(street.run).at(0).cause, CutCause::unknown);

    street.run.events = {{at_seconds(250), "fault.later", "h2.loadctl is wrong"},
                         {at_seconds(100), "fault.other", "h1.loadctl is wrong"}};
    EXPECT_EQ(cuts_of(street.run).at(0).cause, CutCause::unknown);
    street.run.events.insert(street.run.events.begin(),
                             {at_seconds(100), "fault.miswired", "h2.loadctl is wrong"});
    EXPECT_EQ(cuts_of(street.run).at(0).cause, CutCause::fault);
    EXPECT_THAT(cuts_of(street.run).at(0).why, HasSubstr("h2.loadctl is wrong"));
}

TEST(Darkness, IsVoltageThatIsOfNoUse) {
    SmallStreet street;
    EXPECT_EQ(darkness_of(street.run).places, 0u);
    EXPECT_EQ(darkness_of(street.run).of, 3u);
    street.set("truth.h1.v", 100, 120);
    street.set("truth.h1.v", 100.1, 0);
    street.set("truth.h1.v", 100.4, 230);
    street.set("truth.clinic.v", 99, 190);
    street.set("truth.clinic.v", 99.2, 230);

    const Darkness darkness = darkness_of(street.run);

    EXPECT_EQ(darkness.places, 2u);
    EXPECT_EQ(darkness.first, at_seconds(99));
    EXPECT_EQ(darkness.longest, 400ms) << "two samples of one gap";
}

Safety safety_with(std::vector<std::pair<const char*, Outcome>> judged,
                   EndReason end = EndReason::completed) {
    SmallStreet street;
    street.run.end.reason = end;
    for (const auto& [id, outcome] : judged) street.judge(id, outcome);
    return residents_of(street.run).safety.safety;
}

TEST(SafetyAnswer, IsNeverBetterThanTheVerdicts) {
    const auto pass = Outcome::pass, open = Outcome::inconclusive, fail = Outcome::fail;
    EXPECT_EQ(safety_with({{"C1", pass}, {"H1", pass}, {"H2", pass}}), Safety::nothing_seen);
    EXPECT_EQ(safety_with({{"C1", pass}, {"H1", fail}, {"H2", open}}), Safety::unsafe);
    EXPECT_EQ(safety_with({{"C1", pass}, {"H1", pass}, {"H2", open}}), Safety::not_known);
    EXPECT_EQ(safety_with({{"C1", pass}, {"H1", pass}, {"H2", Outcome::error}}), Safety::not_known);
    EXPECT_EQ(safety_with({}), Safety::not_known);
    EXPECT_EQ(safety_with({{"F1", pass}}), Safety::not_known) << "that is not of safety";
    EXPECT_EQ(safety_with({{"F1", fail}, {"C1", pass}}), Safety::nothing_seen);
    for (const EndReason end : {EndReason::interrupted, EndReason::not_told, EndReason::unfinished,
                                EndReason::bench_error}) {
        EXPECT_EQ(safety_with({{"C1", pass}}, end), Safety::not_known);
        EXPECT_EQ(safety_with({{"C1", fail}}, end), Safety::unsafe);
    }
}

TEST(SafetyAnswer, ListsWhatWasNotJudgedAndWhatTripped) {
    SmallStreet street;
    street.judge("C1", Outcome::pass, Severity::s0);
    street.judge("Z9", Outcome::pass, Severity::s0);
    street.set("truth.former.tripped", 70, 1);
    street.set("truth.former.tripped", 90, 0);

    const SafetyAnswer answer = residents_of(street.run).safety;

    EXPECT_THAT(answer.judged, ElementsAre("C1", "Z9"));
    EXPECT_THAT(answer.not_judged, ElementsAre("H1", "H2"));
    EXPECT_THAT(answer.because, ::testing::Contains(HasSubstr("Not judged in this story: H1, H2")));
    EXPECT_THAT(answer.because, ::testing::Contains(HasSubstr("first at 01:10, for 20 s")));
    EXPECT_THAT(html_report(street.run), HasSubstr("Not in what was judged; not all of it was."));
}

TEST(SafetyAnswer, IsUnsafeWhereSomebodyWasHarmedWhateverTheCriteriaSay) {
    SmallStreet street;
    for (const char* id : {"C1", "H1", "H2"}) street.judge(id, Outcome::pass);
    EXPECT_EQ(residents_of(street.run).safety.safety, Safety::nothing_seen);

    street.set("truth.h2.shed0", 200, 1);
    street.set("truth.h2.shed0", 248, 0);
    const SafetyAnswer answer = residents_of(street.run).safety;

    EXPECT_EQ(answer.safety, Safety::unsafe);
    EXPECT_EQ(answer.harm, "tier 0 was off in h2");
    EXPECT_THAT(html_report(street.run), HasSubstr("Somebody was harmed: tier 0 was off in h2."));
    EXPECT_THAT(terminal_text(street.run, Colours::none),
                HasSubstr("\nUnsafe                     yes: tier 0 was off in h2\n"));
    EXPECT_THAT(results_json(street.run), HasSubstr("\"answer\": \"unsafe\""));
}

TEST(Residents, ReadTheSameInEveryReport) {
    SmallStreet street = with_a_cut();
    order(street, 4, 0, 5);
    for (const char* id : {"C1", "H1", "H2"}) street.judge(id, Outcome::pass);
    const std::string page = html_report(street.run);

    EXPECT_THAT(page, AllOf(HasSubstr("5 h (P50), 5 h (P90)"), HasSubstr("A part of h2, for 48 s"),
                            HasSubstr("<bdi>No.</bdi>")));
    EXPECT_THAT(
        terminal_text(street.run, Colours::none),
        AllOf(HasSubstr("\nHours left                 5 h at usual demand (P50), 5 h"),
              HasSubstr("\nCut                        a part of h2, for 48 s at most; cause: "
                        "overload\n"),
              HasSubstr("\nUnsafe                     nothing seen (C1, H1, H2)\n")));
    EXPECT_THAT(results_json(street.run),
                AllOf(HasSubstr("\"p50_h\": 5"), HasSubstr("\"cause\": \"overload\""),
                      HasSubstr("\"answer\": \"nothing unsafe seen\"")));
}

TEST(Residents, AreToldThatNobodyKnowsWithADeviceOutside) {
    SmallStreet street = with_a_cut();
    street.run.end.energy = {};
    street.judge("C1", Outcome::inconclusive);
    const std::string page = html_report(street.run);

    EXPECT_THAT(page, AllOf(HasSubstr("Not known here."), HasSubstr("Not known."),
                            HasSubstr("Not known here: a device outside the bench took part"),
                            Not(HasSubstr("<bdi>Nobody.</bdi>"))));
    EXPECT_THAT(terminal_text(street.run, Colours::none),
                AllOf(HasSubstr("\nWho fed whom               not known here\n"),
                      HasSubstr("\nHours left                 not known: "),
                      HasSubstr("\nCut                        not known here\n")));
    EXPECT_THAT(results_json(street.run), HasSubstr("\"known\": false"));
}

}  // namespace
}  // namespace islandbench::reports
