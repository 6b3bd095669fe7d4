#include "emulators/servers/modbus_server.hpp"

#include <array>

#include "protocols/modbus/pdu.hpp"

namespace islandbench::servers {
namespace {

/// Counts a client for as long as its connection is served.
class Presence {
  public:
    explicit Presence(int& clients) : clients_(clients) { ++clients_; }
    ~Presence() { --clients_; }
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;

  private:
    int& clients_;
};

/// Keeps a connection among those of the server for as long as it is served.
class Listed {
  public:
    Listed(std::vector<links::ByteStream*>& list, links::ByteStream& stream)
        : list_(list), stream_(&stream) {
        list_.push_back(stream_);
    }
    ~Listed() { std::erase(list_, stream_); }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;

  private:
    std::vector<links::ByteStream*>& list_;
    links::ByteStream* stream_;
};

/// What a request writes; nothing when it only reads.
std::optional<LastWrite> write_of(const modbus::Request& request, Instant at) {
    LastWrite write;
    write.at = at;
    if (const auto* coil = std::get_if<modbus::WriteSingleCoil>(&request)) {
        write.coils = true;
        write.address = coil->address;
        write.count = 1;
    } else if (const auto* coils = std::get_if<modbus::WriteMultipleCoils>(&request)) {
        write.coils = true;
        write.address = coils->address;
        write.count = static_cast<int>(coils->values.size());
    } else if (const auto* one = std::get_if<modbus::WriteSingleRegister>(&request)) {
        write.address = one->address;
        write.count = 1;
    } else if (const auto* many = std::get_if<modbus::WriteMultipleRegisters>(&request)) {
        write.address = many->address;
        write.count = static_cast<int>(many->values.size());
    } else if (const auto* both = std::get_if<modbus::ReadWriteMultipleRegisters>(&request)) {
        write.address = both->write_address;
        write.count = static_cast<int>(both->values.size());
    } else {
        return std::nullopt;
    }
    return write;
}

/// Function codes of exceptions have the highest bit set.
bool is_exception(const modbus::Adu& reply) {
    return !reply.pdu.empty() && (reply.pdu[0] & 0x80) != 0;
}

}  // namespace

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
    using Welcome = WireManners::Welcome;
    const auto clients = static_cast<int>(streams_.size());
    Welcome how = Welcome::enter;
    if (manners_) how = manners_->welcome(clients, clock_.now());
    if (how == Welcome::turn_away) co_return;
    if (how == Welcome::throw_out_others) {
        for (links::ByteStream* other : streams_) other->close();
    }
    const Presence presence(traffic_.clients);
    const Listed listed(streams_, *stream);
    modbus::AduStream received;
    std::array<std::uint8_t, modbus::mbap_size + modbus::max_pdu_size> buffer{};
    WireManners::Visit visit;
    visit.came = visit.asked = clock_.now();
    for (;;) {
        const Instant patience = manners_ ? manners_->patience(visit) : never;
        const auto count = co_await stream->read_some(buffer, patience);
        if (!count) {
            if (manners_) manners_->left(visit, clock_.now());
            co_return;
        }
        if (how == Welcome::ignore) continue;
        received.push(std::span<const std::uint8_t>(buffer).first(*count));
        for (;;) {
            const auto adu = received.pull();
            if (!adu) co_return;  // framing is lost: close
            if (!*adu) break;
            co_await reply(*stream, **adu, visit);
        }
    }
}

Task<> ModbusServer::reply(links::ByteStream& stream, modbus::Adu request,
                           WireManners::Visit& visit) {
    if (manners_ && !manners_->hears(visit, clock_.now())) {
        ++traffic_.requests;
        co_return;
    }
    const auto busy = manners_ ? manners_->refuses() : std::nullopt;
    std::optional<modbus::Adu> answer;
    if (busy) {
        answer = modbus::Adu{request.transaction_id, request.unit_id,
                             modbus::encode_exception(request.pdu[0], *busy)};
    } else {
        answer = responder_.answer(request);
    }
    note(request, answer && !is_exception(*answer));
    if (!answer) co_return;
    const modbus::AduBytes bytes = modbus::encode(*answer);
    if (!manners_) {
        stream.write(bytes);
        co_return;
    }
    const Duration late = manners_->delay();
    if (late > Duration::zero()) co_await clock_.sleep_for(late);
    if (!manners_) co_return;  // they have changed meanwhile
    const auto pieces = manners_->send(visit, bytes);
    for (const WireManners::Piece& piece : pieces) {
        if (piece.after > Duration::zero()) co_await clock_.sleep_for(piece.after);
        stream.write(piece.bytes);
    }
    visit.answered = clock_.now();
}

void ModbusServer::note(const modbus::Adu& adu, bool answered_well) {
    ++traffic_.requests;
    if (!answered_well) return;
    const auto request = modbus::decode_request(adu.pdu);
    const auto write = request ? write_of(*request, clock_.now()) : std::nullopt;
    if (write) traffic_.last_write = write;
}

}  // namespace islandbench::servers
