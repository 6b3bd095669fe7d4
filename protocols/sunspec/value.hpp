#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "protocols/sunspec/point.hpp"

/// Numbers and texts in registers, by type: range, not-implemented value, scale factor.
/// Source: SunSpec Device Information Model 1.1, points and types.
namespace islandbench::sunspec {

/// Why a reading has no value.
enum class Problem : std::uint8_t {
    none,
    not_implemented,        ///< the device says so, with the type's not-implemented value
    not_there,              ///< the device's model ends before the point
    not_read,               ///< the point was not among the registers read
    scale_not_implemented,  ///< a value, but its scale factor is not implemented
    scale_not_read,         ///< its scale factor did not come with the same response
    scale_out_of_range,     ///< its scale factor is outside -10..10
    scale_changed,          ///< its scale factor changed while the model was read in pieces
};
std::string_view to_text(Problem problem) noexcept;

/// A value in the point's unit, or the reason why there is none. Absent (not_implemented,
/// not_there) is an honest answer; every other problem is a fault of the device or of the reading.
class Reading {
  public:
    static Reading of(double value) noexcept { return Reading(value, Problem::none); }
    static Reading without(Problem problem) noexcept { return Reading(0.0, problem); }

    [[nodiscard]] explicit operator bool() const noexcept { return problem_ == Problem::none; }
    /// There must be a value.
    [[nodiscard]] double operator*() const {
        IB_ASSERT(problem_ == Problem::none);
        return value_;
    }
    [[nodiscard]] double value_or(double other) const noexcept {
        return problem_ == Problem::none ? value_ : other;
    }
    [[nodiscard]] Problem problem() const noexcept { return problem_; }
    [[nodiscard]] bool absent() const noexcept {
        return problem_ == Problem::not_implemented || problem_ == Problem::not_there;
    }

  private:
    Reading(double value, Problem problem) noexcept : value_(value), problem_(problem) {}
    double value_;
    Problem problem_;
};

/// Registers that a number of this type takes; 0 for texts, which take as many as their point says.
[[nodiscard]] std::size_t registers_of(Type type) noexcept;
/// Enums, bitfields, counters and unsigned integers: types that have a raw value worth reading.
[[nodiscard]] bool is_unsigned(Type type) noexcept;

/// The exponent of a scale-factor register.
[[nodiscard]] tl::expected<int, Problem> decode_scale(std::uint16_t raw) noexcept;

/// raw * 10^exponent. `registers` must be as many as the type takes. A pad is never implemented.
[[nodiscard]] Reading decode_number(Type type, std::span<const std::uint16_t> registers,
                                    int exponent = 0);
/// The bits of an unsigned type; nothing when not implemented.
[[nodiscard]] std::optional<std::uint64_t> decode_raw(Type type,
                                                      std::span<const std::uint16_t> registers);

/// round(value / 10^exponent), halves away from zero. Fails with out_of_range when that does not
/// fit the type (not-implemented values and NaN do not) and leaves `into` as it is.
[[nodiscard]] Result<void> encode_number(Type type, double value, int exponent,
                                         std::span<std::uint16_t> into);
/// As encode_number(), but what does not fit becomes the nearest value that does, and NaN becomes
/// not implemented: what a device does with its measurements.
void encode_saturated(Type type, double value, int exponent, std::span<std::uint16_t> into);
void encode_not_implemented(Type type, std::span<std::uint16_t> into);

/// Cut at the first NUL or 0xFF (neither occurs in UTF-8 text), trailing blanks dropped, bytes that
/// are no UTF-8 replaced by U+FFFD. Empty = not implemented.
[[nodiscard]] std::string decode_text(std::span<const std::uint16_t> registers);
/// Padded with NUL. Fails with out_of_range when the text is longer than the registers.
[[nodiscard]] Result<void> encode_text(std::string_view text, std::span<std::uint16_t> into);

/// What happened to a counter between two readings.
struct CounterStep {
    enum class Kind {
        advanced,  ///< `by` may be 0
        wrapped,   ///< passed the type's limit; `by` counts across it
        reset,     ///< the device started again; `by` is what it has counted since
        paused,    ///< reads 0 for now ("not accumulated"): keep the old reading
    };
    Kind kind = Kind::advanced;
    std::uint64_t by = 0;
    bool operator==(const CounterStep&) const = default;
};

/// Compares two raw readings of an acc point. A drop is a wrap when the way across the limit is at
/// most `plausible`, else a reset.
[[nodiscard]] CounterStep counter_step(Type type, std::uint64_t before, std::uint64_t now,
                                       std::uint64_t plausible);

}  // namespace islandbench::sunspec
