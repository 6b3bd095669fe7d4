#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "base/device_profile.hpp"
#include "emulators/devices/adoptable_model.hpp"
#include "emulators/devices/der_support.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/devices/inverter_body.hpp"
#include "emulators/devices/reversion.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// The SunSpec face of an inverter: models 1, 701 to 704, 711, 713 and 714, of a follower also 705
/// to 710 and 712 (DerSupport). Measurements are those of its cadence (power as a mean of 400 ms,
/// so that the islanding probe does not show). A set-point (704 WSet in watts, or WSetPct of the
/// rating) holds until its reversion timer runs out: then WSetRvrt, WSetPctRvrt and WSetEnaRvrt
/// take over. Any write to the set-point, its enable or its timer starts the timer afresh.
/// WMaxLimPct caps, with the same pattern.
class SunSpecInverter final : public InverterFirmware {
  public:
    SunSpecInverter(const DeviceProfile& profile, const std::string& serial,
                    const EnterServiceSpec& enter_service, Frequency nominal_f,
                    std::unique_ptr<InverterBody> body);

    void refresh(Instant now) override;
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;
    modbus::Served write_registers(std::uint16_t address,
                                   std::span<const std::uint16_t> values) override;

    void report_power_times(double factor) noexcept override { power_times_ = factor; }
    void ignore_orders(bool ignores) noexcept override { ignores_orders_ = ignores; }
    void feign_orders(bool feigns) noexcept override { feigns_orders_ = feigns; }

    /// How long after the last order its set-point fell back, at the latest; absent: it never did.
    [[nodiscard]] std::optional<Duration> fell_back_after() const noexcept override {
        return fell_back_;
    }

  private:
    /// The mean of the last samples, one per step of the plant.
    class SlidingMean {
      public:
        void push(double sample) noexcept;
        [[nodiscard]] double value() const noexcept;

      private:
        std::array<double, 400> samples_{};
        std::size_t next_ = 0, count_ = 0;
        double sum_ = 0.0;
    };

    void build();
    void build_ratings();
    void build_controls();
    void build_droop();
    [[nodiscard]] InverterMeasurement measure() const;
    void build_functions();
    void publish();
    void publish_ac(const InverterMeasurement& m);
    void publish_storage(const InverterMeasurement& m);
    [[nodiscard]] sunspec::ModelView controls() const { return image_.view(704); }
    [[nodiscard]] modbus::Served check_write() const;
    [[nodiscard]] bool accepts_set_point() const;
    [[nodiscard]] bool makes_sense(int control_set) const;
    void obey_droop();
    void obey();

    DeviceProfile profile_;
    Frequency nominal_f_;
    EnterServiceSpec enter_service_;
    std::unique_ptr<InverterBody> body_;
    sunspec::Image image_;
    Cadence cadence_;
    Instant now_{};
    Reversion power_, limit_;
    Instant ordered_{};  ///< when its set-point was last written
    std::optional<Duration> fell_back_;
    std::optional<AdoptableModel> droop_;
    std::optional<DerSupport> support_;
    SlidingMean p_mean_;
    double power_times_ = 1.0;  ///< a fault, as the next two
    bool ignores_orders_ = false, feigns_orders_ = false;
    Energy injected_, absorbed_;
};

}  // namespace islandbench::devices
