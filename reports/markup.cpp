#include "reports/markup.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/assert.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

/// Elements that HTML knows to be empty, and those of SVG that we leave empty. All others get an
/// end tag, because HTML would take "<td/>" for an opening one.
bool may_be_empty(std::string_view tag) {
    constexpr std::array<std::string_view, 10> tags{"br",   "circle", "col",     "hr",   "line",
                                                    "meta", "path",   "polygon", "rect", "use"};
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : visible(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
}

}  // namespace

std::string number_text(double value) {
    char text[48];
    const int length = std::snprintf(text, sizeof text, "%.2f", value);
    std::string_view digits(text, static_cast<std::size_t>(length));
    while (digits.back() == '0') digits.remove_suffix(1);
    if (digits.back() == '.') digits.remove_suffix(1);
    return digits == "-0" ? "0" : std::string(digits);
}

Markup& Markup::open(std::string_view tag) {
    end_tag();
    out_ += '<';
    out_ += tag;
    open_.emplace_back(tag);
    in_tag_ = true;
    return *this;
}

Markup& Markup::attr(std::string_view name, std::string_view value) {
    IB_ASSERT(in_tag_);
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    append_escaped(out_, value);
    out_ += '"';
    return *this;
}

Markup& Markup::attr(std::string_view name, double value) {
    IB_ASSERT(std::isfinite(value));
    return attr(name, number_text(value));
}

Markup& Markup::text(std::string_view text) {
    end_tag();
    append_escaped(out_, text);
    return *this;
}

Markup& Markup::raw(std::string_view markup) {
    end_tag();
    out_ += markup;
    return *this;
}

Markup& Markup::close() {
    IB_ASSERT(!open_.empty());
    if (in_tag_ && may_be_empty(open_.back())) {
        out_ += "/>";
        in_tag_ = false;
    } else {
        end_tag();
        out_ += "</" + open_.back() + ">";
    }
    open_.pop_back();
    return *this;
}

std::string Markup::take() {
    IB_ASSERT(open_.empty());
    return std::exchange(out_, {});
}

void Markup::end_tag() {
    if (in_tag_) out_ += '>';
    in_tag_ = false;
}

}  // namespace islandbench::reports
