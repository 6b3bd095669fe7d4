#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/roles.hpp"
#include "drivers/link_statistics.hpp"
#include "links/can_bus.hpp"
#include "protocols/can/pylontech.hpp"

namespace islandbench::drivers {

/// Listens to a battery that speaks the Pylontech dialect. It never sends: the keep-alive is the
/// inverter's. A report is complete when state of charge, measurements, limits and requests have
/// come since the last one; its time is that of the last frame.
class PylontechBms final : public BmsPort {
  public:
    PylontechBms(Scheduler& clock, std::unique_ptr<links::CanPort> port, std::string name);

    Task<Result<BmsReading>> read(Instant deadline) override;
    /// Exchanges count complete reports; their latency is the time between the first and the last
    /// frame of a report.
    [[nodiscard]] const LinkStatistics& statistics() const noexcept { return statistics_; }
    /// Frames that broke the dialect so far.
    [[nodiscard]] std::uint64_t findings() const noexcept { return findings_; }

  private:
    enum Part : unsigned { limits = 1, charge_state = 2, measurements = 4, requests = 8 };
    static constexpr unsigned complete = limits | charge_state | measurements | requests;

    void take(const links::ReceivedFrame& received);

    Scheduler& clock_;
    std::unique_ptr<links::CanPort> port_;
    std::string name_;
    BmsReading reading_;
    unsigned have_ = 0;                 ///< parts of the report being collected
    std::optional<BmsReading> newest_;  ///< complete, and not read yet
    Instant began_{};
    LinkStatistics statistics_;
    std::uint64_t findings_ = 0;
};

}  // namespace islandbench::drivers
