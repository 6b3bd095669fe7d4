// Replies over Modbus TCP, as a client reads them: any bytes behind any valid request. What is
// taken for an answer has exactly what was asked for.
#include <variant>

#include "protocols/fuzz/fuzz.hpp"
#include "protocols/modbus/client.hpp"

namespace {

using namespace islandbench;

modbus::Request request_of(fuzz::Input& input) {
    const std::uint8_t kind = input.byte();
    const auto address = static_cast<std::uint16_t>(input.word() % 40000);
    const auto count = static_cast<std::uint16_t>(1 + input.byte() % 121);
    switch (kind % 8) {
        case 0: return modbus::ReadCoils{address, count};
        case 1: return modbus::ReadDiscreteInputs{address, count};
        case 2: return modbus::ReadHoldingRegisters{address, count};
        case 3: return modbus::ReadInputRegisters{address, count};
        case 4: return modbus::WriteSingleCoil{address, (count & 1) != 0};
        case 5: return modbus::WriteSingleRegister{address, count};
        case 6: {
            modbus::WriteMultipleRegisters write{address, {}};
            write.values.resize(count);
            return write;
        }
        default: {
            modbus::ReadWriteMultipleRegisters both;
            both.read_address = both.write_address = address;
            both.read_quantity = count;
            both.values.resize(count);
            return both;
        }
    }
}

void check(const modbus::Request& request, const modbus::Response& response) {
    if (std::holds_alternative<modbus::ExceptionCode>(response)) return;
    const modbus::Pdu again = modbus::encode_response(request, response);
    const auto twice = modbus::decode_response(request, again);
    IB_ASSERT(twice.has_value());
    IB_ASSERT(twice->index() == response.index());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const modbus::Request request = request_of(input);
    const std::size_t most = 1 + input.byte();
    modbus::Client client(1);  // its first request has the id 1
    (void)client.ask(1, request);
    // The bare PDU, past the framing that few inputs get through.
    if (const auto response = modbus::decode_response(request, input.rest())) {
        check(request, *response);
    }
    modbus::AduStream stream;
    bool lost = false;
    fuzz::in_pieces(input.rest(), most, [&](std::span<const std::uint8_t> piece) {
        stream.push(piece);
        while (!lost) {
            const auto adu = stream.pull();
            if (!adu) lost = true;
            if (lost || !*adu) return;
            const auto response = client.accept(**adu);
            if (response && *response) check(request, **response);
        }
    });
    return 0;
}
