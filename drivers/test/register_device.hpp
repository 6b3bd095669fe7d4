#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string_view>
#include <vector>

#include "protocols/modbus/server.hpp"

namespace islandbench::drivers::test {

/// A device that is nothing but numbered registers and coils, filled by hand: raw values at the
/// addresses that the makers' papers give, so that no encoder of ours has a say in what a driver
/// reads. What is not there answers "illegal data address".
class RegisterDevice final : public modbus::DataModel {
  public:
    struct Write {
        std::uint16_t address = 0;
        std::vector<std::uint16_t> values;
        bool operator==(const Write&) const = default;
    };

    void put(int address, std::initializer_list<int> values);
    /// Two characters per register, high byte first, the rest zero.
    void put_text(int address, int size, std::string_view text);
    /// A SunSpec model: its id, its length, zeros. Returns the address behind it.
    int put_model(int address, int id, int length);
    /// "SunS" and a common model at 40000. Returns the address behind them: 40070.
    int begin_sunspec(std::string_view maker, std::string_view model, std::string_view serial);
    void end_sunspec(int address) { put(address, {0xFFFF, 0}); }

    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;
    modbus::Served write_registers(std::uint16_t address,
                                   std::span<const std::uint16_t> values) override;
    modbus::Served read_coils(std::uint16_t address, modbus::Bits& into) override;
    modbus::Served write_coils(std::uint16_t address, const modbus::Bits& values) override;

    std::map<int, std::uint16_t> registers;
    std::vector<bool> coils;
    std::vector<Write> writes;    ///< of registers, as they came
    bool ignores_writes = false;  ///< acknowledges them and does nothing
};

}  // namespace islandbench::drivers::test
