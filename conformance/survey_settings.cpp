#include <algorithm>
#include <cmath>

#include "conformance/survey.hpp"

/// Service, reactive power, and settings that hold an order down.
namespace islandbench::conformance {
namespace {

/// Past the 10 s in which IEEE 1547-2018 lets a reactive power come.
constexpr Duration var_response = 14s;
constexpr double some_factor = 0.95;
constexpr double some_var_pct = 20.0;
constexpr double some_share = 0.2;

}  // namespace

/// Permission to be in service withdrawn and given again. 123 Conn begins in a window and runs out.
Task<> Survey::try_permission() {
    const Lever& lever = controls_of(snapshot_).permission;
    const double allowed = 1.0;
    if (number(snapshot_.find(lever.model), lever.value).value_or(0.0) != allowed) co_return;
    tell("taking it out of service, and back");
    co_await give_power();  // so that it shows
    Experiment& before = snapshot_.experiments["permit_power"];
    co_await watch_power(before, 0ns);
    Experiment& off = snapshot_.experiments["permit_off"];
    off.point = lever.text();
    off.asked = 0.0;
    constexpr double window_s = 3.0, time_out_s = 16.0;
    const std::vector<Setting> none{
        {lever.window, window_s}, {lever.time_out, time_out_s}, {lever.value, 0.0}};
    const bool stopped = co_await set(off, lever.model, none);
    if (stopped) co_await watch(off, lever.model, lever.value, 12s);
    const bool runs_out = has(lever.model, lever.time_out);
    if (stopped && runs_out && !over()) {
        Experiment& back = snapshot_.experiments["reversion_connection"];
        back.point = lever.text();
        back.asked = allowed;
        co_await watch(back, lever.model, lever.value, 18s);
    }
    Experiment& on = snapshot_.experiments["permit_on"];
    std::vector<Setting> again{{lever.time_out, 0.0}, {lever.value, allowed}};
    const bool waits = has(lever.model, lever.window);
    if (waits) again.insert(again.begin(), {lever.window, 0.0});
    const bool allowed_again = co_await set(on, lever.model, std::move(again));
    const double wait = number(snapshot_.find(703), "ESDlyTms").value_or(60.0);
    const double longest = options_.patient ? 600.0 : 120.0;
    if (allowed_again) {
        co_await watch_power(on, from_seconds(std::min(wait + 40.0, longest)));
    }
}

/// Reactive power ordered for a while, however it is told.
Task<> Survey::try_var(std::string name, const Lever& lever, std::vector<Setting> values,
                       double asked) {
    Experiment& one = snapshot_.experiments[name];
    one.point = lever.text();
    one.asked = values.front().value;
    one.watts = asked;
    std::vector<Setting> settings = order(lever, guard_s, std::move(values));
    const bool done = co_await set(one, lever.model, std::move(settings));
    if (done) co_await watch_power(one, var_response);
}

/// One factor on either side, with power. Which sign is over-excited the models leave open.
Task<> Survey::try_factor() {
    tell("setting a power factor");
    const Lever& lever = controls_of(snapshot_).factor;
    co_await give_power();
    const bool basic = controls_of(snapshot_).basic();
    const auto values = [&](bool over) {
        if (basic) return std::vector<Setting>{{lever.value, over ? some_factor : -some_factor}};
        return std::vector<Setting>{{lever.value, some_factor, true},
                                    {"PFWInj.Ext", over ? 0.0 : 1.0}};
    };
    std::vector<Setting> one = values(true);
    co_await try_var("factor_over", lever, std::move(one), 0.0);
    std::vector<Setting> other = values(false);
    if (!over()) co_await try_var("factor_under", lever, std::move(other), 0.0);
    const bool runs_out = basic && has(lever.model, lever.time_out) && !over();
    std::vector<Setting> last = values(true);
    if (runs_out) co_await run_out("reversion_factor", lever, std::move(last));
    const std::vector<Setting> off{{lever.enable, 0.0}};
    if (!runs_out) (void)co_await set(snapshot_.experiments["factor_off"], lever.model, off);
}

Task<> Survey::try_reactive() {
    tell("setting a reactive power");
    Lever lever = controls_of(snapshot_).reactive;
    const bool basic = controls_of(snapshot_).basic();
    double base = power_base(snapshot_);
    double mode = basic ? 1.0 : 0.0;  // percent of WMax
    if (basic && has(123, "VArWMaxPct")) {
        lever.value = "VArWMaxPct";
    } else if (basic) {
        mode = 2.0;  // percent of VArMax
        const auto set = number(snapshot_.find(121), "VArMaxQ1");
        const auto rated = number(snapshot_.find(120), "VArRtgQ1");
        base = std::fabs(set.value_or(rated.value_or(0.0)));
    }
    if (!has(lever) || base <= 0.0) co_return;
    const std::string_view mode_point = basic ? "VArPct_Mod" : "VarSetMod";
    for (const double sign : {1.0, -1.0}) {
        if (over()) co_return;
        std::vector<Setting> values{{lever.value, sign * some_var_pct}, {mode_point, mode}};
        std::string name = sign > 0.0 ? "reactive_over" : "reactive_under";
        co_await try_var(std::move(name), lever, std::move(values),
                         sign * some_var_pct / full_pct * base);
    }
    const bool runs_out = basic && has(lever.model, lever.time_out) && !over();
    std::vector<Setting> values{{lever.value, some_var_pct}, {mode_point, mode}};
    if (runs_out) co_await run_out("reversion_reactive", lever, std::move(values));
    const std::vector<Setting> off{{lever.enable, 0.0}};
    if (!runs_out) (void)co_await set(snapshot_.experiments["reactive_off"], lever.model, off);
}

/// 121 WMax is the most that it gives. What it does not take as it was is not touched.
Task<> Survey::try_most_power() {
    constexpr std::uint16_t model = 121;
    const sunspec::Reading now = number(snapshot_.find(model), "WMax");
    if (!now || *now <= 0.0) co_return;
    tell("setting the most power");
    Experiment& one = snapshot_.experiments["most_power"];
    one.point = "121 WMax";
    one.before = *now;
    one.asked = one.watts = std::floor(some_share * *now / 10.0) * 10.0;
    const std::vector<Setting> same{{"WMax", *now}};
    const bool takes = co_await set(one, model, same);
    if (!takes || over()) co_return;
    co_await give_power();
    co_await watch_power(snapshot_.experiments["before_most_power"], 0ns);
    const std::vector<Setting> low{{"WMax", one.asked}};
    const bool done = co_await set(one, model, low);
    if (done) co_await watch(one, model, "WMax", 10s);
    (void)co_await set(snapshot_.experiments["most_power_back"], model, same);
}

/// Below its reserve a battery does not discharge.
Task<> Survey::try_reserve() {
    constexpr std::uint16_t model = 124;
    const sunspec::Reading soc = charge_of(snapshot_);
    const sunspec::Reading now = number(snapshot_.find(model), "MinRsvPct");
    if (!soc || !now || power_asked() <= 0.0) co_return;
    tell("raising the reserve above the charge");
    Experiment& one = snapshot_.experiments["reserve"];
    one.point = "124 MinRsvPct";
    one.before = *now;
    one.asked = std::min(full_pct, std::ceil(*soc) + 10.0);
    one.watts = power_asked();
    co_await give_power();
    co_await watch_power(snapshot_.experiments["before_reserve"], 0ns);
    const std::vector<Setting> high{{"MinRsvPct", one.asked}};
    const bool done = co_await set(one, model, high);
    if (done) co_await watch(one, model, "MinRsvPct", 10s);
    const std::vector<Setting> back{{"MinRsvPct", *now}};
    (void)co_await set(snapshot_.experiments["reserve_back"], model, back);
}

}  // namespace islandbench::conformance
