#pragma once

#include <array>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "base/unit_text.hpp"
#include "base/units.hpp"

/// One declaration per struct serves reading, writing and the JSON Schema:
///
///     struct Pv { ActivePower peak; double tilt = 0.9; };
///     template <class Visitor> void declare(Visitor& v, Pv& pv) {
///         v.required("peak", pv.peak, "installed peak power");
///         v.optional("tilt", pv.tilt, "share of the peak that reaches the inverter");
///     }
///
/// Members may be bool, int, double, std::string, Duration, any Quantity, an enum with
/// enum_names(), another declared struct, and std::optional, std::vector and std::map<std::string,
/// ...> of those. Quantities and durations are strings with units ("13.5 kWh", "200 ms").
namespace islandbench::json {

/// The texts of an enum, found by argument-dependent lookup:
///     constexpr auto enum_names(Phase) { return EnumNames<Phase, 3>{{{Phase::a, "A"}, ...}}; }
template <class E>
struct EnumName {
    E value;
    std::string_view text;
};
template <class E, std::size_t n>
using EnumNames = std::array<EnumName<E>, n>;

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires {
    enum_names(E{});
};

template <NamedEnum E>
constexpr std::string_view enum_text(E value) {
    for (const auto& name : enum_names(E{})) {
        if (name.value == value) return name.text;
    }
    return "?";
}

template <class T>
inline constexpr bool is_quantity = false;
template <Dimension D>
inline constexpr bool is_quantity<Quantity<D>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;

/// Where in which file a value stands; for diagnostics now, and later, when references are checked.
struct Place {
    std::string file;
    int line = 0;
    std::string path;
};

/// The strict reading visitor. Whatever does not fit becomes a diagnostic; reading always goes on,
/// so that one pass reports everything.
class Reader {
  public:
    Reader(const Value& object, std::string file, std::string path, Diagnostics& diagnostics)
        : object_(object),
          file_(std::move(file)),
          path_(std::move(path)),
          diagnostics_(diagnostics) {}

    template <class T>
    void required(const char* key, T& into, const char* /*doc*/) {
        if (const Value* value = lookup(key)) {
            read(*value, child(key), into);
        } else {
            complain(object_.line(), path_, "missing key \"" + std::string(key) + "\"");
        }
    }

    template <class T>
    void optional(const char* key, T& into, const char* /*doc*/) {
        if (const Value* value = lookup(key)) read(*value, child(key), into);
    }

    /// Remembers where the object stands, for structs that are checked against each other later.
    void place(Place& into) { into = {file_, object_.line(), path_}; }

    /// Says which keys nobody asked for. Called by read_document() and for nested structs.
    void finish();

    template <class T>
    void read(const Value& value, const std::string& path, T& into);

  private:
    const Value* lookup(const char* key);
    [[nodiscard]] std::string child(const char* key) const { return path_ + "." + key; }
    void complain(int line, const std::string& path, std::string message);
    void expected(const Value& value, const std::string& path, const std::string& what);
    void read_measure(const Value& value, const std::string& path, Dimension dimension,
                      double& into);

    const Value& object_;
    std::string file_;
    std::string path_;
    Diagnostics& diagnostics_;
    std::vector<std::string> known_;
};

template <class T>
void Reader::read(const Value& value, const std::string& path, T& into) {
    if constexpr (std::same_as<T, bool>) {
        if (!value.is(Kind::boolean)) return expected(value, path, "true or false");
        into = value.flag();
    } else if constexpr (std::integral<T>) {
        if (!value.is(Kind::integer) || !std::in_range<T>(value.integer())) {
            return expected(value, path, "a whole number");
        }
        into = static_cast<T>(value.integer());
    } else if constexpr (std::same_as<T, double>) {
        if (!value.is_number()) return expected(value, path, "a number");
        into = value.number();
    } else if constexpr (std::same_as<T, std::string>) {
        if (!value.is(Kind::string)) return expected(value, path, "a text");
        into = value.text();
    } else if constexpr (std::same_as<T, Duration>) {
        double seconds = to_seconds(into);
        read_measure(value, path, Dimension::time, seconds);
        into = from_seconds(seconds);
    } else if constexpr (is_quantity<T>) {
        double number = into.value();
        read_measure(value, path, T::dimension, number);
        into = T{number};
    } else if constexpr (NamedEnum<T>) {
        std::vector<std::string> known;
        for (const auto& name : enum_names(T{})) {
            if (value.is(Kind::string) && value.text() == name.text) {
                into = name.value;
                return;
            }
            known.emplace_back(name.text);
        }
        std::string list;
        for (const std::string& text : known) list += (list.empty() ? "\"" : ", \"") + text + "\"";
        const std::string hint = value.is(Kind::string) ? suggestion(value.text(), known) : "";
        expected(value, path, "one of " + list + hint);
    } else if constexpr (is_optional<T>) {
        into.emplace();
        read(value, path, *into);
    } else if constexpr (is_vector<T>) {
        if (!value.is(Kind::array)) return expected(value, path, "a list");
        into.clear();
        for (std::size_t i = 0; i < value.items().size(); ++i) {
            read(value.items()[i], path + "[" + std::to_string(i) + "]", into.emplace_back());
        }
    } else if constexpr (is_map<T>) {
        if (!value.is(Kind::object)) return expected(value, path, "an object");
        into.clear();
        for (const Member& member : value.members()) {
            read(member.value, path + "." + member.key, into[member.key]);
        }
    } else {
        if (!value.is(Kind::object)) return expected(value, path, "an object");
        Reader nested(value, file_, path, diagnostics_);
        declare(nested, into);
        nested.finish();
    }
}

/// The writing visitor: every field, defaults included, so that an old run survives new defaults.
class Writer {
  public:
    template <class T>
    void required(const char* key, T& from, const char* /*doc*/) {
        object_.set(key, write(from));
    }
    template <class T>
    void optional(const char* key, T& from, const char* /*doc*/) {
        if constexpr (is_optional<T>) {
            if (from) object_.set(key, write(*from));
        } else {
            object_.set(key, write(from));
        }
    }
    void place(Place& /*from*/) {}
    Value take() { return std::move(object_); }

    template <class T>
    static Value write(T& from);

  private:
    Value object_ = Value::object();
};

template <class T>
Value Writer::write(T& from) {
    if constexpr (std::same_as<T, bool> || std::same_as<T, double> ||
                  std::same_as<T, std::string>) {
        return Value{from};
    } else if constexpr (std::integral<T>) {
        return Value{static_cast<std::int64_t>(from)};
    } else if constexpr (std::same_as<T, Duration>) {
        return Value{write_measure(to_seconds(from), Dimension::time)};
    } else if constexpr (is_quantity<T>) {
        return Value{write_measure(from.value(), T::dimension)};
    } else if constexpr (NamedEnum<T>) {
        return Value{enum_text(from)};
    } else if constexpr (is_optional<T>) {
        return from ? write(*from) : Value{};
    } else if constexpr (is_vector<T>) {
        Value list = Value::array();
        for (auto& item : from) list.push(write(item));
        return list;
    } else if constexpr (is_map<T>) {
        Value map = Value::object();
        for (auto& [key, item] : from) map.set(key, write(item));
        return map;
    } else {
        Writer nested;
        declare(nested, from);
        return nested.take();
    }
}

/// Reads a whole document into a declared struct. Problems land in `diagnostics`.
template <class T>
T read_document(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
    T into{};
    Diagnostics found;
    const Value root = parse(text, file, found);
    const bool readable = !root.is(Kind::null) || found.empty();
    if (readable) {
        const Value empty = Value::object();
        Reader(empty, file, "$", found).read(root, "$", into);
    }
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    return into;
}

/// The struct as a document with every default written out.
template <class T>
Value write_document(const T& from) {
    T copy = from;  // declare() takes its struct by non-const reference, for all visitors alike
    return Writer::write(copy);
}

}  // namespace islandbench::json
