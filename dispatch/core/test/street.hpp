#pragma once

#include <vector>

#include "dispatch/core/step.hpp"

/// A fleet with inputs that make sense, for tests: a former on three phases and homes with hybrids.
namespace islandbench::dispatch::core::test {

struct Street {
    Config config;
    SiteIn site;
    std::vector<UnitIn> units;
    std::vector<HomeIn> homes;
    State state;
    std::vector<UnitOut> units_out;
    std::vector<HomeOut> homes_out;
    SiteOut out;

    Street() { connect(); }

    std::size_t add_former(std::int32_t rating_w, std::int32_t capacity_wh, std::int32_t soc) {
        UnitConfig unit;
        unit.role = UnitRole::former;
        unit.phase = three_phase;
        unit.takes_setpoint = false;
        unit.rating_w = rating_w;
        unit.capacity_wh = capacity_wh;
        unit.report_period_ms = 250;
        unit.hold_ms = 2250;
        return add(unit, soc);
    }
    std::size_t add_hybrid(std::uint8_t phase, std::int32_t soc, std::int32_t pv_peak_w = 0) {
        UnitConfig unit;
        unit.phase = phase;
        unit.rating_w = 5000;
        unit.capacity_wh = 13500;
        unit.pv_peak_w = pv_peak_w;
        return add(unit, soc);
    }
    std::size_t add_home(std::uint8_t phase, std::array<std::int32_t, tier_count> p_w) {
        const std::size_t h = homes.size();
        HomeConfig home;
        home.phase = phase;
        config.homes.push_back(home);
        state.fit(config);
        HomeIn in;
        in.p_w = p_w;
        in.closed = {true, true, true, true, true};
        homes.push_back(in);
        homes_out.resize(homes.size());
        return h;
    }

    void connect() {
        site.closed = true;
        site.island_stable = false;
        site.grid_ok = true;
        site.v_grid_mv = site.v_island_mv = 230000;
        site.f_grid_mhz = site.f_island_mhz = 50000;
        site.permit_island = true;
    }
    /// The contact is open and the street stands; the grid is dead.
    void separate() {
        site.closed = false;
        site.island_stable = true;
        site.grid_ok = false;
        site.v_grid_mv = site.f_grid_mhz = 0;
        site.v_island_mv = 230000;
        site.f_island_mhz = 49900;
    }
    void grid_back() {
        site.grid_ok = true;
        site.v_grid_mv = 230000;
        site.f_grid_mhz = 50000;
    }

    /// Power of a follower, with the phase that it is on.
    void set_p(std::size_t i, std::int32_t p_w) {
        units[i].p_w = p_w;
        const std::uint8_t phase = config.units[i].phase;
        if (phase < phase_count) units[i].p_phase_w[phase] = p_w;
    }
    void set_former(std::size_t i, PhaseArray p_w) {
        units[i].p_phase_w = p_w;
        units[i].p_w = p_w[0] + p_w[1] + p_w[2];
    }

    /// One step `ms` later; every device has just reported, unless it is muted.
    void step(std::int64_t ms = 250) {
        site.now_ms += ms;
        if (!muted_interconnect) site.reported_ms = site.now_ms;
        for (std::size_t i = 0; i < units.size(); ++i) {
            if (muted[i]) continue;
            units[i].reported_ms = units[i].soc_reported_ms = site.now_ms;
        }
        for (std::size_t h = 0; h < homes.size(); ++h) {
            if (h < muted_home.size() && muted_home[h]) continue;
            homes[h].reported_ms = site.now_ms;
        }
        core::step(config, site, units, homes, state, units_out, homes_out, out);
        if (follow_tiers) obey();
    }
    void run(std::int64_t ms, std::int64_t every = 250) {
        for (std::int64_t t = 0; t < ms; t += every) step(every);
    }
    /// Until the machine is in `wanted`; false when that takes longer than `ms`.
    bool run_until(FsmState wanted, std::int64_t ms, std::int64_t every = 250) {
        for (std::int64_t t = 0; t < ms && state.fsm != wanted; t += every) step(every);
        return state.fsm == wanted;
    }
    /// From nothing to a settled island.
    bool to_island() {
        separate();
        return run_until(FsmState::island, 10000);
    }
    bool to_grid() {
        connect();
        return run_until(FsmState::grid, 30000);
    }

    /// Contactors do what they are told.
    void obey() {
        for (std::size_t h = 0; h < homes.size(); ++h) {
            for (std::size_t t = 0; t < tier_count; ++t) {
                homes[h].closed[t] = static_cast<std::int32_t>(t) < homes_out[h].closed_tiers;
            }
        }
    }

    bool follow_tiers = true;
    bool muted_interconnect = false;
    std::vector<bool> muted;
    std::vector<bool> muted_home;

  private:
    std::size_t add(const UnitConfig& unit, std::int32_t soc) {
        const std::size_t i = units.size();
        config.units.push_back(unit);
        state.fit(config);
        UnitIn in;
        in.connected = true;
        in.soc_permille = soc;
        in.charge_max_w = in.discharge_max_w = unit.rating_w;
        for (std::size_t p = 0; p < phase_count; ++p) {
            if (unit.phase == three_phase || unit.phase == p) in.v_mv[p] = 230000;
        }
        units.push_back(in);
        units_out.resize(units.size());
        muted.resize(units.size());
        return i;
    }
};

}  // namespace islandbench::dispatch::core::test
