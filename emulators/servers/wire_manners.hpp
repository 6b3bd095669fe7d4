#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/deviation.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "protocols/modbus/mbap.hpp"

namespace islandbench::servers {

/// How a deviating device behaves on its link: whom it lets in, what it loses, and what it makes of
/// its replies. A device without such deeds has none of this, and its server asks nothing.
class WireManners {
  public:
    WireManners(const std::vector<Deviation>& deviations, Random random);

    /// What a server knows of one of its connections.
    struct Visit {
        Instant came{};
        Instant asked{};     ///< last, or came
        Instant answered{};  ///< last
        int requests = 0;
        std::vector<std::uint8_t> held;  ///< the reply that the next request gets
    };

    enum class Welcome { enter, turn_away, ignore, throw_out_others };
    [[nodiscard]] Welcome welcome(int clients, Instant now);
    /// Until when a client may be silent.
    [[nodiscard]] Instant patience(const Visit& visit) const;
    /// A client has gone; `asked`: it had asked something within the last moment.
    void left(const Visit& visit, Instant now);

    /// Whether the request is heard at all.
    [[nodiscard]] bool hears(Visit& visit, Instant now);
    /// The unit's own reply is not to be had: it is busy.
    [[nodiscard]] std::optional<modbus::ExceptionCode> refuses();
    /// How late the reply is.
    [[nodiscard]] Duration delay();

    struct Piece {
        std::vector<std::uint8_t> bytes;
        Duration after{};  ///< the piece before
    };
    /// What goes out in place of the reply; nothing: silence.
    [[nodiscard]] std::vector<Piece> send(Visit& visit, const modbus::AduBytes& reply);

  private:
    [[nodiscard]] const DeviationDeed* deed(Deed what) const;
    [[nodiscard]] bool due(const DeviationDeed& deed);
    [[nodiscard]] bool away(Instant now) const;
    void distort(std::vector<std::uint8_t>& frame);

    std::vector<DeviationDeed> deeds_;
    std::vector<int> times_;  // by deed
    Random random_;
    std::optional<Instant> began_;
    Instant blocked_until_{Instant::min()};
};

}  // namespace islandbench::servers
