#include "acceptance/judge.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <new>

#include "acceptance/test/story.hpp"

namespace {

std::atomic<long> allocations{0};

}  // namespace

// Counts every allocation of this program; the sanitizers' own bookkeeping goes on underneath. Not
// inlined: g++ would see malloc() meet delete.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}

namespace islandbench::acceptance::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Live {
    explicit Live(std::vector<CriterionSpec> criteria)
        : judge(std::move(criteria), signals, figures_of(gb_code(), site), groups_of(site), found) {
        EXPECT_TRUE(found.empty()) << found;
    }
    Signals signals = street_signals();
    Site site = small_site();
    Diagnostics found;
    Judge judge;

    void set(const char* name, double value) { signals.set(*signals.find(name), value); }
    void happened(const char* event) {
        signals.happened(*signals.find(std::string("event.") + event));
    }
};

TEST(Judge, DoesNotAllocateWhileItRuns) {
    std::vector<CriterionSpec> criteria = pilot_catalogue().criteria;
    for (const char* formula :
         {"whenever truth.home1.v >= 225 V: within 1 s: truth.home1.v <= 225 V for 2 ms",
          "whenever truth.home1.v >= 225 V: truth.grid.ok until (truth.home1.v < 225 V)",
          "eventually: truth.grid.ok since island", "count of (truth.home1.v < 225 V) in 9 s < 9",
          "always: share of (truth.home1.v < 225 V) in 9 s < 9 % or (every home: truth.{home}.v > "
          "1 V)",
          "always: slope(truth.home1.v, 1 s) < 9 V/s or (truth.grid.ok within the last 3 s)",
          "for at least 2 of homes: always: spread(load: truth.{load}.v) <= 30 V"}) {
        criteria.push_back(criterion(formula));
    }
    Live run(std::move(criteria));
    const SignalId voltage = *run.signals.find("truth.home1.v");
    std::map<int, SignalId> story;
    int t = 0;
    for (const char* event : {"outage", "island", "island_formed", "reclosed"}) {
        story[t += 15000] = *run.signals.find(std::string("event.") + event);
    }
    run.judge.step(story_start);
    const long before = allocations;
    for (t = 1; t < 90000; ++t) {
        if (const auto event = story.find(t); event != story.end()) {
            run.signals.happened(event->second);
        }
        run.signals.set(voltage, 220.0 + t % 20);
        run.judge.step(Instant{t * 1ms});
    }
    EXPECT_EQ(allocations - before, 0);
    EXPECT_GT(before, 0) << "nothing was counted";
}

TEST(Judge, StandsInconclusiveUntilTriggered) {
    Live run(
        {criterion("at reclosed: truth.grid.ok"), criterion("always: truth.island.f <= 51 Hz")});
    const auto standing = [&] {
        std::vector<Outcome> list;
        for (const Standing& one : run.judge.standings()) list.push_back(one.so_far);
        return list;
    };
    EXPECT_THAT(standing(), ElementsAre(Outcome::inconclusive, Outcome::inconclusive));
    run.judge.step(story_start);
    EXPECT_THAT(standing(), ElementsAre(Outcome::inconclusive, Outcome::pass));
    run.happened("reclosed");
    run.set("truth.island.f", 52);
    run.judge.step(at_seconds(1));
    EXPECT_THAT(standing(), ElementsAre(Outcome::pass, Outcome::fail));
}

TEST(Judge, SeesAStretchGrowBeforeItEnds) {
    Live run({criterion("never truth.grid.dead is true for more than 1 s")});
    run.set("truth.grid.dead", 1);
    run.judge.step(story_start);
    run.judge.step(at_seconds(0.9));
    EXPECT_EQ(run.judge.standings().front().so_far, Outcome::pass);
    run.judge.step(at_seconds(1.1));
    EXPECT_EQ(run.judge.standings().front().so_far, Outcome::fail);
}

TEST(Judge, AHoleInTheRecordIsNoEvidence) {
    Live held({criterion("always: truth.island.f <= 51 Hz")});
    held.judge.step(story_start);
    held.judge.step(at_seconds(2));
    EXPECT_EQ(held.judge.finish(at_seconds(4), Ended::completed).front().outcome, Outcome::pass);

    Live hole({criterion("always: truth.island.f <= 51 Hz")});
    hole.judge.step(story_start);
    hole.judge.step(at_seconds(2.001));
    hole.judge.step(at_seconds(3));
    const Verdict verdict = hole.judge.finish(at_seconds(4), Ended::completed).front();
    EXPECT_EQ(verdict.outcome, Outcome::inconclusive);
    EXPECT_THAT(verdict.reason, HasSubstr("late at 2 s: no sample for 2 s"));
}

TEST(Judge, AnEndFarBehindTheLastSampleIsAHole) {
    Live run({criterion("always: truth.island.f <= 51 Hz")});
    run.judge.step(story_start);
    run.judge.step(at_seconds(1));
    EXPECT_EQ(run.judge.finish(at_seconds(300), Ended::completed).front().outcome,
              Outcome::inconclusive);
}

TEST(Judge, AnEndBeforeTheLastSampleIsTheLastSample) {
    Live run({criterion("from outage until outage + 2 s: truth.island.f <= 51 Hz")});
    run.judge.step(story_start);
    run.happened("outage");
    for (int t = 1; t <= 4; ++t) run.judge.step(at_seconds(t));
    EXPECT_EQ(run.judge.finish(at_seconds(1), Ended::completed).front().outcome, Outcome::pass);
}

TEST(Judge, TimeThatRunsBackIsAnError) {
    Live run({criterion("always: truth.island.f <= 51 Hz")});
    run.judge.step(story_start);
    run.judge.step(at_seconds(2));
    run.judge.step(at_seconds(1.5));
    run.judge.step(at_seconds(3));
    const Verdict verdict = run.judge.finish(at_seconds(3), Ended::completed).front();
    EXPECT_EQ(verdict.outcome, Outcome::error);
    EXPECT_THAT(verdict.reason, HasSubstr("time ran back from 2 s to 1.500 s"));
}

TEST(Judge, TheSameMomentTwiceIsOneMoment) {
    Live run({criterion("always: truth.island.f <= 51 Hz")});
    run.judge.step(story_start);
    run.judge.step(at_seconds(1));
    run.set("truth.island.f", 52);
    run.judge.step(at_seconds(1));
    run.set("truth.island.f", 50);
    run.judge.step(at_seconds(1));
    run.judge.step(at_seconds(2));
    EXPECT_EQ(run.judge.finish(at_seconds(2), Ended::completed).front().outcome, Outcome::fail);
}

TEST(Judge, WithoutAStepNothingIsGreen) {
    Live run(pilot_catalogue().criteria);
    for (const Verdict& verdict : run.judge.finish(at_seconds(300), Ended::completed)) {
        EXPECT_EQ(verdict.outcome, Outcome::inconclusive) << verdict.id;
    }
}

TEST(Judge, AllFormulasOfACriterionMustHold) {
    CriterionSpec spec = criterion("always: truth.island.f <= 51 Hz");
    spec.formulas.push_back("always: truth.home1.v <= 231 V");
    Story story;
    EXPECT_EQ(story.end(10).judge(spec).outcome, Outcome::fail);
    spec.formulas.back() = "at reclosed: truth.home1.v <= 253 V";
    EXPECT_EQ(story.judge(spec).outcome, Outcome::inconclusive);
}

TEST(Judge, ATriggerDecidesWhetherACriterionWasTested) {
    CriterionSpec spec = criterion("always: truth.grid.dead implies truth.pcc.closed is open");
    spec.formulas.push_back("at reclosed: truth.island.f <= 51 Hz");
    spec.triggered_by = {"outage"};
    Story story;
    EXPECT_EQ(story.end(10).judge(spec).outcome, Outcome::inconclusive);
    story.at(2).event("outage");
    const Verdict verdict = story.judge(spec);
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_THAT(verdict.notes, Contains(HasSubstr("not tested in this run: at reclosed")));
    story.at(3).event("reclosed").set("truth.island.f", 52);
    EXPECT_EQ(story.judge(spec).outcome, Outcome::fail);
}

TEST(Judge, WhatIsBrokenFailsWithoutItsTrigger) {
    CriterionSpec spec = criterion("always: truth.island.f <= 51 Hz");
    spec.triggered_by = {"outage"};
    Story story;
    story.at(2).set("truth.island.f", 52).end(10);
    EXPECT_EQ(story.judge(spec).outcome, Outcome::fail);
}

TEST(Judge, FillsFiguresIn) {
    Story story;
    story.at(2).event("outage").end(10);
    const Verdict same =
        story.judge("for every load: within site.{load}.gap after outage: truth.{load}.v >= 195 V");
    EXPECT_THAT(same.formulas,
                ElementsAre("for every load: within 2 s after outage: truth.{load}.v >= 195 V"));
    story.site().homes[0].load_class = LoadClass::t4;
    const Verdict unlike =
        story.judge("for every load: within site.{load}.gap after outage: truth.{load}.v >= 195 V");
    EXPECT_THAT(unlike.formulas, ElementsAre(HasSubstr("site.{load}.gap")));
}

TEST(Judge, ReasonsSpeakInNumbersAndNames) {
    Story story;
    story.at(2).event("outage").set("truth.home2.v", 100).at(5).set("truth.home2.v", 230).end(10);
    EXPECT_EQ(story
                  .judge("for every home: from outage until reclosed: truth.{home}.v < 0.85 * "
                         "site.nominal_v lasts at most site.{home}.gap + 1 ms")
                  .reason,
              "home2: 3 s at a stretch, at most 2.001 s: truth.home2.v < 195.5 V");
}

TEST(Judge, ReasonsTellOfWhatWasTestedRatherThanOfWhatWasNot) {
    Story story;  // home3 alone has shed anything
    story.at(2).set("truth.home3.shed3", 1).set("truth.home3.shed4", 1).end(10);
    EXPECT_EQ(story.pilot("E2").reason, "home3: held throughout");
}

TEST(Judge, ListsTheSignalsThatItJudged) {
    Story story;
    const Verdict verdict =
        story.end(10).judge("for every priority: always: truth.{priority}.v >= 0.5 * 230 V");
    EXPECT_THAT(verdict.signals, ElementsAre("truth.clinic.v"));
    EXPECT_EQ(verdict.source, "truth");
}

TEST(Judge, TakesTheCertaintyOfTheLeastSureFigure) {
    Story story;
    story.at(2).event("outage").end(10);
    const Verdict verdict =
        story.judge("for every load: within site.{load}.gap after outage: truth.{load}.v >= 195 V");
    EXPECT_EQ(verdict.certainty, Certainty::ej);
    EXPECT_EQ(verdict.outcome, Outcome::pass);
    EXPECT_FALSE(verdict.limit_verified);
    story.at(2).set("truth.home1.v", 0);
    const Verdict failed =
        story.judge("for every load: within site.{load}.gap after outage: truth.{load}.v >= 195 V");
    EXPECT_EQ(failed.outcome, Outcome::fail) << "however unsure the figure";
    EXPECT_TRUE(failed.limit_verified) << "nothing was held that could be unverified";
}

TEST(Judge, AgreedNamesMustExist) {
    Site site = small_site();
    site.agreed = {{"class.t3.gap", "owner"}, {"E1", "owner"}, {"E9", "owner"}, {"F1", ""}};
    Diagnostics found;
    check_agreed(site, figures_of(gb_code(), site), pilot_catalogue(), found);
    ASSERT_EQ(found.list().size(), 2U);
    EXPECT_THAT(to_text(found.list()[0]), HasSubstr("$.agreed.E9: no figure and no criterion"));
    EXPECT_THAT(to_text(found.list()[1]), HasSubstr("$.agreed.F1: who agreed it?"));
}

}  // namespace
}  // namespace islandbench::acceptance::test
