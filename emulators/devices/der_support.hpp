#pragma once

#include <vector>

#include "base/random.hpp"
#include "emulators/devices/adoptable_model.hpp"
#include "emulators/devices/inverter_body.hpp"
#include "emulators/devices/reversion.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// What a follower does for its grid because its registers say so: enter service and permission
/// (703), constant power factor and reactive power (704), volt-var, volt-watt, trips, watt-var (705
/// to 710, 712). Until a client writes one of them the unit acts as it was built, and the registers
/// show that.
///
/// Only one way of setting reactive power is enabled at a time: enabling one disables the others.
/// Volt-var and watt-var curves have room for six points, trips for as many stages as the unit has.
/// Of the trip models only MustTrip is implemented; they have stages of definite time, and a stage
/// further out must not be slower. Constant power factor and reactive power act within 10 s.
class DerSupport {
  public:
    /// Adds the models to the image. All three must outlive this.
    DerSupport(sunspec::Image& image, InverterBody& body, const std::string& serial);
    DerSupport(const DerSupport&) = delete;
    DerSupport& operator=(const DerSupport&) = delete;

    /// Whether the last write is not allowed here, and why.
    [[nodiscard]] modbus::Served check() const;
    /// Carries the last write out.
    void written(Instant now);
    void count_down(Instant now);

  private:
    /// Ways of setting reactive power, as they are enabled.
    enum class Way { none, factor_injecting, factor_absorbing, constant, volt_var, watt_var };

    void build_enter_service();
    void build_constants();
    void build_volt_var();
    void build_volt_watt();
    void build_watt_var();
    void build_trips(AdoptableModel& trips, plant::Protection::Kind kind);

    [[nodiscard]] bool read_curve(const AdoptableModel& model, int entry, std::string_view x,
                                  std::string_view y, plant::SupportCurve& into) const;
    [[nodiscard]] bool read_stages(const AdoptableModel& model, plant::Protection::Kind kind,
                                   int entry, std::vector<plant::Protection::Setting>& into) const;

    void keep_one_way();
    void apply();
    [[nodiscard]] std::optional<plant::ReactiveControl> reactive() const;
    [[nodiscard]] std::optional<plant::VoltWatt> volt_watt() const;
    void apply_trips(const AdoptableModel& model, plant::Protection::Kind kind);
    void apply_enter_service();
    [[nodiscard]] bool wrote_model(std::uint16_t model) const;
    [[nodiscard]] plant::ReactiveControl constant_power_factor() const;
    [[nodiscard]] plant::ReactiveControl constant_reactive_power() const;

    sunspec::Image& image_;
    InverterBody& body_;
    Random random_;
    plant::GridFunctions functions_;
    AdoptableModel volt_var_, volt_watt_, watt_var_;
    std::vector<AdoptableModel> trips_;  // by Protection::Kind
    Reversion factor_injecting_, factor_absorbing_, constant_;
};

}  // namespace islandbench::devices
