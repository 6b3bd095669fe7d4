#include "reports/store/chunk_codec.hpp"

#include <gtest/gtest.h>
#include <zstd.h>

#include <bit>
#include <cmath>

#include "base/random.hpp"

namespace islandbench::reports {
namespace {

constexpr std::size_t signals = 7;

SignalId signal(std::uint32_t index) {
    return SignalId{index};
}

/// Random walks, flags, gaps and odd numbers on irregular times, in the order (time, signal).
std::vector<Sample> random_recording(std::uint64_t seed, std::size_t rows) {
    Random chance(seed, "recording");
    std::vector<Sample> samples;
    std::array<double, signals> value{};
    Instant t = at_seconds(-10.0);
    for (std::size_t row = 0; row < rows; ++row) {
        t += Duration{1 + static_cast<std::int64_t>(chance.uniform() * 3e6)};
        for (std::uint32_t i = 0; i < signals; ++i) {
            if (!chance.chance(0.6)) continue;
            value[i] = chance.chance(0.05) ? std::nan("")
                       : i < 2             ? (chance.chance(0.5) ? 1.0 : 0.0)
                                           : chance.normal() * 230.0;
            samples.push_back({t, value[i], signal(i)});
        }
    }
    samples.push_back({t + 1ns, -0.0, signal(0)});
    samples.push_back({Instant::max(), INFINITY, signal(6)});
    return samples;
}

bool same(const Sample& a, const Sample& b) {
    return a.at == b.at && a.signal == b.signal &&
           std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value);
}

void expect_same(const std::vector<Sample>& a, const std::vector<Sample>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_TRUE(same(a[i], b[i])) << "sample " << i;
}

TEST(ChunkCodec, GivesBackEveryBitInTheOrderOfRecording) {
    ChunkEncoder sut(10000, signals);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto samples = random_recording(seed, seed * 20);

        const auto packed = sut.encode(samples);
        const auto read = decode_chunk(packed, samples.front().at, samples.size(), signals);

        ASSERT_TRUE(read) << read.error().what;
        expect_same(*read, samples);
    }
}

TEST(ChunkCodec, PacksAQuietStreetIntoAlmostNothing) {
    std::vector<Sample> samples;
    for (int second = 0; second < 4000; ++second) {
        for (std::uint32_t i = 0; i < signals; ++i) {
            samples.push_back({at_seconds(second), 230.0 + i, signal(i)});
        }
    }
    ChunkEncoder sut(samples.size(), signals);

    EXPECT_LT(sut.encode(samples).size(), samples.size() / 100);
}

// A packed chunk by hand, from the description in the header alone: two signals, 1 and 2.
TEST(ChunkCodec, FollowsItsDescription) {
    const double value = 1.5;  // 0x3ff8000000000000
    std::string raw;
    raw += {0x02, 0x02, 0x01, 0x01};  // step 2 from -1, two samples; step 1, one
    raw += {0x00, 0x06, 0x02};        // 0, +3 | +1 from t0
    raw += std::string(6 * 3, '\0');  // low planes
    raw += {'\xf8', '\0', '\xf8'};    // the second sample repeats the first
    raw += {'\x3f', '\0', '\x3f'};
    std::string packed(ZSTD_compressBound(raw.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), 1));

    const auto read = decode_chunk(std::as_bytes(std::span(packed)), at_seconds(7), 3, signals);

    ASSERT_TRUE(read) << read.error().what;
    expect_same(*read, {{at_seconds(7), value, signal(1)},
                        {at_seconds(7) + 1ns, value, signal(2)},
                        {at_seconds(7) + 3ns, value, signal(1)}});
}

TEST(ChunkCodec, SurvivesDamage) {
    const auto samples = random_recording(1, 200);
    ChunkEncoder encoder(10000, signals);
    const auto packed = encoder.encode(samples);
    std::vector<std::byte> raw(ZSTD_getFrameContentSize(packed.data(), packed.size()));
    ASSERT_EQ(ZSTD_decompress(raw.data(), raw.size(), packed.data(), packed.size()), raw.size());
    Random chance(1, "damage");
    int refused = 0;
    for (int attempt = 0; attempt < 3000; ++attempt) {
        // Behind the checks of zstd: the bytes themselves lie, at the front more often.
        std::vector<std::byte> wrong = raw;
        const double place = chance.uniform() * chance.uniform();
        wrong[static_cast<std::size_t>(place * static_cast<double>(raw.size()))] ^=
            static_cast<std::byte>(1 + chance.bits() % 255);
        std::vector<std::byte> frame(ZSTD_compressBound(wrong.size()));
        frame.resize(ZSTD_compress(frame.data(), frame.size(), wrong.data(), wrong.size(), 1));

        const auto read = decode_chunk(frame, samples.front().at, samples.size(), signals);

        if (!read) ++refused;
        for (const Sample& sample : read.value_or(std::vector<Sample>{})) {
            ASSERT_LT(Signals::index(sample.signal), signals);
        }
    }
    EXPECT_GT(refused, 0);
}

TEST(ChunkCodec, RefusesWhatIsNoChunk) {
    const auto samples = random_recording(2, 50);
    ChunkEncoder encoder(10000, signals);
    const auto packed = encoder.encode(samples);
    const Instant t0 = samples.front().at;

    EXPECT_FALSE(decode_chunk({}, t0, 1, signals));
    EXPECT_FALSE(decode_chunk(packed.first(packed.size() / 2), t0, samples.size(), signals));
    EXPECT_FALSE(decode_chunk(packed, t0, samples.size() - 1, signals));
    EXPECT_FALSE(decode_chunk(packed, t0, samples.size() + 1, signals));
    EXPECT_FALSE(decode_chunk(packed, t0, SIZE_MAX, signals));
    EXPECT_FALSE(decode_chunk(packed, t0, samples.size(), signals - 1));
}

}  // namespace
}  // namespace islandbench::reports
