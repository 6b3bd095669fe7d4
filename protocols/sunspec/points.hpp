#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "protocols/sunspec/tables/battery.hpp"
#include "protocols/sunspec/tables/common.hpp"
#include "protocols/sunspec/tables/der.hpp"
#include "protocols/sunspec/tables/der_functions.hpp"
#include "protocols/sunspec/tables/inverter.hpp"
#include "protocols/sunspec/tables/meter.hpp"
#include "protocols/sunspec/tables/meter_float.hpp"
#include "protocols/sunspec/tables/settings.hpp"

/// The points of the SunSpec models 1, 101-103, 111-113, 120-124, 160, 201-204, 211-214, 701-715,
/// 802 and 803, found while compiling: a misspelt name is a compile error. These tables are the one
/// source of what emulators serve, drivers read and docs/sunspec.md says.
///
///     constexpr auto w = point<701>("W");
///     constexpr auto port_power = repeated_point<714>("Prt.DCW");   // port_power[0] is a Point
///     constexpr auto curve_v = curve_point<705>("Crv.Pt.V");        // curve_v.at(curve, slots, i)
///     constexpr auto running = symbol<701>("InvSt", "RUNNING");     // 3
namespace islandbench::sunspec {

/// A model: its points, its repeating group, its length.
struct Model {
    std::uint16_t id = 0;
    std::string_view label;
    std::span<const Point> points;  ///< by offset; a repeating group's once
    Repetition repetition;

    /// The point that counts the instances of the repeating group; there must be one.
    [[nodiscard]] constexpr const Point& count_point() const;
    /// The point that says how many slots a curve has; there must be one.
    [[nodiscard]] constexpr const Point& slots_point() const;
    /// Registers, ID and L included, with so many instances of the repeating group.
    [[nodiscard]] constexpr int size(int repetitions = 0, int slots = 0) const {
        if (repetition.stride == 0) return points.back().end();
        return repetition.base + repetitions * repetition.size(slots);
    }
};

namespace detail {

// Indices, not pointers: under UBSan g++ 12 takes no comparison with nullptr for a constant.

/// Where the point of that name stands; points.size() when there is none.
constexpr std::size_t index_of(std::span<const Point> points, std::string_view name) {
    std::size_t i = 0;
    while (i < points.size() && points[i].name != name) ++i;
    return i;
}

// Calling one of these in a constant expression is the compile error that names the mistake.
void no_such_model();
void no_such_point();
void point_is_in_a_repeating_group_use_repeated_point();
void point_is_not_in_a_repeating_group_use_point();
void point_is_in_a_curve_use_curve_point();
void point_is_not_in_a_curve_use_repeated_point();
void no_such_symbol();
void no_such_scale_factor();

/// A scale factor stands in the point's own group, else at model level.
constexpr std::uint16_t scale_offset(std::span<const Point> points, const Point& of) {
    if (of.scale.empty()) return 0;
    const std::string_view group = of.name.substr(0, of.name.find('.') + 1);
    for (const Point& p : points) {
        if (p.name.starts_with(group) && p.name.substr(group.size()) == of.scale) return p.offset;
    }
    const std::size_t scale = index_of(points, of.scale);
    if (scale == points.size()) no_such_scale_factor();
    return points[scale].offset;
}

/// Fills in what the table leaves to be derived.
template <std::size_t n>
constexpr std::array<Point, n> completed(std::array<Point, n> points, Repetition repetition = {}) {
    for (Point& p : points) {
        p.scale_offset = scale_offset(points, p);
        if (repetition.stride == 0 || p.offset < repetition.base) continue;
        p.stride = repetition.stride;
        p.stride_per_slot = repetition.stride_per_slot;
    }
    return points;
}

/// The same layout under another id, in which the points of `optional` are not mandatory.
template <std::size_t n>
constexpr std::array<Point, n> as_model(std::uint16_t id, std::array<Point, n> points,
                                        std::initializer_list<std::string_view> optional = {}) {
    for (Point& p : points) p.model = id;
    for (const std::string_view name : optional) {
        const std::size_t i = index_of(points, name);
        if (i == n) no_such_point();
        points[i].mandatory = false;
    }
    return points;
}

inline constexpr Repetition inputs{"module", 10, 20, "N", "", 0};
inline constexpr Repetition volt_var_curves{"Crv", 15, 10, "NCrv", "NPt", 2};
inline constexpr Repetition volt_watt_curves{"Crv", 15, 5, "NCrv", "NPt", 2};
inline constexpr Repetition voltage_trips{"Crv", 9, 4, "NCrvSet", "NPt", 9};
inline constexpr Repetition frequency_trips{"Crv", 9, 4, "NCrvSet", "NPt", 12};
inline constexpr Repetition control_sets{"Ctl", 14, 10, "NCtl", "", 0};
inline constexpr Repetition watt_var_curves{"Crv", 14, 4, "NCrv", "NPt", 2};
inline constexpr Repetition ports{"Prt", 20, 25, "NPrt", "", 0};
inline constexpr Repetition strings{"string", 28, 32, "NStr", "", 0};

inline constexpr auto model_1 = completed(tables::model_1);
inline constexpr auto model_103 = completed(tables::model_103);
inline constexpr auto model_101 = as_model(101, model_103, {"AphB", "AphC", "PhVphB", "PhVphC"});
inline constexpr auto model_102 = as_model(102, model_103, {"AphC", "PhVphC"});
inline constexpr auto model_111 = completed(tables::model_111);
inline constexpr auto model_113 = completed(tables::model_113);
inline constexpr auto model_112 = as_model(112, model_113, {"AphC", "PhVphC"});
inline constexpr auto model_120 = completed(tables::model_120);
inline constexpr auto model_121 = completed(tables::model_121);
inline constexpr auto model_122 = completed(tables::model_122);
inline constexpr auto model_123 = completed(tables::model_123);
inline constexpr auto model_124 = completed(tables::model_124);
inline constexpr auto model_160 = completed(tables::model_160, inputs);
inline constexpr auto model_201 = completed(tables::model_201);
inline constexpr auto model_203 = completed(tables::model_203);
inline constexpr auto model_202 =
    as_model(202, model_203, {"AphA", "PhVphC", "PhVphBC", "PhVphCA"});
inline constexpr auto model_204 = as_model(204, model_203, {"PhV", "PhVphA", "PhVphB", "PhVphC"});
inline constexpr auto model_213 = completed(tables::model_213);
inline constexpr auto model_211 = as_model(
    211, model_213,
    {"AphB", "AphC", "PhV", "PhVphA", "PhVphB", "PhVphC", "PPV", "PPVphAB", "PPVphBC", "PPVphCA"});
inline constexpr auto model_212 =
    as_model(212, model_213, {"AphC", "PhVphC", "PPVphBC", "PPVphCA"});
inline constexpr auto model_214 = as_model(214, model_213, {"PhV", "PhVphA", "PhVphB", "PhVphC"});
inline constexpr auto model_701 = completed(tables::model_701);
inline constexpr auto model_702 = completed(tables::model_702);
inline constexpr auto model_703 = completed(tables::model_703);
inline constexpr auto model_704 = completed(tables::model_704);
inline constexpr auto model_705 = completed(tables::model_705, volt_var_curves);
inline constexpr auto model_706 = completed(tables::model_706, volt_watt_curves);
inline constexpr auto model_707 = completed(tables::model_707, voltage_trips);
inline constexpr auto model_708 = as_model(708, model_707);
inline constexpr auto model_709 = completed(tables::model_709, frequency_trips);
inline constexpr auto model_710 = as_model(710, model_709);
inline constexpr auto model_711 = completed(tables::model_711, control_sets);
inline constexpr auto model_712 = completed(tables::model_712, watt_var_curves);
inline constexpr auto model_713 = completed(tables::model_713);
inline constexpr auto model_714 = completed(tables::model_714, ports);
inline constexpr auto model_715 = completed(tables::model_715);
inline constexpr auto model_802 = completed(tables::model_802);
inline constexpr auto model_803 = completed(tables::model_803, strings);

}  // namespace detail

/// All models that the tables know, by id.
inline constexpr auto models = std::to_array<Model>({
    {1, "common", detail::model_1, {}},
    {101, "inverter, single phase", detail::model_101, {}},
    {102, "inverter, split phase", detail::model_102, {}},
    {103, "inverter, three phases", detail::model_103, {}},
    {111, "inverter, single phase, float32", detail::model_111, {}},
    {112, "inverter, split phase, float32", detail::model_112, {}},
    {113, "inverter, three phases, float32", detail::model_113, {}},
    {120, "nameplate", detail::model_120, {}},
    {121, "basic settings", detail::model_121, {}},
    {122, "measurements and status", detail::model_122, {}},
    {123, "immediate controls", detail::model_123, {}},
    {124, "storage", detail::model_124, {}},
    {160, "inputs of an inverter", detail::model_160, detail::inputs},
    {201, "AC meter, single phase", detail::model_201, {}},
    {202, "AC meter, split phase", detail::model_202, {}},
    {203, "AC meter, three-phase", detail::model_203, {}},
    {204, "AC meter, delta", detail::model_204, {}},
    {211, "AC meter, single phase, float32", detail::model_211, {}},
    {212, "AC meter, split phase, float32", detail::model_212, {}},
    {213, "AC meter, three-phase, float32", detail::model_213, {}},
    {214, "AC meter, delta, float32", detail::model_214, {}},
    {701, "DER AC measurement", detail::model_701, {}},
    {702, "DER capacity", detail::model_702, {}},
    {703, "DER enter service", detail::model_703, {}},
    {704, "DER AC controls", detail::model_704, {}},
    {705, "DER volt-var", detail::model_705, detail::volt_var_curves},
    {706, "DER volt-watt", detail::model_706, detail::volt_watt_curves},
    {707, "DER trip at low voltage", detail::model_707, detail::voltage_trips},
    {708, "DER trip at high voltage", detail::model_708, detail::voltage_trips},
    {709, "DER trip at low frequency", detail::model_709, detail::frequency_trips},
    {710, "DER trip at high frequency", detail::model_710, detail::frequency_trips},
    {711, "DER frequency droop", detail::model_711, detail::control_sets},
    {712, "DER watt-var", detail::model_712, detail::watt_var_curves},
    {713, "DER storage capacity", detail::model_713, {}},
    {714, "DER DC measurement", detail::model_714, detail::ports},
    {715, "DER control", detail::model_715, {}},
    {802, "battery base model", detail::model_802, {}},
    {803, "lithium-ion battery bank", detail::model_803, detail::strings},
});

namespace detail {

/// Where the model stands; models.size() when there is none.
constexpr std::size_t index_of_model(std::uint16_t id) {
    std::size_t i = 0;
    while (i < models.size() && models[i].id != id) ++i;
    return i;
}

}  // namespace detail

/// The model, or nullptr when the tables do not know it.
constexpr const Model* find_model(std::uint16_t id) {
    const std::size_t i = detail::index_of_model(id);
    return i < models.size() ? &models[i] : nullptr;
}

/// A point of a model that is only known while running; both must be in the tables.
constexpr const Point& named_point(std::uint16_t model, std::string_view name) {
    const Model* const known = find_model(model);
    IB_ASSERT(known != nullptr);
    std::size_t i = 0;
    while (i < known->points.size() && known->points[i].name != name) ++i;
    IB_ASSERT(i < known->points.size());
    return known->points[i];
}

namespace detail {

template <std::uint16_t model>
constexpr const Point& existing_point(std::string_view name) {
    constexpr std::size_t m = index_of_model(model);
    if (m == models.size()) no_such_model();
    const std::size_t p = index_of(models[m].points, name);
    if (p == models[m].points.size()) no_such_point();
    return models[m].points[p];
}

/// The number in front of `name` in "0=OFF;1=ON".
constexpr std::uint32_t symbol_value(std::string_view symbols, std::string_view name) {
    while (!symbols.empty()) {
        const std::string_view one = symbols.substr(0, symbols.find(';'));
        symbols.remove_prefix(one.size() == symbols.size() ? one.size() : one.size() + 1);
        const std::size_t equals = one.find('=');
        if (one.substr(equals + 1) != name) continue;
        std::uint32_t value = 0;
        for (const char digit : one.substr(0, equals)) {
            value = value * 10 + static_cast<std::uint32_t>(digit - '0');
        }
        return value;
    }
    no_such_symbol();
    return 0;
}

}  // namespace detail

constexpr const Point& Model::count_point() const {
    const std::size_t i = detail::index_of(points, repetition.count);
    IB_ASSERT(i < points.size());
    return points[i];
}

constexpr const Point& Model::slots_point() const {
    const std::size_t i = detail::index_of(points, repetition.slots);
    IB_ASSERT(i < points.size());
    return points[i];
}

// Neither of the next two returns a class by value from a consteval function: clang 14 loses such a
// temporary where it is bound to a reference.

/// A point that is there once. It lives as long as the program.
template <std::uint16_t model>
consteval const Point& point(std::string_view name) {
    const Point& p = detail::existing_point<model>(name);
    if (p.stride > 0) detail::point_is_in_a_repeating_group_use_repeated_point();
    return p;
}

/// The name of a point of a repeating group, checked while compiling.
template <std::uint16_t model>
class RepeatedPointName {
  public:
    consteval RepeatedPointName(const char* name) : point_(&detail::existing_point<model>(name)) {
        if (point_->stride == 0) detail::point_is_not_in_a_repeating_group_use_point();
        if (point_->stride_per_slot > 0) detail::point_is_in_a_curve_use_curve_point();
    }
    [[nodiscard]] constexpr const Point& point() const noexcept { return *point_; }

  private:
    const Point* point_;
};

/// A point of a repeating group.
template <std::uint16_t model>
constexpr RepeatedPoint repeated_point(RepeatedPointName<model> name) {
    return RepeatedPoint(name.point());
}

/// The name of a point of a curve, checked while compiling.
template <std::uint16_t model>
class CurvePointName {
  public:
    consteval CurvePointName(const char* name) : point_(&detail::existing_point<model>(name)) {
        if (point_->stride_per_slot == 0) detail::point_is_not_in_a_curve_use_repeated_point();
    }
    [[nodiscard]] constexpr const Point& point() const noexcept { return *point_; }

  private:
    const Point* point_;
};

/// A point of a curve.
template <std::uint16_t model>
constexpr CurvePoint curve_point(CurvePointName<model> name) {
    return CurvePoint(name.point());
}

/// The value of an enum's symbol, or the bit number of a bitfield's.
template <std::uint16_t model>
consteval std::uint32_t symbol(std::string_view point_name, std::string_view symbol_name) {
    return detail::symbol_value(detail::existing_point<model>(point_name).symbols, symbol_name);
}

}  // namespace islandbench::sunspec
