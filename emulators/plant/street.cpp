#include "emulators/plant/street.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/assert.hpp"
#include "emulators/plant/demand.hpp"

namespace islandbench::plant {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr SyncTruth no_difference{Frequency{unknown}, Ratio{unknown}, Angle{unknown}};
constexpr double formed_min = 0.85, formed_max = 1.10;
constexpr double home_meter_s = 0.050;

Ratio start_soc(const StreetStart& start, const std::string& unit, const BatterySpec& battery) {
    const auto found = start.soc.find(unit);
    return found == start.soc.end() ? battery.soc : found->second;
}

std::array<Voltage, phases> magnitudes(const Phasor3& v) {
    return {Voltage{abs(v[0])}, Voltage{abs(v[1])}, Voltage{abs(v[2])}};
}

HomeLoad home_load(const HomeSpec& home, const StreetStart& start) {
    const Duration time_of_day = within_day(start.time_of_day + (start.at - story_start));
    const auto measured = start.measured.find(home.name);
    const bool is_measured = measured != start.measured.end();
    HomeDay day;
    if (is_measured) {
        day.uses = DaySchedule(measured->second, time_of_day, start.at);
    } else if (home.demand) {
        day = generate_home_day(*home.demand, home.name, start.seed, time_of_day, start.at);
    }
    return {home.name, is_measured ? std::vector<ApplianceSpec>{} : home.appliances, std::move(day),
            start.seed, start.at};
}

template <class Named>
std::optional<std::size_t> find_name(const std::vector<Named>& list, const std::string& name) {
    const auto at =
        std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.name == name; });
    if (at == list.end()) return std::nullopt;
    return static_cast<std::size_t>(at - list.begin());
}

}  // namespace

Street::Street(const Site& site, const StreetStart& start)
    : site_(site),
      now_(start.at),
      sun_(start.sun.value()),
      nominal_v_(site.nominal_v.value()),
      utility_(site.grid, site.nominal_v, site.nominal_f, start.grid_f, start.grid_wander,
               start.seed),
      feeder_(site),
      interconnect_(site),
      former_(site, start_soc(start, site.former.name, site.former.battery), start.former_v),
      grid_meter_(site.nominal_f.value(), IslandDetector::filter_s, dead_share * nominal_v_),
      street_meter_(grid_meter_),
      street_phases_(site.nominal_f.value(), dead_share * nominal_v_),
      last_closing_(no_difference) {
    const double nominal_f = site.nominal_f.value();
    for (const HomeSpec& home : site.homes) {
        home_loads_.push_back(home_load(home, start));
        home_meters_.emplace_back(nominal_f, home_meter_s, dead_share * nominal_v_);
        hybrids_.emplace_back();
        if (!home.hybrid) continue;
        const Ratio soc = start_soc(start, home.name, home.hybrid->battery);
        hybrids_.back().emplace(*home.hybrid, nominal_v_, nominal_f, soc);
    }
    for (const PrioritySiteSpec& one : site.priority_sites) {
        priority_loads_.emplace_back(one.p, one.q);
    }
    interconnect_.permit_island(start.permit_island);
    interconnect_.permit_reclose(start.permit_reclose);
    if (start.observation) interconnect_.set_observation(*start.observation);
    (void)advance_loads();
    (void)utility_.advance();
    feeder_.set_grid(utility_.shunt());
    solve();
    former_.start_beside(feeder_.former_bus(), utility_.frequency());
    feeder_.set_former(true, former_.admittance());
    solve();
    measure();
}

void Street::step() {
    now_ += plant::step;
    advance_devices();
    const bool loads_moved = advance_loads();
    solved_ = loads_moved || !coast();
    if (solved_) solve();
    bear_closing();
    measure();
}

bool Street::coast() {
    const bool due = now_.time_since_epoch() % longest_coast == Duration{};
    return may_coast_ && !due && feeder_.coast(sources());
}

/// In the step in which the contact closes between two live sides, their voltages drive a current
/// that no limiter is fast enough for: about 2 E sin(d/2) / Z, with the angle d between them and
/// the impedance Z of the former's coupling and the grid. A former that does not bear it is gone
/// within this step.
void Street::bear_closing() {
    const bool just_closed = interconnect_.main_contact_closed() && !closed_before_;
    if (!just_closed || !former_.running()) return;
    if (!former_.close_surge(feeder_.former_unlimited())) return;
    ++events_.damaged;
    feeder_.set_former(false, former_.admittance());
    solve();
}

void Street::advance_devices() {
    const bool moved = interconnect_.advance({.v_grid = feeder_.busbar(),
                                              .v_street = feeder_.street(),
                                              .f_grid = grid_meter_.hz(),
                                              .f_street = island_.f.value(),
                                              .phases_apart = street_phases_.apart(),
                                              .former_running = formed()});
    if (moved) feeder_.set_switch(interconnect_.main_contact_closed());
    const bool started_or_stopped =
        former_.advance(feeder_.former_bus(), feeder_.former_current(), feeder_.former_limiting(),
                        interconnect_.line());
    if (started_or_stopped) feeder_.set_former(former_.running(), former_.admittance());
    if (utility_.advance()) feeder_.set_grid(utility_.shunt());
    const bool fed = formed() || (interconnect_.main_contact_closed() && utility_.connected());
    for (std::size_t k = 0; k < hybrids_.size(); ++k) {
        if (!hybrids_[k]) continue;
        Hybrid& hybrid = *hybrids_[k];
        hybrid.advance(feeder_.home(k), sun_, interconnect_.line());
        if (hybrid.can_form()) {
            const HomeForming* forming = hybrid.forms();
            const Feeder::HomeFormer former =
                forming == nullptr
                    ? Feeder::HomeFormer{}
                    : Feeder::HomeFormer{forming->emf(), forming->ohm(), forming->current_limit()};
            feeder_.set_home_former(k, forming == nullptr ? nullptr : &former);
        } else {
            if (!fed) hybrid.lose_source();
            feeder_.set_follower(k, hybrid.injection(), hybrid.admittance());
        }
    }
}

bool Street::formed() const noexcept {
    return former_.running() ||
           std::any_of(hybrids_.begin(), hybrids_.end(), [](const std::optional<Hybrid>& one) {
               return one && one->forms() != nullptr;
           });
}

bool Street::advance_loads() {
    bool moved = false;
    for (std::size_t k = 0; k < home_loads_.size(); ++k) {
        // Nothing solved yet: the street begins under voltage.
        const double v = feeder_.passes() > 0 ? abs(feeder_.home(k)) / nominal_v_ : 1.0;
        if (!home_loads_[k].advance(now_, v)) continue;
        feeder_.set_home_load(k, home_loads_[k].total());
        moved = true;
    }
    for (std::size_t k = 0; k < priority_loads_.size(); ++k) {
        if (!priority_loads_[k].advance(now_)) continue;
        feeder_.set_priority_load(k, priority_loads_[k].per_phase());
        moved = true;
    }
    return moved;
}

Feeder::Sources Street::sources() const {
    return {.grid = utility_.injection(),
            .emf = former_.running() ? former_.emf() : Phasor3{},
            .former_limit = former_.current_limit()};
}

void Street::solve() {
    feeder_.solve(sources());
}

void Street::measure() {
    grid_meter_.update(positive_sequence(feeder_.busbar()));
    street_meter_.update(positive_sequence(feeder_.street()));
    street_phases_.update(feeder_.street());
    for (std::size_t k = 0; k < home_meters_.size(); ++k) home_meters_[k].update(feeder_.home(k));
    for (std::size_t k = 0; k < hybrids_.size(); ++k) {
        if (!hybrids_[k]) continue;
        hybrids_[k]->measure(feeder_.home(k), feeder_.home_infeed(k), feeder_.home_limiting(k));
    }
    former_.measure(feeder_.former_bus(), feeder_.former_current(), feeder_.former_limiting());
    const bool closed = interconnect_.main_contact_closed();
    if (closed && !closed_before_) ++events_.reclosed;
    if (!closed && closed_before_) ++events_.island;
    grid_.v = magnitudes(feeder_.busbar());
    grid_.f = Frequency{grid_meter_.hz()};
    grid_.energised = utility_.energises();
    measure_exchange();
    measure_island();
    measure_sync(closed && !closed_before_);
    closed_before_ = closed;
}

void Street::measure_exchange() {
    const Phasor3 i = feeder_.switch_current();
    const Phasor3& v = feeder_.busbar();
    ExchangeTruth& x = exchange_;
    x.closed = interconnect_.main_contact_closed();
    x.ne_link = interconnect_.state().ne_link;
    for (std::size_t p = 0; p < phases; ++p) {
        x.i[p] = Current{abs(i[p])};
        x.p_phase[p] = ActivePower{power(v[p], i[p]).re};
    }
    x.i_max = Current{largest_magnitude(i)};
    const Phasor sum = power(v, i);
    x.p = ActivePower{sum.re};
    x.q = ReactivePower{sum.im};
    if (x.closed && !grid_.energised) backfed_j_ += std::max(-sum.re, 0.0) * step_s;
    x.backfed = Energy{backfed_j_ / 3600.0};
}

void Street::measure_island() {
    island_.v = magnitudes(feeder_.street());
    const bool apart = street_phases_.apart();
    island_.f = Frequency{apart ? unknown : street_meter_.hz()};
    bool formed =
        !interconnect_.main_contact_closed() && !apart && is_three_phase(feeder_.street());
    for (const Voltage v : island_.v) {
        const double pu = v.value() / nominal_v_;
        formed = formed && pu >= formed_min && pu <= formed_max;
    }
    const double positive = abs(positive_sequence(feeder_.street()));
    const double negative = abs(negative_sequence(feeder_.street()));
    island_.unbalance = Ratio{street_meter_.alive() ? negative / positive : unknown};
    if (formed && !island_.formed) ++events_.island_formed;
    island_.formed = formed;
}

void Street::measure_sync(bool just_closed) {
    if (just_closed) {
        last_closing_ = sync_;  // and stays what it was before
        return;
    }
    const bool comparable = grid_meter_.alive() && street_meter_.alive() &&
                            !street_phases_.apart() && is_three_phase(feeder_.street()) &&
                            is_three_phase(feeder_.busbar());
    if (!comparable) {
        sync_ = no_difference;
        return;
    }
    const Phasor turn =
        positive_sequence(feeder_.street()) * conj(positive_sequence(feeder_.busbar()));
    const double dv = mean_magnitude(feeder_.street()) - mean_magnitude(feeder_.busbar());
    sync_.df = Frequency{street_meter_.deviation() - grid_meter_.deviation()};
    sync_.dv = Ratio{dv / nominal_v_};
    sync_.dphi = Angle{arg(turn) * degrees_per_radian};
}

void Street::lose_grid(const Outage& outage) {
    utility_.lose(outage, feeder_.busbar(), feeder_.switch_current());
    ++events_.outage;
}

void Street::restore_grid(Frequency f) {
    utility_.restore(f);
    ++events_.grid_back;
}

bool Street::dip_grid(Duration duration, Ratio remaining) {
    const bool dips = utility_.dip(duration, remaining);
    if (dips) ++events_.flicker;
    return dips;
}

void Street::step_home_load(std::size_t home, int tier, ActivePower p, ReactivePower q,
                            Duration duration, const std::optional<MotorSpec>& motor) {
    home_loads_.at(home).impose(tier, p, q, now_ + plant::step + duration, motor);
    ++events_.load_step;
}

void Street::step_priority_load(std::size_t site, ActivePower p, ReactivePower q,
                                Duration duration) {
    priority_loads_.at(site).impose(p, q, now_ + plant::step + duration);
    ++events_.load_step;
}

void Street::miswire(std::size_t home, const std::array<int, tiers>& acts_on) {
    home_loads_.at(home).miswire(acts_on, now_);
}

void Street::set_coil(std::size_t home, int tier, bool closed) {
    home_loads_.at(home).set_coil(tier, closed, now_);
}

std::optional<std::size_t> Street::find_home(const std::string& name) const {
    return find_name(site_.homes, name);
}

std::optional<std::size_t> Street::find_priority_site(const std::string& name) const {
    return find_name(site_.priority_sites, name);
}

Hybrid* Street::hybrid(std::size_t home) {
    auto& one = hybrids_.at(home);
    return one ? &*one : nullptr;
}

const Hybrid* Street::hybrid(std::size_t home) const {
    const auto& one = hybrids_.at(home);
    return one ? &*one : nullptr;
}

Phasor3 Street::grid_infeed() const noexcept {
    return utility_.injection() - utility_.shunt() * feeder_.busbar();
}

HomeSupply Street::supply(std::size_t k) const {
    const double square = norm(feeder_.home(k));
    return {.v = Voltage{std::sqrt(square)},
            .load_p = ActivePower{square * feeder_.home_admittance(k).re},
            .contact = home_loads_[k].contacts()};
}

HomeTruth Street::home(std::size_t k) const {
    const HomeLoad& load = home_loads_.at(k);
    const double square = norm(feeder_.home(k));
    const double adapted = feeder_.home_adapted(k);
    const Phasor drawn = square * conj(feeder_.home_admittance(k));
    HomeTruth truth{.v = Voltage{std::sqrt(square)},
                    .f = Frequency{home_meters_[k].hz()},
                    .load_p = ActivePower{drawn.re},
                    .load_q = ReactivePower{drawn.im}};
    for (std::size_t t = 0; t < truth.tier_p.size(); ++t) {
        const int tier = static_cast<int>(t);
        const Phasor y = load.tier(tier).admittance(adapted, nominal_v_);
        truth.tier_p[t] = ActivePower{square * y.re};
        truth.coil[t] = load.coil(tier);
        truth.contact[t] = load.contact(tier);
    }
    return truth;
}

PriorityTruth Street::priority_site(std::size_t k) const {
    IB_ASSERT(k < priority_loads_.size());
    const Phasor drawn = feeder_.priority_power(k);
    PriorityTruth truth{.v_phase = magnitudes(feeder_.priority(k)),
                        .f = island_.f,
                        .p = ActivePower{drawn.re},
                        .q = ReactivePower{drawn.im}};
    truth.v =
        *std::max_element(truth.v_phase.begin(), truth.v_phase.end(), [this](Voltage a, Voltage b) {
            return std::fabs(a.value() - nominal_v_) < std::fabs(b.value() - nominal_v_);
        });
    return truth;
}

Ratio Street::soc_floor(const BatterySpec& battery) const noexcept {
    if (exchange_.closed) return battery.normal_floor;
    const bool lends = emergency_ && battery.emergency_release;
    return lends || battery.own_use ? battery.technical_floor : battery.island_floor;
}

}  // namespace islandbench::plant
