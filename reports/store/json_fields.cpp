#include "reports/store/json_fields.hpp"

namespace islandbench::reports {

Result<Dimension> kept_dimension(std::string_view unit) {
    if (unit.empty()) return Dimension::none;
    const auto parsed = parse_unit(unit);
    if (!parsed) return tl::unexpected(parsed.error());
    if (kept_unit(parsed->dimension) != unit) {
        return failure(ErrorCode::bad_input, "unexpected unit \"" + std::string(unit) + "\"");
    }
    return parsed->dimension;
}

json::Value without_nulls(const json::Value& value) {
    if (value.is(json::Kind::array)) {
        json::Value list = json::Value::array();
        for (const json::Value& item : value.items()) list.push(without_nulls(item));
        return list;
    }
    if (!value.is(json::Kind::object)) return value;
    json::Value object = json::Value::object();
    for (const json::Member& member : value.members()) {
        if (!member.value.is(json::Kind::null)) {
            object.set_again(member.key, member.line, without_nulls(member.value));
        }
    }
    return object;
}

}  // namespace islandbench::reports
