#include "protocols/can/pylontech.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "protocols/bytes.hpp"

namespace islandbench::can::pylontech {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr double per_volt = 10.0;        // limits
constexpr double per_fine_volt = 100.0;  // measurements
constexpr double per_ampere = 10.0;
constexpr double per_degree = 10.0;
constexpr double per_whole = 100.0;  // percent

template <class Raw>
std::uint16_t saturated(double value, double per_unit) {
    IB_ASSERT(!std::isnan(value));
    constexpr double low = std::numeric_limits<Raw>::min();
    constexpr double high = std::numeric_limits<Raw>::max();
    const auto raw = static_cast<Raw>(std::clamp(std::round(value * per_unit), low, high));
    return static_cast<std::uint16_t>(raw);
}
std::uint16_t to_u16(double value, double per_unit) {
    return saturated<std::uint16_t>(value, per_unit);
}
std::uint16_t to_s16(double value, double per_unit) {
    return saturated<std::int16_t>(value, per_unit);
}
double from_u16(Bytes bytes, std::size_t at, double per_unit) {
    return little_endian16(bytes, at) / per_unit;
}
double from_s16(Bytes bytes, std::size_t at, double per_unit) {
    return static_cast<std::int16_t>(little_endian16(bytes, at)) / per_unit;
}

constexpr std::uint8_t bit(int number) noexcept {
    return static_cast<std::uint8_t>(1U << number);
}

/// A flag of two bytes of 0x359: protections are bytes 0 and 1, warnings bytes 2 and 3.
struct ConditionBit {
    bool Conditions::*flag;
    std::size_t byte;
    std::uint8_t mask;
};
constexpr std::array condition_bits{
    ConditionBit{&Conditions::over_voltage, 0, bit(1)},
    ConditionBit{&Conditions::under_voltage, 0, bit(2)},
    ConditionBit{&Conditions::over_temperature, 0, bit(3)},
    ConditionBit{&Conditions::under_temperature, 0, bit(4)},
    ConditionBit{&Conditions::discharge_over_current, 0, bit(7)},
    ConditionBit{&Conditions::charge_over_current, 1, bit(0)},
    ConditionBit{&Conditions::system_error, 1, bit(3)},
};

struct RequestBit {
    bool Requests::*flag;
    std::uint8_t mask;
};
constexpr std::array request_bits{
    RequestBit{&Requests::charge_enable, bit(7)},  RequestBit{&Requests::discharge_enable, bit(6)},
    RequestBit{&Requests::force_charge_1, bit(5)}, RequestBit{&Requests::force_charge_2, bit(4)},
    RequestBit{&Requests::full_charge, bit(3)},
};

void put_conditions(const Conditions& conditions, std::span<std::uint8_t> bytes) {
    for (const ConditionBit& b : condition_bits) {
        if (conditions.*b.flag) bytes[b.byte] = static_cast<std::uint8_t>(bytes[b.byte] | b.mask);
    }
}

void note(Decoded& decoded, Finding finding) {
    decoded.findings.push_back(finding);
}

Conditions take_conditions(Bytes bytes, Decoded& decoded) {
    Conditions conditions;
    std::array<std::uint8_t, 2> rest{bytes[0], bytes[1]};
    for (const ConditionBit& b : condition_bits) {
        conditions.*b.flag = (bytes[b.byte] & b.mask) != 0;
        rest[b.byte] = static_cast<std::uint8_t>(rest[b.byte] & ~b.mask);
    }
    if (rest[0] != 0 || rest[1] != 0) note(decoded, Finding::undefined_flags);
    return conditions;
}

/// Some batteries send a limit as a negative number, which others read as thousands of amperes.
Current take_limit(Bytes bytes, std::size_t at, Finding if_negative, Decoded& decoded) {
    const double limit = from_s16(bytes, at, per_ampere);
    if (limit < 0) note(decoded, if_negative);
    return Current{std::abs(limit)};
}

std::optional<Ratio> take_percent(Bytes bytes, std::size_t at, Finding if_above, Decoded& decoded) {
    const double share = from_u16(bytes, at, per_whole);
    if (share <= 1.0) return Ratio{share};
    note(decoded, if_above);
    return std::nullopt;
}

void take_keep_alive(Bytes /*bytes*/, Decoded& decoded) {
    decoded.message = KeepAlive{};
}

void take_limits(Bytes bytes, Decoded& decoded) {
    Limits limits;
    limits.charge_voltage = Voltage{from_u16(bytes, 0, per_volt)};
    limits.charge = take_limit(bytes, 2, Finding::negative_charge_limit, decoded);
    limits.discharge = take_limit(bytes, 4, Finding::negative_discharge_limit, decoded);
    if (bytes.size() >= 8) limits.discharge_voltage = Voltage{from_u16(bytes, 6, per_volt)};
    decoded.message = limits;
}

void take_charge_state(Bytes bytes, Decoded& decoded) {
    ChargeState state;
    state.soc = take_percent(bytes, 0, Finding::soc_above_100, decoded);
    state.soh = take_percent(bytes, 2, Finding::soh_above_100, decoded);
    decoded.message = state;
}

void take_measurements(Bytes bytes, Decoded& decoded) {
    decoded.message = Measurements{Voltage{from_s16(bytes, 0, per_fine_volt)},
                                   Current{0.0 - from_s16(bytes, 2, per_ampere)},  // no -0
                                   Temperature{from_s16(bytes, 4, per_degree)}};
}

void take_alarms(Bytes bytes, Decoded& decoded) {
    Alarms alarms;
    alarms.protection = take_conditions(bytes.subspan(0, 2), decoded);
    alarms.warning = take_conditions(bytes.subspan(2, 2), decoded);
    alarms.modules = bytes.size() > 4 ? bytes[4] : 0;
    decoded.message = alarms;
}

void take_requests(Bytes bytes, Decoded& decoded) {
    Requests requests;
    unsigned rest = bytes[0] | (bytes.size() > 1 ? bytes[1] << 8 : 0U);
    for (const RequestBit& b : request_bits) {
        requests.*b.flag = (bytes[0] & b.mask) != 0;
        rest &= ~unsigned{b.mask};
    }
    if (rest != 0) note(decoded, Finding::undefined_flags);
    decoded.message = requests;
}

void take_manufacturer(Bytes bytes, Decoded& decoded) {
    std::string name(bytes.begin(), bytes.end());
    name.erase(std::min(name.find('\0'), name.size()));
    while (name.ends_with(' ')) name.pop_back();
    const auto unprintable = [](char c) { return c < ' ' || c > '~'; };
    if (std::any_of(name.begin(), name.end(), unprintable)) {
        note(decoded, Finding::unprintable_name);
        std::replace_if(name.begin(), name.end(), unprintable, '?');
    }
    decoded.message = Manufacturer{name};
}

struct Kind {
    std::uint32_t id;
    std::size_t shortest;
    void (*take)(Bytes, Decoded&);
};
constexpr std::array kinds{
    Kind{keep_alive_id, 0, take_keep_alive},
    Kind{limits_id, 6, take_limits},
    Kind{charge_state_id, 4, take_charge_state},
    Kind{measurements_id, 6, take_measurements},
    Kind{alarms_id, 4, take_alarms},
    Kind{requests_id, 1, take_requests},
    Kind{manufacturer_id, 1, take_manufacturer},
};

}  // namespace

CanFrame encode(const KeepAlive& /*message*/) {
    return standard_frame(keep_alive_id, {0, 0, 0, 0, 0, 0, 0, 0});
}

CanFrame encode(const Limits& message) {
    CanFrame frame = standard_frame(limits_id, {0, 0, 0, 0, 0, 0});
    put_little_endian16(frame.data, 0, to_u16(message.charge_voltage.value(), per_volt));
    put_little_endian16(frame.data, 2, to_s16(message.charge.value(), per_ampere));
    put_little_endian16(frame.data, 4, to_s16(message.discharge.value(), per_ampere));
    if (message.discharge_voltage) {
        frame.length = 8;
        put_little_endian16(frame.data, 6, to_u16(message.discharge_voltage->value(), per_volt));
    }
    return frame;
}

CanFrame encode(const ChargeState& message) {
    IB_ASSERT(message.soc && message.soh);
    CanFrame frame = standard_frame(charge_state_id, {0, 0, 0, 0});
    put_little_endian16(frame.data, 0, to_u16(message.soc->value(), per_whole));
    put_little_endian16(frame.data, 2, to_u16(message.soh->value(), per_whole));
    return frame;
}

CanFrame encode(const Measurements& message) {
    CanFrame frame = standard_frame(measurements_id, {0, 0, 0, 0, 0, 0});
    put_little_endian16(frame.data, 0, to_s16(message.v.value(), per_fine_volt));
    put_little_endian16(frame.data, 2, to_s16(-message.i.value(), per_ampere));
    put_little_endian16(frame.data, 4, to_s16(message.temperature.value(), per_degree));
    return frame;
}

CanFrame encode(const Alarms& message) {
    CanFrame frame = standard_frame(alarms_id, {0, 0, 0, 0, message.modules, 'P', 'N'});
    put_conditions(message.protection, std::span(frame.data).subspan(0, 2));
    put_conditions(message.warning, std::span(frame.data).subspan(2, 2));
    return frame;
}

CanFrame encode(const Requests& message) {
    CanFrame frame = standard_frame(requests_id, {0, 0});
    for (const RequestBit& b : request_bits) {
        if (message.*b.flag) frame.data[0] = static_cast<std::uint8_t>(frame.data[0] | b.mask);
    }
    return frame;
}

CanFrame encode(const Manufacturer& message) {
    CanFrame frame = standard_frame(manufacturer_id, {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '});
    std::copy_n(message.name.begin(), std::min(message.name.size(), frame.data.size()),
                frame.data.begin());
    return frame;
}

std::string_view to_text(Finding finding) noexcept {
    switch (finding) {
        case Finding::extended_id: return "sent with a 29-bit identifier";
        case Finding::remote_frame: return "sent as a remote frame";
        case Finding::too_short: return "shorter than its content";
        case Finding::soc_above_100: return "state of charge above 100 %";
        case Finding::soh_above_100: return "state of health above 100 %";
        case Finding::negative_charge_limit: return "negative charge current limit";
        case Finding::negative_discharge_limit: return "negative discharge current limit";
        case Finding::undefined_flags: return "flags set that the protocol does not define";
        case Finding::unprintable_name: return "manufacturer text is not printable";
    }
    return "unknown";
}

Decoded decode(const CanFrame& frame) {
    Decoded decoded;
    const auto kind =
        std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return k.id == frame.id; });
    if (kind == kinds.end() || frame.error) return decoded;
    const std::size_t length = std::min<std::size_t>(frame.length, frame.data.size());
    if (frame.extended) {
        note(decoded, Finding::extended_id);
    } else if (frame.remote) {
        note(decoded, Finding::remote_frame);
    } else if (length < kind->shortest) {
        note(decoded, Finding::too_short);
    } else {
        kind->take(Bytes(frame.data).first(length), decoded);
    }
    return decoded;
}

}  // namespace islandbench::can::pylontech
