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
    static Former& former(Street& street) { return street.former_; }
};

}  // namespace islandbench::plant
