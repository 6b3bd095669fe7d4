#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "links/byte_stream.hpp"
#include "links/can_bus.hpp"
#include "protocols/modbus/server.hpp"

namespace islandbench::drivers::test {

using Bytes = std::vector<std::uint8_t>;

/// A Modbus server that misbehaves as a test says, and notes all that reaches it.
class ScriptedServer {
  public:
    /// What goes out in place of the usual answer. No bytes: silence.
    struct Answer {
        Bytes bytes;
        bool hang_up = false;  ///< behind the bytes
        Duration after{};
    };
    /// Asked about each request, with the bytes that a good device would answer. Nothing: those.
    using Script =
        std::function<std::optional<Answer>(const modbus::Adu& request, const Bytes& usual)>;
    struct Request {
        Instant at;
        modbus::Adu adu;
    };

    ScriptedServer(Scheduler& clock, links::Network& network, const std::string& where,
                   modbus::DataModel& device);

    /// Closes every connection.
    void hang_up();
    /// Puts another device behind the same address, and closes every connection.
    void replace_device(modbus::DataModel& device);

    Script script;
    std::vector<Request> requests;
    int connections = 0;

    /// Function codes of all requests so far.
    [[nodiscard]] std::vector<int> functions() const;

  private:
    Task<> accept_all();
    Task<> serve(links::ByteStream& stream);
    Task<> answer(links::ByteStream& stream, const modbus::Adu& adu);

    Scheduler& clock_;
    std::unique_ptr<links::Listener> listener_;
    modbus::Responder responder_;
    std::vector<std::unique_ptr<links::ByteStream>> streams_;
    TaskGroup tasks_;  // dies first: its tasks use the rest
};

/// The requests' bytes, one message each: "what is the function code?" and the like.
[[nodiscard]] int function_of(const modbus::Adu& adu);
/// Address field of a read or a write.
[[nodiscard]] int address_of(const modbus::Adu& adu);

/// A network whose peers are on other machines, for all that their addresses say.
class RemoteNetwork final : public links::Network {
  public:
    explicit RemoteNetwork(links::Network& inner) : inner_(inner) {}
    Result<std::unique_ptr<links::Listener>> listen(const std::string& where) override {
        return inner_.listen(where);
    }
    Task<Result<std::unique_ptr<links::ByteStream>>> connect(std::string where,
                                                             Instant deadline) override;
    std::unique_ptr<links::CanPort> can_port(const std::string& interface,
                                             std::vector<std::uint32_t> ids) override {
        return inner_.can_port(interface, std::move(ids));
    }

  private:
    links::Network& inner_;
};

}  // namespace islandbench::drivers::test
