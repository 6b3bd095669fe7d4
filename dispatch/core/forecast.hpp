#pragma once

#include <array>
#include <cstdint>
#include <span>

/// What the street will need, and how long its batteries will last. Simple and robust: the mean of
/// the last half-hour, whose weight fades over two hours into what the same quarter-hour was on
/// earlier days (its median); the spread is that of the errors made so far. Integers only; the same
/// observations give the same bits.
namespace islandbench::dispatch::core {

inline constexpr std::int64_t slot_ms = 15 * 60 * 1000;
inline constexpr int slots_per_day = 96;
inline constexpr int days_kept = 5;
inline constexpr int recent_minutes = 30;

/// Of one quantity: demand, or PV. No padding, so that it may be part of a memory that is hashed.
struct ForecastState {
    std::array<std::array<std::int32_t, days_kept>, slots_per_day>
        days{};                                         ///< means, the newest first
    std::array<std::int32_t, recent_minutes> recent{};  ///< means of minutes, the newest first
    std::int64_t minute = -1, slot = -1;  ///< that are being summed, since the clock's epoch
    std::int64_t minute_wms = 0, minute_ms = 0, slot_wms = 0, slot_ms_seen = 0;
    std::int64_t error_mw = 0;  ///< mean of |mean of a minute - forecast of it half an hour before|
    std::int32_t minutes = 0;   ///< in `recent`
    std::int32_t errors = 0;    ///< that error_mw is made of, at most 60
    std::array<std::uint8_t, slots_per_day> known{};  ///< days in `days`
};

/// `w` held for the `dt_ms` before `now_ms`. Longer gaps than a minute are told as not known.
void observe(ForecastState& state, std::int64_t now_ms, std::int64_t dt_ms,
             std::int64_t w) noexcept;

/// The mean over the quarter-hour around `ahead_ms` from now, W. Nothing seen: 0.
std::int64_t expected_w(const ForecastState& state, std::int64_t now_ms,
                        std::int64_t ahead_ms) noexcept;

/// What it does not exceed with 90 %: more, by the spread of errors.
std::int64_t high_w(const ForecastState& state, std::int64_t now_ms,
                    std::int64_t ahead_ms) noexcept;

/// How long an energy lasts.
struct Runtime {
    std::int64_t p50_ms = 0, p90_ms = 0;  ///< p90 <= p50; never longer than runtime_most_ms
};
inline constexpr std::int64_t runtime_most_ms = std::int64_t{48} * 3600 * 1000;

/// What a quarter-hour brings, W: the whole demand, as expected_w and high_w say, and PV, >= 0.
struct Ahead {
    std::int64_t usual_w = 0, high_w = 0, sun_w = 0;
};
using TwoDays = std::array<Ahead, runtime_most_ms / slot_ms>;
TwoDays days_ahead(const ForecastState& demand, const ForecastState& pv,
                   std::int64_t now_ms) noexcept;

/// Until the demand, of which `share_permille` is on, less PV has drawn `energy_wh`. What PV gives
/// is counted by half in P90.
Runtime runtime(const TwoDays& days, std::int64_t energy_wh, std::int64_t share_permille) noexcept;

/// What is left of an estimate of energy: the drift of a state of charge since it was last full, by
/// `permille_per_day` and at least `least_permille` of the capacity.
std::int64_t trusted_wh(std::int64_t above_wh, std::int64_t capacity_wh, std::int64_t since_full_ms,
                        std::int32_t permille_per_day, std::int32_t least_permille) noexcept;

}  // namespace islandbench::dispatch::core
