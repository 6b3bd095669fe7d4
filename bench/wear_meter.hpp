#pragma once

#include <string>
#include <vector>

#include "bench/world.hpp"
#include "reports/store/settlement.hpp"

namespace islandbench::bench {

/// What a run asks of every battery and what that costs it in health: the counters that warranties
/// go by. Looks at the packs themselves, past their BMS. Takes nothing from the heap once made.
class WearMeter {
  public:
    WearMeter(const World& world, const Site& site);

    /// After plant steps; those in between, where the street has coasted, count as the last.
    void step() noexcept;

    /// The former's battery first, then those of the homes in the site's order.
    [[nodiscard]] std::vector<reports::BatteryUse> batteries() const;

  private:
    struct Watch {
        std::string unit;
        Energy capacity;
        const plant::PackState* pack;
        double loss_at_start = 0.0, discharged_at_start = 0.0, charged_at_start = 0.0;
        double loss_outside = 0.0, discharged_outside = 0.0;  ///< all that was not in the island
        double loss_in_island = 0.0, discharged_in_island = 0.0;
        double highest_soc = 0.0;  ///< since the last time that it was charged above it
        double deepest = 0.0;
        Duration high{};
    };

    const World& world_;
    EconomicsSpec prices_;
    std::vector<Watch> watches_;
    Instant seen_;
    bool was_open_ = false;
};

}  // namespace islandbench::bench
