#include "reports/settlement.hpp"

#include <cstdio>
#include <cstdlib>

#include "base/json_binding.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

/// A cell that no spreadsheet takes for a formula or two cells.
std::string cell(std::string_view text) {
    const std::string safe = printable(text);
    const bool plain = safe.find_first_of(",\"") == std::string::npos;
    if (plain && safe.find_first_of("=+-@") != 0) return safe;
    std::string quoted = "\"";
    if (safe.find_first_of("=+-@") == 0) quoted += '\'';
    for (const char c : safe) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

/// Millionths as a decimal, exactly.
std::string euro(std::int64_t ueur) {
    char text[40];
    std::snprintf(text, sizeof text, "%s%lld.%06lld", ueur < 0 ? "-" : "",
                  static_cast<long long>(std::abs(ueur) / 1000000),
                  static_cast<long long>(std::abs(ueur) % 1000000));
    return text;
}

std::string seconds_text(Duration d) {
    char text[40];
    std::snprintf(text, sizeof text, "%.3f", to_seconds(d));
    return text;
}

std::string when(const SettlementPeriod& period) {
    return period.clock + "," + seconds_text(period.from) + "," + seconds_text(period.lasted) +
           "," + (period.island ? "island" : "grid");
}

std::string row(const std::string& when, const Statement& one) {
    std::string text =
        when + "," + cell(one.account) + "," + std::string(json::enum_text(one.kind));
    for (const std::int64_t wh :
         {one.gave_wh, one.took_wh, one.from_grid_wh, one.from_former_wh, one.from_homes_wh}) {
        text += "," + std::to_string(wh);
    }
    return text + "," + euro(one.credit_ueur) + "\n";
}

void add(Statement& sum, const Statement& more) {
    sum.gave_wh += more.gave_wh;
    sum.took_wh += more.took_wh;
    sum.from_grid_wh += more.from_grid_wh;
    sum.from_former_wh += more.from_former_wh;
    sum.from_homes_wh += more.from_homes_wh;
    sum.credit_ueur += more.credit_ueur;
}

void add_flow(Statement& taker, AccountKind from, std::int64_t wh) {
    switch (from) {
        case AccountKind::grid: taker.from_grid_wh += wh; break;
        case AccountKind::former: taker.from_former_wh += wh; break;
        case AccountKind::home:
        case AccountKind::priority_site: taker.from_homes_wh += wh; break;
        case AccountKind::losses: break;  // meters that err; see docs/settlement.md
    }
}

json::Value statement_json(const Statement& one) {
    json::Value row = json::Value::object();
    row.set("account", one.account);
    row.set("kind", json::enum_text(one.kind));
    row.set("gave_wh", one.gave_wh);
    row.set("took_wh", one.took_wh);
    row.set("from_grid_wh", one.from_grid_wh);
    row.set("from_former_wh", one.from_former_wh);
    row.set("from_homes_wh", one.from_homes_wh);
    row.set("credit_ueur", one.credit_ueur);
    return row;
}

json::Value batteries_json(const Settlement& settlement) {
    json::Value list = json::Value::array();
    for (const BatteryUse& one : settlement.batteries) list.push(json::write_document(one));
    return list;
}

}  // namespace

std::vector<Statement> statements_of(const Settlement& settlement, const SettlementPeriod& period) {
    std::vector<Statement> list;
    for (std::size_t i = 0; i < settlement.accounts.size(); ++i) {
        const SettlementAccount& account = settlement.accounts[i];
        const SettlementEntry entry =
            i < period.entries.size() ? period.entries[i] : SettlementEntry{};
        list.push_back(
            {account.name, account.kind, entry.gave_wh, entry.took_wh, 0, 0, 0, entry.credit_ueur});
    }
    for (const SettlementFlow& flow : period.flows) {
        const auto from = static_cast<std::size_t>(flow.from);
        const auto to = static_cast<std::size_t>(flow.to);
        if (from < list.size() && to < list.size()) add_flow(list[to], list[from].kind, flow.wh);
    }
    return list;
}

std::vector<Statement> totals_of(const Settlement& settlement) {
    std::vector<Statement> sums = statements_of(settlement, {});
    for (const SettlementPeriod& period : settlement.periods) {
        const std::vector<Statement> rows = statements_of(settlement, period);
        for (std::size_t i = 0; i < sums.size(); ++i) add(sums[i], rows[i]);
    }
    return sums;
}

std::string money_text(std::int64_t ueur) {
    char text[40];
    std::snprintf(text, sizeof text, "%.3f EUR", static_cast<double>(ueur) / 1e6);
    return text;
}

std::string settlement_csv(const RunRecord& run) {
    const Settlement& settlement = run.end.settlement;
    std::string text =
        "clock,from_s,lasted_s,state,account,kind,gave_wh,took_wh,from_grid_wh,from_former_wh,"
        "from_homes_wh,credit_eur\n";
    for (const SettlementPeriod& period : settlement.periods) {
        for (const Statement& one : statements_of(settlement, period)) {
            text += row(when(period), one);
        }
    }
    for (const Statement& one : totals_of(settlement)) text += row("sum,,,", one);
    return text;
}

std::string ledger_csv(const RunRecord& run) {
    const Settlement& settlement = run.end.settlement;
    std::string text = "clock,from_s,lasted_s,state,from,to,wh\n";
    const auto name = [&settlement](std::int64_t place) {
        const auto i = static_cast<std::size_t>(place);
        return i < settlement.accounts.size() ? cell(settlement.accounts[i].name) : "";
    };
    for (const SettlementPeriod& period : settlement.periods) {
        for (const SettlementFlow& flow : period.flows) {
            text += when(period) + "," + name(flow.from) + "," + name(flow.to) + "," +
                    std::to_string(flow.wh) + "\n";
        }
    }
    return text;
}

std::string settlement_json(const RunRecord& run) {
    const Settlement& settlement = run.end.settlement;
    json::Value root = json::Value::object();
    root.set("format", "islandbench settlement 1");
    root.set("scenario", run.header.scenario);
    root.set("site", run.header.site);
    root.set("record_sha256", run.record_sha256);
    root.set("known", settlement.known);
    root.set("lent_eur_per_kwh", settlement.lent_rate.value());
    json::Value accounts = json::Value::array();
    for (const SettlementAccount& one : settlement.accounts) {
        accounts.push(json::write_document(one));
    }
    root.set("accounts", std::move(accounts));
    json::Value periods = json::Value::array();
    for (const SettlementPeriod& one : settlement.periods) periods.push(json::write_document(one));
    root.set("periods", std::move(periods));
    root.set("batteries", batteries_json(settlement));
    return json::to_text(root) + "\n";
}

json::Value settlement_summary(const RunRecord& run) {
    const Settlement& settlement = run.end.settlement;
    json::Value sums = json::Value::array();
    for (const Statement& one : totals_of(settlement)) sums.push(statement_json(one));
    json::Value object = json::Value::object();
    object.set("known", settlement.known);
    object.set("lent_eur_per_kwh", settlement.lent_rate.value());
    object.set("periods", static_cast<std::int64_t>(settlement.periods.size()));
    object.set("accounts", std::move(sums));
    object.set("batteries", batteries_json(settlement));
    return object;
}

}  // namespace islandbench::reports
