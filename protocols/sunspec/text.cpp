#include <algorithm>

#include "protocols/bytes.hpp"
#include "protocols/sunspec/value.hpp"

namespace islandbench::sunspec {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Bytes of the UTF-8 character that `text` starts with; 0 when it starts with none
/// (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t character_length(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    const bool too_high = lead == 0xF4 && byte(1) >= 0x90;
    return overlong || surrogate || too_high ? 0 : length;
}

std::string repaired(std::string_view text) {
    std::string clean;
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        clean += length > 0 ? text.substr(0, length) : replacement;
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return clean;
}

}  // namespace

std::string decode_text(std::span<const std::uint16_t> registers) {
    std::string bytes;
    for (const std::uint16_t r : registers) {
        bytes += static_cast<char>(high_byte(r));
        bytes += static_cast<char>(low_byte(r));
    }
    std::string_view text = bytes;
    text = text.substr(0, text.find_first_of(std::string_view("\x00\xFF", 2)));
    while (text.ends_with(' ')) text.remove_suffix(1);
    return repaired(text);
}

Result<void> encode_text(std::string_view text, std::span<std::uint16_t> into) {
    if (text.size() > 2 * into.size()) {
        return failure(ErrorCode::out_of_range, "\"" + std::string(text) + "\" is longer than " +
                                                    std::to_string(2 * into.size()) +
                                                    " characters");
    }
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    };
    for (std::size_t i = 0; i < into.size(); ++i) into[i] = joined(byte(2 * i), byte(2 * i + 1));
    return {};
}

}  // namespace islandbench::sunspec
