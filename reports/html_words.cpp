#include "reports/html_words.hpp"

#include "base/json_binding.hpp"
#include "reports/symbols.hpp"
#include "reports/text.hpp"

namespace islandbench::reports::words {

void foreign(Markup& page, std::string_view text, std::size_t most) {
    page.leaf("bdi", printable(text, most));
}

std::string shown_part(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    return std::string(text.substr(0, most)) + "\n\u2026 (" + std::to_string(text.size()) +
           " bytes; all of it in run.sqlite)\n";
}

std::string_view css_class(acceptance::Conclusion conclusion) noexcept {
    const std::string_view word = json::enum_text(conclusion);
    return word.substr(0, word.find(' '));
}

void conclusion(Markup& page, acceptance::Conclusion conclusion, bool limit_verified) {
    page.open("div").attr("class", "verdict " + std::string(css_class(conclusion)));
    page.raw(symbol_of(conclusion, limit_verified, 18.0));
    page.open("span").text(json::enum_text(conclusion));
    if (conclusion == acceptance::Conclusion::pass && !limit_verified) {
        page.leaf("small", "limit not verified");
    }
    page.close().close();
}

std::string margin(const std::optional<acceptance::Margin>& margin) {
    if (!margin) return "\u2013";
    std::string text = size_text(*margin);
    const std::size_t degrees = text.find(" deg");
    if (degrees != std::string::npos) text.replace(degrees, 4, "\u00b0");
    return (margin->value < 0 ? "\u2212" : "+") + text;
}

std::string moment(const std::optional<Instant>& t) {
    if (!t) return "\u2013";
    const std::string text = clock_text(*t);
    return text.front() == '-' ? "\u2212" + text.substr(1) : text;
}

void fact(Markup& page, std::string_view name, std::string_view text, std::size_t most) {
    if (text.empty()) return;
    page.leaf("dt", shortened(name, 24)).open("dd");
    foreign(page, text, most);
    page.close().line();
}

void head(Markup& page, std::string_view name, std::string_view css_class) {
    page.open("th").attr("scope", "col");
    if (!css_class.empty()) page.attr("class", css_class);
    page.text(name).close();
}

void cell(Markup& page, std::string_view text, std::string_view css_class) {
    page.open("td");
    if (!css_class.empty()) page.attr("class", css_class);
    page.text(text).close();
}

}  // namespace islandbench::reports::words
