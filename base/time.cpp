#include "base/time.hpp"

#include <cmath>
#include <cstdio>

namespace islandbench {
namespace {

std::string with_unit(double value, const char* unit) {
    char text[48];
    if (std::fabs(value - std::round(value)) < 5e-4) {
        std::snprintf(text, sizeof text, "%.0f %s", value, unit);
    } else {
        std::snprintf(text, sizeof text, "%.3f %s", value, unit);
    }
    return text;
}

}  // namespace

std::string format_duration(Duration d) {
    if (d < 0ns) return "-" + format_duration(-d);
    const double seconds = to_seconds(d);
    if (d < 1s) return with_unit(seconds * 1e3, "ms");
    if (d < 60s) return with_unit(seconds, "s");
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(d);
    const double rest = to_seconds(d - minutes);
    if (minutes < 60min) {
        const std::string whole = std::to_string(minutes.count()) + " min";
        return rest < 5e-4 ? whole : whole + " " + with_unit(rest, "s");
    }
    return std::to_string(minutes.count() / 60) + " h " + std::to_string(minutes.count() % 60) +
           " min";
}

}  // namespace islandbench
