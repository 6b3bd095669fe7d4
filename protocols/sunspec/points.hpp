#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocols/sunspec/point_table.hpp"

/// The points of the SunSpec models 1, 203, 701-704, 711, 713, 714 and 802, found while compiling:
/// a misspelt name is a compile error.
///
///     constexpr auto w = point<701>("W");
///     constexpr auto port_power = repeated_point<714>("Prt.DCW");   // port_power[0] is a Point
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
    /// Registers, ID and L included, with so many instances of the repeating group.
    [[nodiscard]] constexpr int size(int repetitions = 0) const {
        if (repetition.stride == 0) return points.back().end();
        return repetition.base + repetitions * repetition.stride;
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
        if (repetition.stride > 0 && p.offset >= repetition.base) p.stride = repetition.stride;
    }
    return points;
}

inline constexpr Repetition control_sets{"Ctl", 14, 10, "NCtl"};
inline constexpr Repetition ports{"Prt", 20, 25, "NPrt"};

inline constexpr auto model_1 = completed(tables::model_1);
inline constexpr auto model_203 = completed(tables::model_203);
inline constexpr auto model_701 = completed(tables::model_701);
inline constexpr auto model_702 = completed(tables::model_702);
inline constexpr auto model_703 = completed(tables::model_703);
inline constexpr auto model_704 = completed(tables::model_704);
inline constexpr auto model_711 = completed(tables::model_711, control_sets);
inline constexpr auto model_713 = completed(tables::model_713);
inline constexpr auto model_714 = completed(tables::model_714, ports);
inline constexpr auto model_802 = completed(tables::model_802);

}  // namespace detail

/// All models that the tables know, by id.
inline constexpr auto models = std::to_array<Model>({
    {1, "common", detail::model_1, {}},
    {203, "AC meter, three-phase", detail::model_203, {}},
    {701, "DER AC measurement", detail::model_701, {}},
    {702, "DER capacity", detail::model_702, {}},
    {703, "DER enter service", detail::model_703, {}},
    {704, "DER AC controls", detail::model_704, {}},
    {711, "DER frequency droop", detail::model_711, detail::control_sets},
    {713, "DER storage capacity", detail::model_713, {}},
    {714, "DER DC measurement", detail::model_714, detail::ports},
    {802, "battery base model", detail::model_802, {}},
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

/// The value of an enum's symbol, or the bit number of a bitfield's.
template <std::uint16_t model>
consteval std::uint32_t symbol(std::string_view point_name, std::string_view symbol_name) {
    return detail::symbol_value(detail::existing_point<model>(point_name).symbols, symbol_name);
}

}  // namespace islandbench::sunspec
