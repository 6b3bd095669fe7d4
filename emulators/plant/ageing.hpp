#pragma once

namespace islandbench::plant {

/// Capacity lost by an LFP cell, as a share of the new one. Closed forms of Naumann
/// (2018, Sony US26650 LFP): calendar loss k(T, SoC) sqrt(t), cycle loss k(C, DoD) sqrt(full
/// equivalent cycles). Changing stress continues from the loss reached (virtual time), so it does
/// not restart the root.
class Ageing {
  public:
    /// `lost`: already lost at the start, taken as half calendar, half cycle.
    explicit Ageing(double lost = 0.0) : calendar_(0.5 * lost), cycle_(0.5 * lost) {}

    /// Adds `seconds` at a temperature and a state of charge (0..1), while `delta_soc` of charge
    /// (0..1, discharge positive) flowed. Half cycles are told by the change of direction; the
    /// open one counts as if it ended now.
    void advance(double seconds, double celsius, double soc, double delta_soc);

    /// Share of the new capacity lost so far.
    [[nodiscard]] double lost() const noexcept { return calendar_ + open_cycle(); }
    [[nodiscard]] double calendar_lost() const noexcept { return calendar_; }
    [[nodiscard]] double cycle_lost() const noexcept { return open_cycle(); }
    /// Throughput so far, both ways, over twice the capacity.
    [[nodiscard]] double full_equivalent_cycles() const noexcept {
        return closed_cycles_ + 0.5 * depth_;
    }

  private:
    [[nodiscard]] double open_cycle() const noexcept;

    double calendar_;
    double cycle_;  ///< of closed half cycles
    double closed_cycles_ = 0.0;
    double depth_ = 0.0;      ///< of the open half cycle, 0..1
    double flowing_s_ = 0.0;  ///< time in which it was made
    double direction_ = 0.0;  ///< +1 discharge, -1 charge
};

/// Calendar loss per root second.
double calendar_rate(double celsius, double soc) noexcept;
/// Cycle loss per root full equivalent cycle; `c_rate` in 1/h.
double cycle_rate(double c_rate, double depth) noexcept;

}  // namespace islandbench::plant
