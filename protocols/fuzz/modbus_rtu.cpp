// RTU frames: what is taken for one is the one that we would write.
#include <algorithm>
#include <vector>

#include "protocols/fuzz/fuzz.hpp"
#include "protocols/modbus/rtu.hpp"
#include "protocols/modbus/server.hpp"

namespace {

using namespace islandbench;

class Device final : public modbus::DataModel {
    modbus::Served read_holding_registers(std::uint16_t /*address*/,
                                          std::span<std::uint16_t> into) override {
        std::fill(into.begin(), into.end(), std::uint16_t{0x1234});
        return {};
    }
};

void try_frame(std::span<const std::uint8_t> frame) {
    static Device device;
    static modbus::Responder responder = [] {
        modbus::Responder made(modbus::UnknownUnit::silence);
        made.serve(1, device);
        return made;
    }();
    const auto adu = modbus::decode_rtu(frame);
    if (!adu) return;
    const modbus::RtuBytes again = modbus::encode_rtu(*adu);
    IB_ASSERT(std::equal(again.begin(), again.end(), frame.begin(), frame.end()));
    const auto reply = responder.answer(*adu);
    IB_ASSERT(!reply || modbus::encode_rtu(*reply).size() <= modbus::max_rtu_size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::uint8_t> bytes(data, size);
    try_frame(bytes);
    // The same with the CRC that it should have, which no fuzzer guesses.
    std::vector<std::uint8_t> right(bytes.begin(), bytes.end());
    const std::uint16_t crc = modbus::crc16(right);
    right.push_back(static_cast<std::uint8_t>(crc & 0xFF));
    right.push_back(static_cast<std::uint8_t>(crc >> 8));
    try_frame(right);
    return 0;
}
