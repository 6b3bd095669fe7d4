#include "protocols/sunspec/value.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "protocols/bytes.hpp"

namespace islandbench::sunspec {
namespace {

enum class Family { signed_number, unsigned_number, counter, bits, floating, text, pad };

struct Layout {
    Family family;
    std::size_t registers;
};

constexpr Layout layout_of(Type type) noexcept {
    switch (type) {
        case Type::int16:
        case Type::sunssf: return {Family::signed_number, 1};
        case Type::int32: return {Family::signed_number, 2};
        case Type::int64: return {Family::signed_number, 4};
        case Type::uint16:
        case Type::count:
        case Type::enum16: return {Family::unsigned_number, 1};
        case Type::uint32:
        case Type::enum32: return {Family::unsigned_number, 2};
        case Type::uint64: return {Family::unsigned_number, 4};
        case Type::acc16: return {Family::counter, 1};
        case Type::acc32: return {Family::counter, 2};
        case Type::acc64: return {Family::counter, 4};
        case Type::bitfield16: return {Family::bits, 1};
        case Type::bitfield32: return {Family::bits, 2};
        case Type::bitfield64: return {Family::bits, 4};
        case Type::float32: return {Family::floating, 2};
        case Type::float64: return {Family::floating, 4};
        case Type::string: return {Family::text, 0};
        case Type::pad: return {Family::pad, 1};
    }
    return {Family::pad, 1};
}

constexpr int bits_of(Layout layout) noexcept {
    return static_cast<int>(16 * layout.registers);
}

std::uint64_t joined(std::span<const std::uint16_t> registers) {
    std::uint64_t bits = 0;
    for (const std::uint16_t r : registers) bits = (bits << 16) | r;
    return bits;
}

void split(std::uint64_t bits, std::span<std::uint16_t> into) {
    for (std::size_t i = into.size(); i > 0; --i) {
        into[i - 1] = static_cast<std::uint16_t>(bits & 0xFFFF);
        bits >>= 16;
    }
}

constexpr std::uint64_t top_bit(Layout layout) noexcept {
    return std::uint64_t{1} << (bits_of(layout) - 1);
}
constexpr std::uint64_t all_ones(Layout layout) noexcept {
    return top_bit(layout) | (top_bit(layout) - 1);
}

std::uint64_t not_implemented(Layout layout) noexcept {
    switch (layout.family) {
        case Family::signed_number:
        case Family::pad: return top_bit(layout);
        case Family::unsigned_number:
        case Family::bits: return all_ones(layout);
        case Family::counter:
        case Family::text: return 0;
        case Family::floating: return layout.registers == 2 ? 0x7FC00000U : 0x7FF8000000000000U;
    }
    return 0;
}

double float_of(Layout layout, std::uint64_t bits) noexcept {
    if (layout.registers == 4) return std::bit_cast<double>(bits);
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
}

bool is_implemented(Layout layout, std::uint64_t bits) noexcept {
    switch (layout.family) {
        case Family::bits: return (bits & top_bit(layout)) == 0;  // the top bit is reserved
        case Family::floating: return !std::isnan(float_of(layout, bits));  // any payload
        case Family::text:
        case Family::pad: return false;
        case Family::signed_number:
        case Family::unsigned_number:
        case Family::counter: break;
    }
    return bits != not_implemented(layout);
}

double signed_of(Layout layout, std::uint64_t bits) noexcept {
    const int unused = 64 - bits_of(layout);
    return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
}

double number_of(Layout layout, std::uint64_t bits) noexcept {
    if (layout.family == Family::signed_number) return signed_of(layout, bits);
    if (layout.family == Family::floating) return float_of(layout, bits);
    return static_cast<double>(bits);
}

constexpr std::array<double, 11> powers_of_ten{1e0, 1e1, 1e2, 1e3, 1e4, 1e5,
                                               1e6, 1e7, 1e8, 1e9, 1e10};

double power_of_ten(int exponent) {
    IB_ASSERT(exponent >= 0 && exponent <= 10);
    return powers_of_ten[static_cast<std::size_t>(exponent)];
}

// Division where the exponent is negative: 4998 / 100 is 49.98, 4998 * 0.01 is not.
double scaled(double raw, int exponent) {
    return exponent < 0 ? raw / power_of_ten(-exponent) : raw * power_of_ten(exponent);
}
double unscaled(double value, int exponent) {
    return exponent < 0 ? value * power_of_ten(-exponent) : value / power_of_ten(exponent);
}

/// Raw numbers that fit, as whole doubles: at 64 bits the nearest one inside.
struct Range {
    double low;
    double high;
};

/// The largest whole double below `end`.
double last_before(double end) noexcept {
    return std::floor(std::nextafter(end, 0.0));
}

Range range_of(Type type) noexcept {
    if (type == Type::sunssf) return {-10.0, 10.0};
    const Layout layout = layout_of(type);
    const double whole = std::ldexp(1.0, bits_of(layout));
    switch (layout.family) {
        case Family::signed_number: return {-last_before(whole / 2), last_before(whole / 2)};
        case Family::bits: return {0.0, last_before(whole / 2)};
        case Family::counter: return {0.0, last_before(type == Type::acc64 ? whole / 2 : whole)};
        case Family::unsigned_number:
        case Family::floating:
        case Family::text:
        case Family::pad: break;
    }
    return {0.0, last_before(whole - 1.0)};  // all ones is "not implemented"
}

tl::unexpected<Error> does_not_fit(double value) {
    return failure(ErrorCode::out_of_range, std::to_string(value) + " does not fit its registers");
}

std::uint64_t bits_from(Layout layout, double whole_number) noexcept {
    if (layout.family != Family::signed_number) return static_cast<std::uint64_t>(whole_number);
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(whole_number));
}

std::uint64_t float_bits(Layout layout, double value) noexcept {
    if (layout.registers == 4) return std::bit_cast<std::uint64_t>(value);
    return std::bit_cast<std::uint32_t>(static_cast<float>(value));
}

double float_max(Layout layout) noexcept {
    if (layout.registers == 4) return std::numeric_limits<double>::max();
    return std::numeric_limits<float>::max();
}

}  // namespace

std::string_view to_text(Problem problem) noexcept {
    switch (problem) {
        case Problem::none: return "available";
        case Problem::not_implemented: return "not implemented by the device";
        case Problem::not_there: return "beyond the end of the device's model";
        case Problem::not_read: return "not among the registers read";
        case Problem::scale_not_implemented: return "its scale factor is not implemented";
        case Problem::scale_not_read: return "its scale factor came with another response";
        case Problem::scale_out_of_range: return "its scale factor is outside -10..10";
        case Problem::scale_changed: return "its scale factor changed during the reading";
    }
    return "unknown";
}

std::size_t registers_of(Type type) noexcept {
    return layout_of(type).registers;
}

bool is_unsigned(Type type) noexcept {
    const Family family = layout_of(type).family;
    return family == Family::unsigned_number || family == Family::counter || family == Family::bits;
}

tl::expected<int, Problem> decode_scale(std::uint16_t raw) noexcept {
    const auto exponent = static_cast<std::int16_t>(raw);
    if (raw == 0x8000) return tl::unexpected<Problem>(Problem::scale_not_implemented);
    if (exponent < -10 || exponent > 10) {
        return tl::unexpected<Problem>(Problem::scale_out_of_range);
    }
    return exponent;
}

Reading decode_number(Type type, std::span<const std::uint16_t> registers, int exponent) {
    const Layout layout = layout_of(type);
    IB_ASSERT(registers.size() == layout.registers);
    const std::uint64_t bits = joined(registers);
    if (!is_implemented(layout, bits)) return Reading::without(Problem::not_implemented);
    return Reading::of(scaled(number_of(layout, bits), exponent));
}

std::optional<std::uint64_t> decode_raw(Type type, std::span<const std::uint16_t> registers) {
    const Layout layout = layout_of(type);
    IB_ASSERT(is_unsigned(type) && registers.size() == layout.registers);
    const std::uint64_t bits = joined(registers);
    if (!is_implemented(layout, bits)) return std::nullopt;
    return bits;
}

Result<void> encode_number(Type type, double value, int exponent, std::span<std::uint16_t> into) {
    const Layout layout = layout_of(type);
    IB_ASSERT(layout.registers > 0 && into.size() == layout.registers);
    const double raw = unscaled(value, exponent);
    if (layout.family == Family::floating) {
        if (!(std::abs(raw) <= float_max(layout))) return does_not_fit(value);  // NaN too
        split(float_bits(layout, raw), into);
        return {};
    }
    const Range range = range_of(type);
    const double whole = std::round(raw);
    if (!(whole >= range.low && whole <= range.high)) return does_not_fit(value);  // NaN too
    split(bits_from(layout, whole), into);
    return {};
}

void encode_saturated(Type type, double value, int exponent, std::span<std::uint16_t> into) {
    if (std::isnan(value)) return encode_not_implemented(type, into);
    const Layout layout = layout_of(type);
    IB_ASSERT(layout.registers > 0 && into.size() == layout.registers);
    const double raw = unscaled(value, exponent);
    if (layout.family == Family::floating) {
        const double max = float_max(layout);
        return split(float_bits(layout, std::clamp(raw, -max, max)), into);
    }
    const Range range = range_of(type);
    split(bits_from(layout, std::clamp(std::round(raw), range.low, range.high)), into);
}

void encode_not_implemented(Type type, std::span<std::uint16_t> into) {
    const Layout layout = layout_of(type);
    IB_ASSERT(layout.family == Family::text || into.size() == layout.registers);
    split(not_implemented(layout), into);
}

CounterStep counter_step(Type type, std::uint64_t before, std::uint64_t now,
                         std::uint64_t plausible) {
    const Layout layout = layout_of(type);
    IB_ASSERT(layout.family == Family::counter);
    if (now >= before) return {CounterStep::Kind::advanced, now - before};
    if (now == 0) return {CounterStep::Kind::paused, 0};
    const std::uint64_t last = type == Type::acc64 ? all_ones(layout) >> 1 : all_ones(layout);
    if (before > last) return {CounterStep::Kind::reset, now};  // it was outside its own range
    const std::uint64_t across = last - before + 1 + now;
    if (across <= plausible) return {CounterStep::Kind::wrapped, across};
    return {CounterStep::Kind::reset, now};
}

}  // namespace islandbench::sunspec
