#include "base/random.hpp"

#include <cmath>
#include <numbers>

namespace islandbench {
namespace {

/// FNV-1a (the Fowler-Noll-Vo hash) over the stream's name, then mixed with the seed.
std::uint64_t mixed(std::uint64_t seed, std::string_view stream) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : stream) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    std::uint64_t z = seed + hash + 0x9e3779b97f4a7c15U;  // finaliser of SplitMix64
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed, std::string_view stream) : engine_(mixed(seed, stream)) {}

double Random::normal() {
    // Box-Muller, one of the pair: simple, and always two draws.
    const double u = 1.0 - uniform();
    const double v = uniform();
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

double Random::lognormal(double median, double p99) {
    constexpr double z99 = 2.3263478740408408;  // 99th percentile of the normal distribution
    const double sigma = std::log(p99 / median) / z99;
    return median * std::exp(sigma * normal());
}

double Random::exponential(double mean) {
    return -mean * std::log(1.0 - uniform());
}

}  // namespace islandbench
