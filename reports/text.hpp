#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "acceptance/verdict.hpp"
#include "base/time.hpp"
#include "base/unit_text.hpp"
#include "base/units.hpp"

/// How reports write things for people. Strings of devices and files are hostile until printable()
/// or visible() has seen them.
namespace islandbench::reports {

/// Valid UTF-8 without anything that could mislead: bytes that are no UTF-8 become U+FFFD, control
/// characters and the marks that turn the direction of writing become visible ("[U+202E]"). Line
/// breaks and tabs stay. Markup does this to every text by itself.
std::string visible(std::string_view hostile);

/// visible() on one line; what is longer than `most` characters is cut, with its length said.
std::string printable(std::string_view hostile, std::size_t most = 300);

/// printable(), and at most `most` characters with an ellipsis: for labels.
std::string shortened(std::string_view hostile, std::size_t most);

/// How many characters (code points) valid UTF-8 has.
std::size_t characters(std::string_view utf8) noexcept;

/// "04:12.345", "-00:03.200", "1:04:12.345": minutes and seconds of the story.
std::string clock_text(Instant t);

/// "4.1 deg", without a sign.
std::string size_text(const acceptance::Margin& margin);
/// "+3.4 V" held it by so much, "-4.1 deg" broke it; "-" without a margin.
std::string margin_text(const std::optional<acceptance::Margin>& margin);

/// A level on a chart: "51 Hz", "195.5 V", without zeros that say nothing.
std::string level_text(double value, Dimension dimension);

/// "12.3 %" of a share, one figure behind the point at most.
std::string percent_text(double share);

/// Rounded as people say it: "2 h 5 min", "3 min 12 s", "4.3 s", "150 ms"; "21.3 kWh", "184 Wh";
/// "4.2 kW", "850 W".
std::string plain_text(Duration duration);
/// "02:44", "1:02:44": a moment of the story to the second.
std::string plain_text(Instant moment);
std::string plain_text(Energy energy);
std::string plain_text(ActivePower power);

/// "12345" -> "12 345": groups of three, as ISO 80000 has it, with narrow spaces.
std::string grouped(std::int64_t n);

/// "2 homes", "1 home".
std::string counted(std::size_t n, std::string_view thing);

/// "grid_back" -> "grid back", "fault.silent_home2" -> "fault: silent home2".
std::string event_text(std::string_view name);

/// "pass", "pass, limit not verified", "known failure", "fail", ...
std::string conclusion_text(acceptance::Conclusion conclusion, bool limit_verified);

}  // namespace islandbench::reports
