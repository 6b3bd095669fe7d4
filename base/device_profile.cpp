#include "base/device_profile.hpp"

namespace islandbench {

DeviceProfile read_device_profile(std::string_view text, const std::string& file,
                                  Diagnostics& diagnostics) {
    Diagnostics found;
    DeviceProfile profile = json::read_document<DeviceProfile>(text, file, found);
    const json::Place& place = profile.place;
    const auto complain = [&](const char* key, const char* message) {
        found.add({place.file, place.line, place.path + "." + key, message});
    };
    if (profile.read_max < 1 || profile.read_max > 125) complain("read_max", "must be 1..125");
    if (profile.register_base < 0 || profile.register_base > 65000) {
        complain("register_base", "must be 0..65000");
    }
    const int wiring = profile.sunspec_model % 10;
    const int kind = profile.sunspec_model - wiring;
    if ((kind != 200 && kind != 210) || wiring < 1 || wiring > 4) {
        complain("sunspec_model", "must be 201..204 or 211..214");
    }
    if (profile.protocol == Protocol::eastron) {
        if (profile.role != Role::meter) complain("role", "what speaks \"eastron\" is a meter");
        if (profile.read_max < 2)
            complain("read_max", "must be 2..125: a value takes two registers");
    }
    if (speaks_sunspec_100(profile) && profile.role != Role::inverter) {
        complain("role", "what speaks \"sunspec-100\" is an inverter");
    }
    if (profile.time_out <= 0ns) complain("time_out", "must be greater than zero");
    if (profile.retries < 0) complain("retries", "must not be negative");
    if (profile.write_gap < 0ns) complain("write_gap", "must not be negative");
    if (profile.cadence <= 0ns) complain("cadence", "must be greater than zero");
    if (!(profile.ramp.value() > 0.0)) complain("ramp", "must be greater than zero");
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    return profile;
}

}  // namespace islandbench
