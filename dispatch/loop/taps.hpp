#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/roles.hpp"
#include "base/signals.hpp"
#include "dispatch/core/data.hpp"

/// What the loop writes into the run's signals: seen.<device>.* when a reading arrives,
/// cmd.<device>.* and link.<device>.age after every step, dispatch.* of the core itself.
namespace islandbench::dispatch {

/// Adds "<prefix>.<quantity>".
class SignalAdder {
  public:
    SignalAdder(Signals& signals, std::string prefix)
        : signals_(signals), prefix_(std::move(prefix)) {}
    SignalId operator()(const char* quantity, Dimension dimension, double dead_band = 0.0) {
        return signals_.add({prefix_ + "." + quantity, dimension, dead_band});
    }

  private:
    Signals& signals_;
    std::string prefix_;
};

class InverterTap {
  public:
    InverterTap(Signals& signals, const std::string& device, ActivePower rating);
    void seen(const InverterReading& reading, const InverterLimits& nameplate) noexcept;
    void ordered(const core::UnitOut& out) noexcept;
    void permitted(bool in_service) noexcept { signals_.set(cmd_permit_, in_service); }

  private:
    Signals& signals_;
    SignalId w_, var_, v_, f_, soc_, pv_, connected_, fault_, setpoint_, reversion_, rating_;
    std::array<SignalId, phases> w_phase_;
    SignalId cmd_w_, cmd_default_, cmd_limit_, cmd_permit_;
};

class BmsTap {
  public:
    BmsTap(Signals& signals, const std::string& device);
    void seen(const BmsReading& reading) noexcept;

  private:
    Signals& signals_;
    SignalId soc_, soh_, v_, i_, temperature_, charge_limit_, discharge_limit_, alarm_;
};

class MeterTap {
  public:
    MeterTap(Signals& signals, const std::string& device, ActivePower scale);
    void seen(const MeterReading& reading) noexcept;

  private:
    Signals& signals_;
    SignalId w_, var_, f_;
    std::array<SignalId, phases> v_, i_;
};

class InterconnectTap {
  public:
    InterconnectTap(Signals& signals, const std::string& device);
    void seen(const InterconnectReading& reading) noexcept;
    void ordered(const core::SiteOut& out) noexcept;

  private:
    Signals& signals_;
    SignalId closed_, stable_, grid_ok_, permit_island_, permit_reclose_, sync_requested_, sync_ok_;
    SignalId ne_link_, timer_, v_grid_, v_island_, f_grid_, f_island_, df_, dv_, dphi_;
    SignalId cmd_sync_, cmd_island_;
};

class LoadControlTap {
  public:
    LoadControlTap(Signals& signals, const std::string& device);
    void seen(const LoadControlReading& reading) noexcept;
    void ordered(const core::HomeOut& out) noexcept;

  private:
    Signals& signals_;
    SignalId w_, v_, f_, local_stage_;
    std::array<SignalId, tiers> shed_, w_tier_, cmd_shed_;
};

/// dispatch.*: the core's own word. Recorded, never judged.
class CoreTap {
  public:
    /// `promises`: names of the sites with a commitment, in its order.
    CoreTap(Signals& signals, const std::vector<std::string>& promises);
    void stepped(const core::SiteOut& out) noexcept;
    void late() noexcept { signals_.happened(step_late_); }

  private:
    Signals& signals_;
    SignalId state_, mode_, target_, set_, reserve_, unplaced_, shed_, alarms_, step_late_;
    SignalId limit_, excursions_, import_aim_, storm_, armed_;
    SignalId lasts_p50_, lasts_p90_, critical_p50_, critical_p90_;
    SignalId firm_opt_outs_, released_;
    struct Promised {
        SignalId state, time_left;
    };
    std::vector<Promised> promises_;
    std::array<SignalId, phases> load_, share_;
};

}  // namespace islandbench::dispatch
