#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "base/device_profile.hpp"
#include "emulators/plant/street.hpp"
#include "protocols/modbus/server.hpp"

/// A device as its bus sees it: registers by number. What the tests know of the models comes from
/// the published tables (offset of the point, the ID at offset 0) and not from our encoder.
namespace islandbench::devices::test {

using modbus::ExceptionCode;

/// Holding registers; a refusal is a failed test.
std::uint16_t u16(modbus::DataModel& device, int address);
std::int16_t s16(modbus::DataModel& device, int address);
std::uint32_t u32(modbus::DataModel& device, int address);
std::int32_t s32(modbus::DataModel& device, int address);
/// `size` registers of two characters each, up to the first NUL.
std::string text(modbus::DataModel& device, int address, int size);
/// 0, or the exception's code.
int write(modbus::DataModel& device, int address, std::initializer_list<int> values);
/// Address of a model's ID in the chain behind 40000.
int find_model(modbus::DataModel& device, int id);

/// With a maker of its own, so that a device that passes it on is found out.
DeviceProfile profile(const std::string& model, Duration cadence);
/// The street at rest at the beginning of the story, the grid exactly at `f`.
plant::StreetStart start_now(double f = 50.0);
/// The miniature with everything always on, its load controllers with these local stages.
Site miniature_with_stages(std::vector<UnderFrequencyStage> stages);

/// Steps the street and then the firmware, for so long.
template <class... Firmware>
void run(plant::Street& street, Duration d, Firmware&... firmware) {
    const Instant end = street.now() + d;
    while (street.now() < end) {
        street.step();
        (firmware.refresh(street.now()), ...);
    }
}

}  // namespace islandbench::devices::test
