#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json_binding.hpp"

/// The JSON Schema (draft 2020-12) of a declared struct, for editors that complete and check while
/// somebody writes. It knows form, not meaning: references, ranges and conditions are checked by
/// the program.
namespace islandbench::json {

/// The describing visitor. The defaults of a struct are those of a fresh one.
class Describer {
  public:
    template <class T>
    void required(const char* key, T& member, const char* doc) {
        add(key, describe(member), doc);
        required_.push(key);
    }
    template <class T>
    void optional(const char* key, T& member, const char* doc) {
        Value schema = describe(member);
        if constexpr (is_scalar<T>) schema.set("default", Writer::write(member));
        add(key, std::move(schema), doc);
    }
    void place(Place& /*of*/) {}
    Value take();

    template <class T>
    static Value describe(T& example);

  private:
    template <class T>
    static constexpr bool is_scalar =
        std::is_arithmetic_v<T> || is_quantity<T> || NamedEnum<T> || std::same_as<T, Duration>;

    void add(const char* key, Value schema, const char* doc);

    Value properties_ = Value::object();
    Value required_ = Value::array();
};

namespace schema {
Value of_type(std::string_view type);
/// A text of a number and a unit of that kind, such as "13.5 kWh".
Value of_measure(Dimension dimension);
Value one_of(std::vector<std::string> texts);
Value list_of(Value items);
Value map_of(Value values);
}  // namespace schema

template <class T>
Value Describer::describe(T& example) {
    if constexpr (std::same_as<T, bool>) {
        return schema::of_type("boolean");
    } else if constexpr (std::integral<T>) {
        return schema::of_type("integer");
    } else if constexpr (std::same_as<T, double>) {
        return schema::of_type("number");
    } else if constexpr (std::same_as<T, std::string>) {
        return schema::of_type("string");
    } else if constexpr (std::same_as<T, Duration>) {
        return schema::of_measure(Dimension::time);
    } else if constexpr (is_quantity<T>) {
        return schema::of_measure(T::dimension);
    } else if constexpr (NamedEnum<T>) {
        std::vector<std::string> texts;
        for (const auto& name : enum_names(T{})) texts.emplace_back(name.text);
        return schema::one_of(std::move(texts));
    } else if constexpr (is_optional<T> || is_vector<T>) {
        typename T::value_type inner{};
        Value described = describe(inner);
        return is_optional<T> ? std::move(described) : schema::list_of(std::move(described));
    } else if constexpr (is_map<T>) {
        typename T::mapped_type inner{};
        return schema::map_of(describe(inner));
    } else {
        Describer nested;
        declare(nested, example);
        return nested.take();
    }
}

/// The schema of a whole document.
template <class T>
Value schema_of(std::string_view title) {
    T fresh{};
    const Value body = Describer::describe(fresh);
    Value root = Value::object();
    root.set("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.set("title", title);
    for (const Member& member : body.members()) root.set(member.key, member.value);
    return root;
}

}  // namespace islandbench::json
