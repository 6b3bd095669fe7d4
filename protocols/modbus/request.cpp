#include <algorithm>
#include <optional>

#include "protocols/bytes.hpp"
#include "protocols/modbus/pdu.hpp"

namespace islandbench::modbus {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Taken = std::optional<Request>;

constexpr std::uint16_t coil_on = 0xFF00;
constexpr std::uint16_t coil_off = 0x0000;

tl::unexpected<ExceptionCode> refused(ExceptionCode code) {
    return tl::unexpected<ExceptionCode>(code);
}

/// A run of registers or bits that a request touches, and how long it may be.
struct Extent {
    std::size_t address = 0;
    std::size_t quantity = 0;
    std::size_t limit = 0;
};
using Extents = BoundedVector<Extent, 2>;

template <Function f>
Extents extents_of(const Read<f>& r) {
    return {{r.address, r.quantity, Read<f>::max_quantity}};
}
Extents extents_of(const WriteSingleCoil& r) {
    return {{r.address, 1, 1}};
}
Extents extents_of(const WriteSingleRegister& r) {
    return {{r.address, 1, 1}};
}
Extents extents_of(const WriteMultipleCoils& r) {
    return {{r.address, r.values.size(), max_write_bits}};
}
Extents extents_of(const WriteMultipleRegisters& r) {
    return {{r.address, r.values.size(), max_write_registers}};
}
Extents extents_of(const ReadWriteMultipleRegisters& r) {
    return {{r.read_address, r.read_quantity, max_read_registers},
            {r.write_address, r.values.size(), max_read_write_registers}};
}
Extents extents_of(const Request& request) {
    return std::visit([](const auto& r) { return extents_of(r); }, request);
}

bool quantities_fit(const Extents& extents) noexcept {
    return std::all_of(extents.begin(), extents.end(),
                       [](const Extent& e) { return e.quantity >= 1 && e.quantity <= e.limit; });
}
bool addresses_fit(const Extents& extents) noexcept {
    return std::all_of(extents.begin(), extents.end(),
                       [](const Extent& e) { return e.address + e.quantity <= 0x10000; });
}

void put(Pdu& pdu, std::uint16_t value) {
    pdu.push_back(high_byte(value));
    pdu.push_back(low_byte(value));
}
void put_values(Pdu& pdu, const Registers& values) {
    put(pdu, static_cast<std::uint16_t>(values.size()));
    pdu.push_back(static_cast<std::uint8_t>(2 * values.size()));
    for (const std::uint16_t value : values) put(pdu, value);
}

template <Function f>
void put_body(Pdu& pdu, const Read<f>& r) {
    put(pdu, r.address);
    put(pdu, r.quantity);
}
void put_body(Pdu& pdu, const WriteSingleCoil& r) {
    put(pdu, r.address);
    put(pdu, r.on ? coil_on : coil_off);
}
void put_body(Pdu& pdu, const WriteSingleRegister& r) {
    put(pdu, r.address);
    put(pdu, r.value);
}
void put_body(Pdu& pdu, const WriteMultipleCoils& r) {
    put(pdu, r.address);
    put(pdu, static_cast<std::uint16_t>(r.values.size()));
    pdu.push_back(static_cast<std::uint8_t>(r.values.bytes().size()));
    pdu.append(r.values.bytes());
}
void put_body(Pdu& pdu, const WriteMultipleRegisters& r) {
    put(pdu, r.address);
    put_values(pdu, r.values);
}
void put_body(Pdu& pdu, const ReadWriteMultipleRegisters& r) {
    put(pdu, r.read_address);
    put(pdu, r.read_quantity);
    put(pdu, r.write_address);
    put_values(pdu, r.values);
}

// The take functions look at lengths and byte counts; limits are checked on what they return.

/// Functions 1 to 6: exactly an address and one more number behind the function code.
template <class Make>
Taken take_pair(Bytes pdu, Make make) {
    if (pdu.size() != 5) return std::nullopt;
    return make(big_endian16(pdu, 1), big_endian16(pdu, 3));
}

template <class R>
Taken take_as(Bytes pdu) {
    return take_pair(pdu, [](std::uint16_t address, std::uint16_t second) -> Taken {
        return R{address, second};
    });
}

Taken take_write_single_coil(Bytes pdu) {
    return take_pair(pdu, [](std::uint16_t address, std::uint16_t value) -> Taken {
        if (value != coil_on && value != coil_off) return std::nullopt;
        return WriteSingleCoil{address, value == coil_on};
    });
}

/// Where the values stand, after quantity and byte count at `at`; nothing unless the byte count
/// is what `quantity` needs and the PDU ends with them.
std::optional<Bytes> take_value_bytes(Bytes pdu, std::size_t at, std::size_t limit,
                                      std::size_t bits_each) {
    if (pdu.size() < at + 3) return std::nullopt;
    const std::size_t quantity = big_endian16(pdu, at);
    const std::size_t needed = (quantity * bits_each + 7) / 8;
    if (quantity > limit || pdu[at + 2] != needed || pdu.size() != at + 3 + needed) {
        return std::nullopt;
    }
    return pdu.subspan(at + 3);
}

std::optional<Registers> take_registers(Bytes pdu, std::size_t at, std::size_t limit) {
    const auto bytes = take_value_bytes(pdu, at, limit, 16);
    if (!bytes) return std::nullopt;
    Registers values;
    for (std::size_t i = 0; i < bytes->size(); i += 2) values.push_back(big_endian16(*bytes, i));
    return values;
}

Taken take_write_multiple_coils(Bytes pdu) {
    const auto bytes = take_value_bytes(pdu, 3, max_write_bits, 1);
    if (!bytes) return std::nullopt;
    return WriteMultipleCoils{big_endian16(pdu, 1), Bits(*bytes, big_endian16(pdu, 3))};
}

Taken take_write_multiple_registers(Bytes pdu) {
    const auto values = take_registers(pdu, 3, max_write_registers);
    if (!values) return std::nullopt;
    return WriteMultipleRegisters{big_endian16(pdu, 1), *values};
}

Taken take_read_write_multiple_registers(Bytes pdu) {
    const auto values = take_registers(pdu, 7, max_read_write_registers);
    if (!values) return std::nullopt;
    return ReadWriteMultipleRegisters{big_endian16(pdu, 1), big_endian16(pdu, 3),
                                      big_endian16(pdu, 5), *values};
}

/// Nothing, when the length or a byte count is wrong; an unexpected, when the function is unknown.
tl::expected<Taken, ExceptionCode> take(Bytes pdu) {
    if (pdu.empty()) return refused(ExceptionCode::illegal_function);
    switch (static_cast<Function>(pdu[0])) {
        case Function::read_coils: return take_as<ReadCoils>(pdu);
        case Function::read_discrete_inputs: return take_as<ReadDiscreteInputs>(pdu);
        case Function::read_holding_registers: return take_as<ReadHoldingRegisters>(pdu);
        case Function::read_input_registers: return take_as<ReadInputRegisters>(pdu);
        case Function::write_single_coil: return take_write_single_coil(pdu);
        case Function::write_single_register: return take_as<WriteSingleRegister>(pdu);
        case Function::write_multiple_coils: return take_write_multiple_coils(pdu);
        case Function::write_multiple_registers: return take_write_multiple_registers(pdu);
        case Function::read_write_multiple_registers:
            return take_read_write_multiple_registers(pdu);
    }
    return refused(ExceptionCode::illegal_function);
}

}  // namespace

Function function_of(const Request& request) noexcept {
    return std::visit([](const auto& r) { return r.function; }, request);
}

std::string to_text(const Request& request) {
    std::string text = "function " + std::to_string(static_cast<int>(function_of(request)));
    std::string_view separator = " at ";
    for (const Extent& e : extents_of(request)) {
        text += separator;
        text += std::to_string(e.address) + ", quantity " + std::to_string(e.quantity);
        separator = ", writing at ";
    }
    return text;
}

bool is_valid(const Request& request) noexcept {
    const Extents extents = extents_of(request);
    return quantities_fit(extents) && addresses_fit(extents);
}

Pdu encode_request(const Request& request) {
    IB_ASSERT(is_valid(request));
    Pdu pdu;
    pdu.push_back(static_cast<std::uint8_t>(function_of(request)));
    std::visit([&](const auto& r) { put_body(pdu, r); }, request);
    return pdu;
}

tl::expected<Request, ExceptionCode> decode_request(std::span<const std::uint8_t> pdu) {
    const auto taken = take(pdu);
    if (!taken) return refused(taken.error());
    const Taken& request = *taken;
    if (!request) return refused(ExceptionCode::illegal_data_value);
    const Extents extents = extents_of(*request);
    if (!quantities_fit(extents)) return refused(ExceptionCode::illegal_data_value);
    if (!addresses_fit(extents)) return refused(ExceptionCode::illegal_data_address);
    return *request;
}

}  // namespace islandbench::modbus
