#include "drivers/test/scripted_server.hpp"

#include <array>

#include <gtest/gtest.h>

namespace islandbench::drivers::test {
namespace {

class RemoteStream final : public links::ByteStream {
  public:
    explicit RemoteStream(std::unique_ptr<links::ByteStream> inner) : inner_(std::move(inner)) {}
    Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Instant deadline) override {
        return inner_->read_some(into, deadline);
    }
    void write(std::span<const std::uint8_t> bytes) override { inner_->write(bytes); }
    void close() override { inner_->close(); }
    [[nodiscard]] bool is_open() const override { return inner_->is_open(); }
    [[nodiscard]] bool peer_is_local() const override { return false; }

  private:
    std::unique_ptr<links::ByteStream> inner_;
};

}  // namespace

int function_of(const modbus::Adu& adu) {
    return adu.pdu[0];
}

int address_of(const modbus::Adu& adu) {
    return adu.pdu[1] << 8 | adu.pdu[2];
}

Task<Result<std::unique_ptr<links::ByteStream>>> RemoteNetwork::connect(std::string where,
                                                                        Instant deadline) {
    auto stream = co_await inner_.connect(std::move(where), deadline);
    if (!stream) co_return tl::unexpected(stream.error());
    std::unique_ptr<links::ByteStream> remote = std::make_unique<RemoteStream>(std::move(*stream));
    co_return std::move(remote);
}

ScriptedServer::ScriptedServer(Scheduler& clock, links::Network& network, const std::string& where,
                               modbus::DataModel& device)
    : clock_(clock), tasks_(clock) {
    auto listener = network.listen(where);
    EXPECT_TRUE(listener.has_value());
    listener_ = std::move(*listener);
    responder_.serve(1, device);
    tasks_.spawn(accept_all());
}

void ScriptedServer::hang_up() {
    for (const auto& stream : streams_) stream->close();
}

void ScriptedServer::replace_device(modbus::DataModel& device) {
    responder_ = modbus::Responder();
    responder_.serve(1, device);
    hang_up();
}

std::vector<int> ScriptedServer::functions() const {
    std::vector<int> all;
    for (const Request& request : requests) all.push_back(function_of(request.adu));
    return all;
}

Task<> ScriptedServer::accept_all() {
    for (;;) {
        auto stream = co_await listener_->accept();
        if (!stream) co_return;
        ++connections;
        streams_.push_back(std::move(*stream));
        tasks_.spawn(serve(*streams_.back()));
    }
}

Task<> ScriptedServer::serve(links::ByteStream& stream) {
    modbus::AduStream received;
    std::array<std::uint8_t, 512> buffer{};
    for (;;) {
        const auto count = co_await stream.read_some(buffer, never);
        if (!count) co_return;
        received.push(std::span<const std::uint8_t>(buffer).first(*count));
        for (;;) {
            const auto adu = received.pull();
            EXPECT_TRUE(adu.has_value()) << "a driver sends well-framed requests";
            if (!adu || !*adu) break;
            requests.push_back({clock_.now(), **adu});
            co_await answer(stream, **adu);
        }
    }
}

Task<> ScriptedServer::answer(links::ByteStream& stream, const modbus::Adu& adu) {
    Answer out;
    if (const auto reply = responder_.answer(adu)) {
        const modbus::AduBytes bytes = modbus::encode(*reply);
        out.bytes.assign(bytes.begin(), bytes.end());
    }
    if (script) {
        auto instead = script(adu, out.bytes);
        if (instead) out = std::move(*instead);
    }
    if (out.after > Duration::zero()) co_await clock_.sleep_for(out.after);
    if (!out.bytes.empty()) stream.write(out.bytes);
    if (out.hang_up) stream.close();
}

}  // namespace islandbench::drivers::test
