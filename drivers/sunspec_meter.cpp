#include "drivers/sunspec_meter.hpp"

namespace islandbench::drivers {
namespace {

using sunspec::point;

constexpr std::array wanted_points{point<203>("AphA"),   point<203>("AphB"),   point<203>("AphC"),
                                   point<203>("PhVphA"), point<203>("PhVphB"), point<203>("PhVphC"),
                                   point<203>("Hz"),     point<203>("W"),      point<203>("WphA"),
                                   point<203>("WphB"),   point<203>("WphC"),   point<203>("VAR")};

}  // namespace

Task<Done> SunSpecMeter::adopt(const sunspec::Walk& chain, Instant /*deadline*/) {
    auto meter = require(chain, 203, wanted_points);
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
    const auto w = view.required(point<203>("W"));
    if (!w) co_return tl::unexpected(complaint(w.error().code, w.error().what));
    MeterReading reading;
    reading.reported = clock().now();
    reading.p = ActivePower{*w};
    reading.q = ReactivePower{view.number(point<203>("VAR")).value_or(not_told)};
    reading.f = Frequency{view.number(point<203>("Hz")).value_or(not_told)};
    const std::array power{point<203>("WphA"), point<203>("WphB"), point<203>("WphC")};
    const std::array voltage{point<203>("PhVphA"), point<203>("PhVphB"), point<203>("PhVphC")};
    const std::array current{point<203>("AphA"), point<203>("AphB"), point<203>("AphC")};
    for (std::size_t i = 0; i < phases; ++i) {
        reading.p_phase[i] = ActivePower{view.number(power[i]).value_or(not_told)};
        reading.v_phase[i] = Voltage{view.number(voltage[i]).value_or(not_told)};
        reading.i_phase[i] = Current{view.number(current[i]).value_or(not_told)};
    }
    co_return reading;
}

}  // namespace islandbench::drivers
