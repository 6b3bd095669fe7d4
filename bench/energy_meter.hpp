#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "bench/run_files.hpp"
#include "bench/world.hpp"
#include "dispatch/core/ledger.hpp"
#include "reports/store/street_energy.hpp"

namespace islandbench::bench {

/// What the meters of the street say of a quarter-hour of the clock, or of the part of it before,
/// in or after the island. Accounts: grid, former, homes, priority sites, as in the site.
struct MeteredPeriod {
    Duration time_of_day{};  ///< at which the quarter-hour begins
    Duration from{};         ///< in the story
    Duration lasted{};
    bool island = false;
    std::vector<dispatch::core::Measured> accounts;
};

/// Who fed whom: sums the power at every connection of the street over plant steps, in whole
/// microjoules, so that no order of summation and no length of a run changes a sum. Looks at the
/// plant, past telemetry and recorded samples. Takes nothing from the heap once it is made.
class EnergyMeter {
  public:
    EnergyMeter(const World& world, const RunFiles& files);

    /// Once per plant step.
    void step() noexcept;
    /// Instead, where the street has coasted: what flowed in the step before goes on.
    void coast() noexcept;

    /// What homes and priority sites took while the switch was open.
    [[nodiscard]] Energy delivered_in_island() const noexcept;
    /// `known`: every device is emulated here, so that the plant is the street.
    [[nodiscard]] reports::StreetEnergy result(bool known) const;
    /// The same sums, as settlement has them.
    [[nodiscard]] std::vector<MeteredPeriod> periods() const;

  private:
    enum Part : std::size_t { before, island, after, parts };
    struct Microjoules {
        std::int64_t sum = 0;
        void add(double watt) noexcept;
        Microjoules& operator+=(Microjoules other) noexcept {
            sum += other.sum;
            return *this;
        }
        [[nodiscard]] Energy energy() const noexcept;
    };
    struct Home {
        Microjoules load, given, taken;
        std::int64_t dark_ms = 0, shed_ms = 0;
        Home& operator+=(const Home& other) noexcept;
    };
    struct Sums {
        std::int64_t ms = 0;
        Microjoules grid_in, grid_out, former_out, former_in;
        std::vector<Home> homes;
        std::vector<Microjoules> priority;
        void empty() noexcept;
        Sums& operator+=(const Sums& other) noexcept;
    };

    /// Where sums are kept: summed over quarter-hours, they are those of the parts of the story.
    struct Period {
        std::int64_t quarter = 0;  ///< of the clock, since midnight before the story
        Instant from{};
        Part part = before;
        Sums sums;
    };

    Sums& current() noexcept;
    [[nodiscard]] Sums sum_of(Part part) const;
    void add_home(std::size_t index, Home& home) const noexcept;
    [[nodiscard]] reports::PartEnergy part(const Sums& sums) const;
    [[nodiscard]] std::vector<reports::UnitCapacity> capacities() const;

    const World& world_;
    const Site& site_;
    Duration midnight_;  ///< of the clock on the wall, from the story's start
    Part now_ = before;
    std::vector<Period> periods_;  ///< made at once; the first used_ are in use
    std::size_t used_ = 0;
    Sums step_;  ///< of the last step alone
};

}  // namespace islandbench::bench
