#pragma once

#include <memory>

#include "emulators/devices/firmware.hpp"

namespace islandbench::devices {

/// An inverter with two faces in one chain of models: those of IEEE 1547-2018 first, behind them
/// the older ones that its maker kept for the clients of before. Both tell what the one power stage
/// does; it does what was written last, so the other face's orders only show.
class DualInverter final : public InverterFirmware {
  public:
    /// Both are SunSpec at `base` and act on the same power stage.
    DualInverter(std::unique_ptr<InverterFirmware> newer, std::unique_ptr<InverterFirmware> older,
                 std::uint16_t base);

    void refresh(Instant now) override;
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;
    modbus::Served write_registers(std::uint16_t address,
                                   std::span<const std::uint16_t> values) override;
    void report_power_times(double factor) noexcept override;
    void ignore_orders(bool ignores) noexcept override;
    void feign_orders(bool feigns) noexcept override;
    /// A fault: of the older face only.
    void feign_older_orders() noexcept;
    [[nodiscard]] std::optional<Duration> fell_back_after() const noexcept override;

  private:
    [[nodiscard]] std::uint16_t in_older(std::uint16_t address) const noexcept;
    void obey_last() noexcept;

    std::unique_ptr<InverterFirmware> newer_, older_;
    std::uint16_t border_;       ///< where the older models begin
    std::uint16_t older_begin_;  ///< where they stand in their own chain
    bool older_acts_ = false;
    bool feigns_ = false, feigns_older_ = false;
};

}  // namespace islandbench::devices
