#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/signals.hpp"
#include "reports/store/chunk_codec.hpp"
#include "reports/store/sha256.hpp"

namespace islandbench::reports {

/// What a run has in common with its repetition: SHA-256 over the names of the signals, each with
/// a zero byte behind it, then over every sample in the order of recording as 20 bytes, little
/// end first: index (4), time in ns (8), bits of the value (8). Chunks, compression and wall time
/// leave it alone. All NaN count as one.
class TraceHash {
  public:
    explicit TraceHash(const std::vector<SignalInfo>& signals) : packed_(block * sample_size) {
        for (const SignalInfo& signal : signals) {
            hash_.update(signal.name);
            hash_.update(std::string_view("\0", 1));
        }
    }

    void add(std::span<const Sample> samples) noexcept {
        while (!samples.empty()) {
            const std::size_t n = samples.size() < block ? samples.size() : block;
            std::byte* out = packed_.data();
            for (const Sample& sample : samples.first(n)) out = put(out, sample);
            hash_.update(std::span(packed_.data(), n * sample_size));
            samples = samples.subspan(n);
        }
    }

    std::string finish() { return to_hex(hash_.finish()); }

  private:
    static constexpr std::size_t sample_size = 20;
    static constexpr std::size_t block = 1024;

    static std::byte* put(std::byte* out, std::uint64_t n, int bytes) noexcept {
        for (int i = 0; i < bytes; ++i) *out++ = static_cast<std::byte>(n >> (8 * i));
        return out;
    }
    static std::byte* put(std::byte* out, const Sample& sample) noexcept {
        const double value =
            std::isnan(sample.value) ? std::numeric_limits<double>::quiet_NaN() : sample.value;
        const auto time = static_cast<std::uint64_t>(sample.at.time_since_epoch().count());
        out = put(out, Signals::index(sample.signal), 4);
        out = put(out, time, 8);
        return put(out, std::bit_cast<std::uint64_t>(value), 8);
    }

    Sha256 hash_;
    std::vector<std::byte> packed_;
};

}  // namespace islandbench::reports
