#pragma once

#include "base/site.hpp"
#include "emulators/plant/ageing.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// What is true of a pack. Its BMS knows v, i and temperature; the rest it can only estimate.
struct PackState {
    Ratio soc;         ///< of the present capacity
    Ratio cycle_loss;  ///< capacity lost by cycling so far, of the new one
    Ratio soh;         ///< present capacity of `BatterySpec::capacity`
    Voltage v;         ///< DC terminals
    Current i;         ///< positive = discharge
    Temperature temperature;
    Voltage ocv;                 ///< without current, hysteresis left out
    bool can_charge = true;      ///< false: full, cell over-voltage protection
    bool can_discharge = true;   ///< false: at the technical floor, cell under-voltage protection
    Energy discharged, charged;  ///< at the terminals since the start, both positive
    Energy heat;                 ///< lost inside since the start, for good
    Energy reversible_heat;      ///< given off by the reaction; comes back with the other direction
    Current unseen_i;            ///< part of i that flows past the BMS's sensor
    Energy unseen;               ///< of it since the start; part of discharged
};

/// An LFP pack: open-circuit voltage over SoC with hysteresis, series resistance and one RC pair,
/// coulomb counting, irreversible and reversible heat in one thermal mass, ageing. Data of one cell
/// (lfp_cell.hpp) scaled to the pack: figures of a type of cell, not of a product. Protected as the
/// contactors of a real pack: no discharge at the technical floor, no charge when full. SoC-based
/// limits above those are the BMS's business.
///
/// Energy: charged - discharged = change of stored_wh() + heat. The reversible heat is traded
/// between the reaction's entropy and the cell's warmth; electrically nothing of it is seen.
class Pack {
  public:
    Pack(const BatterySpec& spec, Ratio soc);

    /// One step at `watt` at the terminals, positive = discharge. The caller keeps within
    /// can_charge and can_discharge; the pack delivers what it is asked all the same.
    void advance(double watt);

    [[nodiscard]] const PackState& state() const noexcept { return state_; }
    [[nodiscard]] double soc() const noexcept { return soc_; }
    [[nodiscard]] double volt() const noexcept { return state_.v.value(); }
    /// Charge that the pack holds from empty to full (Ah), health included.
    [[nodiscard]] double capacity_ah() const noexcept { return capacity_ah_; }
    /// Something hangs on the cells past the BMS's current sensor and draws so much, as long as the
    /// contactors are closed.
    void set_unseen_load(ActivePower p) noexcept { unseen_load_w_ = p.value(); }
    /// Stored now, as the integral of the open-circuit voltage down to empty, and what stands in
    /// the RC pair (Wh).
    [[nodiscard]] double stored_wh() const noexcept;
    [[nodiscard]] const Ageing& ageing() const noexcept { return ageing_; }

  private:
    friend struct Tamper;  ///< tests that break the laws of Audit

    [[nodiscard]] double resistance() const noexcept;
    [[nodiscard]] double source() const noexcept;
    [[nodiscard]] double current_at(double watt, double source_v) const noexcept;
    void heat_up(double ampere);
    [[nodiscard]] double polarised_j() const noexcept;
    void free_as_heat(double joule) noexcept;
    [[nodiscard]] double unseen_watt(double inverter_w) const noexcept;
    void every_second();
    void publish(double watt, double ampere);

    BatterySpec spec_;
    double cells_;
    double capacity_ah_;
    double soc_;
    /// Total, ohm: series part and RC pair, at this SoC and temperature.
    double charge_ohm_ = 0.0, discharge_ohm_ = 0.0;
    bool charging_ = false;  ///< direction of the last current
    double half_gap_v_ = 0.0, entropy_v_per_k_ = 0.0;
    double unseen_load_w_ = 0.0;
    double polarisation_v_ = 0.0;
    double hysteresis_ = 0.0;  ///< -1 after charging, +1 after discharging
    double celsius_;
    double heat_j_ = 0.0, reversible_j_ = 0.0;
    double charged_j_ = 0.0, discharged_j_ = 0.0;
    double soc_aged_;  ///< SoC up to which ageing has been counted
    int steps_ = 0;
    Ageing ageing_;
    PackState state_;
};

}  // namespace islandbench::plant
