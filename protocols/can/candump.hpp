#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "protocols/can/frame.hpp"

/// The log format of can-utils (candump -L, canplayer, log2asc), one frame a line:
///     (0000000012.345678) can0 355#1A006400
/// 3 digits are an 11-bit id, 8 a 29-bit one or an error frame (flag 0x20000000); #R is a remote
/// frame, with its length when that is not 0.
namespace islandbench::can {

struct CandumpLine {
    Duration stamp{};  ///< since whatever the log counts from, to the microsecond
    std::string interface;
    CanFrame frame;

    bool operator==(const CandumpLine&) const = default;
};

/// Without a line break. The stamp must not be negative, the interface not empty.
[[nodiscard]] std::string to_candump(const CandumpLine& line);
/// "355#1A006400": the frame alone, as cansend takes it.
[[nodiscard]] std::string to_cansend(const CanFrame& frame);

/// Fails with bad_input on anything else, such as CAN FD frames and comments. Any bytes are safe.
[[nodiscard]] Result<CandumpLine> parse_candump(std::string_view line);
[[nodiscard]] Result<CanFrame> parse_cansend(std::string_view text);

}  // namespace islandbench::can
