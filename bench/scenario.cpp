#include "bench/scenario.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "base/time_of_day.hpp"

namespace islandbench::bench {
namespace {

class Checker {
  public:
    Checker(const Scenario& scenario, const Site& site, Diagnostics& diagnostics)
        : scenario_(scenario), site_(site), diagnostics_(diagnostics) {
        for (const DeviceRef& device : devices_of(site)) devices_.push_back(device.name);
        for (const HomeSpec& home : site.homes) homes_.push_back(home.name);
        for (const PrioritySiteSpec& p : site.priority_sites) priority_.push_back(p.name);
    }

    void run() {
        whole();
        for (const Step& step : scenario_.steps) check(step);
    }

  private:
    void complain(const json::Place& place, const std::string& key, const std::string& message) {
        diagnostics_.add(
            {place.file, place.line, key.empty() ? place.path : place.path + "." + key, message});
    }

    void known(const std::vector<std::string>& names, const std::string& name, const char* what,
               const json::Place& place, const std::string& key) {
        if (std::find(names.begin(), names.end(), name) != names.end()) return;
        complain(place, key,
                 "unknown " + std::string(what) + " \"" + name + "\"" + suggestion(name, names));
    }

    void share(Ratio value, const json::Place& place, const std::string& key) {
        if (!(value.value() >= 0 && value.value() <= 1)) {
            complain(place, key, "must be between 0 % and 100 %");
        }
    }

    void whole() {
        const json::Place& place = scenario_.place;
        const auto in_a_path = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
        };
        if (scenario_.name.empty() ||
            !std::all_of(scenario_.name.begin(), scenario_.name.end(), in_a_path)) {
            complain(place, "name",
                     "becomes part of a folder's name: letters, digits, - and _ only");
        }
        if (scenario_.duration <= 0s) complain(place, "duration", "must be greater than zero");
        if (scenario_.duration > 48h) complain(place, "duration", "must be at most 48 h");
        if (scenario_.grid_period < 10ms) complain(place, "grid_period", "must be at least 10 ms");
        if (scenario_.island_period < 10ms) {
            complain(place, "island_period", "must be at least 10 ms");
        }
        if (scenario_.observation && *scenario_.observation < 1s) {
            complain(place, "observation", "must be at least 1 s");
        }
        share(scenario_.start.sun, place, "start.sun");
        if (const auto time = parse_time_of_day(scenario_.start.time_of_day); !time) {
            complain(place, "start.time_of_day", time.error().what);
        }
        if (scenario_.services) {
            check_services(*scenario_.services, place, "services", diagnostics_);
        }
        share(scenario_.links.loss, place, "links.loss");
        if (scenario_.links.delay_p99 < scenario_.links.delay_median) {
            complain(place, "links.delay_p99", "is below the median");
        }
        std::vector<std::string> units{site_.former.name};
        for (const HomeSpec& home : site_.homes) {
            if (home.hybrid) units.push_back(home.name);
        }
        for (const auto& [unit, soc] : scenario_.start.soc) {
            known(units, unit, "unit with a battery", place, "start.soc." + unit);
            share(soc, place, "start.soc." + unit);
        }
    }

    void check(const Step& step) {
        if (step.at.has_value() == step.when.has_value()) {
            complain(step.place, "", "needs one of \"at\" and \"when\"");
        }
        if (step.at && (*step.at < 0s || *step.at > scenario_.duration)) {
            complain(step.place, "at", "is outside the story");
        }
        if (things_in(step) != 1) {
            complain(step.place, "",
                     "needs exactly one of outage, grid_back, grid_frequency, flicker, load_step, "
                     "silence, link, consent, request, stop, controller, fault, opt_out, storm and "
                     "emergency");
        }
        if (step.outage && step.outage->neighbour_p < ActivePower{}) {
            complain(step.place, "outage.neighbour_p", "must not be negative: it is a load");
        }
        if (step.load_step) check(*step.load_step, step.place);
        if (step.silence) check(*step.silence, step.place);
        if (step.link) check(*step.link, step.place);
        if (step.stop) check(*step.stop, step);
        if (step.controller && step.controller->lost_for && *step.controller->lost_for <= 0s) {
            complain(step.place, "controller.lost_for", "must be greater than zero");
        }
        if (step.opt_out)
            known(owners(), step.opt_out->home, "home with a battery", step.place, "opt_out.home");
        if (step.storm) check(*step.storm, step.place);
        if (step.grid_frequency) check(*step.grid_frequency, step.place);
        if (step.flicker) share(step.flicker->remaining, step.place, "flicker.remaining");
        if (step.fault) check(*step.fault, step.place);
    }

    [[nodiscard]] std::vector<std::string> owners() const {
        std::vector<std::string> list;
        for (const HomeSpec& home : site_.homes) {
            if (home.hybrid) list.push_back(home.name);
        }
        return list;
    }

    void check(const StormStep& s, const json::Place& place) {
        if (s.in && *s.in <= 0s) complain(place, "storm.in", "must be greater than zero");
        if (s.lasts <= 0s) complain(place, "storm.lasts", "must be greater than zero");
    }

    void check(const GridFrequencyStep& s, const json::Place& place) {
        if (s.to.has_value() == !s.record.empty()) {
            complain(place, "grid_frequency", "needs one of \"to\" and \"record\"");
        }
        if (s.rate && !s.to) complain(place, "grid_frequency.rate", "goes with \"to\"");
        if (s.rate && !(s.rate->value() > 0.0)) {
            complain(place, "grid_frequency.rate", "must be greater than zero");
        }
        if (s.to && !(s.to->value() >= 40.0 && s.to->value() <= 70.0)) {
            complain(place, "grid_frequency.to", "must be between 40 Hz and 70 Hz");
        }
    }

    void check(const LoadStepStep& s, const json::Place& place) {
        std::vector<std::string> places = homes_;
        places.insert(places.end(), priority_.begin(), priority_.end());
        known(places, s.at, "home or priority site", place, "load_step.at");
        if (s.tier < 0 || s.tier >= tiers) complain(place, "load_step.tier", "must be 0..4");
        if (s.duration <= 0s) complain(place, "load_step.for", "must be greater than zero");
        if (s.p < ActivePower{}) {
            complain(place, "load_step.p", "must not be negative: it is a load");
        }
        if (s.motor) check_motor(s, place);
    }

    void check_motor(const LoadStepStep& s, const json::Place& place) {
        const bool at_priority =
            std::find(priority_.begin(), priority_.end(), s.at) != priority_.end();
        if (at_priority) {
            complain(place, "load_step.motor", "a motor has one phase: only a home can have it");
        }
        if (s.p <= ActivePower{}) {
            complain(place, "load_step.p", "must be greater than zero: a motor does not feed");
        }
        const auto [key, message] = problem_of(*s.motor);
        if (!key.empty()) complain(place, "load_step.motor." + key, message);
    }

    void check(const SilenceStep& s, const json::Place& place) {
        std::vector<std::string> places = devices_;
        places.insert(places.end(), homes_.begin(), homes_.end());
        known(places, s.of, "home or device", place, "silence.of");
        if (s.duration <= 0s) complain(place, "silence.for", "must be greater than zero");
    }

    void check(const LinkStep& s, const json::Place& place) {
        std::vector<std::string> places = homes_;
        for (const DeviceRef& device : devices_of(site_)) {
            const auto link = parse_link_address(device.spec->link);
            const bool can = link && (link->kind == LinkAddress::Kind::can ||
                                      link->kind == LinkAddress::Kind::slcan);
            const bool of_a_home = device.role == Role::bms && device.name != former_bms();
            if (!can && !of_a_home) places.push_back(device.name);
        }
        known(places, s.of, "home or device on Modbus", place, "link.of");
        if (s.duration <= 0s) complain(place, "link.for", "must be greater than zero");
        const auto shares = {std::pair{"loss", s.loss}, std::pair{"corrupt", s.corrupt},
                             std::pair{"reorder", s.reorder}, std::pair{"reset", s.reset}};
        for (const auto& [key, value] : shares) {
            if (value) share(*value, place, std::string("link.") + key);
        }
        const auto median = s.delay_median.value_or(scenario_.links.delay_median);
        if (s.delay_median.value_or(0s) < 0s) complain(place, "link.delay_median", "is negative");
        if (s.delay_p99.value_or(scenario_.links.delay_p99) < median) {
            complain(place, "link.delay_p99", "is below the median");
        }
        if (s.drip && (*s.drip <= 0s || *s.drip > 10s)) {
            complain(place, "link.drip", "must be above 0 s and at most 10 s");
        }
        if (!s.delay_median && !s.delay_p99 && !s.loss && !s.corrupt && !s.reorder && !s.reset &&
            !s.drip && !s.half_open) {
            complain(place, "link", "says nothing that is bad about it");
        }
    }

    [[nodiscard]] std::string former_bms() const { return site_.former.name + ".bms"; }

    void check(const StopStep& s, const Step& step) {
        std::vector<std::string> inverters;
        for (const HomeSpec& home : site_.homes) {
            if (home.hybrid) inverters.push_back(home.name);
        }
        known(inverters, s.of, "home with an inverter", step.place, "stop.of");
        if (s.duration <= 0s) complain(step.place, "stop.for", "must be greater than zero");
        if (step.at && *step.at + s.duration > scenario_.duration) {
            complain(step.place, "stop.for",
                     "outlasts the story: the inverter would stay stopped behind it");
        }
    }

    void check(const FaultStep& s, const json::Place& place) {
        if (s.id.empty() ||
            s.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
            complain(place, "fault.id", "an id is made of a-z, 0-9 and _");
        }
        if (!fault_ids_.insert(s.id).second) {
            complain(place, "fault.id", "duplicate id \"" + s.id + "\"");
        }
        known(devices_, s.device, "device", place, "fault.device");
        check_kind(s, place);
        check_inverter(s, place);
        check_bms(s, place);
        if (s.miswired) {
            const bool whole = s.miswired->size() == tiers;
            const bool in_range =
                std::all_of(s.miswired->begin(), s.miswired->end(),
                            [](int contactor) { return contactor >= 0 && contactor < tiers; });
            if (!whole || !in_range) {
                complain(place, "fault.miswired", "five numbers, each 0..4");
            }
        }
    }

    /// Exactly one kind, and one that the device can have.
    void check_kind(const FaultStep& s, const json::Place& place) {
        const auto role = role_of(s.device);
        int kinds = 0;
        const auto kind = [&](const auto& fault, Role wanted, const char* key,
                              std::optional<Role> or_else = std::nullopt) {
            if (!fault) return;
            ++kinds;
            if (!role || *role == wanted || *role == or_else) return;
            std::string who = "is a fault of a " + std::string(json::enum_text(wanted));
            if (or_else) who += " or " + std::string(json::enum_text(*or_else));
            complain(place, std::string("fault.") + key, who + ", not of " + s.device);
        };
        kind(s.sync_angle_error, Role::interconnect, "sync_angle_error");
        kind(s.detection_off, Role::interconnect, "detection_off");
        kind(s.welded, Role::interconnect, "welded");
        kind(s.miswired, Role::loadctl, "miswired");
        kind(s.ignores_consent, Role::interconnect, "ignores_consent");
        kind(s.ignores_orders, Role::loadctl, "ignores_orders", Role::inverter);
        kind(s.feigns_orders, Role::inverter, "feigns_orders");
        kind(s.ignores_bms, Role::inverter, "ignores_bms");
        kind(s.out_of_service, Role::inverter, "out_of_service");
        kind(s.trips_late, Role::inverter, "trips_late");
        kind(s.rides_through, Role::inverter, "rides_through");
        kind(s.reconnects_after, Role::inverter, "reconnects_after", Role::interconnect);
        kind(s.power_report, Role::inverter, "power_report");
        kind(s.meter_offset, Role::meter, "meter_offset");
        kind(s.soc_report_offset, Role::bms, "soc_report_offset");
        kind(s.sensor_offset, Role::bms, "sensor_offset");
        kind(s.unseen_load, Role::bms, "unseen_load");
        kind(s.soc_frozen, Role::bms, "soc_frozen");
        kind(s.soc_stuck, Role::bms, "soc_stuck");
        kind(s.soc_resolution, Role::bms, "soc_resolution");
        kind(s.soc_recalibration, Role::bms, "soc_recalibration");
        if (s.deviations) ++kinds;
        if (kinds != 1) complain(place, "fault", "needs exactly one kind of fault");
    }

    void check_inverter(const FaultStep& s, const json::Place& place) {
        const auto of_time = [&](const std::optional<Duration>& time, const char* key) {
            if (!time) return;
            if (*time < 0s || *time > 1h) {
                complain(place, std::string("fault.") + key, "must be between 0 s and 1 h");
            }
            if (s.device == site_.former.name + ".inverter") {
                complain(place, std::string("fault.") + key,
                         "is a fault of a home's inverter: what forms the street has no interface "
                         "protection of its own");
            }
        };
        const auto of_homes = [&](const std::optional<bool>& fault, const char* key) {
            if (!fault || s.device != site_.former.name + ".inverter") return;
            complain(
                place, std::string("fault.") + key,
                "is a fault of a home's inverter: nobody orders the one that forms the street");
        };
        of_time(s.trips_late, "trips_late");
        of_time(s.rides_through, "rides_through");
        of_time(s.reconnects_after, "reconnects_after");
        of_homes(s.ignores_orders, "ignores_orders");
        of_homes(s.feigns_orders, "feigns_orders");
        of_homes(s.ignores_bms, "ignores_bms");
        if (s.power_report && !(std::fabs(*s.power_report) <= 100.0)) {
            complain(place, "fault.power_report", "must be between -100 and 100");
        }
    }

    void check_bms(const FaultStep& s, const json::Place& place) {
        if (s.unseen_load && *s.unseen_load < ActivePower{}) {
            complain(place, "fault.unseen_load", "must not be negative: it is a load");
        }
        if (s.soc_stuck) share(*s.soc_stuck, place, "fault.soc_stuck");
        if (s.soc_resolution &&
            !(s.soc_resolution->value() > 0 && s.soc_resolution->value() <= 1)) {
            complain(place, "fault.soc_resolution", "must be above 0 % and at most 100 %");
        }
        if (!s.soc_recalibration) return;
        share(s.soc_recalibration->to, place, "fault.soc_recalibration.to");
        if (const auto& cell = s.soc_recalibration->cell;
            cell && !(cell->value() >= 2.0 && cell->value() <= 4.0)) {
            complain(place, "fault.soc_recalibration.cell",
                     "must be between 2 V and 4 V: it is the voltage of one cell");
        }
    }

    [[nodiscard]] std::optional<Role> role_of(const std::string& device) const {
        for (const DeviceRef& one : devices_of(site_)) {
            if (one.name == device) return one.role;
        }
        return std::nullopt;
    }

    const Scenario& scenario_;
    const Site& site_;
    Diagnostics& diagnostics_;
    std::vector<std::string> devices_, homes_, priority_;
    std::set<std::string> fault_ids_;
};

/// Where keys stand whose values are checked against other files.
void remember_places(Scenario& scenario, std::string_view text, const std::string& file) {
    scenario.site_place = {file, 0, "$.site"};
    scenario.criteria_place = {file, 0, "$.criteria"};
    Diagnostics said_already;
    const json::Value root = json::parse(text, file, said_already);
    if (!root.is(json::Kind::object)) return;
    for (const json::Member& member : root.members()) {
        if (member.key == "site") scenario.site_place.line = member.line;
        if (member.key == "criteria") scenario.criteria_place.line = member.line;
    }
}

}  // namespace

Scenario read_scenario(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
    Scenario scenario = json::read_document<Scenario>(text, file, diagnostics);
    remember_places(scenario, text, file);
    return scenario;
}

void check_known_failure(const Scenario& scenario, const acceptance::Selection& selection,
                         Diagnostics& diagnostics) {
    if (!scenario.known_failure) return;
    const KnownFailureSpec& known = *scenario.known_failure;
    const auto complain = [&](const std::string& key, const std::string& message) {
        diagnostics.add(
            {known.place.file, known.place.line, known.place.path + "." + key, message});
    };
    if (known.criteria.empty()) complain("criteria", "names no criterion");
    const bool blank = known.reason.find_first_not_of(" \t\r\n") == std::string::npos;
    if (blank) complain("reason", "says nothing: why is it known to fail?");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < known.criteria.size(); ++i) {
        const std::string& id = known.criteria[i];
        const std::string key = "criteria[" + std::to_string(i) + "]";
        if (!seen.insert(id).second) complain(key, "\"" + id + "\" comes twice");
        const auto judged = std::find_if(selection.judged.begin(), selection.judged.end(),
                                         [&](const auto& one) { return one.id == id; });
        if (judged == selection.judged.end()) {
            complain(key, "\"" + id + "\" is not among the criteria that this story judges" +
                              suggestion(id, scenario.criteria));
        } else if (judged->severity == acceptance::Severity::s0) {
            complain(key, id + " is a matter of safety (S0): that can never be a known failure");
        }
    }
}

void check_scenario(const Scenario& scenario, const Site& site, Diagnostics& diagnostics) {
    Checker(scenario, site, diagnostics).run();
}

}  // namespace islandbench::bench
