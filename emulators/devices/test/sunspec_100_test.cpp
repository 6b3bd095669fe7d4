#include "emulators/devices/sunspec_100_inverter.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "emulators/devices/hybrid_body.hpp"
#include "emulators/devices/test/registers.hpp"
#include "emulators/plant/test/miniature.hpp"

/// What the models of before IEEE 1547-2018 set in a home's hybrid, as its bus and the street see
/// it. Offsets are those of the published tables.
namespace islandbench::devices::test {
namespace {

constexpr double rating = 5000.0;

struct Bench {
    Bench() : site(plant::quiet_miniature()), street(site, start_now()) {
        const HomeSpec& home = site.homes[0];
        hybrid = street.hybrid(0);
        auto made = std::make_unique<HybridBody>(*home.hybrid, home.phase, Ratio{1.0}, *hybrid);
        HybridBody& body = *made;
        DeviceProfile made_of = profile("hybrid 5k classic", 100ms);
        made_of.protocol = Protocol::sunspec_100;
        inverter =
            std::make_unique<SunSpec100Inverter>(made_of, "17", site.nominal_f, std::move(made));
        // A healthy battery: 120 A both ways; 60 %; both enabled.
        body.hear(can::standard_frame(0x351, {0x30, 0x02, 0xB0, 0x04, 0xB0, 0x04}), street.now());
        body.hear(can::standard_frame(0x355, {60, 0, 100, 0}), street.now());
        body.hear(can::standard_frame(0x35C, {0xC0, 0}), street.now());
        for (const int model : {101, 121, 122, 123, 124}) {
            at[model] = find_model(*inverter, model);
        }
    }
    void run(Duration d) { test::run(street, d, *inverter); }
    int set(int model, int offset, int value) {
        return write(*inverter, at[model] + offset, {value});
    }
    [[nodiscard]] int get(int model, int offset) { return u16(*inverter, at[model] + offset); }
    [[nodiscard]] double p() const { return hybrid->state().p.value(); }
    [[nodiscard]] double q() const { return hybrid->state().q.value(); }
    /// 124: the battery gives so many percent of 5 kW.
    void give(int percent) {
        EXPECT_EQ(set(124, 12, 100 * percent), 0);
        EXPECT_EQ(set(124, 13, -100 * percent), 0);
        EXPECT_EQ(set(124, 5, 3), 0);
    }
    std::uint32_t acting() { return u32(*inverter, at[122] + 35); }

    Site site;
    plant::Street street;
    plant::Hybrid* hybrid = nullptr;
    std::unique_ptr<SunSpec100Inverter> inverter;
    std::map<int, int> at;
};

TEST(SunSpec100Controls, TheWindowOfTheBatteryIsASetPoint) {
    Bench bench;
    bench.give(30);
    bench.run(3s);
    EXPECT_NEAR(bench.p(), 1500.0, 20.0);
    EXPECT_EQ(bench.acting(), 1u) << "FixedW";
    EXPECT_EQ(bench.set(124, 5, 0), 0);
    bench.run(3s);
    EXPECT_NEAR(bench.p(), 0.0, 20.0);
    EXPECT_EQ(bench.acting(), 0u);
}

TEST(SunSpec100Controls, ALimitIsOfWMaxAndFallsBack) {
    Bench bench;
    bench.give(80);
    EXPECT_EQ(bench.set(121, 2, 2500), 0) << "WMax";
    bench.run(3s);
    EXPECT_NEAR(bench.p(), 2500.0, 20.0) << "it is the most by itself";
    EXPECT_EQ(bench.set(123, 7, 6), 0) << "WMaxLimPct_RvrtTms";
    EXPECT_EQ(bench.set(123, 5, 400), 0) << "40 %";
    EXPECT_EQ(bench.set(123, 9, 1), 0);
    bench.run(3s);
    EXPECT_NEAR(bench.p(), 1000.0, 20.0);
    EXPECT_EQ(bench.get(123, 9), 1);
    bench.run(4s);
    EXPECT_NEAR(bench.p(), 2500.0, 20.0);
    EXPECT_EQ(bench.get(123, 9), 0);
    EXPECT_EQ(bench.set(121, 2, 6000), 3) << "more than its rating";
}

TEST(SunSpec100Controls, ALimitIsReachedInItsRampTime) {
    Bench bench;
    bench.give(100);
    bench.run(3s);
    EXPECT_EQ(bench.set(123, 8, 10), 0) << "WMaxLimPct_RmpTms";
    EXPECT_EQ(bench.set(123, 5, 200), 0);
    EXPECT_EQ(bench.set(123, 9, 1), 0);
    bench.run(5s);
    EXPECT_NEAR(bench.p(), 0.6 * rating, 150.0) << "half way";
    bench.run(6s);
    EXPECT_NEAR(bench.p(), 0.2 * rating, 20.0);
}

TEST(SunSpec100Controls, ConnectionFollowsItsWindowAndItsTimeOut) {
    Bench bench;
    bench.give(30);
    bench.run(3s);
    ASSERT_EQ(bench.get(122, 4), 1) << "ECPConn";
    EXPECT_EQ(bench.set(123, 2, 4), 0) << "Conn_WinTms";
    EXPECT_EQ(bench.set(123, 3, 5), 0) << "Conn_RvrtTms";
    EXPECT_EQ(bench.set(123, 4, 0), 0);
    bench.run(20ms);
    EXPECT_NEAR(bench.p(), 1500.0, 20.0) << "its moment in the window has not come";
    bench.run(4200ms);
    EXPECT_NEAR(bench.p(), 0.0, 1.0);
    EXPECT_EQ(bench.get(122, 4), 0);
    EXPECT_EQ(bench.get(101, 38), 1) << "OFF";
    bench.run(5s);
    EXPECT_EQ(bench.get(123, 4), 1) << "CONNECT";
    bench.run(2min);
    EXPECT_NEAR(bench.p(), 1500.0, 20.0);
    EXPECT_EQ(bench.get(122, 4), 1);
}

TEST(SunSpec100Controls, APowerFactorIsKeptInEitherDirection) {
    Bench bench;
    bench.give(40);
    bench.run(3s);
    for (const int cos_phi : {900, -900}) {
        EXPECT_EQ(bench.set(123, 10, cos_phi), 0);
        EXPECT_EQ(bench.set(123, 14, 1), 0);
        bench.run(10s);
        const double share = std::sqrt(1.0 - 0.81) / 0.9;
        EXPECT_NEAR(bench.q(), (cos_phi > 0 ? 1.0 : -1.0) * share * 2000.0, 200.0) << cos_phi;
        EXPECT_EQ(bench.acting(), 0b101u) << "FixedPF beside FixedW";
    }
    EXPECT_EQ(bench.set(123, 10, 400), 3) << "0.4";
    EXPECT_EQ(bench.set(123, 14, 0), 0);
    bench.run(1s);
    EXPECT_NEAR(bench.q(), 0.0, 20.0);
}

TEST(SunSpec100Controls, ReactivePowerComesInItsResponseTimeAndFallsBack) {
    Bench bench;
    EXPECT_EQ(bench.set(123, 14, 1), 0) << "a power factor of 1, which this takes the place of";
    EXPECT_EQ(bench.set(123, 20, 4), 0) << "VArPct_RmpTms";
    EXPECT_EQ(bench.set(123, 19, 8), 0) << "VArPct_RvrtTms";
    EXPECT_EQ(bench.set(123, 21, 1), 0) << "of WMax";
    EXPECT_EQ(bench.set(123, 15, -200), 0);
    EXPECT_EQ(bench.set(123, 22, 1), 0);
    bench.run(4100ms);
    EXPECT_NEAR(bench.q(), -900.0, 40.0) << "90 % within the response time";
    EXPECT_EQ(bench.get(123, 14), 0);
    EXPECT_EQ(bench.acting(), 0b010u) << "FixedVAR";
    bench.run(5s);
    EXPECT_NEAR(bench.q(), 0.0, 20.0);
    EXPECT_EQ(bench.get(123, 22), 0);
    EXPECT_EQ(bench.set(123, 21, 2), 0) << "of VArMax, which is 0.44 of the rating";
    EXPECT_EQ(bench.set(123, 16, 500), 0);
    EXPECT_EQ(bench.set(123, 22, 1), 0);
    bench.run(7s);
    EXPECT_NEAR(bench.q(), 0.5 * 0.44 * rating, 50.0);
}

TEST(SunSpec100Controls, BelowItsReserveItDoesNotDischarge) {
    Bench bench;
    bench.give(30);
    bench.run(3s);
    EXPECT_EQ(bench.set(124, 7, 70), 0) << "MinRsvPct, at a charge of 60 %";
    bench.run(3s);
    EXPECT_NEAR(bench.p(), 0.0, 20.0);
    EXPECT_EQ(bench.set(124, 7, 20), 0);
    bench.run(3s);
    EXPECT_NEAR(bench.p(), 1500.0, 20.0);
    EXPECT_EQ(bench.set(124, 7, 101), 3);
}

TEST(SunSpec100Controls, TheRampOfAnOrderIsItsOwn) {
    Bench bench;
    EXPECT_EQ(bench.set(124, 16, 10), 0) << "InOutWRte_RmpTms";
    bench.give(40);
    bench.run(5s);
    EXPECT_NEAR(bench.p(), 1000.0, 100.0) << "half way";
    bench.run(6s);
    EXPECT_NEAR(bench.p(), 2000.0, 20.0);
}

}  // namespace
}  // namespace islandbench::devices::test
