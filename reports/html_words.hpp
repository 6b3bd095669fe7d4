#pragma once

#include <optional>
#include <string>

#include "acceptance/verdict.hpp"
#include "reports/markup.hpp"

/// Small pieces of markup that several sections of report.html use.
namespace islandbench::reports::words {

/// Text from outside: made visible, isolated from the direction of the text around it.
void foreign(Markup& page, std::string_view text, std::size_t most = 300);

/// At most `most` bytes of a long text, and where the rest is.
std::string shown_part(std::string_view text, std::size_t most);

/// The class of style.css for what has a conclusion: "known" for a known failure.
std::string_view css_class(acceptance::Conclusion conclusion) noexcept;

/// Symbol and word of a conclusion.
void conclusion(Markup& page, acceptance::Conclusion conclusion, bool limit_verified);

/// "+3.4 V" with a real minus sign and "\u00b0" for degrees.
std::string margin(const std::optional<acceptance::Margin>& margin);

/// "02:11.500" with a real minus sign, or a dash.
std::string moment(const std::optional<Instant>& t);

/// <dt>name</dt><dd>text</dd>, both from outside; nothing for an empty text.
void fact(Markup& page, std::string_view name, std::string_view text, std::size_t most = 160);

/// <th scope="col" class="...">name</th>
void head(Markup& page, std::string_view name, std::string_view css_class = {});

/// <td class="...">our own text</td>
void cell(Markup& page, std::string_view text, std::string_view css_class = {});

}  // namespace islandbench::reports::words
