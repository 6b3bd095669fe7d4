#include "emulators/plant/load.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace islandbench::plant {

std::size_t HomeLoad::index(int tier) {
    IB_ASSERT(tier >= 0 && tier < tiers);
    return static_cast<std::size_t>(tier);
}

HomeLoad::Appliance HomeLoad::appliance(const ApplianceSpec& spec, const std::string& home,
                                        std::uint64_t seed, Instant start) {
    const double p = spec.p.value();
    const double q = p * std::tan(std::acos(spec.power_factor));
    Appliance a{.tier = index(spec.tier),
                .load = {},
                .mean_on = spec.mean_on,
                .mean_off = spec.mean_off,
                .chance = Random(seed, home + "." + spec.name),
                .on = true,
                .toggles = never};
    a.load.add({p, q}, {spec.zip[0], spec.zip[1], spec.zip[2]});
    if (spec.mean_on > 0s) {
        const double on = to_seconds(spec.mean_on);
        const double off = to_seconds(spec.mean_off);
        a.on = a.chance.chance(on / (on + off));
        a.toggles = start + from_seconds(a.chance.exponential(a.on ? on : off));
    }
    return a;
}

HomeLoad::HomeLoad(const std::string& home, const std::vector<ApplianceSpec>& appliances,
                   DaySchedule day, std::uint64_t seed, Instant start)
    : day_(std::move(day)) {
    moves_.fill(never);
    for (const ApplianceSpec& one : appliances) {
        appliances_.push_back(appliance(one, home, seed, start));
    }
    sum_up();
    find_next();
}

void HomeLoad::set_coil(int tier, bool closed, Instant now) {
    coils_[index(tier)] = closed;
    drive_contacts(now);
}

void HomeLoad::miswire(const std::array<int, tiers>& acts_on, Instant now) {
    for (const int contact : acts_on) (void)index(contact);
    acts_on_ = acts_on;
    drive_contacts(now);
}

/// A contact that several coils reach opens when any of them says so.
void HomeLoad::drive_contacts(Instant now) {
    std::array<bool, tiers> wanted = contacts_;
    for (const int contact : acts_on_) wanted[index(contact)] = true;
    for (std::size_t k = 0; k < acts_on_.size(); ++k) {
        if (!coils_[k]) wanted[index(acts_on_[k])] = false;
    }
    for (std::size_t k = 0; k < wanted.size(); ++k) {
        if (wanted[k] == wanted_[k]) continue;
        wanted_[k] = wanted[k];
        moves_[k] = wanted[k] == contacts_[k] ? never : now + contactor_time;
    }
    find_next();
}

void HomeLoad::impose(int tier, ActivePower p, ReactivePower q, Instant until) {
    Imposed one{.tier = index(tier), .load = {}, .until = until};
    one.load.add({p.value(), q.value()}, {});
    imposed_.push_back(one);
    changed_ = true;
    next_ = Instant::min();
}

bool HomeLoad::advance(Instant now) {
    if (now >= next_) {
        changed_ |= toggle_appliances(now);
        changed_ |= day_.advance(now);
        changed_ |= end_imposed(now);
        changed_ |= move_contacts(now);
        find_next();
    }
    if (!changed_) return false;
    sum_up();
    changed_ = false;
    return true;
}

bool HomeLoad::toggle_appliances(Instant now) {
    bool any = false;
    for (Appliance& a : appliances_) {
        while (now >= a.toggles) {
            a.on = !a.on;
            const Duration mean = a.on ? a.mean_on : a.mean_off;
            a.toggles += from_seconds(a.chance.exponential(to_seconds(mean)));
            any = true;
        }
    }
    return any;
}

bool HomeLoad::end_imposed(Instant now) {
    return std::erase_if(imposed_, [now](const Imposed& one) { return now >= one.until; }) > 0;
}

bool HomeLoad::move_contacts(Instant now) {
    bool any = false;
    for (std::size_t k = 0; k < moves_.size(); ++k) {
        if (now < moves_[k]) continue;
        moves_[k] = never;
        contacts_[k] = wanted_[k];
        any = true;
    }
    return any;
}

void HomeLoad::sum_up() {
    for (std::size_t k = 0; k < demand_.size(); ++k) demand_[k] = day_.tier(k);
    for (const Appliance& a : appliances_) {
        if (a.on) demand_[a.tier] += a.load;
    }
    for (const Imposed& one : imposed_) demand_[one.tier] += one.load;
    total_ = {};
    for (std::size_t k = 0; k < demand_.size(); ++k) {
        connected_[k] = contacts_[k] ? demand_[k] : ZipSum{};
        total_ += connected_[k];
    }
}

void HomeLoad::find_next() {
    next_ = day_.next();
    for (const Appliance& a : appliances_) next_ = std::min(next_, a.toggles);
    for (const Imposed& one : imposed_) next_ = std::min(next_, one.until);
    for (const Instant t : moves_) next_ = std::min(next_, t);
}

ZipSum HomeLoad::demand() const noexcept {
    ZipSum sum;
    for (const ZipSum& one : demand_) sum += one;
    return sum;
}

ZipSum ThreePhaseLoad::third(ActivePower p, ReactivePower q) {
    ZipSum load;
    load.add({p.value() / phases, q.value() / phases}, {});
    return load;
}

ThreePhaseLoad::ThreePhaseLoad(ActivePower p, ReactivePower q)
    : base_(third(p, q)), per_phase_(base_) {}

void ThreePhaseLoad::impose(ActivePower p, ReactivePower q, Instant until) {
    imposed_.push_back({third(p, q), until});
    changed_ = true;
}

bool ThreePhaseLoad::advance(Instant now) {
    const auto over = [now](const Imposed& one) { return now >= one.until; };
    changed_ |= std::erase_if(imposed_, over) > 0;
    if (!changed_) return false;
    per_phase_ = base_;
    for (const Imposed& one : imposed_) per_phase_ += one.load;
    changed_ = false;
    return true;
}

}  // namespace islandbench::plant
