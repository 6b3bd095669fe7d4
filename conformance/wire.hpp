#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/device_profile.hpp"
#include "base/link_address.hpp"
#include "base/task.hpp"
#include "conformance/snapshot.hpp"
#include "drivers/write_guard.hpp"
#include "links/byte_stream.hpp"
#include "protocols/modbus/mbap.hpp"

namespace islandbench::conformance {

/// One connection to a device, for somebody who wants to know exactly what it does wrong: what a
/// driver would drop or retry is written down here, and understood as far as possible. Every
/// exchange goes into the journal.
///
/// Calls must not overlap.
class Wire {
  public:
    Wire(Scheduler& clock, links::Network& network, std::string where, const DeviceProfile& profile,
         std::vector<Exchange>& journal);

    /// Opens the connection if it is not; false when nobody lets us in.
    Task<bool> open();
    void close();
    [[nodiscard]] bool is_open() const { return stream_ && stream_->is_open(); }
    [[nodiscard]] bool peer_is_local() const { return stream_ && stream_->peer_is_local(); }

    /// Sends these bytes as a request, which needs not be a legal one but must write nothing, and
    /// waits for what comes. Returns the exchange's index in the journal.
    Task<std::size_t> ask(std::string purpose, std::uint8_t unit, modbus::Pdu pdu);
    /// The same of a request that writes.
    Task<std::size_t> write(const drivers::WritePermit& permit, std::string purpose,
                            std::uint8_t unit, modbus::Pdu pdu);
    /// Sends a request and goes away at once.
    Task<std::size_t> abandon(std::string purpose, std::uint8_t unit, modbus::Pdu pdu);

    /// Quiet time before each request from now on.
    void set_gap(Duration gap) noexcept { gap_ = gap; }

  private:
    Task<std::size_t> exchange(std::string purpose, std::uint8_t unit, modbus::Pdu pdu);
    Task<> receive(Exchange& exchange, std::uint8_t unit, const modbus::Pdu& pdu, Instant limit);
    [[nodiscard]] bool take_reply(Exchange& exchange, std::uint8_t unit, const modbus::Pdu& pdu,
                                  bool waited);
    void send(Exchange& exchange, std::uint8_t unit, const modbus::Pdu& pdu);

    Scheduler& clock_;
    links::Network& network_;
    std::string where_;
    const DeviceProfile& profile_;
    std::vector<Exchange>& journal_;
    std::unique_ptr<links::ByteStream> stream_;
    std::vector<std::uint8_t> received_;
    int connections_ = 0;
    std::uint16_t transaction_ = 0x4A00;
    std::uint16_t first_transaction_ = 0x4A00;  ///< of this connection
    Duration gap_{};
    Instant quiet_until_{Instant::min()};
};

/// "40000..40067", for purposes and messages.
std::string range_text(int address, int count);
modbus::Pdu read_request(std::uint8_t function, int address, int count);
/// Functions 6 (of one value) and 16.
modbus::Pdu write_request(std::uint8_t function, std::uint16_t address,
                          const std::vector<std::uint16_t>& values);
/// Two hexadecimal digits for each byte.
std::string hex(const std::vector<std::uint8_t>& bytes);

}  // namespace islandbench::conformance
