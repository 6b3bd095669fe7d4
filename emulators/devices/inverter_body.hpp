#pragma once

#include <optional>
#include <span>

#include "base/site.hpp"
#include "base/units.hpp"
#include "emulators/plant/der_functions.hpp"
#include "emulators/plant/protection.hpp"

namespace islandbench::devices {

/// What an inverter's firmware reads from its power stage.
struct InverterMeasurement {
    bool running = false;    ///< converts
    bool connected = false;  ///< grid relay closed
    bool forming = false;
    bool fault = false;
    bool starting = false;        ///< waits before it reconnects
    bool limited = false;         ///< gives less than it was asked
    bool frequency_watt = false;  ///< because of the frequency
    bool volt_watt = false;       ///< because of the voltage
    ActivePower p;
    ReactivePower q;
    std::array<ActivePower, phases> p_phase;
    std::array<Voltage, phases> v_phase;
    std::array<Current, phases> i_phase;
    Frequency f;                    ///< NaN while there is no voltage
    std::optional<ActivePower> pv;  ///< of its PV port, if it has one
    ActivePower battery_p;          ///< positive = discharge
    Voltage dc_v;
    std::optional<Ratio> soc;  ///< as its battery says; absent before the first report
    Ratio soh{1.0};
    Duration rejoin_left{};
};

/// The power stage behind a SunSpec face: a hybrid of a home, or the former.
class InverterBody {
  public:
    virtual ~InverterBody() = default;

    [[nodiscard]] virtual InverterMeasurement measure() const = 0;
    /// A set-point, or none: what the unit does by itself.
    virtual void set_power(std::optional<ActivePower> p) = 0;
    /// Upper limit of its power, of the rating.
    virtual void set_limit(Ratio of_rating) = 0;

    // Nameplate.
    [[nodiscard]] virtual ApparentPower rating() const = 0;
    [[nodiscard]] virtual Energy capacity() const = 0;
    [[nodiscard]] virtual std::optional<Phase> phase() const = 0;  ///< absent: three phases
    [[nodiscard]] virtual bool has_pv() const = 0;
    [[nodiscard]] virtual bool can_form() const = 0;
    /// Frequency-watt as set; absent: none.
    struct FrequencyWatt {
        struct Side {
            Frequency start;
            Ratio droop;
        };
        Side above;
        std::optional<Side> below;  ///< absent: gives no more when the frequency is low
        Duration response{};        ///< open loop
        bool enabled = true;
    };
    [[nodiscard]] virtual std::optional<FrequencyWatt> frequency_watt() const = 0;
    virtual void set_frequency_watt(const FrequencyWatt& settings) = 0;

    // What a follower's registers set besides (DerSupport). One that forms has none of it.
    [[nodiscard]] virtual bool has_functions() const { return false; }
    virtual void set_functions(const plant::GridFunctions& /*functions*/) {}
    /// Back to those that the unit was built with.
    virtual void release_functions() {}
    /// Permission to be in service.
    virtual void permit(bool /*on*/) {}
    /// Of its set-points, of the rating per second.
    virtual void set_ramp(Ratio /*per_second*/) {}
    /// As it was built.
    [[nodiscard]] virtual plant::EnterService enter_service() const { return {}; }
    [[nodiscard]] virtual std::optional<VoltVarSpec> volt_var() const { return std::nullopt; }
    /// Stages of its protection, the furthest out last; how many.
    virtual std::size_t trips(plant::Protection::Kind /*kind*/,
                              std::span<plant::Protection::Setting> /*into*/) const {
        return 0;
    }
    virtual void set_trips(plant::Protection::Kind /*kind*/,
                           std::span<const plant::Protection::Setting> /*stages*/) {}
};

}  // namespace islandbench::devices
