#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "protocols/bounded_vector.hpp"
#include "protocols/modbus/bits.hpp"

/// Modbus requests and replies as typed values, and their protocol data units (function code and
/// data). Source of functions, limits and exceptions: Modbus Application Protocol V1.1b3, clauses
/// 4.1, 6 and 7. Addresses are 0-based, as on the wire: the register that papers call 40001 is 0 or
/// 40000.
namespace islandbench::modbus {

enum class Function : std::uint8_t {
    read_coils = 1,
    read_discrete_inputs = 2,
    read_holding_registers = 3,
    read_input_registers = 4,
    write_single_coil = 5,
    write_single_register = 6,
    write_multiple_coils = 15,
    write_multiple_registers = 16,
    read_write_multiple_registers = 23,
};

/// Why a server refuses a request. Other numbers are kept as they come.
enum class ExceptionCode : std::uint8_t {
    illegal_function = 1,
    illegal_data_address = 2,  ///< the last address counts too
    illegal_data_value = 3,  ///< a quantity of 0 or beyond the limit, a wrong byte count or length
    server_device_failure = 4,
    acknowledge = 5,  ///< a long job has begun
    server_device_busy = 6,
    memory_parity_error = 8,
    gateway_path_unavailable = 0x0A,
    gateway_target_failed_to_respond = 0x0B,
};

/// "illegal data address (2)"
std::string to_text(ExceptionCode code);

inline constexpr std::size_t max_pdu_size = 253;
inline constexpr std::uint16_t max_read_registers = 125;
inline constexpr std::uint16_t max_write_registers = 123;
inline constexpr std::uint16_t max_read_write_registers = 121;  ///< written by function 23
inline constexpr std::uint16_t max_read_bits = 2000;
inline constexpr std::uint16_t max_write_bits = 1968;

using Pdu = BoundedVector<std::uint8_t, max_pdu_size>;
using Registers = BoundedVector<std::uint16_t, max_read_registers>;

/// Functions 1 to 4: so many bits or registers from an address on.
template <Function f>
struct Read {
    static constexpr Function function = f;
    static constexpr bool of_bits =
        f == Function::read_coils || f == Function::read_discrete_inputs;
    static constexpr std::uint16_t max_quantity = of_bits ? max_read_bits : max_read_registers;

    std::uint16_t address = 0;
    std::uint16_t quantity = 1;
    bool operator==(const Read&) const = default;
};
using ReadCoils = Read<Function::read_coils>;
using ReadDiscreteInputs = Read<Function::read_discrete_inputs>;
using ReadHoldingRegisters = Read<Function::read_holding_registers>;
using ReadInputRegisters = Read<Function::read_input_registers>;

struct WriteSingleCoil {
    static constexpr Function function = Function::write_single_coil;
    std::uint16_t address = 0;
    bool on = false;
    bool operator==(const WriteSingleCoil&) const = default;
};
struct WriteSingleRegister {
    static constexpr Function function = Function::write_single_register;
    std::uint16_t address = 0;
    std::uint16_t value = 0;
    bool operator==(const WriteSingleRegister&) const = default;
};
struct WriteMultipleCoils {
    static constexpr Function function = Function::write_multiple_coils;
    std::uint16_t address = 0;
    Bits values;
    bool operator==(const WriteMultipleCoils&) const = default;
};
struct WriteMultipleRegisters {
    static constexpr Function function = Function::write_multiple_registers;
    std::uint16_t address = 0;
    Registers values;
    bool operator==(const WriteMultipleRegisters&) const = default;
};
/// The server writes first and reads then.
struct ReadWriteMultipleRegisters {
    static constexpr Function function = Function::read_write_multiple_registers;
    std::uint16_t read_address = 0;
    std::uint16_t read_quantity = 1;
    std::uint16_t write_address = 0;
    Registers values;
    bool operator==(const ReadWriteMultipleRegisters&) const = default;
};

using Request =
    std::variant<ReadHoldingRegisters, ReadInputRegisters, ReadCoils, ReadDiscreteInputs,
                 WriteSingleCoil, WriteSingleRegister, WriteMultipleCoils, WriteMultipleRegisters,
                 ReadWriteMultipleRegisters>;

/// The write was done: the echo in the reply is made from the request, and checked against it.
struct Written {
    bool operator==(const Written&) const = default;
};

/// What a server says to a request: registers or bits (as many as were asked for), Written, or an
/// exception.
using Response = std::variant<Registers, Bits, Written, ExceptionCode>;

[[nodiscard]] Function function_of(const Request& request) noexcept;
/// "function 3 at 40000, quantity 3": for messages and traces.
[[nodiscard]] std::string to_text(const Request& request);
/// Quantities inside the standard's limits, addresses inside 0..65535: what may be encoded. Ask
/// before encoding when a number comes from a user.
[[nodiscard]] bool is_valid(const Request& request) noexcept;

/// The request must be valid.
[[nodiscard]] Pdu encode_request(const Request& request);
/// The request, or the exception with which a server answers these bytes (unknown function: 1;
/// quantity, byte count or length wrong: 3; past address 65535: 2). Any bytes are safe.
[[nodiscard]] tl::expected<Request, ExceptionCode> decode_request(
    std::span<const std::uint8_t> pdu);

/// The response must be of the kind, and hold as many values, as the request asks for.
[[nodiscard]] Pdu encode_response(const Request& request, const Response& response);
/// The answer to something that is no request of ours; `function` is its first byte.
[[nodiscard]] Pdu encode_exception(std::uint8_t function, ExceptionCode code);
/// Decodes a reply against its request: function, byte count, length and every echoed field must
/// fit. Fails with bad_reply and the name of the field that does not. Any bytes are safe.
[[nodiscard]] Result<Response> decode_response(const Request& request,
                                               std::span<const std::uint8_t> pdu);

/// The registers of a reply to a read; an exception becomes an Error (ErrorCode::exception).
[[nodiscard]] Result<Registers> registers_of(const Result<Response>& response);
[[nodiscard]] Result<Bits> bits_of(const Result<Response>& response);
/// Success of a write.
[[nodiscard]] Result<void> written(const Result<Response>& response);

}  // namespace islandbench::modbus
