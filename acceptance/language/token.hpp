#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/units.hpp"

namespace islandbench::acceptance::language {

/// Where a text breaks the grammar, or names what is not there.
struct Complaint {
    int column = 1;  ///< from 1, in bytes
    std::string message;
};

template <class T>
using Parsed = tl::expected<T, Complaint>;

[[nodiscard]] inline tl::unexpected<Complaint> complaint(int column, std::string message) {
    return tl::unexpected<Complaint>(Complaint{column, std::move(message)});
}

enum class TokenKind { number, word, symbol, end };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text;  ///< as written; a number with its unit
    double value = 0.0;
    Dimension dimension = Dimension::none;
    int column = 1;

    [[nodiscard]] bool is(std::string_view what) const {
        return kind != TokenKind::number && text == what;
    }
};

/// A criterion longer than this is not one that people read.
inline constexpr std::size_t longest_text = 4000;

/// Words, numbers with their units ("20 ms", "0.95 Hz/s", "95 %", "2 pp") and symbols; one end
/// token behind them. Never reads a number without looking for its unit: "5 foo" is an unknown
/// unit.
Parsed<std::vector<Token>> tokenize(std::string_view text);

/// Words of the grammar, which no signal, figure or event may be called.
bool is_keyword(std::string_view word) noexcept;

/// What a token is called in a message: "\"until\"", or "the end of the text".
std::string describe(const Token& token);

}  // namespace islandbench::acceptance::language
