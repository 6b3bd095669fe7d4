#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "base/signals.hpp"
#include "base/time.hpp"

namespace islandbench::reports {

/// One recorded value.
struct Sample {
    Instant at{};
    double value = 0.0;
    SignalId signal{};
};

/// A chunk is a stretch of the recording, all signals together, in the order (time, signal).
/// Inside, the samples lie signal by signal, which is where the compression comes from:
///
///     zstd( for each signal that occurs, rising: varint(index step) varint(count)
///           for each sample, signal by signal:   varint(zigzag(time step - previous time step))
///           8 byte planes, least significant first, of bits(value) XOR bits(previous value) )
///
/// Varints are LEB128. "Previous" starts at zero for every signal, the first index step counts from
/// -1, the first time step from t0 of the chunk.
class ChunkEncoder {
  public:
    /// Room for chunks of up to `samples_max` samples of `signals` signals; nothing is allocated
    /// later.
    ChunkEncoder(std::size_t samples_max, std::size_t signals);
    ~ChunkEncoder();
    ChunkEncoder(ChunkEncoder&&) noexcept;
    ChunkEncoder& operator=(ChunkEncoder&&) noexcept;

    /// The packed bytes, valid until the next call.
    std::span<const std::byte> encode(std::span<const Sample> samples);

  private:
    struct Buffers;
    std::unique_ptr<Buffers> buffers_;
};

/// Unpacks a chunk of `n` samples that starts at `t0` into the order (time, signal). Whatever the
/// bytes are, it returns an error or samples with signals below `signals`.
Result<std::vector<Sample>> decode_chunk(std::span<const std::byte> packed, Instant t0,
                                         std::size_t n, std::size_t signals);

}  // namespace islandbench::reports
