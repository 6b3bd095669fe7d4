#pragma once

#include "dispatch/core/data.hpp"
#include "dispatch/loop/agent.hpp"
#include "dispatch/loop/taps.hpp"

namespace islandbench::dispatch {

/// The switch between street and grid: the core's requests and an operator's consents.
class InterconnectAgent final : public Agent {
  public:
    InterconnectAgent(AgentContext& context, Signals& signals, std::string device,
                      const Slot<InterconnectPort>& slot);

    void order(const core::SiteOut& out) noexcept;
    /// Consents go to the device as they are, as soon as it answers.
    void consent(const InterconnectCommand& command) noexcept;
    [[nodiscard]] const std::optional<InterconnectReading>& reading() const noexcept {
        return reading_;
    }

  private:
    Task<Outcome> read(Instant deadline) override;
    Task<Outcome> write(Instant deadline) override;
    [[nodiscard]] Instant write_wanted() const override;
    Task<> stop(Instant deadline) override;

    /// What is to be written now; empty when nothing is.
    [[nodiscard]] InterconnectCommand command() const noexcept;

    InterconnectPort& port_;
    InterconnectTap tap_;
    std::optional<InterconnectReading> reading_;
    InterconnectCommand consents_;
    bool ordered_ = false;
    bool sync_wanted_ = false, island_wanted_ = false;
    bool sync_there_ = false;    ///< the device has the request, as read or written since
    bool island_there_ = false;  ///< as written
    Instant written_at_{Instant::min()};
    Instant retry_at_{Instant::min()};
};

}  // namespace islandbench::dispatch
