#include "base/site.hpp"

#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "base/site/complaints.hpp"

namespace islandbench {
namespace {

/// Collects complaints about one site.
class Checker : private Complaints {
  public:
    Checker(const Site& site, Diagnostics& diagnostics) : Complaints(diagnostics), site_(site) {}

    void run() {
        names();
        network();
        check_branches(site_, *this);
        former(site_.former);
        for (const HomeSpec& home : site_.homes) check(home);
        for (const PrioritySiteSpec& priority : site_.priority_sites) {
            known_bus(priority.bus, priority.place, "bus");
            positive(priority.p.value(), priority.place, "p");
        }
        interconnect(site_.interconnect);
        positive(to_seconds(site_.t_detect), site_.place, "t_detect_s");
        positive(site_.nominal_v.value(), site_.place, "nominal_v");
        positive(site_.nominal_f.value(), site_.place, "nominal_f");
        for (const DeviceRef& device : devices_of(site_)) link(device);
    }

  private:
    /// Beyond, it is somebody's slip of a unit: no low-voltage cable is so long.
    void length(Length value, const json::Place& place, const char* key) {
        constexpr Length most{20e3};
        if (value > Length{} && value <= most) return;
        complain(place, key, "must be greater than zero and at most " + format_measure(most));
    }

    void unique(std::set<std::string>& seen, const std::string& name, const json::Place& place) {
        if (name.empty() ||
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
            complain(place, "name",
                     "\"" + name + "\": a name is made of a-z, 0-9 and _ (it becomes a signal)");
        }
        if (!seen.insert(name).second) complain(place, "name", "duplicate id \"" + name + "\"");
    }

    void names() {
        std::set<std::string> seen{"pcc", "grid", "island", "sync"};
        unique(seen, site_.former.name, site_.former.place);
        for (const HomeSpec& home : site_.homes) unique(seen, home.name, home.place);
        for (const PrioritySiteSpec& p : site_.priority_sites) unique(seen, p.name, p.place);
        for (const MeterSpec& meter : site_.meters) unique(seen, meter.name, meter.place);
        if (site_.homes.size() > most_homes) {
            complain(site_.place, "homes",
                     std::to_string(site_.homes.size()) + " homes: one street takes at most " +
                         std::to_string(most_homes));
        }
        if (site_.priority_sites.size() > most_priority_sites) {
            complain(
                site_.place, "priority_sites",
                "one street makes at most " + std::to_string(most_priority_sites) + " promises");
        }
        if (site_.homes.empty()) complain(site_.place, "homes", "a street needs at least one home");
    }

    /// The feeder must be a tree that hangs on the street side of the interconnect device.
    void network() {
        const GridSpec& grid = site_.grid;
        positive(grid.transformer_rating.value(), grid.place, "transformer_rating");
        positive(grid.fault_level.value(), grid.place, "fault_level");
        positive(grid.no_load_v.value(), grid.place, "no_load_v");
        if (grid.bus == site_.interconnect.bus) {
            complain(site_.interconnect.place, "bus", "is the grid's own bus: nothing to open");
        }
        buses_ = {grid.bus, site_.interconnect.bus};
        std::map<std::string, std::string> parent{{site_.interconnect.bus, grid.bus}};
        for (const LineSpec& line : site_.lines) {
            length(line.length, line.place, "length");
            known_code(line.code, line.place, "code");
            const bool again = parent.contains(line.to) || line.to == grid.bus;
            if (again) {
                complain(line.place, "to",
                         "the feeder has a loop: bus \"" + line.to + "\" is already fed");
            } else {
                parent[line.to] = line.from;
            }
            buses_.insert(line.to);
        }
        for (const LineSpec& line : site_.lines) {
            known_bus(line.from, line.place, "from");
            if (!hangs_on_interconnect(line.to, parent)) {
                complain(line.place, "",
                         "bus \"" + line.to + "\" is not fed from the interconnect device");
            }
        }
    }

    bool hangs_on_interconnect(std::string bus, const std::map<std::string, std::string>& parent) {
        for (std::size_t steps = 0; steps <= parent.size(); ++steps) {
            if (bus == site_.interconnect.bus) return true;
            const auto up = parent.find(bus);
            if (up == parent.end()) return false;
            bus = up->second;
        }
        return false;  // walked in a circle
    }

    void known_bus(const std::string& bus, const json::Place& place, const std::string& key) {
        if (buses_.contains(bus) && bus != site_.grid.bus) return;
        const std::vector<std::string> known(buses_.begin(), buses_.end());
        complain(place, key,
                 bus == site_.grid.bus ? "bus \"" + bus + "\" is on the grid side"
                                       : "unknown bus \"" + bus + "\"" + suggestion(bus, known));
    }

    void known_code(const std::string& code, const json::Place& place, const std::string& key) {
        if (site_.line_codes.contains(code)) return;
        std::vector<std::string> known;
        for (const auto& [name, unused] : site_.line_codes) known.push_back(name);
        complain(place, key, "unknown line code \"" + code + "\"" + suggestion(code, known));
    }

    void interconnect(const InterconnectSpec& s) {
        positive(s.rating.value(), s.place, "rating");
        if (s.export_limit && *s.export_limit < ActivePower{}) {
            complain(s.place, "export_limit", "must not be negative");
        }
        within(s.v_min.value(), 0.1, 1.0, s.place, "v_min");
        within(s.v_max.value(), 1.0, 2.0, s.place, "v_max");
        if (!(s.f_min < s.f_max)) complain(s.place, "f_min", "must be below f_max");
        positive(to_seconds(s.probe_period), s.place, "probe_period");
        within(s.probe_periods, 1, 100, s.place, "probe_periods");
        if (s.opening_time < 1ms) complain(s.place, "opening_time", "must be at least 1 ms");
        if (s.closing_time < 1ms) complain(s.place, "closing_time", "must be at least 1 ms");
        positive(s.sync.df.value(), s.place, "sync.df");
        positive(s.sync.dv.value(), s.place, "sync.dv");
        positive(s.sync.dphi.value(), s.place, "sync.dphi");
    }

    /// Beyond these an inverter would burn more than it converts.
    template <class Unit>
    void losses(const Unit& s) {
        within(s.loss_fixed, 0.0, 0.1, s.place, "loss_fixed");
        within(s.loss_linear, 0.0, 0.2, s.place, "loss_linear");
        within(s.loss_square, 0.0, 0.2, s.place, "loss_square");
    }

    void former(const FormerSpec& s) {
        known_bus(s.bus, s.place, "bus");
        positive(s.rating.value(), s.place, "rating");
        within(s.droop.value(), 0.0005, 0.01, s.place, "droop");
        positive(s.xf.value(), s.place, "xf");
        positive(s.x0.value(), s.place, "x0");
        positive(to_seconds(s.grid_pi), s.place, "grid_pi");
        within(s.share_limit.value(), 0.1, 1.0, s.place, "share_limit");
        positive(to_seconds(s.cooling), s.place, "cooling");
        positive(to_seconds(s.restart), s.place, "restart");
        within(s.surge_limit, 1.0, 100.0, s.place, "surge_limit");
        losses(s);
        check_control(s, *this);
        if (s.overload.empty()) complain(s.place, "overload", "needs at least one step");
        for (std::size_t i = 0; i < s.overload.size(); ++i) {
            const double before = i == 0 ? 1.0 : s.overload[i - 1].multiple;
            if (!(s.overload[i].multiple > before)) {
                complain(s.place, "overload[" + std::to_string(i) + "].multiple",
                         "must be greater than the step before (the first: than 1)");
            }
        }
        if (std::fabs(s.grid_setpoint.value()) > s.rating.value()) {
            complain(s.place, "grid_setpoint", "is greater than the rating");
        }
        check_battery(s.battery, *this);
        check_municipal(s.battery, *this);
    }

    void check(const HomeSpec& home) {
        known_bus(home.bus, home.place, "bus");
        if (!home.service_code.empty()) {
            known_code(home.service_code, home.place, "service_code");
            length(home.service_length, home.place, "service_length");
        }
        if (home.appliances.empty() && !home.demand) {
            complain(home.place, "appliances", "a home needs appliances, a demand, or both");
        }
        if (home.demand) energy_of_a_day(home.demand->daily, home.demand->place);
        for (const ApplianceSpec& a : home.appliances) {
            within(a.tier, 0, tiers - 1, a.place, "tier");
            positive(a.p.value(), a.place, "p");
            within(a.power_factor, 0.1, 1.0, a.place, "power_factor");
            zip(a);
            temperature_and_motor(a);
            switching(a);
        }
        for (std::size_t i = 0; i < home.under_frequency.size(); ++i) {
            // Tier 0 is never shed, by nobody.
            within(home.under_frequency[i].tier, 1, tiers - 1, home.place,
                   "under_frequency[" + std::to_string(i) + "].tier");
        }
        if (home.hybrid) {
            positive(home.hybrid->rating.value(), home.hybrid->place, "rating");
            within(home.hybrid->efficient_min.value(), 0.0, home.hybrid->rating.value(),
                   home.hybrid->place, "efficient_min");
            losses(*home.hybrid);
            check_control(*home.hybrid, *this);
            check_battery(home.hybrid->battery, *this);
        }
    }

    /// Both, or neither: an appliance that stays on. Shorter than a second is no appliance.
    void switching(const ApplianceSpec& a) {
        if (a.mean_on == 0s && a.mean_off == 0s) return;
        if (a.mean_on >= 1s && a.mean_off >= 1s) return;
        complain(a.place, "mean_on", "mean_on and mean_off go together, each 1 s or more");
    }

    /// From an empty house to one with a big heat pump; beyond, it is somebody's slip of a unit.
    void energy_of_a_day(Energy daily, const json::Place& place) {
        constexpr Energy least{100.0}, most{200e3};
        if (daily >= least && daily <= most) return;
        complain(place, "daily",
                 "must be between " + format_measure(least) + " and " + format_measure(most));
    }

    void temperature_and_motor(const ApplianceSpec& a) {
        if (a.thermostatic && !(a.mean_on > 0s && a.mean_off > 0s)) {
            complain(a.place, "thermostatic", "needs mean_on and mean_off");
        }
        if (a.lock_out < 0s) complain(a.place, "lock_out", "must not be negative");
        if (a.lock_out > 0s && !a.thermostatic && !a.motor) {
            complain(a.place, "lock_out", "is of a thermostatic appliance or of a motor");
        }
        if (!a.motor) return;
        const auto [key, message] = problem_of(*a.motor);
        if (!key.empty()) complain(a.motor->place, key, message);
    }

    void zip(const ApplianceSpec& a) {
        double sum = 0.0;
        for (const double part : a.zip) sum += part;
        if (a.zip.size() != 3 || std::fabs(sum - 1.0) > 1e-6) {
            complain(a.place, "zip", "three shares that add up to 1");
        }
    }

    void link(const DeviceRef& device) {
        const auto address = parse_link_address(device.spec->link);
        if (!address) complain(device.spec->place, "link", address.error().what);
        if (device.spec->listen.starts_with("can:")) listen_on_can(device);
    }

    void listen_on_can(const DeviceRef& device) {
        const std::string& listen = device.spec->listen;
        const json::Place& place = device.spec->place;
        if (const auto address = parse_link_address(listen); !address) {
            complain(place, "listen", address.error().what);
        } else if (const auto [other, free] = can_listeners_.try_emplace(listen, device.name);
                   !free) {
            complain(place, "listen", other->second + " listens on " + listen + " already");
        }
    }

    const Site& site_;
    std::set<std::string> buses_;
    std::map<std::string, std::string> can_listeners_;  ///< interface -> device
};

/// A key that is missing or unreadable keeps its default, which then breaks a range: say it once.
bool already_told(const Diagnostic& check, const Diagnostics& reading) {
    for (const Diagnostic& told : reading.list()) {
        const bool same = told.path == check.path;
        const bool missing =
            told.message.starts_with("missing key \"") &&
            told.path + "." + told.message.substr(13, told.message.size() - 14) == check.path;
        if (same || missing) return true;
    }
    return false;
}

}  // namespace

std::pair<std::string, std::string> problem_of(const MotorSpec& s) {
    const auto outside = [](double value, double low, double high) {
        return !(value >= low && value <= high);
    };
    if (outside(s.locked_rotor, 1.0, 15.0)) return {"locked_rotor", "must be between 1 and 15"};
    if (outside(s.locked_rotor_pf, 0.05, 1.0)) {
        return {"locked_rotor_pf", "must be between 0.05 and 1"};
    }
    if (s.run_up < 10ms) return {"run_up", "must be at least 10 ms"};
    if (outside(s.stall_v.value(), 0.1, 0.95)) return {"stall_v", "must be between 10 % and 95 %"};
    if (outside(s.drop_out.value(), 0.0, 0.7)) return {"drop_out", "must be between 0 % and 70 %"};
    if (s.trip_after <= s.run_up) return {"trip_after", "must be longer than run_up"};
    if (s.restart < 1s) return {"restart", "must be at least 1 s"};
    return {};
}

std::vector<DeviceRef> devices_of(const Site& site) {
    std::vector<DeviceRef> list;
    list.push_back({"pcc", Role::interconnect, &site.interconnect.device});
    for (const MeterSpec& meter : site.meters) {
        list.push_back({meter.name, Role::meter, &meter.device});
    }
    list.push_back({site.former.name + ".inverter", Role::inverter, &site.former.inverter});
    list.push_back({site.former.name + ".bms", Role::bms, &site.former.bms});
    for (const HomeSpec& home : site.homes) {
        if (home.hybrid) {
            list.push_back({home.name + ".inverter", Role::inverter, &home.hybrid->inverter});
            list.push_back({home.name + ".bms", Role::bms, &home.hybrid->bms});
        }
        list.push_back({home.name + ".loadctl", Role::loadctl, &home.loadctl});
    }
    return list;
}

void check_site(const Site& site, Diagnostics& diagnostics) {
    Checker(site, diagnostics).run();
    check_services(site.services, site.place, "services", diagnostics);
}

void check_services(const ServicesSpec& services, const json::Place& place, const std::string& key,
                    Diagnostics& diagnostics) {
    Complaints complaints(diagnostics);
    const auto limit = [&](const std::optional<ActivePower>& value, const char* name) {
        if (!value || *value >= ActivePower{}) return;
        complaints.complain(place, key + "." + name, "must not be negative");
    };
    limit(services.export_limit, "export_limit");
    limit(services.import_limit, "import_limit");
    limit(services.transformer_limit, "transformer_limit");
    limit(services.peak_target, "peak_target");
    complaints.positive(to_seconds(services.peak_lasts), place, key + ".peak_lasts");
    if (!services.response) return;
    const ResponseSpec& response = *services.response;
    const std::string of = key + ".response.";
    complaints.within(response.dead_band.value(), 0.0, 5.0, place, of + "dead_band");
    complaints.within(response.droop.value(), 0.001, 0.2, place, of + "droop");
    complaints.within(response.soc_low.value(), 0.0, 1.0, place, of + "soc_low");
    complaints.within(response.soc_high.value(), 0.0, 1.0, place, of + "soc_high");
    if (response.soc_low >= response.soc_high) {
        complaints.complain(place, of + "soc_high", "must be above soc_low");
    }
}

Site read_site(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
    Diagnostics reading;
    Site site = json::read_document<Site>(text, file, reading);
    for (const Diagnostic& one : reading.list()) diagnostics.add(one);
    if (site.place.path.empty()) return site;  // not even an object: references would be noise
    Diagnostics checking;
    check_site(site, checking);
    for (const Diagnostic& one : checking.list()) {
        if (!already_told(one, reading)) diagnostics.add(one);
    }
    return site;
}

}  // namespace islandbench
