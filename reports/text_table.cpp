#include "reports/text_table.hpp"

#include <algorithm>

#include "base/json_binding.hpp"
#include "reports/ledger.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Conclusion;

constexpr std::size_t width = 100;

std::string_view escape_of(Conclusion conclusion) {
    switch (conclusion) {
        case Conclusion::pass: return "";
        case Conclusion::known_failure: return "\x1b[33m";
        case Conclusion::inconclusive: return "\x1b[35m";
        case Conclusion::unexpected_pass:
        case Conclusion::fail:
        case Conclusion::error: break;
    }
    return "\x1b[1;31m";
}

/// Takes the first `n` characters off a text.
std::string take_characters(std::string& text, std::size_t n) {
    std::size_t bytes = 0;
    for (; bytes < text.size(); ++bytes) {
        const bool begins = (static_cast<unsigned char>(text[bytes]) & 0xc0) != 0x80;
        if (begins && n-- == 0) break;
    }
    const std::string taken = text.substr(0, bytes);
    text.erase(0, bytes);
    return taken;
}

}  // namespace

std::string coloured(const std::string& text, Conclusion conclusion, Colours colours) {
    const std::string_view escape = escape_of(conclusion);
    if (colours == Colours::none || escape.empty()) return text;
    return std::string(escape) + text + "\x1b[0m";
}

std::string cell(std::string_view text, std::size_t columns, bool right) {
    const std::string cut = shortened(text, columns);
    const std::string blanks(columns - characters(cut), ' ');
    return right ? blanks + cut : cut + blanks;
}

std::string wrapped(const std::string& text, const std::string& indent) {
    std::string out;
    std::string line = indent;
    const auto next_line = [&] {
        out += line + "\n";
        line = indent;
    };
    const std::string safe = printable(text, 4000);
    for (std::size_t at = 0; at < safe.size();) {
        const std::size_t end = std::min(safe.find(' ', at), safe.size());
        std::string word = safe.substr(at, end - at);
        if (line != indent && characters(line) + 1 + characters(word) > width) next_line();
        if (line != indent) line += ' ';
        while (characters(line) + characters(word) > width) {
            line += take_characters(word, width - characters(line));
            next_line();
        }
        line += word;
        at = end + 1;
    }
    return out + line + "\n";
}

std::string verdict_word(const acceptance::Verdict& verdict) {
    const Conclusion conclusion = conclusion_of(verdict);
    if (conclusion == Conclusion::known_failure) return "known fail";
    if (conclusion == Conclusion::unexpected_pass) return "unexp. pass";
    const bool unverified = conclusion == Conclusion::pass && !verdict.limit_verified;
    return std::string(json::enum_text(conclusion)) + (unverified ? " *" : "");
}

std::string upper(std::string_view text) {
    std::string result;
    for (const char c : text) {
        result += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return result;
}

}  // namespace islandbench::reports
