#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulators/plant/street.hpp"

namespace islandbench::plant {

/// Holds every step of a street against the laws that no street can break, from the site file and
/// from what its devices report, past the solver and its factors. What it finds is a fault of the
/// bench: nothing that a device or a core does can cause it.
///
/// - Power balance at every bus, Kirchhoff: the currents that the devices feed in, summed along the
///   cables as the site file has them, account for the voltage at every device and for the current
///   through the switch.
/// - No energy from nothing: what the sources report is what the loads report and the cables heat;
///   what an inverter gives on one side comes in on the other, less a loss that is never negative;
///   what a battery gave was stored in it, less its heat.
///   And it gave what its inverter took, counted here.
/// - No voltage where nothing feeds; no current of the former, or of a home that forms, above its
///   limit; no PV beyond what the sun gives a field of that size.
/// - Sources are what the site file says: the grid a no-load voltage behind its fault level and
///   transformer, the former its internal voltage behind its impedance.
/// - A home draws what its board has switched on, and nothing past an open contact.
///
/// Currents, powers and sources of every solution, loads of it home by home in turn, inverters in
/// every step, batteries once a second.
/// Allocates nothing until it finds something. Not-a-numbers break every law.
class Audit {
  public:
    /// Begins at the street's present state. `site` as in the street's file.
    Audit(const Site& site, const Street& street);

    /// Looks at the street after a step. False from the first broken law on.
    bool check(const Street& street);
    /// What was broken, where and by how much: "power balance at home3: 0.31 V off (limit 0.005)".
    [[nodiscard]] const std::optional<std::string>& broken() const noexcept { return broken_; }

    /// The nearest that any step came to breaking a law, as a share of its limit: below 1.
    [[nodiscard]] double worst_share() const noexcept { return worst_; }

    static constexpr double volt_limit = 0.005;   ///< between solved and summed up voltages
    static constexpr double ampere_limit = 0.02;  ///< at the switch
    static constexpr double watt_limit = 1.0;     ///< of the whole street; of an inverter
    static constexpr double share_limit = 1e-5;   ///< as watt_limit, of the power that flows
    /// A home that forms comes down to its limit within so long, and to so much of it.
    static constexpr Duration limit_time = 50ms;
    static constexpr double limit_share = 1.02;
    static constexpr double dead_volt_limit = 0.1;      ///< where nothing feeds
    static constexpr double energy_share_limit = 1e-4;  ///< of a battery's throughput
    static constexpr double energy_limit_wh = 0.5;      ///< of a battery beside that

  private:
    /// A cable of the site, from the bus nearer to the switch.
    struct Branch {
        std::size_t from = 0;
        Matrix3 ohm;
    };
    /// An inverter and its battery, as they were last.
    struct Unit {
        double ac_w = 0.0;
        double energy_wh = 0.0;  ///< stored, given, less taken, and turned into heat: stays so
        double given_wh = 0.0;   ///< by the battery to its inverter, as the inverter says
        Duration above{};        ///< its current limit, without a break
    };

    void lay_cables(const Site& site);
    void check_wires(const Street& street);
    void gather(const Street& street);
    void sum_up();
    void check_voltages(const Street& street);
    void check_switch(const Street& street);
    void check_grid(const Street& street);
    void check_power(const Street& street);
    void check_dead(const Street& street);
    void open_books(const Street& street);
    void check_former(const Street& street, double seconds);
    void check_source(const Street& street);
    void check_hybrid(const Street& street, std::size_t home, double seconds);
    void check_bounds(const Street& street, std::size_t home, double seconds);
    void check_forming_limit(const Hybrid& hybrid, Unit& unit, double seconds,
                             const HybridSpec& spec, const std::string& name);
    void check_load(const Street& street, std::size_t home);
    void check_batteries(const Street& street);
    void check_energy(const Pack& pack, Unit& unit, const std::string& name);
    /// `off` must not be above `limit`.
    void hold(double off, double limit, const char* law, const std::string& where,
              const char* unit);

    Site site_;
    Phasor grid_ohm_;               ///< positive sequence, from the site file, as is the former's
    Matrix3 former_ohm_;            ///< phase to phase
    std::vector<Branch> branches_;  ///< [0] the street side of the switch; parents come first
    std::size_t former_at_ = 0;
    std::vector<std::size_t> home_at_, priority_at_;
    std::vector<Phasor3> into_;     ///< current fed into each bus, then what flows towards it
    std::vector<Phasor3> voltage_;  ///< as it follows from the switch on
    double loss_w_ = 0.0;
    Unit former_;
    bool former_was_running_ = false;
    std::vector<Unit> hybrids_;
    std::size_t next_load_ = 0;
    Duration since_batteries_{};
    Instant last_;
    double worst_ = 0.0;
    std::optional<std::string> broken_;
};

}  // namespace islandbench::plant
