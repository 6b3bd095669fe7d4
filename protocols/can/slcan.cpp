#include "protocols/can/slcan.hpp"

#include "protocols/can/hex.hpp"

namespace islandbench::can::slcan {
namespace {

constexpr char carriage_return = '\r';

tl::unexpected<Error> rejected(std::string_view line, std::string_view why) {
    return failure(ErrorCode::bad_input,
                   "slcan line \"" + std::string(line) + "\": " + std::string(why));
}

bool fits_stamp(std::string_view rest) noexcept {
    return rest.empty() || (rest.size() == 4 && hex::number(rest));
}

}  // namespace

std::string encode(const CanFrame& frame) {
    IB_ASSERT(!frame.error);
    std::string line;
    line += frame.remote ? (frame.extended ? 'R' : 'r') : (frame.extended ? 'T' : 't');
    hex::append(line, frame.id, frame.extended ? 8 : 3);
    hex::append(line, frame.length, 1);
    hex::append(line, frame.payload());
    line += carriage_return;
    return line;
}

bool is_frame(std::string_view line) noexcept {
    return !line.empty() && std::string_view("tTrR").find(line[0]) != std::string_view::npos;
}

Result<CanFrame> decode(std::string_view line) {
    if (!is_frame(line)) return rejected(line, "no frame");
    CanFrame frame;
    frame.extended = line[0] == 'T' || line[0] == 'R';
    frame.remote = line[0] == 'r' || line[0] == 'R';
    const std::size_t digits = frame.extended ? 8 : 3;
    if (line.size() < 1 + digits + 1) return rejected(line, "too short");

    const auto id = hex::number(line.substr(1, digits));
    if (!id || *id > (frame.extended ? max_extended_id : max_standard_id)) {
        return rejected(line, "bad identifier");
    }
    const auto length = hex::digit(line[1 + digits]);
    if (!length || *length > frame.data.size()) return rejected(line, "bad length");
    frame.id = *id;
    frame.length = static_cast<std::uint8_t>(*length);

    std::string_view rest = line.substr(1 + digits + 1);
    const std::size_t data_digits = 2 * frame.payload().size();
    if (rest.size() < data_digits || !hex::bytes(rest.substr(0, data_digits), frame.data) ||
        !fits_stamp(rest.substr(data_digits))) {
        return rejected(line, "bad data");
    }
    return frame;
}

void LineStream::push(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) {
        if (byte != '\n') bytes_ += static_cast<char>(byte);
    }
}

std::optional<std::string> LineStream::pull() {
    const std::size_t end = bytes_.find_first_of("\r\a");
    if (end != std::string::npos && end <= max_line) {
        const bool bell = bytes_[end] == refused[0];
        std::string line = bell ? std::string(refused) : bytes_.substr(0, end);
        bytes_.erase(0, end + 1);
        return line;
    }
    if (bytes_.size() <= max_line) return std::nullopt;
    std::string line = bytes_.substr(0, max_line);
    bytes_.erase(0, max_line);
    return line;
}

}  // namespace islandbench::can::slcan
