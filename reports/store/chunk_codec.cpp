#include "reports/store/chunk_codec.hpp"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "base/assert.hpp"

namespace islandbench::reports {
namespace {

constexpr std::size_t varint_max = 10;
constexpr int planes = 8;
constexpr int level = 3;
// A chunk is never larger than this; a packed size that claims more is damage, not data.
constexpr std::size_t unpacked_max = std::size_t{1} << 26;

// Time steps wrap around in unsigned arithmetic, so that even damaged bytes have a meaning.
constexpr std::uint64_t zigzag(std::uint64_t n) noexcept {
    return (n << 1) ^ (std::uint64_t{0} - (n >> 63));
}
constexpr std::uint64_t unzigzag(std::uint64_t n) noexcept {
    return (n >> 1) ^ (std::uint64_t{0} - (n & 1));
}

std::uint64_t nanoseconds(Instant t) noexcept {
    return static_cast<std::uint64_t>(t.time_since_epoch().count());
}

std::byte* put_varint(std::byte* out, std::uint64_t n) noexcept {
    for (; n >= 0x80; n >>= 7) *out++ = static_cast<std::byte>(n | 0x80);
    *out++ = static_cast<std::byte>(n);
    return out;
}

/// Reads forward; after a step beyond the end everything is zero and ok() false.
class ByteReader {
  public:
    explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] std::span<const std::byte> rest() const noexcept { return bytes_.subspan(at_); }

    std::uint64_t varint() noexcept {
        std::uint64_t n = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (at_ == bytes_.size()) break;
            const auto byte = static_cast<std::uint64_t>(bytes_[at_++]);
            n |= (byte & 0x7f) << shift;
            if (byte < 0x80) return n;
        }
        ok_ = false;
        return 0;
    }

  private:
    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

tl::unexpected<Error> damaged(const char* what) {
    return failure(ErrorCode::bad_input, std::string("damaged samples: ") + what);
}

Result<std::vector<std::byte>> unpack(std::span<const std::byte> packed) {
    const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > unpacked_max) {
        return damaged("no zstd frame of a known size");
    }
    std::vector<std::byte> raw(static_cast<std::size_t>(size));
    const std::size_t got = ZSTD_decompress(raw.data(), raw.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) || got != raw.size()) return damaged("zstd frame does not unpack");
    return raw;
}

/// The directory: which signal owns how many samples. Fills in the signals, signal by signal.
bool read_directory(ByteReader& in, std::size_t signals, std::vector<Sample>& samples) {
    std::uint64_t index = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t filled = 0; filled < samples.size();) {
        const std::uint64_t step = in.varint();
        const std::uint64_t count = in.varint();
        index += step;
        const bool fits = in.ok() && step >= 1 && step <= signals && index < signals &&
                          count >= 1 && count <= samples.size() - filled;
        if (!fits) return false;
        for (std::uint64_t i = 0; i < count; ++i) {
            samples[filled++].signal = SignalId{static_cast<std::uint32_t>(index)};
        }
    }
    return true;
}

void read_times(ByteReader& in, Instant t0, std::vector<Sample>& samples) {
    std::uint64_t time = 0;
    std::uint64_t step = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (i == 0 || samples[i].signal != samples[i - 1].signal) {
            time = nanoseconds(t0);
            step = 0;
        }
        step += unzigzag(in.varint());
        time += step;
        samples[i].at = Instant{Duration{static_cast<std::int64_t>(time)}};
    }
}

void read_values(std::span<const std::byte> bytes, std::vector<Sample>& samples) {
    const std::size_t n = samples.size();
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (i == 0 || samples[i].signal != samples[i - 1].signal) bits = 0;
        std::uint64_t change = 0;
        for (int plane = 0; plane < planes; ++plane) {
            const std::size_t at = static_cast<std::size_t>(plane) * n + i;
            change |= static_cast<std::uint64_t>(bytes[at]) << (8 * plane);
        }
        bits ^= change;
        samples[i].value = std::bit_cast<double>(bits);
    }
}

}  // namespace

struct ChunkEncoder::Buffers {
    std::vector<std::uint32_t> counts;  ///< samples per signal
    std::vector<std::uint32_t> starts;  ///< where a signal's samples begin in `order`
    std::vector<std::uint32_t> order;   ///< indices of samples, signal by signal
    std::vector<std::byte> raw;
    std::vector<std::byte> packed;
    ZSTD_CCtx* context = ZSTD_createCCtx();

    Buffers() = default;
    Buffers(const Buffers&) = delete;
    Buffers& operator=(const Buffers&) = delete;
    ~Buffers() { ZSTD_freeCCtx(context); }

    void sort_by_signal(std::span<const Sample> samples);
    std::byte* write_directory(std::byte* out) const;
    std::byte* write_times(std::byte* out, std::span<const Sample> samples) const;
    std::byte* write_values(std::byte* out, std::span<const Sample> samples) const;
};

/// A counting sort: stable, so the samples of a signal stay in the order of time.
void ChunkEncoder::Buffers::sort_by_signal(std::span<const Sample> samples) {
    std::fill(counts.begin(), counts.end(), 0);
    for (const Sample& sample : samples) ++counts[Signals::index(sample.signal)];
    std::uint32_t start = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        starts[i] = start;
        start += counts[i];
    }
    for (std::uint32_t i = 0; i < samples.size(); ++i) {
        order[starts[Signals::index(samples[i].signal)]++] = i;
    }
}

std::byte* ChunkEncoder::Buffers::write_directory(std::byte* out) const {
    std::uint64_t step = 1;
    for (const std::uint32_t count : counts) {
        if (count > 0) {
            out = put_varint(put_varint(out, step), count);
            step = 0;
        }
        ++step;
    }
    return out;
}

std::byte* ChunkEncoder::Buffers::write_times(std::byte* out,
                                              std::span<const Sample> samples) const {
    const std::uint64_t t0 = nanoseconds(samples.front().at);
    std::size_t at = 0;
    for (const std::uint32_t count : counts) {
        std::uint64_t time = t0;
        std::uint64_t step = 0;
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint64_t now = nanoseconds(samples[order[at++]].at);
            out = put_varint(out, zigzag(now - time - step));
            step = now - time;
            time = now;
        }
    }
    return out;
}

std::byte* ChunkEncoder::Buffers::write_values(std::byte* out,
                                               std::span<const Sample> samples) const {
    const std::size_t n = samples.size();
    std::size_t at = 0;
    for (const std::uint32_t count : counts) {
        std::uint64_t previous = 0;
        for (std::uint32_t i = 0; i < count; ++i, ++at) {
            const auto bits = std::bit_cast<std::uint64_t>(samples[order[at]].value);
            const std::uint64_t change = bits ^ previous;
            previous = bits;
            for (int plane = 0; plane < planes; ++plane) {
                out[static_cast<std::size_t>(plane) * n + at] =
                    static_cast<std::byte>(change >> (8 * plane));
            }
        }
    }
    return out + static_cast<std::size_t>(planes) * n;
}

ChunkEncoder::ChunkEncoder(std::size_t samples_max, std::size_t signals)
    : buffers_(std::make_unique<Buffers>()) {
    IB_ASSERT(buffers_->context != nullptr);
    buffers_->counts.resize(signals);
    buffers_->starts.resize(signals);
    buffers_->order.resize(samples_max);
    const std::size_t occurring = std::min(samples_max, signals);
    const std::size_t raw_max = occurring * 2 * varint_max + samples_max * (varint_max + planes);
    buffers_->raw.resize(raw_max);
    buffers_->packed.resize(ZSTD_compressBound(raw_max));
    // The context takes its working memory with its first frame: have that now.
    ZSTD_compressCCtx(buffers_->context, buffers_->packed.data(), buffers_->packed.size(),
                      buffers_->raw.data(), buffers_->raw.size(), level);
}
ChunkEncoder::~ChunkEncoder() = default;
ChunkEncoder::ChunkEncoder(ChunkEncoder&&) noexcept = default;
ChunkEncoder& ChunkEncoder::operator=(ChunkEncoder&&) noexcept = default;

std::span<const std::byte> ChunkEncoder::encode(std::span<const Sample> samples) {
    Buffers& b = *buffers_;
    IB_ASSERT(!samples.empty() && samples.size() <= b.order.size());
    b.sort_by_signal(samples);
    std::byte* out = b.write_directory(b.raw.data());
    out = b.write_times(out, samples);
    out = b.write_values(out, samples);
    const std::size_t size =
        ZSTD_compressCCtx(b.context, b.packed.data(), b.packed.size(), b.raw.data(),
                          static_cast<std::size_t>(out - b.raw.data()), level);
    IB_ASSERT(!ZSTD_isError(size));
    return {b.packed.data(), size};
}

Result<std::vector<Sample>> decode_chunk(std::span<const std::byte> packed, Instant t0,
                                         std::size_t n, std::size_t signals) {
    const auto raw = unpack(packed);
    if (!raw) return tl::unexpected(raw.error());
    if (n > raw->size() / (planes + 1)) return damaged("fewer samples than announced");
    ByteReader in(*raw);
    std::vector<Sample> samples(n);
    if (!read_directory(in, signals, samples)) return damaged("directory of signals");
    read_times(in, t0, samples);
    if (!in.ok() || in.rest().size() != planes * n) return damaged("times");
    read_values(in.rest(), samples);
    std::stable_sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) {
        return a.at != b.at ? a.at < b.at : a.signal < b.signal;
    });
    return samples;
}

}  // namespace islandbench::reports
