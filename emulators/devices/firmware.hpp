#pragma once

#include <optional>

#include "base/time.hpp"
#include "protocols/modbus/server.hpp"

namespace islandbench::devices {

/// What runs inside an emulated device: looks at its own sensors (the plant), and does what its bus
/// told it. It knows no truth beyond what its sensors see, and no clock but the one it is shown.
class Firmware {
  public:
    virtual ~Firmware() = default;
    /// Called once per step of the plant, after it; `now` rises. Does something when it is due.
    virtual void refresh(Instant now) = 0;
    /// False while nothing supplies it: then it answers nobody.
    [[nodiscard]] virtual bool powered() const { return true; }
};

/// A device that answers Modbus.
class ModbusFirmware : public Firmware, public modbus::DataModel {};

/// The firmware of an inverter, whatever models it speaks.
class InverterFirmware : public ModbusFirmware {
  public:
    /// A fault: reports its active power times this from now on, all of it; its energy counters
    /// too.
    virtual void report_power_times(double factor) noexcept = 0;
    /// A fault: acknowledges what is written and keeps what it has.
    virtual void ignore_orders(bool ignores) noexcept = 0;
    /// A fault: its registers take what is written, and the power stage does what it did.
    virtual void feign_orders(bool feigns) noexcept = 0;
    /// The longest time from an order to the end of its validity that has run out so far.
    [[nodiscard]] virtual std::optional<Duration> fell_back_after() const noexcept = 0;
};

/// "Is it time again?" for work on a cadence of its own.
class Cadence {
  public:
    explicit Cadence(Duration period) : period_(period) {}
    bool due(Instant now) {
        if (now < next_) return false;
        next_ = now + period_;
        return true;
    }

  private:
    Duration period_;
    Instant next_{Instant::min()};
};

}  // namespace islandbench::devices
