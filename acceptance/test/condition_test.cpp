#include "acceptance/condition.hpp"

#include <gmock/gmock.h>

#include "acceptance/test/story.hpp"

namespace islandbench::acceptance::test {
namespace {

using ::testing::HasSubstr;

struct Sequence {
    Signals signals = street_signals();
    Figures figures = figures_of(gb_code(), small_site());

    Condition condition(const std::string& text) {
        auto read = Condition::parse(text, signals, figures);
        EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().what);
        return std::move(*read);
    }
    std::string wrong(const std::string& text) {
        const auto read = Condition::parse(text, signals, figures);
        return read ? "" : read.error().what;
    }
    void set(const char* name, double value) { signals.set(*signals.find(name), value); }
};

TEST(Condition, WaitsUntilSomethingHasHeld) {
    Sequence story;
    Condition stable = story.condition("truth.island.formed for 10 s");
    EXPECT_FALSE(stable.step(at_seconds(0)));
    story.set("truth.island.formed", 1);
    for (int t = 1; t < 11; ++t) EXPECT_FALSE(stable.step(at_seconds(t))) << t;
    EXPECT_TRUE(stable.step(at_seconds(11)));
    story.set("truth.island.formed", 0);
    EXPECT_FALSE(stable.step(at_seconds(12)));
}

TEST(Condition, KnowsEvents) {
    Sequence story;
    Condition later = story.condition("after reclosed held for 2 s and truth.former.soc < 30 %");
    story.set("truth.former.soc", 0.2);
    EXPECT_FALSE(later.step(at_seconds(0)));
    story.signals.happened(*story.signals.find("event.reclosed"));
    EXPECT_FALSE(later.step(at_seconds(1)));
    EXPECT_FALSE(later.step(at_seconds(2)));
    EXPECT_TRUE(later.step(at_seconds(3)));
}

TEST(Condition, MayNameEverySource) {
    Sequence story;
    EXPECT_EQ(story.wrong("seen.former.soc < 30 % or dispatch.state is true"), "");
    EXPECT_EQ(story.wrong("truth.home1.v >= 0.85 * site.nominal_v"), "");
}

TEST(Condition, WhatNobodyKnowsIsNotSo) {
    Sequence story;
    Condition low = story.condition("truth.island.f < 49 Hz");
    Condition not_low = story.condition("not truth.island.f < 49 Hz");
    story.set("truth.island.f", Signals::no_value);
    EXPECT_FALSE(low.step(at_seconds(0)));
    EXPECT_FALSE(not_low.step(at_seconds(0)));
}

TEST(Condition, SaysWhatIsWrong) {
    Sequence story;
    EXPECT_THAT(story.wrong("truth.island.frmed for 10 s"),
                HasSubstr("column 1: unknown signal \"truth.island.frmed\" (did you mean"));
    EXPECT_THAT(story.wrong("truth.island.formed for 10"), HasSubstr("column 25: expected a dur"));
    EXPECT_THAT(story.wrong("1 V < 2 V"), HasSubstr("names no signal"));
    EXPECT_THAT(story.wrong("truth.grid.ok truth.grid.ok"), HasSubstr("column 15: unexpected"));
    EXPECT_THAT(story.wrong(""), HasSubstr("column 1"));
}

}  // namespace
}  // namespace islandbench::acceptance::test
