// A device's registers are the input: the walk ends, and every point of every model that it finds
// can be planned, read and decoded, whatever stands there.
#include <vector>

#include "protocols/fuzz/fuzz.hpp"
#include "protocols/sunspec/block.hpp"
#include "protocols/sunspec/walk.hpp"

namespace {

using namespace islandbench;
using namespace islandbench::sunspec;

const Error refusal{ErrorCode::exception, "exception: illegal data address (2)"};

/// Registers from a base on; what lies outside is refused.
struct Device {
    std::uint16_t base = 0;
    std::vector<std::uint16_t> registers;

    [[nodiscard]] bool has(const modbus::ReadHoldingRegisters& range) const {
        return range.address >= base &&
               std::size_t{range.address} - base + range.quantity <= registers.size();
    }
    /// Does nearly all of the model lie inside? A long tail of nothing is only slow to look at.
    [[nodiscard]] bool has_most_of(const ModelAddress& where) const {
        const std::size_t end = std::size_t{where.address} - base + where.size();
        return end <= registers.size() + modbus::max_read_registers;
    }
    [[nodiscard]] std::span<const std::uint16_t> at(
        const modbus::ReadHoldingRegisters& range) const {
        return std::span(registers).subspan(std::size_t{range.address} - base, range.quantity);
    }
};

void look_at_all(const Model& model, const Block& block) {
    const ModelView view = block.view();
    for_each_point(model, block.where().size(), view.slots(), [&](const Point& p) {
        if (p.type == Type::string) {
            (void)view.text(p);
            return;
        }
        const Reading reading = view.number(p);
        IB_ASSERT(reading || reading.problem() != Problem::none);
        if (is_unsigned(p.type)) (void)view.raw(p);
    });
}

void read_round(const Device& device, const Model& model, Block& block, int read_max, int slots) {
    block.begin();
    for (const auto& piece : plan_reads(block.where(), read_max, {}, slots)) {
        IB_ASSERT(piece.quantity >= 1 && piece.quantity <= read_max);
        if (device.has(piece)) block.put(piece, device.at(piece));
    }
    look_at_all(model, block);
}

void read_model(const Device& device, const ModelAddress& where, int read_max) {
    const Model* const model = find_model(where.id);
    if (model == nullptr || !device.has_most_of(where)) return;
    Block block(where);
    read_round(device, *model, block, read_max, 0);
    // Curves can be read once it is known how long they are; all else would come again unchanged.
    const int slots = block.view().slots();
    if (slots > 0) read_round(device, *model, block, read_max, slots);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::uint8_t setting = input.byte();
    const int read_max = 1 + input.byte() % 125;
    Device device;
    device.base = (setting & 1) != 0 ? 40000 : 0;
    // Mostly the marker is there: looking for it is soon done.
    if ((setting & 2) == 0) device.registers = {0x5375, 0x6E53};
    while (!input.empty()) device.registers.push_back(input.word());
    Walk walk((setting & 4) != 0 ? 50000 : 40000);
    int reads = 0;
    while (const auto next = walk.next()) {
        IB_ASSERT(++reads < 1000);
        if (device.has(*next)) {
            walk.feed(device.at(*next));
        } else {
            walk.refuse(refusal);
        }
    }
    if (walk.outcome() != Walk::Outcome::found) return 0;
    for (const ModelAddress& where : walk.models()) read_model(device, where, read_max);
    return 0;
}
