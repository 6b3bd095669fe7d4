#include "dispatch/core/promises.hpp"

#include "dispatch/core/boxes.hpp"
#include "dispatch/core/tiers.hpp"

namespace islandbench::dispatch::core {
namespace {

constexpr std::int64_t ms_per_h = 3600000;
/// Sums of squares of up to 2^18 of these fit.
constexpr std::int64_t most_value = std::int64_t{1} << 22;
/// "For ever", where nothing is drawn.
constexpr std::int64_t endless_ms = std::int64_t{1} << 40;

std::int64_t critical_load_w(const Work& work) noexcept {
    std::int64_t sum = 0;
    for (std::size_t h = 0; h < work.homes.size(); ++h) {
        const bool known = home_fresh(work, h);
        for (std::size_t t = 0; t < 2; ++t) {
            sum += std::max(0, known ? work.homes[h].p_w[t] : work.state.homes[h].peak_w[t]);
        }
    }
    return sum;
}

std::int64_t probability(const Work& work, std::size_t i) noexcept {
    const bool firm = work.config.units[i].participation == Participation::firm;
    return permille(firm ? 1000 : work.tuning.voluntary_permille, work.tuning.heard_permille);
}

/// Energy and power of the batteries that could help in an outage.
void add_up(const Work& work, Sure& energy_wh, Sure& power_w) noexcept {
    if (work.formers.heard && work.formers.weight_wh > 0) {
        energy_wh.add_surely(work.formers.weight_wh);
        power_w.add_surely(permille(work.formers.rating_w, work.tuning.share_limit_permille));
    }
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const UnitIn& in = work.units[i];
        const UnitConfig& unit = work.config.units[i];
        if (!work.box[i].usable || in.opted_out) continue;
        if (work.age(in.soc_reported_ms) > work.tuning.soc_hold_ms) continue;
        const std::int32_t keep = floor_permille(work, i, false) + work.tuning.trust_permille;
        const std::int64_t wh = permille(unit.capacity_wh, std::max(0, in.soc_permille - keep));
        energy_wh.add(wh, probability(work, i));
        if (wh > 0) power_w.add(std::min(in.discharge_max_w, unit.rating_w), probability(work, i));
    }
}

std::int64_t lasts_ms(std::int64_t energy_wh, std::int64_t draw_w) noexcept {
    if (draw_w <= 0) return endless_ms;
    return std::min(endless_ms, std::max<std::int64_t>(0, energy_wh) * ms_per_h / draw_w);
}

/// What remains of a promise; 0 when its time is over.
std::int64_t remaining_ms(const Work& work, const CommitmentConfig& promise) noexcept {
    if (work.state.event_ms == never_reported)
        return std::max<std::int64_t>(0, promise.duration_ms);
    return std::max<std::int64_t>(0, promise.duration_ms - work.age(work.state.event_ms));
}

PromiseState rated(const Work& work, PromiseMemory& memory, const PromiseOut& out) noexcept {
    if (out.remaining_ms == 0) return PromiseState::none;
    const bool in_outage = work.state.event_ms != never_reported;
    const bool dark = work.state.fsm == FsmState::black || work.out.sure_wh == 0;
    if (in_outage && dark) return PromiseState::broken;
    if (out.time_left_ms < out.remaining_ms) {
        memory.kept_since_ms = never_reported;
        return PromiseState::at_risk;
    }
    if (memory.state <= PromiseState::kept) return PromiseState::kept;
    // Once announced, it is taken back only when it has held for a while.
    if (memory.kept_since_ms == never_reported) memory.kept_since_ms = work.now_ms;
    const bool lasting = work.age(memory.kept_since_ms) >= work.tuning.promise_clear_ms;
    return lasting ? PromiseState::kept : PromiseState::at_risk;
}

/// How much others have to save: energy is theirs as long as what the promise needs is left, with a
/// margin; 1 a little before that, 2 then. It takes a tenth more to be taken back.
std::uint8_t saving_level(const Work& work, const CommitmentConfig& promise,
                          const PromiseOut& out) noexcept {
    if (out.remaining_ms == 0 || !promise.others_save) return 0;
    const Tuning& t = work.tuning;
    const std::uint8_t now = work.state.promise_low;
    const auto below = [&](std::int32_t margin_permille, std::uint8_t level) {
        const std::int64_t stays = now >= level ? margin_permille / 10 : 0;
        return out.time_left_ms < permille(out.remaining_ms, margin_permille + stays);
    };
    if (below(t.promise_critical_permille, 2)) return 2;
    return below(t.promise_saving_permille, 1) ? 1 : 0;
}

bool may_release(const Work& work) noexcept {
    return islanded(work.state.fsm) && work.site.emergency;
}

void release_reserves(Work& work, bool risk) noexcept {
    State& state = work.state;
    if (may_release(work) && risk && state.mode == IslandMode::critical) state.released = 1;
    if (state.released != 0) work.alarm(Alarm::reserve_released);
}

void note_opt_outs(Work& work) noexcept {
    const bool outage = work.state.event_ms != never_reported;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        UnitState& unit = work.state.units[i];
        const bool out = work.units[i].opted_out;
        const bool firm = work.config.units[i].participation == Participation::firm;
        if (out && unit.opted_out == 0 && firm && outage) {
            ++work.state.firm_opt_outs;
            work.alarm(Alarm::firm_opt_out);
        }
        unit.opted_out = out ? 1 : 0;
    }
    work.out.firm_opt_outs = work.state.firm_opt_outs;
}

}  // namespace

void Sure::add(std::int64_t value, std::int64_t permille) noexcept {
    const std::int64_t v = std::clamp<std::int64_t>(value, 0, most_value);
    const std::int64_t p = std::clamp<std::int64_t>(permille, 0, 1000);
    mean_m_ += v * p;
    // At most 2^42 each, so that 2^18 of them fit.
    variance_ += v * v * (p * (1000 - p)) / 1000000;
}

std::int64_t Sure::value(const Tuning& tuning) const noexcept {
    const std::int64_t mean = mean_m_ / 1000;
    const std::int64_t spread = root(variance_) * tuning.promise_z_permille / 1000;
    const std::int64_t common = permille(mean, tuning.common_cause_permille);
    return surely_ + std::max<std::int64_t>(0, mean - spread - common);
}

void mark_event(Work& work) noexcept {
    State& state = work.state;
    if (!may_release(work)) state.released = 0;
    if (state.fsm == FsmState::grid) {
        state.event_ms = never_reported;
        state.firm_opt_outs = 0;
        for (std::size_t i = 0; i < work.unit_count(); ++i) {
            state.units[i].event_soc_permille = -1;
        }
        return;
    }
    if (connected(state.fsm) || state.fsm == FsmState::init) return;
    if (state.event_ms == never_reported) state.event_ms = work.now_ms;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        UnitState& unit = state.units[i];
        const bool known = unit.quality <= Quality::held &&
                           work.age(work.units[i].soc_reported_ms) <= work.tuning.soc_hold_ms;
        if (unit.event_soc_permille < 0 && known) {
            unit.event_soc_permille = work.units[i].soc_permille;
        }
    }
}

void keep_promises(Work& work) noexcept {
    note_opt_outs(work);
    Sure energy_wh;
    Sure power_w;
    add_up(work, energy_wh, power_w);
    work.out.sure_wh = energy_wh.value(work.tuning);
    work.out.sure_w = power_w.value(work.tuning);
    std::int64_t needed_w = critical_load_w(work);
    std::uint8_t low = 0;
    bool risk = false;
    const std::size_t count = std::min(work.config.commitments.size(), max_commitments);
    for (std::size_t k = 0; k < count; ++k) {
        const CommitmentConfig& promise = work.config.commitments[k];
        PromiseOut& out = work.out.promises[k];
        out.remaining_ms = remaining_ms(work, promise);
        if (out.remaining_ms > 0) needed_w += std::max(0, promise.firm_w);
        const bool strong = work.out.sure_w >= needed_w;
        out.time_left_ms = strong ? lasts_ms(work.out.sure_wh, needed_w) : 0;
        PromiseMemory& memory = work.state.promises[k];
        out.state = memory.state = rated(work, memory, out);
        low = std::max(low, saving_level(work, promise, out));
        risk = risk || out.state == PromiseState::at_risk || out.state == PromiseState::broken;
    }
    work.state.promise_low = islanded(work.state.fsm) ? low : std::uint8_t{0};
    if (risk) work.alarm(Alarm::promise_at_risk);
    release_reserves(work, risk);
}

}  // namespace islandbench::dispatch::core
