#include <gmock/gmock.h>

#include "acceptance/test/story.hpp"

/// Sentences as an installer would write them, with names of the catalogue's own.
namespace islandbench::acceptance::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double none = Signals::no_value;

/// A criterion of a catalogue that names things its own way.
CriterionSpec named(const std::string& formula) {
    const std::string text = R"({"name": "n", "title": "t",
      "names": {"pcc.breaker": "truth.pcc.closed",
                "grid_ok": "truth.grid.ok is true and 49 Hz <= truth.grid.f <= 51 Hz",
                "export_excursion": "truth.pcc.p < -17 kW",
                "follower_feeds": "truth.{follower}.inverter_p > 0 W"},
      "criteria": [{"id": "X", "title": "t", "severity": "S1", "clause": "c", "basis": "b",
                    "certainty": "S", "formulas": [")" +
                             formula + R"("]}]})";
    Diagnostics found;
    const Catalogue catalogue = read_catalogue(text, "c.json", found);
    EXPECT_TRUE(found.empty()) << found;
    return catalogue.criteria.empty() ? criterion(formula) : catalogue.criteria.front();
}

Outcome outcome(const Story& story, const std::string& formula) {
    return story.judge(named(formula)).outcome;
}

TEST(InstallersFormulas, TheBreakerOpensInTime) {
    const char* formula = "within 2 s after outage: pcc.breaker is open";
    Story in_time, late, none_came;
    in_time.at(2).event("outage").at(4).set("truth.pcc.closed", 0).end(10);
    late.at(2).event("outage").at(4.001).set("truth.pcc.closed", 0).end(10);
    none_came.end(10);
    EXPECT_EQ(outcome(in_time, formula), Outcome::pass);
    EXPECT_EQ(outcome(late, formula), Outcome::fail);
    EXPECT_EQ(outcome(none_came, formula), Outcome::inconclusive);
}

TEST(InstallersFormulas, TheFrequencyIsInItsBandMostOfTheTime) {
    const char* formula =
        "from island until reclosed: 49 Hz <= island.f <= 51 Hz for at least 95 % of the time";
    Story good, bad;
    good.at(0).event("island").at(2).set("truth.island.f", 52).at(2.5).set("truth.island.f", 50);
    bad.at(0).event("island").at(2).set("truth.island.f", 52).at(2.6).set("truth.island.f", 50);
    good.at(10).event("reclosed").end(20);
    bad.at(10).event("reclosed").end(20);
    EXPECT_EQ(outcome(good, formula), Outcome::pass);
    EXPECT_EQ(outcome(bad, formula), Outcome::fail);
    EXPECT_NEAR(good.judge(named(formula)).margin->value, 0.0, 1e-12);
}

TEST(InstallersFormulas, EveryHomeForItself) {
    Story story;
    story.at(2).set("truth.home2.v", 200).end(10);
    const Verdict verdict = story.judge(named("for every home: always: {home}.v >= 207 V"));
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_EQ(verdict.device, "home2");
    EXPECT_EQ(verdict.devices.size(), 3U);
    EXPECT_NEAR(verdict.margin->value, -7.0, 1e-12);
    EXPECT_EQ(verdict.first, at_seconds(2));
}

TEST(InstallersFormulas, AShareOfTheFollowersIsEnough) {
    Story both, one, unclear;
    both.end(10);
    one.at(2).set("truth.home2.inverter_p", 0).end(10);
    unclear.at(2).set("truth.home2.inverter_p", none).at(3).set("truth.home2.inverter_p", 1);
    unclear.end(10);
    for (const char* formula : {"for at least 95 % of followers: always: follower_feeds",
                                "for at least 2 of followers: always: follower_feeds"}) {
        EXPECT_EQ(outcome(both, formula), Outcome::pass) << formula;
        EXPECT_EQ(outcome(one, formula), Outcome::fail) << formula;
        EXPECT_EQ(outcome(unclear, formula), Outcome::inconclusive) << formula;
    }
    const char* half = "for at least 50 % of followers: always: follower_feeds";
    EXPECT_EQ(outcome(one, half), Outcome::pass);
    EXPECT_EQ(outcome(unclear, half), Outcome::pass);
    const Verdict verdict =
        one.judge(named("for at least 95 % of followers: always: follower_feeds"));
    EXPECT_EQ(verdict.device, "home2");
    EXPECT_THAT(verdict.reason, HasSubstr("1 of 2 hold, 2 asked for; home2: "));
    EXPECT_EQ(verdict.devices.at(0).outcome, Outcome::pass);
    EXPECT_EQ(verdict.devices.at(1).outcome, Outcome::fail);
}

TEST(InstallersFormulas, TheGridWasGoodLongEnoughBeforeReclosing) {
    const char* formula = "before reclosed: grid_ok held for 20 s";
    Story good, flag, frequency;
    good.at(1).set("truth.grid.f", 52).at(2).set("truth.grid.f", 50).at(22).event("reclosed");
    flag.at(2).set("truth.grid.ok", 0).at(2.5).set("truth.grid.ok", 1).at(22).event("reclosed");
    frequency.at(5).set("truth.grid.f", 52).at(6).set("truth.grid.f", 50).at(22).event("reclosed");
    EXPECT_EQ(outcome(good.end(30), formula), Outcome::pass);
    EXPECT_EQ(outcome(flag.end(30), formula), Outcome::fail);
    EXPECT_EQ(outcome(frequency.end(30), formula), Outcome::fail);
}

TEST(InstallersFormulas, ExportExcursionsAreCounted) {
    const char* formula = "count of export_excursion in 10 min < 2";
    const auto excursions = [](double second) {
        Story story;
        for (const double at : {10.0, second}) {
            story.at(at).set("truth.pcc.p", -18e3).at(at + 5).set("truth.pcc.p", -16e3);
        }
        return story.end(800);
    };
    EXPECT_EQ(outcome(excursions(610), formula), Outcome::pass);
    const Verdict verdict = excursions(609.9).judge(named(formula));
    EXPECT_EQ(verdict.outcome, Outcome::fail);
    EXPECT_EQ(verdict.first, at_seconds(609.9));
    EXPECT_NEAR(verdict.margin->value, 0.0, 1e-12);  // 2 is not below 2
}

TEST(InstallersFormulas, TheWorstOfAGroupIsNamed) {
    Story story;
    story.at(2).set("truth.home3.v", 200).at(3).set("truth.home3.v", 230).end(10);
    for (const char* formula : {"for the worst home: always: truth.{home}.v >= 207 V",
                                "always: every home: truth.{home}.v >= 207 V"}) {
        const Verdict verdict = story.judge(named(formula));
        EXPECT_EQ(verdict.outcome, Outcome::fail);
        EXPECT_EQ(verdict.device, "home3") << formula;
        EXPECT_NEAR(verdict.margin->value, -7.0, 1e-12);
        EXPECT_EQ(verdict.worst, at_seconds(2));
    }
}

std::vector<std::string> problems_of(const std::string& names) {
    Diagnostics found;
    const Catalogue catalogue =
        read_catalogue(R"({"name": "n", "title": "t", "names": )" + names + R"(, "criteria": [
        {"id": "A", "title": "a", "severity": "S1", "clause": "c", "basis": "b",
         "certainty": "S", "formulas": ["always: truth.grid.ok"]}]})",
                       "c.json", found);
    const Signals signals = street_signals();
    const Site site = small_site();
    Judge judge(catalogue.criteria, signals, figures_of(gb_code(), site), groups_of(site), found);
    std::vector<std::string> lines;
    for (const Diagnostic& one : found.list()) lines.push_back(to_text(one));
    return lines;
}

TEST(CatalogueNames, HideNothingThatARunHas) {
    EXPECT_THAT(problems_of(R"({"good": "truth.grid.ok"})"), IsEmpty());
    const auto first = [](const std::string& names) {
        const auto lines = problems_of(names);
        return lines.empty() ? "" : lines.front();
    };
    EXPECT_THAT(first(R"({"truth.grid.ok": "truth.pcc.closed"})"), HasSubstr("is what every run"));
    EXPECT_THAT(first(R"({"grid.ok": "truth.pcc.closed"})"), HasSubstr("a signal of this run"));
    EXPECT_THAT(first(R"({"outage": "truth.pcc.closed"})"), HasSubstr("an event of this run"));
    EXPECT_THAT(first(R"({"until": "truth.pcc.closed"})"), HasSubstr("none of the language"));
    EXPECT_THAT(first(R"({"good": "truth.grid.ok is"})"), HasSubstr("column 17: expected true"));
}

}  // namespace
}  // namespace islandbench::acceptance::test
