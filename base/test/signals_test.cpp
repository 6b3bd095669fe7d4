#include "base/signals.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace islandbench {
namespace {

TEST(Signals, AreFoundByNameAndSetByIndex) {
    Signals sut;
    const SignalId v = sut.add({"truth.home1.v", Dimension::voltage, 0.1});

    EXPECT_TRUE(std::isnan(sut.get(v)));
    sut.set(v, 230.0);

    EXPECT_EQ(sut.find("truth.home1.v"), v);
    EXPECT_EQ(sut.get(v), 230.0);
    EXPECT_FALSE(sut.find("truth.home2.v").has_value());
}

TEST(Signals, EventsCount) {
    Signals sut;
    const SignalId outage = sut.add_event("outage");

    sut.happened(outage);
    sut.happened(outage);

    EXPECT_EQ(sut.get(*sut.find("event.outage")), 2.0);
    EXPECT_EQ(sut.get(outage), 2.0);
}

TEST(SignalsDeathTest, RefuseASecondSignalOfTheSameName) {
    Signals sut;
    sut.add({"truth.x", Dimension::none, 0});
    EXPECT_DEATH(sut.add({"truth.x", Dimension::none, 0}), "broken promise");
}

}  // namespace
}  // namespace islandbench
