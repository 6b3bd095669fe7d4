#include "dispatch/core/tiers.hpp"

#include "dispatch/core/machine.hpp"

namespace islandbench::dispatch::core {
namespace {

/// After an order, before a contactor read back otherwise counts as somebody else's doing.
constexpr std::int64_t own_doing_ms = 3000;
constexpr std::uint8_t samples_needed = 2;
constexpr std::int64_t fade_every_ms = 10000;

/// A contactor that somebody else opened (a local under-frequency stage, say) is taken over: it
/// stays open, with all less critical ones, and comes back by the rules of restoring.
void adopt(Work& work, std::size_t h) noexcept {
    const HomeIn& in = work.homes[h];
    HomeState& home = work.state.homes[h];
    std::int32_t lowest = home.closed_tiers;
    for (std::int32_t t = home.closed_tiers - 1; t >= 1; --t) {
        if (!in.closed[static_cast<std::size_t>(t)]) lowest = t;
    }
    const bool own = work.age(home.ordered_ms) < own_doing_ms || !in.carried_out;
    if (lowest == home.closed_tiers || own) {
        home.found_open = 0;
        return;
    }
    if (++home.found_open < samples_needed) return;
    order_tiers(work, h, lowest);
    PhaseState& phase = work.state.phases[work.config.homes[h].phase];
    phase.locked_until_ms =
        std::max(phase.locked_until_ms, work.now_ms + work.tuning.restore_gap_ms);
}

/// What a tier drew at most, fading; slowly while it is off, so that it is not tried again too
/// soon, but it is: one old peak must not keep a tier off for ever.
void remember(const Work& work, const HomeIn& in, HomeState& home) noexcept {
    const bool fades = work.age(home.faded_ms) >= fade_every_ms;
    if (fades) home.faded_ms = work.now_ms;
    for (std::size_t t = 0; t < tier_count; ++t) {
        const std::int64_t lasting =
            in.closed[t] ? work.tuning.peak_fade_ms : work.tuning.peak_fade_open_ms;
        if (fades) home.peak_w[t] -= to_w(home.peak_w[t] * fade_every_ms / lasting);
        if (in.closed[t]) home.peak_w[t] = std::max(home.peak_w[t], in.p_w[t]);
    }
}

void observe_home(Work& work, std::size_t h) noexcept {
    const HomeIn& in = work.homes[h];
    HomeState& home = work.state.homes[h];
    const bool another = in.id != 0 && in.id != home.id;
    if (another || home.barred != 0 || work.config.homes[h].phase >= phase_count) return;
    if (in.reported_ms <= home.reported_ms || in.reported_ms > work.now_ms + 1000) return;
    home.reported_ms = in.reported_ms;
    remember(work, in, home);
    if (!in.closed[0]) work.alarm(Alarm::tier0_open);
    adopt(work, h);
}

void force(Work& work) noexcept {
    const std::int32_t allowed = tiers_allowed(work.state);
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        if (work.config.homes[h].phase >= phase_count) continue;  // takes no part
        if (work.state.homes[h].closed_tiers > allowed) order_tiers(work, h, allowed);
    }
}

}  // namespace

bool home_fresh(const Work& work, std::size_t home) noexcept {
    return work.age(work.state.homes[home].reported_ms) <= work.config.homes[home].hold_ms;
}

void order_tiers(Work& work, std::size_t home, std::int32_t closed_tiers) noexcept {
    work.state.homes[home].closed_tiers = closed_tiers;
    work.state.homes[home].ordered_ms = work.now_ms;
    work.state.homes[home].found_open = 0;
}

void observe_homes(Work& work) noexcept {
    for (std::size_t h = 0; h < work.homes.size(); ++h) observe_home(work, h);
}

void tend_tiers(Work& work) noexcept {
    observe_homes(work);
    const FsmState s = work.state.fsm;
    if (islanded(s) || (s == FsmState::islanding && !work.site.closed)) {
        watch_phases(work);
    } else {
        forget_overload(work);
    }
    force(work);
    restore_tier(work);
}

}  // namespace islandbench::dispatch::core
