#include "drivers/sunspec_battery.hpp"

namespace islandbench::drivers {
namespace {

using sunspec::point;
using sunspec::symbol;

/// Events that mean more than a warning (names end in ALARM): they stop the battery.
constexpr std::uint32_t alarm_bits() {
    std::uint32_t bits = 0;
    for (const std::uint32_t bit :
         {symbol<802>("Evt1", "COMMUNICATION_ERROR"), symbol<802>("Evt1", "OVER_TEMP_ALARM"),
          symbol<802>("Evt1", "UNDER_TEMP_ALARM"), symbol<802>("Evt1", "OVER_CHARGE_CURRENT_ALARM"),
          symbol<802>("Evt1", "OVER_DISCHARGE_CURRENT_ALARM"),
          symbol<802>("Evt1", "OVER_VOLT_ALARM"), symbol<802>("Evt1", "UNDER_VOLT_ALARM"),
          symbol<802>("Evt1", "UNDER_SOC_MIN_ALARM"), symbol<802>("Evt1", "OVER_SOC_MAX_ALARM"),
          symbol<802>("Evt1", "TEMPERATURE_IMBALANCE_ALARM"), symbol<802>("Evt1", "OTHER_ALARM"),
          symbol<802>("Evt1", "CONFIGURATION_ALARM")}) {
        bits |= 1U << bit;
    }
    return bits;
}

}  // namespace

Task<Done> SunSpecBattery::adopt(const sunspec::Walk& chain, Instant /*deadline*/) {
    auto battery = require(chain, 802);
    if (!battery) co_return tl::unexpected(battery.error());
    battery_.emplace(std::move(*battery));
    co_return Done{};
}

Task<Result<BmsReading>> SunSpecBattery::read(Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return tl::unexpected(ready.error());
    const Done fresh = co_await refresh(*battery_, deadline);
    if (!fresh) co_return tl::unexpected(fresh.error());
    const sunspec::ModelView view = battery_->block.view();
    const auto soc = view.required(point<802>("SoC"));
    if (!soc) co_return tl::unexpected(complaint(soc.error().code, soc.error().what));
    BmsReading reading;
    reading.reported = clock().now();
    reading.soc = Ratio{*soc / 100.0};
    reading.soh = Ratio{view.number(point<802>("SoH")).value_or(100.0) / 100.0};
    reading.v = Voltage{view.number(point<802>("V")).value_or(not_told)};
    reading.i = Current{view.number(point<802>("A")).value_or(not_told)};
    reading.charge_limit = Current{view.number(point<802>("AChaMax")).value_or(not_told)};
    reading.discharge_limit = Current{view.number(point<802>("ADisChaMax")).value_or(not_told)};
    const bool connected = view.raw(point<802>("State")) == symbol<802>("State", "CONNECTED");
    reading.charge_enabled = connected && reading.charge_limit.value() > 0.0;
    reading.discharge_enabled = connected && reading.discharge_limit.value() > 0.0;
    reading.alarm = (view.raw(point<802>("Evt1")).value_or(0) & alarm_bits()) != 0;
    co_return reading;
}

}  // namespace islandbench::drivers
