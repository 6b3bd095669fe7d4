#include <gmock/gmock.h>

#include "emulators/devices/former_body.hpp"

#include "emulators/devices/test/hybrid_bench.hpp"

/// Model 704: set-point, limit, and what follows when their timers run out.
namespace islandbench::devices::test {
namespace {

// Offsets in model 704.
constexpr int limit_enable = 14, limit = 15, limit_after = 16, limit_enable_after = 17,
              limit_time = 18, limit_left = 20, set_enable = 22, set_watts = 24,
              set_watts_after = 26, set_percent = 28, set_percent_after = 29, set_enable_after = 30,
              set_time = 31, set_left = 33;
constexpr int illegal_address = 2, illegal_value = 3;

class SetPoint : public ::testing::Test {
  protected:
    /// WSetEnaRvrt and WSetRvrtTms, then enable, mode, value and the value after it.
    void set(int watts, int watts_after, int seconds, bool enabled_after = true) {
        ASSERT_EQ(put(set_enable_after, {enabled_after, 0, seconds}), 0);
        ASSERT_EQ(put(set_enable, {1, 1, 0, watts, 0, watts_after}), 0);
    }
    int put(int offset, std::initializer_list<int> values) {
        return write(*bench.inverter, m704 + offset, values);
    }
    int get(int offset) { return u16(*bench.inverter, m704 + offset); }
    int watts() { return s32(*bench.inverter, m704 + set_watts); }
    std::uint32_t left() { return u32(*bench.inverter, m704 + set_left); }
    void run(Duration d) { bench.run(d); }

    HybridBench bench{1};
    int m704 = find_model(*bench.inverter, 704);
};

TEST_F(SetPoint, InWattsPositiveInjects) {
    set(1500, 0, 0);
    run(3s);
    EXPECT_NEAR(bench.p(), 1500.0, 20.0);

    // -1,500 W
    ASSERT_EQ(put(set_watts, {0xFFFF, 0xFA24}), 0);
    run(3s);
    EXPECT_NEAR(bench.p(), -1500.0, 20.0);
}

TEST_F(SetPoint, InPercentOfTheRating) {
    ASSERT_EQ(put(set_percent, {400}), 0);  // 40.0 %
    ASSERT_EQ(put(set_enable, {1, 0}), 0);
    run(3s);
    EXPECT_NEAR(bench.p(), 2000.0, 20.0);
}

TEST_F(SetPoint, WithoutOneTheUnitGivesNothingOfItsBattery) {
    run(2s);
    EXPECT_NEAR(bench.p(), 0.0, 20.0);
    set(1500, 0, 0);
    run(3s);
    ASSERT_EQ(put(set_enable, {0}), 0);
    run(3s);
    EXPECT_NEAR(bench.p(), 0.0, 20.0);
}

TEST_F(SetPoint, FallsBackToItsDefaultWhenTheTimerRunsOut) {
    run(1s);
    set(2000, 500, 5);
    EXPECT_EQ(left(), 5u);
    run(2100ms);
    EXPECT_EQ(left(), 3u) << "2.9 s: rounded up, so that 0 means over";
    run(2800ms);
    EXPECT_EQ(watts(), 2000) << "4.9 s after the write";
    EXPECT_NEAR(bench.p(), 2000.0, 20.0);

    run(200ms);

    EXPECT_EQ(watts(), 500) << "5.1 s after it";
    EXPECT_EQ(get(set_enable), 1);
    EXPECT_EQ(left(), 0u);
    run(3s);
    EXPECT_NEAR(bench.p(), 500.0, 20.0);
}

TEST_F(SetPoint, FallsBackToDisabledWhereTheDefaultSaysSo) {
    set(2000, 500, 3, false);
    run(3100ms);

    EXPECT_EQ(get(set_enable), 0);
    EXPECT_EQ(watts(), 500);
    run(3s);
    EXPECT_NEAR(bench.p(), 0.0, 20.0);
}

TEST_F(SetPoint, InPercentFallsBackToo) {
    ASSERT_EQ(put(set_percent, {400, 100}), 0);
    ASSERT_EQ(put(set_enable_after, {1, 0, 3}), 0);
    ASSERT_EQ(put(set_enable, {1, 0}), 0);
    run(2s);
    ASSERT_EQ(put(set_percent, {500}), 0);  // starts the timer afresh
    run(2s);
    EXPECT_EQ(get(set_percent), 500);
    run(1100ms);

    EXPECT_EQ(get(set_percent), 100);
    run(3s);
    EXPECT_NEAR(bench.p(), 500.0, 20.0);
}

TEST_F(SetPoint, EveryWriteStartsTheTimerAfresh) {
    struct Rewrite {
        int offset;
        std::initializer_list<int> values;
    };
    for (const Rewrite& again :
         {Rewrite{set_watts, {0, 2000}}, Rewrite{set_enable, {1}}, Rewrite{set_time, {0, 5}}}) {
        set(2000, 500, 5);
        run(4s);
        ASSERT_EQ(put(again.offset, again.values), 0);
        run(4200ms);
        EXPECT_EQ(watts(), 2000) << "8 s after the first write, offset " << again.offset;
        EXPECT_EQ(left(), 1u);
        run(1s);
        EXPECT_EQ(watts(), 500) << "offset " << again.offset;
    }
}

TEST_F(SetPoint, WritingTheDefaultAloneDoesNotStartTheTimerAfresh) {
    set(2000, 500, 5);
    run(4s);
    ASSERT_EQ(put(set_watts_after, {0, 300}), 0);
    run(1100ms);
    EXPECT_EQ(watts(), 300);
}

TEST_F(SetPoint, WithoutATimeItHolds) {
    set(2000, 500, 0);
    EXPECT_EQ(left(), 0u);
    run(30s);
    EXPECT_EQ(watts(), 2000);
}

TEST_F(SetPoint, ADisabledOneRunsNoTimer) {
    set(2000, 500, 5);
    ASSERT_EQ(put(set_enable, {0}), 0);
    EXPECT_EQ(left(), 0u);
    run(6s);
    EXPECT_EQ(watts(), 2000);
}

TEST_F(SetPoint, BeyondTheRatingIsRefusedAndNothingChanges) {
    set(2000, 500, 5);
    run(3200ms);

    EXPECT_EQ(put(set_enable, {1, 1, 0, 5001, 0, 100}), illegal_value);
    EXPECT_EQ(put(set_watts, {0xFFFF, 0xEC77}), illegal_value) << "-5,001 W";
    EXPECT_EQ(put(set_watts_after, {0, 5001}), illegal_value);
    EXPECT_EQ(put(set_percent, {1001}), illegal_value);
    EXPECT_EQ(put(set_percent_after, {-1001}), illegal_value);
    EXPECT_EQ(put(limit, {1001}), illegal_value);
    EXPECT_EQ(put(limit_after, {1001}), illegal_value);

    EXPECT_EQ(watts(), 2000);
    EXPECT_EQ(s32(*bench.inverter, m704 + set_watts_after), 500);
    EXPECT_EQ(get(set_percent), 0);
    EXPECT_EQ(get(limit), 1000);
    EXPECT_EQ(left(), 2u) << "a refused write does not start the timer afresh";
    EXPECT_NEAR(bench.p(), 2000.0, 20.0);
    EXPECT_EQ(put(set_watts, {0, 5000}), 0) << "the rating itself is allowed";
}

TEST_F(SetPoint, OfWhichHalfIsWrittenIsRefused) {
    EXPECT_EQ(put(set_watts, {0}), illegal_address) << "a value of 32 bits";
    EXPECT_EQ(put(set_left, {0, 5}), illegal_address) << "read-only";
    EXPECT_EQ(write(*bench.inverter, find_model(*bench.inverter, 701) + 10, {1}), illegal_address);
}

TEST_F(SetPoint, IsCappedByTheLimit) {
    set(3000, 0, 0);
    ASSERT_EQ(put(limit_enable, {1, 200}), 0);  // 20.0 %
    run(3s);
    EXPECT_NEAR(bench.p(), 1000.0, 20.0);

    ASSERT_EQ(put(limit_enable, {0}), 0);
    run(3s);
    EXPECT_NEAR(bench.p(), 3000.0, 20.0) << "a disabled limit does not act";
}

TEST_F(SetPoint, TheLimitFallsBackByItsOwnTimer) {
    set(3000, 0, 0);
    ASSERT_EQ(put(limit_after, {500, 1, 0, 4}), 0);  // 50.0 %, enabled, 4 s
    ASSERT_EQ(put(limit_enable, {1, 200}), 0);
    EXPECT_EQ(u32(*bench.inverter, m704 + limit_left), 4u);
    run(3900ms);
    EXPECT_EQ(get(limit), 200);
    run(200ms);

    EXPECT_EQ(get(limit), 500);
    EXPECT_EQ(get(limit_enable), 1);
    EXPECT_EQ(watts(), 3000) << "the set-point has another timer";
    run(3s);
    EXPECT_NEAR(bench.p(), 2500.0, 20.0);
    EXPECT_EQ(put(limit_time, {0, 0}), 0);
    EXPECT_EQ(put(limit_enable_after, {0}), 0);
}

TEST_F(SetPoint, OfTheFormerMovesTheStreetsExchange) {
    const FormerSpec& spec = bench.site.former;
    const BmsCore bms(spec.battery, bench.street.former().pack(), bench.street.now());
    SunSpecInverter former(profile("former 3ph", 100ms), "1", bench.site.interconnect.enter_service,
                           bench.site.nominal_f,
                           std::make_unique<FormerBody>(spec, bench.street.former(), bms));
    test::run(bench.street, 20s, former);
    // The islanding probe moves the former's power up and down: means over its period.
    const auto imported = [](const plant::Street& s) { return s.exchange().p.value(); };
    const auto given = [](const plant::Street& s) { return s.former().state().p.value(); };
    const double before = plant::mean(bench.street, imported);

    ASSERT_EQ(write(former, find_model(former, 704) + set_enable, {1, 1, 0, 6000}), 0);
    test::run(bench.street, 40s, former);

    EXPECT_NEAR(plant::mean(bench.street, given), 6000.0, 150.0);
    EXPECT_NEAR(plant::mean(bench.street, imported), before - 6000.0, 300.0)
        << "what the former injects need not come from the grid";
}

}  // namespace
}  // namespace islandbench::devices::test
