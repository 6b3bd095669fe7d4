#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/roles.hpp"
#include "base/time.hpp"

namespace islandbench::bench {

/// A device of an emulated street on the wire, and what its clients have done.
struct ServedDevice {
    std::string name;  ///< "home1.inverter"
    Role role = Role::inverter;
    std::string address;  ///< "tcp://127.0.0.1:15003", "slcan://127.0.0.1:15004"
    std::string unit;     ///< Modbus unit id; "-" on CAN
    std::string profile;
    int clients = 0;
    std::uint64_t messages = 0;  ///< Modbus requests answered, or CAN frames that clients heard
    double per_second = 0.0;     ///< of them, lately
    std::string last_write;      ///< "coils 0..4"; empty: nobody has written
    std::optional<Instant> written_at;
};

/// One line per device for people and scripts: name, role, address, unit, profile, in columns.
std::string device_lines(const std::vector<ServedDevice>& devices);

/// Room on a terminal.
struct TerminalSize {
    std::size_t columns = 80, rows = 24;
};

/// The live table, at most `size.rows` lines of at most `size.columns` characters: a line per
/// device where that fits, else a line per home, else several homes on a line. `heading` and
/// `truth` are its first and last line.
std::vector<std::string> street_table(const std::vector<ServedDevice>& devices, Instant now,
                                      const TerminalSize& size, const std::string& heading,
                                      const std::string& truth);

}  // namespace islandbench::bench
