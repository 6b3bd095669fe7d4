#include "emulators/servers/modbus_server.hpp"

#include <array>

namespace islandbench::servers {

Result<std::unique_ptr<ModbusServer>> ModbusServer::start(Scheduler& clock, links::Network& network,
                                                          const std::string& where,
                                                          modbus::Responder& responder,
                                                          const links::LinkCondition& condition,
                                                          Random random) {
    auto listener = network.listen(where);
    if (!listener) return tl::unexpected(listener.error());
    return std::unique_ptr<ModbusServer>(
        new ModbusServer(clock, std::move(*listener), responder, condition, std::move(random)));
}

ModbusServer::ModbusServer(Scheduler& clock, std::unique_ptr<links::Listener> listener,
                           modbus::Responder& responder, const links::LinkCondition& condition,
                           Random random)
    : clock_(clock),
      listener_(std::move(listener)),
      responder_(responder),
      condition_(condition),
      random_(std::move(random)),
      address_(listener_->address()),
      connections_(clock) {
    connections_.spawn(accept_all());
}

Task<> ModbusServer::accept_all() {
    for (;;) {
        auto stream = co_await listener_->accept();
        if (!stream) co_return;
        connections_.spawn(serve(links::impair(std::move(*stream), clock_, condition_, random_)));
    }
}

Task<> ModbusServer::serve(std::unique_ptr<links::ByteStream> accepted) {
    // A local dies with the return and closes the connection; a parameter lives as long as the
    // task is kept.
    const std::unique_ptr<links::ByteStream> stream = std::move(accepted);
    modbus::AduStream received;
    std::array<std::uint8_t, modbus::mbap_size + modbus::max_pdu_size> buffer{};
    for (;;) {
        const auto count = co_await stream->read_some(buffer, never);
        if (!count) co_return;
        received.push(std::span<const std::uint8_t>(buffer).first(*count));
        for (;;) {
            const auto adu = received.pull();
            if (!adu) co_return;  // framing is lost: close
            if (!*adu) break;
            const auto reply = responder_.answer(**adu);
            if (reply) stream->write(modbus::encode(*reply));
        }
    }
}

}  // namespace islandbench::servers
