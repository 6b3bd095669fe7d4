#include <optional>

#include "protocols/bytes.hpp"
#include "protocols/modbus/pdu.hpp"

namespace islandbench::modbus {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint8_t exception_flag = 0x80;

std::uint8_t code_of(const Request& request) {
    return static_cast<std::uint8_t>(function_of(request));
}

/// What a reply to a request carries.
struct Expected {
    std::size_t registers = 0;  ///< of a read of registers
    std::size_t bits = 0;       ///< of a read of bits; both 0: the echo of a write
};

template <Function f>
Expected expected_of(const Read<f>& r) {
    if constexpr (Read<f>::of_bits) {
        return {0, r.quantity};
    } else {
        return {r.quantity, 0};
    }
}
Expected expected_of(const ReadWriteMultipleRegisters& r) {
    return {r.read_quantity, 0};
}
template <class Write>
Expected expected_of(const Write& /*r*/) {
    return {};
}
Expected expected_of(const Request& request) {
    return std::visit([](const auto& r) { return expected_of(r); }, request);
}

/// The echo of a write is the head of its request: function, address, and value or quantity.
Pdu echo_of(const Request& request) {
    Pdu echo = encode_request(request);
    echo.resize(5);
    return echo;
}

tl::unexpected<Error> unfit(const Request& request, std::string_view field, std::size_t expected,
                            std::size_t got) {
    return failure(ErrorCode::bad_reply, "reply to " + to_text(request) + ": " +
                                             std::string(field) + " is " + std::to_string(got) +
                                             ", expected " + std::to_string(expected));
}

Result<Response> decode_exception(const Request& request, Bytes pdu) {
    if (pdu.size() != 2) return unfit(request, "length of the exception", 2, pdu.size());
    return Response{static_cast<ExceptionCode>(pdu[1])};
}

/// The data of a reply to a read that needs `bytes` of them.
Result<Bytes> data_of(const Request& request, Bytes pdu, std::size_t bytes) {
    if (pdu.size() < 2) return unfit(request, "length", 2 + bytes, pdu.size());
    if (pdu[1] != bytes) return unfit(request, "byte count", bytes, pdu[1]);
    if (pdu.size() != 2 + bytes) return unfit(request, "length", 2 + bytes, pdu.size());
    return pdu.subspan(2);
}

Result<Response> decode_registers(const Request& request, Bytes pdu, std::size_t quantity) {
    const auto data = data_of(request, pdu, 2 * quantity);
    if (!data) return tl::unexpected<Error>(data.error());
    Registers values;
    for (std::size_t i = 0; i < quantity; ++i) values.push_back(big_endian16(*data, 2 * i));
    return Response{values};
}

Result<Response> decode_bits(const Request& request, Bytes pdu, std::size_t quantity) {
    const auto data = data_of(request, pdu, (quantity + 7) / 8);
    if (!data) return tl::unexpected<Error>(data.error());
    return Response{Bits(*data, quantity)};
}

Result<Response> decode_echo(const Request& request, Bytes pdu) {
    const Pdu echo = echo_of(request);
    if (pdu.size() != echo.size()) return unfit(request, "length", echo.size(), pdu.size());
    const auto address = big_endian16(echo, 1);
    const auto second = big_endian16(echo, 3);
    if (big_endian16(pdu, 1) != address) {
        return unfit(request, "address", address, big_endian16(pdu, 1));
    }
    if (big_endian16(pdu, 3) != second) {
        const Function f = function_of(request);
        const bool single =
            f == Function::write_single_coil || f == Function::write_single_register;
        return unfit(request, single ? "value" : "quantity", second, big_endian16(pdu, 3));
    }
    return Response{Written{}};
}

/// The value that the response must hold, or the error that it holds instead.
template <class T>
Result<T> value_of(const Result<Response>& response) {
    if (!response) return tl::unexpected<Error>(response.error());
    if (const auto* code = std::get_if<ExceptionCode>(&*response)) {
        return failure(ErrorCode::exception, "exception: " + to_text(*code));
    }
    const T* value = std::get_if<T>(&*response);
    IB_ASSERT(value != nullptr);
    return *value;
}

}  // namespace

std::string to_text(ExceptionCode code) {
    const auto name = [&]() -> std::string_view {
        switch (code) {
            case ExceptionCode::illegal_function: return "illegal function";
            case ExceptionCode::illegal_data_address: return "illegal data address";
            case ExceptionCode::illegal_data_value: return "illegal data value";
            case ExceptionCode::server_device_failure: return "server device failure";
            case ExceptionCode::acknowledge: return "acknowledge";
            case ExceptionCode::server_device_busy: return "server device busy";
            case ExceptionCode::memory_parity_error: return "memory parity error";
            case ExceptionCode::gateway_path_unavailable: return "gateway path unavailable";
            case ExceptionCode::gateway_target_failed_to_respond:
                return "gateway target failed to respond";
        }
        return "unknown exception";
    };
    return std::string(name()) + " (" + std::to_string(static_cast<int>(code)) + ")";
}

Pdu encode_exception(std::uint8_t function, ExceptionCode code) {
    return {static_cast<std::uint8_t>(function | exception_flag), static_cast<std::uint8_t>(code)};
}

Pdu encode_response(const Request& request, const Response& response) {
    if (const auto* code = std::get_if<ExceptionCode>(&response)) {
        return encode_exception(code_of(request), *code);
    }
    if (std::holds_alternative<Written>(response)) {
        const Expected expected = expected_of(request);
        IB_ASSERT(expected.registers == 0 && expected.bits == 0);
        return echo_of(request);
    }
    Pdu pdu{code_of(request)};
    if (const auto* bits = std::get_if<Bits>(&response)) {
        IB_ASSERT(bits->size() == expected_of(request).bits);
        pdu.push_back(static_cast<std::uint8_t>(bits->bytes().size()));
        pdu.append(bits->bytes());
        return pdu;
    }
    const Registers& registers = std::get<Registers>(response);
    IB_ASSERT(registers.size() == expected_of(request).registers);
    pdu.push_back(static_cast<std::uint8_t>(2 * registers.size()));
    for (const std::uint16_t value : registers) {
        pdu.push_back(high_byte(value));
        pdu.push_back(low_byte(value));
    }
    return pdu;
}

Result<Response> decode_response(const Request& request, std::span<const std::uint8_t> pdu) {
    if (pdu.empty()) return unfit(request, "length", 2, 0);
    const std::uint8_t function = code_of(request);
    if (pdu[0] == (function | exception_flag)) return decode_exception(request, pdu);
    if (pdu[0] != function) return unfit(request, "function", function, pdu[0]);
    const Expected expected = expected_of(request);
    if (expected.registers > 0) return decode_registers(request, pdu, expected.registers);
    if (expected.bits > 0) return decode_bits(request, pdu, expected.bits);
    return decode_echo(request, pdu);
}

Result<Registers> registers_of(const Result<Response>& response) {
    return value_of<Registers>(response);
}

Result<Bits> bits_of(const Result<Response>& response) {
    return value_of<Bits>(response);
}

Result<void> written(const Result<Response>& response) {
    return value_of<Written>(response).map([](Written /*done*/) {});
}

}  // namespace islandbench::modbus
