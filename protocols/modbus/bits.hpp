#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "base/assert.hpp"

namespace islandbench::modbus {

/// Coils or discrete inputs, packed as they travel: the first one is the lowest bit of byte 0.
class Bits {
  public:
    /// What a read may carry (Modbus Application Protocol V1.1b3, 6.1).
    static constexpr std::size_t bound = 2000;

    Bits() = default;
    Bits(std::initializer_list<bool> bits) {
        for (const bool bit : bits) push_back(bit);
    }
    /// `size` bits out of their bytes; the spare bits of the last byte are dropped.
    Bits(std::span<const std::uint8_t> bytes, std::size_t size) {
        IB_ASSERT(bytes.size() * 8 >= size);
        for (std::size_t i = 0; i < size; ++i) push_back(((bytes[i / 8] >> (i % 8)) & 1) != 0);
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool operator[](std::size_t i) const {
        IB_ASSERT(i < size_);
        return ((bytes_[i / 8] >> (i % 8)) & 1) != 0;
    }
    void set(std::size_t i, bool bit) {
        IB_ASSERT(i < size_);
        const auto mask = static_cast<std::uint8_t>(1U << (i % 8));
        std::uint8_t& byte = bytes_[i / 8];
        byte = static_cast<std::uint8_t>(bit ? byte | mask : byte & ~mask);
    }
    void push_back(bool bit) {
        IB_ASSERT(size_ < bound);
        ++size_;
        set(size_ - 1, bit);
    }
    /// New bits are 0.
    void resize(std::size_t size) {
        while (size_ > size) {
            set(size_ - 1, false);
            --size_;
        }
        while (size_ < size) push_back(false);
    }
    /// The bytes on the wire; spare bits are 0.
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept {
        return std::span<const std::uint8_t>(bytes_).first((size_ + 7) / 8);
    }

    bool operator==(const Bits&) const = default;

  private:
    std::array<std::uint8_t, bound / 8> bytes_{};
    std::size_t size_ = 0;
};

}  // namespace islandbench::modbus
