#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace islandbench {

/// How characters travel on a serial line; 8 data bits always.
struct SerialSettings {
    int baud = 9600;
    char parity = 'N';  ///< 'N', 'E' or 'O'
    int stop_bits = 1;  ///< 1 or 2

    bool operator==(const SerialSettings&) const = default;
};

/// How a device is reached, as a site file says it.
struct LinkAddress {
    enum class Kind {
        emulated,  ///< "emulated": a device inside this process
        tcp,       ///< "tcp://host:502?unit=1": Modbus TCP
        can,       ///< "can:can0": SocketCAN
        slcan,     ///< "slcan://host:port": a CAN bus behind an slcan adapter on TCP
        rtu,       ///< "rtu:/dev/ttyUSB0?baud=9600&parity=N&stop=1&unit=2": Modbus RTU, serial
    };

    Kind kind = Kind::emulated;
    std::string host;         ///< tcp, slcan: name or address; can: interface; rtu: the device
    std::uint16_t port = 0;   ///< tcp, slcan
    std::uint8_t unit = 1;    ///< Modbus unit id
    SerialSettings serial{};  ///< rtu

    bool operator==(const LinkAddress&) const = default;
    /// tcp or slcan on 127.0.0.0/8, ::1 or localhost. A tunnel to real hardware looks like this
    /// too.
    [[nodiscard]] bool is_loopback() const;
};

/// "host:port" of tcp and slcan, an IPv6 address in brackets: what a network connects to.
std::string host_and_port(const LinkAddress& address);
/// The same of any link with Modbus; of rtu the address without the unit, so that all units of a
/// bus say the same.
std::string modbus_place(const LinkAddress& address);

Result<LinkAddress> parse_link_address(std::string_view text);
std::string to_text(const LinkAddress& address);

}  // namespace islandbench
