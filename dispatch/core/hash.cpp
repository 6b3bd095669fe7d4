#include <cstring>

#include "dispatch/core/state.hpp"

namespace islandbench::dispatch::core {
namespace {

/// One round of the finaliser of SplitMix64 per word.
std::uint64_t mix(std::uint64_t hash, std::uint64_t word) noexcept {
    std::uint64_t z = hash + word + 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

std::uint64_t mix_bytes(std::uint64_t hash, const void* data, std::size_t size) noexcept {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (std::size_t at = 0; at + 8 <= size; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes + at, 8);
        hash = mix(hash, word);
    }
    return hash;
}

}  // namespace

std::uint64_t hash(const State& state) noexcept {
    static_assert(sizeof(SiteState) % 8 == 0 && sizeof(UnitState) % 8 == 0 &&
                  sizeof(HomeState) % 8 == 0);
    const SiteState& site = state;
    std::uint64_t result = mix_bytes(0, &site, sizeof site);
    result = mix_bytes(result, state.units.data(), state.units.size() * sizeof(UnitState));
    return mix_bytes(result, state.homes.data(), state.homes.size() * sizeof(HomeState));
}

}  // namespace islandbench::dispatch::core
