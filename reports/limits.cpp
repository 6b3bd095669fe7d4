#include "reports/limits.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace islandbench::reports {
namespace {

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}
/// Characters that names are made of: a digit behind one belongs to a name, as in "home1".
bool is_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '{' ||
           c == '}';
}
bool is_unit(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '%' || c == '/';
}

/// The length of the number that begins at `at`, or 0.
std::size_t number_length(std::string_view text, std::size_t at) {
    if (!is_digit(text[at]) || (at > 0 && is_name(text[at - 1]))) return 0;
    double ignored = 0.0;
    const char* begin = text.data() + at;
    const auto [end, status] =
        std::from_chars(begin, text.data() + text.size(), ignored, std::chars_format::fixed);
    return status == std::errc{} ? static_cast<std::size_t>(end - begin) : 0;
}

/// The last visible character before `at`, or ' '.
char visible_before(std::string_view text, std::size_t at) {
    while (at > 0 && text[at - 1] == ' ') --at;
    return at > 0 ? text[at - 1] : ' ';
}

bool is_operator(char c) {
    return c == '+' || c == '-' || c == '*' || c == '/';
}

/// A minus sign that belongs to the number: nothing stands before it that it could subtract from.
bool is_sign(std::string_view text, std::size_t at) {
    const char before = visible_before(text, at);
    return text[at] == '-' && std::string_view("<>=(, ").find(before) != std::string_view::npos;
}

/// One number with its unit at `at`; `end` is behind it.
std::optional<Measure> measure_at(std::string_view text, std::size_t at, std::size_t& end) {
    const std::size_t length = number_length(text, at);
    end = at + 1;
    if (length == 0) return std::nullopt;
    std::size_t unit = at + length;
    while (unit < text.size() && text[unit] == ' ') ++unit;
    end = unit;
    while (end < text.size() && is_unit(text[end])) ++end;
    auto measure = parse_measure(text.substr(at, end - at));
    if (!measure || text.substr(end).starts_with(" of the time")) return std::nullopt;
    const bool negative = at > 0 && is_sign(text, at - 1);
    if (!negative && is_operator(visible_before(text, at))) return std::nullopt;
    if (negative) measure->value = -measure->value;
    return *measure;
}

}  // namespace

std::vector<Measure> measures_in(std::string_view formula) {
    std::vector<Measure> found;
    for (std::size_t at = 0, end = 0; at < formula.size(); at = std::max(end, at + 1)) {
        if (const auto measure = measure_at(formula, at, end)) found.push_back(*measure);
    }
    return found;
}

}  // namespace islandbench::reports
