#include "bench/energy_meter.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"
#include "base/time_of_day.hpp"

namespace islandbench::bench {
namespace {

constexpr Duration quarter_hour = 15min;

/// Below this share of nominal the voltage is of no use, as in the golden figures.
constexpr double usable = 0.85;

}  // namespace

/// The power of a millisecond in whole milliwatts is an energy in whole microjoules.
void EnergyMeter::Microjoules::add(double watt) noexcept {
    sum += std::llround(watt * 1e3);
}

Energy EnergyMeter::Microjoules::energy() const noexcept {
    return Energy{static_cast<double>(sum) / 3.6e9};
}

EnergyMeter::Home& EnergyMeter::Home::operator+=(const Home& other) noexcept {
    load += other.load;
    given += other.given;
    taken += other.taken;
    dark_ms += other.dark_ms;
    shed_ms += other.shed_ms;
    return *this;
}

void EnergyMeter::Sums::empty() noexcept {
    ms = 0;
    grid_in = grid_out = former_out = former_in = {};
    std::fill(homes.begin(), homes.end(), Home{});
    std::fill(priority.begin(), priority.end(), Microjoules{});
}

EnergyMeter::Sums& EnergyMeter::Sums::operator+=(const Sums& other) noexcept {
    ms += other.ms;
    grid_in += other.grid_in;
    grid_out += other.grid_out;
    former_out += other.former_out;
    former_in += other.former_in;
    for (std::size_t i = 0; i < homes.size(); ++i) homes[i] += other.homes[i];
    for (std::size_t i = 0; i < priority.size(); ++i) priority[i] += other.priority[i];
    return *this;
}

EnergyMeter::EnergyMeter(const World& world, const RunFiles& files)
    : world_(world),
      site_(files.site),
      midnight_(-*parse_time_of_day(files.scenario.start.time_of_day)) {
    step_.homes.resize(site_.homes.size());
    step_.priority.resize(site_.priority_sites.size());
    // Settling before the story and letting go behind it take less than a quarter-hour each.
    const auto quarters = static_cast<std::size_t>(files.scenario.duration / quarter_hour) + 4;
    periods_.assign(quarters * parts, Period{0, {}, before, step_});
}

/// Every quarter has at most three of them, the last three.
EnergyMeter::Sums& EnergyMeter::current() noexcept {
    const Instant began = world_.street().now() - 1ms;
    const Duration since_midnight = began - story_start - midnight_ + day;
    const std::int64_t quarter = since_midnight / quarter_hour;
    for (std::size_t i = used_; i > 0 && periods_[i - 1].quarter == quarter; --i) {
        if (periods_[i - 1].part == now_) return periods_[i - 1].sums;
    }
    IB_ASSERT(used_ < periods_.size());
    Period& next = periods_[used_++];
    next.quarter = quarter;
    next.from = began;
    next.part = now_;
    return next.sums;
}

EnergyMeter::Sums EnergyMeter::sum_of(Part part) const {
    Sums sum = step_;
    sum.empty();
    for (std::size_t i = 0; i < used_; ++i) {
        if (periods_[i].part == part) sum += periods_[i].sums;
    }
    return sum;
}

void EnergyMeter::step() noexcept {
    const plant::Street& street = world_.street();
    if (!street.exchange().closed) {
        now_ = island;
    } else if (now_ == island) {
        now_ = after;
    }
    Sums& sums = step_;
    sums.empty();
    sums.ms = 1;
    const double grid = street.exchange().p.value();
    (grid > 0 ? sums.grid_in : sums.grid_out).add(std::fabs(grid));
    const double former = street.former().state().p.value();
    (former > 0 ? sums.former_out : sums.former_in).add(std::fabs(former));
    for (std::size_t i = 0; i < sums.homes.size(); ++i) add_home(i, sums.homes[i]);
    for (std::size_t i = 0; i < sums.priority.size(); ++i) {
        sums.priority[i].add(street.priority_site(i).p.value());
    }
    current() += sums;
}

void EnergyMeter::coast() noexcept {
    current() += step_;
}

void EnergyMeter::add_home(std::size_t index, Home& home) const noexcept {
    const plant::Street& street = world_.street();
    const plant::HomeSupply truth = street.supply(index);
    const double load = truth.load_p.value();
    const plant::Hybrid* inverter = street.hybrid(index);
    const double need = inverter == nullptr ? load : load - inverter->state().p.value();
    home.load.add(load);
    (need > 0 ? home.taken : home.given).add(std::fabs(need));
    if (truth.v.value() < usable * site_.nominal_v.value()) ++home.dark_ms;
    const auto& contact = truth.contact;
    if (std::find(contact.begin(), contact.end(), false) != contact.end()) ++home.shed_ms;
}

Energy EnergyMeter::delivered_in_island() const noexcept {
    const Sums sums = sum_of(island);
    Microjoules all;
    for (const Home& home : sums.homes) all.sum += home.load.sum;
    for (const Microjoules& one : sums.priority) all.sum += one.sum;
    return all.energy();
}

reports::StreetEnergy EnergyMeter::result(bool known) const {
    reports::StreetEnergy energy;
    energy.known = known;
    if (!known) return energy;
    energy.former = site_.former.name;
    energy.before = part(sum_of(before));
    energy.island = part(sum_of(island));
    energy.after = part(sum_of(after));
    energy.units = capacities();
    return energy;
}

std::vector<MeteredPeriod> EnergyMeter::periods() const {
    std::vector<MeteredPeriod> list;
    for (std::size_t i = 0; i < used_; ++i) {
        const Period& from = periods_[i];
        const Sums& sums = from.sums;
        MeteredPeriod period;
        period.time_of_day = within_day(from.quarter * quarter_hour);
        period.from = from.from - story_start;
        period.lasted = std::chrono::milliseconds{sums.ms};
        period.island = from.part == island;
        period.accounts.push_back({sums.grid_in.sum, sums.grid_out.sum});
        period.accounts.push_back({sums.former_out.sum, sums.former_in.sum});
        for (const Home& home : sums.homes) {
            period.accounts.push_back({home.given.sum, home.taken.sum});
        }
        for (const Microjoules& site : sums.priority) period.accounts.push_back({0, site.sum});
        list.push_back(std::move(period));
    }
    return list;
}

reports::PartEnergy EnergyMeter::part(const Sums& sums) const {
    reports::PartEnergy part;
    part.lasted = std::chrono::milliseconds{sums.ms};
    part.grid_in = sums.grid_in.energy();
    part.grid_out = sums.grid_out.energy();
    part.former_out = sums.former_out.energy();
    part.former_in = sums.former_in.energy();
    for (std::size_t i = 0; i < sums.homes.size(); ++i) {
        const Home& home = sums.homes[i];
        part.homes.push_back({site_.homes[i].name, site_.homes[i].hybrid.has_value(),
                              home.load.energy(), home.given.energy(), home.taken.energy(),
                              std::chrono::milliseconds{home.dark_ms},
                              std::chrono::milliseconds{home.shed_ms}});
    }
    for (std::size_t i = 0; i < sums.priority.size(); ++i) {
        part.priority.push_back({site_.priority_sites[i].name, sums.priority[i].energy()});
    }
    return part;
}

std::vector<reports::UnitCapacity> EnergyMeter::capacities() const {
    const plant::Street& street = world_.street();
    std::vector<reports::UnitCapacity> units;
    const auto add = [&units](const std::string& name, Energy when_new, const plant::PackState& p) {
        units.push_back({name, Energy{when_new.value() * p.soh.value()}});
    };
    add(site_.former.name, site_.former.battery.capacity, street.former().pack());
    for (std::size_t i = 0; i < site_.homes.size(); ++i) {
        const HomeSpec& home = site_.homes[i];
        if (home.hybrid) add(home.name, home.hybrid->battery.capacity, street.hybrid(i)->pack());
    }
    return units;
}

}  // namespace islandbench::bench
