#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "acceptance/condition.hpp"
#include "acceptance/figures.hpp"
#include "base/roles.hpp"
#include "base/signals.hpp"
#include "bench/bad_links.hpp"
#include "bench/scenario.hpp"
#include "bench/world.hpp"

namespace islandbench::bench {

/// Tells the story: carries out each step of the scenario once, at its time or when its condition
/// first holds, on the boundary of a plant step. It speaks to the world and, for consent, to the
/// operator's panel; it never commands a device behind the dispatch core's back.
class Sequencer {
  public:
    /// What the operator does at the interconnect device goes over its bus like everything else.
    using Operator = std::function<void(const InterconnectCommand&)>;
    /// The dispatch core stops answering (false), or answers again.
    using Controller = std::function<void(bool)>;
    /// A home's inverter is told to cease (false), or permitted again.
    using Permission = std::function<void(const std::string& home, bool in_service)>;
    /// Told of every step carried out: event name and a text for people.
    using Listener = std::function<void(std::string_view event, std::string detail)>;

    /// What else people do, beside the interconnect device's panel. A street without a controller
    /// of its own has nobody who takes it.
    struct Desk {
        std::function<void(const std::string& home, bool out)> opt_out;
        std::function<void(Instant from, Instant until)> storm;  ///< `never`: it is called off
        std::function<void()> restart;                           ///< the controller starts anew
        std::function<void(bool on)> emergency;  ///< promises may use owners' reserves, or not
    };
    void seat(Desk desk) { desk_ = std::move(desk); }

    /// Adds the events of its steps to `signals`, silent.<home>, audible.<home> and
    /// stop.<home> of every home among them.
    Sequencer(const Scenario& scenario, World& world, Signals& signals, Operator panel,
              Controller controller, Permission permission, Listener listener);

    /// Compiles the conditions; call when every signal of the run is there.
    void compile(const acceptance::Figures& figures, Diagnostics& diagnostics);

    /// The story begins then instead of at story_start; `never`: not yet.
    void begin_at(Instant begin) noexcept { begin_ = begin; }

    /// Carries out what is due at `now`, before the plant takes the step that ends then.
    void apply_due(Instant now);

    /// Steps whose time or condition never came, or that changed nothing when it did.
    [[nodiscard]] std::vector<std::string> not_told() const;

  private:
    struct Pending {
        const Step* step = nullptr;
        std::optional<acceptance::Condition> when;
        std::optional<SignalId> event;
        bool done = false;
    };
    struct Silence {
        std::string of;
        Instant until;
    };

    void carry_out(Pending& pending, Instant now);
    void carry_out(const OutageStep& s);
    void carry_out(const LoadStepStep& s);
    void carry_out(const SilenceStep& s, Instant now);
    void carry_out(const ControllerStep& s, Instant now);
    void end_bad_links(Instant now);
    void carry_out(const StopStep& s, Instant now);
    void end_stops(Instant now);
    void carry_out(const OptOutStep& s);
    void carry_out(const StormStep& s, Instant now);
    void tell_storm(Instant now);
    void end_silences(Instant now);
    void tell_homes_audible(const std::vector<Silence>& ended);
    void bring_controller_back(Instant now);
    void look_for_half_step();
    void tell_jumps();

    const Scenario& scenario_;
    World& world_;
    Signals& signals_;
    Operator panel_;
    Controller controller_;
    Permission permission_;
    Listener listener_;
    std::vector<Pending> pending_;
    std::vector<Silence> silences_;
    BadLinks bad_links_;
    std::map<std::string, Instant> stops_;  ///< by home, until when
    std::vector<std::string> without_effect_;
    Instant begin_ = story_start;
    Instant controller_back_at_ = never;
    bool controller_lost_ = false, controller_restarts_ = false;
    Desk desk_;
    Instant storm_at_ = never, storm_over_ = never;
    ActivePower stepped_p_;  ///< switched on at this instant
    ReactivePower stepped_q_;
    std::size_t jumps_told_ = 0;
    SignalId silent_{}, audible_{}, link_bad_{}, link_mended_{}, consent_{};
    SignalId island_requested_{}, return_requested_{};
    SignalId grid_frequency_{}, stop_{}, permitted_{};
    SignalId controller_lost_event_{}, controller_back_event_{}, half_step_{}, recalibrated_{};
    SignalId opt_out_{}, emergency_{}, storm_announced_{}, storm_{}, storm_passed_{};
    std::vector<SignalId> home_silent_, home_audible_, home_stop_;
    std::vector<SignalId> opted_out_;  ///< truth.<home>.opted_out of those with a battery
};

/// "the grid is lost: upstream break, 60 kW and 20 kvar stay on our side": a step in words.
std::string describe(const Step& step);

}  // namespace islandbench::bench
