#pragma once

#include <string>

#include "base/scheduler.hpp"
#include "base/signals.hpp"
#include "base/task.hpp"
#include "dispatch/loop/evidence.hpp"
#include "dispatch/loop/ports.hpp"

/// One coroutine per device: reads it on its period, writes what is due, one exchange at a time. So
/// a device that is silent or slow delays nobody else.
namespace islandbench::dispatch {

/// What a device has been through in this run, and what it proved.
struct DeviceReport {
    std::string device;
    Role role = Role::inverter;
    ApparentPower rating;
    std::uint64_t reads = 0, read_failures = 0;
    std::uint64_t writes = 0, write_failures = 0;
    bool heard = false;       ///< has answered at least once
    Instant last_reported{};  ///< by the device, of its newest reading
    ErrorCode last_error{};   ///< of the newest failure, if there was one
    Abilities proven;
};

/// What all agents of a loop share.
struct AgentContext {
    explicit AgentContext(Scheduler& scheduler) : clock(scheduler), done(scheduler) {}
    Scheduler& clock;
    bool islanded = false;  ///< chooses the reading period
    bool stopping = false;
    bool answering = true;  ///< false: the controller is lost and nothing is exchanged
    Instant stop_deadline{};
    Notifier done;  ///< an agent has finished after stopping
};

class Agent {
  public:
    Agent(AgentContext& context, Signals& signals, std::string device, Role role,
          PortSettings settings);
    virtual ~Agent() = default;
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    /// Until it is told to stop.
    Task<> run();
    void wake() noexcept { wake_.notify_all(); }
    /// The controller is back: what is known is out of date, so the device is read before anything
    /// is written to it.
    void come_back() noexcept;
    /// Has it been asked since the controller came back, answered or not?
    [[nodiscard]] bool asked() const noexcept { return asked_; }
    [[nodiscard]] bool finished() const noexcept { return finished_; }
    [[nodiscard]] const DeviceReport& report() const noexcept { return report_; }
    /// Sets link.<device>.age.
    void note_age() noexcept;

  protected:
    enum class Outcome {
        done,
        refused,  ///< the device answered that it will not, or did something else
        silent,   ///< no answer in time, or no link
    };

    virtual Task<Outcome> read(Instant deadline) = 0;
    virtual Task<Outcome> write(Instant deadline);
    /// When the next write is wanted; the gap between writes comes on top. `never`: nothing to say.
    [[nodiscard]] virtual Instant write_wanted() const { return never; }
    /// Leaves the device in a safe state.
    virtual Task<> stop(Instant deadline);

    /// Between attempts that may fail at once.
    static constexpr Duration between_attempts = 100ms;
    Task<> pause(Duration d);
    /// Notes a reply to a read; true when it is news.
    void note_reading(Instant reported, const Abilities& proven) noexcept;
    Outcome outcome_of(const Error& error) noexcept;

    [[nodiscard]] Instant now() const noexcept { return context_.clock.now(); }
    [[nodiscard]] bool islanded() const noexcept { return context_.islanded; }
    [[nodiscard]] Duration period() const noexcept {
        return islanded() ? settings_.poll_island : settings_.poll;
    }
    [[nodiscard]] const PortSettings& settings() const noexcept { return settings_; }

    DeviceReport report_;

  private:
    [[nodiscard]] Instant write_due() const;
    Task<> attempt_write();
    Task<> attempt_read();

    AgentContext& context_;
    PortSettings settings_;
    Signals& signals_;
    SignalId age_;
    Notifier wake_;
    Instant read_started_{Instant::min()};
    Instant write_ended_{Instant::min()};
    bool answering_ = false;  ///< the last exchange was answered: it may be written to
    bool asked_ = true;
    bool finished_ = false;
};

/// A device that is only read.
template <class Port, class Reading, class Tap>
class ReadingAgent final : public Agent {
  public:
    ReadingAgent(AgentContext& context, Signals& signals, std::string device, Role role,
                 const Slot<Port>& slot, Tap tap)
        : Agent(context, signals, std::move(device), role, slot.settings),
          port_(*slot.port),
          tap_(std::move(tap)) {}

    [[nodiscard]] const std::optional<Reading>& reading() const noexcept { return reading_; }

  private:
    Task<Outcome> read(Instant deadline) override {
        auto result = co_await port_.read(deadline);
        if (!result) co_return outcome_of(result.error());
        reading_ = *result;
        tap_.seen(*reading_);
        note_reading(reading_->reported, proven_by(*reading_));
        co_return Outcome::done;
    }

    Port& port_;
    Tap tap_;
    std::optional<Reading> reading_;
};

}  // namespace islandbench::dispatch
