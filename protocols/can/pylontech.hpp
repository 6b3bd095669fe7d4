#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/units.hpp"
#include "protocols/can/frame.hpp"

/// The Pylontech low-voltage dialect between battery and inverter (Pylontech CAN protocol V1.2,
/// 2018-04-08): 11-bit ids, 500 kbit/s, numbers low byte first. The battery sends its set every
/// second; the inverter answers with 0x305 every second.
///
///     bus.send(encode(Measurements{Voltage{53.1}, Current{-0.7}, Temperature{14.0}}));
///
///     const Decoded decoded = decode(frame);
///     if (const auto* m = std::get_if<Measurements>(&decoded.message)) use(m->v, m->i);
///     for (const Finding finding : decoded.findings) report(to_text(finding));
namespace islandbench::can::pylontech {

inline constexpr std::uint32_t keep_alive_id = 0x305;
inline constexpr std::uint32_t limits_id = 0x351;
inline constexpr std::uint32_t charge_state_id = 0x355;
inline constexpr std::uint32_t measurements_id = 0x356;
inline constexpr std::uint32_t alarms_id = 0x359;
inline constexpr std::uint32_t requests_id = 0x35C;
inline constexpr std::uint32_t manufacturer_id = 0x35E;
/// What a battery sends.
inline constexpr std::array<std::uint32_t, 6> battery_ids{
    limits_id, charge_state_id, measurements_id, alarms_id, requests_id, manufacturer_id};

/// 0x305, inverter to battery: eight zeros.
struct KeepAlive {
    bool operator==(const KeepAlive&) const = default;
};

/// 0x351: what the battery allows now. Both currents are magnitudes; resolution 0.1 V and 0.1 A.
struct Limits {
    Voltage charge_voltage;  ///< CVL
    Current charge;          ///< CCL
    Current discharge;       ///< DCL
    /// DVL: cut-off of discharging. Not in V1.2; sent by many, with a length of 8 in place of 6.
    std::optional<Voltage> discharge_voltage;
    bool operator==(const Limits&) const = default;
};

/// 0x355: resolution 1 %. Decoded, a value above 100 % is absent and a finding; both are needed to
/// encode.
struct ChargeState {
    std::optional<Ratio> soc, soh;
    bool operator==(const ChargeState&) const = default;
};

/// 0x356: resolution 0.01 V, 0.1 A, 0.1 degC.
struct Measurements {
    Voltage v;
    /// Positive = discharge, as everywhere in this project. On the wire positive is charging:
    /// encode() and decode() turn the sign.
    Current i;
    Temperature temperature;  ///< mean of the cells
    bool operator==(const Measurements&) const = default;
};

/// Conditions of 0x359. As a protection the battery has acted; as a warning it is close to it.
struct Conditions {
    bool over_voltage = false, under_voltage = false;
    bool over_temperature = false, under_temperature = false;
    bool discharge_over_current = false, charge_over_current = false;
    bool system_error = false;  ///< as a warning: internal communication failure
    bool operator==(const Conditions&) const = default;
};

/// 0x359.
struct Alarms {
    Conditions protection, warning;
    std::uint8_t modules = 1;  ///< 0 when the frame does not say
    bool operator==(const Alarms&) const = default;
};

/// 0x35C.
struct Requests {
    bool charge_enable = false, discharge_enable = false;
    bool force_charge_1 = false;  ///< may sleep, and be woken to charge
    bool force_charge_2 = false;  ///< charge before it shuts down
    bool full_charge = false;     ///< not full for 30 days
    bool operator==(const Requests&) const = default;
};

/// 0x35E: eight characters, longer names are cut. Decoded, trailing blanks and NULs are dropped.
struct Manufacturer {
    std::string name;
    bool operator==(const Manufacturer&) const = default;
};

/// Values beyond what the wire can say saturate; NaN is our own bug.
[[nodiscard]] CanFrame encode(const KeepAlive& message);
[[nodiscard]] CanFrame encode(const Limits& message);
[[nodiscard]] CanFrame encode(const ChargeState& message);
[[nodiscard]] CanFrame encode(const Measurements& message);
[[nodiscard]] CanFrame encode(const Alarms& message);
[[nodiscard]] CanFrame encode(const Requests& message);
[[nodiscard]] CanFrame encode(const Manufacturer& message);

/// What is odd about a frame of this dialect.
enum class Finding {
    extended_id,               ///< a 29-bit id where the dialect has 11 bits: not decoded
    remote_frame,              ///< not decoded
    too_short,                 ///< not decoded
    soc_above_100,             ///< the value is absent
    soh_above_100,             ///< the value is absent
    negative_charge_limit,     ///< its magnitude is used
    negative_discharge_limit,  ///< its magnitude is used
    undefined_flags,           ///< bits that the dialect leaves unused are set; they are ignored
    unprintable_name,          ///< such characters are replaced by '?'
};
[[nodiscard]] std::string_view to_text(Finding finding) noexcept;

/// std::monostate: not of this dialect (no findings), or refused (a finding says why).
using Message = std::variant<std::monostate, KeepAlive, Limits, ChargeState, Measurements, Alarms,
                             Requests, Manufacturer>;
struct Decoded {
    Message message;
    std::vector<Finding> findings;
};

/// Longer frames than the dialect needs are welcome, as makers append fields of their own. Any
/// frame is safe.
[[nodiscard]] Decoded decode(const CanFrame& frame);

}  // namespace islandbench::can::pylontech
