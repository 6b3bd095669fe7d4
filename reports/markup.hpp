#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace islandbench::reports {

/// A number as markup has it: two digits behind the point at most, "-0" is "0".
std::string number_text(double value);

/// Writes XML that is well-formed by construction: every element is closed once, every text and
/// every attribute is escaped and visible() (reports/text.hpp). The HTML of the reports is XML,
/// too.
///
///     Markup page;
///     page.open("p").attr("class", "note").text(device_string).close();
///     const std::string text = page.take();
class Markup {
  public:
    Markup& open(std::string_view tag);
    /// Directly after open().
    Markup& attr(std::string_view name, std::string_view value);
    Markup& attr(std::string_view name, double value);
    Markup& text(std::string_view text);
    Markup& close();
    /// An element with nothing but text in it.
    Markup& leaf(std::string_view tag, std::string_view text) {
        return open(tag).text(text).close();
    }
    /// Markup that take() gave, or our own constants; never anything from outside.
    Markup& raw(std::string_view markup);
    /// A line break in the source, for people who read it.
    Markup& line() { return raw("\n"); }

    /// The text. Everything must be closed.
    std::string take();

  private:
    void end_tag();

    std::string out_;
    std::vector<std::string> open_;
    bool in_tag_ = false;
};

}  // namespace islandbench::reports
