#include <gmock/gmock.h>

#include "acceptance/language/parser.hpp"
#include "acceptance/test/story.hpp"
#include "base/random.hpp"

/// What is wrong in a text is said with its column and, where a name is wrong, with the nearest
/// one.
namespace islandbench::acceptance::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string wrong_in(const std::string& formula, const std::string& source = "truth") {
    const Signals signals = street_signals();
    const Site site = small_site();
    CriterionSpec spec = criterion(formula);
    spec.source = source;
    Diagnostics found;
    Judge judge({spec}, signals, figures_of(gb_code(), site), groups_of(site), found);
    return found.empty() ? "" : found.list().front().message;
}

struct Wrong {
    const char* formula;
    const char* message;
};

void expect_all(const std::vector<Wrong>& cases) {
    for (const Wrong& one : cases) {
        EXPECT_THAT(wrong_in(one.formula), HasSubstr(one.message)) << one.formula;
    }
}

TEST(Errors, SayFileLinePathAndColumn) {
    const Signals signals = street_signals();
    const Site site = small_site();
    CriterionSpec spec = criterion("always: truth.island.f <= 51 Hz");
    spec.formulas.push_back("always: truth.iland.f <= 51 Hz");
    spec.formula_lines = {7, 8};
    Diagnostics found;
    Judge judge({spec}, signals, figures_of(gb_code(), site), groups_of(site), found);
    ASSERT_EQ(found.list().size(), 1U);
    EXPECT_EQ(to_text(found.list().front()),
              "test.json:8: $.criteria[0].formulas[1]: column 9: unknown signal \"truth.iland.f\" "
              "(did you mean \"truth.island.f\"?)");
}

TEST(Errors, FindUnknownNames) {
    expect_all({
        {"always: truth.home1.w >= 3 V",
         "column 9: unknown signal \"truth.home1.w\" (did you mean"},
        {"always: truth.island.f <= site.nominl_f",
         "column 27: unknown figure \"site.nominl_f\" "
         "(did you mean \"site.nominal_f\"?)"},
        {"at recloses: truth.grid.ok",
         "column 4: unknown event \"recloses\" "
         "(did you mean \"reclosed\"?)"},
        {"for every hme: always: truth.{hme}.v >= 3 V", "column 11: unknown group \"hme\""},
        {"for every home: always: truth.{load}.v >= 3 V", "column 31: \"{load}\" needs"},
        {"always: truth.{home.v >= 3 V", "column 15: a {group} is not finished"},
        {"always: outage", "column 9: \"outage\" is an event: write \"after outage\""},
        {"for every home: for every home: always: truth.{home}.v >= 3 V", "comes twice"},
    });
}

TEST(Errors, CheckUnits) {
    expect_all({
        {"always: truth.pcc.p + truth.home1.v >= 3 V",
         "column 21: cannot add active power and voltage"},
        {"always: truth.home1.v <= 51 Hz", "column 23: cannot compare voltage and frequency"},
        {"always: truth.home1.v <= 253", "a number needs its unit"},
        {"always: truth.former.soc >= 0.2", "shares need % or pu"},
        {"always: 49 Hz <= truth.island.f <= 51 V", "cannot compare frequency and voltage"},
        {"always: truth.home1.v * truth.island.f <= 5 V", "cannot multiply voltage and frequency"},
        {"always: truth.home1.v <= 3 kw", "column 28: unknown unit \"kw\" (did you mean \"kW\"?)"},
        {"always: truth.home1.v <= 3kw", "column 27: unknown unit \"kw\""},
        {"always: truth.home1.v / 0 <= 3 V", "column 23: division by zero"},
        {"always: max(truth.home1.v, truth.island.f) <= 3 V", "cannot compare"},
        {"within 3 V after outage: truth.grid.ok", "column 8: expected a duration, found voltage"},
        {"within 3 after outage: truth.grid.ok", "expected a duration, found plain number"},
        {"within truth.island.f / 1 Hz/s after outage: truth.grid.ok", ""},
        {"always: truth.grid.ok for at least 3 s of the time", "expected a share such as 95 %"},
        {"always: truth.grid.ok for at least 0 % of the time", "above 0 %"},
        {"always: truth.grid.ok for at least 101 % of the time", "not above 100 %"},
        {"always: truth.grid.ok lasts at most 0 s - 1 s", "neither negative nor endless"},
        {"from outage + 2 s until outage + 1 s: truth.grid.ok", "ends before it begins"},
    });
}

TEST(Errors, TellConditionsFromNumbers) {
    expect_all({
        {"always: truth.home1.v", "column 9: expected a condition: \"truth.home1.v\" is a number"},
        {"always: truth.home1.v is true", "is a number, compare it"},
        {"always: 3 V", "expected a condition, found a number"},
        {"always: (truth.grid.ok and truth.grid.dead) + 1 >= 3", "expected a number, found a cond"},
        {"always: event.outage", "is a number, compare it"},
        {"always: (truth.home1.v + 3 V) is true", "only a signal or a condition is true"},
    });
}

TEST(Errors, RefuseWhatWouldBeGreenByItself) {
    expect_all({
        {"always: 1 V < 2 V", "names no signal"},
        {"always: site.nominal_v <= 300 V", "names no signal"},
        {"always: 51 Hz <= truth.island.f <= 49 Hz", "nothing lies between"},
        {"always: truth.home1.shed0 is open", "write \"is true\" or \"is false\""},
        {"always: (truth.grid.ok implies truth.grid.dead) or truth.grid.ok", "stands once"},
        {"within 2 s after outage: truth.grid.dead implies truth.grid.ok", "stands once"},
        {"always: truth.grid.dead implies truth.grid.ok for at least 5 % of the time",
         "stands once"},
        {"always: truth.grid.dead implies 1 V < 2 V", "names no signal"},
        {"before reclosed: truth.pcc.closed becomes closed", "nothing happens just before"},
        {"always: truth.pcc.closed becomes closed lasts at most 2 s", "no duration"},
        {"always: truth.pcc.closed becomes closed held for 2 s", "cannot be held"},
        {"always: mean(truth.home1.v, 0 s) >= 3 V", "a mean takes 1 ms or more"},
        {"always: mean(truth.home1.v, 1 s, at least 2 s) >= 3 V", "longer than the window"},
        {"always: mean(site.nominal_v, 1 s) >= 3 V", "mean() needs a signal"},
        {"always: previous(previous(truth.home1.v)) >= 3 V", "not previous(), mean() or change()"},
        {"from outage until outage + 9 s: mean(truth.home1.v, 2 s, at least 1 s) >= 3 V",
         "may overlap"},
        {"always: change(truth.home1.v, 0.9 ms) >= 3 V", "a change takes 1 ms or more"},
        {"always: change(truth.home1.v, 1 V) >= 3 V", "expected a duration, found voltage"},
        {"always: change(truth.home1.v, 1 s) >= 3 Hz", "cannot compare voltage and frequency"},
        {"always: change(site.nominal_v, 1 s) >= 3 V", "change() needs a signal"},
        {"always: change(previous(truth.home1.v), 1 s) >= 3 V", "it has no change()"},
        {"always: previous(change(truth.home1.v, 1 s)) >= 3 V", "not previous(), mean() or"},
        {"always: mean(change(truth.home1.v, 1 s), 1 s) >= 3 V", "take the change of a mean"},
        {"from silent.{hme} until reclosed: truth.grid.ok", "needs \"for every hme:\""},
    });
}

TEST(Errors, RefuseWhatPeopleReadBothWays) {
    expect_all({
        {"always: truth.grid.ok and truth.grid.dead or truth.pcc.closed", "need parentheses"},
        {"always: truth.grid.ok and truth.grid.dead held for 2 s", "use parentheses"},
        {"always: not truth.grid.ok held for 2 s", "use parentheses"},
        {"always: 49 Hz <= truth.island.f >= 48 Hz", "a band points one way"},
        {"always: 1 Hz <= 2 Hz <= truth.island.f <= 51 Hz", "a band has two limits"},
        {"always: truth.grid.ok implies truth.grid.dead implies truth.pcc.closed",
         "may stand once"},
    });
}

TEST(Errors, FollowTheGrammar) {
    expect_all({
        {"", "column 1: a claim starts with always, never"},
        {"sometimes: truth.grid.ok", "a claim starts with"},
        {"always truth.grid.ok", "column 8: expected \":\", found \"truth.grid.ok\""},
        {"always: truth.grid.ok truth.grid.dead", "column 23: unexpected \"truth.grid.dead\""},
        {"always: truth.grid.ok is", "found the end of the text"},
        {"always: truth.grid.ok is broken", "expected true, false, open, closed, known or missing"},
        {"always: truth.home1.v == 3 V", "\"=\" is no comparison here"},
        {"always: (truth.grid.ok", "expected \")\""},
        {"always: truth.home1.v <= ", "expected a signal, a figure or a number"},
        {"always: until <= 3 V", "expected a signal, a figure or a number, found \"until\""},
        {"from outage: truth.grid.ok", "expected \"until\""},
        {"within 2 s of outage: truth.grid.ok", "expected \"after\", found \"of\""},
        {"always: min(truth.home1.v) >= 3 V", "two numbers or more"},
        {"always: truth.home1.v <= 1e999 V", "too large"},
        {"always: truth.home1.v \xc3\xa4", "a character that is not plain text"},
        {"always: truth.grid.ok for at least 5 % of time", "expected \"the\", found \"time\""},
    });
}

TEST(Errors, KeepToTheSource) {
    EXPECT_THAT(wrong_in("always: seen.former.soc >= 20 %"),
                HasSubstr("this criterion judges truth, not seen"));
    EXPECT_EQ(wrong_in("always: abs(seen.former.soc - truth.former.soc) <= 5 pp", "seen"), "");
    EXPECT_THAT(wrong_in("always: dispatch.state is true"),
                HasSubstr("nothing is judged by the core's own word"));
    EXPECT_THAT(wrong_in("always: dispatch.state is true", "seen"),
                HasSubstr("nothing is judged by the core's own word"));
}

TEST(Errors, ABrokenCriterionIsNeverGreen) {
    Signals signals = street_signals();
    const Site site = small_site();
    Diagnostics found;
    Judge judge({criterion("always: truth.nowhere >= 3 V")}, signals, figures_of(gb_code(), site),
                groups_of(site), found);
    judge.step(story_start);
    judge.step(at_seconds(1));
    EXPECT_EQ(judge.finish(at_seconds(1), Ended::completed).front().outcome, Outcome::error);
}

TEST(Errors, HostileTextsAreRefused) {
    const std::string deep(3000, '(');
    EXPECT_THAT(wrong_in("always: " + deep), HasSubstr("nested too deeply"));
    std::string minus = "always: ";
    for (int i = 0; i < 1500; ++i) minus += "- ";
    EXPECT_THAT(wrong_in(minus + "truth.home1.v >= 3 V"), HasSubstr("nested too deeply"));
    std::string negated = "always: ";
    for (int i = 0; i < 900; ++i) negated += "not ";
    EXPECT_THAT(wrong_in(negated + "truth.grid.ok"), HasSubstr("nested too deeply"));
    EXPECT_THAT(wrong_in("always: " + std::string(5000, 'a')), HasSubstr("too long"));
    EXPECT_THAT(wrong_in("always: mean(truth.home1.v, 999999 h) >= 1 V"), HasSubstr("nor endless"));
    EXPECT_EQ(wrong_in("always: mean(truth.home1.v, 9999 h) >= 1 V"), "");
}

TEST(Errors, PointIntoTheNewerForms) {
    expect_all({
        {"whenever outage: truth.grid.ok", "column 31: expected \"until\""},
        {"whenever 3 V: within 2 s: truth.grid.ok", "column 10: expected a condition"},
        {"whenever truth.grid.okk: within 2 s: truth.grid.ok",
         "column 10: unknown signal \"truth.grid.okk\" (did you mean \"truth.grid.ok\"?)"},
        {"whenever outage: mean(truth.home1.v, 1 s) >= 3 V until island", "need a window"},
        {"always: slope(truth.home1.v, 1 s) <= 3 V", "cannot compare rate of change of voltage"},
        {"always: slope(truth.sync.dphi, 1 s) <= 3 deg", "the slope of angle has no unit here"},
        {"always: count of outages in 1 min < 2", "unknown signal \"outages\""},
        {"always: count of outage in 1 V < 2", "column 28: expected a duration, found voltage"},
        {"always: count of outage in 1 min < 2 s", "cannot compare plain number and time"},
        {"always: share of truth.home1.v in 1 min >= 5 %", "is a number, compare it"},
        {"always: spread(hme: truth.{hme}.v) <= 3 V",
         "unknown group \"hme\" (did you mean \"home\"?)"},
        {"always: every home: every home: truth.{home}.v >= 3 V", "\"home\" comes twice"},
        {"always: at least 4 of homes: truth.{home}.v >= 3 V", "there are only 3 of them"},
        {"always: at least 2 V of homes: truth.{home}.v >= 3 V", "how many, such as 2 or 95 %"},
        {"for at least 120 % of homes: always: truth.{home}.v >= 3 V", "not above 100 %"},
        {"for at least 2 of homes: for every load: always: truth.{home}.v >= 3 V", "stands alone"},
        {"for the worst home: always: truth.{home}.v >= 3 V implies truth.grid.ok",
         "asks of each member for itself"},
        {"always: truth.grid.ok and truth.grid.dead since outage", "use parentheses"},
        {"always: not truth.grid.ok within the last 3 s", "use parentheses"},
        {"always: truth.grid.ok becomes true since outage", "one moment only"},
        {"eventuall: truth.grid.ok", "a claim starts with"},
        {"always: island.ff <= 51 Hz", "column 9: unknown signal \"island.ff\""},
        {"always: truth.pcc.p + truth.pcc.i * 230 V >= 3 W", "cannot multiply current and voltage"},
    });
}

TEST(Errors, HugeWindowsTakeNoMoreMemoryThanSmallOnes) {
    for (const char* formula :
         {"always: share of truth.grid.ok in 200000 h >= 1 %",
          "always: slope(truth.home1.v, 200000 h) <= 1 V/s",
          "always: count of outage in 200000 h < 2",
          "always: truth.grid.ok within the last 200000 h",
          "whenever truth.grid.ok: within 200000 h: truth.grid.ok for 200000 h",
          "within 200000 h after outage: truth.grid.ok for 200000 h",
          "from outage + 200000 h until outage + 200001 h: truth.grid.ok"}) {
        Story story;
        story.at(2).event("outage").set("truth.grid.ok", 0).at(3).set("truth.grid.ok", 1).end(10);
        const Outcome outcome = story.judge(formula).outcome;
        EXPECT_NE(outcome, Outcome::error) << formula;
        EXPECT_NE(outcome, Outcome::fail) << formula;
    }
    EXPECT_THAT(wrong_in("always: count of outage in 999999 h < 2"), HasSubstr("nor endless"));
}

TEST(Errors, LongChainsAreReadOrRefused) {
    std::string sum = "always: truth.home1.v", all = "always: truth.grid.ok",
                held = "always: truth.grid.ok", calls = "always: ";
    for (int i = 0; i < 900; ++i) sum += "+1V";
    for (int i = 0; i < 180; ++i) all += " and truth.grid.ok";
    for (int i = 0; i < 200; ++i) held += " held for 1 s";
    for (int i = 0; i < 900; ++i) calls += "abs(";
    EXPECT_EQ(wrong_in(sum + " >= 3 V"), "");
    EXPECT_EQ(wrong_in(all), "");
    EXPECT_THAT(wrong_in(held), HasSubstr("nested too deeply"));
    EXPECT_THAT(wrong_in(calls), HasSubstr("nested too deeply"));
}

TEST(Errors, ARunWithoutASampleOrATimeThatRunsBackIsNeverGreen) {
    for (const char* formula : {"always: truth.grid.ok", "eventually: truth.grid.ok",
                                "whenever truth.grid.ok: within 0 s: truth.grid.ok",
                                "whenever truth.grid.ok: truth.grid.ok until truth.grid.ok"}) {
        Signals signals = street_signals();
        const Site site = small_site();
        Diagnostics found;
        const auto figures = figures_of(gb_code(), site);
        Judge empty({criterion(formula)}, signals, figures, groups_of(site), found);
        EXPECT_EQ(empty.finish(at_seconds(1), Ended::completed).front().outcome,
                  Outcome::inconclusive)
            << formula;
        Judge backwards({criterion(formula)}, signals, figures, groups_of(site), found);
        backwards.step(at_seconds(1));
        backwards.step(at_seconds(0));
        EXPECT_EQ(backwards.finish(at_seconds(2), Ended::completed).front().outcome,
                  Outcome::error);
    }
}

TEST(ErrorsDeathTest, TwoSignalsOfOneNameAreAFaultOfTheBench) {
    Signals signals = street_signals();
    EXPECT_DEATH(signals.add({"truth.home1.v", Dimension::voltage}), "");
}

TEST(Errors, RandomTextsDoNotCrashTheParser) {
    const std::vector<std::string> words{"for",
                                         "every",
                                         "home",
                                         ":",
                                         "always",
                                         "never",
                                         "from",
                                         "until",
                                         "within",
                                         "after",
                                         "at",
                                         "held",
                                         "lasts",
                                         "most",
                                         "least",
                                         "of",
                                         "the",
                                         "time",
                                         "in",
                                         "total",
                                         "(",
                                         ")",
                                         "<=",
                                         "<",
                                         ">=",
                                         "+",
                                         "-",
                                         "*",
                                         "/",
                                         ",",
                                         "and",
                                         "or",
                                         "not",
                                         "implies",
                                         "is",
                                         "true",
                                         "open",
                                         "mean",
                                         "min",
                                         "max",
                                         "outage",
                                         "3",
                                         "2 s",
                                         "95 %",
                                         "51 Hz",
                                         "truth.island.f",
                                         "truth.grid.ok",
                                         "abs",
                                         "except",
                                         "except",
                                         "{home}",
                                         "truth.{home}.v",
                                         "previous",
                                         "change",
                                         "becomes",
                                         "known",
                                         "before",
                                         "whenever",
                                         "eventually",
                                         "since",
                                         "last",
                                         "count",
                                         "share",
                                         "slope",
                                         "spread",
                                         "highest",
                                         "any",
                                         "worst"};
    Random random(7, "texts");
    int good = 0;
    for (int i = 0; i < 20000; ++i) {
        std::string text = random.chance(0.7) ? "always: " : "";
        const int length = 1 + static_cast<int>(random.uniform() * 12);
        for (int k = 0; k < length; ++k) {
            text += words[static_cast<std::size_t>(random.uniform() * double(words.size()))] + " ";
        }
        if (random.chance(0.1)) text[static_cast<std::size_t>(random.uniform() * 8)] = '\x07';
        const auto read = language::parse_claim(text);
        good += read ? 1 : 0;
        if (!read) {
            EXPECT_GE(read.error().column, 1) << text;
            EXPECT_LE(read.error().column, int(text.size()) + 1) << text;
            EXPECT_FALSE(read.error().message.empty()) << text;
        }
        (void)language::parse_trigger(text);
        (void)language::parse_condition(text);
    }
    EXPECT_GT(good, 100);
}

}  // namespace
}  // namespace islandbench::acceptance::test
