#include "reports/test/small_street.hpp"

namespace islandbench::reports {

SmallStreet::SmallStreet() {
    run.end.at = at_seconds(500);
    run.end.simulated = 510s;
    set("truth.grid.f", 0, 50);
    set("truth.pcc.closed", 0, 1);
    set("truth.pcc.closed", 100, 0);
    set("truth.pcc.closed", 400, 1);
    set("truth.island.f", 0, 50);
    set("truth.former.p", 0, 0);
    set("truth.former.i_share", 0, 0);
    set("truth.former.tripped", 0, 0);
    for (const char* home : {"h1", "h2"}) {
        const std::string truth = std::string("truth.") + home;
        set(truth + ".v", 0, 230);
        set(truth + ".load_p", 0, 1000);
        for (int tier = 0; tier < tiers; ++tier) {
            set(truth + ".shed" + std::to_string(tier), 0, 0);
        }
    }
    set("truth.clinic.v", 0, 230);
    set("truth.clinic.p", 0, 2000);
    // 40 kWh at 60 % over a floor of 20 %, 10 kWh at 50 % over one of 10 %: 16 kWh and 4 kWh.
    set("truth.former.soc", 0, 0.6);
    set("truth.former.soc_floor", 0, 0.2);
    set("truth.h1.soc", 0, 0.5);
    set("truth.h1.soc_floor", 0, 0.1);
    StreetEnergy& energy = run.end.energy;
    energy.known = true;
    energy.former = "former";
    energy.units = {{"former", Energy{40e3}}, {"h1", Energy{10e3}}};
    energy.before = {100s, Energy{120}, Energy{}, Energy{}, Energy{}, {}, {}};
    energy.before.homes = {{"h1", true, Energy{30}, Energy{}, Energy{30}, 0s, 0s},
                           {"h2", false, Energy{30}, Energy{}, Energy{30}, 0s, 0s}};
    energy.before.priority = {{"clinic", Energy{58}}};
    energy.island = {300s, Energy{}, Energy{}, Energy{250}, Energy{}, {}, {}};
    energy.island.homes = {{"h1", true, Energy{80}, Energy{20}, Energy{5}, 0s, 0s},
                           {"h2", false, Energy{90}, Energy{}, Energy{90}, 0s, 48s}};
    energy.island.priority = {{"clinic", Energy{170}}};
    energy.after = {100s, Energy{120}, Energy{}, Energy{}, Energy{}, {}, {}};
    energy.after.homes = energy.before.homes;
    energy.after.homes[1].dark = 30s;
    energy.after.priority = {{"clinic", Energy{60}}};
}

void SmallStreet::set(const std::string& signal, double t, double value) {
    for (Series& one : run.series) {
        if (one.info.name != signal) continue;
        one.times.push_back(at_seconds(t));
        one.values.push_back(value);
        return;
    }
    run.series.push_back({{signal, Dimension::none, 0.0}, {at_seconds(t)}, {value}});
}

void SmallStreet::judge(const char* id, acceptance::Outcome outcome,
                        acceptance::Severity severity) {
    acceptance::Verdict verdict;
    verdict.id = id;
    verdict.title = std::string("title of ") + id;
    verdict.outcome = outcome;
    verdict.severity = severity;
    verdict.reason = "reason";
    std::vector<acceptance::Verdict> criteria = run.end.verdict.criteria;
    criteria.push_back(verdict);
    run.end.verdict = acceptance::combine(std::move(criteria));
}

}  // namespace islandbench::reports
