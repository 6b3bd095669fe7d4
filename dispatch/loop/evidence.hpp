#pragma once

#include <optional>

#include "base/ability.hpp"
#include "base/roles.hpp"

/// What a device proved in this run that it can do through its protocol: the openness figure.
namespace islandbench::dispatch {

constexpr std::size_t index(Ability ability) noexcept {
    return static_cast<std::size_t>(ability);
}

/// Gathers the proof for one inverter. A read counts when a reply carried a real number. A
/// set-point counts when the measured power followed a changed one within max(5 % of rating, 100 W)
/// in 10 s. Reversion counts when its timer was seen counting, or a set-point was seen to fall back
/// after silence. The island state counts when it is read while there is an island. No port sets a
/// reserve, so that is never proven here.
class InverterEvidence {
  public:
    explicit InverterEvidence(InverterLimits limits) noexcept : limits_(limits) {}

    void read(const InverterReading& reading, bool island) noexcept;
    void commanded(const InverterCommand& command, Instant now) noexcept;
    [[nodiscard]] const Abilities& proven() const noexcept { return proven_; }

  private:
    [[nodiscard]] ActivePower tolerance() const noexcept;
    void prove(Ability ability, bool is) noexcept;
    void watch_power(const InverterReading& reading) noexcept;
    void watch_reversion(const InverterReading& reading) noexcept;

    InverterLimits limits_;
    Abilities proven_;
    std::optional<InverterReading> last_;
    std::optional<InverterCommand> command_;
    Instant commanded_at_{};
    Instant changed_at_{};  ///< when a set-point changed by enough to be told apart
    bool change_open_ = false;
};

Abilities proven_by(const BmsReading& reading) noexcept;
Abilities proven_by(const MeterReading& reading) noexcept;
Abilities proven_by(const InterconnectReading& reading) noexcept;
Abilities proven_by(const LoadControlReading& reading) noexcept;

}  // namespace islandbench::dispatch
