#include "base/json_binding.hpp"

#include <algorithm>

namespace islandbench::json {

const Value* Reader::lookup(const char* key) {
    known_.emplace_back(key);
    return object_.find(key);
}

void Reader::complain(int line, const std::string& path, std::string message) {
    diagnostics_.add({file_, line, path, std::move(message)});
}

void Reader::expected(const Value& value, const std::string& path, const std::string& what) {
    std::string found;
    switch (value.kind()) {
        case Kind::null: found = "null"; break;
        case Kind::boolean: found = value.flag() ? "true" : "false"; break;
        case Kind::integer: found = std::to_string(value.integer()); break;
        case Kind::number: found = "a number"; break;
        case Kind::string: found = "\"" + value.text() + "\""; break;
        case Kind::array: found = "a list"; break;
        case Kind::object: found = "an object"; break;
    }
    complain(value.line(), path, "expected " + what + ", found " + found);
}

void Reader::read_measure(const Value& value, const std::string& path, Dimension dimension,
                          double& into) {
    const std::string name(dimension_name(dimension));
    if (!value.is(Kind::string)) {
        return expected(value, path, "a text with a unit (" + name + ")");
    }
    const auto measure = parse_measure(value.text());
    if (!measure) return complain(value.line(), path, measure.error().what);
    if (measure->dimension != dimension) {
        return complain(value.line(), path,
                        "wrong unit: \"" + value.text() + "\" is " +
                            std::string(dimension_name(measure->dimension)) + ", expected " + name);
    }
    into = measure->value;
}

void Reader::finish() {
    for (const Member& member : object_.members()) {
        if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
        complain(member.line, path_ + "." + member.key,
                 "unknown key" + suggestion(member.key, known_));
    }
}

}  // namespace islandbench::json
