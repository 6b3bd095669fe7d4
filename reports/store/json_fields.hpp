#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_binding.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/unit_text.hpp"
#include "base/units.hpp"

/// Helpers for declare() functions whose documents machines read: numbers with the unit in the key
/// ("first_s": 12.5), where files for people have texts ("first": "12.5 s").
namespace islandbench::reports {

/// The unit in which a dimension is kept, one for each: a ratio is "pu", a plain number is "".
inline std::string_view kept_unit(Dimension dimension) {
    return dimension == Dimension::ratio ? "pu" : unit_symbol(dimension);
}
/// The other way round; fails for a unit that kept_unit() does not give.
Result<Dimension> kept_dimension(std::string_view unit);

/// Written as null when absent, so that every row has the same keys.
template <class V, class T>
void nullable(V& v, const char* key, std::optional<T>& value, const char* doc) {
    if constexpr (std::same_as<V, json::Writer>) {
        v.required(key, value, doc);
    } else {
        v.optional(key, value, doc);
    }
}

template <class V>
void seconds(V& v, const char* key, Duration& value, const char* doc) {
    double number = to_seconds(value);
    v.required(key, number, doc);
    value = from_seconds(number);
}

template <class V>
void nullable_seconds(V& v, const char* key, std::optional<Duration>& value, const char* doc) {
    std::optional<double> number;
    if (value) number = to_seconds(*value);
    nullable(v, key, number, doc);
    value.reset();
    if (number) value = from_seconds(*number);
}

/// Seconds since the story's start.
template <class V>
void nullable_moment(V& v, const char* key, std::optional<Instant>& value, const char* doc) {
    std::optional<Duration> since;
    if (value) since = value->time_since_epoch();
    nullable_seconds(v, key, since, doc);
    value.reset();
    if (since) value = Instant{*since};
}

/// `value` in the unit of its dimension, divided by `unit`: 1e3 for a key that ends in _kwh.
template <class V, Dimension D>
void number(V& v, const char* key, Quantity<D>& value, double unit, const char* doc) {
    double in_unit = value.value() / unit;
    v.required(key, in_unit, doc);
    value = Quantity<D>{in_unit * unit};
}

/// The value without the members that are null: for reading back what nullable() wrote.
json::Value without_nulls(const json::Value& value);

/// Reads text that we wrote ourselves; damage is an error with `name` in it.
template <class T>
Result<T> read_kept(std::string_view text, const std::string& name) {
    Diagnostics found;
    const json::Value root = without_nulls(json::parse(text, name, found));
    T into{};
    if (found.empty()) {
        const json::Value none = json::Value::object();
        json::Reader(none, name, "$", found).read(root, "$", into);
    }
    if (found.empty()) return into;
    return failure(ErrorCode::bad_input, to_text(found.list().front()));
}

}  // namespace islandbench::reports
