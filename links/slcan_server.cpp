#include "links/slcan_server.hpp"

#include <array>
#include <cstdio>

#include "protocols/can/slcan.hpp"

namespace islandbench::links {

namespace slcan = can::slcan;

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Milliseconds that wrap at one minute, as four digits.
std::string stamp(Instant at) {
    constexpr Duration wrap = 60s;
    const auto ms = (at.time_since_epoch() % wrap + wrap) % wrap / 1ms;
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04X", static_cast<unsigned>(ms));
    return text.data();
}

}  // namespace

/// One connection: an adapter with its channel.
struct SlcanServer::Client {
    Client(SlcanTraffic& t, std::unique_ptr<ByteStream> s, std::unique_ptr<CanPort> p)
        : traffic(t), stream(std::move(s)), port(std::move(p)) {
        ++traffic.clients;
    }
    ~Client() { --traffic.clients; }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    SlcanTraffic& traffic;
    std::unique_ptr<ByteStream> stream;
    std::unique_ptr<CanPort> port;
    bool open = false;
    bool listens_only = false;
    bool stamps = false;
};

Result<std::unique_ptr<SlcanServer>> SlcanServer::start(Scheduler& clock, Network& network,
                                                        const std::string& where, CanBus& bus) {
    auto listener = network.listen(where);
    if (!listener) return tl::unexpected(listener.error());
    return std::unique_ptr<SlcanServer>(new SlcanServer(clock, std::move(*listener), bus));
}

SlcanServer::SlcanServer(Scheduler& clock, std::unique_ptr<Listener> listener, CanBus& bus)
    : clock_(clock),
      listener_(std::move(listener)),
      bus_(bus),
      address_(listener_->address()),
      connections_(clock) {
    connections_.spawn(accept_all());
}

Task<> SlcanServer::accept_all() {
    for (;;) {
        auto stream = co_await listener_->accept();
        if (!stream) co_return;
        connections_.spawn(serve(std::move(*stream)));
    }
}

Task<> SlcanServer::serve(std::unique_ptr<ByteStream> accepted) {
    // Locals die with the return and leave the bus; a parameter lives as long as the task is kept.
    Client client(traffic_, std::move(accepted), bus_.attach_outside());
    TaskGroup forwarding(clock_);
    forwarding.spawn(forward(client));
    slcan::LineStream lines;
    std::array<std::uint8_t, 1024> buffer{};
    for (;;) {
        const auto count = co_await client.stream->read_some(buffer, never);
        if (!count) co_return;
        lines.push(std::span<const std::uint8_t>(buffer).first(*count));
        while (const auto line = lines.pull()) {
            client.stream->write(bytes_of(answer(client, *line)));
        }
    }
}

Task<> SlcanServer::forward(Client& client) {
    for (;;) {
        const auto received = co_await client.port->receive(never);
        if (!received) co_return;
        if (!client.open || received->frame.error) continue;
        std::string line = slcan::encode(received->frame);
        if (client.stamps) line.insert(line.size() - 1, stamp(received->at));
        client.stream->write(bytes_of(line));
        ++traffic_.heard;
    }
}

std::string SlcanServer::answer(Client& client, std::string_view line) {
    const std::string done(slcan::done), refused(slcan::refused);
    if (line.empty()) return done;  // clients send bare CRs to clear the line
    if (slcan::is_frame(line)) return transmit(client, line);
    if (line == "V") return "V1013" + done;
    if (line == "N") return "NIBCH" + done;
    if (line == "F") return client.open ? "F00" + done : refused;
    if (line == "S6") return done;
    if (line == "Z0" || line == "Z1") {
        client.stamps = line == "Z1";
        return done;
    }
    if (line == "O" || line == "L") {
        client.open = true;  // opened again: python-can does that
        client.listens_only = line == "L";
        return done;
    }
    if (line == "C") {
        client.open = false;
        return done;
    }
    return refused;
}

std::string SlcanServer::transmit(Client& client, std::string_view line) {
    const auto frame = slcan::decode(line);
    const bool may = client.open && !client.listens_only;
    if (!frame || !may || !client.port->send(*frame)) return std::string(slcan::refused);
    ++traffic_.sent;
    traffic_.last_sent = std::string(line.substr(1, frame->extended ? 8 : 3));
    traffic_.sent_at = clock_.now();
    return std::string(slcan::done);
}

}  // namespace islandbench::links
