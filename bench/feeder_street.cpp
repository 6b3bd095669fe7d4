#include "bench/feeder_street.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "base/feeder/files.hpp"
#include "emulators/plant/measured_day.hpp"

namespace islandbench::bench {
namespace fs = std::filesystem;
namespace {

constexpr const char* command_line = "command line";
/// Stands for a network above the transformer that gives way to nothing.
constexpr ApparentPower stiff{1e12};
/// What an off-load tap changer can do, and how far from what the site expects the voltage without
/// load may be before it is used.
constexpr double tap_step = 0.025;
constexpr int most_taps = 2;
constexpr double close_enough = 0.03;
/// A day's energy that a site file may say (site.cpp).
constexpr Energy least_daily{100.0}, most_daily{200e3};

std::string label(const FeederModel& feeder) {
    return feeder.name + " (" + feeder.transformer.name + ")";
}

/// A name that may become a signal.
std::string signal_name(const std::string& text) {
    std::string name;
    for (const char c : text) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        name += upper ? static_cast<char>(c - 'A' + 'a') : plain ? c : '_';
    }
    return name.empty() ? "home" : name;
}

/// A phase of a load: where a home may be.
struct Place {
    const FeederLoad* load = nullptr;
    Phase phase = Phase::a;
    double share = 1.0;  ///< of the load
    std::string name;
};

std::vector<Place> places_of(const FeederModel& feeder) {
    std::vector<Place> places;
    for (const FeederLoad& load : feeder.loads) {
        const std::string name = signal_name(load.name);
        if (load.phase) {
            places.push_back({&load, *load.phase, 1.0, name});
            continue;
        }
        for (const Phase phase : {Phase::a, Phase::b, Phase::c}) {
            places.push_back(
                {&load, phase, 1.0 / phases, name + "_" + "abc"[static_cast<int>(phase)]});
        }
    }
    return places;
}

/// The day of a place in kW that text can say exactly; flat where the load has none.
LoadProfile day_of(const Place& place) {
    LoadProfile day{place.name, {}};
    for (std::size_t minute = 0; minute < minutes_of_day; ++minute) {
        const double kw = place.load->at(minute).value() / 1e3 * place.share;
        day.minutes.push_back(ActivePower{kw * 1e3});
    }
    return day;
}

/// A constant load, layered on the tiers by its height as a measured day is.
std::vector<ApplianceSpec> constant(const Place& place) {
    std::vector<ApplianceSpec> layers;
    const double total = place.load->p.value() * place.share;
    double from = 0.0;
    for (int tier = 0; tier < tiers && total > from; ++tier) {
        const bool top = tier == tiers - 1;
        const double to =
            top ? total : std::min(total, plant::layer_tops_w[static_cast<std::size_t>(tier)]);
        layers.push_back({.name = "constant_" + std::to_string(tier),
                          .tier = tier,
                          .p = ActivePower{to - from},
                          .power_factor = place.load->power_factor,
                          .zip = {0.0, 0.0, 1.0}});
        from = to;
    }
    return layers;
}

class Joiner {
  public:
    Joiner(const Site& equipment, const FeederModel& feeder)
        : equipment_(equipment), feeder_(feeder), places_(places_of(feeder)) {
        street_.site = equipment;
    }

    StreetOnFeeder join() {
        Site& site = street_.site;
        site.title +=
            (site.title.empty() ? "On" : ", on") + std::string(" the wires of ") + label(feeder_);
        site.line_codes = feeder_.line_codes;
        wires();
        transformer();
        homes();
        told();
        return std::move(street_);
    }

  private:
    [[nodiscard]] bool has_bus(const std::string& bus) const {
        return std::any_of(feeder_.lines.begin(), feeder_.lines.end(), [&](const FeederLine& line) {
            return line.to == bus || line.from == bus;
        });
    }

    /// The transformer's own bus is the switch's on the street's side.
    [[nodiscard]] std::string at_street(const std::string& bus) const {
        return bus == feeder_.transformer.bus ? street_.site.interconnect.bus : bus;
    }

    void wires() {
        Site& site = street_.site;
        site.grid.bus = feeder_.transformer.bus;
        while (has_bus(site.interconnect.bus) || site.interconnect.bus == site.grid.bus) {
            site.interconnect.bus += "_street";
        }
        site.lines.clear();
        for (const FeederLine& line : feeder_.lines) {
            site.lines.push_back({at_street(line.from), line.to, line.code, line.length, {}});
        }
        const auto place = [&](std::string& bus) {
            bus = has_bus(bus) ? at_street(bus) : site.interconnect.bus;
        };
        place(site.former.bus);
        for (PrioritySiteSpec& one : site.priority_sites) place(one.bus);
    }

    /// The same ohms and volts, on the site's nominal voltage.
    void transformer() {
        GridSpec& grid = street_.site.grid;
        const FeederTransformer& t = feeder_.transformer;
        const double nominal = equipment_.nominal_v.value();
        const double low = t.low.value() / std::numbers::sqrt3;
        const double base = (low / nominal) * (low / nominal);
        grid.transformer_rating = t.rating;
        grid.transformer_r = base * t.r;
        grid.transformer_x = base * t.x;
        grid.fault_level = stiff;
        if (feeder_.source.fault_current) {
            const double up = feeder_.source.fault_v.value() / std::numbers::sqrt3 /
                              feeder_.source.fault_current->value();
            const double ratio = t.low / t.high;
            grid.fault_level = ApparentPower{3.0 * nominal * nominal / (up * ratio * ratio)};
        }
        grid.x_over_r = feeder_.source.x_over_r;
        tap(low * feeder_.source.v.value());
    }

    /// The synchronism check lifts the island's voltage by a few per cent and no more, and limits
    /// are shares of the nominal voltage: a street that is run so far above it would be put on
    /// another tap, as long as there is one.
    void tap(double no_load) {
        GridSpec& grid = street_.site.grid;
        const double expected = equipment_.grid.no_load_v.value();
        int taps = 0;
        const auto at = [&](int k) { return no_load * (1.0 + k * tap_step); };
        const int towards = at(0) > expected ? -1 : 1;
        while (std::abs(taps) < most_taps &&
               std::fabs(at(taps) - expected) > close_enough * expected) {
            taps += towards;
        }
        grid.no_load_v = Voltage{at(taps)};
        if (taps == 0) return;
        char share[16];
        std::snprintf(share, sizeof share, "%+.1f %%", 100.0 * taps * tap_step);
        street_.notes.push_back("the feeder has " + format_measure(Voltage{no_load}) +
                                " without load, and the site expects " +
                                format_measure(equipment_.grid.no_load_v) +
                                ": the transformer is put on its tap " + share + ", which gives " +
                                format_measure(grid.no_load_v));
    }

    void homes() {
        std::set<std::string> taken{"pcc", "grid", "island", "sync", equipment_.former.name};
        for (const HomeSpec& home : equipment_.homes) taken.insert(home.name);
        for (const PrioritySiteSpec& one : equipment_.priority_sites) taken.insert(one.name);
        for (const MeterSpec& meter : equipment_.meters) taken.insert(meter.name);
        const bool measured =
            std::any_of(feeder_.loads.begin(), feeder_.loads.end(),
                        [](const FeederLoad& load) { return load.day.has_value(); });
        Site& site = street_.site;
        site.homes.clear();
        for (std::size_t k = 0; k < places_.size(); ++k) {
            const Place& place = places_[k];
            const bool has_equipment = k < equipment_.homes.size();
            HomeSpec home = has_equipment ? equipment_.homes[k] : further(place, taken);
            home.bus = at_street(place.load->bus);
            home.phase = place.phase;
            home.service_code.clear();
            if (measured) {
                street_.days.push_back(day_of(place));
                if (!has_equipment) home.demand = demand_of(street_.days.back());
            } else {
                home.demand.reset();
                home.appliances = constant(place);
            }
            site.homes.push_back(std::move(home));
        }
        for (std::size_t k = places_.size(); k < equipment_.homes.size(); ++k) {
            street_.left_out.push_back(equipment_.homes[k].name);
        }
    }

    HomeSpec further(const Place& place, std::set<std::string>& taken) const {
        HomeSpec home;
        home.name = place.name;
        for (int k = 2; !taken.insert(home.name).second; ++k) {
            home.name = place.name + "_" + std::to_string(k);
        }
        const HomeSpec& first = equipment_.homes.front();
        home.load_class = first.load_class;
        home.under_frequency = first.under_frequency;
        home.loadctl.profile = first.loadctl.profile;
        return home;
    }

    /// What a site file can say of a measured day, for whoever runs the kept site without it.
    static DemandSpec demand_of(const LoadProfile& day) {
        Energy sum;
        for (const ActivePower p : day.minutes) sum += p * Duration{1min};
        return {.daily = std::clamp(sum, least_daily, most_daily)};
    }

    void told() {
        const std::size_t all = street_.site.homes.size();
        const std::size_t equipped = std::min(all, equipment_.homes.size());
        std::string first = "the street of " + label(feeder_) + ": " +
                            std::to_string(feeder_.lines.size() + 1) + " buses, " +
                            std::to_string(all) + " homes, " + std::to_string(equipped) +
                            " of them as in site \"" + equipment_.name + "\"";
        street_.notes.insert(street_.notes.begin(), std::move(first));
        if (street_.left_out.empty()) return;
        street_.notes.push_back(
            "the feeder has no load for " + street_.left_out.front() +
            (street_.left_out.size() > 1 ? " to " + street_.left_out.back() : "") +
            " of the site: left out");
    }

    const Site& equipment_;
    const FeederModel& feeder_;
    std::vector<Place> places_;
    StreetOnFeeder street_;
};

}  // namespace

std::vector<FeederModel> read_feeder_folder(const Fixtures& fixtures, const std::string& folder,
                                            Diagnostics& diagnostics) {
    const auto found = fixtures.find_folder("feeders", folder);
    if (!found) {
        diagnostics.add({command_line, 0, "--feeder",
                         "no folder \"" + folder +
                             "\" in the working folder or in the installed "
                             "feeders" +
                             suggestion(folder, fixtures.list_folders("feeders"))});
        return {};
    }
    Diagnostics own;
    std::vector<FeederModel> feeders = read_feeders(load_feeder_texts(*found, own), own);
    for (const Diagnostic& one : own.list()) diagnostics.add(one);
    if (!own.empty()) feeders.clear();
    return feeders;
}

std::optional<FeederModel> choose_feeder(const Fixtures& fixtures, const FeederChoice& choice,
                                         Diagnostics& diagnostics) {
    const std::vector<FeederModel> all = read_feeder_folder(fixtures, choice.folder, diagnostics);
    if (all.empty()) return std::nullopt;
    std::vector<std::string> names;
    std::string list;
    for (const FeederModel& one : all) {
        names.push_back(one.transformer.name);
        list += (list.empty() ? "" : ", ") + one.transformer.name;
    }
    const auto complain = [&](const std::string& what) {
        diagnostics.add({command_line, 0, "--transformer", what});
        return std::nullopt;
    };
    if (!choice.transformer && all.size() > 1) {
        return complain("is needed: " + choice.folder + " has " + std::to_string(all.size()) +
                        " transformers: " + list);
    }
    for (const FeederModel& one : all) {
        const bool meant = !choice.transformer || one.transformer.name == *choice.transformer;
        if (!meant) continue;
        if (!one.loads.empty()) return one;
        return complain("feeder " + label(one) + " has no load: nobody would live there");
    }
    return complain("no transformer \"" + *choice.transformer + "\" in " + choice.folder + ": " +
                    list + suggestion(*choice.transformer, names));
}

StreetOnFeeder put_on_feeder(const Site& equipment, const FeederModel& feeder) {
    return Joiner(equipment, feeder).join();
}

void check_left_out(const Scenario& scenario, const StreetOnFeeder& street,
                    const FeederModel& feeder, Diagnostics& diagnostics) {
    const std::set<std::string> left(street.left_out.begin(), street.left_out.end());
    std::set<std::string> named;
    const auto look = [&](const std::string& device) {
        const std::string home = device.substr(0, device.find('.'));
        if (left.contains(home)) named.insert(home);
    };
    for (const auto& [unit, soc] : scenario.start.soc) look(unit);
    for (const Step& step : scenario.steps) {
        if (step.load_step) look(step.load_step->at);
        if (step.silence) look(step.silence->of);
        if (step.fault) look(step.fault->device);
    }
    if (named.empty()) return;
    std::string list;
    for (const std::string& home : named) list += (list.empty() ? "" : ", ") + home;
    diagnostics.add({scenario.place.file, scenario.place.line, scenario.place.path,
                     "names homes that feeder " + label(feeder) + " has no load for (it has " +
                         std::to_string(street.site.homes.size()) + " for the " +
                         std::to_string(street.site.homes.size() + left.size()) +
                         " homes of site \"" + street.site.name + "\"): " + list});
}

}  // namespace islandbench::bench
