#pragma once

#include <array>
#include <vector>

#include "base/site.hpp"
#include "emulators/plant/current_limit.hpp"
#include "emulators/plant/network.hpp"
#include "emulators/plant/tree_reduction.hpp"
#include "emulators/plant/zip_load.hpp"

namespace islandbench::plant {

/// Of so much of a cable (ohm), its neutral folded in.
Matrix3 cable_ohm(const LineCode& code, Length length);

/// The wires of a site and everything that hangs on them, solved together: busbar, interconnect
/// device, cables, service cables; the utility and the former as Norton equivalents, the followers
/// as currents, the loads as admittances.
///
/// An admittance that follows its voltage stays out of the factors until it has moved by 2 %;
/// meanwhile the difference is an injection, iterated until no load is off by more than
/// `solved_ampere`. The former's current limit is part of the same iteration and exact.
///
/// Joints of the street that carry nothing are not solved: see TreeReduction.
class Feeder {
  public:
    explicit Feeder(const Site& site);

    static constexpr double solved_ampere = 1e-5;
    static constexpr double solved_emf_volt = 1e-6;
    static constexpr int most_passes = 40;

    // What hangs on the wires. Changes take effect with the next solve().

    void set_switch(bool closed);
    void set_grid(const Matrix3& shunt);
    void set_former(bool running, const Matrix3& admittance);
    /// Loads: home k has one; priority site k has one per phase.
    void set_home_load(std::size_t home, const ZipSum& load) { loads_[home].sum = load; }
    void set_priority_load(std::size_t site, const ZipSum& per_phase);
    /// A Norton equivalent on the home's phase; no admittance: a current source.
    void set_follower(std::size_t home, Phasor injection, Phasor admittance);

    struct Sources {
        Phasor3 grid;                          ///< injection of the utility's Norton equivalent
        Phasor3 emf;                           ///< of the former
        std::array<double, 3> former_limit{};  ///< A
    };
    /// A home's inverter that forms, or no more (nullptr): EMF, coupling impedance, largest
    /// current.
    struct HomeFormer {
        Phasor emf, ohm;
        double limit = 0.0;  ///< A
    };
    void set_home_former(std::size_t home, const HomeFormer* former);

    /// Lets the loads adapt by one step, then solves.
    void solve(const Sources& sources);
    /// Instead of solve(), while nothing moves: where all that feeds the wires has only turned
    /// since the last solution, to within the limits below, that solution turns along and stands.
    /// False: it does not, solve. A change of loads is the caller's to know.
    [[nodiscard]] bool coast(const Sources& sources);

    static constexpr double still_volt = 0.05;     ///< of the former's EMF
    static constexpr double still_ampere = 0.02;   ///< of a follower, and of the grid's injection
    static constexpr double still_adapted = 1e-4;  ///< that a load has yet to adapt, of nominal

    // The solution.

    [[nodiscard]] const Phasor3& busbar() const noexcept { return network_.voltage(Network::root); }
    [[nodiscard]] const Phasor3& street() const noexcept { return network_.voltage(head_); }
    [[nodiscard]] const Phasor3& former_bus() const noexcept {
        return network_.voltage(former_bus_);
    }
    /// Fed in by the former.
    [[nodiscard]] const Phasor3& former_current() const noexcept { return former_current_; }
    /// What it would be if nothing limited it.
    [[nodiscard]] const Phasor3& former_unlimited() const noexcept { return former_unlimited_; }
    [[nodiscard]] bool former_limiting() const noexcept { return limiter_.limiting(); }
    /// From the grid into the street.
    [[nodiscard]] Phasor3 switch_current() const noexcept { return network_.branch_current(head_); }
    /// Fed in by the home's inverter.
    [[nodiscard]] Phasor home_infeed(std::size_t k) const noexcept;
    [[nodiscard]] bool home_limiting(std::size_t k) const noexcept;
    /// At the home's own phase.
    [[nodiscard]] Phasor home(std::size_t k) const noexcept { return voltage(loads_[k]); }
    /// Admittance of the home's load (siemens) as solved.
    [[nodiscard]] Phasor home_admittance(std::size_t k) const noexcept { return loads_[k].y; }
    /// Voltage that the home's consumers have adapted to, of nominal.
    [[nodiscard]] double home_adapted(std::size_t k) const noexcept { return loads_[k].v_pu; }
    [[nodiscard]] Phasor3 priority(std::size_t k) const noexcept;
    /// Current drawn by the priority site.
    [[nodiscard]] Phasor3 priority_current(std::size_t k) const noexcept;
    /// Power drawn by the priority site.
    [[nodiscard]] Phasor priority_power(std::size_t k) const noexcept;

    /// How far the last solution is from Kirchhoff's laws, found without the factors.
    struct Residual {
        double volt = 0.0;    ///< along branches
        double ampere = 0.0;  ///< at loads
    };
    [[nodiscard]] Residual residual() const;
    [[nodiscard]] const Network& network() const noexcept { return network_; }
    /// Passes of the last solve.
    [[nodiscard]] int passes() const noexcept { return passes_; }

  private:
    struct Load {
        Network::Bus bus = 0;
        std::size_t phase = 0;
        ZipSum sum;
        double v_pu = 1.0;  ///< that the consumers have adapted to
        Phasor y, y_factored;
        Phasor v_used;  ///< voltage of the last pass's injection
    };
    /// A forming home in the network: series impedance beyond its own where its current is limited.
    struct Forming {
        std::size_t home = 0;
        bool on = false;
        HomeFormer unit;
        double limiting_ohm = 0.0;
        Phasor y;  ///< of both impedances, in the factors
    };
    void build_buses(const Site& site);
    void connect(const Site& site, const std::vector<TreeReduction::Branch>& tree,
                 const std::vector<std::size_t>& at);
    void place_loads(const Site& site);
    void adapt_loads();
    void refactor();
    void solve_linear(const Sources& sources);
    [[nodiscard]] bool limit_homes();
    [[nodiscard]] double wanted_ohm(const Forming& one) const;
    [[nodiscard]] const Forming* forming_at(std::size_t home) const noexcept;
    void inject(const Sources& sources);
    [[nodiscard]] bool limit_former(const Sources& sources);
    [[nodiscard]] bool loads_settled() const noexcept;
    void remember(const Sources& sources);
    void turn(Phasor grid_by, Phasor street_by) noexcept;
    [[nodiscard]] bool still(const Sources& sources) const noexcept;
    [[nodiscard]] Phasor voltage(const Load& load) const noexcept {
        return network_.voltage(load.bus)[load.phase];
    }

    double nominal_v_;
    double adapt_gain_;
    Network network_;
    Network::Bus head_ = 0, former_bus_ = 0;
    std::vector<Load> loads_;  ///< homes first, then three per priority site
    std::vector<Network::Bus> home_bus_;
    std::vector<Phasor> follower_, follower_admittance_;
    std::vector<Forming> forming_;  ///< of the homes that can
    std::size_t homes_ = 0;
    Matrix3 grid_shunt_;
    bool former_running_ = false;
    Matrix3 former_admittance_;  ///< Norton, at its bus
    Matrix3 thevenin_;           ///< change of the former bus's voltage per ampere
    Matrix3 seen_by_emf_;        ///< change of the former's current per volt of its EMF
    CurrentLimiter limiter_;
    Phasor3 emf_;  ///< effective, in the last pass
    Phasor3 former_current_, former_unlimited_;
    bool stale_ = true;
    int passes_ = 0;
    bool switch_closed_ = true;
    Sources solved_;                        ///< what the last solution was made with, turned along
    std::vector<Phasor> solved_followers_;  ///< the same of the followers, as they were
    Phasor turned_{1.0, 0.0};               ///< of the street since then
    bool adapted_ = false;                  ///< every load had, at the last solution
    std::vector<Matrix3> shunts_;           ///< scratch of refactor()
};

}  // namespace islandbench::plant
