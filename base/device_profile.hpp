#pragma once

#include <string>

#include "base/json_binding.hpp"
#include "base/site.hpp"

namespace islandbench {

/// The language a device speaks.
enum class Protocol {
    sunspec,      ///< SunSpec models on Modbus; an inverter: 701 and up
    sunspec_100,  ///< an inverter of before IEEE 1547-2018: SunSpec models 101 to 103, 120 to 124
    sunspec_100_float,  ///< the same with 111 to 113, floating point
    eastron,            ///< Eastron SDM630/SDM230 meters on Modbus (function 4, float32)
    pylontech,          ///< Pylontech low-voltage dialect on CAN
    loadctl,            ///< our documented load controller map on Modbus
    interconnect,       ///< our documented interconnect device map on Modbus
};

constexpr auto enum_names(Protocol /*of*/) {
    return json::EnumNames<Protocol, 7>{{{Protocol::sunspec, "sunspec"},
                                         {Protocol::sunspec_100, "sunspec-100"},
                                         {Protocol::sunspec_100_float, "sunspec-100-float"},
                                         {Protocol::eastron, "eastron"},
                                         {Protocol::pylontech, "pylontech"},
                                         {Protocol::loadctl, "islandbench-loadctl"},
                                         {Protocol::interconnect, "islandbench-interconnect"}}};
}

/// What is particular to a product: data, not code (fixtures/profiles/*.json). The driver and the
/// emulator of a device read the same profile; deviations on purpose belong to fault steps.
struct DeviceProfile {
    std::string name;
    Role role = Role::inverter;
    Protocol protocol = Protocol::sunspec;
    std::string maker;
    std::string model;
    bool published = true;  ///< its protocol is a published local one (golden figure "openness")
    int register_base = 40000;          ///< SunSpec: where "SunS" stands
    int sunspec_model = 203;            ///< of an emulated SunSpec meter: 201..204, 211..214
    int read_max = 125;                 ///< registers per read
    Duration time_out{2s};              ///< of one request, in total
    int retries = 2;                    ///< further attempts after a time-out
    Duration request_gap{};             ///< quiet time it needs between requests
    Duration write_gap{1s};             ///< flash wear: not written more often than this
    ActivePower write_dead_band{25.0};  ///< smaller set-point changes are not written
    Duration cadence{1s};  ///< how often it sends by itself (CAN), or refreshes what it answers
    Ratio ramp{0.2};       ///< of its rating per second, between set-points
    json::Place place;
};
template <class V>
void declare(V& v, DeviceProfile& s) {
    v.place(s.place);
    v.required("name", s.name, "name that site files use");
    v.required("role", s.role, "what the device does in the street");
    v.required("protocol", s.protocol, "language");
    v.required("maker", s.maker, "manufacturer, as the device says it");
    v.required("model", s.model, "product, as the device says it");
    v.optional("published", s.published, "the protocol is a published local one");
    v.optional("register_base", s.register_base, "address of the SunSpec marker");
    v.optional("sunspec_model", s.sunspec_model, "model of an emulated SunSpec meter");
    v.optional("read_max", s.read_max, "registers per read");
    v.optional("time_out", s.time_out, "of one request");
    v.optional("retries", s.retries, "further attempts after a time-out");
    v.optional("request_gap", s.request_gap, "quiet time between requests");
    v.optional("write_gap", s.write_gap, "shortest time between writes");
    v.optional("write_dead_band", s.write_dead_band, "smaller changes are not written");
    v.optional("cadence", s.cadence, "how often it sends or refreshes");
    v.optional("ramp", s.ramp, "ramp between set-points, of the rating per second");
}

/// An inverter of the SunSpec models 101 to 124.
constexpr bool speaks_sunspec_100(const DeviceProfile& profile) {
    return profile.protocol == Protocol::sunspec_100 ||
           profile.protocol == Protocol::sunspec_100_float;
}

/// Reads and checks a profile file.
DeviceProfile read_device_profile(std::string_view text, const std::string& file,
                                  Diagnostics& diagnostics);

}  // namespace islandbench
