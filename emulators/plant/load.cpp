#include "emulators/plant/load.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace islandbench::plant {
namespace {

/// Shorter than this a missing voltage switches nothing off.
constexpr Duration rides_through = 50ms;

}  // namespace

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
                .toggles = never,
                .plan = {},
                .thermostat = {},
                .motor = {}};
    const ZipShares shares{spec.zip[0], spec.zip[1], spec.zip[2]};
    a.load.add({p, q}, shares);
    if (spec.motor) a.motor.emplace(*spec.motor, Phasor{p, q}, shares, spec.lock_out);
    if (spec.mean_on > 0s) {
        const double on = to_seconds(spec.mean_on);
        const double off = to_seconds(spec.mean_off);
        a.on = a.chance.chance(on / (on + off));
        a.toggles = start + from_seconds(a.chance.exponential(a.on ? on : off));
        if (spec.thermostatic) {
            a.thermostat.emplace(on / (on + off), spec.lock_out,
                                 Random(seed, home + "." + spec.name + ".makes_up"), start);
        }
    }
    return a;
}

/// As an appliance whose plan takes the place of chance.
HomeLoad::Appliance HomeLoad::kept(HomeDay::Kept spec, const std::string& home, std::uint64_t seed,
                                   Instant start) {
    const std::string stream = home + ".demand." + spec.name + ".makes_up";
    Appliance a{.tier = spec.tier,
                .load = spec.load,
                .mean_on = {},
                .mean_off = {},
                .chance = Random(seed, stream),
                .on = false,
                .toggles = never,
                .plan = std::move(spec.plan),
                .thermostat = {},
                .motor = {}};
    a.thermostat.emplace(spec.duty, spec.lock_out, Random(seed, stream), start);
    a.toggles = start;  // looks at its plan
    return a;
}

HomeLoad::HomeLoad(const std::string& home, const std::vector<ApplianceSpec>& appliances,
                   HomeDay day, std::uint64_t seed, Instant start)
    : day_(std::move(day.uses)) {
    moves_.fill(never);
    for (const ApplianceSpec& one : appliances) {
        appliances_.push_back(appliance(one, home, seed, start));
        motors_ |= one.motor.has_value();
    }
    for (HomeDay::Kept& one : day.kept) {
        appliances_.push_back(kept(std::move(one), home, seed, start));
    }
    (void)toggle_appliances(start);
    (void)update_thermostats(start);
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

void HomeLoad::impose(int tier, ActivePower p, ReactivePower q, Instant until,
                      const std::optional<MotorSpec>& motor) {
    Imposed one{.tier = index(tier), .load = {}, .until = until, .motor = {}};
    const Phasor s{p.value(), q.value()};
    one.load.add(s, {});
    if (motor) one.motor.emplace(*motor, s, ZipShares{}, Duration{});
    motors_ |= motor.has_value();
    imposed_.push_back(one);
    changed_ = true;
    next_ = Instant::min();
}

bool HomeLoad::advance(Instant now, double v_pu) {
    const bool supply_moved = look_for_supply(now, v_pu);
    if (now >= next_ || supply_moved) {
        changed_ |= toggle_appliances(now);
        changed_ |= day_.advance(now);
        changed_ |= end_imposed(now);
        changed_ |= move_contacts(now);
        changed_ |= update_thermostats(now);
        find_next();
    }
    if (motors_) changed_ |= advance_motors(v_pu);
    if (!changed_) return false;
    sum_up();
    changed_ = false;
    return true;
}

/// True when the board has got or lost its supply.
bool HomeLoad::look_for_supply(Instant now, double v_pu) {
    if (v_pu >= supplied_v) {
        low_since_ = never;
    } else if (low_since_ == never) {
        low_since_ = now;
    }
    const bool powered = low_since_ == never || now - low_since_ < rides_through;
    return std::exchange(powered_, powered) != powered;
}

bool HomeLoad::toggle_appliances(Instant now) {
    bool any = false;
    for (Appliance& a : appliances_) {
        if (a.mean_on == 0s) {
            if (now < a.toggles) continue;
            (void)a.plan.advance(now);
            const ZipSum& planned = a.plan.tier(a.tier);
            a.on = norm(planned.z) + norm(planned.i) + norm(planned.p) > 0.0;
            a.toggles = a.plan.next();
            any = true;
            continue;
        }
        while (now >= a.toggles) {
            a.on = !a.on;
            const Duration mean = a.on ? a.mean_on : a.mean_off;
            a.toggles += from_seconds(a.chance.exponential(to_seconds(mean)));
            any = true;
        }
    }
    return any;
}

bool HomeLoad::update_thermostats(Instant now) {
    bool any = false;
    for (Appliance& a : appliances_) {
        if (!a.thermostat) continue;
        const bool before = a.thermostat->on();
        a.thermostat->update(now, a.on, supplies(a.tier));
        any |= a.thermostat->on() != before;
    }
    return any;
}

bool HomeLoad::advance_motors(double v_pu) {
    bool any = false;
    for (Appliance& a : appliances_) {
        if (a.motor) any |= a.motor->advance(a.wanted() && contacts_[a.tier], v_pu);
    }
    for (Imposed& one : imposed_) {
        if (one.motor) any |= one.motor->advance(contacts_[one.tier], v_pu);
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
        if (a.motor) {
            demand_[a.tier] += a.motor->load();
        } else if (a.wanted()) {
            demand_[a.tier] += a.load;
        }
    }
    for (const Imposed& one : imposed_) {
        demand_[one.tier] += one.motor ? one.motor->load() : one.load;
    }
    total_ = {};
    for (std::size_t k = 0; k < demand_.size(); ++k) {
        connected_[k] = contacts_[k] ? demand_[k] : ZipSum{};
        total_ += connected_[k];
    }
}

void HomeLoad::find_next() {
    next_ = day_.next();
    for (const Appliance& a : appliances_) {
        next_ = std::min(next_, a.toggles);
        if (a.thermostat) next_ = std::min(next_, a.thermostat->next());
    }
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
