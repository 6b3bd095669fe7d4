#pragma once

#include "base/random.hpp"
#include "dispatch/core/arithmetic.hpp"
#include "dispatch/core/test/street.hpp"

namespace islandbench::dispatch::core::test {

/// A street whose inputs wander, jump, go silent and come back.
class RandomStreet {
  public:
    RandomStreet(std::uint64_t seed, std::string_view stream) : random(seed, stream) {
        // One draw after the other: compilers evaluate arguments in orders of their own.
        const std::int32_t rating_w = whole(20000, 120000);
        const std::int32_t capacity_wh = whole(20000, 300000);
        former = street.add_former(rating_w, capacity_wh, whole(190, 960));
        const int units = whole(1, 24);
        for (int i = 0; i < units; ++i) {
            const auto phase = static_cast<std::uint8_t>(whole(0, 4));  // three-phase ones too
            const std::int32_t soc = whole(150, 1000);
            street.add_hybrid(phase, soc, random.chance(0.4) ? 3500 : 0);
        }
        const int homes = whole(1, 12);
        for (int h = 0; h < homes; ++h) {
            const auto phase = static_cast<std::uint8_t>(whole(0, 3));
            street.add_home(phase,
                            {200, whole(0, 400), whole(0, 3000), whole(0, 3000), whole(0, 5000)});
        }
        street.muted_home.resize(street.homes.size());
        if (random.chance(0.3)) street.config.tuning.export_limit_w = whole(0, 20000);
        if (random.chance(0.3)) street.config.tuning.import_limit_w = whole(0, 20000);
    }

    void step() {
        disturb_site();
        for (std::size_t i = 0; i < street.units.size(); ++i) disturb_unit(i);
        for (std::size_t h = 0; h < street.homes.size(); ++h) {
            if (random.chance(0.02)) street.muted_home[h] = !street.muted_home[h];
            if (random.chance(0.01))
                street.homes[h].closed[static_cast<std::size_t>(whole(0, 5))] ^= true;
            street.follow_tiers = !random.chance(0.1);
        }
        before = street.state;
        street.step(whole(100, 400));
    }

    /// In [low, high).
    std::int32_t whole(int low, int high) {
        return static_cast<std::int32_t>(random.uniform(low, high));
    }
    bool fresh(std::size_t i) const {
        return since(street.site.now_ms, street.units[i].reported_ms) <=
               street.config.units[i].hold_ms;
    }
    bool follower(std::size_t i) const { return street.config.units[i].role == UnitRole::follower; }
    std::int32_t pv_w(std::size_t i) const {
        return street.config.units[i].pv_peak_w > 0 ? street.units[i].pv_w : 0;
    }

    Street street;
    Random random;
    State before;
    std::size_t former = 0;

  private:
    void disturb_site() {
        street.muted_interconnect = random.chance(street.muted_interconnect ? 0.8 : 0.02);
        if (random.chance(0.01)) street.connect();
        if (random.chance(0.015)) street.separate();
        if (random.chance(0.02) && !street.site.closed) street.grid_back();
        if (random.chance(0.02)) street.site.permit_reclose = random.chance(0.7);
        if (random.chance(0.02)) street.site.timer_remaining_ms = whole(0, 3000);
        if (random.chance(0.05)) street.site.sync_ok = random.chance(0.5);
        if (random.chance(0.01)) street.site.island_wanted = random.chance(0.5);
        if (random.chance(0.005) && !street.site.closed) {  // collapse
            street.site.island_stable = false;
            street.site.v_island_mv = 0;
        }
        if (random.chance(0.3)) {
            street.site.poi_w = random.chance(0.95) ? whole(-900, 900) : whole(-40000, 40000);
            street.site.poi_reported_ms = street.site.now_ms;
        }
    }
    void disturb_unit(std::size_t i) {
        UnitIn& in = street.units[i];
        if (random.chance(0.02)) street.muted[i] = !street.muted[i];
        if (i == former) {
            const std::int32_t most = street.config.units[i].rating_w / 2;
            if (random.chance(0.2)) {
                street.set_former(i, {whole(-most, most), whole(-most, most), whole(-most, most)});
            }
        } else {
            const std::int32_t order = street.units_out[i].p_set_w;
            street.set_p(i, random.chance(0.8) ? order : whole(-5000, 5000));
        }
        in.soc_permille = std::clamp(in.soc_permille + whole(-2, 3), 0, 1000);
        if (random.chance(0.005)) in.soc_permille = whole(0, 1001);  // BMS recalibrates
        if (random.chance(0.05)) in.pv_w = whole(0, 3500);
        if (random.chance(0.02)) in.discharge_max_w = whole(0, 6000);
        if (random.chance(0.02)) in.charge_max_w = whole(0, 6000);
        if (random.chance(0.01)) in.opted_out = !in.opted_out;
        if (random.chance(0.01)) in.connected = !in.connected;
        if (random.chance(0.005)) in.fault = !in.fault;
    }
};

/// One with promises, owners who agree to more or less, cables, batteries that work badly at little
/// power, and services; now and then more units and homes than are looked at at once.
class RichStreet : public RandomStreet {
  public:
    RichStreet(std::uint64_t seed, std::string_view stream) : RandomStreet(seed, stream) {
        if (random.chance(0.1)) grow();
        Config& config = street.config;
        config.branches.resize(static_cast<std::size_t>(whole(0, 3)));
        for (BranchConfig& cable : config.branches) {
            for (std::int32_t& w : cable.limit_w) w = whole(2000, 30000);
        }
        const bool in_sets = random.chance(0.3);
        for (UnitConfig& unit : config.units) {
            if (unit.role == UnitRole::follower) agree(unit, in_sets);
        }
        for (HomeConfig& home : config.homes) home.branch = cable();
        for (int n = whole(0, 3); n > 0; --n) {
            const std::int32_t firm_w = whole(0, 8000);
            config.commitments.push_back({firm_w, whole(1, 300) * 60000, random.chance(0.5)});
        }
        config.services.response = random.chance(0.3);
        if (random.chance(0.2)) config.services.peak_target_w = whole(0, 20000);
        street.state.fit(config);
    }

    void step() {
        SiteIn& site = street.site;
        if (random.chance(0.01)) site.emergency = !site.emergency;
        if (random.chance(0.005)) {
            site.storm_from_ms = site.now_ms + whole(0, 600000);
            site.storm_until_ms = site.storm_from_ms + whole(0, 60000);
        }
        if (random.chance(0.01)) site.unlock = !site.unlock;
        RandomStreet::step();
    }

  private:
    void grow() {
        for (int n = whole(60, 140); n > 0; --n) {
            const auto phase = static_cast<std::uint8_t>(whole(0, 4));
            const std::int32_t soc = whole(150, 1000);
            street.add_hybrid(phase, soc, random.chance(0.4) ? 3500 : 0);
            street.add_home(static_cast<std::uint8_t>(whole(0, 3)), {200, 100, 500, 0, 900});
        }
        street.muted_home.resize(street.homes.size());
    }
    std::uint16_t cable() {
        return static_cast<std::uint16_t>(
            whole(0, static_cast<int>(street.config.branches.size()) + 1));
    }
    void agree(UnitConfig& unit, bool in_sets) {
        if (random.chance(0.3)) unit.participation = Participation::firm;
        if (random.chance(0.3)) unit.event_dod_permille = whole(0, 1001);
        unit.emergency_release = random.chance(0.3);
        if (random.chance(0.3)) unit.home = whole(0, static_cast<int>(street.homes.size()));
        if (in_sets) unit.efficient_min_w = whole(0, 1000);
        unit.branch = cable();
    }
};

}  // namespace islandbench::dispatch::core::test
