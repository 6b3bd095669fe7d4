#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "reports/store/json_fields.hpp"

/// The settlement of a run: quarter-hours of the clock on the wall, double entry, whole watt-hours
/// and whole millionths of a euro. docs/settlement.md tells how to check a line by hand.
namespace islandbench::reports {

enum class AccountKind {
    grid,
    former,         ///< the municipal unit
    home,           ///< the connection of a home
    priority_site,  ///< the connection of a site with a promise
    losses,         ///< warmth of the cables
};
constexpr auto enum_names(AccountKind /*of*/) {
    return json::EnumNames<AccountKind, 5>{{{AccountKind::grid, "grid"},
                                            {AccountKind::former, "former"},
                                            {AccountKind::home, "home"},
                                            {AccountKind::priority_site, "priority site"},
                                            {AccountKind::losses, "losses"}}};
}

struct SettlementAccount {
    std::string name;
    AccountKind kind = AccountKind::home;
};
template <class V>
void declare(V& v, SettlementAccount& s) {
    v.required("name", s.name, "as in the site file");
    v.required("kind", s.kind, "what it is");
}

/// What one account gave into the street, took out of it, and is owed for it. Its place in the list
/// is that of its account.
struct SettlementEntry {
    std::int64_t gave_wh = 0, took_wh = 0;
    std::int64_t credit_ueur = 0;  ///< negative: it owes; only in the island
};
template <class V>
void declare(V& v, SettlementEntry& s) {
    v.required("gave_wh", s.gave_wh, "into the street");
    v.required("took_wh", s.took_wh, "out of it");
    v.required("credit_ueur", s.credit_ueur, "millionths of a euro it is owed");
}

/// One posting: debit of one account, credit of another.
struct SettlementFlow {
    std::int64_t from = 0, to = 0;  ///< places of accounts
    std::int64_t wh = 0;
};
template <class V>
void declare(V& v, SettlementFlow& s) {
    v.required("from", s.from, "place of the account that gave");
    v.required("to", s.to, "place of the account that took");
    v.required("wh", s.wh, "watt-hours");
}

/// A quarter-hour of the clock, or what of it lay before, in, or after the island.
struct SettlementPeriod {
    std::string clock;  ///< "18:15": the quarter-hour
    Duration from{};    ///< in the story; settling before it is negative
    Duration lasted{};
    bool island = false;
    std::int64_t through_wh = 0;           ///< all that was given, and all that was taken
    std::vector<SettlementEntry> entries;  ///< one per account
    std::vector<SettlementFlow> flows;     ///< who fed whom, without zeros
};
template <class V>
void declare(V& v, SettlementPeriod& s) {
    v.required("clock", s.clock, "quarter-hour that it belongs to");
    seconds(v, "from_s", s.from, "its beginning in the story");
    seconds(v, "lasted_s", s.lasted, "how long");
    v.required("island", s.island, "the switch was open");
    v.required("through_wh", s.through_wh, "all that was given, and all that was taken");
    v.required("entries", s.entries, "per account");
    v.required("flows", s.flows, "who fed whom");
}

/// What the run asked of a battery, and what that cost: the counters of a warranty.
struct BatteryUse {
    std::string unit;
    Energy capacity;             ///< when new
    Energy discharged, charged;  ///< at its terminals
    double full_cycles = 0.0;    ///< throughput over twice the present capacity
    Duration high{};             ///< at 90 % state of charge or more
    Ratio deepest;               ///< most that was taken in one go, of full
    Ratio wear;                  ///< health lost by cycling in the whole run
    Ratio wear_in_island;        ///< part of it
    Energy discharged_in_island;
    std::optional<EnergyPrice> per_kwh;  ///< discharged in the island: energy and wear
};
template <class V>
void declare(V& v, BatteryUse& s) {
    v.required("unit", s.unit, "name");
    number(v, "capacity_kwh", s.capacity, 1e3, "when new");
    number(v, "discharged_kwh", s.discharged, 1e3, "at its terminals");
    number(v, "charged_kwh", s.charged, 1e3, "at its terminals");
    v.required("full_cycles", s.full_cycles, "full equivalent cycles");
    seconds(v, "high_soc_s", s.high, "time at 90 % state of charge or more");
    number(v, "deepest", s.deepest, 1.0, "depth of the deepest discharge");
    number(v, "wear", s.wear, 1.0, "health lost by cycling");
    number(v, "wear_in_island", s.wear_in_island, 1.0, "part of it in the island");
    number(v, "discharged_in_island_kwh", s.discharged_in_island, 1e3, "in the island");
    std::optional<double> per_kwh;
    if (s.per_kwh) per_kwh = s.per_kwh->value();
    nullable(v, "eur_per_kwh", per_kwh, "cost per kWh discharged in the island");
    s.per_kwh.reset();
    if (per_kwh) s.per_kwh = EnergyPrice{*per_kwh};
}

struct Settlement {
    bool known = false;     ///< false, and all else empty: with a device outside nobody can know
    EnergyPrice lent_rate;  ///< agreed for energy lent in the island
    std::vector<SettlementAccount> accounts;  ///< grid, former, homes, priority sites, losses
    std::vector<SettlementPeriod> periods;    ///< in the order of time
    std::vector<BatteryUse> batteries;
};
template <class V>
void declare(V& v, Settlement& s) {
    v.required("known", s.known, "nothing outside the bench took part");
    number(v, "lent_eur_per_kwh", s.lent_rate, 1.0, "for energy lent in the island");
    v.required("accounts", s.accounts, "whose energy it is");
    v.required("periods", s.periods, "in the order of time");
    v.required("batteries", s.batteries, "what was asked of them");
}

}  // namespace islandbench::reports
