#include <gmock/gmock.h>

#include "emulators/devices/test/hybrid_bench.hpp"

/// The inverter's end of the battery's CAN bus.
namespace islandbench::devices::test {
namespace {

class HybridOnCan : public ::testing::Test {
  protected:
    void discharge() {
        // 704: enabled, in watts, 2,000 W.
        ASSERT_EQ(write(*bench.inverter, find_model(*bench.inverter, 704) + 22, {1, 1, 0, 2000}),
                  0);
        bench.run(3s);
    }
    /// As its owner does once per step; here once per second.
    void wait_without_battery(int seconds) {
        for (int s = 0; s < seconds; ++s) {
            bench.run(1s);
            (void)bench.body->take_frame(bench.street.now());
        }
    }
    HybridBench bench{1};
};

TEST_F(HybridOnCan, LetsNothingFlowBeforeItsBatteryHasSpoken) {
    plant::Street street(bench.site, start_now());
    plant::Hybrid& hybrid = *street.hybrid(1);
    HybridBody fresh(*bench.site.homes[1].hybrid, Phase::b, Ratio{1.0}, hybrid);
    fresh.set_power(ActivePower{2000.0});
    test::run(street, 3s);

    EXPECT_NEAR(hybrid.state().p.value(), 0.0, 50.0);
    EXPECT_FALSE(fresh.measure().soc);
}

TEST_F(HybridOnCan, ObeysTheCurrentLimits) {
    bench.hear(0x351, {0x30, 0x02, 0x96, 0x00, 0xC8, 0x00});  // 15.0 A in, 20.0 A out
    EXPECT_DOUBLE_EQ(bench.hybrid.control().charge_limit.value(), 15.0);
    EXPECT_DOUBLE_EQ(bench.hybrid.control().discharge_limit.value(), 20.0);
    discharge();
    EXPECT_NEAR(bench.hybrid.state().dc_i.value(), 20.0, 0.5);
}

TEST_F(HybridOnCan, ObeysTheEnableFlags) {
    bench.hear(0x35C, {0x80, 0});  // charging only
    EXPECT_EQ(bench.hybrid.control().discharge_limit.value(), 0.0);
    EXPECT_EQ(bench.hybrid.control().charge_limit.value(), 120.0);
    bench.allow();
    bench.hear(0x35C, {0x40, 0});  // discharging only
    EXPECT_EQ(bench.hybrid.control().charge_limit.value(), 0.0);
    EXPECT_EQ(bench.hybrid.control().discharge_limit.value(), 120.0);
}

TEST_F(HybridOnCan, SendsTheKeepAliveEverySecond) {
    std::vector<Instant> sent;
    for (int ms = 0; ms < 5000; ++ms) {
        const Instant now = at_seconds(ms / 1000.0);
        const auto frame = bench.body->take_frame(now);
        if (!frame) continue;
        sent.push_back(now);
        EXPECT_EQ(*frame, can::standard_frame(0x305, {0, 0, 0, 0, 0, 0, 0, 0}));
    }
    ASSERT_EQ(sent.size(), 5u);
    EXPECT_EQ(sent.back() - sent.front(), 4s);
}

TEST_F(HybridOnCan, StopsTheBatteryWhenItHasBeenSilentForAMinute) {
    discharge();  // the battery spoke at 0 s, it is 3 s now
    wait_without_battery(56);
    EXPECT_NEAR(bench.p(), 2000.0, 30.0) << "59 s of silence";

    wait_without_battery(4);

    EXPECT_NEAR(bench.p(), 0.0, 50.0);
    EXPECT_FALSE(bench.body->measure().soc) << "what it knew is too old";

    bench.allow();
    discharge();
    EXPECT_NEAR(bench.p(), 2000.0, 30.0) << "and goes on when it is back";
}

TEST_F(HybridOnCan, ABatteryThatKeepsTalkingIsNotStopped) {
    discharge();
    for (int s = 0; s < 70; ++s) {
        bench.allow();
        wait_without_battery(1);
    }
    EXPECT_NEAR(bench.p(), 2000.0, 30.0);
}

TEST_F(HybridOnCan, FramesOfOthersMeanNothing) {
    bench.hear(0x351, {1, 2});                    // too short
    bench.hear(0x123, {0, 0, 0, 0, 0, 0, 0, 0});  // not of the dialect
    EXPECT_EQ(bench.hybrid.control().discharge_limit.value(), 120.0);
}

}  // namespace
}  // namespace islandbench::devices::test
