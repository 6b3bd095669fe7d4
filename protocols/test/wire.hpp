#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"

namespace islandbench {

/// The error, or nothing where there is none (error() of a success is undefined).
template <class T, class E>
std::optional<E> error_of(const tl::expected<T, E>& result) {
    if (result) return std::nullopt;
    return result.error();
}
template <class T>
std::optional<ErrorCode> error_code(const Result<T>& result) {
    if (result) return std::nullopt;
    return result.error().code;
}

}  // namespace islandbench

/// Bytes and registers as tests like to write them.
namespace islandbench::wire {

using Bytes = std::vector<std::uint8_t>;
using Words = std::vector<std::uint16_t>;

/// "03 00 6B" -> {0x03, 0x00, 0x6B}
inline Bytes bytes(std::string_view hex) {
    Bytes out;
    for (std::size_t i = 0; i < hex.size(); i += 3) {
        out.push_back(
            static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    }
    return out;
}

template <class Container>
Bytes bytes_of(const Container& container) {
    return Bytes(container.begin(), container.end());
}

/// A block of exactly `size` on the heap: reading past it is seen by AddressSanitizer.
inline Bytes random_bytes(Random& random, std::size_t size) {
    Bytes out(size);
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(random.bits());
    return out;
}
inline Words random_words(Random& random, std::size_t size) {
    Words out(size);
    for (std::uint16_t& word : out) word = static_cast<std::uint16_t>(random.bits());
    return out;
}
/// In low..high, both included.
inline std::size_t random_size(Random& random, std::size_t low, std::size_t high) {
    return low + random.bits() % (high - low + 1);
}

}  // namespace islandbench::wire
