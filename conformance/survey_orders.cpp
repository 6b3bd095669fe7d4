#include <algorithm>
#include <cmath>

#include "conformance/survey.hpp"

/// Orders to an inverter: power, limit, time-outs. Written, read back, observed, and set back.
namespace islandbench::conformance {
namespace {

/// A set-point that shows in the measured power of any healthy unit, of the rating.
constexpr double some_power = 0.3;
constexpr double low_limit_pct = 10.0;
constexpr Duration between = 1s;
constexpr double short_time_out_s = 6.0;
constexpr double both_ways = 3.0;  // 124 StorCtl_Mod

}  // namespace

/// What write_and_watch() would do, for a person who is asked to arm the device.
void Survey::would_write() {
    for (const Controls* const way : ways_of(snapshot_)) would_order(way->basic());
    for (const Curves& one : adoptable) would_write(one.model, {one.request});
}

void Survey::would_write(std::uint16_t model, std::initializer_list<std::string_view> points) {
    for (const std::string_view point : points) {
        if (!has(model, point)) continue;
        std::string what = std::to_string(model) + " ";
        what += point;
        snapshot_.writes.push_back({std::move(what), false, false});
    }
}

void Survey::would_order(bool basic) {
    if (basic) {
        would_write(123, {"WMaxLimPct", "WMaxLimPct_WinTms", "WMaxLimPct_RvrtTms", "WMaxLim_Ena"});
        would_write(124, {"InOutWRte_WinTms", "InOutWRte_RvrtTms", "OutWRte", "InWRte",
                          "StorCtl_Mod", "MinRsvPct"});
        would_write(121, {"WMax"});
        would_write(123, {"OutPFSet_WinTms", "OutPFSet_RvrtTms", "OutPFSet", "OutPFSet_Ena",
                          "VArPct_WinTms", "VArPct_RvrtTms", "VArPct_Mod", "VArWMaxPct",
                          "VArMaxPct", "VArPct_Ena", "Conn_WinTms", "Conn_RvrtTms", "Conn"});
        return;
    }
    would_write(704, {"WSetMod", "WSetRvrtTms", "WSetRvrt", "WSet", "WSetEna", "WMaxLimPctRvrtTms",
                      "WMaxLimPct", "WMaxLimPctEna", "PFWInjRvrtTms", "PFWInj.PF", "PFWInj.Ext",
                      "PFWInjEna", "VarSetMod", "VarSetRvrtTms", "VarSetPct", "VarSetEna"});
    would_write(703, {"ES"});
}

Task<> Survey::write_and_watch() {
    co_await clock_.sleep_for(between);
    co_await try_orders();
    if (has_other_way(snapshot_) && !over()) {
        co_await restore();  // the other way begins with the device as it was
        snapshot_.turn_way();
        tell("the same by " + controls_of(snapshot_).text());
        co_await try_orders();
        snapshot_.turn_way();
    }
    if (!over()) co_await try_curves();
    tell("setting back what was written");
    co_await restore();
}

/// All orders of one way in.
Task<> Survey::try_orders() {
    const Controls& controls = controls_of(snapshot_);
    takes_its_limit_ = false;
    if (has(controls.limit) && !over()) co_await try_functions();
    if (gives_power() && !over()) co_await try_set_point();
    // A limit that could not be set back is not touched.
    const bool limits = has(controls.limit.model, controls.limit.enable) && takes_its_limit_;
    if (has(controls.limit) && !takes_its_limit_) {
        snapshot_.experiments["limit"].not_done =
            "it did not take its own limit again, so that was left alone";
    }
    if (limits && !over()) co_await try_limit();
    if (limits && options_.patient && !over()) co_await try_low_cap();
    if (controls.basic() && !over()) co_await try_most_power();
    if (controls.basic() && !over()) co_await try_reserve();
    if (gives_power() && has(controls.set_point.model, controls.set_point.time_out) && !over()) {
        co_await try_reversion();
    }
    if (has(controls.factor) && !over()) co_await try_factor();
    if (has(controls.reactive.model, controls.reactive.enable) && !over()) co_await try_reactive();
    if (has(controls.permission) && !over()) co_await try_permission();
}

/// It takes set-points, and it is known how large they may be.
bool Survey::gives_power() const {
    const Lever& lever = controls_of(snapshot_).set_point;
    const bool battery =
        lever.model != 124 || number(snapshot_.find(124), "WChaMax").value_or(0.0) > 0.0;
    return has(lever) && has(lever.model, lever.enable) && battery && power_base(snapshot_) > 0.0;
}

/// The set-point that was tried, in W; 0 where there is none.
double Survey::power_asked() const {
    const Experiment* const tried = snapshot_.experiment("set_point");
    return tried == nullptr || !tried->done() ? 0.0 : tried->watts;
}

/// An order at once and for so long, its enable last.
std::vector<Survey::Setting> Survey::order(const Lever& lever, double time_out,
                                           std::vector<Setting> values, double enable) const {
    std::vector<Setting> settings;
    const bool waits = number(snapshot_.find(lever.model), lever.window).value_or(0.0) != 0.0;
    if (waits) settings.push_back({lever.window, 0.0});
    settings.push_back({lever.time_out, time_out});
    settings.insert(settings.end(), values.begin(), values.end());
    settings.push_back({lever.enable, enable});
    return settings;
}

/// A set-point; in 124 a window of one point, for the battery alone.
std::vector<Survey::Setting> Survey::power_order(double watts, double time_out) const {
    const Lever& lever = controls_of(snapshot_).set_point;
    if (lever.model == 704) {
        std::vector<Setting> settings = order(lever, time_out, {{"WSet", watts}});
        settings.insert(settings.begin(), {"WSetMod", 1.0});
        return settings;
    }
    const double most = number(snapshot_.find(124), "WChaMax").value_or(1.0);
    const double percent = full_pct * watts / most;
    return order(lever, time_out, {{"OutWRte", percent}, {"InWRte", -percent}}, both_ways);
}

/// The set-point once more, for what needs power to show.
Task<> Survey::give_power() {
    if (power_asked() == 0.0) co_return;
    Experiment& power = snapshot_.experiments["power"];
    const std::uint16_t model = controls_of(snapshot_).set_point.model;
    std::vector<Setting> settings = power_order(power_asked(), long_guard_s);
    const bool done = co_await set(power, model, std::move(settings));
    if (done) co_await watch_power(power, 6s);
}

/// Both write functions, a register that is read-only, and the largest value; nothing changes.
Task<> Survey::try_functions() {
    tell("trying to write");
    const Lever& lever = controls_of(snapshot_).limit;
    const ModelData& model = *snapshot_.find(lever.model);
    const sunspec::Point& limit = *writable(lever.model, lever.value);
    const auto address = static_cast<std::uint16_t>(model.where.address + limit.offset);
    const auto same = registers(model, limit);
    for (const std::uint8_t function : {std::uint8_t{6}, std::uint8_t{16}}) {
        Experiment& one = snapshot_.experiments["function_" + std::to_string(function)];
        std::vector<std::uint16_t> values(same.begin(), same.end());
        const bool taken = co_await put(&one, lever.text(), address, std::move(values), function);
        if (taken) write_function_ = function;
        takes_its_limit_ = takes_its_limit_ || taken;
    }
    const ModelData* const ac = ac_of(snapshot_);
    const std::uint16_t id = ac == nullptr ? std::uint16_t{0} : ac->where.id;
    const sunspec::Point* const fixed = writable(id, "St");
    if (fixed != nullptr) {
        const auto now = registers(*ac, *fixed);
        std::vector<std::uint16_t> values(now.begin(), now.end());
        const auto at = static_cast<std::uint16_t>(ac->where.address + fixed->offset);
        const modbus::Pdu pdu = write_request(16, at, values);
        std::string what = "write " + std::to_string(id) + " St";
        const std::size_t index =
            co_await wire_.write(*permit_, std::move(what), options_.link.unit, pdu);
        snapshot_.probes["read_only_write"].push_back(index);
    }
    const std::vector<Setting> most{{lever.value, full_pct}};
    (void)co_await set(snapshot_.experiments["maximum"], lever.model, most);
}

Task<> Survey::try_set_point() {
    tell("setting a power");
    const Lever& lever = controls_of(snapshot_).set_point;
    Experiment& one = snapshot_.experiments["set_point"];
    one.point = lever.text();
    one.before = number(snapshot_.find(lever.model), lever.value).value_or(0.0);
    const double soc = charge_of(snapshot_).value_or(50.0);
    // Whole watts, or whole percent: some take no other.
    const double most =
        lever.model == 124 ? number(snapshot_.find(124), "WChaMax").value_or(1.0) / full_pct : 1.0;
    one.asked = std::floor((soc < 30.0 ? -some_power : some_power) * power_base(snapshot_) / most);
    one.watts = one.asked * most;
    Experiment& before = snapshot_.experiments["before_set_point"];
    const Duration meters_delay = options_.meter != nullptr ? Duration{6s} : Duration{};
    co_await watch_power(before, meters_delay);
    // What it gives already proves nothing.
    const double pv = before.pv.empty() ? 0.0 : before.pv.back().value;
    if (!before.measured.empty() &&
        std::fabs(before.measured.back().value - pv - one.watts) < 0.25 * std::fabs(one.watts)) {
        one.asked = std::floor(1.5 * one.asked);
        one.watts = one.asked * most;
    }
    const double falls_back = options_.patient ? long_guard_s : guard_s;
    if (has(lever.model, lever.time_out)) one.falls_back = from_seconds(falls_back);
    std::vector<Setting> settings = power_order(one.watts, falls_back);
    const bool done = co_await set(one, lever.model, std::move(settings));
    if (!done) co_return;
    co_await watch(one, lever.model, lever.value, 20s);
    if (!options_.patient || over()) co_return;
    tell("watching for two minutes whether it stays");
    co_await watch(one, lever.model, lever.value, 130s);
}

Task<> Survey::try_limit() {
    tell("limiting the power");
    const Lever& lever = controls_of(snapshot_).limit;
    co_await watch_power(snapshot_.experiments["before_limit"], 0ns);
    Experiment& one = snapshot_.experiments["limit"];
    one.point = lever.text();
    one.before = number(snapshot_.find(lever.model), lever.value).value_or(full_pct);
    one.asked = low_limit_pct;
    one.watts = low_limit_pct / full_pct * power_base(snapshot_);
    if (has(lever.model, lever.time_out)) one.falls_back = from_seconds(guard_s);
    std::vector<Setting> settings = order(lever, guard_s, {{lever.value, one.asked}});
    const bool done = co_await set(one, lever.model, std::move(settings));
    if (!done) co_return;
    co_await watch(one, lever.model, lever.value, 15s);
    Experiment& back = snapshot_.experiments["limit_back"];
    back.asked = full_pct;
    const std::vector<Setting> full{{lever.value, full_pct}, {lever.enable, 0.0}};
    const bool lifted = co_await set(back, lever.model, full);
    if (lifted) co_await watch_power(back, 10s);
    const bool runs_out = controls_of(snapshot_).basic() && has(lever.model, lever.time_out);
    if (!runs_out || over()) co_return;
    co_await give_power();
    std::vector<Setting> values{{lever.value, low_limit_pct}};
    co_await run_out("reversion_limit", lever, std::move(values));
}

/// Some units take a very low limit for a stop, and never come back.
Task<> Survey::try_low_cap() {
    tell("limiting the power to almost nothing");
    const Controls& controls = controls_of(snapshot_);
    const Lever& lever = controls.limit;
    Experiment& one = snapshot_.experiments["low_cap"];
    one.asked = 1.0;
    co_await watch_power(snapshot_.experiments["before_low_cap"], 0ns);
    std::vector<Setting> low = order(lever, long_guard_s, {{lever.value, one.asked}});
    const bool done = co_await set(one, lever.model, std::move(low));
    if (!done) co_return;
    co_await watch_power(one, 10s);
    Experiment& back = snapshot_.experiments["low_cap_back"];
    const std::vector<Setting> full{{lever.value, full_pct}, {lever.enable, 0.0}};
    bool lifted = co_await set(back, lever.model, full);
    if (lifted && power_asked() != 0.0) {
        std::vector<Setting> again = power_order(power_asked(), long_guard_s);
        lifted = co_await set(back, controls.set_point.model, std::move(again));
    }
    if (lifted) co_await watch_power(back, 60s);
}

/// An order that runs out by itself: its enable is watched.
Task<> Survey::run_out(std::string name, const Lever& lever, std::vector<Setting> values) {
    tell("letting an order run out");
    Experiment& one = snapshot_.experiments[name];
    one.point = std::to_string(lever.model) + " " + std::string(lever.enable);
    const bool storage = lever.enable == "StorCtl_Mod";
    std::vector<Setting> settings =
        order(lever, short_time_out_s, std::move(values), storage ? both_ways : 1.0);
    const bool done = co_await set(one, lever.model, std::move(settings));
    if (done) co_await watch(one, lever.model, lever.enable, 18s);
}

Task<> Survey::try_reversion() {
    const Lever& lever = controls_of(snapshot_).set_point;
    if (lever.model == 124) {
        std::vector<Setting> settings = power_order(power_asked(), short_time_out_s);
        std::erase_if(settings,
                      [](const Setting& s) { return s.point != "OutWRte" && s.point != "InWRte"; });
        co_await run_out("reversion", lever, std::move(settings));
        co_return;
    }
    tell("letting a set-point run out");
    Experiment& one = snapshot_.experiments["reversion"];
    one.point = lever.text();
    std::vector<Setting> settings = power_order(power_asked(), short_time_out_s);
    settings.insert(settings.begin(), {"WSetRvrt", 0.0});
    const bool done = co_await set(one, lever.model, std::move(settings));
    if (done) co_await watch(one, lever.model, lever.value, 18s);
}

}  // namespace islandbench::conformance
