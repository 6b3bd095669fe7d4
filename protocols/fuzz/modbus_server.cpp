// Requests over Modbus TCP, as a device reads them: any bytes, in any pieces, against a SunSpec
// map.
#include "protocols/fuzz/fuzz.hpp"
#include "protocols/modbus/server.hpp"
#include "protocols/sunspec/image.hpp"

namespace {

using namespace islandbench;

class Device final : public modbus::DataModel {
  public:
    Device() {
        image.add(1);
        image.add(701);
        image.add(704);
        image.add(705, 2, 3);
        image.add(714, 2);
    }
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override {
        return image.read(address, into);
    }
    modbus::Served write_registers(std::uint16_t address,
                                   std::span<const std::uint16_t> values) override {
        return image.write(address, values);
    }
    modbus::Served read_coils(std::uint16_t /*address*/, modbus::Bits& into) override {
        if (into.size() > 0) into.set(0, true);
        return {};
    }
    modbus::Served write_coils(std::uint16_t /*address*/, const modbus::Bits& values) override {
        IB_ASSERT(values.size() > 0);
        return {};
    }
    sunspec::Image image{0};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Device device;
    static modbus::Responder responder = [] {
        modbus::Responder made;
        made.serve(1, device);
        return made;
    }();
    fuzz::Input input(data, size);
    const std::size_t most = 1 + input.byte();
    modbus::AduStream stream;
    bool lost = false;
    fuzz::in_pieces(input.rest(), most, [&](std::span<const std::uint8_t> piece) {
        stream.push(piece);
        while (!lost) {
            const auto adu = stream.pull();
            if (!adu) lost = true;
            if (lost || !*adu) return;
            const auto reply = responder.answer(**adu);
            IB_ASSERT(reply && reply->transaction_id == (*adu)->transaction_id);
            IB_ASSERT(reply->unit_id == (*adu)->unit_id && !reply->pdu.empty());
            IB_ASSERT((reply->pdu[0] & 0x7F) == ((*adu)->pdu[0] & 0x7F));
            IB_ASSERT(modbus::encode(*reply).size() <= modbus::max_adu_size);
        }
    });
    return 0;
}
