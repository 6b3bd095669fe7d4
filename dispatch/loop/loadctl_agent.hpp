#pragma once

#include "dispatch/core/data.hpp"
#include "dispatch/loop/agent.hpp"
#include "dispatch/loop/taps.hpp"

namespace islandbench::dispatch {

/// A home's load controller. Coils are written one after the other and in order: tier 4 is open
/// before tier 3 is touched, and a lower tier is closed before a higher one; the next is written
/// only when the one before is known to have moved.
///
/// To open is a standing order: a contactor found closed is opened again. To close is an order for
/// once: a contactor that somebody opened afterwards is the core's to judge.
class LoadControlAgent final : public Agent {
  public:
    LoadControlAgent(AgentContext& context, Signals& signals, std::string device,
                     const Slot<LoadControlPort>& slot);

    void order(const core::HomeOut& out) noexcept;
    [[nodiscard]] const std::optional<LoadControlReading>& reading() const noexcept {
        return reading_;
    }
    /// Nothing that was ordered is still to be written.
    [[nodiscard]] bool carried_out() const noexcept { return next_coil() < 0; }

  private:
    Task<Outcome> read(Instant deadline) override;
    Task<Outcome> write(Instant deadline) override;
    [[nodiscard]] Instant write_wanted() const override;

    /// The tier to write next, -1 for none.
    [[nodiscard]] int next_coil() const noexcept;

    LoadControlPort& port_;
    LoadControlTap tap_;
    std::optional<LoadControlReading> reading_;
    std::array<bool, tiers> closed_{};    ///< as read, or as written since
    std::array<bool, tiers> to_close_{};  ///< ordered to close, not written yet
    int closed_tiers_ = tiers;
    Instant written_at_{Instant::min()};
    Instant retry_at_{Instant::min()};
};

}  // namespace islandbench::dispatch
