#pragma once

#include <optional>
#include <vector>

#include "bench/energy_meter.hpp"
#include "bench/run_files.hpp"
#include "bench/wear_meter.hpp"
#include "bench/world.hpp"
#include "dispatch/loop/dispatch_loop.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::bench {

/// Watches a run for the golden figures: what the island delivered and what that cost the
/// batteries, and when the priority sites had power for good. It sums over plant steps, and looks
/// neither at recorded samples nor at telemetry.
class GoldenMeter {
  public:
    /// `energy` and `wear` look at the same steps; they must live as long.
    GoldenMeter(const World& world, const Site& site, const EnergyMeter& energy,
                const WearMeter& wear);

    /// Once per plant step.
    void step();

    /// Absent without an outage; without a value, but with the reason, without a priority site.
    [[nodiscard]] std::optional<reports::SustainedPower> sustained_power() const;
    [[nodiscard]] reports::EmergencyCost cost() const;

  private:
    /// A value that only matters by being inside its limits or not: kept when that changes.
    struct Watched {
        reports::Series series;
        double low = 0.0, high = 0.0;
        void look(Instant t, double value);
    };

    void watch_supply();

    const World& world_;
    const Site& site_;
    const EnergyMeter& energy_;
    const WearMeter& wear_;
    std::optional<Instant> outage_;
    std::vector<Watched> voltages_;
    Watched frequency_;
};

/// Which of the twelve abilities each unit (an inverter with its battery) has proven.
reports::Openness openness_of_units(const RunFiles& files, const dispatch::DispatchLoop& loop);

}  // namespace islandbench::bench
