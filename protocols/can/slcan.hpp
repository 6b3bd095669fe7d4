#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "protocols/can/frame.hpp"

/// slcan, the ASCII protocol of LAWICEL's CAN232 and of many serial adapters. Lines end with CR.
/// Frames: tIIIL<data> (11-bit id), TIIIIIIIIL<data> (29-bit), rIIIL and RIIIIIIIIL (remote). The
/// client opens and closes the channel with commands (S6 = 500 kbit/s, O, C, ...), each answered
/// with CR (done) or BEL (refused).
namespace islandbench::can::slcan {

inline constexpr std::string_view done = "\r";
inline constexpr std::string_view refused = "\a";

/// With its CR. An error frame has no text in this protocol: there must be none.
[[nodiscard]] std::string encode(const CanFrame& frame);
/// A line that begins with t, T, r or R: is it a frame, and not a command?
[[nodiscard]] bool is_frame(std::string_view line) noexcept;
/// A frame's line without its CR; a time stamp of four digits behind it is tolerated. Fails with
/// bad_input. Any bytes are safe.
[[nodiscard]] Result<CanFrame> decode(std::string_view line);

/// Cuts a byte stream into lines.
///
///     lines.push(received);
///     while (const auto line = lines.pull()) {
///         if (slcan::is_frame(*line)) { ... slcan::decode(*line) ... }
///         else ...                                  // a command: act, write done or refused
///     }
class LineStream {
  public:
    /// Longer lines are nobody's: cut here, so that a peer without CRs cannot fill the memory.
    static constexpr std::size_t max_line = 64;

    void push(std::span<const std::uint8_t> bytes);
    /// The next whole line, without its CR: a frame, a command, or empty for "done". A BEL is a
    /// line of its own, equal to `refused`. LFs are dropped.
    [[nodiscard]] std::optional<std::string> pull();

  private:
    std::string bytes_;
};

}  // namespace islandbench::can::slcan
