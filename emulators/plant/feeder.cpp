#include "emulators/plant/feeder.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "base/assert.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {
namespace {

/// An admittance that has moved by more than this is worth new factors.
constexpr double refactor_share = 0.02;
constexpr double refactor_siemens = 1e-6;

/// Homes that form limit their currents one after the other, as far as so many rounds come in a
/// step, and go on in the next: alone one is exact at once, many that limit together settle within
/// some steps, as their own controls would.
constexpr int limit_rounds = 3;
/// A limiting impedance that has moved by less, of itself and the coupling impedance, stays.
constexpr double limit_settled = 1e-3;

}  // namespace

Matrix3 cable_ohm(const LineCode& code, Length length) {
    const double km = length.value() / 1000.0;
    return from_sequence(km * Phasor{code.r1.value(), code.x1.value()},
                         km * Phasor{code.r0.value(), code.x0.value()});
}

Feeder::Feeder(const Site& site)
    : nominal_v_(site.nominal_v.value()),
      adapt_gain_(1.0 - std::exp(-step_s / load_adapts_s)),
      homes_(site.homes.size()) {
    build_buses(site);
    place_loads(site);
    shunts_.resize(network_.size());
}

void Feeder::build_buses(const Site& site) {
    std::vector<TreeReduction::Branch> tree(2);  // the busbar and the street side of the switch
    const std::size_t head = 1;
    std::map<std::string, std::size_t> bus{{site.grid.bus, 0}, {site.interconnect.bus, head}};
    const auto add = [&](std::size_t from, const std::string& code, Length length) {
        tree.push_back({from, cable_ohm(site.line_codes.at(code), length)});
        return tree.size() - 1;
    };
    // The file may list the cables in any order; a checked site hangs together.
    while (bus.size() < site.lines.size() + 2) {
        const std::size_t before = bus.size();
        for (const LineSpec& line : site.lines) {
            if (bus.contains(line.to) || !bus.contains(line.from)) continue;
            bus[line.to] = add(bus[line.from], line.code, line.length);
        }
        IB_ASSERT(bus.size() > before);
    }
    std::vector<std::size_t> at{0, head, bus.at(site.former.bus)};
    for (const HomeSpec& home : site.homes) {
        const std::size_t street = bus.at(home.bus);
        const bool service = !home.service_code.empty();
        at.push_back(service ? add(street, home.service_code, home.service_length) : street);
    }
    for (const PrioritySiteSpec& one : site.priority_sites) at.push_back(bus.at(one.bus));
    connect(site, tree, at);
}

/// `at`: what is connected where: busbar, street side, former, homes, priority sites.
void Feeder::connect(const Site& site, const std::vector<TreeReduction::Branch>& tree,
                     const std::vector<std::size_t>& at) {
    std::vector<char> connected(tree.size());
    for (const std::size_t bus : at) connected[bus] = 1;
    TreeReduction wires(tree, connected);
    const auto bus_of = [&](std::size_t k) { return wires.bus(at[k]); };
    head_ = bus_of(1);
    former_bus_ = bus_of(2);
    for (std::size_t k = 0; k < homes_; ++k) home_bus_.push_back(bus_of(3 + k));
    for (std::size_t k = 0; k < site.priority_sites.size(); ++k) {
        for (std::size_t p = 0; p < phases; ++p) {
            loads_.push_back({.bus = bus_of(3 + homes_ + k), .phase = p});
        }
    }
    network_ = std::move(wires.network());
}

void Feeder::place_loads(const Site& site) {
    std::vector<Load> homes;
    for (std::size_t k = 0; k < homes_; ++k) {
        homes.push_back(
            {.bus = home_bus_[k], .phase = static_cast<std::size_t>(site.homes[k].phase)});
    }
    loads_.insert(loads_.begin(), homes.begin(), homes.end());
    follower_.resize(homes_);
    follower_admittance_.resize(homes_);
    for (std::size_t k = 0; k < homes_; ++k) {
        const auto& hybrid = site.homes[k].hybrid;
        if (hybrid && hybrid->forming) forming_.push_back({.home = k});
    }
}

void Feeder::set_switch(bool closed) {
    network_.set_closed(head_, closed);
    switch_closed_ = closed;
    stale_ = true;
}

void Feeder::set_grid(const Matrix3& shunt) {
    grid_shunt_ = shunt;
    stale_ = true;
}

void Feeder::set_former(bool running, const Matrix3& admittance) {
    former_running_ = running;
    former_admittance_ = running ? admittance : Matrix3{};
    limiter_.reset();
    stale_ = true;
}

void Feeder::set_follower(std::size_t home, Phasor injection, Phasor admittance) {
    follower_[home] = injection;
    if (follower_admittance_[home] == admittance) return;
    follower_admittance_[home] = admittance;
    stale_ = true;
}

void Feeder::set_home_former(std::size_t home, const HomeFormer* former) {
    const auto at = std::find_if(forming_.begin(), forming_.end(),
                                 [home](const Forming& one) { return one.home == home; });
    IB_ASSERT(at != forming_.end());
    if (former != nullptr) at->unit = *former;
    if (at->on == (former != nullptr)) return;
    at->on = former != nullptr;
    at->limiting_ohm = 0.0;
    at->y = at->on ? Phasor{1.0, 0.0} / at->unit.ohm : Phasor{};
    stale_ = true;
}

const Feeder::Forming* Feeder::forming_at(std::size_t home) const noexcept {
    for (const Forming& one : forming_) {
        if (one.home == home) return &one;
    }
    return nullptr;
}

Phasor Feeder::home_infeed(std::size_t k) const noexcept {
    const Forming* one = forming_at(k);
    if (one != nullptr && one->on) return one->y * (one->unit.emf - home(k));
    return follower_[k] - follower_admittance_[k] * home(k);
}

bool Feeder::home_limiting(std::size_t k) const noexcept {
    const Forming* one = forming_at(k);
    return one != nullptr && one->limiting_ohm > 0.0;
}

void Feeder::set_priority_load(std::size_t site, const ZipSum& per_phase) {
    for (std::size_t p = 0; p < phases; ++p) loads_[homes_ + phases * site + p].sum = per_phase;
}

void Feeder::adapt_loads() {
    const double gain = passes_ == 0 ? 0.0 : adapt_gain_;  // nothing solved yet: at nominal
    for (Load& load : loads_) {
        load.v_pu += gain * (abs(voltage(load)) / nominal_v_ - load.v_pu);
        load.y = load.sum.admittance(load.v_pu, nominal_v_);
        const double moved = abs(load.y - load.y_factored);
        if (moved > refactor_share * abs(load.y_factored) + refactor_siemens) stale_ = true;
    }
}

void Feeder::refactor() {
    std::fill(shunts_.begin(), shunts_.end(), Matrix3{});
    shunts_[Network::root] = grid_shunt_;
    shunts_[former_bus_] += former_admittance_;
    for (Load& load : loads_) {
        load.y_factored = load.y;
        shunts_[load.bus][load.phase][load.phase] += load.y;
    }
    for (std::size_t k = 0; k < homes_; ++k) {
        shunts_[loads_[k].bus][loads_[k].phase][loads_[k].phase] += follower_admittance_[k];
    }
    for (const Forming& one : forming_) {
        const Load& at = loads_[one.home];
        shunts_[at.bus][at.phase][at.phase] += one.y;
    }
    for (std::size_t bus = 0; bus < shunts_.size(); ++bus) network_.set_shunt(bus, shunts_[bus]);
    network_.factorise();
    thevenin_ = network_.driving_point(former_bus_);
    seen_by_emf_ = former_admittance_ - former_admittance_ * thevenin_ * former_admittance_;
    stale_ = false;
}

void Feeder::solve(const Sources& sources) {
    adapt_loads();
    solve_linear(sources);
    for (int round = 0; round < limit_rounds && limit_homes(); ++round) solve_linear(sources);
    remember(sources);
}

void Feeder::remember(const Sources& sources) {
    solved_ = sources;
    solved_followers_ = follower_;
    turned_ = {1.0, 0.0};
    adapted_ = std::all_of(loads_.begin(), loads_.end(), [this](const Load& load) {
        return std::fabs(abs(voltage(load)) / nominal_v_ - load.v_pu) < still_adapted;
    });
}

bool Feeder::coast(const Sources& sources) {
    const auto on = [](const Forming& one) { return one.on; };
    const bool steady = !stale_ && adapted_ && !limiter_.limiting() &&
                        sources.former_limit == solved_.former_limit &&
                        std::none_of(forming_.begin(), forming_.end(), on);
    if (!steady) return false;
    const Phasor grid = turn_between(solved_.grid[0], sources.grid[0]);
    const bool led_by_grid = switch_closed_ && norm(sources.grid[0]) > 0.0;
    const Phasor street = led_by_grid ? grid : turn_between(solved_.emf[0], sources.emf[0]);
    turn(switch_closed_ ? street : grid, street);
    return still(sources);
}

void Feeder::turn(Phasor grid_by, Phasor street_by) noexcept {
    network_.turn(grid_by, street_by);
    solved_.grid = grid_by * solved_.grid;
    solved_.emf = street_by * solved_.emf;
    emf_ = street_by * emf_;
    former_current_ = street_by * former_current_;
    former_unlimited_ = street_by * former_unlimited_;
    for (Load& load : loads_) load.v_used = street_by * load.v_used;
    turned_ = street_by * turned_;
}

/// Besides having turned, what feeds the wires has not moved.
bool Feeder::still(const Sources& sources) const noexcept {
    if (largest_magnitude(sources.emf - solved_.emf) > still_volt) return false;
    if (largest_magnitude(sources.grid - solved_.grid) > still_ampere) return false;
    for (std::size_t k = 0; k < homes_; ++k) {
        const Phasor off = follower_[k] - turned_ * solved_followers_[k];
        if (norm(off) > still_ampere * still_ampere) return false;
    }
    return true;
}

/// The impedance that would keep one forming home at its limit, the others as they are.
double Feeder::wanted_ohm(const Forming& one) const {
    const Load& at = loads_[one.home];
    const Phasor i = one.y * (one.unit.emf - voltage(at));
    if (one.limiting_ohm == 0.0 && norm(i) <= one.unit.limit * one.unit.limit) return 0.0;
    const Phasor z = network_.driving_point(at.bus)[at.phase][at.phase];
    const Phasor a = one.y - one.y * z * one.y;
    const Phasor without = Phasor{1.0, 0.0} - one.limiting_ohm * (a * limiting_direction);
    return needed_ohm(i / without, a / without, one.unit.limit);
}

/// True when one of them has to be solved anew.
bool Feeder::limit_homes() {
    bool moved = false;
    for (Forming& one : forming_) {
        if (!one.on) continue;
        const double ohm = wanted_ohm(one);
        const double size = abs(one.unit.ohm) + ohm;
        // A rest that stayed would say that the limit still acts.
        const bool goes_on = (ohm > 0.0) == (one.limiting_ohm > 0.0);
        if (goes_on && std::fabs(ohm - one.limiting_ohm) <= limit_settled * size) continue;
        one.limiting_ohm = ohm;
        one.y = Phasor{1.0, 0.0} / (one.unit.ohm + ohm * limiting_direction);
        moved = true;
    }
    stale_ = stale_ || moved;
    return moved;
}

void Feeder::solve_linear(const Sources& sources) {
    if (stale_) refactor();
    emf_ = sources.emf - limiter_.drop();
    for (passes_ = 1; passes_ < most_passes; ++passes_) {
        inject(sources);
        network_.solve();
        const bool limited = limit_former(sources);
        if (limited && loads_settled()) break;
    }
}

void Feeder::inject(const Sources& sources) {
    network_.clear_injections();
    network_.injection(Network::root) = sources.grid;
    if (former_running_) network_.injection(former_bus_) += former_admittance_ * emf_;
    for (std::size_t k = 0; k < homes_; ++k) {
        network_.injection(loads_[k].bus)[loads_[k].phase] += follower_[k];
    }
    for (const Forming& one : forming_) {
        const Load& at = loads_[one.home];
        network_.injection(at.bus)[at.phase] += one.y * one.unit.emf;
    }
    for (Load& load : loads_) {
        load.v_used = voltage(load);
        network_.injection(load.bus)[load.phase] -= (load.y - load.y_factored) * load.v_used;
    }
}

/// True when the EMF of this pass was the one that keeps the limits.
bool Feeder::limit_former(const Sources& sources) {
    if (!former_running_) {
        former_current_ = former_unlimited_ = {};
        return true;
    }
    const Phasor3& v = network_.voltage(former_bus_);
    // What the bus would be with no EMF, and the current if nothing limited it.
    const Phasor3 rest = v - thevenin_ * (former_admittance_ * emf_);
    former_unlimited_ = seen_by_emf_ * sources.emf - former_admittance_ * rest;
    former_current_ = limiter_.limit(seen_by_emf_, former_unlimited_, sources.former_limit);
    const Phasor3 wanted = sources.emf - limiter_.drop();
    const bool same = largest_magnitude(wanted - emf_) < solved_emf_volt;
    emf_ = wanted;
    return same;
}

bool Feeder::loads_settled() const noexcept {
    return std::all_of(loads_.begin(), loads_.end(), [this](const Load& load) {
        const Phasor off = (load.y - load.y_factored) * (voltage(load) - load.v_used);
        return norm(off) < solved_ampere * solved_ampere;
    });
}

Phasor3 Feeder::priority(std::size_t k) const noexcept {
    return network_.voltage(loads_[homes_ + phases * k].bus);
}

Phasor3 Feeder::priority_current(std::size_t k) const noexcept {
    Phasor3 i;
    for (std::size_t p = 0; p < phases; ++p) {
        const Load& load = loads_[homes_ + phases * k + p];
        i[p] = load.y * voltage(load);
    }
    return i;
}

Phasor Feeder::priority_power(std::size_t k) const noexcept {
    Phasor sum;
    for (std::size_t p = 0; p < phases; ++p) {
        const Load& load = loads_[homes_ + phases * k + p];
        sum += norm(voltage(load)) * conj(load.y);
    }
    return sum;
}

Feeder::Residual Feeder::residual() const {
    Residual worst{.volt = network_.mismatch()};
    for (const Load& load : loads_) {
        const Phasor off = (load.y - load.y_factored) * (voltage(load) - load.v_used);
        worst.ampere = std::max(worst.ampere, abs(off));
    }
    return worst;
}

}  // namespace islandbench::plant
