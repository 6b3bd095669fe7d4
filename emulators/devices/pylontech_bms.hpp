#pragma once

#include <span>
#include <vector>

#include "base/device_profile.hpp"
#include "emulators/devices/bms_core.hpp"
#include "emulators/devices/firmware.hpp"
#include "protocols/can/pylontech.hpp"

namespace islandbench::devices {

/// A 48 V battery that speaks the Pylontech dialect: its full set of frames at its cadence, whether
/// an inverter answers or not (no vendor document says what it must do when 0x305 stops).
class PylontechBms final : public Firmware {
  public:
    PylontechBms(const DeviceProfile& profile, BmsCore core);

    void refresh(Instant now) override;
    /// Frames that want to go out since the last call.
    [[nodiscard]] std::vector<can::CanFrame> take_frames();
    void hear(const can::CanFrame& frame, Instant now);

    [[nodiscard]] BmsCore& core() noexcept { return core_; }
    /// When an inverter last sent its keep-alive.
    [[nodiscard]] Instant inverter_heard() const noexcept { return inverter_heard_; }

  private:
    void report();

    BmsCore core_;
    Cadence cadence_;
    std::vector<can::CanFrame> outgoing_;
    Instant inverter_heard_{Instant::min()};
};

}  // namespace islandbench::devices
