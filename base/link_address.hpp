#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace islandbench {

/// How a device is reached, as a site file says it.
struct LinkAddress {
    enum class Kind {
        emulated,  ///< "emulated": a device inside this process
        tcp,       ///< "tcp://host:502?unit=1": Modbus TCP
        can,       ///< "can:can0": SocketCAN
        slcan,     ///< "slcan://host:port": a CAN bus behind an slcan adapter on TCP
    };

    Kind kind = Kind::emulated;
    std::string host;        ///< tcp, slcan: name or address; can: interface
    std::uint16_t port = 0;  ///< tcp, slcan
    std::uint8_t unit = 1;   ///< Modbus unit id

    bool operator==(const LinkAddress&) const = default;
    /// tcp or slcan on 127.0.0.0/8, ::1 or localhost. A tunnel to real hardware looks like this
    /// too.
    [[nodiscard]] bool is_loopback() const;
};

/// "host:port" of tcp and slcan, an IPv6 address in brackets: what a network connects to.
std::string host_and_port(const LinkAddress& address);

Result<LinkAddress> parse_link_address(std::string_view text);
std::string to_text(const LinkAddress& address);

}  // namespace islandbench
