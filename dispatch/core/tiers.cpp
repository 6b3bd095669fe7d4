#include "dispatch/core/tiers.hpp"

#include "dispatch/core/machine.hpp"

namespace islandbench::dispatch::core {
namespace {

/// After an order, before a contactor read back otherwise counts as somebody else's doing.
constexpr std::int64_t own_doing_ms = 3000;
constexpr std::uint8_t samples_needed = 2;
constexpr std::int64_t fade_every_ms = 10000;
constexpr std::int64_t turn_ms = 250;

/// The first tier that should be closed and is not; as many as should be when all are.
std::int32_t first_open(const HomeIn& in, const HomeState& home) noexcept {
    std::int32_t tier = 1;
    while (tier < home.closed_tiers && in.closed[static_cast<std::size_t>(tier)]) ++tier;
    return std::min(tier, home.closed_tiers);
}

/// A contactor that somebody else opened (a local under-frequency stage, say) is taken over: it
/// stays open, with all less critical ones, and comes back by the rules of restoring.
void adopt(Work& work, const Home& of, std::size_t h) noexcept {
    const HomeIn& in = of.in;
    HomeState& home = of.state;
    const std::int32_t lowest = first_open(in, home);
    if (lowest == home.closed_tiers || !in.carried_out ||
        work.age(home.ordered_ms) < own_doing_ms) {
        home.found_open = 0;
        return;
    }
    if (++home.found_open < samples_needed) return;
    order_tiers(work, h, lowest);
    PhaseState& phase = work.state.phases[of.config.phase];
    phase.locked_until_ms =
        std::max(phase.locked_until_ms, work.now_ms + work.tuning.restore_gap_ms);
}

/// What a tier drew at most is forgotten slowly; more slowly while it is off, so that it is not
/// tried again too soon, but it is: one old peak must not keep a tier off for ever. A home keeps
/// its turn, whatever it has missed.
void fade(const Work& work, const HomeIn& in, HomeState& home) noexcept {
    home.faded_ms += work.age(home.faded_ms) / fade_every_ms * fade_every_ms;
    for (std::size_t t = 0; t < tier_count; ++t) {
        const std::int64_t lasting =
            in.closed[t] ? work.tuning.peak_fade_ms : work.tuning.peak_fade_open_ms;
        home.peak_w[t] -= to_w(home.peak_w[t] * fade_every_ms / lasting);
    }
}

void remember(const Work& work, const HomeIn& in, HomeState& home, std::size_t h) noexcept {
    // In turns, so that no step has to do it for all homes.
    constexpr std::size_t turns = fade_every_ms / turn_ms;
    const std::int64_t turn = static_cast<std::int64_t>(h % turns) * turn_ms;
    if (home.faded_ms == never_reported) home.faded_ms = work.now_ms + turn;
    if (work.age(home.faded_ms) >= fade_every_ms) fade(work, in, home);
    for (std::size_t t = 0; t < tier_count; ++t) {
        if (in.closed[t] && in.p_w[t] > home.peak_w[t]) home.peak_w[t] = in.p_w[t];
    }
}

void observe_home(Work& work, const Home& of, std::size_t h) noexcept {
    const HomeIn& in = of.in;
    HomeState& home = of.state;
    const bool another = in.id != 0 && in.id != home.id;
    if (another || home.barred != 0 || of.config.phase >= phase_count) return;
    if (in.reported_ms <= home.reported_ms || in.reported_ms > work.now_ms + 1000) return;
    home.reported_ms = in.reported_ms;
    remember(work, in, home, h);
    if (!in.closed[0]) work.alarm(Alarm::tier0_open);
    adopt(work, of, h);
}

void force(Work& work) noexcept {
    const std::int32_t allowed = tiers_allowed(work.state);
    if (work.most_closed <= allowed) return;
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        if (work.config.homes[h].phase >= phase_count) continue;  // takes no part
        if (work.state.homes[h].closed_tiers > allowed) order_tiers(work, h, allowed);
    }
}

}  // namespace

void order_tiers(Work& work, std::size_t home, std::int32_t closed_tiers) noexcept {
    work.state.homes[home].closed_tiers = closed_tiers;
    work.state.homes[home].ordered_ms = work.now_ms;
    work.state.homes[home].found_open = 0;
    work.tiers_ordered = true;
}

void tell_tiers(const Work& work, Part part, std::span<HomeOut> homes) noexcept {
    each_home(work, part, [homes](const Home& home, std::size_t h) {
        homes[h].closed_tiers = home.state.closed_tiers;
    });
}

void observe_homes(Work& work, Part part) noexcept {
    std::int32_t least = work.least_closed, most = work.most_closed;
    each_home(work, part, [&](const Home& home, std::size_t h) {
        observe_home(work, home, h);
        least = std::min(least, home.state.closed_tiers);
        most = std::max(most, home.state.closed_tiers);
    });
    work.least_closed = least;
    work.most_closed = most;
}

void tend_tiers(Work& work) noexcept {
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
