#include "base/unit_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace islandbench {
namespace {

struct UnitRow {
    std::string_view text;
    Unit unit;
};

constexpr std::array unit_rows{
    UnitRow{"W", {Dimension::active_power, 1.0}},
    UnitRow{"kW", {Dimension::active_power, 1e3}},
    UnitRow{"MW", {Dimension::active_power, 1e6}},
    UnitRow{"var", {Dimension::reactive_power, 1.0}},
    UnitRow{"kvar", {Dimension::reactive_power, 1e3}},
    UnitRow{"Mvar", {Dimension::reactive_power, 1e6}},
    UnitRow{"VA", {Dimension::apparent_power, 1.0}},
    UnitRow{"kVA", {Dimension::apparent_power, 1e3}},
    UnitRow{"MVA", {Dimension::apparent_power, 1e6}},
    UnitRow{"Wh", {Dimension::energy, 1.0}},
    UnitRow{"kWh", {Dimension::energy, 1e3}},
    UnitRow{"MWh", {Dimension::energy, 1e6}},
    UnitRow{"Ah", {Dimension::charge, 1.0}},
    UnitRow{"V", {Dimension::voltage, 1.0}},
    UnitRow{"mV", {Dimension::voltage, 1e-3}},
    UnitRow{"kV", {Dimension::voltage, 1e3}},
    UnitRow{"A", {Dimension::current, 1.0}},
    UnitRow{"mA", {Dimension::current, 1e-3}},
    UnitRow{"kA", {Dimension::current, 1e3}},
    UnitRow{"Hz", {Dimension::frequency, 1.0}},
    UnitRow{"mHz", {Dimension::frequency, 1e-3}},
    UnitRow{"Hz/s", {Dimension::rocof, 1.0}},
    UnitRow{"W/s", {Dimension::power_rate, 1.0}},
    UnitRow{"kW/s", {Dimension::power_rate, 1e3}},
    UnitRow{"W/min", {Dimension::power_rate, 1.0 / 60.0}},
    UnitRow{"kW/min", {Dimension::power_rate, 1e3 / 60.0}},
    UnitRow{"V/s", {Dimension::voltage_rate, 1.0}},
    UnitRow{"pu/s", {Dimension::ratio_rate, 1.0}},
    UnitRow{"%/s", {Dimension::ratio_rate, 1e-2}},
    UnitRow{"%/min", {Dimension::ratio_rate, 1.0 / 6000.0}},
    UnitRow{"s", {Dimension::time, 1.0}},
    UnitRow{"ms", {Dimension::time, 1e-3}},
    UnitRow{"us", {Dimension::time, 1e-6}},
    UnitRow{"ns", {Dimension::time, 1e-9}},
    UnitRow{"min", {Dimension::time, 60.0}},
    UnitRow{"h", {Dimension::time, 3600.0}},
    UnitRow{"deg", {Dimension::angle, 1.0}},
    UnitRow{"%", {Dimension::ratio, 1e-2}},
    UnitRow{"pu", {Dimension::ratio, 1.0}},
    UnitRow{"degC", {Dimension::temperature, 1.0}},
    UnitRow{"ohm", {Dimension::resistance, 1.0}},
    UnitRow{"mohm", {Dimension::resistance, 1e-3}},
    UnitRow{"ohm/km", {Dimension::impedance_per_length, 1.0}},
    UnitRow{"m", {Dimension::length, 1.0}},
    UnitRow{"km", {Dimension::length, 1e3}},
    UnitRow{"EUR", {Dimension::money, 1.0}},
    UnitRow{"EUR/kWh", {Dimension::energy_price, 1.0}},
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// Digits after the point so that about four figures are seen, without trailing zeros.
std::string figures(double value) {
    if (!std::isfinite(value)) return std::isnan(value) ? "no value" : (value > 0 ? "inf" : "-inf");
    const double size = std::fabs(value);
    const int decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
    char text[48];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    std::string result = text;
    if (result.find('.') != std::string::npos) {
        while (result.back() == '0') result.pop_back();
        if (result.back() == '.') result.pop_back();
    }
    return result == "-0" ? "0" : result;
}

std::string with_prefix(double value, std::string_view unit) {
    const double size = std::fabs(value);
    if (size >= 1e6) return figures(value / 1e6) + " M" + std::string(unit);
    if (size >= 1e3) return figures(value / 1e3) + " k" + std::string(unit);
    return figures(value) + " " + std::string(unit);
}

}  // namespace

std::vector<std::string_view> units_of(Dimension dimension) {
    std::vector<std::string_view> texts;
    for (const UnitRow& row : unit_rows) {
        if (row.unit.dimension == dimension) texts.push_back(row.text);
    }
    return texts;
}

Result<Unit> parse_unit(std::string_view text) {
    for (const UnitRow& row : unit_rows) {
        if (row.text == text) return row.unit;
    }
    return failure(ErrorCode::bad_input, "unknown unit \"" + std::string(text) + "\"");
}

Result<Measure> parse_measure(std::string_view text) {
    const std::string_view whole = trimmed(text);
    double number = 0.0;
    const auto [end, status] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
    if (status != std::errc{} || !std::isfinite(number)) {
        return failure(
            ErrorCode::bad_input,
            "expected a number with a unit, like \"13.5 kWh\", not \"" + std::string(text) + "\"");
    }
    const std::string_view symbol =
        trimmed(whole.substr(static_cast<std::size_t>(end - whole.data())));
    if (symbol.empty()) {
        return failure(ErrorCode::bad_input, "no unit behind \"" + std::string(whole) + "\"");
    }
    const auto unit = parse_unit(symbol);
    if (!unit) return tl::unexpected(unit.error());
    return Measure{number * unit->scale, unit->dimension};
}

std::string format_measure(double value, Dimension dimension) {
    switch (dimension) {
        case Dimension::none: return figures(value);
        case Dimension::time: return format_duration(from_seconds(value));
        case Dimension::ratio: return figures(value * 100.0) + " %";
        case Dimension::ratio_rate: return figures(value * 100.0) + " %/s";
        case Dimension::frequency: {
            char text[48];
            std::snprintf(text, sizeof text, "%.3f Hz", value);
            return text;
        }
        case Dimension::active_power:
        case Dimension::reactive_power:
        case Dimension::apparent_power:
        case Dimension::energy: return with_prefix(value, unit_symbol(dimension));
        default: return figures(value) + " " + std::string(unit_symbol(dimension));
    }
}

std::string write_measure(double value, Dimension dimension) {
    char digits[48];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const std::string_view unit = dimension == Dimension::ratio ? "pu" : unit_symbol(dimension);
    return std::string(digits, end) + " " + std::string(unit);
}

std::string_view dimension_name(Dimension dimension) noexcept {
    switch (dimension) {
        case Dimension::none: return "plain number";
        case Dimension::time: return "time";
        case Dimension::ratio: return "ratio";
        case Dimension::active_power: return "active power";
        case Dimension::reactive_power: return "reactive power";
        case Dimension::apparent_power: return "apparent power";
        case Dimension::energy: return "energy";
        case Dimension::charge: return "charge";
        case Dimension::voltage: return "voltage";
        case Dimension::current: return "current";
        case Dimension::frequency: return "frequency";
        case Dimension::rocof: return "rate of change of frequency";
        case Dimension::power_rate: return "rate of change of power";
        case Dimension::voltage_rate: return "rate of change of voltage";
        case Dimension::ratio_rate: return "rate of change of a ratio";
        case Dimension::angle: return "angle";
        case Dimension::temperature: return "temperature";
        case Dimension::resistance: return "resistance";
        case Dimension::impedance_per_length: return "impedance per length";
        case Dimension::length: return "length";
        case Dimension::money: return "money";
        case Dimension::energy_price: return "price of energy";
    }
    return "unknown";
}

std::string_view unit_symbol(Dimension dimension) noexcept {
    switch (dimension) {
        case Dimension::none: return "";
        case Dimension::time: return "s";
        case Dimension::ratio: return "";
        case Dimension::active_power: return "W";
        case Dimension::reactive_power: return "var";
        case Dimension::apparent_power: return "VA";
        case Dimension::energy: return "Wh";
        case Dimension::charge: return "Ah";
        case Dimension::voltage: return "V";
        case Dimension::current: return "A";
        case Dimension::frequency: return "Hz";
        case Dimension::rocof: return "Hz/s";
        case Dimension::power_rate: return "W/s";
        case Dimension::voltage_rate: return "V/s";
        case Dimension::ratio_rate: return "pu/s";
        case Dimension::angle: return "deg";
        case Dimension::temperature: return "degC";
        case Dimension::resistance: return "ohm";
        case Dimension::impedance_per_length: return "ohm/km";
        case Dimension::length: return "m";
        case Dimension::money: return "EUR";
        case Dimension::energy_price: return "EUR/kWh";
    }
    return "";
}

}  // namespace islandbench
