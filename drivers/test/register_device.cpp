#include "drivers/test/register_device.hpp"

namespace islandbench::drivers::test {

void RegisterDevice::put(int address, std::initializer_list<int> values) {
    for (const int value : values) registers[address++] = static_cast<std::uint16_t>(value);
}

void RegisterDevice::put_text(int address, int size, std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    };
    for (int i = 0; i < size; ++i) {
        const auto at = static_cast<std::size_t>(2 * i);
        registers[address + i] = static_cast<std::uint16_t>(byte(at) << 8 | byte(at + 1));
    }
}

int RegisterDevice::put_model(int address, int id, int length) {
    for (int i = 0; i < length; ++i) registers[address + 2 + i] = 0;
    put(address, {id, length});
    return address + 2 + length;
}

int RegisterDevice::begin_sunspec(std::string_view maker, std::string_view model,
                                  std::string_view serial) {
    put(40000, {0x5375, 0x6E53});
    const int end = put_model(40002, 1, 66);
    put_text(40004, 16, maker);
    put_text(40020, 16, model);
    put_text(40044, 8, "1.4");
    put_text(40052, 16, serial);
    return end;
}

modbus::Served RegisterDevice::read_holding_registers(std::uint16_t address,
                                                      std::span<std::uint16_t> into) {
    for (std::size_t i = 0; i < into.size(); ++i) {
        const auto found = registers.find(address + static_cast<int>(i));
        if (found == registers.end()) {
            return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
        }
        into[i] = found->second;
    }
    return {};
}

modbus::Served RegisterDevice::write_registers(std::uint16_t address,
                                               std::span<const std::uint16_t> values) {
    writes.push_back({address, {values.begin(), values.end()}});
    if (ignores_writes) return {};
    for (std::size_t i = 0; i < values.size(); ++i) {
        registers[address + static_cast<int>(i)] = values[i];
    }
    return {};
}

modbus::Served RegisterDevice::read_coils(std::uint16_t address, modbus::Bits& into) {
    if (address + into.size() > coils.size()) {
        return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    }
    for (std::size_t i = 0; i < into.size(); ++i) into.set(i, coils[address + i]);
    return {};
}

modbus::Served RegisterDevice::write_coils(std::uint16_t address, const modbus::Bits& values) {
    if (address + values.size() > coils.size()) {
        return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    }
    for (std::size_t i = 0; i < values.size() && !ignores_writes; ++i) {
        coils[address + i] = values[i];
    }
    return {};
}

}  // namespace islandbench::drivers::test
