#include "drivers/sunspec_meter.hpp"

#include <algorithm>

namespace islandbench::drivers {
namespace {

constexpr std::array<std::uint16_t, 8> meter_models{203, 204, 202, 201, 213, 214, 212, 211};

}  // namespace

SunSpecMeter::Points SunSpecMeter::points_of(std::uint16_t model) {
    const auto all = [model](const char* a, const char* b, const char* c) {
        return std::array{sunspec::named_point(model, a), sunspec::named_point(model, b),
                          sunspec::named_point(model, c)};
    };
    return {sunspec::named_point(model, "W"),  sunspec::named_point(model, "VAR"),
            sunspec::named_point(model, "Hz"), all("WphA", "WphB", "WphC"),
            all("PhVphA", "PhVphB", "PhVphC"), all("AphA", "AphB", "AphC")};
}

Task<Done> SunSpecMeter::adopt(const sunspec::Walk& chain, Instant /*deadline*/) {
    const auto there = std::find_if(meter_models.begin(), meter_models.end(),
                                    [&](std::uint16_t id) { return chain.find(id).has_value(); });
    const std::uint16_t model = there == meter_models.end() ? meter_models[0] : *there;
    points_ = points_of(model);
    std::vector<sunspec::Point> wanted{points_.p, points_.q, points_.f};
    for (const auto& one : {points_.p_phase, points_.v_phase, points_.i_phase}) {
        wanted.insert(wanted.end(), one.begin(), one.end());
    }
    auto meter = require(chain, model, wanted);
    if (!meter) co_return tl::unexpected(meter.error());
    meter_.emplace(std::move(*meter));
    co_return Done{};
}

Task<Result<MeterReading>> SunSpecMeter::read(Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return tl::unexpected(ready.error());
    const Done fresh = co_await refresh(*meter_, deadline);
    if (!fresh) co_return tl::unexpected(fresh.error());
    const sunspec::ModelView view = meter_->block.view();
    const auto w = view.required(points_.p);
    if (!w) co_return tl::unexpected(complaint(w.error().code, w.error().what));
    MeterReading reading;
    reading.reported = clock().now();
    reading.p = ActivePower{*w};
    reading.q = ReactivePower{view.number(points_.q).value_or(not_told)};
    reading.f = Frequency{view.number(points_.f).value_or(not_told)};
    for (std::size_t i = 0; i < phases; ++i) {
        reading.p_phase[i] = ActivePower{view.number(points_.p_phase[i]).value_or(not_told)};
        reading.v_phase[i] = Voltage{view.number(points_.v_phase[i]).value_or(not_told)};
        reading.i_phase[i] = Current{view.number(points_.i_phase[i]).value_or(not_told)};
    }
    co_return reading;
}

}  // namespace islandbench::drivers
