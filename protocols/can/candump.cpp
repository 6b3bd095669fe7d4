#include "protocols/can/candump.hpp"

#include <charconv>
#include <cstdint>

#include "protocols/can/hex.hpp"

namespace islandbench::can {
namespace {

constexpr std::uint32_t error_flag = 0x20000000;

tl::unexpected<Error> rejected(std::string_view text, std::string_view why) {
    return failure(ErrorCode::bad_input,
                   "CAN log \"" + std::string(text) + "\": " + std::string(why));
}

std::string decimal(std::int64_t value, std::size_t digits) {
    const std::string text = std::to_string(value);
    return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

bool parse_decimal(std::string_view text, std::int64_t& into) {
    const char* const end = text.data() + text.size();
    const auto [at, status] = std::from_chars(text.data(), end, into);
    return status == std::errc{} && at == end && !text.starts_with('-');
}

/// "0000000012.345678"
bool parse_stamp(std::string_view text, Duration& into) {
    const std::size_t dot = text.find('.');
    std::int64_t seconds = 0, microseconds = 0;
    if (dot == std::string_view::npos || text.size() - dot != 7 ||
        !parse_decimal(text.substr(0, dot), seconds) ||
        !parse_decimal(text.substr(dot + 1), microseconds)) {
        return false;
    }
    constexpr std::int64_t latest = 9'000'000'000;  // what fits in nanoseconds
    if (seconds > latest) return false;
    into = std::chrono::seconds(seconds) + std::chrono::microseconds(microseconds);
    return true;
}

bool parse_id(std::string_view text, CanFrame& into) {
    const auto id = hex::number(text);
    if (!id) return false;
    into.error = text.size() == 8 && (*id & error_flag) != 0;
    into.extended = text.size() == 8 && !into.error;
    into.id = into.error ? *id & ~error_flag : *id;
    if (text.size() == 3) return into.id <= max_standard_id;
    return text.size() == 8 && into.id <= max_extended_id;
}

bool parse_remote_length(std::string_view text, CanFrame& into) {
    into.remote = true;
    if (text.empty()) return true;
    const auto length = hex::digit(text[0]);
    if (text.size() != 1 || !length || *length > into.data.size()) return false;
    into.length = static_cast<std::uint8_t>(*length);
    return true;
}

}  // namespace

std::string to_cansend(const CanFrame& frame) {
    std::string text;
    const bool wide = frame.extended || frame.error;
    hex::append(text, frame.id | (frame.error ? error_flag : 0), wide ? 8 : 3);
    text += '#';
    if (frame.remote) {
        text += 'R';
        if (frame.length > 0) hex::append(text, frame.length, 1);
    }
    hex::append(text, frame.payload());
    return text;
}

std::string to_candump(const CandumpLine& line) {
    IB_ASSERT(line.stamp >= Duration{} && !line.interface.empty());
    const auto total = std::chrono::duration_cast<std::chrono::microseconds>(line.stamp).count();
    return "(" + decimal(total / 1'000'000, 10) + "." + decimal(total % 1'000'000, 6) + ") " +
           line.interface + " " + to_cansend(line.frame);
}

Result<CanFrame> parse_cansend(std::string_view text) {
    const std::size_t hash = text.find('#');
    if (hash == std::string_view::npos) return rejected(text, "no #");
    CanFrame frame;
    if (!parse_id(text.substr(0, hash), frame)) return rejected(text, "bad identifier");
    const std::string_view body = text.substr(hash + 1);
    if (body.starts_with('#')) return rejected(text, "CAN FD is not spoken here");
    if (body.starts_with('R')) {
        if (!parse_remote_length(body.substr(1), frame)) return rejected(text, "bad length");
        return frame;
    }
    if (!hex::bytes(body, frame.data)) return rejected(text, "bad data");
    frame.length = static_cast<std::uint8_t>(body.size() / 2);
    return frame;
}

Result<CandumpLine> parse_candump(std::string_view line) {
    const std::size_t close = line.find(") ");
    CandumpLine parsed;
    if (!line.starts_with('(') || close == std::string_view::npos ||
        !parse_stamp(line.substr(1, close - 1), parsed.stamp)) {
        return rejected(line, "bad time stamp");
    }
    std::string_view rest = line.substr(close + 2);
    while (rest.starts_with(' ')) rest.remove_prefix(1);  // the name is right-aligned
    // candump -x marks the direction behind the frame.
    if (rest.ends_with(" R") || rest.ends_with(" T")) rest.remove_suffix(2);
    const std::size_t blank = rest.find(' ');
    if (blank == 0 || blank == std::string_view::npos) return rejected(line, "no interface");
    parsed.interface = rest.substr(0, blank);
    const auto frame = parse_cansend(rest.substr(blank + 1));
    if (!frame) return tl::unexpected<Error>(frame.error());
    parsed.frame = *frame;
    return parsed;
}

}  // namespace islandbench::can
