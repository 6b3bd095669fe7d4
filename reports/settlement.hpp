#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "reports/store/run_record.hpp"

/// The settlement of a run as files and figures. docs/settlement.md is its format.
namespace islandbench::reports {

/// One account in one period, or over all.
struct Statement {
    std::string account;
    AccountKind kind = AccountKind::home;
    std::int64_t gave_wh = 0, took_wh = 0;
    std::int64_t from_grid_wh = 0, from_former_wh = 0, from_homes_wh = 0;  ///< of what it took
    std::int64_t credit_ueur = 0;
};
/// In the order of the accounts.
std::vector<Statement> statements_of(const Settlement& settlement, const SettlementPeriod& period);
/// The sums over all periods.
std::vector<Statement> totals_of(const Settlement& settlement);

/// "0.128 EUR", "-0.004 EUR"; to the thousandth.
std::string money_text(std::int64_t ueur);

/// One row per account and period, and the sums behind them.
std::string settlement_csv(const RunRecord& run);
/// One row per posting: who fed whom.
std::string ledger_csv(const RunRecord& run);
/// Everything, exactly.
std::string settlement_json(const RunRecord& run);
/// What results.json says of it: the sums, and the batteries.
json::Value settlement_summary(const RunRecord& run);

}  // namespace islandbench::reports
