#pragma once

#include "base/site.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// The street against the grid, as the interconnect device measures it.
struct SyncDifference {
    double df = 0.0;    ///< Hz, street minus grid
    double dv = 0.0;    ///< of nominal, mean of the phases, street minus grid
    double dphi = 0.0;  ///< degrees, -180..180, street minus grid
};

/// Brings the street beside the grid through the former's raise/lower line and says when to close.
/// The frequency is led so that the angle comes to its nearer zero and stays there; the closing
/// command waits until, reckoned forward over the closing time, frequency, voltage and angle have
/// been inside for the hold time. Its own targets are narrower than the limits in the site file.
class Synchroniser {
  public:
    explicit Synchroniser(const InterconnectSpec& spec);

    /// Starts a new attempt.
    void start();
    void stop() { running_ = false; }
    [[nodiscard]] bool running() const noexcept { return running_; }

    /// One step; without a running attempt the trims run back to zero.
    void advance(const SyncDifference& measured);

    /// Close now.
    [[nodiscard]] bool ready() const noexcept { return running_ && inside_.reached(limits_.hold); }
    /// The attempt has lasted too long.
    [[nodiscard]] bool timed_out() const noexcept;

    [[nodiscard]] double frequency_trim() const noexcept { return df_trim_; }  ///< Hz
    [[nodiscard]] double voltage_trim() const noexcept { return dv_trim_; }    ///< of nominal
    /// The trims now belong to somebody else (the former, at closing): they are zero here.
    void hand_over() { df_trim_ = dv_trim_ = 0.0; }

  private:
    void steer(const SyncDifference& measured);
    void relax();
    [[nodiscard]] bool inside(const SyncDifference& measured) const;

    SyncLimits limits_;
    double closing_s_;
    bool running_ = false;
    Duration since_{};
    int steps_ = 0;
    Lag df_{0.050};
    double df_trim_ = 0.0, dv_trim_ = 0.0;
    Hold inside_;
};

}  // namespace islandbench::plant
