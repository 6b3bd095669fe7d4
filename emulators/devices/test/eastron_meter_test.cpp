#include "emulators/devices/eastron_meter.hpp"

#include <gtest/gtest.h>

#include <bit>

#include "emulators/plant/test/miniature.hpp"

namespace islandbench::devices {
namespace {

/// A meter of the street in miniature, read register by register.
class EastronMeterTest : public ::testing::Test {
  protected:
    explicit EastronMeterTest(const char* model = "SDM630") {
        profile.model = model;
        profile.read_max = 80;
        profile.cadence = 400ms;
        meter.emplace(profile, MeterSide::grid, street);
        for (int i = 0; i < 2000; ++i) {
            street.step();
            meter->refresh(street.now());
            const plant::ExchangeTruth& flow = street.exchange();
            if (i < 1601) energy_kwh += flow.p.value() / 3.6e9;
            if (i < 1201 || i > 1600) continue;  // what the last of its means covers
            p += flow.p.value() / 400.0;
            q += flow.q.value() / 400.0;
            p_l1 += flow.p_phase[0].value() / 400.0;
        }
    }
    /// As the papers have it: two registers, high word first, IEEE 754.
    float at(std::uint16_t address) {
        std::array<std::uint16_t, 2> words{};
        EXPECT_TRUE(meter->read_input_registers(address, words).has_value()) << address;
        return std::bit_cast<float>(static_cast<std::uint32_t>(words[0] << 16 | words[1]));
    }

    Site site = plant::quiet_miniature();
    plant::Street street{site, {.at = story_start}};
    DeviceProfile profile;
    std::optional<EastronMeter> meter;
    double p = 0.0, q = 0.0, p_l1 = 0.0, energy_kwh = 0.0;
};

struct SinglePhaseMeterTest : EastronMeterTest {
    SinglePhaseMeterTest() : EastronMeterTest("SDM230") {}
};

TEST_F(EastronMeterTest, ShowsThePlantInFloats) {
    EXPECT_NEAR(at(0x0000), street.grid().v[0].value(), 0.1);
    EXPECT_NEAR(at(0x0004), street.grid().v[2].value(), 0.1);
    EXPECT_NEAR(at(0x0034), p, 1.0);
    EXPECT_GT(std::fabs(at(0x0034)), 500.0);
    EXPECT_NEAR(at(0x000C) + at(0x000E) + at(0x0010), at(0x0034), 1.0);
    EXPECT_NEAR(at(0x003C), q, 1.0);
    EXPECT_NEAR(at(0x0046), 50.0, 0.05);
    EXPECT_NEAR(at(0x0048) - at(0x004A), energy_kwh, 1e-5);
    EXPECT_EQ(std::signbit(at(0x003E)), std::signbit(at(0x0034)));
}

TEST_F(EastronMeterTest, HandsOutEightyRegistersAtMost) {
    std::array<std::uint16_t, 81> words{};
    EXPECT_TRUE(meter->read_input_registers(0, std::span(words).first(80)).has_value());
    const auto more = meter->read_input_registers(0, words);
    ASSERT_FALSE(more.has_value());
    EXPECT_EQ(more.error(), modbus::ExceptionCode::illegal_data_address);
    EXPECT_FALSE(meter->read_input_registers(0x0184, std::span(words).first(2)).has_value());
}

TEST_F(EastronMeterTest, HasSettingsThatCannotBeWritten) {
    std::array<std::uint16_t, 2> words{};
    EXPECT_TRUE(meter->read_holding_registers(0x0014, words).has_value());
    EXPECT_EQ(words[0], 0x3F80);  // 1.0
    EXPECT_EQ(words[1], 0);
    EXPECT_FALSE(meter->write_registers(0x0014, words).has_value());
}

TEST_F(SinglePhaseMeterTest, ShowsItsOwnPhaseAlone) {
    EXPECT_NEAR(at(0x0000), street.grid().v[0].value(), 0.1);
    EXPECT_NEAR(at(0x000C), p_l1, 1.0);
    EXPECT_EQ(at(0x0002), 0.0F);
    EXPECT_EQ(at(0x0034), 0.0F);
    EXPECT_NEAR(at(0x0046), 50.0, 0.05);
}

}  // namespace
}  // namespace islandbench::devices
