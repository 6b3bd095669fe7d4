#pragma once

#include <memory>
#include <string>

#include "base/device_profile.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/devices/inverter_body.hpp"

namespace islandbench::devices {

/// The firmware that speaks as the profile says, with that power stage behind it.
std::unique_ptr<InverterFirmware> make_inverter(const DeviceProfile& profile,
                                                const std::string& serial,
                                                const EnterServiceSpec& enter_service,
                                                Frequency nominal_f,
                                                std::unique_ptr<InverterBody> body);

}  // namespace islandbench::devices
