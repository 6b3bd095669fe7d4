#pragma once

#include "emulators/plant/street.hpp"

namespace islandbench::plant {

/// Does to a street what no street can do to itself. For tests of the audit only.
struct Tamper {
    /// Fills a battery out of nothing.
    static void charge(Hybrid& hybrid, double soc) { hybrid.pack_.soc_ += soc; }
    /// Makes an inverter report other AC power than it feeds in.
    static void report(Hybrid& hybrid, double watt) { hybrid.state_.p += ActivePower{watt}; }
    static void report(Former& former, double watt) { former.state_.p += ActivePower{watt}; }
    /// Makes it report other battery power than it takes.
    static void report_dc(Former& former, double watt) { former.state_.dc_p += ActivePower{watt}; }
    static void report_loss(Hybrid& hybrid, double watt) { hybrid.state_.loss = ActivePower{watt}; }
    static void report_current(Former& former, double ampere) {
        former.state_.i[0] = Current{ampere};
    }
    /// Feeds current into a home's bus past its inverter.
    static void inject(Street& street, std::size_t home, double ampere) {
        const Hybrid& hybrid = *street.hybrid(home);
        street.feeder_.set_follower(home, hybrid.injection() + Phasor{ampere, 0.0},
                                    hybrid.admittance());
        street.solve();
    }
    /// Takes what a battery gave off its books, and hides it in its heat.
    static void hide(Hybrid& hybrid, double wh) {
        hybrid.pack_.discharged_j_ -= wh * 3600.0;
        hybrid.pack_.heat_j_ += wh * 3600.0;
    }
    /// Solves the wires with so much of a home's load, or with so much of the former's voltage.
    static void load(Street& street, std::size_t home, double share) {
        const ZipSum& whole = street.home_loads_[home].total();
        street.feeder_.set_home_load(home, {share * whole.z, share * whole.i, share * whole.p});
        street.solve();
        street.measure();
    }
    static void emf(Street& street, double share) {
        const Phasor3 emf = street.former_.emf();
        street.feeder_.solve({.grid = street.utility_.injection(),
                              .emf = {share * emf[0], share * emf[1], share * emf[2]},
                              .former_limit = street.former_.current_limit()});
        street.measure();
    }
    /// Opens a contact that goes on carrying current.
    static void open_in_name(Street& street, std::size_t home, std::size_t tier) {
        street.home_loads_[home].contacts_[tier] = false;
    }
    static Former& former(Street& street) { return street.former_; }
};

}  // namespace islandbench::plant
