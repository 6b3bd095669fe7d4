#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "protocols/modbus/pdu.hpp"

/// Framing of Modbus TCP: the MBAP header (Modbus Messaging on TCP/IP V1.0b, clause 3.1.3) in front
/// of each PDU: transaction id, protocol id (0), length (of what follows it), unit id. All numbers
/// travel high byte first.
namespace islandbench::modbus {

inline constexpr std::size_t mbap_size = 7;
inline constexpr std::size_t max_adu_size = mbap_size + max_pdu_size;

/// An application data unit: a PDU and who it is for. The request's ids come back in the reply.
struct Adu {
    std::uint16_t transaction_id = 0;
    std::uint8_t unit_id = 1;
    Pdu pdu;

    bool operator==(const Adu&) const = default;
};

using AduBytes = BoundedVector<std::uint8_t, max_adu_size>;

/// The PDU must not be empty.
[[nodiscard]] AduBytes encode(const Adu& adu);

/// Cuts a byte stream into ADUs, however the bytes were split or joined on the way.
///
///     stream.push(received);
///     for (;;) {
///         const auto adu = stream.pull();
///         if (!adu) return close(adu.error());  // the framing is lost: nothing later can be
///         trusted if (!*adu) break;                     // the rest has not arrived yet
///         handle(**adu);
///     }
class AduStream {
  public:
    void push(std::span<const std::uint8_t> bytes);
    /// The next whole ADU, nothing when its bytes are not all there, or bad_frame (length outside
    /// 2..254, protocol id not 0). After a bad_frame the link must be closed: the broken header
    /// stays in front, so every further call fails alike.
    [[nodiscard]] Result<std::optional<Adu>> pull();
    /// Starts afresh, for a new connection.
    void reset() noexcept;

  private:
    std::vector<std::uint8_t> bytes_;  // keeps its capacity: no allocation once warm
    std::size_t begin_ = 0;            // of what has not been pulled
};

}  // namespace islandbench::modbus
