#include "links/byte_stream.hpp"

#include <algorithm>

namespace islandbench::links {

void Inbox::push(std::span<const std::uint8_t> bytes) {
    if (begin_ == bytes_.size()) {
        bytes_.clear();
        begin_ = 0;
    }
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    arrived_.notify_all();
}

void Inbox::end() {
    ended_ = true;
    arrived_.notify_all();
}

Task<Result<std::size_t>> Inbox::read_some(std::span<std::uint8_t> into, Instant deadline) {
    while (size() == 0) {
        if (ended_) co_return failure(ErrorCode::closed, "the other side closed the connection");
        const bool arrived = co_await arrived_.wait_until(deadline);
        if (!arrived && size() == 0 && !ended_) {
            co_return failure(ErrorCode::timed_out, "nothing arrived in time");
        }
    }
    const std::size_t n = std::min(into.size(), size());
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_), n, into.begin());
    begin_ += n;
    co_return n;
}

}  // namespace islandbench::links
