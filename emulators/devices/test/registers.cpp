#include "emulators/devices/test/registers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "emulators/plant/test/miniature.hpp"

namespace islandbench::devices::test {
namespace {

std::vector<std::uint16_t> read(modbus::DataModel& device, int address, int size) {
    std::vector<std::uint16_t> registers(static_cast<std::size_t>(size));
    const auto served =
        device.read_holding_registers(static_cast<std::uint16_t>(address), registers);
    EXPECT_TRUE(served.has_value()) << "register " << address;
    return registers;
}

}  // namespace

std::uint16_t u16(modbus::DataModel& device, int address) {
    return read(device, address, 1)[0];
}

std::int16_t s16(modbus::DataModel& device, int address) {
    return static_cast<std::int16_t>(u16(device, address));
}

std::uint32_t u32(modbus::DataModel& device, int address) {
    const auto words = read(device, address, 2);
    return std::uint32_t{words[0]} << 16 | words[1];
}

std::int32_t s32(modbus::DataModel& device, int address) {
    return static_cast<std::int32_t>(u32(device, address));
}

std::string text(modbus::DataModel& device, int address, int size) {
    std::string all;
    for (const std::uint16_t word : read(device, address, size)) {
        all += static_cast<char>(word >> 8);
        all += static_cast<char>(word & 0xFF);
    }
    return all.substr(0, all.find('\0'));
}

int write(modbus::DataModel& device, int address, std::initializer_list<int> values) {
    std::vector<std::uint16_t> registers;
    for (const int value : values) registers.push_back(static_cast<std::uint16_t>(value));
    const auto served = device.write_registers(static_cast<std::uint16_t>(address), registers);
    return served ? 0 : static_cast<int>(served.error());
}

int find_model(modbus::DataModel& device, int id) {
    EXPECT_EQ(text(device, 40000, 2), "SunS");
    for (int at = 40002; u16(device, at) != 0xFFFF; at += 2 + u16(device, at + 1)) {
        if (u16(device, at) == id) return at;
    }
    ADD_FAILURE() << "no model " << id;
    return 40002;
}

DeviceProfile profile(const std::string& model, Duration cadence) {
    DeviceProfile profile;
    profile.name = profile.model = model;
    profile.maker = "acme";
    profile.cadence = cadence;
    return profile;
}

plant::StreetStart start_now(double f) {
    plant::StreetStart start = plant::quiet_start(f);
    start.at = story_start;
    return start;
}

Site miniature_with_stages(std::vector<UnderFrequencyStage> stages) {
    Site site = plant::quiet_miniature();
    for (HomeSpec& home : site.homes) home.under_frequency = stages;
    return site;
}

}  // namespace islandbench::devices::test
