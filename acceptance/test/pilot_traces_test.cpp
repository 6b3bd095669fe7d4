#include "acceptance/test/pilot_traces.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

/// Every criterion of the catalogue against traces made by hand. A criterion without both kinds of
/// traces, or with a formula that no trace breaks, is not proved and fails here.
namespace islandbench::acceptance::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Outcome outcome_of(const NamedTrace& trace, const CriterionSpec& criterion,
                   Story::Sampling sampling = Story::Sampling::changes_only) {
    Story story = trace.story;
    return story.sampled(sampling).judge(criterion).outcome;
}

const CriterionTraces* traces_of(const std::vector<CriterionTraces>& all, const std::string& id) {
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const CriterionTraces& one) { return one.id == id; });
    return at == all.end() ? nullptr : &*at;
}

TEST(PilotTraces, EveryCriterionHasAPassingAndAViolatingOne) {
    const std::vector<CriterionTraces> all = pilot_traces();
    for (const CriterionSpec& criterion : pilot_catalogue().criteria) {
        const CriterionTraces* traces = traces_of(all, criterion.id);
        ASSERT_NE(traces, nullptr) << criterion.id;
        EXPECT_FALSE(traces->passing.empty()) << criterion.id;
        EXPECT_FALSE(traces->violating.empty()) << criterion.id;
    }
    EXPECT_EQ(all.size(), pilot_catalogue().criteria.size());
}

TEST(PilotTraces, ComeOutAsTheySay) {
    const std::vector<CriterionTraces> all = pilot_traces();
    for (const CriterionSpec& criterion : pilot_catalogue().criteria) {
        const CriterionTraces* traces = traces_of(all, criterion.id);
        if (traces == nullptr) continue;
        for (const auto sampling : {Story::Sampling::changes_only, Story::Sampling::often}) {
            for (const NamedTrace& trace : traces->passing) {
                Story story = trace.story;
                const Verdict verdict = story.sampled(sampling).judge(criterion);
                EXPECT_EQ(verdict.outcome, Outcome::pass)
                    << criterion.id << ", " << trace.what << ": " << verdict.reason;
            }
            for (const NamedTrace& trace : traces->violating) {
                Story story = trace.story;
                const Verdict verdict = story.sampled(sampling).judge(criterion);
                EXPECT_EQ(verdict.outcome, Outcome::fail)
                    << criterion.id << ", " << trace.what << ": " << verdict.reason;
            }
        }
    }
}

/// The first criteria have tests of their own for each of their formulas.
TEST(PilotTraces, EveryFormulaIsBrokenByOneOfThem) {
    const std::set<std::string> proved_elsewhere{"C1", "C2", "D1", "D2", "E1", "H2"};
    // These only ask whether there is anything to judge.
    const std::set<std::string> gates{"at controller_lost", "from controller_lost + 1799 s",
                                      "from island + 4 h"};
    const std::vector<CriterionTraces> all = pilot_traces();
    for (const CriterionSpec& criterion : pilot_catalogue().criteria) {
        const CriterionTraces* traces = traces_of(all, criterion.id);
        if (traces == nullptr || proved_elsewhere.contains(criterion.id)) continue;
        for (const std::string& formula : criterion.formulas) {
            const bool is_gate =
                std::any_of(gates.begin(), gates.end(),
                            [&](const std::string& gate) { return formula.starts_with(gate); });
            if (is_gate) continue;
            CriterionSpec alone = criterion;
            alone.formulas = {formula};
            alone.formula_lines.clear();
            EXPECT_TRUE(std::any_of(
                traces->violating.begin(), traces->violating.end(),
                [&](const NamedTrace& trace) { return outcome_of(trace, alone) == Outcome::fail; }))
                << criterion.id << ": nothing breaks \"" << formula << "\"";
        }
    }
}

TEST(PilotTraces, NothingIsGreenWhereNothingHappens) {
    const NamedTrace quiet{"quiet", Story().end(2000)};
    for (const CriterionSpec& criterion : pilot_catalogue().criteria) {
        // There are nameplates, telemetry, and states of charge at any time.
        const std::set<std::string> at_any_time{"A1", "A2", "A3", "A6", "F1", "F3", "F4"};
        const bool always = at_any_time.contains(criterion.id);
        EXPECT_EQ(outcome_of(quiet, criterion), always ? Outcome::pass : Outcome::inconclusive)
            << criterion.id;
    }
}

TEST(PilotTraces, ARunThatEndsTooEarlyDecidesNothing) {
    const std::vector<CriterionTraces> all = pilot_traces();
    const std::vector<std::pair<std::string, double>> ends{
        {"C3", 50},   {"C4", 25},  {"C5", 60},  {"C6", 25},    {"C7", 60},  {"D4", 65},
        {"G3", 1800}, {"G4", 105}, {"G5", 130}, {"H3", 160.5}, {"H4", 700}, {"H5", 700}};
    for (const auto& [id, end] : ends) {
        NamedTrace cut = traces_of(all, id)->passing.front();
        cut.story.end(end);
        Diagnostics found;
        const Selection one = select(pilot_catalogue(), {id}, {"test.json", 1, "$"}, found);
        EXPECT_EQ(outcome_of(cut, one.judged.front()), Outcome::inconclusive) << id;
    }
}

TEST(C3, AnIslandThatWasForcedIsNoPlannedOne) {
    EXPECT_EQ(good_outage().pilot("C3").outcome, Outcome::inconclusive);
}

TEST(D4, AHalfStepBesideTheGridIsNoTest) {
    Story story;
    story.at(60).event("half_step").end(120);
    EXPECT_EQ(story.pilot("D4").outcome, Outcome::inconclusive);
    EXPECT_THAT(story.pilot("D4").reason, HasSubstr("truth.pcc.closed is open was never so"));
}

TEST(E3, WithoutAnOverloadNothingIsShown) {
    EXPECT_EQ(good_outage().pilot("E3").outcome, Outcome::inconclusive);
    Story beside;  // the grid is there to carry it
    beside.at(10).set("truth.former.i_share", 1.2).at(11).set("truth.former.i_share", 0.5);
    EXPECT_EQ(beside.end(60).pilot("E3").outcome, Outcome::inconclusive);
}

TEST(G3, LostBesideTheGridIsNoTest) {
    Story story;
    story.at(60).event("controller_lost").end(1900);
    EXPECT_EQ(story.pilot("G3").outcome, Outcome::inconclusive);
}

TEST(G3, AControllerThatComesBackTooEarlyIsNoTest) {
    Story story = traces_of(pilot_traces(), "G3")->passing.front().story;
    ASSERT_EQ(story.pilot("G3").outcome, Outcome::pass);
    story.at(1500).event("controller_back");
    EXPECT_EQ(story.pilot("G3").outcome, Outcome::inconclusive);
    Story spoilt = story;  // but what went wrong by then went wrong
    spoilt.at(200).set("truth.island.f", 47).at(201).set("truth.island.f", 50);
    EXPECT_EQ(spoilt.pilot("G3").outcome, Outcome::fail);
}

TEST(G4, NamesTheHomesThatWereNeverSilent) {
    const Story story = traces_of(pilot_traces(), "G4")->passing.front().story;
    const Verdict verdict = story.pilot("G4");
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_THAT(verdict.notes, ::testing::Contains("not tested at home1, home3"));
    EXPECT_THAT(good_outage().pilot("G4").reason, HasSubstr("no silent.home1 in this run"));
}

TEST(G5, SaysThatItIsJudgedOnTheWire) {
    EXPECT_EQ(traces_of(pilot_traces(), "G5")->passing.front().story.pilot("G5").source, "link");
}

TEST(H5, HandingTheLoadToTheGridIsNoReentry) {
    const Story story = traces_of(pilot_traces(), "H5")->passing.front().story;
    const Verdict verdict = story.pilot("H5");
    EXPECT_EQ(verdict.outcome, Outcome::pass) << "8 kW went to the grid at once";
    EXPECT_LT(verdict.margin->value, 0.2);
}

}  // namespace
}  // namespace islandbench::acceptance::test
