#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/site.hpp"
#include "base/task.hpp"
#include "base/units.hpp"

/// What the dispatch loop and the bench ask of a device, whatever its make: the role ports. Drivers
/// implement them. Every call carries its deadline, so nothing else cancels it. A reading says when
/// the device reported it; what a device does not offer is absent, never zero.
namespace islandbench {

/// Who a device says it is.
struct Identity {
    std::string maker, model, version, serial;
    /// It says that it is one of our emulators.
    bool emulator = false;

    bool operator==(const Identity&) const = default;
};

/// "Acme LC-5 2.1 (A17)": who a device says it is, in one line.
inline std::string to_text(const Identity& identity) {
    const std::string text = identity.maker + " " + identity.model + " " + identity.version;
    return identity.serial.empty() ? text : text + " (" + identity.serial + ")";
}

/// Why a command was not carried out, or that it was.
using Done = Result<void>;

/// A quantity that the inverter does not tell is NaN; the power on a phase that it does not have is
/// 0.
struct InverterReading {
    Instant reported{};
    bool connected = false;  ///< its grid relay is closed
    bool forming = false;    ///< grid-forming (else following)
    bool throttled = false;  ///< something limits it
    bool fault = false;
    ActivePower p;                            ///< positive injects into the AC bus
    ReactivePower q;                          ///< positive = over-excited
    std::array<ActivePower, phases> p_phase;  ///< a single-phase unit uses its own phase only
    std::array<Voltage, phases> v_phase;      ///< phase to neutral; 0 where it has no phase
    Frequency f;
    std::optional<Ratio> soc;                ///< as the inverter says it
    std::optional<ActivePower> pv;           ///< DC power of its PV field
    std::optional<ActivePower> p_setpoint;   ///< read back, when a set-point is enabled
    std::optional<Duration> reversion_left;  ///< until its set-point falls back
};

/// Nameplate: what it may be asked.
struct InverterLimits {
    ActivePower p_discharge_max;  ///< positive
    ActivePower p_charge_max;     ///< positive
    ApparentPower s_max;
};

/// A set-point with the time it holds and what follows after it.
struct InverterCommand {
    ActivePower p;
    Duration valid_for{5s};  ///< whole seconds, at least 2: the device's reversion timer
    ActivePower p_default;   ///< set-point after that
    Ratio curtail_to{1.0};   ///< upper limit of its power, of the rating (WMaxLimPct)
    bool operator==(const InverterCommand&) const = default;
};

/// Frequency response that an inverter gives by itself, around its set-point.
struct FrequencyResponse {
    Frequency dead_band;
    Ratio droop;  ///< change of frequency, of nominal, for the whole rating
    Duration response{};
    bool operator==(const FrequencyResponse&) const = default;
};

/// A function that an inverter carries out by itself, along straight lines between points (IEEE
/// 1547-2018 clauses 5.3, 5.4, 6.4, 6.5).
struct SupportFunction {
    enum class Kind {
        volt_var,
        volt_watt,
        watt_var,
        under_voltage_trip,
        over_voltage_trip,
        under_frequency_trip,
        over_frequency_trip,
    };
    struct Point {
        double x = 0.0;  ///< voltage of nominal, power of the rating (watt_var), or Hz
        double y = 0.0;  ///< power of the rating, positive over-excited; of a trip its delay in s
    };
    Kind kind = Kind::volt_var;
    bool enabled = true;
    std::vector<Point> points;         ///< x rises
    std::optional<Duration> response;  ///< open loop; absent: as it is. No trip has one
};

/// A reactive power that does not follow the voltage.
struct ReactiveOrder {
    std::optional<Ratio> cos_phi;  ///< a power factor; absent: a share
    bool over_excited = true;      ///< with a power factor
    Ratio of_rating;               ///< the share, positive over-excited
    Duration valid_for{};          ///< whole seconds; 0: until another order
};

class InverterPort {
  public:
    virtual ~InverterPort() = default;
    virtual Task<Result<InverterReading>> read(Instant deadline) = 0;
    /// What changes fast, in as few exchanges as the device allows: power, voltage, frequency,
    /// state. The rest stands as in the last full read. A driver without a shorter way reads
    /// everything.
    virtual Task<Result<InverterReading>> read_fast(Instant deadline) { return read(deadline); }
    /// Writes and reads back. Fails when the device did something else than it was told.
    virtual Task<Done> command(InverterCommand command, Instant deadline) = 0;
    /// Gives the power back to the device: no set-point, its own default.
    virtual Task<Done> release(Instant deadline) = 0;
    /// Permission to be in service: without it the device ceases to energise, with it back it
    /// enters service by its own rules (IEEE 1547-2018 4.6.1, 4.10). Writes and reads back.
    virtual Task<Done> permit(bool in_service, Instant deadline) = 0;
    /// Arms that response in the device, once; without one it has again what it had before. Fails
    /// where the device has no such function.
    virtual Task<Done> arm(std::optional<FrequencyResponse> /*response*/, Instant /*deadline*/) {
        co_return failure(ErrorCode::refused, "it has no frequency response to arm");
    }
    /// Has the device adopt the curve, and switches the function. Fails with refused where the
    /// device says that it does not adopt it: nothing has changed then.
    virtual Task<Done> shape(SupportFunction /*function*/, Instant /*deadline*/) {
        co_return failure(ErrorCode::refused, "it has no curves to adopt");
    }
    /// Without an order it goes back to what its curves say, or to none.
    virtual Task<Done> order_reactive(std::optional<ReactiveOrder> /*order*/,
                                      Instant /*deadline*/) {
        co_return failure(ErrorCode::refused, "it takes no order of reactive power");
    }
    [[nodiscard]] virtual InverterLimits limits() const = 0;
};

/// A quantity that the battery does not tell is NaN.
struct BmsReading {
    Instant reported{};
    Ratio soc, soh;
    Voltage v;  ///< DC
    Current i;  ///< positive = discharge
    Temperature temperature;
    Current charge_limit, discharge_limit;  ///< what it allows now
    bool charge_enabled = false, discharge_enabled = false;
    bool alarm = false;
};

class BmsPort {
  public:
    virtual ~BmsPort() = default;
    /// The newest complete report not seen before; waits for one until the deadline.
    virtual Task<Result<BmsReading>> read(Instant deadline) = 0;
};

/// A quantity that the meter does not tell is NaN.
struct MeterReading {
    Instant reported{};
    ActivePower p;  ///< positive = from the grid into the street
    std::array<ActivePower, phases> p_phase;
    ReactivePower q;
    std::array<Voltage, phases> v_phase;
    std::array<Current, phases> i_phase;
    Frequency f;
};

class MeterPort {
  public:
    virtual ~MeterPort() = default;
    virtual Task<Result<MeterReading>> read(Instant deadline) = 0;
};

struct InterconnectReading {
    Instant reported{};
    bool closed = false;
    bool island_stable = false;  ///< open, and the street's voltage and frequency are in range
    bool grid_ok = false;        ///< grid inside the enter-service window
    bool permit_island = false, permit_reclose = false;
    bool sync_requested = false;
    bool sync_ok = false;  ///< inside its sync limits for their hold time
    bool ne_link_closed = false;
    Duration timer_remaining{};  ///< of the observation time
    Voltage v_grid, v_island;    ///< mean of the phases
    Frequency f_grid, f_island;
    Frequency df;
    Ratio dv;
    Angle dphi;
};

/// What a person or the dispatch may ask of the interconnect device. Absent = leave as it is.
struct InterconnectCommand {
    std::optional<bool> permit_island, permit_reclose;  ///< operator consent
    std::optional<bool> island_request;
    std::optional<bool> sync_request;
    bool operator==(const InterconnectCommand&) const = default;
};

class InterconnectPort {
  public:
    virtual ~InterconnectPort() = default;
    virtual Task<Result<InterconnectReading>> read(Instant deadline) = 0;
    virtual Task<Done> command(InterconnectCommand command, Instant deadline) = 0;
};

struct LoadControlReading {
    Instant reported{};
    std::array<bool, tiers> closed{};  ///< contactor position, read back
    std::array<ActivePower, tiers> p;  ///< consumption positive here; 0 while open
    ActivePower p_total;
    Voltage v;
    Frequency f;
    bool local_stage = false;  ///< an under-frequency stage of its own holds a tier open
};

class LoadControlPort {
  public:
    virtual ~LoadControlPort() = default;
    virtual Task<Result<LoadControlReading>> read(Instant deadline) = 0;
    /// Opens (false) or closes (true) a tier's contactor and reads it back.
    virtual Task<Done> set_tier(int tier, bool closed, Instant deadline) = 0;
};

}  // namespace islandbench
