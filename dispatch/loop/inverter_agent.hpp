#pragma once

#include "dispatch/core/data.hpp"
#include "dispatch/loop/agent.hpp"
#include "dispatch/loop/taps.hpp"

namespace islandbench::dispatch {

/// An inverter and the set-point it is to follow. A set-point is written when it has changed beyond
/// the dead band, and again before half of its validity is over. An order that the core has not
/// renewed is not written any more: the device then falls back by itself.
class InverterAgent final : public Agent {
  public:
    InverterAgent(AgentContext& context, Signals& signals, std::string device,
                  const Slot<InverterPort>& slot, const core::UnitConfig& unit,
                  std::optional<FrequencyResponse> response = std::nullopt);

    /// What the core wants after its newest step.
    void order(const core::UnitOut& out) noexcept;
    /// An operator's stop (false), or its end: goes to the device before any order.
    void permit(bool in_service) noexcept;
    [[nodiscard]] const std::optional<InverterReading>& reading() const noexcept {
        return reading_;
    }
    [[nodiscard]] InverterLimits limits() const { return port_.limits(); }

  private:
    Task<Outcome> read(Instant deadline) override;
    Task<Outcome> write(Instant deadline) override;
    [[nodiscard]] Instant write_wanted() const override;
    [[nodiscard]] Instant set_point_wanted() const noexcept;
    Task<> stop(Instant deadline) override;

    [[nodiscard]] InverterCommand command() const noexcept;
    [[nodiscard]] bool differs(const InverterCommand& command) const noexcept;
    Task<Outcome> write_permit(Instant deadline);
    [[nodiscard]] bool reads_fast() const noexcept;
    /// What the core wants armed is not what the device was told last, and it may be told now.
    [[nodiscard]] bool arming_due() const noexcept;
    Task<Outcome> write_arming(Instant deadline);

    InverterPort& port_;
    bool forms_;
    InverterTap tap_;
    InverterEvidence evidence_;
    std::optional<InverterReading> reading_;
    core::UnitOut order_;
    Instant ordered_at_{Instant::min()};
    std::optional<InverterCommand> written_;
    Instant written_at_{Instant::min()};
    Instant retry_at_{Instant::min()};           ///< after a refusal
    std::optional<FrequencyResponse> response_;  ///< as agreed; absent: never armed
    bool armed_ = false;
    Instant arming_retry_{Instant::min()};  ///< after a refusal
    Instant full_read_at_{Instant::min()};
    Instant answered_at_{Instant::min()};
    bool permit_wanted_ = true, permit_given_ = true;
    Instant permit_retry_at_{Instant::min()};  ///< after a refusal
    bool released_ = true;                     ///< nothing of ours is in force
    bool wait_for_step_ = true;  ///< the core has not seen the newest reading after a silence
};

}  // namespace islandbench::dispatch
