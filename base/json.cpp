#include "base/json.hpp"

#include <iterator>
#include <nlohmann/json.hpp>

#include "base/assert.hpp"

namespace islandbench::json {
namespace {

using Library = nlohmann::ordered_json;

/// Walks the text and knows on which line the last visible character stood. nlohmann's lexer reads
/// one character past a number; a line break there must not count yet.
class LineCountingIterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    LineCountingIterator(const char* at, int* line) : at_(at), line_(line) {}

    reference operator*() const { return *at_; }
    LineCountingIterator& operator++() {
        const char c = *at_++;
        if (c == '\n') {
            ++breaks_;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            *line_ = 1 + breaks_;
        }
        return *this;
    }
    LineCountingIterator operator++(int) {
        LineCountingIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const LineCountingIterator& other) const { return at_ == other.at_; }
    bool operator!=(const LineCountingIterator& other) const { return at_ != other.at_; }

  private:
    const char* at_;
    int* line_;
    int breaks_ = 0;
};

/// Builds our values from nlohmann's events.
class Builder : public nlohmann::json_sax<Library> {
  public:
    Builder(const int& line, const std::string& file, Diagnostics& diagnostics)
        : line_(line), file_(file), diagnostics_(diagnostics) {}

    Value take() { return failed_ ? Value{} : std::move(root_); }

    bool null() override { return put(Value{}); }
    bool boolean(bool flag) override { return put(Value{flag}); }
    bool number_integer(number_integer_t n) override {
        return put(Value{static_cast<std::int64_t>(n)});
    }
    bool number_unsigned(number_unsigned_t n) override {
        const bool fits = n <= static_cast<number_unsigned_t>(INT64_MAX);
        return put(fits ? Value{static_cast<std::int64_t>(n)} : Value{static_cast<double>(n)});
    }
    bool number_float(number_float_t n, const string_t& /*text*/) override { return put(Value{n}); }
    bool string(string_t& text) override { return put(Value{text}); }
    bool binary(binary_t& /*bytes*/) override { return false; }
    bool start_object(std::size_t /*size*/) override { return open(Value::object()); }
    bool start_array(std::size_t /*size*/) override { return open(Value::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& text) override {
        Level& level = levels_.back();
        if (level.value.find(text) != nullptr) {
            diagnostics_.add(
                {file_, line_, path_of(levels_.size() - 1) + "." + text, "duplicate key"});
        }
        level.key = text;
        level.key_line = line_;
        return true;
    }

    bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                     const Library::exception& problem) override {
        // "[json.exception...] parse error at line 3, column 5: syntax error ..." -> the last part.
        std::string what = problem.what();
        const std::size_t cut = what.find(": ");
        if (cut != std::string::npos) what = what.substr(cut + 2);
        diagnostics_.add({file_, line_, path(), "not valid JSON: " + what});
        failed_ = true;
        return false;
    }

  private:
    struct Level {
        Value value;
        std::string key;  ///< of the member being read, in an object
        int key_line = 0;
    };

    // nlohmann recurses nowhere, but our Value does when it is destroyed and printed.
    static constexpr std::size_t depth_max = 64;

    bool put(Value value) {
        value.set_line(line_);
        if (levels_.empty()) {
            root_ = std::move(value);
            return true;
        }
        Level& level = levels_.back();
        if (level.value.is(Kind::array)) {
            level.value.push(std::move(value));
        } else {
            level.value.set_again(level.key, level.key_line, std::move(value));
        }
        return true;
    }

    bool open(Value value) {
        if (levels_.size() == depth_max) {
            diagnostics_.add({file_, line_, path(), "nested deeper than 64 levels"});
            failed_ = true;
            return false;
        }
        value.set_line(line_);
        levels_.push_back({std::move(value), {}, 0});
        return true;
    }

    bool close() {
        Value value = std::move(levels_.back().value);
        const int opened_at = value.line();
        levels_.pop_back();
        put(std::move(value));
        Value& stored = levels_.empty() ? root_ : last_of(levels_.back().value);
        stored.set_line(opened_at);
        return true;
    }

    static Value& last_of(Value& parent) {
        // The parent is ours and was just appended to.
        return parent.is(Kind::array) ? const_cast<Value&>(parent.items().back())
                                      : const_cast<Value&>(parent.members().back().value);
    }

    /// Path of the value being read `depth` levels down.
    [[nodiscard]] std::string path_of(std::size_t depth) const {
        std::string text = "$";
        for (std::size_t i = 0; i < depth; ++i) {
            const Level& level = levels_[i];
            if (level.value.is(Kind::array)) {
                text += "[" + std::to_string(level.value.items().size()) + "]";
            } else if (!level.key.empty()) {
                text += "." + level.key;
            }
        }
        return text;
    }
    [[nodiscard]] std::string path() const { return path_of(levels_.size()); }

    const int& line_;
    const std::string& file_;
    Diagnostics& diagnostics_;
    std::vector<Level> levels_;
    Value root_;
    bool failed_ = false;
};

Library to_library(const Value& value) {
    switch (value.kind()) {
        case Kind::null: return nullptr;
        case Kind::boolean: return value.flag();
        case Kind::integer: return value.integer();
        case Kind::number: return value.number();
        case Kind::string: return value.text();
        case Kind::array: {
            Library out = Library::array();
            for (const Value& item : value.items()) out.push_back(to_library(item));
            return out;
        }
        case Kind::object: {
            Library out = Library::object();
            for (const Member& member : value.members()) out[member.key] = to_library(member.value);
            return out;
        }
    }
    return nullptr;
}

}  // namespace

Value::Value(std::int64_t integer)
    : kind_(Kind::integer), integer_(integer), number_(static_cast<double>(integer)) {}
Value::Value(double number) : kind_(Kind::number), number_(number) {}

bool Value::flag() const {
    IB_ASSERT(is(Kind::boolean));
    return flag_;
}
std::int64_t Value::integer() const {
    IB_ASSERT(is(Kind::integer));
    return integer_;
}
double Value::number() const {
    IB_ASSERT(is_number());
    return number_;
}
const std::string& Value::text() const {
    IB_ASSERT(is(Kind::string));
    return text_;
}
const std::vector<Value>& Value::items() const {
    IB_ASSERT(is(Kind::array));
    return items_;
}
const std::vector<Member>& Value::members() const {
    IB_ASSERT(is(Kind::object));
    return members_;
}

const Value* Value::find(std::string_view key) const {
    IB_ASSERT(is(Kind::object));
    for (const Member& member : members_) {
        if (member.key == key) return &member.value;
    }
    return nullptr;
}

Value& Value::push(Value value) {
    IB_ASSERT(is(Kind::array));
    items_.push_back(std::move(value));
    return *this;
}

Value& Value::set(std::string key, Value value) {
    IB_ASSERT(find(key) == nullptr);
    return set_again(std::move(key), 0, std::move(value));
}

Value& Value::set_again(std::string key, int line, Value value) {
    IB_ASSERT(is(Kind::object));
    members_.push_back(Member{std::move(key), std::move(value), line});
    return *this;
}

Value parse(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
    int line = 1;
    Builder builder(line, file, diagnostics);
    const LineCountingIterator begin(text.data(), &line);
    const LineCountingIterator end(text.data() + text.size(), &line);
    Library::sax_parse(begin, end, &builder, nlohmann::detail::input_format_t::json,
                       /*strict=*/true, /*ignore_comments=*/true);
    return builder.take();
}

std::string to_text(const Value& value) {
    return to_library(value).dump(2, ' ', false, Library::error_handler_t::replace);
}

}  // namespace islandbench::json
