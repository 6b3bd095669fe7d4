#include "bench/emulate.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "acceptance/figures.hpp"
#include "base/unit_text.hpp"
#include "bench/engine.hpp"
#include "bench/live_area.hpp"
#include "bench/present.hpp"
#include "bench/run.hpp"
#include "bench/sequencer.hpp"
#include "bench/served_street.hpp"
#include "bench/site_links.hpp"
#include "bench/street_news.hpp"
#include "bench/truth_tap.hpp"
#include "links/tcp_network.hpp"

namespace islandbench::bench {
namespace {

constexpr Duration redraw = 1s;
/// Beyond that clients see time-outs that are none of the street's.
constexpr Duration lag_worth_a_word = 2s;

/// The street on the wire, its story, and what a person sees of both.
class Emulation {
  public:
    Emulation(const EmulateOptions& options, RunFiles files, Instant end)
        : options_(options),
          files_(std::move(files)),
          end_(end),
          network_(clock_),
          street_(clock_, network_, files_, options.seed.value_or(files_.scenario.seed)),
          truth_(signals_, street_.world().street(), files_.grid_code),
          news_(street_.world(), truth_, teller()),
          sequencer_(
              files_.scenario, street_.world(), signals_,
              [this](const InterconnectCommand& command) { press(command); },
              // check_story() has refused what needs a controller.
              [](bool /*answers*/) { IB_ASSERT(false); },
              [](const std::string& /*home*/, bool /*on*/) { IB_ASSERT(false); }, teller()) {
        sequencer_.begin_at(never);
    }

    int execute();

  private:
    StreetNews::Listener teller() {
        return [this](std::string_view event, std::string detail) { tell(event, detail); };
    }
    Result<void> write_site() const;
    void serve();
    void tick();
    void press(const InterconnectCommand& command);
    void watch_clients();
    void watch_lateness();
    void tell(std::string_view event, const std::string& detail);
    void draw();
    [[nodiscard]] std::string heading() const;
    [[nodiscard]] std::string truth_line();
    [[nodiscard]] Instant story_time() const;

    const EmulateOptions& options_;
    RunFiles files_;
    Instant end_;
    Scheduler clock_;
    links::TcpNetwork network_;
    ServedStreet street_;
    Signals signals_;
    TruthTap truth_;
    StreetNews news_;
    Sequencer sequencer_;
    LiveArea area_;
    Instant next_step_ = story_start + plant_step;
    Instant next_draw_ = story_start + redraw;
    std::optional<Instant> story_begin_;
    bool driven_ = false;
    bool late_ = false;
};

int Emulation::execute() {
    Diagnostics problems;
    sequencer_.compile(acceptance::figures_of(files_.grid_code, files_.site,
                                              files_.scenario.observation, files_.other_codes),
                       problems);
    if (!problems.empty()) {
        std::cerr << problems;
        return exit_usage;
    }
    if (const auto opened = street_.open(options_.port); !opened) {
        return complain(opened.error().what);
    }
    if (const auto written = write_site(); !written) return complain(written.error().what);
    std::cout << device_lines(street_.devices()) << std::flush;
    tell("serving", std::to_string(street_.devices().size()) + " devices of " + files_.site.name +
                        "; Ctrl-C ends it");
    serve();
    area_.clear();
    if (const auto& broken = street_.world().audit().broken()) {
        return complain("the emulated street broke a law of physics: " + *broken);
    }
    return stop_requests > 0 ? exit_interrupted : exit_pass;
}

Result<void> Emulation::write_site() const {
    if (!options_.write_site) return {};
    std::ofstream file(*options_.write_site);
    file << with_links(files_.site_text, files_.site, street_.links()) << std::flush;
    if (file) return {};
    return failure(ErrorCode::io, options_.write_site->string() + ": cannot be written");
}

void Emulation::serve() {
    const plant::Audit& audit = street_.world().audit();
    while (stop_requests == 0 && clock_.now() < end_ && !audit.broken()) tick();
}

void Emulation::tick() {
    const Instant next = std::min(clock_.next_timer(), next_step_);
    clock_.advance_to(network_.wait(next));
    const Instant now = clock_.now();
    const bool steps = now == next_step_;
    if (steps) {
        sequencer_.apply_due(now);
        street_.world().step();
    }
    clock_.run_ready();
    if (!steps) return;
    truth_.set();
    news_.look();
    watch_clients();
    watch_lateness();
    if (now >= next_draw_) draw();
    next_step_ = now + plant_step;
}

/// The operator's panel is at the interconnect device.
void Emulation::press(const InterconnectCommand& command) {
    plant::Interconnect& device = street_.world().street().interconnect();
    if (command.permit_island) device.permit_island(*command.permit_island);
    if (command.permit_reclose) device.permit_reclose(*command.permit_reclose);
}

void Emulation::watch_clients() {
    const bool driven = street_.clients() > 0;
    if (driven == driven_) return;
    driven_ = driven;
    if (!driven) return tell("alone", "the last client has gone");
    const bool begins = options_.story && !story_begin_;
    if (begins) {
        story_begin_ = clock_.now() + story_delay;
        sequencer_.begin_at(*story_begin_);
    }
    tell("client", "a client has come" +
                       (begins ? "; the story begins in " + format_duration(story_delay) : ""));
}

void Emulation::watch_lateness() {
    const bool late = network_.lateness() > lag_worth_a_word;
    if (late && !late_) {
        tell("late", "the machine is too slow or was asleep: the street is " +
                         format_duration(network_.lateness()) +
                         " behind the wall clock and catches up");
    }
    late_ = late;
}

/// Of the story, once it is known when it begins; before that of the street.
Instant Emulation::story_time() const {
    return story_begin_ ? story_start + (clock_.now() - *story_begin_) : clock_.now();
}

void Emulation::tell(std::string_view event, const std::string& detail) {
    area_.clear();
    std::fprintf(stderr, "%9.3f s  %-14.*s %s\n", to_seconds(story_time()),
                 static_cast<int>(event.size()), event.data(), detail.c_str());
}

void Emulation::draw() {
    const Instant now = clock_.now();
    next_draw_ = now + redraw;
    street_.count(now);
    if (!area_.on_terminal()) return;
    area_.draw(street_table(street_.devices(), now, LiveArea::size(), heading(), truth_line()));
}

std::string Emulation::heading() const {
    std::string text =
        files_.site.name + ", up " +
        format_duration(std::chrono::floor<std::chrono::seconds>(clock_.now() - story_start));
    if (!options_.story) return text;
    text += ", story " + files_.scenario.name;
    if (!story_begin_) return text + " waits for the first client";
    const Duration told = std::chrono::floor<std::chrono::seconds>(clock_.now() - *story_begin_);
    if (told < 0s) return text + " begins in " + format_duration(-told);
    return text + " at " + format_duration(told) + " of " +
           format_duration(files_.scenario.duration);
}

std::string Emulation::truth_line() {
    const plant::Street& street = street_.world().street();
    const plant::IslandTruth& island = street.island();
    const plant::FormerState& former = street.former().state();
    const auto [low, high] = std::minmax_element(island.v.begin(), island.v.end());
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(),
                  "contact %s, grid %s, %.2f Hz, %.0f..%.0f V, %s %.1f kW, SoC %.1f %%",
                  street.exchange().closed ? "closed" : "OPEN",
                  street.grid().energised ? "there" : "LOST", island.f.value(), low->value(),
                  high->value(), street.site().former.name.c_str(), former.p.value() / 1e3,
                  street.former().pack().soc.value() * 100.0);
    return text.data();
}

int wrong_use(const std::string& what) {
    std::cerr << "islandbench: " << what << '\n';
    return exit_usage;
}

/// The controller is in another process: a story that is told here cannot take it away.
void check_story(const Scenario& story, Diagnostics& problems) {
    for (const Step& step : story.steps) {
        const char* key = step.controller  ? "controller"
                          : step.stop      ? "stop"
                          : step.opt_out   ? "opt_out"
                          : step.storm     ? "storm"
                          : step.emergency ? "emergency"
                                           : nullptr;
        if (key == nullptr) continue;
        problems.add({step.place.file, step.place.line, step.place.path + "." + key,
                      "the controller is not in the street: tell such a story with \"run\""});
    }
}

}  // namespace

int emulate(const EmulateOptions& options, const Fixtures& fixtures) {
    if (!options.site && !options.story) {
        return wrong_use("emulate needs devices, --site, or a --story");
    }
    Diagnostics problems;
    auto files = load_street_files(fixtures, options.site, options.story, problems);
    if (files) check_story(files->scenario, problems);
    if (!problems.empty()) {
        std::cerr << problems;
        return exit_usage;
    }
    const auto count = static_cast<int>(devices_of(files->site).size());
    if (options.port && *options.port + count - 1 > 65535) {
        return wrong_use("--port " + std::to_string(*options.port) + " leaves no room for " +
                         std::to_string(count) + " devices below 65536");
    }
    Instant end = never;
    if (options.duration) {
        const auto duration = parse_measure(*options.duration);
        if (!duration || duration->dimension != Dimension::time || !(duration->value > 0.0)) {
            return wrong_use("--duration " + *options.duration +
                             ": expected a time such as \"5 min\"");
        }
        end = story_start + from_seconds(duration->value);
    }
    emulate_all(files->site);
    return Emulation(options, std::move(*files), end).execute();
}

}  // namespace islandbench::bench
