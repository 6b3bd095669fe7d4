#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostics.hpp"

namespace islandbench::json {

enum class Kind { null, boolean, integer, number, string, array, object };

struct Member;

/// A JSON value that remembers its line. Objects keep the order of the file.
class Value {
  public:
    Value();
    Value(bool flag);
    Value(std::int64_t integer);
    Value(int integer);
    Value(double number);
    Value(std::string text);
    Value(std::string_view text);
    Value(const char* text);
    static Value array();
    static Value object();

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool is(Kind kind) const noexcept { return kind_ == kind; }
    /// Integers count as numbers.
    [[nodiscard]] bool is_number() const noexcept { return is(Kind::integer) || is(Kind::number); }

    [[nodiscard]] bool flag() const;
    [[nodiscard]] std::int64_t integer() const;
    [[nodiscard]] double number() const;
    [[nodiscard]] const std::string& text() const;
    [[nodiscard]] const std::vector<Value>& items() const;
    [[nodiscard]] const std::vector<Member>& members() const;
    /// The member of that name, or nullptr. The value must be an object.
    [[nodiscard]] const Value* find(std::string_view key) const;

    [[nodiscard]] int line() const noexcept { return line_; }
    void set_line(int line) noexcept { line_ = line; }

    /// Appends to an array.
    Value& push(Value value);
    /// Appends a member to an object; the key must be new.
    Value& set(std::string key, Value value);
    /// As set(), but keeps a second member of the same name: what a broken file says.
    Value& set_again(std::string key, int line, Value value);

  private:
    explicit Value(Kind kind);

    Kind kind_ = Kind::null;
    bool flag_ = false;
    int line_ = 0;
    std::int64_t integer_ = 0;
    double number_ = 0.0;
    std::string text_;
    std::vector<Value> items_;
    std::vector<Member> members_;
};

struct Member {
    std::string key;
    Value value;
    int line = 0;
};

// Defined here, where Member is complete: clang 14 instantiates the vector's members in them.
inline Value::Value() = default;
inline Value::Value(Kind kind) : kind_(kind) {}
inline Value::Value(bool flag) : kind_(Kind::boolean), flag_(flag) {}
inline Value::Value(int integer) : Value(static_cast<std::int64_t>(integer)) {}
inline Value::Value(std::string text) : kind_(Kind::string), text_(std::move(text)) {}
inline Value::Value(std::string_view text) : Value(std::string(text)) {}
inline Value::Value(const char* text) : Value(std::string(text)) {}
inline Value Value::array() {
    return Value(Kind::array);
}
inline Value Value::object() {
    return Value(Kind::object);
}

/// Reads JSON with // and /* */ comments. Syntax errors and duplicate keys become diagnostics with
/// `file`, line and path; the value is then what could be read (null after a syntax error).
/// Never throws, whatever the bytes.
Value parse(std::string_view text, const std::string& file, Diagnostics& diagnostics);

/// Two blanks of indentation, order kept, bad UTF-8 replaced, numbers in their shortest exact form;
/// values that JSON cannot say (nan, inf) are null.
std::string to_text(const Value& value);

}  // namespace islandbench::json
