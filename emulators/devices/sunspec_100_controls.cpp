#include "emulators/devices/sunspec_100_controls.hpp"

#include <algorithm>
#include <cmath>

#include "emulators/devices/sunspec_common.hpp"

namespace islandbench::devices {

using sunspec::point;
using sunspec::symbol;

namespace {

constexpr double pct = 100.0;
/// Of power factor and reactive power where no ramp time is given: that of IEEE 1547-2018.
constexpr Duration open_loop_response{10s};

TimedOrder::Points connection_points() {
    return {{},
            point<123>("Conn"),
            symbol<123>("Conn", "CONNECT"),
            point<123>("Conn_WinTms"),
            point<123>("Conn_RvrtTms")};
}
TimedOrder::Points limit_points() {
    return {{point<123>("WMaxLimPct")},
            point<123>("WMaxLim_Ena"),
            symbol<123>("WMaxLim_Ena", "DISABLED"),
            point<123>("WMaxLimPct_WinTms"),
            point<123>("WMaxLimPct_RvrtTms")};
}
TimedOrder::Points factor_points() {
    return {{point<123>("OutPFSet")},
            point<123>("OutPFSet_Ena"),
            symbol<123>("OutPFSet_Ena", "DISABLED"),
            point<123>("OutPFSet_WinTms"),
            point<123>("OutPFSet_RvrtTms")};
}
TimedOrder::Points var_points() {
    return {{point<123>("VArWMaxPct"), point<123>("VArMaxPct"), point<123>("VArAvalPct"),
             point<123>("VArPct_Mod")},
            point<123>("VArPct_Ena"),
            symbol<123>("VArPct_Ena", "DISABLED"),
            point<123>("VArPct_WinTms"),
            point<123>("VArPct_RvrtTms")};
}
TimedOrder::Points storage_points() {
    return {{point<124>("OutWRte"), point<124>("InWRte")},
            point<124>("StorCtl_Mod"),
            0,
            point<124>("InOutWRte_WinTms"),
            point<124>("InOutWRte_RvrtTms")};
}

}  // namespace

SunSpec100Controls::SunSpec100Controls(sunspec::Image& image, InverterBody& body, Ratio ramp,
                                       const std::string& serial)
    : image_(image),
      body_(body),
      ramp_(ramp),
      random_(0, "orders " + serial),
      connection_(image, connection_points()),
      limit_(image, limit_points()),
      factor_(image, factor_points()),
      var_(image, var_points()),
      storage_(image, storage_points()) {
    build();
}

void SunSpec100Controls::build() {
    must_set(image_, point<123>("WMaxLimPct_SF"), -1);
    must_set(image_, point<123>("OutPFSet_SF"), -3);
    must_set(image_, point<123>("VArPct_SF"), -1);
    must_set(image_, point<123>("Conn"), symbol<123>("Conn", "CONNECT"));
    must_set(image_, point<123>("WMaxLimPct"), pct);
    must_set(image_, point<123>("OutPFSet"), 1.0);
    must_set(image_, point<123>("VArPct_Mod"), symbol<123>("VArPct_Mod", "WMax"));
    must_set(image_, point<124>("WChaDisChaGra_SF"), 0);
    must_set(image_, point<124>("MinRsvPct_SF"), 0);
    must_set(image_, point<124>("ChaState_SF"), -1);
    must_set(image_, point<124>("InBatV_SF"), -1);
    must_set(image_, point<124>("InOutWRte_SF"), -2);
    const double gradient = std::max(1.0, std::round(pct * ramp_.value()));
    must_set(image_, point<124>("WChaGra"), gradient);
    must_set(image_, point<124>("WDisChaGra"), gradient);
    must_set(image_, point<124>("OutWRte"), pct);
    must_set(image_, point<124>("InWRte"), pct);
    must_set(image_, point<124>("ChaGriSet"), symbol<124>("ChaGriSet", "GRID"));
    for (const auto& zero : {point<123>("Conn_WinTms"),       point<123>("Conn_RvrtTms"),
                             point<123>("WMaxLimPct_WinTms"), point<123>("WMaxLimPct_RvrtTms"),
                             point<123>("WMaxLimPct_RmpTms"), point<123>("WMaxLim_Ena"),
                             point<123>("OutPFSet_WinTms"),   point<123>("OutPFSet_RvrtTms"),
                             point<123>("OutPFSet_RmpTms"),   point<123>("OutPFSet_Ena"),
                             point<123>("VArWMaxPct"),        point<123>("VArMaxPct"),
                             point<123>("VArAvalPct"),        point<123>("VArPct_WinTms"),
                             point<123>("VArPct_RvrtTms"),    point<123>("VArPct_RmpTms"),
                             point<123>("VArPct_Ena"),        point<124>("StorCtl_Mod"),
                             point<124>("MinRsvPct"),         point<124>("InOutWRte_WinTms"),
                             point<124>("InOutWRte_RvrtTms"), point<124>("InOutWRte_RmpTms")}) {
        must_set(image_, zero, 0.0);
    }
}

double SunSpec100Controls::number(const sunspec::Point& p, double otherwise) const {
    return image_.view(p.model).number(p).value_or(otherwise);
}

bool SunSpec100Controls::is_on(const sunspec::Point& enable) const {
    return image_.view(enable.model).raw(enable) == 1u;
}

bool SunSpec100Controls::makes_sense() const {
    const auto within = [this](std::initializer_list<sunspec::Point> points) {
        return std::all_of(points.begin(), points.end(), [this](const sunspec::Point& p) {
            return std::fabs(number(p, 0.0)) <= pct;
        });
    };
    const double cos_phi = std::fabs(number(point<123>("OutPFSet"), 1.0));
    const double most = number(point<121>("WMax"), 0.0);
    return within({point<123>("WMaxLimPct"), point<123>("VArWMaxPct"), point<123>("VArMaxPct"),
                   point<123>("VArAvalPct"), point<124>("OutWRte"), point<124>("InWRte"),
                   point<124>("MinRsvPct")}) &&
           cos_phi >= 0.5 && cos_phi <= 1.0 && most > 0.0 && most <= body_.rating().value();
}

void SunSpec100Controls::written(Instant now) {
    const double share = random_.uniform();
    keep_one_way();
    for (TimedOrder* order : {&connection_, &limit_, &factor_, &var_, &storage_}) {
        order->written(now, share);
    }
}

/// Of power factor and reactive power the one that was enabled by the last write stays.
void SunSpec100Controls::keep_one_way() {
    const auto enabled_now = [this](const sunspec::Point& enable) {
        return image_.wrote(enable) && is_on(enable);
    };
    if (enabled_now(point<123>("OutPFSet_Ena"))) {
        must_set(image_, point<123>("VArPct_Ena"), 0.0);
    } else if (enabled_now(point<123>("VArPct_Ena"))) {
        must_set(image_, point<123>("OutPFSet_Ena"), 0.0);
    }
}

std::optional<Duration> SunSpec100Controls::end_orders(Instant now) {
    std::optional<Duration> longest;
    for (TimedOrder* order : {&connection_, &limit_, &factor_, &var_, &storage_}) {
        if (!order->count_down(now)) continue;
        longest = std::max(longest.value_or(Duration{}), now - order->ordered());
    }
    return longest;
}

void SunSpec100Controls::obey(Instant now) {
    const bool connect = image_.view(123).raw(point<123>("Conn")) == symbol<123>("Conn", "CONNECT");
    if (!connection_.waits(now)) body_.permit(connect);
    obey_limit(now);
    obey_reactive(now);
    obey_storage(now);
}

void SunSpec100Controls::obey_limit(Instant now) {
    if (limit_.waits(now)) return;
    const bool limited = is_on(point<123>("WMaxLim_Ena"));
    const double share = limited ? number(point<123>("WMaxLimPct"), pct) / pct : 1.0;
    const Duration ramp = from_seconds(number(point<123>("WMaxLimPct_RmpTms"), 0.0));
    const double base = number(point<121>("WMax"), body_.rating().value()) / body_.rating().value();
    body_.set_limit(Ratio{limit_share_.follow(share * base, ramp, now)});
}

/// As long as nobody asks for any, the reactive power is what the unit was built for.
void SunSpec100Controls::obey_reactive(Instant now) {
    if (factor_.waits(now) || var_.waits(now)) return;
    const auto control = reactive();
    if (control) {
        body_.set_functions({.reactive = control, .volt_watt = {}, .enter_service = {}});
    } else if (reactive_set_) {
        body_.release_functions();
    }
    reactive_set_ = control.has_value();
}

std::optional<plant::ReactiveControl> SunSpec100Controls::reactive() const {
    plant::ReactiveControl control;
    const auto response = [this](const sunspec::Point& ramp) {
        const double seconds = number(ramp, 0.0);
        return seconds > 0.0 ? from_seconds(seconds) : open_loop_response;
    };
    if (is_on(point<123>("OutPFSet_Ena"))) {
        const double cos_phi = number(point<123>("OutPFSet"), 1.0);
        control.mode = plant::ReactiveControl::Mode::power_factor;
        control.injecting = control.absorbing = {std::fabs(cos_phi), cos_phi > 0.0};
        control.response = response(point<123>("OutPFSet_RmpTms"));
        return control;
    }
    if (!is_on(point<123>("VArPct_Ena"))) return std::nullopt;
    const auto mode = image_.view(123).raw(point<123>("VArPct_Mod"));
    if (mode == symbol<123>("VArPct_Mod", "NONE")) return std::nullopt;
    control.share = number(point<123>("VArWMaxPct"), 0.0) / pct;
    if (mode == symbol<123>("VArPct_Mod", "VArMax")) {
        control.share = number(point<123>("VArMaxPct"), 0.0) / pct;
        control.of = plant::VarReference::var_max;
    } else if (mode == symbol<123>("VArPct_Mod", "VArAval")) {
        control.share = number(point<123>("VArAvalPct"), 0.0) / pct;
        control.of = plant::VarReference::var_available;
    }
    control.response = response(point<123>("VArPct_RmpTms"));
    return control;
}

/// What the window of model 124 demands of the battery, positive = discharge; nothing while it
/// leaves the unit its own way.
std::optional<ActivePower> SunSpec100Controls::battery_order() const {
    const auto mode = image_.view(124).raw(point<124>("StorCtl_Mod")).value_or(0);
    const double most = number(point<124>("WChaMax"), 0.0);
    const auto rate = [&](const sunspec::Point& p, std::uint32_t symbol) {
        const bool limited = (mode >> symbol & 1U) != 0;
        return limited ? most * number(p, pct) / pct : most;
    };
    const double high = rate(point<124>("OutWRte"), symbol<124>("StorCtl_Mod", "DiSCHARGE"));
    const double low = -rate(point<124>("InWRte"), symbol<124>("StorCtl_Mod", "CHARGE"));
    if (mode == 0 || (low < 0.0 && high > 0.0)) return std::nullopt;
    // An empty window: the demand to charge wins, it does no harm to the battery.
    return ActivePower{high <= 0.0 ? high : low};
}

void SunSpec100Controls::obey_storage(Instant now) {
    const InverterMeasurement m = body_.measure();
    if (!storage_.waits(now)) {
        const auto order = battery_order();
        const bool anew = order && (!battery_ || battery_->value() != order->value());
        if (anew) {
            // The ramp of this order, else the gradient of its direction.
            const double change = std::fabs(order->value() - m.battery_p.value());
            const double within = number(point<124>("InOutWRte_RmpTms"), 0.0);
            const bool up = *order > m.battery_p;
            const double gradient =
                number(up ? point<124>("WDisChaGra") : point<124>("WChaGra"), pct) / pct;
            const double share = change / body_.rating().value();
            body_.set_ramp(within > 0.0 ? Ratio{share / within} : Ratio{gradient});
        }
        battery_ = order;
    }
    if (!battery_) return body_.set_power(std::nullopt);
    const double reserve = number(point<124>("MinRsvPct"), 0.0) / pct;
    const bool empty = m.soc && m.soc->value() <= reserve;
    const ActivePower battery = empty ? std::min(*battery_, ActivePower{}) : *battery_;
    body_.set_power(battery + m.pv.value_or(ActivePower{}));
}

std::uint32_t SunSpec100Controls::active(Instant now) const {
    std::uint32_t bits = 0;
    const auto add = [&bits](bool acts, std::uint32_t bit) { bits |= acts ? 1U << bit : 0U; };
    add((is_on(point<123>("WMaxLim_Ena")) && !limit_.waits(now)) || battery_,
        symbol<122>("StActCtl", "FixedW"));
    add(is_on(point<123>("VArPct_Ena")) && !var_.waits(now), symbol<122>("StActCtl", "FixedVAR"));
    add(is_on(point<123>("OutPFSet_Ena")) && !factor_.waits(now),
        symbol<122>("StActCtl", "FixedPF"));
    return bits;
}

}  // namespace islandbench::devices
