#include <cmath>

#include "base/site/complaints.hpp"
#include "base/site/units.hpp"

namespace islandbench {
namespace {

/// The values of one object, by their keys.
class Object {
  public:
    Object(Complaints& complaints, const json::Place& place, std::string prefix)
        : complaints_(complaints), place_(place), prefix_(std::move(prefix)) {}

    void within(const char* key, double value, double low, double high) const {
        complaints_.within(value, low, high, place_, prefix_ + key);
    }
    void within(const char* key, Ratio value, double low, double high) const {
        within(key, value.value(), low, high);
    }
    void within(const char* key, Duration value, double low_s, double high_s) const {
        within(key, to_seconds(value), low_s, high_s);
    }
    void complain(const char* key, const char* message) const {
        complaints_.complain(place_, prefix_ + key, message);
    }
    [[nodiscard]] Object nested(const std::string& key) const {
        return {complaints_, place_, prefix_ + key + "."};
    }

  private:
    Complaints& complaints_;
    const json::Place& place_;
    std::string prefix_;
};

void check(const PllSpec& s, const Object& of) {
    of.within("kp", s.kp, 1.0, 500.0);
    of.within("ki", s.ki, 1.0, 20e3);
    of.within("w_lp", s.w_lp, 0.0, 2000.0);
}

void check(const VsmSpec& s, const Object& of) {
    of.within("ta", s.ta, 0.05, 20.0);
    of.within("kd", s.kd, 0.0, 2000.0);
    if (s.kw) of.within("kw", *s.kw, 100.0, 2000.0);
    if (s.kq) of.within("kq", *s.kq, 0.0, 0.5);
    of.within("wf", s.wf, 1.0, 1000.0);
    of.within("rv", s.rv, 0.0, 0.5);
    of.within("lv", s.lv, 0.0, 0.5);
    check(s.pll, of.nested("pll"));
}

void check(const FormingSpec& s, const Object& of) {
    of.within("tp", s.tp, 0.001, 1.0);
    of.within("tq", s.tq, 0.001, 1.0);
    of.within("tv", s.tv, 0.001, 1.0);
    of.within("kpv", s.kpv, 0.0, 10.0);
    of.within("kiv", s.kiv, 0.0, 200.0);
    of.within("e_max", s.e_max, 1.0, 1.5);
    of.within("kpp", s.kpp, 0.0, 100.0);
    of.within("kip", s.kip, 0.0, 500.0);
    of.within("p_min", s.p_min, -1.5, 0.0);
    of.within("p_max", s.p_max, 0.0, 1.5);
    check(s.vsm, of.nested("vsm"));
}

void check(const FrequencyDroopSpec& s, const Object& of) {
    of.within("db_of", s.db_of.value(), 0.0, 5.0);
    of.within("db_uf", s.db_uf.value(), 0.0, 5.0);
    of.within("k_of", s.k_of, 0.001, 1.0);
    of.within("k_uf", s.k_uf, 0.001, 1.0);
    of.within("response", s.response, 0.0, 100.0);
}

void check(const VoltVarSpec& s, const Object& of) {
    of.within("v_ref", s.v_ref, 0.8, 1.2);
    of.within("dead_band", s.dead_band, 0.0, 0.2);
    of.within("k", s.k, 0.01, 1.0);
    of.within("q_max", s.q_max, 0.0, 1.0);
    of.within("response", s.response, 0.0, 100.0);
    of.within("filter", s.filter, 0.001, 10.0);
}

/// It samples once a step: a gain above its filter's impedance would swing up.
void check(const CurrentLoopSpec& s, const Object& of) {
    of.within("rf", s.rf, 0.0, 0.5);
    of.within("xf", s.xf, 0.01, 0.5);
    of.within("ki", s.ki, 0.0, 50.0);
    const double most = 0.9 * std::hypot(s.rf.value(), s.xf.value());
    if (!(s.kp >= 0.0 && s.kp <= most)) {
        of.complain("kp", "must be between 0 and 0.9 of the filter's impedance");
    }
}

void check(const ProtectionSpec& s, const Object& of) {
    const auto voltage = [&of](const char* key, const VoltageStage& stage, bool above) {
        if (stage.limit == Ratio{}) return;  // no such stage
        of.nested(key).within("limit", stage.limit, above ? 1.0 : 0.0, above ? 2.0 : 1.0);
    };
    const auto frequency = [&of](const char* key, const FrequencyStage& stage) {
        if (stage.limit == Frequency{}) return;
        of.nested(key).within("limit", stage.limit.value(), 40.0, 70.0);
    };
    voltage("uv", s.uv, false);
    if (s.uv2) voltage("uv2", *s.uv2, false);
    if (s.uv3) voltage("uv3", *s.uv3, false);
    voltage("ov1", s.ov1, true);
    voltage("ov2", s.ov2, true);
    if (s.ov_mean) voltage("ov_mean", *s.ov_mean, true);
    frequency("uf1", s.uf1);
    frequency("uf2", s.uf2);
    frequency("of", s.of);
    if (s.of2) frequency("of2", *s.of2);
    const bool both = s.uf1.limit != Frequency{} && s.of.limit != Frequency{};
    if (both && !(s.uf1.limit < s.of.limit))
        of.complain("uf1.limit", "must be below that of \"of\"");
    of.nested("rocof").within("limit", s.rocof.limit.value(), 0.0, 50.0);
}

void check(const HomeFormingSpec& s, const HybridSpec& hybrid, const Object& of) {
    of.within("droop", s.droop, 0.005, 0.1);
    of.within("voltage_droop", s.voltage_droop, 0.01, 0.2);
    of.within("xf", s.xf, 0.01, 1.0);
    of.within("rf", s.rf, 0.0, 1.0);
    of.within("cooling", s.cooling, 1.0, 3600.0);
    of.within("grid_pi", s.grid_pi, 0.5, 100.0);
    check(s.control, of.nested("control"));
    if (s.control.law != FormingLaw::droop) of.complain("control.law", "a home forms by droop");
    if (s.overload.empty()) of.complain("overload", "needs at least one step");
    double before = 1.0;
    for (const OverloadStep& step : s.overload) {
        if (!(step.multiple > before)) {
            of.complain("overload",
                        "each multiple must be greater than the one before, and than 1");
        }
        before = step.multiple;
    }
    if (hybrid.current_loop)
        of.complain("control", "does not go with current_loop: the unit follows or forms");
}

}  // namespace

HybridSpec with_defaults(HybridSpec spec) {
    const auto set = [](auto& key, auto value) { key = key.value_or(value); };
    set(spec.v_block, Ratio{0.7});
    set(spec.v_block_above, Ratio{1.30});
    set(spec.trip_after, Duration{1s});
    set(spec.rejoin, Duration{20s});
    set(spec.fw_start, Frequency{50.4});
    set(spec.fw_droop, Ratio{0.10});
    set(spec.protection, ProtectionSpec{});
    return spec;
}

void check_control(const FormerSpec& former, Complaints& complaints) {
    check(former.control, Object(complaints, former.place, "control."));
}

void check_control(const HybridSpec& hybrid, Complaints& complaints) {
    const Object of(complaints, hybrid.place, "");
    if (hybrid.fw_droop) of.within("fw_droop", *hybrid.fw_droop, 0.001, 1.0);
    if (hybrid.v_block) of.within("v_block", *hybrid.v_block, 0.0, 1.0);
    if (hybrid.v_block_above) of.within("v_block_above", *hybrid.v_block_above, 1.0, 2.0);
    if (hybrid.rejoin) of.within("rejoin", *hybrid.rejoin, 0.0, 3600.0);
    if (hybrid.rejoin_ramp) of.within("rejoin_ramp", *hybrid.rejoin_ramp, 0.001, 3600.0);
    if (const auto& window = hybrid.rejoin_window) {
        const Object inside = of.nested("rejoin_window");
        inside.within("v_min", window->v_min, 0.0, 1.0);
        inside.within("v_max", window->v_max, 1.0, 2.0);
        inside.within("f_min", window->f_min.value(), 40.0, 70.0);
        inside.within("f_max", window->f_max.value(), window->f_min.value(), 70.0);
    }
    of.within("f_filter", hybrid.f_filter, 0.001, 10.0);
    check(hybrid.pll, of.nested("pll"));
    if (hybrid.frequency_droop) check(*hybrid.frequency_droop, of.nested("frequency_droop"));
    if (hybrid.volt_var) check(*hybrid.volt_var, of.nested("volt_var"));
    if (hybrid.current_loop) check(*hybrid.current_loop, of.nested("current_loop"));
    if (hybrid.forming) check(*hybrid.forming, hybrid, of.nested("forming"));
    if (hybrid.protection) check(*hybrid.protection, of.nested("protection"));
}

}  // namespace islandbench
