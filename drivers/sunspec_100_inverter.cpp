#include "drivers/sunspec_100_inverter.hpp"

#include <algorithm>
#include <cmath>

namespace islandbench::drivers {
namespace {

using sunspec::point;
using sunspec::repeated_point;
using sunspec::symbol;

constexpr std::array<std::uint16_t, 6> measuring_models{103, 113, 101, 111, 102, 112};

constexpr std::uint64_t both_ways = std::uint64_t{1} << symbol<124>("StorCtl_Mod", "CHARGE") |
                                    std::uint64_t{1} << symbol<124>("StorCtl_Mod", "DiSCHARGE");

/// Devices may know whole percents only.
constexpr double step_percent = 0.5;

constexpr double pct = 100.0;

}  // namespace

SunSpec100Inverter::Points SunSpec100Inverter::points_of(std::uint16_t model) {
    const auto named = [model](std::string_view name) { return sunspec::named_point(model, name); };
    return {named("W"),
            named("VAr"),
            named("Hz"),
            named("St"),
            named("Evt1"),
            {named("PhVphA"), named("PhVphB"), named("PhVphC")},
            {named("AphA"), named("AphB"), named("AphC")}};
}

Task<Done> SunSpec100Inverter::adopt(const sunspec::Walk& chain, Instant deadline) {
    const auto there = std::find_if(measuring_models.begin(), measuring_models.end(),
                                    [&](std::uint16_t id) { return chain.find(id).has_value(); });
    const std::uint16_t model = there == measuring_models.end() ? measuring_models[0] : *there;
    points_ = points_of(model);
    std::vector<sunspec::Point> wanted{points_.w, points_.var, points_.hz, points_.state,
                                       points_.events};
    for (std::size_t i = 0; i < phases; ++i) {
        wanted.push_back(points_.v[i]);
        wanted.push_back(points_.a[i]);
    }
    auto measurements = require(chain, model, wanted);
    if (!measurements) co_return tl::unexpected(measurements.error());
    measurements_.emplace(std::move(*measurements));
    const auto adopt_if_there = [&](std::optional<PolledModel>& into, std::uint16_t id) {
        into.reset();
        if (auto one = require(chain, id)) into.emplace(std::move(*one));
    };
    adopt_if_there(limit_, 123);
    adopt_if_there(storage_, 124);
    adopt_if_there(pv_, 160);
    if (storage_) {
        const Done read = co_await refresh(*storage_, deadline);
        if (!read) co_return read;
    }
    if (limit_) {
        const Done read = co_await refresh(*limit_, deadline);
        if (!read) co_return read;
    }
    co_return co_await adopt_ratings(chain, deadline);
}

Task<Done> SunSpec100Inverter::adopt_ratings(const sunspec::Walk& chain, Instant deadline) {
    auto ratings = require(chain, 120);
    if (!ratings) co_return tl::unexpected(ratings.error());
    const Done read = co_await refresh(*ratings, deadline);
    if (!read) co_return read;
    const sunspec::ModelView view = ratings->block.view();
    const auto w = view.required(point<120>("WRtg"));
    if (!w) co_return tl::unexpected(complaint(w.error().code, w.error().what));
    limits_.s_max = ApparentPower{view.number(point<120>("VARtg")).value_or(*w)};
    limits_.p_discharge_max = ActivePower{*w};
    limits_.p_charge_max = ActivePower{};
    if (storage_) {
        limits_.p_charge_max = ActivePower{view.number(point<120>("MaxChaRte")).value_or(*w)};
    }
    co_return Done{};
}

std::array<PolledModel*, 3> SunSpec100Inverter::slow_models() {
    return {limit_ ? &*limit_ : nullptr, storage_ ? &*storage_ : nullptr, pv_ ? &*pv_ : nullptr};
}

Result<InverterReading> SunSpec100Inverter::decode() const {
    const sunspec::ModelView ac = measurements_->block.view();
    const auto p = ac.required(points_.w);
    const auto f = ac.required(points_.hz);
    if (!p) return tl::unexpected(complaint(p.error().code, p.error().what));
    if (!f) return tl::unexpected(complaint(f.error().code, f.error().what));
    const auto state = ac.raw(points_.state);
    InverterReading reading;
    reading.reported = clock().now();
    // All of these models share their states. Who converts is connected.
    reading.connected =
        state == symbol<103>("St", "MPPT") || state == symbol<103>("St", "THROTTLED");
    reading.throttled = state == symbol<103>("St", "THROTTLED");
    reading.fault = state == symbol<103>("St", "FAULT");
    reading.p = ActivePower{*p};
    reading.q = ReactivePower{ac.number(points_.var).value_or(not_told)};
    reading.f = Frequency{*f};
    // Power is told of the whole unit only: it is shared out as the currents are.
    std::array<double, phases> share{};
    double sum = 0.0;
    for (std::size_t i = 0; i < phases; ++i) {
        reading.v_phase[i] = Voltage{ac.number(points_.v[i]).value_or(not_told)};
        share[i] = std::fabs(ac.number(points_.a[i]).value_or(0.0));
        sum += share[i];
    }
    for (std::size_t i = 0; i < phases && sum > 0.0; ++i) {
        reading.p_phase[i] = reading.p * (share[i] / sum);
    }
    decode_storage(reading);
    return reading;
}

void SunSpec100Inverter::decode_storage(InverterReading& reading) const {
    reading.pv = pv();
    if (!storage_) return;
    const sunspec::ModelView view = storage_->block.view();
    if (const auto soc = view.number(point<124>("ChaState"))) reading.soc = Ratio{*soc / pct};
    const auto out = view.number(point<124>("OutWRte"));
    const auto in = view.number(point<124>("InWRte"));
    const auto most = view.number(point<124>("WChaMax"));
    const bool held = (view.raw(point<124>("StorCtl_Mod")).value_or(0) & both_ways) == both_ways;
    if (!held || !out || !in || !most || std::fabs(*out + *in) > step_percent) return;
    reading.p_setpoint = ActivePower{*out / pct * *most} + reading.pv.value_or(ActivePower{});
}

std::optional<ActivePower> SunSpec100Inverter::pv() const {
    if (!pv_) return std::nullopt;
    const sunspec::ModelView view = pv_->block.view();
    std::optional<ActivePower> sum;
    constexpr auto power = repeated_point<160>("module.DCW");
    for (int i = 0; i < view.repetitions(); ++i) {
        if (const auto w = view.number(power[i])) {
            sum = ActivePower{sum.value_or(ActivePower{}).value() + *w};
        }
    }
    return sum;
}

Done SunSpec100Inverter::check(const InverterCommand& command) const {
    if (!storage_) {
        return tl::unexpected(complaint(ErrorCode::not_available,
                                        "has no model 124: it cannot be given a set-point"));
    }
    return check_order({command.p}, command.valid_for);
}

/// Of WChaMax, which the discharge is counted in too: the battery's part of a set-point.
double SunSpec100Inverter::battery_percent(ActivePower p) const {
    const double most =
        storage_->block.view().number(point<124>("WChaMax")).value_or(limits_.s_max.value());
    const double battery = p.value() - pv().value_or(ActivePower{}).value();
    return std::clamp(pct * battery / most, -pct, pct);
}

Result<sunspec::PointWriter> SunSpec100Inverter::set_point(const InverterCommand& command) const {
    sunspec::PointWriter writer;
    Result<void> set;
    if (limit_ && !shows_limit(command.curtail_to)) {
        writer.begin(limit_->block);
        const double percent = pct * command.curtail_to.value();
        set = set_all(writer, {{point<123>("WMaxLimPct"), percent},
                               {point<123>("WMaxLim_Ena"), percent < pct ? 1.0 : 0.0}});
    }
    if (set) {
        writer.begin_next(storage_->block);
        const double percent = battery_percent(command.p);
        set = set_all(writer, {{point<124>("OutWRte"), percent},
                               {point<124>("InWRte"), -percent},
                               {point<124>("InOutWRte_RvrtTms"), to_seconds(command.valid_for)},
                               {point<124>("StorCtl_Mod"), static_cast<double>(both_ways)}});
    }
    if (!set) return tl::unexpected(complaint(set.error().code, set.error().what));
    return writer;
}

bool SunSpec100Inverter::shows_limit(Ratio asked) const {
    const sunspec::ModelView view = limit_->block.view();
    const bool limited = view.raw(point<123>("WMaxLim_Ena")) == 1u;
    const double shown = limited ? view.number(point<123>("WMaxLimPct")).value_or(pct) : pct;
    return std::fabs(shown - pct * asked.value()) <= step_percent;
}

std::array<PolledModel*, 2> SunSpec100Inverter::ordered_models() {
    return {&*storage_, limit_ ? &*limit_ : nullptr};
}

bool SunSpec100Inverter::shows(const InverterCommand& command) const {
    const double asked = battery_percent(command.p);
    const sunspec::ModelView view = storage_->block.view();
    const auto is = [&](const sunspec::Point& p, double percent) {
        return std::fabs(view.number(p).value_or(2.0 * pct) - percent) <= step_percent;
    };
    const bool held = (view.raw(point<124>("StorCtl_Mod")).value_or(0) & both_ways) == both_ways;
    const bool limited = !limit_ || shows_limit(command.curtail_to);
    return held && limited && is(point<124>("OutWRte"), asked) && is(point<124>("InWRte"), -asked);
}

Task<Done> SunSpec100Inverter::release(Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return ready;
    sunspec::PointWriter writer;
    Result<void> set;
    if (storage_) {
        writer.begin(storage_->block);
        set = writer.set(point<124>("StorCtl_Mod"), 0.0);
    }
    if (set && limit_) {
        writer.begin_next(limit_->block);
        set = writer.set(point<123>("WMaxLim_Ena"), 0.0);
    }
    if (!set) co_return tl::unexpected(complaint(set.error().code, set.error().what));
    co_return co_await write_all(writer, deadline);
}

Task<Done> SunSpec100Inverter::permit(bool in_service, Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return ready;
    if (!limit_) {
        co_return tl::unexpected(
            complaint(ErrorCode::not_available, "has no model 123: nobody can stop it"));
    }
    const std::uint32_t wanted =
        in_service ? symbol<123>("Conn", "CONNECT") : symbol<123>("Conn", "DISCONNECT");
    co_return co_await write_permission(*limit_, point<123>("Conn"), wanted, deadline);
}

}  // namespace islandbench::drivers
