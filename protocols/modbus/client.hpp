#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "protocols/modbus/mbap.hpp"

namespace islandbench::modbus {

/// The client's side of one connection, without the connection: numbers the requests and checks the
/// replies. One request is outstanding at a time, the only rule that every device keeps.
///
///     Client client;
///     AduStream stream;
///
///     Task<Result<Registers>> read(Stream& link, ReadHoldingRegisters what, Instant deadline) {
///         link.write(client.ask(unit, what));
///         for (;;) {
///             const auto bytes = co_await link.read(deadline);
///             if (!bytes) co_return tl::unexpected<Error>(bytes.error());
///             stream.push(*bytes);
///             for (;;) {
///                 const auto adu = stream.pull();
///                 if (!adu) co_return tl::unexpected<Error>(adu.error());  // and close the link
///                 if (!*adu) break;
///                 const auto response = client.accept(**adu);
///                 if (response) co_return registers_of(*response);
///             }   // nothing: a late reply to an earlier request; the answer is still to come
///         }
///     }
class Client {
  public:
    /// The id of the first request; each next one is one higher, 0 after 65535.
    explicit Client(std::uint16_t first_id = 1) noexcept : next_id_(first_id) {}

    /// The bytes of a request, which must be valid. A request still unanswered is given up: its
    /// reply will count as late.
    [[nodiscard]] AduBytes ask(std::uint8_t unit_id, const Request& request);

    /// The response to the outstanding request, or bad_reply naming the field that does not fit
    /// (transaction id, unit id, or what decode_response() checks). Nothing for a late reply: one
    /// to a request given up or answered before; keep waiting.
    [[nodiscard]] std::optional<Result<Response>> accept(const Adu& adu);

    /// A request waits for its reply.
    [[nodiscard]] bool waiting() const noexcept { return pending_.has_value(); }
    /// Late replies dropped so far.
    [[nodiscard]] int late_replies() const noexcept { return late_replies_; }

  private:
    struct Pending {
        Request request;
        std::uint16_t id = 0;
        std::uint8_t unit_id = 0;
    };

    [[nodiscard]] bool is_late(std::uint16_t id) const noexcept;

    std::optional<Pending> pending_;
    std::uint16_t next_id_;
    int asked_ = 0;  // ids used so far, up to the whole circle
    int late_replies_ = 0;
};

}  // namespace islandbench::modbus
