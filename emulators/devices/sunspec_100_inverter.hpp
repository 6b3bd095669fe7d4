#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/device_profile.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/devices/inverter_body.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// The SunSpec face that inverters had before IEEE 1547-2018: models 1, 101 or 103 (111 or 113 with
/// floating point), 120 to 124, and 160 where there is a PV field.
///
/// 123: connection (Conn), upper limit (WMaxLimPct, WMaxLim_Ena). 124: the battery alone, as a
/// window: it charges at most InWRte and discharges at most OutWRte, each while its bit of
/// StorCtl_Mod is set; a negative one demands the opposite, so that InWRte = -OutWRte is a
/// set-point. Each of the three has a time-out (..._RvrtTms, 0 = none) that any write to its group
/// starts afresh and whose end takes the order back: unlike model 704, to nothing but the unit's
/// own way.
class SunSpec100Inverter final : public InverterFirmware {
  public:
    SunSpec100Inverter(const DeviceProfile& profile, const std::string& serial, Frequency nominal_f,
                       std::unique_ptr<InverterBody> body);

    void refresh(Instant now) override;
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;
    modbus::Served write_registers(std::uint16_t address,
                                   std::span<const std::uint16_t> values) override;
    void report_power_times(double factor) noexcept override { power_times_ = factor; }
    void ignore_orders(bool ignores) noexcept override { ignores_orders_ = ignores; }
    void feign_orders(bool feigns) noexcept override { feigns_orders_ = feigns; }
    [[nodiscard]] std::optional<Duration> fell_back_after() const noexcept override {
        return fell_back_;
    }

  private:
    /// An order with a time-out: what belongs to it, and the point that its end resets.
    struct Order {
        std::vector<sunspec::Point> points;
        sunspec::Point time_out;
        sunspec::Point reset;
        double reset_to = 0.0;
        Instant ordered{};
        std::optional<Instant> ends{};
    };

    void build();
    void build_ratings();
    void build_controls();
    void publish();
    void publish_ac(const InverterMeasurement& m);
    void publish_storage(const InverterMeasurement& m);
    [[nodiscard]] sunspec::Point ac(std::string_view name) const;
    [[nodiscard]] double state_of(const InverterMeasurement& m) const;
    [[nodiscard]] bool makes_sense() const;
    void start_time_outs();
    void end_orders();
    void obey();
    [[nodiscard]] std::optional<ActivePower> battery_order() const;

    DeviceProfile profile_;
    std::unique_ptr<InverterBody> body_;
    sunspec::Image image_;
    std::uint16_t ac_model_;
    Frequency nominal_f_;
    Cadence cadence_;
    std::vector<Order> orders_;
    Instant now_{};
    double power_times_ = 1.0;  ///< a fault
    bool ignores_orders_ = false, feigns_orders_ = false;
    Energy injected_{};
    std::optional<Duration> fell_back_;
};

}  // namespace islandbench::devices
