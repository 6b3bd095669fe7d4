#include "bench/settlement.hpp"

#include <cmath>

#include "base/time_of_day.hpp"
#include "reports/golden.hpp"

namespace islandbench::bench {
namespace {

namespace core = dispatch::core;
using reports::AccountKind;

/// Health that a full cycle costs: the law of cycle ageing that the packs have (Naumann 2018), at
/// C/2 and 80 % depth after a thousand cycles. [M]
constexpr double health_per_cycle = 23e-6;

std::vector<reports::SettlementAccount> accounts_of(const Site& site) {
    std::vector<reports::SettlementAccount> accounts{{"grid", AccountKind::grid},
                                                     {site.former.name, AccountKind::former}};
    for (const HomeSpec& home : site.homes) accounts.push_back({home.name, AccountKind::home});
    for (const PrioritySiteSpec& one : site.priority_sites) {
        accounts.push_back({one.name, AccountKind::priority_site});
    }
    accounts.push_back({"losses", AccountKind::losses});
    return accounts;
}

/// Room for the core's ledger.
struct Books {
    explicit Books(std::size_t n)
        : balances(n), energy(n), whole(n), given(n), order(n), fed(n * n) {}
    core::LedgerRoom room() { return {energy, whole, given, order}; }

    std::vector<core::Balance> balances;
    std::vector<std::int64_t> energy, whole, given;
    std::vector<std::uint32_t> order;
    std::vector<std::int64_t> fed;
};

reports::SettlementPeriod settled(const MeteredPeriod& metered, std::int64_t ueur_per_wh,
                                  Books& books) {
    reports::SettlementPeriod period;
    period.clock = format_time_of_day(metered.time_of_day);
    period.from = metered.from;
    period.lasted = metered.lasted;
    period.island = metered.island;
    period.through_wh = core::settle(metered.accounts, books.balances, books.room());
    core::share_out(books.balances, books.fed, books.room());
    for (const core::Balance& one : books.balances) {
        const std::int64_t net = one.given_wh - one.taken_wh;
        period.entries.push_back(
            {one.given_wh, one.taken_wh, metered.island ? net * ueur_per_wh : 0});
    }
    const auto n = static_cast<std::int64_t>(books.balances.size());
    for (std::int64_t from = 0; from < n; ++from) {
        for (std::int64_t to = 0; to < n; ++to) {
            const std::int64_t wh = books.fed[static_cast<std::size_t>(from * n + to)];
            if (wh > 0) period.flows.push_back({from, to, wh});
        }
    }
    return period;
}

}  // namespace

EnergyPrice lent_rate_of(const EconomicsSpec& prices) {
    if (prices.lent_rate) return *prices.lent_rate;
    const double wear =
        prices.battery_price.value() / (1.0 - prices.end_of_life.value()) * health_per_cycle;
    const double rate = prices.energy_in.value() / prices.round_trip.value() + wear;
    return EnergyPrice{std::round(rate * 1e3) / 1e3};
}

std::optional<EnergyPrice> cost_per_kwh(const EconomicsSpec& prices,
                                        const reports::BatteryUse& use) {
    if (use.discharged_in_island.value() < 1.0) return std::nullopt;
    return reports::emergency_cost({prices.energy_in, prices.round_trip, prices.battery_price,
                                    prices.end_of_life, Money{}, std::nullopt},
                                   use.discharged_in_island,
                                   {{use.unit, use.capacity, use.wear_in_island}})
        .per_kwh;
}

reports::Settlement settlement_of(const Site& site, const std::vector<MeteredPeriod>& periods,
                                  std::vector<reports::BatteryUse> batteries) {
    reports::Settlement settlement;
    settlement.known = true;
    settlement.lent_rate = lent_rate_of(site.economics);
    settlement.accounts = accounts_of(site);
    settlement.batteries = std::move(batteries);
    // A thousandth of a euro per kWh is a millionth per Wh.
    const std::int64_t ueur_per_wh = std::llround(settlement.lent_rate.value() * 1e3);
    Books books(settlement.accounts.size());
    for (const MeteredPeriod& metered : periods) {
        settlement.periods.push_back(settled(metered, ueur_per_wh, books));
    }
    return settlement;
}

}  // namespace islandbench::bench
