#pragma once

#include <string>

#include "reports/store/run_store.hpp"

/// A small run for the tests of the store: three signals and an event.
namespace islandbench::reports {

inline RunHeader header_of_a_run() {
    RunHeader header;
    header.scenario = "miniature_outage";
    header.scenario_title = "Outage of a \"street\"";
    header.site = "miniature";
    header.clock = ClockKind::wall;
    header.strict = true;
    header.not_judged = "D2, E2";
    header.own_limits = "grid code ./code.json";
    header.seed = 18446744073709551615u;
    header.duration = 300s;
    header.started_at = "2026-11-21T20:00:00Z";
    header.nominal_v = Voltage{120.0};
    header.nominal_f = Frequency{60.0};
    header.versions = {{"islandbench", "0.1.0"}, {"sqlite", "3.40.1"}};
    header.inputs = {{"outage.json", "scenario", "{\"a\": 1}"}, {"site.json", "site", "{}"}};
    return header;
}

struct SignalsOfARun {
    Signals signals;
    SignalId v = signals.add({"truth.home1.v", Dimension::voltage, 0.5});
    SignalId soc = signals.add({"truth.former.soc", Dimension::ratio, 0.001});
    SignalId closed = signals.add({"truth.pcc.closed", Dimension::none, 0.0});
    SignalId outage = signals.add_event("outage");
};

inline RunEnd end_of_a_run() {
    acceptance::Verdict verdict;
    verdict.id = "H2";
    verdict.title = "Sync limits at close";
    verdict.clause = "IEEE 1547 Table 5";
    verdict.basis = "KH";
    verdict.severity = acceptance::Severity::s0;
    verdict.certainty = Certainty::kh;
    verdict.formulas = {"at reclosed: abs(truth.sync.dphi) <= 20 deg"};
    verdict.source = "truth";
    verdict.outcome = acceptance::Outcome::fail;
    verdict.limit_verified = false;
    verdict.margin = acceptance::Margin{-4.1, Dimension::angle, -0.205};
    verdict.first = at_seconds(252.345678901);
    verdict.worst = at_seconds(-1.5);
    verdict.device = "pcc";
    verdict.reason = "closed at 24.1 deg";
    verdict.notes = {"short window"};
    verdict.signals = {"truth.sync.dphi"};
    verdict.devices = {{"pcc",
                        acceptance::Outcome::fail,
                        acceptance::Margin{0.02, Dimension::ratio, 0.02},
                        at_seconds(1),
                        {},
                        "x"},
                       {"home1", acceptance::Outcome::inconclusive, {}, {}, {}, "never happened"}};
    RunEnd end;
    end.reason = EndReason::interrupted;
    end.detail = "by a person";
    end.at = at_seconds(299.5);
    end.simulated = 309500ms;
    end.wall = 1234567ns;
    end.verdict = acceptance::combine({verdict});
    end.links = {{"home1.bms", "can:can0", "Pylon\xff", 100, 3, 2, 1, 4, 5, 30ms, 90ms, {}}};
    end.pace = {640, 7, {1us, 20us, 300us, 12345678ns}, {2us, 30us, 400us, 2ms}};
    end.energy.known = true;
    end.energy.former = "former";
    end.energy.island.lasted = 144s;
    end.energy.island.former_out = Energy{312.5};
    end.energy.island.homes = {{"home1", true, Energy{20}, Energy{7.25}, Energy{0.5}, 151ms, 30s}};
    end.energy.after.priority = {{"clinic", Energy{44}}};
    end.energy.units = {{"former", Energy{57000}}};
    end.figures.sustained.emplace();
    end.figures.sustained->reached = true;
    end.figures.sustained->lost_again = at_seconds(751);
    end.figures.sustained->lost_in_all = 200s;
    end.figures.cost.emplace();
    end.figures.cost->per_kwh = EnergyPrice{0.31};
    end.figures.cost->packs = {{"home1", Energy{13500}, Ratio{1e-6}}};
    end.figures.openness.emplace();
    end.figures.openness->devices = {
        {"home1.inverter", true, ActivePower{5000}, {Ability::read_p, Ability::island_state}}};
    return end;
}

}  // namespace islandbench::reports
