#include "base/json_schema.hpp"

namespace islandbench::json {

void Describer::add(const char* key, Value schema, const char* doc) {
    schema.set("description", doc);
    properties_.set(key, std::move(schema));
}

Value Describer::take() {
    Value object = schema::of_type("object");
    object.set("properties", std::move(properties_));
    if (!required_.items().empty()) object.set("required", std::move(required_));
    object.set("additionalProperties", false);
    return object;
}

namespace schema {
namespace {

/// '.', '/' and the like stand for themselves in a unit.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view(".*+?()[]{}|^$\\/").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

Value of_type(std::string_view type) {
    Value value = Value::object();
    value.set("type", type);
    return value;
}

Value of_measure(Dimension dimension) {
    std::string units;
    for (const std::string_view unit : units_of(dimension)) {
        units += (units.empty() ? "" : "|") + escaped(unit);
    }
    Value value = of_type("string");
    value.set("pattern",
              "^ *[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)? *(" + units + ") *$");
    return value;
}

Value one_of(std::vector<std::string> texts) {
    Value list = Value::array();
    for (std::string& text : texts) list.push(std::move(text));
    Value value = Value::object();
    value.set("enum", std::move(list));
    return value;
}

Value list_of(Value items) {
    Value value = of_type("array");
    value.set("items", std::move(items));
    return value;
}

Value map_of(Value values) {
    Value value = of_type("object");
    value.set("additionalProperties", std::move(values));
    return value;
}

}  // namespace schema
}  // namespace islandbench::json
