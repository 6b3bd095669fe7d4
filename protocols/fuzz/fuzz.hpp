#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/assert.hpp"

/// What the fuzz targets have in common. A target feeds what it is given to code that reads foreign
/// bytes; a crash, a broken promise of ours (IB_ASSERT) or undefined behaviour ends it.
namespace islandbench::fuzz {

/// Takes numbers off the front of the input; zeros once it is used up.
class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const std::uint8_t first = rest_[0];
        rest_ = rest_.subspan(1);
        return first;
    }
    std::uint16_t word() {
        const auto high = byte();
        return static_cast<std::uint16_t>(high << 8 | byte());
    }
    [[nodiscard]] std::span<const std::uint8_t> rest() const { return rest_; }
    [[nodiscard]] bool empty() const { return rest_.empty(); }

  private:
    std::span<const std::uint8_t> rest_;
};

/// Calls `take` with the bytes in pieces of at most `most`.
template <class Take>
void in_pieces(std::span<const std::uint8_t> bytes, std::size_t most, Take take) {
    while (!bytes.empty()) {
        const auto piece = bytes.first(bytes.size() < most ? bytes.size() : most);
        take(piece);
        bytes = bytes.subspan(piece.size());
    }
}

}  // namespace islandbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
