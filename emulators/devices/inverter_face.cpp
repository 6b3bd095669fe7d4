#include "emulators/devices/inverter_face.hpp"

#include "emulators/devices/sunspec_100_inverter.hpp"
#include "emulators/devices/sunspec_inverter.hpp"

namespace islandbench::devices {

std::unique_ptr<InverterFirmware> make_inverter(const DeviceProfile& profile,
                                                const std::string& serial,
                                                const EnterServiceSpec& enter_service,
                                                Frequency nominal_f,
                                                std::unique_ptr<InverterBody> body) {
    if (speaks_sunspec_100(profile)) {
        return std::make_unique<SunSpec100Inverter>(profile, serial, nominal_f, std::move(body));
    }
    return std::make_unique<SunSpecInverter>(profile, serial, enter_service, nominal_f,
                                             std::move(body));
}

}  // namespace islandbench::devices
