#include "dispatch/loop/taps.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace islandbench::dispatch {
namespace {

constexpr std::array<const char*, phases> v_names = {"v_a", "v_b", "v_c"};
constexpr std::array<const char*, phases> i_names = {"i_a", "i_b", "i_c"};
constexpr std::array<const char*, phases> w_names = {"w_a", "w_b", "w_c"};
constexpr std::array<const char*, phases> load_names = {"load_a", "load_b", "load_c"};
constexpr std::array<const char*, phases> share_names = {"share_a", "share_b", "share_c"};
constexpr std::array<const char*, tiers> shed_names = {"shed0", "shed1", "shed2", "shed3", "shed4"};
constexpr std::array<const char*, tiers> tier_names = {"w0", "w1", "w2", "w3", "w4"};

constexpr double f_band = 0.001;
constexpr double v_band = 0.5;
constexpr double soc_band = 0.0005;
constexpr double minute = 60.0;
constexpr double w_band = 50.0;
constexpr std::int64_t promise_most_ms = std::int64_t{30} * 24 * 3600 * 1000;

template <Dimension D>
double number(const std::optional<Quantity<D>>& q) noexcept {
    return q ? q->value() : Signals::no_value;
}

}  // namespace

InverterTap::InverterTap(Signals& signals, const std::string& device, ActivePower rating)
    : signals_(signals) {
    // The islanding probe of a former alone moves power by some per cent of its rating.
    const double band = std::max(w_band, 0.01 * rating.value());
    SignalAdder seen(signals, "seen." + device);
    w_ = seen("w", Dimension::active_power, band);
    for (std::size_t p = 0; p < phases; ++p) {
        w_phase_[p] = seen(w_names[p], Dimension::active_power, band);
    }
    var_ = seen("var", Dimension::reactive_power, band);
    v_ = seen("v", Dimension::voltage, v_band);
    f_ = seen("f", Dimension::frequency, f_band);
    soc_ = seen("soc", Dimension::ratio, soc_band);
    pv_ = seen("pv", Dimension::active_power, band);
    connected_ = seen("connected", Dimension::none);
    fault_ = seen("fault", Dimension::none);
    setpoint_ = seen("setpoint", Dimension::active_power, 1.0);
    reversion_ = seen("reversion_left", Dimension::time, 1.5);
    rating_ = seen("rating", Dimension::apparent_power);
    SignalAdder cmd(signals, "cmd." + device);
    cmd_w_ = cmd("w", Dimension::active_power);
    cmd_default_ = cmd("default_w", Dimension::active_power, w_band);
    cmd_limit_ = cmd("limit", Dimension::ratio, 0.01);
    cmd_permit_ = cmd("permit", Dimension::none);
    signals_.set(cmd_permit_, true);
}

void InverterTap::seen(const InverterReading& r, const InverterLimits& nameplate) noexcept {
    signals_.set(rating_, nameplate.s_max.value());
    signals_.set(w_, r.p.value());
    for (std::size_t p = 0; p < phases; ++p) signals_.set(w_phase_[p], r.p_phase[p].value());
    signals_.set(var_, r.q.value());
    // Of the phases that it has; NaN when it tells none.
    signals_.set(
        v_, std::fmax(std::fmax(r.v_phase[0].value(), r.v_phase[1].value()), r.v_phase[2].value()));
    signals_.set(f_, r.f.value());
    signals_.set(soc_, number(r.soc));
    signals_.set(pv_, number(r.pv));
    signals_.set(connected_, r.connected);
    signals_.set(fault_, r.fault);
    signals_.set(setpoint_, number(r.p_setpoint));
    signals_.set(reversion_, r.reversion_left ? to_seconds(*r.reversion_left) : Signals::no_value);
}

void InverterTap::ordered(const core::UnitOut& out) noexcept {
    const bool set = out.action == core::UnitAction::set;
    signals_.set(cmd_w_, set ? out.p_set_w : Signals::no_value);
    signals_.set(cmd_default_, set ? out.p_default_w : Signals::no_value);
    signals_.set(cmd_limit_, set ? out.curtail_permille / 1000.0 : Signals::no_value);
}

BmsTap::BmsTap(Signals& signals, const std::string& device) : signals_(signals) {
    SignalAdder seen(signals, "seen." + device);
    soc_ = seen("soc", Dimension::ratio, soc_band);
    soh_ = seen("soh", Dimension::ratio, soc_band);
    v_ = seen("v", Dimension::voltage, 0.1);
    i_ = seen("i", Dimension::current, 1.0);
    temperature_ = seen("temperature", Dimension::temperature, 0.5);
    charge_limit_ = seen("charge_limit", Dimension::current, 0.5);
    discharge_limit_ = seen("discharge_limit", Dimension::current, 0.5);
    alarm_ = seen("alarm", Dimension::none);
}

void BmsTap::seen(const BmsReading& r) noexcept {
    signals_.set(soc_, r.soc.value());
    signals_.set(soh_, r.soh.value());
    signals_.set(v_, r.v.value());
    signals_.set(i_, r.i.value());
    signals_.set(temperature_, r.temperature.value());
    signals_.set(charge_limit_, r.charge_limit.value());
    signals_.set(discharge_limit_, r.discharge_limit.value());
    signals_.set(alarm_, r.alarm);
}

MeterTap::MeterTap(Signals& signals, const std::string& device, ActivePower scale)
    : signals_(signals) {
    SignalAdder seen(signals, "seen." + device);
    w_ = seen("w", Dimension::active_power, 0.01 * scale.value());
    var_ = seen("var", Dimension::reactive_power, 0.01 * scale.value());
    f_ = seen("f", Dimension::frequency, f_band);
    for (std::size_t p = 0; p < phases; ++p) {
        v_[p] = seen(v_names[p], Dimension::voltage, v_band);
        i_[p] = seen(i_names[p], Dimension::current, 1.0);
    }
}

void MeterTap::seen(const MeterReading& r) noexcept {
    signals_.set(w_, r.p.value());
    signals_.set(var_, r.q.value());
    signals_.set(f_, r.f.value());
    for (std::size_t p = 0; p < phases; ++p) {
        signals_.set(v_[p], r.v_phase[p].value());
        signals_.set(i_[p], r.i_phase[p].value());
    }
}

InterconnectTap::InterconnectTap(Signals& signals, const std::string& device) : signals_(signals) {
    SignalAdder seen(signals, "seen." + device);
    closed_ = seen("closed", Dimension::none);
    stable_ = seen("island_stable", Dimension::none);
    grid_ok_ = seen("grid_ok", Dimension::none);
    permit_island_ = seen("permit_island", Dimension::none);
    permit_reclose_ = seen("permit_reclose", Dimension::none);
    sync_requested_ = seen("sync_requested", Dimension::none);
    sync_ok_ = seen("sync_ok", Dimension::none);
    ne_link_ = seen("ne_link", Dimension::none);
    timer_ = seen("timer_remaining", Dimension::time, 0.5);
    v_grid_ = seen("v_grid", Dimension::voltage, v_band);
    v_island_ = seen("v_island", Dimension::voltage, v_band);
    f_grid_ = seen("f_grid", Dimension::frequency, f_band);
    f_island_ = seen("f_island", Dimension::frequency, f_band);
    df_ = seen("df", Dimension::frequency, f_band);
    dv_ = seen("dv", Dimension::ratio, 0.001);
    dphi_ = seen("dphi", Dimension::angle, 1.0);
    SignalAdder cmd(signals, "cmd." + device);
    cmd_sync_ = cmd("sync_request", Dimension::none);
    cmd_island_ = cmd("island_request", Dimension::none);
}

void InterconnectTap::seen(const InterconnectReading& r) noexcept {
    signals_.set(closed_, r.closed);
    signals_.set(stable_, r.island_stable);
    signals_.set(grid_ok_, r.grid_ok);
    signals_.set(permit_island_, r.permit_island);
    signals_.set(permit_reclose_, r.permit_reclose);
    signals_.set(sync_requested_, r.sync_requested);
    signals_.set(sync_ok_, r.sync_ok);
    signals_.set(ne_link_, r.ne_link_closed);
    signals_.set(timer_, to_seconds(r.timer_remaining));
    signals_.set(v_grid_, r.v_grid.value());
    signals_.set(v_island_, r.v_island.value());
    signals_.set(f_grid_, r.f_grid.value());
    signals_.set(f_island_, r.f_island.value());
    signals_.set(df_, r.df.value());
    signals_.set(dv_, r.dv.value());
    signals_.set(dphi_, r.dphi.value());
}

void InterconnectTap::ordered(const core::SiteOut& out) noexcept {
    signals_.set(cmd_sync_, out.sync_request);
    signals_.set(cmd_island_, out.island_request);
}

LoadControlTap::LoadControlTap(Signals& signals, const std::string& device) : signals_(signals) {
    SignalAdder seen(signals, "seen." + device);
    w_ = seen("w", Dimension::active_power, w_band);
    v_ = seen("v", Dimension::voltage, v_band);
    f_ = seen("f", Dimension::frequency, f_band);
    local_stage_ = seen("local_stage", Dimension::none);
    SignalAdder cmd(signals, "cmd." + device);
    for (std::size_t t = 0; t < tiers; ++t) {
        shed_[t] = seen(shed_names[t], Dimension::none);
        w_tier_[t] = seen(tier_names[t], Dimension::active_power, w_band);
        cmd_shed_[t] = cmd(shed_names[t], Dimension::none);
    }
}

void LoadControlTap::seen(const LoadControlReading& r) noexcept {
    signals_.set(w_, r.p_total.value());
    signals_.set(v_, r.v.value());
    signals_.set(f_, r.f.value());
    signals_.set(local_stage_, r.local_stage);
    for (std::size_t t = 0; t < tiers; ++t) {
        signals_.set(shed_[t], !r.closed[t]);
        signals_.set(w_tier_[t], r.p[t].value());
    }
}

void LoadControlTap::ordered(const core::HomeOut& out) noexcept {
    for (std::size_t t = 0; t < tiers; ++t) {
        signals_.set(cmd_shed_[t], static_cast<std::int32_t>(t) >= out.closed_tiers);
    }
}

CoreTap::CoreTap(Signals& signals, const std::vector<std::string>& promises) : signals_(signals) {
    SignalAdder add(signals, "dispatch");
    state_ = add("state", Dimension::none);
    mode_ = add("mode", Dimension::none);
    target_ = add("target", Dimension::active_power, w_band);
    set_ = add("set", Dimension::active_power, w_band);
    reserve_ = add("reserve", Dimension::active_power, 5 * w_band);
    unplaced_ = add("unplaced", Dimension::active_power, w_band);
    shed_ = add("shed", Dimension::none);
    alarms_ = add("alarms", Dimension::none);
    limit_ = add("limit", Dimension::none);
    excursions_ = add("excursions", Dimension::none);
    import_aim_ = add("import_aim", Dimension::active_power, w_band);
    storm_ = add("storm", Dimension::none);
    armed_ = add("armed", Dimension::none);
    lasts_p50_ = add("lasts_p50", Dimension::time, minute);
    lasts_p90_ = add("lasts_p90", Dimension::time, minute);
    critical_p50_ = add("lasts_critical_p50", Dimension::time, minute);
    critical_p90_ = add("lasts_critical_p90", Dimension::time, minute);
    firm_opt_outs_ = add("firm_opt_outs", Dimension::none);
    released_ = add("released", Dimension::none);
    for (const std::string& name : promises) {
        SignalAdder promise(signals, "dispatch." + name);
        promises_.push_back(
            {promise("promise", Dimension::none), promise("time_left", Dimension::time, minute)});
    }
    step_late_ = add("step_late", Dimension::none);
    signals.set(step_late_, 0.0);
    for (std::size_t p = 0; p < phases; ++p) {
        load_[p] = add(load_names[p], Dimension::active_power, w_band);
        share_[p] = add(share_names[p], Dimension::ratio, 0.01);
    }
}

void CoreTap::stepped(const core::SiteOut& out) noexcept {
    signals_.set(state_, static_cast<double>(out.state));
    signals_.set(mode_, static_cast<double>(out.mode));
    signals_.set(target_, static_cast<double>(out.target_w));
    signals_.set(set_, static_cast<double>(out.p_set_sum_w));
    signals_.set(reserve_, static_cast<double>(out.reserve_w));
    signals_.set(unplaced_, static_cast<double>(out.unplaced_w));
    signals_.set(shed_, static_cast<double>(out.shed_tiers));
    signals_.set(alarms_, static_cast<double>(out.alarms));
    signals_.set(limit_, static_cast<double>(out.limit));
    signals_.set(excursions_, static_cast<double>(out.excursions));
    const bool aims = out.import_aim_w != core::no_limit_w;
    signals_.set(import_aim_, aims ? static_cast<double>(out.import_aim_w)
                                   : std::numeric_limits<double>::quiet_NaN());
    signals_.set(storm_, static_cast<double>(out.storm));
    signals_.set(armed_, static_cast<double>(out.armed_units));
    const auto set_time = [this](SignalId id, std::int64_t ms) {
        signals_.set(id, static_cast<double>(ms) / 1e3);
    };
    set_time(lasts_p50_, out.runtimes.back().p50_ms);
    set_time(lasts_p90_, out.runtimes.back().p90_ms);
    set_time(critical_p50_, out.runtimes[1].p50_ms);
    set_time(critical_p90_, out.runtimes[1].p90_ms);
    signals_.set(firm_opt_outs_, static_cast<double>(out.firm_opt_outs));
    signals_.set(released_, (out.alarms & core::bit(core::Alarm::reserve_released)) != 0);
    for (std::size_t k = 0; k < promises_.size(); ++k) {
        signals_.set(promises_[k].state, static_cast<double>(out.promises[k].state));
        // "For ever", where nothing is drawn, is no number worth a chart.
        set_time(promises_[k].time_left,
                 std::min<std::int64_t>(out.promises[k].time_left_ms, promise_most_ms));
    }
    for (std::size_t p = 0; p < phases; ++p) {
        signals_.set(load_[p], static_cast<double>(out.load_w[p]));
        signals_.set(share_[p], out.former_permille[p] / 1000.0);
    }
}

}  // namespace islandbench::dispatch
