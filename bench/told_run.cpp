#include "bench/told_run.hpp"

#include <iostream>

#include "acceptance/figures.hpp"
#include "bench/present.hpp"
#include "bench/run_checks.hpp"
#include "bench/run_header.hpp"
#include "bench/settlement.hpp"
#include "reports/store/run_reader.hpp"

namespace islandbench::bench {
namespace {

/// The wall clock may be ahead of the run by so much; beyond that time-outs mean nothing.
constexpr Duration lag_max = 2s;
constexpr Duration safe_state_limit = 5s;

std::string_view text_of(plant::OpenReason reason) {
    switch (reason) {
        case plant::OpenReason::voltage: return "voltage";
        case plant::OpenReason::frequency: return "frequency";
        case plant::OpenReason::probe: return "its islanding probe";
        case plant::OpenReason::request: return "a request";
        case plant::OpenReason::none: break;
    }
    return "nothing that it knows";
}

}  // namespace

Result<void> Run::build(Diagnostics& diagnostics) {
    links::Network* network = nullptr;
    if (on_wall()) {
        tcp_ = std::make_unique<links::TcpNetwork>(clock_);
        network = tcp_.get();
    } else {
        memory_ = std::make_unique<links::MemoryNetwork>(clock_);
        network = memory_.get();
    }
    world_ = std::make_unique<World>(clock_, *network, files_, seed_);
    world_->set_tamper(options_.tamper);
    // In wall time there is no hurry.
    world_->street().may_coast(!on_wall() && !options_.every_step);
    if (auto opened = world_->open(on_wall()); !opened) return opened;

    truth_ = std::make_unique<TruthTap>(signals_, world_->street(), files_.grid_code);
    rig_ = std::make_unique<Rig>(clock_, *network, *world_, files_, guard_, signals_);
    dispatch::Settings settings;
    settings.grid_period = files_.scenario.grid_period;
    settings.island_period = files_.scenario.island_period;
    settings.step = options_.core;
    if (tcp_) settings.lateness = [this] { return tcp_->lateness(); };
    loop_ = std::make_unique<dispatch::DispatchLoop>(files_.site, rig_->ports(), settings, clock_,
                                                     signals_);
    sequencer_ = std::make_unique<Sequencer>(
        files_.scenario, *world_, signals_,
        [this](const InterconnectCommand& command) { loop_->post(command); },
        [this](bool answers) { loop_->set_answering(answers); },
        [this](const std::string& home, bool on) { (void)loop_->permit(home, on); },
        [this](std::string_view event, std::string detail) { tell(event, std::move(detail)); });
    sequencer_->seat({[this](const std::string& home, bool out) { loop_->opt_out(home, out); },
                      [this](Instant from, Instant until) {
                          if (from == never) return loop_->call_off_storm();
                          loop_->announce_storm(from, until);
                      },
                      [this] { loop_->restart(loop_->services()); },
                      [this](bool on) { loop_->declare_emergency(on); }});
    news_ = std::make_unique<StreetNews>(
        *world_, *truth_,
        [this](std::string_view event, std::string detail) { tell(event, std::move(detail)); });
    telemetry_ = std::make_unique<TelemetryNews>(
        files_, *loop_, signals_, is_elsewhere(files_.site),
        [this](std::string_view event, std::string detail) { tell(event, std::move(detail)); });

    promises_ = std::make_unique<PromiseNews>(
        files_.site, *loop_, signals_,
        [this](std::string_view event, std::string detail) { tell(event, std::move(detail)); });

    figures_ = std::make_unique<acceptance::Figures>(acceptance::figures_of(
        files_.grid_code, files_.site, files_.scenario.observation, files_.other_codes));
    const acceptance::Figures& figures = *figures_;
    acceptance::check_agreed(files_.site, figures, files_.catalogue, diagnostics);
    const acceptance::Groups groups = acceptance::groups_of(files_.site);
    judge_ = std::make_unique<acceptance::Judge>(without_bench(files_.selection.judged), signals_,
                                                 figures, groups, diagnostics);
    bench_judge_ =
        std::make_unique<BenchJudge>(files_.selection.judged, figures, groups, diagnostics);
    sequencer_->compile(figures, diagnostics);
    energy_ = std::make_unique<EnergyMeter>(*world_, files_);
    wear_ = std::make_unique<WearMeter>(*world_, files_.site);
    golden_ = std::make_unique<GoldenMeter>(*world_, files_.site, *energy_, *wear_);
    Pump& pump = tcp_ ? static_cast<Pump&>(*tcp_) : simulated_;
    engine_ = std::make_unique<Engine>(Engine::Parts{clock_, pump, *world_, *sequencer_, *rig_,
                                                     *news_, *truth_, signals_, *judge_, nullptr});
    return {};
}

/// Everything that can be known before the first byte is sent.
Result<void> Run::prepare(Diagnostics& diagnostics) {
    check_links(files_, on_wall(), diagnostics);
    if (on_wall()) check_kernel(files_, diagnostics);
    check_armed(files_, options_.arm, diagnostics);
    if (!diagnostics.empty()) return {};
    return build(diagnostics);
}

int Run::execute() {
    Diagnostics problems;
    if (const auto prepared = prepare(problems); !prepared) return complain(prepared.error().what);
    if (!problems.empty()) {
        std::cerr << problems;
        return exit_usage;
    }
    if (const int refused = settle(); refused != 0) return refused;
    if (const auto opened = open_store(); !opened) return complain(opened.error().what);
    tell_story();
    return finish();
}

/// Ticks until the story starts. Non-zero: it must not.
int Run::settle() {
    rig_->connect(story_start);
    if (on_wall()) {
        console_.event(clock_.now(), "settling",
                       "the story begins in " + format_duration(settling));
    }
    bool started = false;
    while (engine_->now() < story_start) {
        if (stop_requests > 0) {
            std::cerr << "islandbench: interrupted before the story began; nothing was recorded\n";
            return exit_interrupted;
        }
        engine_->tick();
        if (started || !rig_->connected()) continue;
        const std::vector<UnarmedDevice> unarmed = rig_->unarmed();
        if (!unarmed.empty()) return refuse_unarmed(unarmed);
        if (!rig_->all_emulated_here()) {
            std::cerr << "islandbench: a device outside this bench takes part; " << truth_unknown
                      << ":\ncriteria that judge truth.* will be inconclusive.\n";
            truth_->go_blind();
        }
        if (auto taken_up = take_up_services(); !taken_up) return complain(taken_up.error().what);
        loop_->start();
        loop_->post({files_.scenario.start.permit_island, files_.scenario.start.permit_reclose,
                     std::nullopt, std::nullopt});
        started = true;
    }
    if (started) return refuse_lost_street();
    for (const std::string& why : rig_->not_connected()) {
        (void)complain("no answer within " + format_duration(settling) + ": " + why);
    }
    return exit_bench_error;
}

/// What an earlier process had counted for the limits binds this one.
Result<void> Run::take_up_services() {
    std::optional<std::filesystem::path> path = options_.keep;
    if (!path && rig_->has_hardware()) {
        path = run_folder_parent() / (files_.site.name + ".services.json");
    }
    if (!path) return {};
    kept_services_ = std::make_unique<KeptServices>(*path, *loop_, on_wall());
    auto told = kept_services_->take_up(clock_.now());
    if (!told) return tl::unexpected(told.error());
    if (!told->empty()) console_.event(clock_.now(), "services", *told);
    return {};
}

std::filesystem::path Run::run_folder_parent() const {
    return options_.out ? options_.out->parent_path() : std::filesystem::path("runs");
}

/// A story begins on the grid. A street that has left it while settling would be told about as one
/// that an outage never touched. Non-zero: it must not begin.
int Run::refuse_lost_street() const {
    if (!rig_->all_emulated_here() || world_->street().exchange().closed) return 0;
    (void)complain(
        "the street left the grid before the story began: the interconnect opened on " +
        std::string(text_of(world_->street().interconnect().state().opened_by)) +
        "; a story begins with the grid healthy and the street on it (see \"grid\" and the limits "
        "of \"interconnect\" in the site file)");
    return exit_bench_error;
}

Result<void> Run::open_store() {
    folder_ = options_.out.value_or(run_folder_parent() /
                                    (utc_now("%Y%m%d-%H%M%S") + "-" + files_.scenario.name));
    const reports::RunHeader header =
        run_header(options_, files_, seed_, rig_->has_hardware(), utc_now("%Y-%m-%dT%H:%M:%SZ"));
    auto store = reports::RunStore::create(folder_, header, signals_);
    if (!store) return tl::unexpected(store.error());
    recorder_ = std::make_unique<reports::Recorder>(
        std::move(*store), signals_, reports::RecorderPolicy{.loses = options_.loses});
    engine_->record_into(*recorder_);
    if (!rig_->has_can()) return {};
    auto log = links::CanLog::create(folder_ / "can.log", clock_);
    if (!log) return tl::unexpected(log.error());
    can_log_ = std::move(*log);
    rig_->log_can(*can_log_);
    return {};
}

/// What happens in the story, for the person at the terminal and for the record.
void Run::tell(std::string_view event, std::string detail) {
    console_.event(clock_.now(), std::string(event), detail);
    if (recorder_) recorder_->describe(event, std::move(detail));
}

void Run::tell_story() {
    const Instant end = story_start + files_.scenario.duration;
    while (engine_->now() < end && end_ == reports::EndReason::completed) {
        tick();
        if (stop_requests > 0) {
            end_ = reports::EndReason::interrupted;
            end_detail_ = "stopped by a person at " + format_duration(clock_.now() - story_start);
            make_safe();
        }
        if (engine_->lateness() > lag_max) {
            break_off("the machine was too slow or asleep: " +
                      format_duration(engine_->lateness()) + " behind the wall clock");
        }
    }
}

void Run::tick() {
    // Not every tick is a step of the plant: some only bring bytes.
    const Instant before = world_->street().now();
    engine_->tick();
    if (world_->street().now() != before) {
        if (engine_->looked()) {
            energy_->step();
            wear_->step();
            golden_->step();
        } else {
            energy_->coast();
        }
        watch_physics();
    }
    telemetry_->look(engine_->now());
    promises_->look();
    if (kept_services_) {
        if (const auto kept = kept_services_->keep(engine_->now()); !kept) {
            break_off(kept.error().what);
        }
    }
    // Looking at the wall clock costs more than a tick: not every time.
    if (++ticks_ % 256 == 0) keep();
}

void Run::break_off(std::string why) {
    end_ = reports::EndReason::bench_error;
    end_detail_ = std::move(why);
}

/// A street that breaks the laws of physics is a fault of the bench, and no evidence of anything.
void Run::watch_physics() {
    const auto& broken = world_->audit().broken();
    if (!broken || end_ == reports::EndReason::bench_error) return;
    break_off("the emulated street broke a law of physics at " +
              format_duration(engine_->now() - story_start) + ": " + *broken);
}

/// Once in a wall second what was recorded is put on the disk.
void Run::keep() {
    console_.progress(engine_->now(), [this] { return standing(); });
    if (WallClock::now() < next_commit_) return;
    next_commit_ = WallClock::now() + std::chrono::seconds(1);
    Result<void> kept = recorder_->commit();
    if (kept && can_log_) kept = can_log_->flush();
    if (!kept) break_off(kept.error().what);
}

std::string Run::standing() const {
    int good = 0, bad = 0, open = 0;
    for (const acceptance::Standing& one : judge_->standings()) {
        switch (one.so_far) {
            case acceptance::Outcome::pass: ++good; break;
            case acceptance::Outcome::inconclusive: ++open; break;
            case acceptance::Outcome::fail:
            case acceptance::Outcome::error: ++bad; break;
        }
    }
    return std::to_string(good) + " hold, " + std::to_string(bad) + " broken, " +
           std::to_string(open) + " open";
}

/// Lets go of every device. The run goes on meanwhile: that takes exchanges.
void Run::make_safe() {
    console_.event(clock_.now(), "interrupted", "leaving the devices in their defaults");
    recorder_->note(clock_.now(), "interrupted");
    bool done = false;
    const Instant limit = clock_.now() + safe_state_limit;
    const auto leave = [](dispatch::DispatchLoop& loop, Instant deadline, bool& ended) -> Task<> {
        (void)co_await loop.safe_state(deadline);
        ended = true;
    };
    tasks_.spawn(leave(*loop_, limit, done));
    const auto wall_limit = WallClock::now() + std::chrono::seconds(5);
    while (!done && engine_->now() < limit && WallClock::now() < wall_limit) tick();
    tasks_.clear();
}

/// A verdict that its own record does not bear out is worth nothing.
std::optional<BenchFacts> Run::read_back(const std::vector<acceptance::Verdict>& verdicts) {
    // What goes wrong on the disk is told where the record is closed.
    if (end_ != reports::EndReason::completed || !recorder_->flush()) return std::nullopt;
    const auto checked = check_record(folder_, signals_, recorder_->kept(),
                                      {without_bench(files_.selection.judged), *figures_,
                                       acceptance::groups_of(files_.site), engine_->now()},
                                      verdicts);
    if (!checked) {
        break_off("the record cannot be read back: " + checked.error().what);
        return std::nullopt;
    }
    if (!checked->trouble.empty()) break_off(checked->trouble);
    BenchFacts facts = checked->facts;
    facts.late = engine_->latenesses().longest();
    return facts;
}

std::vector<acceptance::Verdict> Run::judge_the_end(acceptance::Ended how) {
    std::vector<acceptance::Verdict> criteria = judge_->finish(engine_->now(), how);
    const auto facts = read_back(criteria);
    auto of_bench = bench_judge_->judge(facts, engine_->now(), how);
    return in_order(files_.selection.judged, std::move(criteria), std::move(of_bench));
}

int Run::finish() {
    console_.clear();
    if (const auto kept = can_log_ ? can_log_->flush() : Result<void>(); !kept) {
        break_off(kept.error().what);
    }
    if (const auto kept = kept_services_ ? kept_services_->write(engine_->now()) : Result<void>();
        !kept) {
        break_off(kept.error().what);
    }
    using acceptance::Ended;
    const Ended how = end_ == reports::EndReason::completed     ? Ended::completed
                      : end_ == reports::EndReason::interrupted ? Ended::interrupted
                                                                : Ended::broken;
    std::vector<acceptance::Verdict> criteria = judge_the_end(how);
    reports::RunEnd end;
    end.reason = end_;
    end.detail = end_detail_;
    end.at = engine_->now();
    end.simulated = engine_->now() - (story_start - settling);
    end.wall = std::chrono::duration_cast<Duration>(WallClock::now() - began_);
    if (!rig_->all_emulated_here()) acceptance::forget_truth(criteria, truth_unknown);
    if (const auto& known = files_.scenario.known_failure) {
        acceptance::expect_failures(criteria, known->criteria, known->reason);
    }
    end.verdict = acceptance::combine(std::move(criteria));
    if (rig_->all_emulated_here()) {
        end.figures.sustained = golden_->sustained_power();
        end.figures.cost = golden_->cost();
    }
    end.figures.openness = openness_of_units(files_, *loop_);
    end.energy = energy_->result(rig_->all_emulated_here());
    if (rig_->all_emulated_here()) {
        end.settlement = settlement_of(files_.site, energy_->periods(), wear_->batteries());
    }
    end.links = rig_->link_statistics();
    end.pace = {static_cast<std::int64_t>(loop_->steps()),
                static_cast<std::int64_t>(loop_->late_steps()),
                lateness_of(engine_->latenesses()),
                lateness_of(loop_->latenesses()),
                engine_->steps(),
                engine_->solutions()};
    end.laws = {Ratio{world_->audit().worst_share()}, world_->audit().broken().value_or("")};
    if (end_ == reports::EndReason::completed && !sequencer_->not_told().empty()) {
        end.reason = reports::EndReason::not_told;
        for (const std::string& step : sequencer_->not_told()) {
            end.detail += (end.detail.empty() ? "" : "; ") + step;
        }
    }
    const auto finished = recorder_->finish(end);
    if (!finished) return complain(finished.error().what);

    const auto reader = reports::RunReader::open(folder_);
    if (!reader) return complain(reader.error().what);
    const auto record = reader->read();
    if (!record) return complain(record.error().what);
    const int code = present(folder_, *record);
    if (!rig_->all_emulated_here()) {
        std::cout << "Devices outside this bench took part: " << truth_unknown
                  << ", so criteria that judge truth.* are inconclusive.\nTelemetry (seen.*), "
                     "orders (cmd.*) and links are in the record.\n";
    }
    if (end_ == reports::EndReason::bench_error) (void)complain(end_detail_);
    return code;
}

}  // namespace islandbench::bench
