#include "dispatch/core/promises.hpp"

#include "dispatch/core/boxes.hpp"
#include "dispatch/core/tiers.hpp"

namespace islandbench::dispatch::core {
namespace {

constexpr std::int64_t ms_per_h = 3600000;
/// "For ever", where nothing is drawn.
constexpr std::int64_t endless_ms = std::int64_t{1} << 40;

/// What is there when the street needs it.
struct Sources {
    Sure energy_wh, power_w;
};

Sources sources(const Work& work) noexcept {
    Sources all;
    const auto add = [&all, &work](const Crowds& crowds, std::int32_t take_part_permille) {
        const std::int64_t there = permille(take_part_permille, work.tuning.heard_permille);
        all.energy_wh.add(crowds.energy_wh, there);
        all.power_w.add(crowds.power_w, there);
    };
    add(work.help.voluntary, work.tuning.voluntary_permille);
    add(work.help.firm, 1000);
    if (work.formers.heard && work.formers.weight_wh > 0) {
        const std::int64_t w = permille(work.formers.rating_w, work.tuning.share_limit_permille);
        all.energy_wh.add_surely(work.formers.weight_wh);
        all.power_w.add_surely(w);
    }
    return all;
}

/// Energy that a usable battery could lend in an outage.
std::int64_t lent_wh(const Work& work, const Unit& unit, bool on_grid) noexcept {
    if (!on_grid) return unit.box.above_wh;  // that is what it lends now
    if (unit.in.opted_out || !work.soc_known(unit.in)) return 0;
    const std::int32_t keep = floor_permille(work, unit, false) + work.tuning.trust_permille;
    return permille(unit.config.capacity_wh, std::max(0, unit.in.soc_permille - keep));
}

void add_battery(const Work& work, const Unit& unit, bool on_grid, Crowds& crowds) noexcept {
    if (!unit.box.usable) return;
    const std::int64_t wh = lent_wh(work, unit, on_grid);
    if (wh <= 0) return;
    crowds.energy_wh.add(wh);
    crowds.power_w.add(std::min(unit.in.discharge_max_w, unit.config.rating_w));
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

void note_opt_out(Work& work, const Unit& unit) noexcept {
    const bool outage = work.state.event_ms != never_reported;
    const bool firm = unit.config.participation == Participation::firm;
    if (unit.in.opted_out && unit.state.opted_out == 0 && firm && outage) {
        ++work.state.firm_opt_outs;
        work.alarm(Alarm::firm_opt_out);
    }
    unit.state.opted_out = unit.in.opted_out ? 1 : 0;
}

}  // namespace

void Sure::add(const Crowd& crowd, std::int64_t there_permille) noexcept {
    const std::int64_t p = std::clamp<std::int64_t>(there_permille, 0, 1000);
    constexpr std::int64_t million = 1000000;
    const std::int64_t squares = crowd.squares_;
    mean_m_ += crowd.sum_ * p;
    // In two parts, as the whole product would not fit.
    const std::int64_t variance = p * (1000 - p);
    variance_ += squares / million * variance + squares % million * variance / million;
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
        return;
    }
    if (connected(state.fsm) || state.fsm == FsmState::init) return;
    if (state.event_ms == never_reported) state.event_ms = work.now_ms;
}

void mark_charge(Work& work, Part part) noexcept {
    const FsmState s = work.state.fsm;
    const bool over = s == FsmState::grid;
    if (!over && (connected(s) || s == FsmState::init)) return;
    each_unit(work, part, [&work, over](const Unit& unit, std::size_t) {
        std::int32_t& at_start = unit.state.event_soc_permille;
        if (over) {
            at_start = -1;
        } else if (at_start < 0 && unit.state.quality <= Quality::held && work.soc_known(unit.in)) {
            at_start = unit.in.soc_permille;
        }
    });
}

void add_critical_load(Work& work, Part part) noexcept {
    std::int64_t sum = 0;
    each_home(work, part, [&](const Home& home, std::size_t) {
        const auto& p_w = home_fresh(work, home) ? home.in.p_w : home.state.peak_w;
        sum += std::max(0, p_w[0]) + std::int64_t{std::max(0, p_w[1])};
    });
    work.help.critical_load_w += sum;
}

void add_help(Work& work, Part part) noexcept {
    const bool on_grid = work.on_grid();
    Help help = work.help;
    each_unit(work, part, [&](const Unit& unit, std::size_t) {
        const bool is_firm = unit.config.participation == Participation::firm;
        note_opt_out(work, unit);
        add_battery(work, unit, on_grid, is_firm ? help.firm : help.voluntary);
    });
    work.help = help;
}

void keep_promises(Work& work) noexcept {
    const Sources all = sources(work);
    work.out.firm_opt_outs = work.state.firm_opt_outs;
    work.out.sure_wh = all.energy_wh.value(work.tuning);
    work.out.sure_w = all.power_w.value(work.tuning);
    std::int64_t needed_w = work.help.critical_load_w;
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
