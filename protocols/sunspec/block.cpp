#include "protocols/sunspec/block.hpp"

#include <algorithm>
#include <array>

namespace islandbench::sunspec {

Block::Block(const ModelAddress& where)
    : where_(where),
      model_(find_model(where.id)),
      registers_(static_cast<std::size_t>(where.size())),
      marks_(registers_.size()) {
    IB_ASSERT(model_ != nullptr);
}

void Block::begin() noexcept {
    std::fill(marks_.begin(), marks_.end(), ReadMark{});
    round_reads_ = 0;
}

void Block::put(const modbus::ReadHoldingRegisters& range,
                std::span<const std::uint16_t> registers) {
    IB_ASSERT(range.address >= where_.address && registers.size() == range.quantity);
    const std::size_t begin = range.address - std::size_t{where_.address};
    IB_ASSERT(begin + registers.size() <= registers_.size());
    ++round_reads_;
    for (std::size_t i = 0; i < registers.size(); ++i) {
        ReadMark& mark = marks_[begin + i];
        std::uint16_t& kept = registers_[begin + i];
        if (mark.first == 0) mark.first = round_reads_;
        if (mark.last != 0 && kept != registers[i]) mark.changed = true;
        mark.last = round_reads_;
        kept = registers[i];
    }
}

void PointWriter::begin(const Block& block) {
    block_ = &block;
    requests_.clear();
}

Result<void> PointWriter::set(const Point& point, double value) {
    IB_ASSERT(block_ != nullptr && point.writable() && point.type != Type::string);
    const ModelAddress& where = block_->where();
    const auto exponent = block_->view().exponent(point);
    if (point.end() > where.size() || !exponent) {
        const Problem problem = exponent ? Problem::not_there : exponent.error();
        return failure(ErrorCode::not_available, describe(point, problem));
    }
    std::array<std::uint16_t, 4> room{};
    const auto raw = std::span<std::uint16_t>(room).first(point.registers);
    return encode_number(point.type, value, *exponent, raw).map([&] {
        append(static_cast<std::uint16_t>(where.address + point.offset), raw);
    });
}

void PointWriter::append(std::uint16_t address, std::span<const std::uint16_t> registers) {
    const bool joins =
        !requests_.empty() &&
        requests_.back().address + requests_.back().values.size() == address &&
        requests_.back().values.size() + registers.size() <= modbus::max_write_registers;
    if (!joins) requests_.push_back({address, {}});
    requests_.back().values.append(registers);
}

}  // namespace islandbench::sunspec
