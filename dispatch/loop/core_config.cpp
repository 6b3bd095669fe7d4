#include "dispatch/loop/core_config.hpp"

#include <cmath>
#include <set>

#include "base/assert.hpp"

namespace islandbench::dispatch {
namespace {

static_assert(core::phase_count == phases && core::tier_count == tiers);

std::int32_t whole(double value) {
    return static_cast<std::int32_t>(std::lround(value));
}
std::int32_t milli(double value) {
    return whole(value * 1000.0);
}
std::int32_t ms(Duration d) {
    return static_cast<std::int32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(d).count());
}

core::Window window(double low, double high) {
    return {milli(low), milli(high)};
}

/// FNV-1a of the name. That two of most_homes names share one is a case in a hundred thousand; the
/// later one then takes the next id that is free.
class Ids {
  public:
    std::uint32_t of(const std::string& name) {
        std::uint32_t id = 0x811c9dc5U;
        for (const char c : name) id = (id ^ static_cast<unsigned char>(c)) * 0x01000193U;
        while (id == 0 || !taken_.insert(id).second) ++id;
        return id;
    }

  private:
    std::set<std::uint32_t> taken_;
};

/// Numbers of the branches: lines with a limit, from 1, in the site's order.
class Branches {
  public:
    explicit Branches(const Site& site) : site_(site), numbers_(site.lines.size()) {
        for (std::size_t n = 0; n < site.lines.size(); ++n) {
            if (!site.lines[n].phase_limit) continue;
            const std::int32_t limit = whole(site.lines[n].phase_limit->value());
            limits_.push_back({{limit, limit, limit}});
            numbers_[n] = static_cast<std::uint16_t>(limits_.size());
        }
        IB_ASSERT(limits_.size() <= core::max_branches);
    }
    [[nodiscard]] std::uint16_t of(const HomeSpec& home) const {
        const auto line = limited_line_of(site_, home.bus);
        return line ? numbers_[*line] : std::uint16_t{0};
    }
    [[nodiscard]] const std::vector<core::BranchConfig>& limits() const { return limits_; }

  private:
    const Site& site_;
    std::vector<std::uint16_t> numbers_;
    std::vector<core::BranchConfig> limits_;
};

void take_battery(core::UnitConfig& unit, const BatterySpec& battery) {
    unit.capacity_wh = whole(battery.capacity.value() * battery.soh.value());
    unit.owner_reserve_permille = milli(battery.owner_reserve.value());
    unit.normal_floor_permille = milli(battery.normal_floor.value());
    unit.normal_ceiling_permille = milli(battery.normal_ceiling.value());
    unit.technical_floor_permille = milli(battery.technical_floor.value());
    unit.island_floor_permille =
        milli(std::max(battery.island_floor, battery.technical_floor).value());
    unit.event_dod_permille = milli(battery.event_dod.value());
    unit.emergency_release = battery.emergency_release;
    unit.participation = battery.participation == Participation::firm
                             ? core::Participation::firm
                             : core::Participation::voluntary;
}

void take_port(core::UnitConfig& unit, const Ports& ports, const std::string& device) {
    const auto at = ports.inverters.find(device);
    if (at == ports.inverters.end()) return;
    const PortSettings& s = at->second.settings;
    // The former's period is that of the island, where it matters; on the grid it may look held.
    unit.report_period_ms = ms(s.poll_island);
    unit.hold_ms = ms(s.hold(std::max(s.poll, s.poll_island)));
    unit.dead_band_w = whole(s.write_dead_band.value());
}

core::UnitConfig former_of(const Site& site, const Ports& ports) {
    core::UnitConfig unit;
    unit.role = core::UnitRole::former;
    unit.phase = core::three_phase;
    unit.takes_setpoint = false;
    unit.rating_w = whole(site.former.rating.value());
    take_battery(unit, site.former.battery);
    take_port(unit, ports, site.former.name + ".inverter");
    return unit;
}

core::UnitConfig hybrid_of(const HomeSpec& home, const Ports& ports) {
    core::UnitConfig unit;
    unit.phase = static_cast<std::uint8_t>(home.phase);
    unit.rating_w = whole(home.hybrid->rating.value());
    if (home.hybrid->pv_peak) unit.pv_peak_w = whole(home.hybrid->pv_peak->value());
    unit.efficient_min_w = whole(home.hybrid->efficient_min.value());
    take_battery(unit, home.hybrid->battery);
    take_port(unit, ports, home.name + ".inverter");
    return unit;
}

core::HomeConfig home_of(const HomeSpec& home, const Ports& ports) {
    core::HomeConfig config;
    config.phase = static_cast<std::uint8_t>(home.phase);
    const auto at = ports.loadctls.find(home.name + ".loadctl");
    if (at == ports.loadctls.end()) return config;
    const PortSettings& s = at->second.settings;
    config.report_period_ms = ms(s.poll_island);
    config.hold_ms = ms(s.hold(std::max(s.poll, s.poll_island)));
    return config;
}

std::optional<ActivePower> export_limit_of(const Site& site) {
    return site.services.export_limit ? site.services.export_limit : site.interconnect.export_limit;
}

core::ServiceConfig services_of(const Site& site) {
    const ServicesSpec& agreed = site.services;
    core::ServiceConfig c;
    if (agreed.peak_target) c.peak_target_w = whole(agreed.peak_target->value());
    if (agreed.transformer_limit) c.transformer_w = whole(agreed.transformer_limit->value());
    c.peak_lasts_ms = ms(agreed.peak_lasts);
    c.response = agreed.response.has_value();
    if (!agreed.response) return c;
    c.corridor_low_permille = milli(agreed.response->soc_low.value());
    c.corridor_high_permille = milli(agreed.response->soc_high.value());
    return c;
}

core::Tuning tuning_of(const Site& site, const Settings& settings) {
    core::Tuning t = settings.tuning;
    t.grid_period_ms = ms(settings.grid_period);
    t.island_period_ms = ms(settings.island_period);
    const double v = site.nominal_v.value();
    const EnterServiceSpec& enter = site.interconnect.enter_service;
    const InterconnectSpec& opens = site.interconnect;
    t.nominal_mv = milli(v);
    t.grid_v_mv = window(enter.v_min.value() * v, enter.v_max.value() * v);
    t.grid_f_mhz = window(enter.f_min.value(), enter.f_max.value());
    t.supply_v_mv = window(opens.v_min.value() * v, opens.v_max.value() * v);
    t.supply_f_mhz = window(opens.f_min.value(), opens.f_max.value());
    t.island_v_mv = window(0.85 * v, 1.10 * v);
    t.island_f_mhz = window(site.nominal_f.value() - 3.0, site.nominal_f.value() + 3.0);
    t.dead_mv = milli(0.2 * v);
    if (const auto limit = export_limit_of(site)) t.export_limit_w = whole(limit->value());
    if (site.services.import_limit) t.import_limit_w = whole(site.services.import_limit->value());
    t.share_limit_permille = milli(site.former.share_limit.value());
    // Above the first step of its curve the former has little time left: shed at once.
    t.severe_permille = milli(site.former.overload.front().multiple);
    return t;
}

}  // namespace

core::Config core_config(const Site& site, const Ports& ports, const Settings& settings) {
    core::Config config;
    config.tuning = tuning_of(site, settings);
    config.services = services_of(site);
    static_assert(most_homes <= core::max_homes && most_homes < core::max_units);
    static_assert(most_priority_sites <= core::max_commitments);
    IB_ASSERT(site.homes.size() <= most_homes);
    Ids unit_ids, home_ids;
    const Branches branches(site);
    config.branches = branches.limits();
    config.units.push_back(former_of(site, ports));
    config.units.back().id = unit_ids.of(site.former.name);
    for (const HomeSpec& home : site.homes) {
        config.homes.push_back(home_of(home, ports));
        config.homes.back().id = home_ids.of(home.name);
        config.homes.back().branch = branches.of(home);
        if (!home.hybrid) continue;
        config.units.push_back(hybrid_of(home, ports));
        config.units.back().id = unit_ids.of(home.name);
        config.units.back().branch = branches.of(home);
        if (home.hybrid->battery.own_use) {
            config.units.back().home = static_cast<std::int32_t>(config.homes.size()) - 1;
        }
    }
    IB_ASSERT(site.priority_sites.size() <= most_priority_sites);
    for (const PrioritySiteSpec& one : site.priority_sites) {
        const std::int64_t duration_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(one.firm_duration).count();
        config.commitments.push_back({whole(one.p.value()), duration_ms, one.others_save});
    }
    return config;
}

}  // namespace islandbench::dispatch
