#include "emulators/plant/audit.hpp"

#include <cmath>
#include <cstdio>
#include <map>

#include "base/assert.hpp"

namespace islandbench::plant {
namespace {

constexpr Duration batteries_every = 1s;

/// Of what stands above the transformer and of itself, for a balanced current (IEC
/// 60909-0 6.2, 6.3).
Phasor grid_ohm(const GridSpec& grid, double nominal_v) {
    const double square = 3.0 * nominal_v * nominal_v;
    const double transformer = square / grid.transformer_rating.value();
    return polar(square / grid.fault_level.value(), std::atan(grid.x_over_r)) +
           transformer * Phasor{grid.transformer_r.value(), grid.transformer_x.value()};
}

}  // namespace

Audit::Audit(const Site& site, const Street& street)
    : site_(site), grid_ohm_(grid_ohm(site.grid, site.nominal_v.value())), last_(street.now()) {
    lay_cables(site);
    into_.resize(branches_.size());
    voltage_.resize(branches_.size());
    open_books(street);
}

void Audit::lay_cables(const Site& site) {
    std::map<std::string, std::size_t> bus{{site.interconnect.bus, 0}};
    branches_.push_back({});
    const auto add = [&](std::size_t from, const std::string& code, Length length) {
        branches_.push_back({from, cable_ohm(site.line_codes.at(code), length)});
        return branches_.size() - 1;
    };
    while (bus.size() < site.lines.size() + 1) {
        const std::size_t before = bus.size();
        for (const LineSpec& line : site.lines) {
            if (bus.contains(line.to) || !bus.contains(line.from)) continue;
            bus[line.to] = add(bus[line.from], line.code, line.length);
        }
        IB_ASSERT(bus.size() > before);
    }
    former_at_ = bus.at(site.former.bus);
    for (const HomeSpec& home : site.homes) {
        const std::size_t at = bus.at(home.bus);
        const bool service = !home.service_code.empty();
        home_at_.push_back(service ? add(at, home.service_code, home.service_length) : at);
    }
    for (const PrioritySiteSpec& one : site.priority_sites) priority_at_.push_back(bus.at(one.bus));
}

void Audit::hold(double off, double limit, const char* law, const std::string& where,
                 const char* unit) {
    if (off <= limit) {
        worst_ = std::max(worst_, off / limit);
        return;
    }
    if (broken_) return;  // the first is told
    char text[96];
    std::snprintf(text, sizeof text, ": %.4g %s off (limit %.4g)", off, unit, limit);
    broken_ = std::string(law) + (where.empty() ? "" : " at " + where) + text;
}

bool Audit::check(const Street& street) {
    if (broken_) return false;
    const double seconds = to_seconds(street.now() - last_);
    if (street.solved()) check_wires(street);
    check_former(street, seconds);
    for (std::size_t k = 0; k < hybrids_.size(); ++k) check_hybrid(street, k, seconds);
    since_batteries_ += street.now() - last_;
    last_ = street.now();
    if (since_batteries_ >= batteries_every) check_batteries(street);
    return !broken_;
}

void Audit::check_wires(const Street& street) {
    gather(street);
    sum_up();
    check_voltages(street);
    check_switch(street);
    check_grid(street);
    check_power(street);
    check_dead(street);
    check_source(street);
    if (!home_at_.empty()) check_load(street, next_load_++ % home_at_.size());
}

/// What the devices feed into their buses, by what they say themselves.
void Audit::gather(const Street& street) {
    std::fill(into_.begin(), into_.end(), Phasor3{});
    into_[former_at_] += street.feeder().former_current();
    for (std::size_t k = 0; k < home_at_.size(); ++k) {
        const auto phase = static_cast<std::size_t>(site_.homes[k].phase);
        Phasor& into = into_[home_at_[k]][phase];
        const Phasor v = street.feeder().home(k);
        into -= street.feeder().home_admittance(k) * v;
        if (const Hybrid* hybrid = street.hybrid(k)) into += hybrid->current();
    }
    for (std::size_t k = 0; k < priority_at_.size(); ++k) {
        into_[priority_at_[k]] += Phasor3{} - street.feeder().priority_current(k);
    }
}

/// Currents from the ends to the switch, voltages and losses from the switch to the ends.
void Audit::sum_up() {
    for (std::size_t bus = branches_.size(); bus-- > 1;) into_[branches_[bus].from] += into_[bus];
    loss_w_ = 0.0;
    for (std::size_t bus = 1; bus < branches_.size(); ++bus) {
        const Phasor3 rise =
            branches_[bus].ohm * into_[bus];  // the current flows towards the switch
        voltage_[bus] = voltage_[branches_[bus].from] + rise;
        loss_w_ += power(rise, into_[bus]).re;
    }
}

void Audit::check_voltages(const Street& street) {
    constexpr const char* law = "power balance";
    const Phasor3& head = street.feeder().street();
    const auto off = [&](std::size_t bus, const Phasor3& v) {
        return largest_magnitude(head + voltage_[bus] - v);
    };
    hold(off(former_at_, street.feeder().former_bus()), volt_limit, law, site_.former.name, "V");
    for (std::size_t k = 0; k < home_at_.size(); ++k) {
        const auto phase = static_cast<std::size_t>(site_.homes[k].phase);
        const Phasor follows = head[phase] + voltage_[home_at_[k]][phase];
        hold(abs(follows - street.feeder().home(k)), volt_limit, law, site_.homes[k].name, "V");
    }
    for (std::size_t k = 0; k < priority_at_.size(); ++k) {
        hold(off(priority_at_[k], street.feeder().priority(k)), volt_limit, law,
             site_.priority_sites[k].name, "V");
    }
}

/// What the street does not use itself goes through the switch, and comes from the grid.
void Audit::check_switch(const Street& street) {
    constexpr const char* law = "power balance";
    const Phasor3 through = street.feeder().switch_current();
    hold(largest_magnitude(through + into_[0]), ampere_limit, law, site_.interconnect.bus, "A");
    hold(largest_magnitude(street.grid_infeed() - through), ampere_limit, law, site_.grid.bus, "A");
}

/// Beside a grid that nothing disturbs: the busbar's voltage and what its current drops on the way
/// are the no-load voltage of the site file.
void Audit::check_grid(const Street& street) {
    if (!street.grid_undisturbed()) return;
    const Phasor behind = positive_sequence(street.feeder().busbar()) +
                          grid_ohm_ * positive_sequence(street.feeder().switch_current());
    hold(std::fabs(abs(behind) - site_.grid.no_load_v.value()), volt_limit,
         "no-load voltage of the grid", site_.grid.bus, "V");
}

void Audit::check_power(const Street& street) {
    double given = street.exchange().p.value() + street.former().state().p.value();
    double moved = std::fabs(given) + std::fabs(street.former().state().p.value());
    for (std::size_t k = 0; k < hybrids_.size(); ++k) {
        const double load = street.supply(k).load_p.value();
        const Hybrid* hybrid = street.hybrid(k);
        const double own = hybrid == nullptr ? 0.0 : hybrid->state().p.value();
        given += own - load;
        moved += std::fabs(own) + std::fabs(load);
    }
    for (std::size_t k = 0; k < priority_at_.size(); ++k) {
        const double load = street.feeder().priority_power(k).re;
        given -= load;
        moved += std::fabs(load);
    }
    hold(std::fabs(given - loss_w_), watt_limit + share_limit * moved,
         "energy from nothing: reported powers of the street", "", "W");
}

void Audit::check_dead(const Street& street) {
    const bool closed = street.exchange().closed;
    if (street.formed() || (closed && street.grid().energised)) return;
    // A dead line above the switch may still be fed by homes: they stop in the same step.
    double most = largest_magnitude(street.feeder().street());
    for (std::size_t k = 0; k < home_at_.size(); ++k) {
        most = std::max(most, abs(street.feeder().home(k)));
    }
    const bool fed = closed && street.grid_connected();
    if (!fed)
        hold(most, dead_volt_limit, "voltage where nothing feeds", site_.interconnect.bus, "V");
}

}  // namespace islandbench::plant
