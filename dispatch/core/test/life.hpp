#pragma once

#include <cstdint>
#include <vector>

#include "dispatch/core/arithmetic.hpp"
#include "dispatch/core/test/street.hpp"

/// Lives for property tests, read from a list of numbers: a case that fails is shrunk by leaving
/// numbers out and making them smaller. Where the list ends all choices are 0, the dullest ones.
namespace islandbench::dispatch::core::test {

using Picks = std::vector<std::uint32_t>;

class Choices {
  public:
    explicit Choices(const Picks& picks) : picks_(picks) {}

    /// In [0, count).
    std::uint32_t below(std::uint32_t count) {
        return at_ < picks_.size() ? picks_[at_++] % count : 0;
    }
    /// In [low, high]; low first.
    std::int32_t whole(std::int32_t low, std::int32_t high) {
        return low + static_cast<std::int32_t>(below(static_cast<std::uint32_t>(high - low + 1)));
    }
    /// Around 0, both signs.
    std::int32_t around(std::int32_t most) {
        const std::int32_t w = whole(0, 2 * most);
        return (w & 1) != 0 ? -(w + 1) / 2 : w / 2;
    }
    bool chance(std::uint32_t permille) { return below(1000) >= 1000 - permille; }

  private:
    const Picks& picks_;
    std::size_t at_ = 0;
};

/// A small street with everything that a street can have, in any state of the machine.
struct Life {
    explicit Life(const Picks& picks) : choose(picks) {
        street.add_former(choose.whole(20000, 90000), 100000, choose.whole(150, 1000));
        const std::int32_t units = choose.whole(1, 4);
        for (std::int32_t i = 0; i < units; ++i) add_unit();
        const std::int32_t homes = choose.whole(1, 3);
        for (std::int32_t h = 0; h < homes; ++h) add_home();
        set_site();
        street.muted_home.assign(street.homes.size(), false);
        street.state.fit(street.config);
        forge();
    }

    /// One more step with something new in it.
    void step() {
        disturb_site();
        for (std::size_t i = 0; i < street.units.size(); ++i) disturb_unit(i);
        for (std::size_t h = 0; h < street.homes.size(); ++h) {
            if (choose.chance(40)) street.muted_home[h] = !street.muted_home[h];
            if (choose.chance(20)) street.homes[h].closed[choose.below(tier_count)] ^= true;
        }
        before = street.state;
        street.step(choose.whole(100, 400));
    }

    [[nodiscard]] std::size_t units() const { return street.units.size(); }
    [[nodiscard]] bool follower(std::size_t i) const { return i > 0; }
    [[nodiscard]] bool fresh(std::size_t i) const {
        return since(street.site.now_ms, street.units[i].reported_ms) <=
               street.config.units[i].hold_ms;
    }
    /// Set anew in this step by a plan.
    [[nodiscard]] bool ordered(std::size_t i) const {
        const UnitIn& in = street.units[i];
        return follower(i) && street.units_out[i].action == UnitAction::set && fresh(i) &&
               in.connected && !in.fault;
    }
    [[nodiscard]] std::int32_t order(std::size_t i) const { return street.units_out[i].p_set_w; }
    /// What it gives by itself: PV, and what a full unit is asked to show of it.
    [[nodiscard]] std::int32_t own_w(std::size_t i) const {
        const UnitConfig& unit = street.config.units[i];
        if (unit.pv_peak_w == 0) return 0;
        const bool full = street.units[i].soc_permille >= unit.normal_ceiling_permille;
        return street.units[i].pv_w + (full ? unit.dead_band_w + unit.rating_w / 25 : 0);
    }
    /// What the owner's home draws.
    [[nodiscard]] std::int32_t home_w(std::size_t i) const {
        const std::int32_t home = street.config.units[i].home;
        std::int32_t sum = 0;
        if (home == no_home) return 0;
        for (const std::int32_t w : street.homes[static_cast<std::size_t>(home)].p_w) sum += w;
        return sum;
    }

    Choices choose;
    Street street;
    State before;

  private:
    void add_unit() {
        const auto phase = static_cast<std::uint8_t>(choose.whole(0, 3));
        const std::size_t i = street.add_hybrid(phase, choose.whole(150, 1000), 0);
        UnitConfig& unit = street.config.units[i];
        if (choose.chance(400)) unit.pv_peak_w = 3500;
        if (choose.chance(200)) unit.efficient_min_w = choose.whole(200, 1500);
        if (choose.chance(200)) unit.event_dod_permille = choose.whole(0, 500);
        unit.emergency_release = choose.chance(300);
        if (choose.chance(300)) unit.participation = Participation::firm;
        if (choose.chance(300)) unit.branch = 1;
        if (choose.chance(200)) unit.home = 0;
        unit.id = choose.chance(500) ? static_cast<std::uint32_t>(100 - i) : 0;
        street.units[i].pv_w = unit.pv_peak_w > 0 ? choose.whole(0, 3500) : 0;
        street.units[i].opted_out = choose.chance(50);
        street.set_p(i, choose.around(5000));
    }
    void add_home() {
        const auto phase = static_cast<std::uint8_t>(choose.whole(0, 2));
        std::array<std::int32_t, tier_count> p_w{};
        for (std::int32_t& w : p_w) w = choose.whole(0, 2500);
        const std::size_t h = street.add_home(phase, p_w);
        if (choose.chance(300)) street.config.homes[h].branch = 1;
    }
    void set_site() {
        Config& config = street.config;
        const std::int32_t w = choose.whole(0, 6000);
        config.branches = {{{w, w, w}}};
        if (choose.chance(500)) config.commitments = {{choose.whole(0, 20000), 4 * 3600000}};
        if (choose.chance(300)) config.tuning.export_limit_w = choose.whole(0, 8000);
        if (choose.chance(300)) config.tuning.import_limit_w = choose.whole(0, 8000);
        street.site.emergency = choose.chance(200);
        street.set_former(0, {choose.around(20000), choose.around(20000), choose.around(20000)});
    }
    /// Lets the street be in some state already, as if it had been there for a while.
    void forge() {
        static constexpr std::array often = {FsmState::island, FsmState::grid, FsmState::island,
                                             FsmState::rejoined, FsmState::island};
        const std::uint32_t pick = choose.below(20);
        State& state = street.state;
        state.fsm = pick < state_count ? static_cast<FsmState>(pick) : often[pick % often.size()];
        if (connected(state.fsm) || state.fsm == FsmState::init) {
            street.connect();
        } else {
            street.separate();
        }
        street.site.now_ms = 1000000;
        state.running = 1;
        state.last_ms = street.site.now_ms;
        state.entered_ms = street.site.now_ms - choose.whole(0, 60000);
        if (islanded(state.fsm)) state.event_ms = state.entered_ms;
        if (choose.chance(200)) street.grid_back();
        for (std::size_t i = 0; i < units(); ++i) forge_unit(state.units[i], street.units[i]);
        for (HomeState& home : state.homes) {
            home.closed_tiers = tier_count - static_cast<std::int32_t>(choose.below(tier_count));
        }
        for (std::size_t h = 0; h < street.homes.size(); ++h) {
            street.homes_out[h].closed_tiers = state.homes[h].closed_tiers;
        }
        street.obey();
    }
    void forge_unit(UnitState& unit, const UnitIn& in) const {
        unit.reported_ms = street.site.now_ms - 250;
        unit.quality = Quality::good;
        unit.p_set_w = in.p_w;
        unit.commanded = 1;
        unit.ceiling_mw = unit.floor_mw = std::int64_t{in.p_w} * 1000;
        unit.ordered_ms = unit.reported_ms;
    }

    void disturb_site() {
        SiteIn& site = street.site;
        if (choose.chance(50)) street.muted_interconnect = !street.muted_interconnect;
        switch (choose.below(40)) {
            case 30: street.connect(); break;
            case 31: street.separate(); break;
            case 32: street.grid_back(); break;
            case 33: site.permit_reclose = !site.permit_reclose; break;
            case 34: site.timer_remaining_ms = choose.whole(0, 3000); break;
            case 35: site.sync_ok = !site.sync_ok; break;
            case 36: site.island_wanted = !site.island_wanted; break;
            case 37:
                site.island_stable = false;
                site.v_island_mv = 0;
                break;
            case 38: site.emergency = !site.emergency; break;
            default: break;
        }
        if (choose.chance(300)) {
            site.poi_w = choose.around(20000);
            site.poi_reported_ms = site.now_ms;
        }
        if (choose.chance(200)) {
            street.set_former(0,
                              {choose.around(30000), choose.around(30000), choose.around(30000)});
        }
    }
    void disturb_unit(std::size_t i) {
        UnitIn& in = street.units[i];
        if (i > 0) {
            const UnitOut& out = street.units_out[i];
            street.set_p(i, choose.chance(200)
                                ? choose.around(5000)
                                : (out.action == UnitAction::set ? out.p_set_w : in.p_w));
        }
        switch (choose.below(40)) {
            case 30: street.muted[i] = !street.muted[i]; break;
            case 31: in.soc_permille = choose.whole(0, 1000); break;
            case 32: in.pv_w = choose.whole(0, 3500); break;
            case 33: in.discharge_max_w = choose.whole(0, 6000); break;
            case 34: in.charge_max_w = choose.whole(0, 6000); break;
            case 35: in.opted_out = !in.opted_out; break;
            case 36: in.connected = !in.connected; break;
            case 37: in.fault = !in.fault; break;
            default: break;
        }
    }
};

}  // namespace islandbench::dispatch::core::test
