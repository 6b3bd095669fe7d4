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

/// The last visible character before `at`, or ' '.
char visible_before(std::string_view text, std::size_t at) {
    while (at > 0 && text[at - 1] == ' ') --at;
    return at > 0 ? text[at - 1] : ' ';
}

/// Reads constants: numbers with and without units, multiplied and added.
class Constants {
  public:
    explicit Constants(std::string_view text) : text_(text) {}

    std::vector<Measure> all() {
        std::vector<Measure> found;
        while (at_ < text_.size()) {
            if (!begins_number(at_)) {
                ++at_;
                continue;
            }
            const bool alone = stands_alone(at_);
            const auto sum = this->sum();
            const bool share = text_.substr(at_).starts_with(" of the time");
            const bool has_unit = sum && sum->dimension != Dimension::none;
            if (alone && has_unit && !share) found.push_back(*sum);
        }
        return found;
    }

  private:
    [[nodiscard]] bool begins_number(std::size_t at) const {
        if (at >= text_.size() || (at > 0 && is_name(text_[at - 1]))) return false;
        const bool sign = text_[at] == '-' && at + 1 < text_.size();
        return is_digit(text_[at + (sign ? 1 : 0)]) && (!sign || is_sign(at));
    }
    /// A minus sign that belongs to its number: there is nothing that it could subtract from.
    [[nodiscard]] bool is_sign(std::size_t at) const {
        return std::string_view("<>=(, ").find(visible_before(text_, at)) != std::string_view::npos;
    }
    /// Nothing unknown is added to it or multiplied with it from the left.
    [[nodiscard]] bool stands_alone(std::size_t at) const {
        return std::string_view("+-*/").find(visible_before(text_, at)) == std::string_view::npos;
    }
    /// Takes an operator, if one of `wanted` comes next.
    char take(std::string_view wanted) {
        std::size_t next = at_;
        while (next < text_.size() && text_[next] == ' ') ++next;
        if (next == text_.size() || wanted.find(text_[next]) == std::string_view::npos) return 0;
        at_ = next + 1;
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        return text_[next];
    }

    /// Nothing when one of its parts is not constant; what could be read is passed over.
    std::optional<Measure> sum() {
        auto left = product();
        while (const char sign = take("+-")) {
            const auto right = begins_number(at_) ? product() : std::nullopt;
            if (!left || !right || left->dimension != right->dimension) return std::nullopt;
            left->value += sign == '+' ? right->value : -right->value;
        }
        return left;
    }
    std::optional<Measure> product() {
        auto left = number();
        while (const char sign = take("*/")) {
            const auto right = begins_number(at_) ? number() : std::nullopt;
            if (sign == '/' || !left || !right) return std::nullopt;
            left = multiplied(*left, *right);
        }
        return left;
    }
    static std::optional<Measure> multiplied(Measure a, Measure b) {
        const auto bare = [](Dimension d) { return d == Dimension::none || d == Dimension::ratio; };
        if (!bare(a.dimension) && !bare(b.dimension)) return std::nullopt;
        const bool second = bare(a.dimension) && b.dimension != Dimension::none;
        return Measure{a.value * b.value, second ? b.dimension : a.dimension};
    }
    /// A number, and its unit if one follows.
    std::optional<Measure> number() {
        double value = 0.0;
        const char* begin = text_.data() + at_;
        const auto [end, status] = std::from_chars(begin, text_.data() + text_.size(), value);
        if (status != std::errc{}) {
            ++at_;
            return std::nullopt;
        }
        at_ += static_cast<std::size_t>(end - begin);
        std::size_t unit = at_;
        while (unit < text_.size() && text_[unit] == ' ') ++unit;
        std::size_t unit_end = unit;
        while (unit_end < text_.size() && is_unit(text_[unit_end])) ++unit_end;
        const auto known = parse_unit(text_.substr(unit, unit_end - unit));
        if (!known) return Measure{value, Dimension::none};
        at_ = unit_end;
        return Measure{value * known->scale, known->dimension};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<Measure> measures_in(std::string_view formula) {
    return Constants(formula).all();
}

}  // namespace islandbench::reports
