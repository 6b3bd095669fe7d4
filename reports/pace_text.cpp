#include "reports/pace_text.hpp"

#include "base/unit_text.hpp"

namespace islandbench::reports {

std::string lateness_text(const Lateness& lateness) {
    return "half were at most " + format_duration(lateness.p50) + ", 95 % " +
           format_duration(lateness.p95) + ", 99 % " + format_duration(lateness.p99) + " and all " +
           format_duration(lateness.max);
}

}  // namespace islandbench::reports
