#include "emulators/devices/load_controller.hpp"

#include <gmock/gmock.h>

#include <optional>

#include "emulators/devices/test/registers.hpp"

/// Coils, read-back, and the local under-frequency stages.
namespace islandbench::devices::test {
namespace {

using ::testing::ElementsAre;
constexpr int illegal_address = 2;
constexpr Duration cadence = 20ms;

class EmulatedLoadController : public ::testing::Test {
  protected:
    int write_coils(int first, std::initializer_list<bool> values) {
        const auto served =
            sut.write_coils(static_cast<std::uint16_t>(first), modbus::Bits(values));
        return served ? 0 : static_cast<int>(served.error());
    }
    std::vector<bool> read_coils() {
        modbus::Bits bits;
        bits.resize(tiers);
        EXPECT_TRUE(sut.read_coils(0, bits));
        std::vector<bool> list;
        for (std::size_t i = 0; i < bits.size(); ++i) list.push_back(bits[i]);
        return list;
    }
    plant::HomeTruth truth() const { return street.home(0); }
    bool coil(int tier) const { return truth().coil[static_cast<std::size_t>(tier)]; }
    void run(Duration d) { test::run(street, d, sut); }
    /// Moves the grid's frequency, within its window, and waits until the home sees it.
    void move_frequency(double hz) {
        street.move_grid_frequency(Frequency{hz}, Rocof{0.9});
        run(2s);
    }
    /// Milliseconds from the first sight of a frequency below `hz` until the coil opens.
    std::optional<int> time_to_open(int tier, double hz, int limit_ms) {
        std::optional<Instant> low;
        for (int ms = 0; ms < limit_ms; ++ms) {
            run(1ms);
            if (!low && truth().f.value() < hz) low = street.now();
            if (!coil(tier)) return static_cast<int>((street.now() - low.value()) / 1ms);
        }
        return std::nullopt;
    }

    Site site = miniature_with_stages({{4, Frequency{49.6}, 300ms}, {3, Frequency{49.4}, 1s}});
    plant::Street street{site, start_now()};
    LoadController sut{profile("loadctl", cadence), street, 0, Random(1, "home1.loadctl")};
};

TEST_F(EmulatedLoadController, IsMadeByIslandbenchWhateverItsProfileSays) {
    EXPECT_EQ(text(sut, 0, 6), "islandbench");
    EXPECT_EQ(text(sut, 6, 8), "loadctl");
    EXPECT_EQ(text(sut, 15, 16), "islandbench") << "the maker, not the profile's";
    EXPECT_EQ(text(sut, 55, 16), "home1");
    EXPECT_EQ(u16(sut, 71), 1) << "an emulator, and says so";
}

TEST_F(EmulatedLoadController, CoilsMoveContactorsAndAreReadBack) {
    run(100ms);
    EXPECT_EQ(write_coils(3, {false, false}), 0);
    EXPECT_THAT(read_coils(), ElementsAre(true, true, true, false, false)) << "at once";
    run(50ms);
    EXPECT_THAT(truth().contact, ElementsAre(true, true, true, false, false));
    EXPECT_EQ(truth().tier_p[4].value(), 0.0);

    EXPECT_EQ(write_coils(4, {true}), 0);
    run(50ms);
    EXPECT_THAT(truth().contact, ElementsAre(true, true, true, false, true));
    EXPECT_EQ(u16(sut, 102), 0b10111) << "closed";
    EXPECT_EQ(u16(sut, 103), 0b10111) << "requested";
    EXPECT_EQ(u16(sut, 104), 0) << "no local stage";
}

TEST_F(EmulatedLoadController, HoldsUpThroughAGap) {
    run(100ms);
    street.interconnect().set_detection_off(true);
    street.former().control().enable = false;
    street.dip_grid(900ms, Ratio{});
    run(2s);
    EXPECT_TRUE(sut.powered());
    EXPECT_THAT(truth().contact, ElementsAre(true, true, true, true, true));
}

TEST_F(EmulatedLoadController, WithoutSupplyItOpensItsTiersAndIsDark) {
    run(100ms);
    EXPECT_EQ(write_coils(2, {false}), 0);
    street.interconnect().set_detection_off(true);
    street.former().control().enable = false;
    street.dip_grid(5s, Ratio{});
    run(1500ms);
    EXPECT_FALSE(sut.powered());
    EXPECT_THAT(truth().contact, ElementsAre(true, false, false, false, false));
    run(3500ms + 2900ms);
    EXPECT_FALSE(sut.powered()) << "boots for 3 s";
    run(500ms);
    EXPECT_TRUE(sut.powered());
    EXPECT_EQ(u16(sut, 102), 0b00001) << "closed";
    EXPECT_EQ(u16(sut, 103), 0b11111) << "what the bus had asked for is forgotten";
    EXPECT_EQ(u16(sut, 104), 0b11110) << "held open";
    EXPECT_EQ(write_coils(1, {true}), 0);
    run(50ms);
    EXPECT_THAT(truth().contact, ElementsAre(true, true, false, false, false));
}

TEST_F(EmulatedLoadController, WithoutABusItComesBackFromTheDarkByItself) {
    run(100ms);
    street.interconnect().set_detection_off(true);
    street.former().control().enable = false;
    street.dip_grid(5s, Ratio{});
    run(5s + 3s + 10s);
    EXPECT_THAT(truth().contact, ElementsAre(true, false, false, false, false));
    run(61s);
    EXPECT_THAT(truth().contact, ElementsAre(true, true, true, true, true));
}

TEST_F(EmulatedLoadController, RefusesCoilsThatThereAreNot) {
    EXPECT_EQ(write_coils(5, {false}), illegal_address);
    EXPECT_EQ(write_coils(4, {false, false}), illegal_address);
    EXPECT_TRUE(coil(4)) << "all or nothing";
    modbus::Bits six;
    six.resize(6);
    EXPECT_FALSE(sut.read_coils(0, six));
    EXPECT_EQ(write(sut, 102, {0}), 1) << "registers are not for writing";
}

TEST_F(EmulatedLoadController, MeasuresItsHome) {
    run(1s);
    EXPECT_NEAR(u16(sut, 100), 10 * truth().v.value(), 1.0);
    EXPECT_NEAR(u16(sut, 101), 50000, 5);
    EXPECT_NEAR(s32(sut, 105), truth().load_p.value(), 1.0);
    for (int tier = 0; tier < tiers; ++tier) {
        EXPECT_NEAR(s32(sut, 107 + 2 * tier),
                    truth().tier_p[static_cast<std::size_t>(tier)].value(), 1.0)
            << "consumption positive";
    }
    std::array<std::uint16_t, 1> input{};
    ASSERT_TRUE(sut.read_input_registers(100, input));
    EXPECT_EQ(input[0], u16(sut, 100)) << "the same by function 4";
}

TEST_F(EmulatedLoadController, ShowsItsStages) {
    EXPECT_EQ(u16(sut, 120), 4);
    EXPECT_EQ(u16(sut, 121), 49600);
    EXPECT_EQ(u32(sut, 122), 300u);
    EXPECT_EQ(u16(sut, 124), 3);
    EXPECT_EQ(u16(sut, 128), 0xFFFF) << "the third is not used";
}

TEST_F(EmulatedLoadController, AStageOpensItsTierAfterItsDelay) {
    street.move_grid_frequency(Frequency{49.5}, Rocof{0.9});

    const auto took = time_to_open(4, 49.6, 3000);

    ASSERT_TRUE(took);
    EXPECT_NEAR(*took, 300, cadence / 1ms) << "to within its cadence";
    EXPECT_EQ(u16(sut, 104), 0b10000) << "and says that it was the stage";
    EXPECT_EQ(u16(sut, 103), 0b11111) << "the bus still wants it closed";
    run(3s);
    EXPECT_TRUE(coil(3)) << "49.5 Hz is not below the next stage";
}

TEST_F(EmulatedLoadController, EachStageHasADelayOfItsOwn) {
    street.move_grid_frequency(Frequency{49.3}, Rocof{0.9});

    const auto took = time_to_open(3, 49.4, 5000);

    ASSERT_TRUE(took);
    EXPECT_NEAR(*took, 1000, cadence / 1ms);
    EXPECT_FALSE(coil(4));
    EXPECT_TRUE(coil(2)) << "no stage for it";
}

TEST_F(EmulatedLoadController, AShortDipOpensNothing) {
    street.move_grid_frequency(Frequency{49.55}, Rocof{0.9});
    while (truth().f.value() >= 49.6) run(1ms);
    run(200ms);
    street.move_grid_frequency(Frequency{50.0}, Rocof{2.0});
    run(3s);
    EXPECT_TRUE(coil(4));
}

TEST_F(EmulatedLoadController, ClosesByTheBusOnlyWhenTheFrequencyIsBack) {
    move_frequency(49.5);
    ASSERT_FALSE(coil(4));
    EXPECT_EQ(write_coils(4, {true}), 0);
    EXPECT_FALSE(coil(4)) << "49.5 Hz: not now";
    EXPECT_FALSE(read_coils()[4]);

    move_frequency(49.65);
    EXPECT_EQ(write_coils(4, {true}), 0);
    EXPECT_FALSE(coil(4)) << "above its stage, but below 49.7 Hz";

    move_frequency(50.0);
    EXPECT_FALSE(coil(4)) << "somebody is on the bus: it waits to be asked";
    EXPECT_EQ(write_coils(4, {true}), 0);
    EXPECT_TRUE(coil(4));
    EXPECT_EQ(u16(sut, 104), 0);
}

TEST_F(EmulatedLoadController, WithABusThatTalksItNeverClosesByItself) {
    move_frequency(49.5);
    move_frequency(50.0);
    for (int s = 0; s < 150; ++s) {
        run(1s);
        (void)u16(sut, 100);
    }
    EXPECT_FALSE(coil(4));
}

TEST_F(EmulatedLoadController, AloneItClosesByChanceBetweenTenAndSeventySeconds) {
    move_frequency(49.5);
    ASSERT_FALSE(coil(4));
    street.move_grid_frequency(Frequency{50.0}, Rocof{0.9});
    while (truth().f.value() < 49.7) run(1ms);
    const Instant healthy = street.now();
    run(10s - 20ms);
    EXPECT_FALSE(coil(4));
    while (!coil(4) && street.now() < healthy + 80s) run(20ms);

    EXPECT_TRUE(coil(4));
    EXPECT_GE(street.now() - healthy, 10s);
    EXPECT_LE(street.now() - healthy, 70s + cadence);
}

TEST_F(EmulatedLoadController, TwoHomesDoNotComeBackAtOnce) {
    LoadController other(profile("loadctl", cadence), street, 1, Random(1, "home2.loadctl"));
    street.move_grid_frequency(Frequency{49.5}, Rocof{0.9});
    test::run(street, 2s, sut, other);
    street.move_grid_frequency(Frequency{50.0}, Rocof{0.9});
    std::array<std::optional<Instant>, 2> back;
    for (int i = 0; i < 80 * 50; ++i) {
        test::run(street, 20ms, sut, other);
        for (std::size_t k = 0; k < 2; ++k) {
            if (!back[k] && street.home(k).coil[4]) back[k] = street.now();
        }
    }
    ASSERT_TRUE(back[0] && back[1]);
    EXPECT_GT(std::chrono::abs(*back[0] - *back[1]), 1s);
}

TEST_F(EmulatedLoadController, LosesTheBusAfterAMinuteAndThenHelpsItself) {
    move_frequency(49.5);
    (void)u16(sut, 100);  // the last that the bus is heard
    const Instant heard = street.now();
    move_frequency(50.0);
    while (!coil(4) && street.now() < heard + 200s) run(20ms);

    EXPECT_TRUE(coil(4));
    EXPECT_GT(street.now() - heard, 60s);
}

TEST_F(EmulatedLoadController, WhatTheBusHasOpenedStaysOpenWhenTheBusIsLost) {
    run(100ms);
    EXPECT_EQ(write_coils(4, {false}), 0);
    run(100s);
    EXPECT_FALSE(coil(4));
}

TEST_F(EmulatedLoadController, ADeadHomeIsNotALowFrequency) {
    street.interconnect().permit_island(false);
    street.lose_grid({});
    while (!std::isnan(truth().f.value())) run(1ms);
    run(600ms);  // longer than the stage's delay, shorter than it holds up
    ASSERT_TRUE(std::isnan(truth().f.value()));
    EXPECT_TRUE(coil(4));
    EXPECT_EQ(u16(sut, 101), 0xFFFF) << "not available";
}

TEST_F(EmulatedLoadController, AMiswiredHomeReadsBackWhatWasOrdered) {
    street.miswire(0, {0, 1, 2, 4, 3});  // tiers 3 and 4 crossed behind the device
    run(100ms);
    EXPECT_EQ(write_coils(4, {false}), 0);
    run(100ms);

    EXPECT_THAT(read_coils(), ElementsAre(true, true, true, true, false));
    EXPECT_EQ(u16(sut, 102), 0b01111);
    EXPECT_THAT(truth().contact, ElementsAre(true, true, true, false, true)) << "the truth";
}

TEST_F(EmulatedLoadController, MayAcknowledgeAndDoNothing) {
    run(100ms);
    sut.ignore_orders(true);
    EXPECT_EQ(write_coils(3, {false, false}), 0) << "acknowledged";
    move_frequency(49.45);  // its own stage would open tier 4
    EXPECT_THAT(truth().contact, ElementsAre(true, true, true, true, true));
    sut.ignore_orders(false);
    run(50ms);
    EXPECT_THAT(truth().contact, ElementsAre(true, true, true, false, false));
}

}  // namespace
}  // namespace islandbench::devices::test
