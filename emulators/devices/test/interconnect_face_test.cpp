#include "emulators/devices/interconnect_face.hpp"

#include <gmock/gmock.h>

#include "emulators/devices/test/registers.hpp"
#include "emulators/plant/test/miniature.hpp"

/// The interconnect device's Modbus face, register by register of its documented map.
namespace islandbench::devices::test {
namespace {

// Registers 121 to 124.
constexpr int permit_island = 121, permit_reclose = 122, island_request = 123, sync_request = 124;
constexpr int illegal_address = 2, illegal_value = 3, unchanged = 0xFFFF;

class EmulatedInterconnect : public ::testing::Test {
  protected:
    void run(Duration d) { test::run(street, d, sut); }
    const plant::InterconnectState& state() const { return street.interconnect().state(); }
    int get(int address) { return u16(sut, address); }
    int put(int address, std::initializer_list<int> values) { return write(sut, address, values); }

    Site site = plant::quiet_miniature();
    plant::Street street{site, start_now()};
    InterconnectFace sut{profile("interconnect", 20ms), "pcc", street.interconnect()};
};

TEST_F(EmulatedInterconnect, IsMadeByIslandbenchWhateverItsProfileSays) {
    EXPECT_EQ(text(sut, 0, 6), "islandbench");
    EXPECT_EQ(text(sut, 6, 8), "interconnect");
    EXPECT_EQ(text(sut, 15, 16), "islandbench");
    EXPECT_EQ(text(sut, 55, 16), "pcc");
    EXPECT_EQ(get(71), 1);
}

TEST_F(EmulatedInterconnect, MeasuresBothSides) {
    run(2s);
    EXPECT_EQ(get(100), 1) << "closed";
    double sum = 0.0;
    for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(get(101 + i), 10 * state().v_grid[static_cast<std::size_t>(i)].value(), 1.0);
        EXPECT_NEAR(get(105 + i), 10 * state().v_street[static_cast<std::size_t>(i)].value(), 1.0);
        sum += get(101 + i);
    }
    EXPECT_NEAR(get(104), sum / 3.0, 1.0) << "the mean";
    EXPECT_NEAR(get(109), 50000, 5);
    EXPECT_NEAR(get(110), 50000, 5);
    EXPECT_EQ(get(117), 1) << "the grid is good";
    EXPECT_EQ(get(118), 0) << "no island";
    EXPECT_EQ(get(120), 1) << "the former holds its set-point";
}

TEST_F(EmulatedInterconnect, OpensOnRequestAndSaysSo) {
    run(1s);
    EXPECT_EQ(put(permit_island, {1, 0, 1, unchanged}), 0);
    EXPECT_EQ(get(island_request), 1) << "shown at once";
    run(10s);

    EXPECT_FALSE(state().closed);
    EXPECT_EQ(get(100), 0);
    EXPECT_EQ(get(118), 1) << "a stable island";
    EXPECT_EQ(get(119), 1) << "neutral-earth link closed";
    EXPECT_EQ(get(120), 2) << "droop alone";
}

TEST_F(EmulatedInterconnect, KeepsWhatACommandLeavesAlone) {
    EXPECT_EQ(put(permit_island, {0, 1, 0, 0}), 0);
    EXPECT_EQ(put(permit_island, {unchanged, unchanged, 1, unchanged}), 0);

    EXPECT_FALSE(state().permit_island);
    EXPECT_TRUE(state().permit_reclose);
    EXPECT_TRUE(state().island_requested);
    EXPECT_EQ(get(permit_island), 0);
    EXPECT_EQ(get(permit_reclose), 1);
}

TEST_F(EmulatedInterconnect, TakesOneCommandByItself) {
    EXPECT_EQ(put(permit_reclose, {1}), 0);
    EXPECT_TRUE(state().permit_reclose);
    ASSERT_TRUE(sut.write_register(permit_reclose, 0)) << "function 6 as well as 16";
    EXPECT_FALSE(state().permit_reclose);
}

TEST_F(EmulatedInterconnect, ASyncRequestWhileClosedDoesNotStand) {
    EXPECT_EQ(put(sync_request, {1}), 0);
    EXPECT_EQ(get(sync_request), 0) << "there is nothing to close";
    EXPECT_FALSE(state().sync_requested);
}

TEST_F(EmulatedInterconnect, RefusesBadWritesAndChangesNothing) {
    const bool before = state().permit_island;
    EXPECT_EQ(put(permit_island, {2}), illegal_value);
    EXPECT_EQ(put(permit_island, {!before, 1, 7, 1}), illegal_value) << "all or nothing";
    EXPECT_EQ(put(120, {1}), illegal_address) << "the former's mode is not for writing";
    EXPECT_EQ(put(100, {0}), illegal_address) << "nobody opens the contact from here";
    EXPECT_EQ(put(sync_request, {0, 0}), illegal_address) << "past the last one";

    EXPECT_EQ(state().permit_island, before);
    EXPECT_FALSE(state().permit_reclose);
    EXPECT_FALSE(state().island_requested);
}

TEST_F(EmulatedInterconnect, ReadsInsideItsMapOnly) {
    std::array<std::uint16_t, 2> two{};
    EXPECT_FALSE(sut.read_holding_registers(124, two));
    EXPECT_TRUE(sut.read_holding_registers(123, two));
}

TEST_F(EmulatedInterconnect, ADeadGridHasNoFrequencyAndNoAngle) {
    street.lose_grid({});
    run(5s);
    ASSERT_FALSE(state().closed);
    EXPECT_EQ(get(109), 0xFFFF) << "f_grid";
    EXPECT_EQ(get(111), 0x8000) << "df";
    EXPECT_EQ(get(113), 0x8000) << "dphi";
    EXPECT_EQ(get(117), 0);
    EXPECT_NEAR(get(110), 50000, 600) << "the island lives";
}

TEST_F(EmulatedInterconnect, CountsDownItsObservationAndSynchronises) {
    street.interconnect().set_observation(10s);
    EXPECT_EQ(put(permit_island, {1, 1, 1, unchanged}), 0);
    run(5s);
    ASSERT_FALSE(state().closed);
    EXPECT_EQ(put(island_request, {0, 1}), 0);
    EXPECT_EQ(get(sync_request), 1);
    bool led = false;
    for (int i = 0; i < 3000 && !state().closed; ++i) {
        run(20ms);
        led = led || get(120) == 3;
    }

    EXPECT_TRUE(led) << "synchronise: it leads the former to the grid";
    EXPECT_TRUE(state().closed);
    run(100ms);
    EXPECT_EQ(get(100), 1);
    EXPECT_EQ(get(sync_request), 0) << "done";
}

TEST_F(EmulatedInterconnect, PublishesMeasurementsAtItsCadence) {
    run(1s);
    street.interconnect().permit_island(false);
    EXPECT_EQ(get(permit_island), 1) << "not looked at since";
    run(20ms);
    EXPECT_EQ(get(permit_island), 0);
}

}  // namespace
}  // namespace islandbench::devices::test
