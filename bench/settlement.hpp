#pragma once

#include <vector>

#include "base/site.hpp"
#include "bench/energy_meter.hpp"
#include "reports/store/settlement.hpp"

/// From what the meters say to who owes what to whom.
namespace islandbench::bench {

/// Agreed beforehand for a kWh lent in the island, the same whatever happens: what it cost to
/// store, and the wear of the battery that gave it. The site may name another
/// (economics.lent_rate).
EnergyPrice lent_rate_of(const EconomicsSpec& prices);

/// What a kWh cost that the battery gave in the island: stored energy with its losses, and the
/// health that it lost there. Nothing when it gave less than a watt-hour.
std::optional<EnergyPrice> cost_per_kwh(const EconomicsSpec& prices,
                                        const reports::BatteryUse& use);

/// Settles every period by the dispatch core's ledger.
reports::Settlement settlement_of(const Site& site, const std::vector<MeteredPeriod>& periods,
                                  std::vector<reports::BatteryUse> batteries);

}  // namespace islandbench::bench
