#include "reports/test/synthetic_run.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/random.hpp"
#include "reports/golden.hpp"
#include "reports/store/recorder.hpp"
#include "reports/store/run_reader.hpp"
#include "reports/store/test/temporary_folder.hpp"

namespace islandbench::reports {
namespace {

using acceptance::DeviceVerdict;
using acceptance::Margin;
using acceptance::Outcome;
using acceptance::Severity;
using acceptance::Verdict;

struct EventTime {
    const char* name;
    double at;
    const char* detail;
};
constexpr std::array<EventTime, 13> story{{
    {"outage", 60.0, "upstream break, 60 kW and 20 kvar of a neighbour left on our side"},
    {"island", 60.62, ""},
    {"island_formed", 60.68, ""},
    {"load_step", 100.0, "home2: 9 kW for 30 s on phase B"},
    {"shed", 101.25, "tier 4 of home2"},
    {"restored", 131.5, "tier 4 of home2"},
    {"fault.silent_home1", 140.0, "home1.inverter does not answer"},
    {"fault_over.silent_home1", 165.0, "home1.inverter answers again"},
    {"grid_back", 180.0, "236 V, 49.97 Hz"},
    {"flicker", 193.0, "400 ms at 110 V: the observation starts again"},
    {"sync", 213.5, "df 0.02 Hz, dv 0.8 %, dphi 2 deg"},
    {"reclosed", 216.4, ""},
    {"ramp_over", 271.0, ""},
}};

bool between(double t, double from, double to) {
    return t >= from && t < to;
}

/// What the street would do; no physics, but the shapes that physics has.
class Street {
  public:
    explicit Street(Signals& signals) : signals_(signals) {}

    void set(double t) {
        Random noise(static_cast<std::uint64_t>(std::lround((t + 100.0) * 1e3)), "street");
        const bool open = between(t, 60.62, 216.4);
        const bool dead = between(t, 60.0, 180.0);
        const bool gap = between(t, 60.62, 60.68);
        loads(t, gap, noise);
        powers(t, open, noise);
        voltages(t, open, dead, gap, noise);
        frequencies(t, open, dead, noise);
        batteries(t);
        put("truth.pcc.closed", open ? 0 : 1, Dimension::none, 0);
        put("truth.grid.dead", dead ? 1 : 0, Dimension::none, 0);
        put("truth.grid.ok", dead || between(t, 193.0, 193.4) ? 0 : 1, Dimension::none, 0);
        synchronism(t, open, dead);
        dispatch(t);
        put("link.home1.inverter.latency", 0.03 * std::exp(0.9 * noise.normal()), Dimension::time,
            0.005);
    }

  private:
    void put(const std::string& name, double value, Dimension dimension, double dead_band) {
        auto found = ids_.find(name);
        if (found == ids_.end()) {
            found = ids_.emplace(name, signals_.add({name, dimension, dead_band})).first;
        }
        signals_.set(found->second, value);
    }

    void loads(double t, bool gap, Random& noise) {
        load_ = {1900 + 500 * std::sin(t / 23.0), 2300 + 300 * std::sin(t / 9.0),
                 between(t, 20, 48) || between(t, 120, 200) ? 2400.0 : 1500.0};
        if (between(t, 100.0, 130.0)) load_[1] += t < 101.25 ? 9000 : 4200;
        for (std::size_t i = 0; i < 3; ++i) {
            load_[i] = gap ? 0.0 : load_[i] + 15 * noise.normal();
            const std::string home = "truth.home" + std::to_string(i + 1);
            put(home + ".load_p", load_[i], Dimension::active_power, 25);
            for (int tier = 0; tier < 5; ++tier) {
                const bool shed4 = i == 1 && between(t, 101.25, 131.5);
                // The wrong one: tier 3 opens for a moment while tier 4 is still closed again.
                const bool shed3 = i == 1 && between(t, 131.5, 132.9);
                put(home + ".shed" + std::to_string(tier),
                    (tier == 4 && shed4) || (tier == 3 && shed3) ? 1 : 0, Dimension::none, 0);
            }
        }
        priority_ = gap ? 0.0 : 3200.0;
    }

    void powers(double t, bool open, Random& noise) {
        const double need = load_[0] + load_[1] + load_[2] + priority_;
        const double share = open && t > 62 ? std::min(1.0, (t - 62) / 6.0) : 0.0;
        const double ramp = t < 216.4 ? 1.0 : std::max(0.0, 1.0 - (t - 216.4) / 54.0);
        const double silent = between(t, 142.0, 165.0) ? 0.6 : 1.0;
        inverter_ = {1700 * share * silent * ramp,
                     std::min(4900.0, 0.55 * load_[1]) * share * ramp};
        if (t >= 216.4) inverter_ = {1700 * ramp, 1200 * ramp};
        const double homes = inverter_[0] + inverter_[1];
        former_ = open ? need - homes : (t < 60 ? 0.0 : std::max(0.0, 4200 * ramp));
        if (between(t, 60.0, 60.62)) former_ = 29000;
        pcc_ = open ? 0.0 : need - homes - former_;
        put("truth.home1.inverter_p", inverter_[0], Dimension::active_power, 25);
        put("truth.home2.inverter_p", inverter_[1], Dimension::active_power, 25);
        put("truth.former.p", former_ + 8 * noise.normal(), Dimension::active_power, 25);
        put("truth.pcc.p", pcc_, Dimension::active_power, 25);
        put("truth.pcc.i", open ? 0.0 : std::fabs(pcc_) / 690.0, Dimension::current, 0.1);
        put("truth.former.limiting", between(t, 100.0, 101.25) ? 1 : 0, Dimension::none, 0);
    }

    void voltages(double t, bool open, bool dead, bool gap, Random& noise) {
        const double source = open ? 231.5 : between(t, 60.0, 60.62) ? 221.0 : 236.4;
        double lowest = 1e9;
        for (std::size_t i = 0; i < 3; ++i) {
            const char phase = "abc"[i];
            const double drop = load_[i] / 1000.0 * (open ? 1.6 : 0.9);
            const double v = gap ? 0.0 : source - drop + 0.15 * noise.normal();
            lowest = std::min(lowest, v);
            put(std::string("truth.island.v_") + phase, v, Dimension::voltage, 0.3);
            double grid = dead ? 0.0 : 238.0 - 0.2 * drop + 0.1 * noise.normal();
            if (between(t, 60.0, 60.62)) grid = v;
            if (between(t, 193.0, 193.4)) grid = 110.0;
            put(std::string("truth.grid.v_") + phase, grid, Dimension::voltage, 0.3);
            put("truth.home" + std::to_string(i + 1) + ".v", std::max(0.0, v - drop * 0.4),
                Dimension::voltage, 0.3);
        }
        const bool no_reading = between(t, 240.0, 246.0);
        put("truth.clinic.v",
            no_reading ? Signals::no_value
            : gap      ? 0.0
                       : source - 2.4,
            Dimension::voltage, 0.3);
        put("truth.clinic.p", priority_, Dimension::active_power, 25);
        const bool formed = open && !gap && lowest > 195.5;
        put("truth.island.formed", formed ? 1 : 0, Dimension::none, 0);
    }

    void frequencies(double t, bool open, bool dead, Random& noise) {
        const double grid = 49.97 + 0.012 * std::sin(t / 17.0) + 0.001 * noise.normal();
        double f = grid;
        if (between(t, 60.0, 60.62)) f = 49.97 - 0.8 * (t - 60.0);
        if (open) {
            const double droop = 50.0 - 0.5 * former_ / 30000.0;
            target_ += (droop - target_) * 0.02;
            f = target_ + 0.0008 * noise.normal();
            if (t > 213.5) f = grid + 0.015;
        } else {
            target_ = f;
        }
        put("truth.island.f", f, Dimension::frequency, 0.005);
        put("truth.grid.f",
            dead && t > 60.62 ? Signals::no_value
            : dead            ? f
                              : grid,
            Dimension::frequency, 0.005);
        f_ = f;
    }

    void synchronism(double t, bool open, bool dead) {
        const bool both = open && !dead;
        const double angle = std::remainder((t - 216.4) * 14.0 + 2.1, 360.0);
        put("truth.sync.dphi", both ? angle : Signals::no_value, Dimension::angle, 1.0);
        put("truth.sync.df", both ? f_ - 49.97 : Signals::no_value, Dimension::frequency, 0.002);
        put("truth.sync.dv", both ? -0.008 : Signals::no_value, Dimension::ratio, 0.002);
    }

    /// What the core says and orders: it sheds tier 4 of home2 for phase B.
    void dispatch(double t) {
        put("cmd.home2.loadctl.shed4", between(t, 101.0, 131.0) ? 1 : 0, Dimension::none, 0);
        put("dispatch.mode", 0, Dimension::none, 0);
        put("dispatch.state", between(t, 60.62, 216.4) ? 5 : 1, Dimension::none, 0);
        put("dispatch.share_a", 0.31, Dimension::ratio, 0.01);
        put("dispatch.share_b", between(t, 100.0, 101.25) ? 1.08 : 0.42, Dimension::ratio, 0.01);
        put("dispatch.share_c", 0.28, Dimension::ratio, 0.01);
    }

    void batteries(double t) {
        const double dt = std::max(0.0, t - last_);
        last_ = t;
        former_soc_ -= former_ * dt / 3600.0 / 60000.0 * 6.0;
        for (std::size_t i = 0; i < 2; ++i) {
            home_soc_[i] -= inverter_[i] * dt / 3600.0 / 13500.0 * 6.0;
            const std::string home = "truth.home" + std::to_string(i + 1);
            put(home + ".soc", home_soc_[i], Dimension::ratio, 1e-4);
            put(home + ".soc_floor", 0.20, Dimension::ratio, 0);
        }
        put("truth.former.soc", former_soc_, Dimension::ratio, 1e-4);
        put("truth.former.soc_floor", between(t, 60.62, 216.4) ? 0.20 : 0.20, Dimension::ratio, 0);
    }

    Signals& signals_;
    std::map<std::string, SignalId> ids_;
    std::array<double, 3> load_{};
    std::array<double, 2> inverter_{};
    std::array<double, 2> home_soc_{0.643, 0.551};
    double priority_ = 0.0, former_ = 0.0, pcc_ = 0.0, former_soc_ = 0.712;
    double target_ = 50.0, f_ = 50.0, last_ = 0.0;
};

Verdict verdict_of(const char* id, const char* title, const char* clause, Certainty certainty,
                   std::vector<std::string> formulas, Outcome outcome,
                   std::optional<Margin> margin) {
    Verdict verdict;
    verdict.id = id;
    verdict.title = title;
    verdict.clause = clause;
    verdict.basis = "pilot acceptance criteria, grid code gb_g98_g99a_lv";
    verdict.certainty = certainty;
    verdict.formulas = std::move(formulas);
    verdict.source = "truth";
    verdict.outcome = outcome;
    verdict.margin = margin;
    verdict.limit_verified = !(outcome == Outcome::pass && is_unsure(certainty));
    return verdict;
}

Verdict c1() {
    Verdict v = verdict_of(
        "C1", "Never feed the dead grid", "IEEE 1547-2018 8.2", Certainty::kh,
        {"always: truth.grid.dead and truth.pcc.closed lasts at most 1.6 s",
         "always: truth.pcc.closed is false held for 0.1 s implies truth.pcc.i <= 1.6 A"},
        Outcome::pass, Margin{0.98, Dimension::time, 0.6125});
    v.severity = Severity::s0;
    v.worst = at_seconds(60.62);
    v.reason = "the dead grid was fed for 620 ms, 1.6 s allowed";
    v.signals = {"truth.grid.dead", "truth.pcc.closed", "truth.pcc.i"};
    return v;
}

Verdict c2() {
    Verdict v = verdict_of("C2", "Gap at an unplanned transfer", "pilot table 4.3", Certainty::ej,
                           {"for every load: within 2.1 s after outage: 195.5 V <= truth.{load}.v "
                            "<= 253 V for 1 s"},
                           Outcome::pass, Margin{1.40, Dimension::time, 0.667});
    v.worst = at_seconds(60.701);
    v.device = "home2";
    v.reason = "the longest gap was 701 ms (home2), class T3 allows 2.1 s";
    v.signals = {"truth.home1.v", "truth.home2.v", "truth.home3.v", "truth.clinic.v"};
    for (const char* name : {"home1", "home2", "home3", "clinic"}) {
        const double share = std::string(name) == "home2" ? 0.667 : 0.671;
        v.devices.push_back({name,
                             Outcome::pass,
                             Margin{2.1 * share, Dimension::time, share},
                             {},
                             at_seconds(60.69),
                             "gap inside its class"});
    }
    return v;
}

Verdict d1() {
    Verdict v =
        verdict_of("D1", "Island frequency", "EN 50160:2010 4.2.1", Certainty::s,
                   {"from island_formed until reclosed: 49 Hz <= truth.island.f <= 51 Hz for "
                    "at least 95 % of the time",
                    "from island_formed until reclosed: never 47.5 Hz <= truth.island.f <= "
                    "51.5 Hz is false for more than 0.1 s"},
                   Outcome::pass, Margin{0.73, Dimension::frequency, 0.0149});
    v.worst = at_seconds(101.24);
    v.reason = "lowest frequency 49.73 Hz while home2 overloaded phase B";
    v.signals = {"truth.island.f"};
    return v;
}

Verdict d2() {
    Verdict v =
        verdict_of("D2", "Island voltage", "ESQCR 2002 reg. 27, EN 50160", Certainty::s,
                   {"for every load, from island_formed until reclosed, except C2 gap: 216.2 "
                    "V <= mean(truth.{load}.v, 10 min) <= 253 V",
                    "for every load: always: 195.5 V <= truth.{load}.v <= 253 V"},
                   Outcome::pass, Margin{2.9, Dimension::voltage, 0.0134});
    v.worst = at_seconds(101.2);
    v.device = "home2";
    v.reason = "lowest mean of home2 219.1 V";
    v.notes = {"short window: mean since the island formed, the run is shorter than 10 min"};
    v.signals = {"truth.home1.v", "truth.home2.v", "truth.home3.v", "truth.clinic.v"};
    v.devices = {{"home1", Outcome::pass, Margin{9.4, Dimension::voltage, 0.043}, {}, {}, ""},
                 {"home2",
                  Outcome::pass,
                  Margin{2.9, Dimension::voltage, 0.0134},
                  {},
                  at_seconds(101.2),
                  ""},
                 {"home3", Outcome::pass, Margin{8.8, Dimension::voltage, 0.041}, {}, {}, ""},
                 {"clinic", Outcome::pass, Margin{11.2, Dimension::voltage, 0.052}, {}, {}, ""}};
    return v;
}

Verdict e1() {
    Verdict v =
        verdict_of("E1", "Critical loads supplied", "pilot agreement 3.1", Certainty::ej,
                   {"for every priority: from island_formed until reclosed: truth.{priority}.v "
                    ">= 195.5 V for at least 99.9 % of the time"},
                   Outcome::inconclusive, std::nullopt);
    v.worst = at_seconds(240.0);
    v.device = "clinic";
    v.reason = "truth.clinic.v had no value for 6 s inside the window";
    v.signals = {"truth.clinic.v"};
    return v;
}

Verdict e2() {
    Verdict v =
        verdict_of("E2", "Shed order", "pilot agreement 3.2", Certainty::ej,
                   {"for every home: always: truth.{home}.shed3 implies truth.{home}.shed4"},
                   Outcome::fail, Margin{-1.4, Dimension::time, -0.14});
    v.first = at_seconds(131.5);
    v.worst = at_seconds(131.5);
    v.device = "home2";
    v.reason = "tier 3 of home2 was open for 1.4 s while tier 4 was closed";
    for (const char* home : {"home1", "home2", "home3"}) {
        for (const char* tier : {"shed2", "shed3", "shed4"}) {
            v.signals.push_back(std::string("truth.") + home + "." + tier);
        }
        v.devices.push_back({home, Outcome::pass, Margin{1.0, Dimension::none, 1.0}, {}, {}, ""});
    }
    v.devices[1] = {"home2", Outcome::fail, v.margin,
                    v.first, v.worst,       "tier 3 open before tier 4"};
    return v;
}

Verdict f1() {
    Verdict v =
        verdict_of("F1", "State of charge window", "pilot agreement 4", Certainty::ej,
                   {"for every unit: always: truth.{unit}.soc >= truth.{unit}.soc_floor - 2 %",
                    "for every unit: always: truth.{unit}.soc <= 97 %"},
                   Outcome::pass, Margin{0.258, Dimension::ratio, 0.266});
    v.worst = at_seconds(-10);
    v.device = "former";
    v.reason = "highest state of charge 71.2 %, ceiling 97 %";
    v.signals = {"truth.former.soc", "truth.former.soc_floor"};
    return v;
}

Verdict h1() {
    Verdict v = verdict_of("H1", "Grid qualified before closing", "EREC G99 10.3.2", Certainty::s,
                           {"before reclosed: truth.grid.ok held for 20 s"}, Outcome::pass,
                           Margin{3.0, Dimension::time, 0.15});
    v.worst = at_seconds(216.4);
    v.reason = "the grid had been in its window for 23 s when the switch closed";
    v.notes = {"the flicker at 03:13.000 restarted the observation"};
    v.signals = {"truth.grid.ok", "truth.pcc.closed"};
    return v;
}

Verdict h2() {
    Verdict v = verdict_of(
        "H2", "Synchronism at closing", "IEEE 1547-2018 table 5", Certainty::kh,
        {"at reclosed: abs(truth.sync.df) <= 0.3 Hz", "at reclosed: abs(truth.sync.dv) <= 10 %",
         "at reclosed: abs(truth.sync.dphi) <= 20 deg"},
        Outcome::pass, Margin{17.9, Dimension::angle, 0.895});
    v.severity = Severity::s0;
    v.worst = at_seconds(216.4);
    v.reason = "closed at 2.1 deg, 0.015 Hz and 0.8 %";
    v.signals = {"truth.sync.df", "truth.sync.dv", "truth.sync.dphi"};
    return v;
}

std::vector<LinkStatistics> links() {
    std::vector<LinkStatistics> list;
    const auto add = [&list](const char* device, const char* identity, std::int64_t exchanges,
                             std::int64_t lost, Duration median) {
        LinkStatistics link{device, "emulated", identity, exchanges, lost, lost,
                            0,      0,          0,        {},        {},   {}};
        link.p50 = median;
        link.p95 = median * 5;
        link.p99 = median * 10;
        list.push_back(link);
    };
    add("pcc", "Islandbench Interconnect 1.0", 2480, 2, 29ms);
    add("meter_grid", "Islandbench Meter 203", 620, 1, 31ms);
    add("meter_island", "Islandbench Meter 203", 620, 0, 30ms);
    add("former.inverter", "Islandbench Former 30", 1262, 1, 30ms);
    add("former.bms", "Islandbench Rack 60", 310, 0, 28ms);
    add("home1.inverter",
        "Hybrid <b>5000</b> \"rev\" \xe2\x80\xae"
        "C",
        1190, 26, 30ms);
    add("home1.bms", "PYLON US5000", 3100, 0, 2ms);
    add("home1.loadctl", "Islandbench Load Controller", 1240, 1, 33ms);
    add("home2.inverter", "Hybrid 5000", 1248, 0, 30ms);
    add("home2.bms", "PYLON US5000", 3100, 0, 2ms);
    add("home2.loadctl", "Islandbench Load Controller", 1244, 2, 29ms);
    add("home3.loadctl", "Islandbench Load Controller", 1239, 1, 35ms);
    list[5].reconnects = 1;
    list[6].address = list[9].address = "can";
    return list;
}

RunHeader header() {
    RunHeader header;
    header.scenario = "miniature_outage";
    header.scenario_title = "Unplanned outage of the miniature street, five minutes";
    header.site = "miniature";
    header.site_title = "Street in miniature: three homes, 30 kVA former";
    header.not_judged = "C9";
    header.own_limits = "criteria ./pilot.json";
    header.seed = 20261121;
    header.duration = 300s;
    header.started_at = "2026-11-21T20:15:00Z";
    header.versions = {{"islandbench", "0.1.0"}, {"compiler", "g++ 12.2.0"}, {"sqlite", "3.40.1"}};
    header.inputs = {{"miniature_outage.json", "scenario",
                      "{\n  \"name\": \"miniature_outage\",\n  \"duration\": \"300 s\"\n}\n"},
                     {"miniature.json", "site", "{\n  \"name\": \"miniature\"\n}\n"},
                     {"pilot.json", "criteria", "[]\n"}};
    return header;
}

GoldenFigures figures_of(const RunRecord& run) {
    GoldenFigures figures;
    SustainedPowerInputs inputs;
    inputs.site_voltages = {run.find("truth.clinic.v")};
    inputs.site_names = {"clinic"};
    inputs.frequency = run.find("truth.island.f");
    inputs.outage = at_seconds(60.0);
    inputs.end = at_seconds(239.0);
    inputs.v_min = Voltage{195.5};
    inputs.v_max = Voltage{253.0};
    inputs.f_min = Frequency{47.5};
    inputs.f_max = Frequency{51.5};
    figures.sustained = sustained_power(inputs);
    using enum Ability;
    const std::vector<Ability> most{read_p,      read_q,     read_v,    read_f,   read_soc,
                                    read_limits, read_state, set_power, reversion};
    figures.openness = openness({{"former.inverter", true, ActivePower{30000}, most},
                                 {"home1.inverter", true, ActivePower{5000}, most},
                                 {"home2.inverter", true, ActivePower{5000}, most},
                                 {"home2.gateway", false, ActivePower{2000}, {read_p}}});
    EconomicsSpec prices;
    prices.per_event = Money{0.02};
    figures.cost = emergency_cost(prices, Energy{412.0},
                                  {{"former", Energy{60000}, Ratio{1.3e-7}},
                                   {"home1", Energy{13500}, Ratio{8e-8}},
                                   {"home2", Energy{13500}, Ratio{9e-8}}});
    return figures;
}

PartEnergy part_of(Duration lasted, double scale, bool island) {
    PartEnergy part;
    part.lasted = lasted;
    part.grid_in = Energy{island ? 0.0 : 2.6 * scale};
    part.former_out = Energy{island ? 1.6 * scale : 0.0};
    part.homes = {{"home1", true, Energy{0.53 * scale}, Energy{island ? 0.2 * scale : 0.0},
                   Energy{island ? 0.0 : 0.53 * scale}, 0s, 0s},
                  {"home2", true, Energy{0.7 * scale}, Energy{0.0},
                   Energy{(island ? 0.3 : 0.7) * scale}, 0s, island ? 31650ms : 0ms},
                  {"home3", false, Energy{0.5 * scale}, Energy{}, Energy{0.5 * scale}, 0s, 0s}};
    for (HomeEnergy& home : part.homes) home.dark = island ? 60ms : 0ms;
    part.priority = {{"clinic", Energy{0.85 * scale}}};
    return part;
}

RunRecord make() {
    const TemporaryFolder folder;
    Signals signals;
    Street street(signals);
    street.set(-10.0);
    std::map<std::string, SignalId> events;
    for (const EventTime& event : story) events[event.name] = signals.add_event(event.name);
    Recorder recorder(RunStore::create(folder / "run", header(), signals).value(), signals);
    for (const EventTime& event : story) recorder.describe(event.name, event.detail);
    std::size_t next = 0;
    // Fine steps only around events, as an engine may do.
    for (std::int64_t ms = -10000; ms < 300000;) {
        const double t = static_cast<double>(ms) / 1e3;
        street.set(t);
        for (; next < story.size() && story[next].at <= t; ++next) {
            signals.happened(events[story[next].name]);
        }
        recorder.record(at_seconds(t));
        double distance = 1e9;
        for (const EventTime& event : story) distance = std::min(distance, std::fabs(t - event.at));
        ms += distance < 0.3 ? 1 : distance < 2.5 ? 10 : 50;
    }
    RunEnd end;
    end.at = at_seconds(300);
    end.simulated = 310s;
    end.wall = 2870ms;
    end.verdict = acceptance::combine({c1(), c2(), d1(), d2(), e1(), e2(), f1(), h1(), h2()});
    end.links = links();
    end.pace = {1240, 0, {}, {}, 310000, 68000};
    end.energy = {true,
                  "former",
                  part_of(60620ms, 60.0, false),
                  part_of(155780ms, 160.0, true),
                  part_of(83600ms, 84.0, false),
                  {{"former", Energy{57000}}, {"home1", Energy{12825}}, {"home2", Energy{12825}}}};
    (void)recorder.finish(end);
    RunRecord run = RunReader::open(folder / "run")->read().value();
    run.end.figures = figures_of(run);
    return run;
}

}  // namespace

const RunRecord& synthetic_run() {
    static const RunRecord run = make();
    return run;
}

RunRecord passing_run() {
    RunRecord run = synthetic_run();
    std::vector<Verdict> passed;
    for (Verdict verdict : run.end.verdict.criteria) {
        if (verdict.outcome == Outcome::pass) passed.push_back(verdict);
    }
    run.end.verdict = acceptance::combine(passed);
    return run;
}

}  // namespace islandbench::reports
