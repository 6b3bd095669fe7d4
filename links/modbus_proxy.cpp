#include "links/modbus_proxy.hpp"

#include <array>
#include <utility>

#include "protocols/modbus/mbap.hpp"

namespace islandbench::links {
namespace {

constexpr Duration patience = 5s;  ///< for a connection to the device

/// Joins what arrives in pieces to whole replies, so that a fault meets one as a whole.
class Replies {
  public:
    void push(std::span<const std::uint8_t> bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }

    /// The next one, or nothing yet. What does not look like Modbus TCP comes as it is.
    std::vector<std::uint8_t> pull() {
        const std::size_t size = next_size();
        if (size == 0 || bytes_.size() < size) return {};
        const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(size);
        std::vector<std::uint8_t> reply(bytes_.begin(), end);
        bytes_.erase(bytes_.begin(), end);
        return reply;
    }

  private:
    [[nodiscard]] std::size_t next_size() const {
        constexpr std::size_t before_length = 6;
        if (bytes_.size() < before_length) return 0;
        const auto word = [this](std::size_t at) {
            return static_cast<std::size_t>(bytes_[at]) << 8 | bytes_[at + 1];
        };
        const std::size_t length = word(4);
        const bool modbus = word(2) == 0 && length >= 2 && length <= modbus::max_pdu_size + 1;
        return modbus ? before_length + length : bytes_.size();
    }

    std::vector<std::uint8_t> bytes_;
};

/// What the client sends, to the device. Ends both when either has ended.
Task<> carry_requests(ByteStream& client, ByteStream& device, int& requests) {
    std::array<std::uint8_t, modbus::max_adu_size> buffer{};
    for (;;) {
        const auto n = co_await client.read_some(buffer, never);
        if (!n) break;
        ++requests;
        device.write(std::span<const std::uint8_t>(buffer).first(*n));
    }
    device.close();
}

Task<> carry_replies(ByteStream& device, ByteStream& client) {
    std::array<std::uint8_t, 4096> buffer{};
    Replies replies;
    for (;;) {
        const auto n = co_await device.read_some(buffer, never);
        if (!n) co_return;
        replies.push(std::span<const std::uint8_t>(buffer).first(*n));
        for (auto reply = replies.pull(); !reply.empty(); reply = replies.pull()) {
            client.write(reply);
        }
    }
}

}  // namespace

Result<std::unique_ptr<ModbusProxy>> ModbusProxy::start(Scheduler& clock, Network& network,
                                                        const std::string& where,
                                                        std::string device,
                                                        const LinkCondition& condition,
                                                        Random random, News news) {
    auto door = network.listen(where);
    if (!door) return tl::unexpected(door.error());
    return std::unique_ptr<ModbusProxy>(new ModbusProxy(clock, network, std::move(*door),
                                                        std::move(device), condition,
                                                        std::move(random), std::move(news)));
}

ModbusProxy::ModbusProxy(Scheduler& clock, Network& network, std::unique_ptr<Listener> door,
                         std::string device, const LinkCondition& condition, Random random,
                         News news)
    : clock_(clock),
      network_(network),
      door_(std::move(door)),
      device_(std::move(device)),
      condition_(condition),
      random_(std::move(random)),
      news_(std::move(news)),
      tasks_(clock) {
    tasks_.spawn(accept_all());
}

Task<> ModbusProxy::accept_all() {
    for (;;) {
        auto client = co_await door_->accept();
        if (!client) co_return;
        tasks_.spawn(serve(std::move(*client)));
    }
}

Task<> ModbusProxy::serve(std::unique_ptr<ByteStream> accepted) {
    // A local dies with the return and closes the connection; a parameter lives on with the task.
    const auto client = impair(std::move(accepted), clock_, condition_, random_, &traffic_.replies);
    const auto device = co_await network_.connect(device_, clock_.now() + patience);
    if (!device) {
        news_(device.error().what);
        co_return;
    }
    ++traffic_.clients;
    news_("a client has come");
    TaskGroup requests(clock_);
    requests.spawn(carry_requests(*client, **device, traffic_.requests));
    co_await carry_replies(**device, *client);
    // What the device said last is still under way.
    if (client->is_open()) {
        co_await clock_.sleep_until(clock_.now() + 2 * condition_.delay_p99 + 10ms);
    }
    --traffic_.clients;
    news_(client->is_open() ? "the device has closed a connection" : "a client has gone");
}

}  // namespace islandbench::links
