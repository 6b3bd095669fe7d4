#include <cstdio>

#include "reports/html_sections.hpp"
#include "reports/html_words.hpp"
#include "reports/settlement.hpp"
#include "reports/text.hpp"

namespace islandbench::reports::sections {
namespace {

std::string wh_text(std::int64_t wh) {
    return wh == 0 ? "\u2013" : grouped(wh);
}

std::string percent(double share, const char* format = "%.1f %%") {
    char text[32];
    std::snprintf(text, sizeof text, format, 100.0 * share);
    return text;
}

void note(Markup& page, const std::string& text) {
    page.open("p").attr("class", "small").text(text).close().line();
}

void heads(Markup& page, std::initializer_list<const char*> names) {
    page.open("table").line().open("thead").open("tr");
    bool first = true;
    for (const char* name : names) {
        words::head(page, name, first ? "" : "number");
        first = false;
    }
    page.close().close().line().open("tbody").line();
}

void name_cell(Markup& page, const std::string& name) {
    page.open("td").attr("class", "nowrap");
    words::foreign(page, name, 40);
    page.close();
}

void account_row(Markup& page, const Statement& one, bool island) {
    page.open("tr");
    name_cell(page, one.account);
    for (const std::int64_t wh :
         {one.gave_wh, one.took_wh, one.from_grid_wh, one.from_former_wh, one.from_homes_wh}) {
        words::cell(page, wh_text(wh), "number");
    }
    if (island) {
        const bool none = one.credit_ueur == 0;
        words::cell(page, none ? "\u2013" : money_text(one.credit_ueur), "number");
    }
    page.close().line();
}

void accounts(Markup& page, const Settlement& settlement) {
    bool island = false;
    for (const SettlementPeriod& period : settlement.periods) island = island || period.island;
    if (island) {
        heads(page, {"Account", "Gave Wh", "Took Wh", "from the grid", "from the former",
                     "from homes", "In the island"});
    } else {
        heads(page,
              {"Account", "Gave Wh", "Took Wh", "from the grid", "from the former", "from homes"});
    }
    for (const Statement& one : totals_of(settlement)) account_row(page, one, island);
    page.close().close().line();
    if (!island) return;
    char rate[32];
    std::snprintf(rate, sizeof rate, "%.3f", settlement.lent_rate.value());
    note(page, "In the island: what it gave less what it took, at " + std::string(rate) +
                   " EUR/kWh agreed beforehand for energy lent. All credits and debts add up to "
                   "nothing.");
}

void battery_row(Markup& page, const BatteryUse& one) {
    page.open("tr");
    name_cell(page, one.unit);
    words::cell(page, plain_text(one.discharged), "number");
    words::cell(page, plain_text(one.charged), "number");
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", one.full_cycles);
    words::cell(page, text, "number");
    words::cell(page, one.high > 0ns ? plain_text(one.high) : "\u2013", "number");
    words::cell(page, percent(one.deepest.value()), "number");
    std::snprintf(text, sizeof text, "%.2f ppm", one.wear.value() * 1e6);
    words::cell(page, text, "number");
    std::snprintf(text, sizeof text, "%.3f EUR", one.per_kwh ? one.per_kwh->value() : 0.0);
    words::cell(page, one.per_kwh ? text : "\u2013", "number");
    page.close().line();
}

void batteries(Markup& page, const Settlement& settlement) {
    page.leaf("h3", "Batteries: what warranties count").line();
    heads(page, {"Unit", "Discharged", "Charged", "Full cycles", "At 90 % or more", "Deepest",
                 "Wear", "Cost per kWh"});
    for (const BatteryUse& one : settlement.batteries) battery_row(page, one);
    page.close().close().line();
    note(
        page,
        "At the battery's terminals. Full cycles: throughput over twice the capacity. Deepest: the "
        "most that was taken between two charges. Wear: health lost by cycling, by the law of "
        "cycle ageing that the packs have. Cost: per kWh discharged in the island, stored energy "
        "and wear, without the fixed cost of the event.");
}

}  // namespace

void settlement(Markup& page, const RunRecord& run) {
    const Settlement& settlement = run.end.settlement;
    page.open("section").attr("class", "settlement").line().leaf("h2", "Settlement").line();
    page.open("p").attr("class", "lead");
    if (!settlement.known) {
        page.text(run.end.reason == EndReason::unfinished
                      ? "None: the run was never finished."
                      : "None: nobody measured every connection of this street.");
        page.close().close().line();
        return;
    }
    page.text(
        "Sums over " + counted(settlement.periods.size(), "period") +
        " of a quarter-hour or less; each of them, and who fed whom, stands in settlement.csv, "
        "ledger.csv and settlement.json. To check a line: whoever takes is fed by all who give, in "
        "proportion. What a home makes and uses itself is not in it.");
    page.close().line();
    accounts(page, settlement);
    batteries(page, settlement);
    page.close().line();
}

}  // namespace islandbench::reports::sections
