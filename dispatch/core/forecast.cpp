#include "dispatch/core/forecast.hpp"

#include <algorithm>
#include <utility>

namespace islandbench::dispatch::core {
namespace {

constexpr std::int64_t minute_ms = 60000;
/// The weight of the last half-hour fades over so long.
constexpr std::int64_t fade_ms = 2 * 3600 * 1000;
/// Of a two-sided exponential spread nine of ten stay below this many mean errors.
constexpr std::int64_t ninety_permille = 1609;
constexpr std::int32_t errors_most = 60;

std::int32_t watt(std::int64_t w) noexcept {
    constexpr std::int64_t most = std::int64_t{1} << 30;
    return static_cast<std::int32_t>(std::clamp(w, -most, most));
}

std::size_t slot_of_day(std::int64_t slot) noexcept {
    return static_cast<std::size_t>(((slot % slots_per_day) + slots_per_day) % slots_per_day);
}

std::int64_t recent_w(const ForecastState& s) noexcept {
    std::int64_t sum = 0;
    for (int i = 0; i < s.minutes; ++i) sum += s.recent[static_cast<std::size_t>(i)];
    return s.minutes == 0 ? 0 : sum / s.minutes;
}

/// Of an odd count the middle one, of an even one the mean of two: one strange day moves nothing.
std::int64_t median(std::array<std::int32_t, days_kept> days, int n) noexcept {
    for (int i = 1; i < n; ++i) {
        for (int k = i; k > 0; --k) {
            const auto at = static_cast<std::size_t>(k);
            if (days[at - 1] > days[at]) std::swap(days[at - 1], days[at]);
        }
    }
    const auto at = [&days](int i) { return std::int64_t{days[static_cast<std::size_t>(i)]}; };
    return n % 2 == 1 ? at(n / 2) : (at(n / 2 - 1) + at(n / 2)) / 2;
}

/// How much more it may be with 90 %. Before an hour of its own errors is known: a third.
std::int64_t spread_w(const ForecastState& s, std::int64_t usual_w) noexcept {
    if (s.errors >= errors_most / 2) return s.error_mw / 1000 * ninety_permille / 1000;
    return usual_w > 0 ? usual_w / 3 : 0;
}

template <std::size_t N>
void push(std::array<std::int32_t, N>& list, std::int32_t newest) noexcept {
    for (std::size_t i = N; --i > 0;) list[i] = list[i - 1];
    list[0] = newest;
}

void learn_error(ForecastState& s, std::int32_t mean) noexcept {
    if (s.minutes < recent_minutes) return;
    // What persistence would have said half an hour ago, for want of a list of old forecasts.
    const std::int64_t said = s.recent[recent_minutes - 1];
    const std::int64_t error_mw = (mean > said ? mean - said : said - mean) * 1000;
    s.errors = std::min(s.errors + 1, errors_most);
    s.error_mw += (error_mw - s.error_mw) / s.errors;
}

void end_minute(ForecastState& s) noexcept {
    if (s.minute_ms >= minute_ms / 2) {
        const std::int32_t mean = watt(s.minute_wms / s.minute_ms);
        learn_error(s, mean);
        push(s.recent, mean);
        s.minutes = std::min(s.minutes + 1, recent_minutes);
    }
    s.minute_wms = s.minute_ms = 0;
}

void end_slot(ForecastState& s) noexcept {
    if (s.slot_ms_seen >= slot_ms * 2 / 3) {
        const std::size_t at = slot_of_day(s.slot);
        push(s.days[at], watt(s.slot_wms / s.slot_ms_seen));
        s.known[at] = static_cast<std::uint8_t>(std::min<int>(s.known[at] + 1, days_kept));
    }
    s.slot_wms = s.slot_ms_seen = 0;
}

std::int64_t expected_w(const ForecastState& s, std::int64_t recent, std::int64_t now_ms,
                        std::int64_t ahead_ms) noexcept {
    const std::size_t at = slot_of_day((now_ms + ahead_ms) / slot_ms);
    if (s.known[at] == 0) return recent;
    const std::int64_t usual = median(s.days[at], s.known[at]);
    if (s.minutes == 0) return usual;
    const std::int64_t fresh = std::clamp<std::int64_t>(fade_ms - ahead_ms, 0, fade_ms);
    return (recent * fresh + usual * (fade_ms - fresh)) / fade_ms;
}

/// What batteries give in a quarter-hour, in W for its length.
struct Need {
    std::int64_t p50_w, p90_w;
};
Need need_in(const Ahead& ahead, std::int64_t share_permille) noexcept {
    const std::int64_t usual = ahead.usual_w * share_permille / 1000;
    const std::int64_t high = ahead.high_w * share_permille / 1000;
    const std::int64_t p50 = std::max<std::int64_t>(0, usual - ahead.sun_w);
    return {p50, std::max(p50, high - ahead.sun_w / 2)};
}

/// Drains `left` by a mean power for `length_ms`; what of it passes until nothing is left.
std::int64_t drained_after(std::int64_t& left_wms, std::int64_t w,
                           std::int64_t length_ms) noexcept {
    const std::int64_t needs = w * length_ms;
    if (needs < left_wms || w <= 0) {
        left_wms -= needs;
        return length_ms;
    }
    const std::int64_t lasts = left_wms / w;
    left_wms = 0;
    return lasts;
}

}  // namespace

void observe(ForecastState& state, std::int64_t now_ms, std::int64_t dt_ms,
             std::int64_t w) noexcept {
    const std::int64_t minute = now_ms / minute_ms;
    const std::int64_t slot = now_ms / slot_ms;
    if (minute != state.minute) {
        end_minute(state);
        state.minute = minute;
    }
    if (slot != state.slot) {
        end_slot(state);
        state.slot = slot;
    }
    if (dt_ms <= 0 || dt_ms > minute_ms) return;
    const std::int64_t energy = std::int64_t{watt(w)} * dt_ms;
    state.minute_wms += energy;
    state.minute_ms += dt_ms;
    state.slot_wms += energy;
    state.slot_ms_seen += dt_ms;
}

std::int64_t expected_w(const ForecastState& state, std::int64_t now_ms,
                        std::int64_t ahead_ms) noexcept {
    return expected_w(state, recent_w(state), now_ms, ahead_ms);
}

std::int64_t high_w(const ForecastState& state, std::int64_t now_ms,
                    std::int64_t ahead_ms) noexcept {
    const std::int64_t usual = expected_w(state, now_ms, ahead_ms);
    return usual + spread_w(state, usual);
}

TwoDays days_ahead(const ForecastState& demand, const ForecastState& pv,
                   std::int64_t now_ms) noexcept {
    TwoDays days;
    const std::int64_t recent_demand = recent_w(demand);
    const std::int64_t recent_sun = recent_w(pv);
    for (std::size_t k = 0; k < days.size(); ++k) {
        const std::int64_t at = static_cast<std::int64_t>(k) * slot_ms;
        const std::int64_t usual = expected_w(demand, recent_demand, now_ms, at);
        const std::int64_t sun = expected_w(pv, recent_sun, now_ms, at);
        days[k] = {usual, usual + spread_w(demand, usual), std::max<std::int64_t>(0, sun)};
    }
    return days;
}

Runtime runtime(const TwoDays& days, std::int64_t energy_wh, std::int64_t share_permille) noexcept {
    Runtime lasts;
    const std::int64_t share = std::clamp<std::int64_t>(share_permille, 0, 1000);
    std::int64_t left50 = std::max<std::int64_t>(0, energy_wh) * 3600000;
    std::int64_t left90 = left50;
    for (const Ahead& ahead : days) {
        const Need need = need_in(ahead, share);
        if (left50 > 0) lasts.p50_ms += drained_after(left50, need.p50_w, slot_ms);
        if (left90 > 0) lasts.p90_ms += drained_after(left90, need.p90_w, slot_ms);
        if (left50 <= 0) break;  // P90 ends before
    }
    return lasts;
}

std::int64_t trusted_wh(std::int64_t above_wh, std::int64_t capacity_wh, std::int64_t since_full_ms,
                        std::int32_t permille_per_day, std::int32_t least_permille) noexcept {
    constexpr std::int64_t day_ms = 24 * 3600 * 1000;
    const std::int64_t drift =
        std::clamp<std::int64_t>(since_full_ms, 0, 365 * day_ms) * permille_per_day / day_ms;
    const std::int64_t margin = capacity_wh * std::max<std::int64_t>(drift, least_permille) / 1000;
    return std::max<std::int64_t>(0, above_wh - margin);
}

}  // namespace islandbench::dispatch::core
