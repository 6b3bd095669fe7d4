#include "base/time_of_day.hpp"

#include <array>
#include <cstdio>

#include "base/assert.hpp"

namespace islandbench {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Two digits at `at`, or -1.
int two_digits(std::string_view text, std::size_t at) {
    if (!is_digit(text[at]) || !is_digit(text[at + 1])) return -1;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

}  // namespace

Result<Duration> parse_time_of_day(std::string_view text) {
    const auto refused = [&] {
        return failure(ErrorCode::bad_input,
                       "expected a time of day from \"00:00\" to \"23:59\", "
                       "not \"" +
                           std::string(text) + "\"");
    };
    if (text.size() != 5 && text.size() != 8) return refused();
    std::array<int, 3> parts{};
    for (std::size_t k = 0; 3 * k < text.size(); ++k) {
        if (k > 0 && text[3 * k - 1] != ':') return refused();
        parts[k] = two_digits(text, 3 * k);
    }
    const auto [h, m, s] = parts;
    if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59) return refused();
    return std::chrono::hours(h) + std::chrono::minutes(m) + std::chrono::seconds(s);
}

std::string format_time_of_day(Duration since_midnight) {
    IB_ASSERT(since_midnight >= 0s && since_midnight < day);
    const auto seconds = static_cast<int>(since_midnight / 1s);
    char text[16];
    const int rest = seconds % 60;
    if (rest == 0) {
        std::snprintf(text, sizeof text, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
    } else {
        std::snprintf(text, sizeof text, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, rest);
    }
    return text;
}

}  // namespace islandbench
