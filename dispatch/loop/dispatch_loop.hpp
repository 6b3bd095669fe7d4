#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/duration_histogram.hpp"
#include "base/signals.hpp"
#include "base/site.hpp"
#include "dispatch/core/step.hpp"
#include "dispatch/loop/agent.hpp"
#include "dispatch/loop/ports.hpp"

/// How the dispatch core lives with telemetry and time.
namespace islandbench::dispatch {

/// Runs the core over a street: one coroutine per device, and one that steps the core on its period
/// with the newest data. It never waits for a reply; a device that answers late is judged by the
/// age of what it said.
///
/// Built before the story starts; the signals it adds are named in taps.hpp. It dies before the
/// ports and the scheduler.
class DispatchLoop {
  public:
    DispatchLoop(const Site& site, const Ports& ports, Settings settings, Scheduler& clock,
                 Signals& signals);
    ~DispatchLoop();
    DispatchLoop(const DispatchLoop&) = delete;
    DispatchLoop& operator=(const DispatchLoop&) = delete;

    /// Starts reading and stepping. Once.
    void start();

    /// An operator's wish. Consents go to the interconnect device as they are; a wish for an island
    /// goes to the core, which prepares it; requests to synchronise are the core's alone and are
    /// ignored here.
    void post(const InterconnectCommand& command);
    /// The owner of a home's battery lends nothing any more, or does again.
    void opt_out(std::string_view home, bool out);
    /// An operator lets a promise at risk use the reserves of those owners who agreed to that, or
    /// ends it.
    void declare_emergency(bool on) noexcept { emergency_ = on; }
    /// An operator announces a storm, or calls it off.
    void announce_storm(Instant from, Instant until) noexcept;
    void call_off_storm() noexcept;

    /// What the controller must not forget when it starts anew: counters and lock-outs of services
    /// (EREC G100 asks for that), and what was charged for a storm. Whoever runs the loop keeps it.
    [[nodiscard]] const core::ServiceState& services() const noexcept { return state_->services; }
    /// The controller starts anew and knows nothing but that.
    void restart(const core::ServiceState& kept);

    /// An operator tells a home's inverter to cease (false), or ends that. Past the core: a stop
    /// waits for nobody's step. False: that home has no inverter here.
    bool permit(std::string_view home, bool in_service);

    /// False: the controller is lost. Nothing is stepped, read or written any more; an exchange
    /// that is under way ends. True: it is back. Every device is asked once before the core steps
    /// again, so that it does not act on what it knew before; steps that fell out are not late.
    void set_answering(bool on) noexcept;

    /// Leaves the devices alone: set-points are released, requests withdrawn; contactors and
    /// consents stay. Nothing is read or stepped afterwards. True when every device was reached
    /// before the deadline.
    Task<bool> safe_state(Instant deadline);

    [[nodiscard]] const core::Config& config() const noexcept { return config_; }
    [[nodiscard]] const core::State& state() const noexcept { return *state_; }
    [[nodiscard]] const core::SiteOut& out() const noexcept { return site_out_; }
    [[nodiscard]] std::span<const core::UnitOut> units_out() const noexcept { return units_out_; }
    [[nodiscard]] std::span<const core::HomeOut> homes_out() const noexcept { return homes_out_; }
    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
    /// Steps that began later than their period and a tenth of it.
    [[nodiscard]] std::uint64_t late_steps() const noexcept { return late_steps_; }
    /// How late every step began, late or not.
    [[nodiscard]] const DurationHistogram& latenesses() const noexcept { return latenesses_; }
    /// Every device that is reached, in the site's order: what it went through and what it proved.
    [[nodiscard]] std::vector<DeviceReport> devices() const;

  private:
    struct Devices;

    Task<> step_forever();
    [[nodiscard]] bool may_step() noexcept;
    void step();
    void gather();
    void hand_out();
    void judge_lateness(Instant due, Duration period) noexcept;

    Settings settings_;
    Scheduler& clock_;
    core::Config config_;
    AgentContext context_;
    std::unique_ptr<core::State> state_ = std::make_unique<core::State>(config_);
    std::unique_ptr<Devices> devices_;

    core::SiteIn site_in_;
    std::vector<core::UnitIn> units_in_;
    std::vector<core::HomeIn> homes_in_;
    core::SiteOut site_out_;
    std::vector<core::UnitOut> units_out_;
    std::vector<core::HomeOut> homes_out_;
    bool island_wanted_ = false, emergency_ = false;
    std::int64_t storm_from_ms_ = core::never_reported, storm_until_ms_ = core::never_reported;
    bool first_look_ = false;  ///< back, and not every device has been asked yet
    bool started_ = false;
    std::uint64_t steps_ = 0, late_steps_ = 0;
    DurationHistogram latenesses_;
    TaskGroup tasks_;  ///< last: dies first
};

}  // namespace islandbench::dispatch
