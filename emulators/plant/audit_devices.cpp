#include <algorithm>
#include <cmath>

#include "emulators/plant/audit.hpp"

/// The laws of what hangs on the wires: inverters, batteries, loads.
namespace islandbench::plant {
namespace {

/// Stays what it was, whatever flows: stored + given - taken + heat.
double account(const Pack& pack) {
    const PackState& s = pack.state();
    return pack.stored_wh() + (s.discharged - s.charged + s.heat).value();
}

/// To the inverter, less what came from it; without what flows past the BMS's sensor.
double given(const Pack& pack) {
    const PackState& s = pack.state();
    return (s.discharged - s.charged - s.unseen).value();
}

double throughput(const Pack& pack) {
    return (pack.state().discharged + pack.state().charged).value();
}

/// The former's coupling impedance from the site file; a machine's control adds its virtual one.
Matrix3 former_ohm(const Site& site) {
    const FormerSpec& s = site.former;
    const double base = 3.0 * site.nominal_v.value() * site.nominal_v.value() / s.rating.value();
    Phasor z1{s.rf.value(), s.xf.value()};
    if (s.control.law == FormingLaw::vsm)
        z1 += {s.control.vsm.rv.value(), s.control.vsm.lv.value()};
    return from_sequence(base * z1, base * Phasor{s.r0.value(), s.x0.value()});
}

}  // namespace

void Audit::open_books(const Street& street) {
    const Former& former = street.former();
    former_ohm_ = former_ohm(site_);
    former_ = {former.state().p.value(), account(former.battery()), given(former.battery())};
    for (std::size_t k = 0; k < site_.homes.size(); ++k) {
        const Hybrid* hybrid = street.hybrid(k);
        hybrids_.push_back(hybrid == nullptr
                               ? Unit{}
                               : Unit{hybrid->state().p.value(), account(hybrid->battery()),
                                      given(hybrid->battery())});
    }
}

void Audit::check_former(const Street& street, double seconds) {
    const Former& former = street.former();
    const FormerState& s = former.state();
    former_.given_wh += s.dc_p.value() * seconds / 3600.0;
    const std::array<double, phases> limit = former.current_limit();
    for (std::size_t p = 0; p < phases; ++p) {
        const double above = s.i[p].value() - limit[p];
        hold(std::max(above, 0.0), 1e-3 + 1e-6 * limit[p], "current limit", site_.former.name, "A");
    }
    const double loss = s.loss.value();
    hold(std::max(-loss, 0.0), watt_limit * 1e-9, "loss below zero", site_.former.name, "W");
    // The DC side of a step is made from the AC solution before it.
    const double off = s.dc_p.value() - loss - former_.ac_w;
    if (former_was_running_ && s.running) {
        hold(std::fabs(off), watt_limit + share_limit * std::fabs(former_.ac_w),
             "energy from nothing: AC, DC and loss", site_.former.name, "W");
    }
    former_was_running_ = s.running;
    former_.ac_w = s.p.value();
}

/// While nothing limits it, the former is its internal voltage behind the impedance of the site
/// file.
void Audit::check_source(const Street& street) {
    const Former& former = street.former();
    if (!former.running() || street.feeder().former_limiting()) return;
    const Phasor3 i = street.feeder().former_current();
    const Phasor3 off = former.emf() - former_ohm_ * i - street.feeder().former_bus();
    hold(largest_magnitude(off), volt_limit, "voltage behind its impedance", site_.former.name,
         "V");
}

void Audit::check_hybrid(const Street& street, std::size_t home, double seconds) {
    const Hybrid* hybrid = street.hybrid(home);
    if (hybrid == nullptr) return;
    const std::string& name = site_.homes[home].name;
    const HybridState& s = hybrid->state();
    Unit& unit = hybrids_[home];
    unit.given_wh += s.battery_p.value() * seconds / 3600.0;
    check_bounds(street, home, seconds);
    hold(std::max(-s.loss.value(), 0.0), watt_limit * 1e-9, "loss below zero", name, "W");
    const double off = (s.battery_p + s.pv - s.loss).value() - unit.ac_w;
    hold(std::fabs(off), watt_limit + share_limit * std::fabs(unit.ac_w),
         "energy from nothing: AC, DC and loss", name, "W");
    unit.ac_w = s.p.value();
}

/// What the site file says of the field on the roof, and of an inverter that forms.
void Audit::check_bounds(const Street& street, std::size_t home, double seconds) {
    const HybridSpec& spec = *site_.homes[home].hybrid;
    const Hybrid& hybrid = *street.hybrid(home);
    const std::string& name = site_.homes[home].name;
    const double peak = spec.pv_peak ? spec.pv_peak->value() : 0.0;
    const double pv = hybrid.state().pv.value();
    hold(std::max({-pv, pv - peak * street.sun().value(), 0.0}), watt_limit * 1e-6,
         "energy from nothing: PV", name, "W");
    if (spec.forming) check_forming_limit(hybrid, hybrids_[home], seconds, spec, name);
}

void Audit::check_forming_limit(const Hybrid& hybrid, Unit& unit, double seconds,
                                const HybridSpec& spec, const std::string& name) {
    const double rated = spec.rating.value() / site_.nominal_v.value();
    const double hard = spec.forming->overload.back().multiple * rated;
    const HomeForming* forming = hybrid.forms();
    // Once its overload time is used up it holds itself to less.
    const double limit = forming == nullptr ? hard : std::min(hard, forming->current_limit());
    const double most = limit_share * limit;
    const double above = abs(hybrid.current()) - most;
    unit.above = above > 0.0 ? unit.above + from_seconds(seconds) : Duration{};
    if (above <= 0.0) return hold(0.0, most, "current limit", name, "A");
    if (!(unit.above < limit_time)) hold(above, 0.0, "current limit", name, "A");
}

/// What the wires were solved with is what the board of the home has switched on, tier by tier, and
/// nothing is drawn past an open contact. One home a solution: every home several times a second.
void Audit::check_load(const Street& street, std::size_t home) {
    const HomeTruth truth = street.home(home);
    const std::string& name = site_.homes[home].name;
    double sum = 0.0, past = 0.0;
    for (std::size_t t = 0; t < truth.tier_p.size(); ++t) {
        sum += truth.tier_p[t].value();
        if (!truth.contact[t]) past += std::fabs(truth.tier_p[t].value());
    }
    const double drawn = truth.load_p.value();
    hold(std::fabs(drawn - sum), watt_limit * 1e-3 + share_limit * std::fabs(drawn),
         "load that is not the board's", name, "W");
    hold(past, watt_limit * 1e-3, "load past an open contact", name, "W");
}

void Audit::check_batteries(const Street& street) {
    since_batteries_ = Duration{};
    check_energy(street.former().battery(), former_, site_.former.name);
    for (std::size_t k = 0; k < hybrids_.size(); ++k) {
        if (const Hybrid* hybrid = street.hybrid(k)) {
            check_energy(hybrid->battery(), hybrids_[k], site_.homes[k].name);
        }
    }
}

void Audit::check_energy(const Pack& pack, Unit& unit, const std::string& name) {
    const double off = std::fabs(account(pack) - unit.energy_wh);
    const double limit = energy_limit_wh + energy_share_limit * throughput(pack);
    hold(off, limit, "energy from nothing: battery", name, "Wh");
    hold(std::fabs(given(pack) - unit.given_wh), limit,
         "energy from nothing: battery and its inverter", name, "Wh");
}

}  // namespace islandbench::plant
