#pragma once

#include <optional>
#include <vector>

#include "bench/energy_meter.hpp"
#include "bench/run_files.hpp"
#include "bench/world.hpp"
#include "dispatch/loop/dispatch_loop.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::bench {

/// Watches a run for the golden figures: what the island delivered and what that cost the
/// batteries, and when the priority sites had power for good. It sums over plant steps, and looks
/// neither at recorded samples nor at telemetry.
class GoldenMeter {
  public:
    /// `energy` sums over the same steps; it must live as long.
    GoldenMeter(const World& world, const Site& site, const EnergyMeter& energy);

    /// Once per plant step.
    void step();

    /// Absent without an outage; without a value, but with the reason, without a priority site.
    [[nodiscard]] std::optional<reports::SustainedPower> sustained_power() const;
    [[nodiscard]] reports::EmergencyCost cost() const;

  private:
    struct PackWatch {
        std::string unit;
        Energy capacity;
        const plant::PackState* pack;
        double before = 0.0;  ///< cycle loss when the emergency began, less what others cost
        double lost = 0.0;
    };
    /// A value that only matters by being inside its limits or not: kept when that changes.
    struct Watched {
        reports::Series series;
        double low = 0.0, high = 0.0;
        void look(Instant t, double value);
    };

    void watch_wear();
    void watch_supply();

    const World& world_;
    const Site& site_;
    const EnergyMeter& energy_;
    std::optional<Instant> outage_;
    std::vector<PackWatch> packs_;
    bool was_open_ = false;
    std::vector<Watched> voltages_;
    Watched frequency_;
};

/// Which of the twelve abilities each unit (an inverter with its battery) has proven.
reports::Openness openness_of_units(const RunFiles& files, const dispatch::DispatchLoop& loop);

}  // namespace islandbench::bench
