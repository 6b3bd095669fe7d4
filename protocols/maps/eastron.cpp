#include "protocols/maps/eastron.hpp"

#include <algorithm>

namespace islandbench::maps::eastron {

std::vector<modbus::ReadInputRegisters> plan_reads(std::span<const Value> wanted, int most) {
    IB_ASSERT(most >= 2 && most <= modbus::max_read_registers);
    std::vector<std::uint16_t> addresses;
    for (const Value& one : wanted) addresses.push_back(one.address);
    std::sort(addresses.begin(), addresses.end());
    std::vector<modbus::ReadInputRegisters> reads;
    for (const std::uint16_t address : addresses) {
        const int with_it = reads.empty() ? most + 1 : address + 2 - reads.back().address;
        if (with_it <= most) {
            reads.back().quantity = static_cast<std::uint16_t>(with_it);
        } else {
            reads.push_back({address, 2});
        }
    }
    return reads;
}

}  // namespace islandbench::maps::eastron
