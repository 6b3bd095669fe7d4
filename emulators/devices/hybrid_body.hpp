#pragma once

#include "emulators/devices/inverter_body.hpp"
#include "emulators/plant/hybrid.hpp"
#include "protocols/can/pylontech.hpp"

namespace islandbench::devices {

/// The power stage of a home's hybrid inverter, and its end of the battery's CAN bus: it obeys the
/// current limits that the BMS sends, knows the state of charge only from there, sends the
/// keep-alive every second, and stops the battery when the BMS has been silent for a minute.
class HybridBody final : public InverterBody {
  public:
    HybridBody(const HybridSpec& spec, Phase phase, Ratio ramp, plant::Hybrid& follower);

    // The CAN bus.
    void hear(const can::CanFrame& frame, Instant now);
    /// Its keep-alive, when it is due.
    [[nodiscard]] std::optional<can::CanFrame> take_frame(Instant now);

    /// A fault: the battery's limits are read and not kept.
    void ignore_bms(bool ignores) noexcept { ignores_bms_ = ignores; }

    [[nodiscard]] InverterMeasurement measure() const override;
    void set_power(std::optional<ActivePower> p) override;
    void set_limit(Ratio of_rating) override;
    [[nodiscard]] ApparentPower rating() const override { return spec_.rating; }
    [[nodiscard]] Energy capacity() const override { return spec_.battery.capacity; }
    [[nodiscard]] std::optional<Phase> phase() const override { return phase_; }
    [[nodiscard]] bool has_pv() const override { return spec_.pv_peak.has_value(); }
    [[nodiscard]] bool can_form() const override { return spec_.forming.has_value(); }
    [[nodiscard]] std::optional<FrequencyWatt> frequency_watt() const override;
    void set_frequency_watt(const FrequencyWatt& settings) override;
    [[nodiscard]] bool has_functions() const override { return !can_form(); }
    void set_functions(const plant::GridFunctions& functions) override;
    void release_functions() override;
    void permit(bool on) override { follower_.control().enable = on; }
    void set_ramp(Ratio per_second) override;
    [[nodiscard]] plant::EnterService enter_service() const override;
    [[nodiscard]] std::optional<VoltVarSpec> volt_var() const override { return spec_.volt_var; }
    std::size_t trips(plant::Protection::Kind kind,
                      std::span<plant::Protection::Setting> into) const override {
        return follower_.protection().settings(kind, into);
    }
    void set_trips(plant::Protection::Kind kind,
                   std::span<const plant::Protection::Setting> stages) override {
        follower_.protection().set(kind, stages);
    }

  private:
    void forget_limits() noexcept;

    static constexpr Duration bms_lost_after = 60s;
    static constexpr Duration keep_alive_period = 1s;

    const HybridSpec& spec_;
    Phase phase_;
    plant::Hybrid& follower_;
    std::optional<Ratio> soc_;
    Ratio soh_{1.0};
    Instant bms_heard_{Instant::min()};
    bool ignores_bms_ = false;
    Instant keep_alive_due_{Instant::min()};
};

}  // namespace islandbench::devices
