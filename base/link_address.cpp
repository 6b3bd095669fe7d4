#include "base/link_address.hpp"

#include <algorithm>
#include <charconv>

namespace islandbench {
namespace {

constexpr std::string_view expectation =
    "expected \"emulated\", \"tcp://host:port?unit=n\", "
    "\"rtu:/dev/tty...?baud=9600&parity=N&stop=1&unit=n\", "
    "\"slcan://host:port\" or \"can:interface\"";

tl::unexpected<Error> rejected(std::string_view text, std::string_view why) {
    return failure(ErrorCode::bad_input, "link \"" + std::string(text) + "\": " + std::string(why));
}

bool parse_number(std::string_view text, unsigned low, unsigned high, unsigned& into) {
    const char* end = text.data() + text.size();
    const auto [at, status] = std::from_chars(text.data(), end, into);
    return status == std::errc{} && at == end && into >= low && into <= high;
}

/// "host", "host:port", "[::1]:port" into an address that has its default port already.
Result<LinkAddress> parse_host(std::string_view text, std::string_view rest, LinkAddress address) {
    // The last colon outside [...] separates the port: IPv6 addresses stand in brackets.
    const std::size_t bracket = rest.rfind(']');
    const std::size_t colon = rest.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        unsigned port = 0;
        if (!parse_number(rest.substr(colon + 1), 1, 65535, port)) {
            return rejected(text, "the port must be 1..65535");
        }
        address.port = static_cast<std::uint16_t>(port);
        rest = rest.substr(0, colon);
    }
    if (rest.size() > 2 && rest.front() == '[' && rest.back() == ']') {
        rest = rest.substr(1, rest.size() - 2);
    }
    if (rest.empty()) return rejected(text, "no host");
    address.host = rest;
    return address;
}

Result<LinkAddress> parse_tcp(std::string_view text, std::string_view rest) {
    LinkAddress address{LinkAddress::Kind::tcp, {}, 502, 1};
    const std::size_t question = rest.find('?');
    if (question != std::string_view::npos) {
        const std::string_view query = rest.substr(question + 1);
        unsigned unit = 0;
        if (!query.starts_with("unit=") || !parse_number(query.substr(5), 0, 255, unit)) {
            return rejected(text, "behind ? only unit=0..255 is known");
        }
        address.unit = static_cast<std::uint8_t>(unit);
        rest = rest.substr(0, question);
    }
    return parse_host(text, rest, address);
}

/// No port is usual for it: it must be there.
Result<LinkAddress> parse_slcan(std::string_view text, std::string_view rest) {
    auto address = parse_host(text, rest, {LinkAddress::Kind::slcan, {}, 0, 0});
    if (address && address->port == 0) return rejected(text, "no port");
    return address;
}

/// As the kernel names interfaces: 15 characters, no blank, no slash.
Result<LinkAddress> parse_can(std::string_view text, std::string_view interface) {
    constexpr std::size_t longest = 15;
    const bool plain = std::all_of(interface.begin(), interface.end(),
                                   [](char c) { return c > ' ' && c < '\x7F' && c != '/'; });
    if (!plain || interface.empty() || interface.size() > longest) {
        return rejected(text, "an interface has 1..15 characters, no blank and no slash");
    }
    return LinkAddress{LinkAddress::Kind::can, std::string(interface), 0, 0};
}

/// Takes the text before `end` off, and `end`.
std::string_view take_until(std::string_view& text, char end) {
    const std::size_t at = text.find(end);
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return taken;
}

/// One "key=value" behind the device.
bool set_serial(std::string_view value, LinkAddress& address) {
    const std::string_view key = take_until(value, '=');
    unsigned number = 0;
    if (key == "parity") {
        address.serial.parity = value.size() == 1 ? value[0] : '?';
        return value == "N" || value == "E" || value == "O";
    }
    if (key == "baud" && parse_number(value, 300, 1'000'000, number)) {
        address.serial.baud = static_cast<int>(number);
        return true;
    }
    if (key == "stop" && parse_number(value, 1, 2, number)) {
        address.serial.stop_bits = static_cast<int>(number);
        return true;
    }
    if (key == "unit" && parse_number(value, 1, 247, number)) {
        address.unit = static_cast<std::uint8_t>(number);
        return true;
    }
    return false;
}

Result<LinkAddress> parse_rtu(std::string_view text, std::string_view rest) {
    std::string_view query = rest;
    LinkAddress address{LinkAddress::Kind::rtu, std::string(take_until(query, '?')), 0, 1};
    if (!address.host.starts_with('/')) return rejected(text, "a device begins with /");
    while (!query.empty()) {
        if (set_serial(take_until(query, '&'), address)) continue;
        return rejected(text,
                        "behind ? only baud=300..1000000, parity=N|E|O, stop=1|2 and unit=1..247 "
                        "are known");
    }
    return address;
}

}  // namespace

bool LinkAddress::is_loopback() const {
    const bool on_network = kind == Kind::tcp || kind == Kind::slcan;
    return on_network && (host == "localhost" || host == "::1" || host.starts_with("127."));
}

Result<LinkAddress> parse_link_address(std::string_view text) {
    if (text == "emulated") return LinkAddress{};
    if (text.starts_with("tcp://")) return parse_tcp(text, text.substr(6));
    if (text.starts_with("slcan://")) return parse_slcan(text, text.substr(8));
    if (text.starts_with("rtu:")) return parse_rtu(text, text.substr(4));
    if (text.starts_with("can:")) return parse_can(text, text.substr(4));
    return rejected(text, expectation);
}

std::string host_and_port(const LinkAddress& address) {
    const bool bare_v6 = address.host.find(':') != std::string::npos;
    const std::string host = bare_v6 ? "[" + address.host + "]" : address.host;
    return host + ":" + std::to_string(address.port);
}

std::string modbus_place(const LinkAddress& address) {
    if (address.kind != LinkAddress::Kind::rtu) return host_and_port(address);
    const SerialSettings& serial = address.serial;
    return "rtu:" + address.host + "?baud=" + std::to_string(serial.baud) +
           "&parity=" + serial.parity + "&stop=" + std::to_string(serial.stop_bits);
}

std::string to_text(const LinkAddress& address) {
    switch (address.kind) {
        case LinkAddress::Kind::emulated: return "emulated";
        case LinkAddress::Kind::can: return "can:" + address.host;
        case LinkAddress::Kind::rtu:
            return modbus_place(address) + "&unit=" + std::to_string(address.unit);
        case LinkAddress::Kind::slcan: return "slcan://" + host_and_port(address);
        case LinkAddress::Kind::tcp:
            return "tcp://" + host_and_port(address) + "?unit=" + std::to_string(address.unit);
    }
    return "?";
}

}  // namespace islandbench
