#include "protocols/maps/map_point.hpp"

#include <limits>

namespace islandbench::maps {

void put(Target target, const MapPoint& point, double value) {
    sunspec::encode_saturated(point.type, value, point.exponent, target.of(point));
}

void put_flag(Target target, const MapPoint& point, bool flag) {
    put(target, point, flag ? 1.0 : 0.0);
}

void put_text(Target target, const MapPoint& point, std::string_view text) {
    const auto registers = target.of(point);
    const auto fitted = sunspec::encode_text(text.substr(0, 2 * registers.size()), registers);
    IB_ASSERT(fitted.has_value());
}

double number(Source source, const MapPoint& point) {
    return sunspec::decode_number(point.type, source.of(point), point.exponent)
        .value_or(std::numeric_limits<double>::quiet_NaN());
}

Result<bool> flag(Source source, const MapPoint& point) {
    const std::uint16_t raw = source.of(point)[0];
    if (raw <= 1) return raw == 1;
    return failure(ErrorCode::bad_reply,
                   std::string(point.name) + " is " + std::to_string(raw) + ", expected 0 or 1");
}

std::string text(Source source, const MapPoint& point) {
    return sunspec::decode_text(source.of(point));
}

}  // namespace islandbench::maps
