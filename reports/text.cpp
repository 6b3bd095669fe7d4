#include "reports/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/json_binding.hpp"

namespace islandbench::reports {
namespace {

constexpr char32_t replacement = 0xfffd;

/// Takes the next character off `bytes`; a byte that begins none is taken alone, as U+FFFD.
char32_t take_character(std::string_view& bytes) {
    const auto at = [&bytes](std::size_t i) -> char32_t {
        return static_cast<unsigned char>(bytes[i]);
    };
    const char32_t lead = at(0);
    const std::size_t length = lead < 0x80             ? 1
                               : (lead & 0xe0) == 0xc0 ? 2
                               : (lead & 0xf0) == 0xe0 ? 3
                               : (lead & 0xf8) == 0xf0 ? 4
                                                       : 0;
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    char32_t c = length == 1 ? lead : lead & (0x7fu >> length);
    bool good = length > 0 && length <= bytes.size();
    for (std::size_t i = 1; good && i < length; ++i) {
        good = (at(i) & 0xc0) == 0x80;
        c = (c << 6) | (at(i) & 0x3f);
    }
    good = good && c >= smallest[length] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    bytes.remove_prefix(good ? length : 1);
    return good ? c : replacement;
}

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0 | (c >> 6)), put(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        put(0xe0 | (c >> 12)), put(0x80 | ((c >> 6) & 0x3f)), put(0x80 | (c & 0x3f));
    } else {
        put(0xf0 | (c >> 18)), put(0x80 | ((c >> 12) & 0x3f));
        put(0x80 | ((c >> 6) & 0x3f)), put(0x80 | (c & 0x3f));
    }
}

std::string fixed(double value, int digits) {
    char text[48];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

/// Characters that show nothing themselves but change how others look.
bool misleads(char32_t c) {
    const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    const bool direction = c == 0x061c || c == 0x200e || c == 0x200f ||
                           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    const bool invisible = (c >= 0x200b && c <= 0x200d) || c == 0x2028 || c == 0x2029 ||
                           c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f);
    const bool not_a_character = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
    return control || direction || invisible || not_a_character;
}

void append_visible(std::string& out, char32_t c) {
    if (c == '\n' || c == '\t' || !misleads(c)) return append_utf8(out, c);
    char text[16];
    std::snprintf(text, sizeof text, "[U+%04X]", static_cast<unsigned>(c));
    out += text;
}

}  // namespace

std::string visible(std::string_view hostile) {
    std::string out;
    while (!hostile.empty()) {
        const char32_t c = take_character(hostile);
        append_visible(out, c);
    }
    return out;
}

std::string printable(std::string_view hostile, std::size_t most) {
    std::string out;
    const std::size_t bytes = hostile.size();
    for (std::size_t n = 0; !hostile.empty(); ++n) {
        if (n == most) return out + "\u2026 (" + std::to_string(bytes) + " bytes)";
        const char32_t c = take_character(hostile);
        append_visible(out, c == '\n' || c == '\t' ? ' ' : c);
    }
    return out;
}

std::string shortened(std::string_view hostile, std::size_t most) {
    const std::string text = printable(hostile, 4 * most);
    if (characters(text) <= most) return text;
    std::string shorter;
    std::size_t n = 0;
    for (const char c : text) {
        const bool begins = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
        if (begins && ++n == most) break;
        shorter += c;
    }
    return shorter + "\u2026";
}

std::size_t characters(std::string_view utf8) noexcept {
    std::size_t n = 0;
    for (const char c : utf8) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return n;
}

std::string clock_text(Instant t) {
    const auto ms = std::chrono::round<std::chrono::milliseconds>(t.time_since_epoch()).count();
    const auto size = static_cast<long long>(std::llabs(ms));
    char text[48];
    const char* sign = ms < 0 ? "-" : "";
    const long long minutes = size / 60000 % 60;
    const long long hours = size / 3600000;
    const double seconds = static_cast<double>(size % 60000) / 1000.0;
    if (hours > 0) {
        std::snprintf(text, sizeof text, "%s%lld:%02lld:%06.3f", sign, hours, minutes, seconds);
    } else {
        std::snprintf(text, sizeof text, "%s%02lld:%06.3f", sign, minutes, seconds);
    }
    return text;
}

std::string size_text(const acceptance::Margin& margin) {
    return format_measure(std::fabs(margin.value), margin.dimension);
}

std::string margin_text(const std::optional<acceptance::Margin>& margin) {
    if (!margin) return "-";
    return (margin->value < 0 ? "-" : "+") + size_text(*margin);
}

std::string level_text(double value, Dimension dimension) {
    if (value < 0) return "\u2212" + level_text(-value, dimension);
    std::string text = format_measure(value, dimension);
    const std::size_t blank = text.find(' ');
    std::size_t end = std::min(blank, text.size());
    if (text.substr(0, end).find('.') == std::string::npos) return text;
    const std::size_t number_end = end;
    while (text[end - 1] == '0') --end;
    if (text[end - 1] == '.') --end;
    return text.erase(end, number_end - end);
}

std::string percent_text(double share) {
    char text[32];
    const double percent = share * 100.0;
    std::snprintf(text, sizeof text, "%.*f %%", std::fabs(percent) >= 99.95 ? 0 : 1, percent);
    return text;
}

std::string grouped(std::int64_t n) {
    std::string digits = std::to_string(n);
    const std::size_t first = n < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) {
        at -= 3;
        digits.insert(at, "\u202f");
    }
    return digits;
}

std::string plain_text(Duration duration) {
    const double s = to_seconds(duration);
    if (s != 0.0 && s < 9.95e-3) return fixed(s * 1e3, 2) + " ms";
    if (s < 0.9995) return fixed(s * 1e3, 0) + " ms";
    if (s < 9.95) return fixed(s, 1) + " s";
    if (s < 59.5) return fixed(s, 0) + " s";
    const auto seconds = static_cast<std::int64_t>(std::llround(s));
    const auto pair = [](std::int64_t large, const char* of, std::int64_t small, const char* rest) {
        const std::string text = std::to_string(large) + of;
        return small == 0 ? text : text + " " + std::to_string(small) + rest;
    };
    if (seconds < 3600) return pair(seconds / 60, " min", seconds % 60, " s");
    const auto minutes = static_cast<std::int64_t>(std::llround(s / 60));
    return pair(minutes / 60, " h", minutes % 60, " min");
}

std::string plain_text(Instant moment) {
    const std::string text = clock_text(moment);
    return text.substr(0, text.rfind('.'));
}

std::string plain_text(Energy energy) {
    const double wh = energy.value();
    if (std::fabs(wh) < 9.95) return fixed(wh, 1) + " Wh";
    if (std::fabs(wh) < 999.5) return fixed(wh, 0) + " Wh";
    return fixed(wh / 1e3, std::fabs(wh) < 9.995e3 ? 2 : 1) + " kWh";
}

std::string plain_text(ActivePower power) {
    const double w = power.value();
    return std::fabs(w) < 999.5 ? fixed(w, 0) + " W" : fixed(w / 1e3, 1) + " kW";
}

std::string counted(std::size_t n, std::string_view thing) {
    return std::to_string(n) + " " + std::string(thing) + (n == 1 ? "" : "s");
}

std::string event_text(std::string_view name) {
    std::string text;
    for (const char c : name) {
        if (c == '.') {
            text += ": ";
        } else {
            text += c == '_' ? ' ' : c;
        }
    }
    return text;
}

std::string conclusion_text(acceptance::Conclusion conclusion, bool limit_verified) {
    const bool unsure = conclusion == acceptance::Conclusion::pass && !limit_verified;
    return unsure ? "pass, limit not verified" : std::string(json::enum_text(conclusion));
}

}  // namespace islandbench::reports
