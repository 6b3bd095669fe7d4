#pragma once

#include <cstdint>
#include <random>
#include <string_view>

namespace islandbench {

/// A seeded stream of random numbers. Every user of chance has a stream of its own, named after it,
/// so that a new user changes nobody else's numbers. The standard's distributions differ between
/// libraries; ours do not.
class Random {
  public:
    Random(std::uint64_t seed, std::string_view stream);

    std::uint64_t bits() { return engine_(); }
    /// In [0, 1).
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    bool chance(double probability) { return uniform() < probability; }
    /// Mean 0, standard deviation 1.
    double normal();
    /// Log-normal, given its median and its 99th percentile.
    double lognormal(double median, double p99);
    /// Time to the next event of a Poisson process.
    double exponential(double mean);

  private:
    std::mt19937_64 engine_;
};

}  // namespace islandbench
