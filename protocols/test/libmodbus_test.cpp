// A second opinion: libmodbus on the other side of a socket pair, in both roles. Its client ignores
// unit id and MBAP length, and its server sleeps for its response time-out before it answers bad
// requests: the time-outs below keep that short.
#include <gtest/gtest.h>
#include <modbus.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <thread>

#include "protocols/modbus/client.hpp"
#include "protocols/modbus/server.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::modbus {
namespace {

struct FreeContext {
    void operator()(modbus_t* context) const { modbus_free(context); }
};
struct FreeMapping {
    void operator()(modbus_mapping_t* mapping) const { modbus_mapping_free(mapping); }
};

class SocketPair {
  public:
    SocketPair() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
    ~SocketPair() {
        close(ends_[0]);
        close(ends_[1]);
    }
    [[nodiscard]] int ours() const { return ends_[0]; }
    [[nodiscard]] int theirs() const { return ends_[1]; }
    void hang_up() const { shutdown(ends_[1], SHUT_RDWR); }

  private:
    std::array<int, 2> ends_{};
};

std::unique_ptr<modbus_t, FreeContext> context_on(int socket) {
    std::unique_ptr<modbus_t, FreeContext> context(modbus_new_tcp("127.0.0.1", 502));
    modbus_set_socket(context.get(), socket);
    return context;
}

void send_all(int socket, std::span<const std::uint8_t> bytes) {
    ASSERT_EQ(write(socket, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
}

/// The next ADU; nothing when the other side has hung up.
std::optional<Adu> receive(int socket, AduStream& stream) {
    for (;;) {
        const auto adu = stream.pull();
        EXPECT_TRUE(adu.has_value());
        if (!adu || *adu) return adu.value_or(std::nullopt);
        std::array<std::uint8_t, 512> room{};
        const ssize_t got = read(socket, room.data(), room.size());
        if (got <= 0) return std::nullopt;
        stream.push(std::span<const std::uint8_t>(room).first(static_cast<std::size_t>(got)));
    }
}

/// libmodbus as the server: 20 registers from 100 on and 20 coils from 0 on. No thread is needed,
/// as the requests and replies fit into the socket's buffers.
class LibmodbusServer {
  public:
    LibmodbusServer() : context_(context_on(sockets_.theirs())) {
        modbus_set_response_timeout(context_.get(), 0, 1);
        mapping_.reset(modbus_mapping_new_start_address(0, 20, 0, 20, 100, 20, 100, 20));
        for (int i = 0; i < 20; ++i) {
            mapping_->tab_registers[i] = static_cast<std::uint16_t>(1000 + i);
            mapping_->tab_input_registers[i] = static_cast<std::uint16_t>(2000 + i);
            mapping_->tab_bits[i] = i % 3 == 0;
            mapping_->tab_input_bits[i] = i % 2 == 0;
        }
    }

    Result<Response> ask(const Request& request) {
        send_all(sockets_.ours(), client_.ask(1, request));
        std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> query{};
        const int size = modbus_receive(context_.get(), query.data());
        EXPECT_GT(size, 0) << modbus_strerror(errno);
        EXPECT_GT(modbus_reply(context_.get(), query.data(), size, mapping_.get()), 0);
        const auto adu = receive(sockets_.ours(), stream_);
        if (!adu) return failure(ErrorCode::closed, "no reply");
        return client_.accept(*adu).value();
    }

    modbus_mapping_t& mapping() { return *mapping_; }

  private:
    SocketPair sockets_;
    std::unique_ptr<modbus_t, FreeContext> context_;
    std::unique_ptr<modbus_mapping_t, FreeMapping> mapping_;
    Client client_;
    AduStream stream_;
};

TEST(LibmodbusServer, UnderstandsOurReads) {
    LibmodbusServer server;
    EXPECT_TRUE(*registers_of(server.ask(ReadHoldingRegisters{101, 2})) == (Registers{1001, 1002}));
    EXPECT_TRUE(*registers_of(server.ask(ReadInputRegisters{119, 1})) == Registers{2019});
    EXPECT_TRUE(*bits_of(server.ask(ReadCoils{0, 10})) == (Bits{1, 0, 0, 1, 0, 0, 1, 0, 0, 1}));
    EXPECT_TRUE(*bits_of(server.ask(ReadDiscreteInputs{1, 9})) ==
                (Bits{0, 1, 0, 1, 0, 1, 0, 1, 0}));
}

TEST(LibmodbusServer, UnderstandsOurWrites) {
    LibmodbusServer server;
    EXPECT_TRUE(written(server.ask(WriteSingleRegister{100, 0x1234})).has_value());
    EXPECT_TRUE(written(server.ask(WriteMultipleRegisters{105, {0xAABB, 7}})).has_value());
    EXPECT_TRUE(written(server.ask(WriteSingleCoil{1, true})).has_value());
    EXPECT_TRUE(
        written(server.ask(WriteMultipleCoils{9, {1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1}})).has_value());
    EXPECT_EQ(server.mapping().tab_registers[0], 0x1234);
    EXPECT_EQ(server.mapping().tab_registers[5], 0xAABB);
    EXPECT_EQ(server.mapping().tab_registers[6], 7);
    EXPECT_EQ(server.mapping().tab_bits[1], 1);
    EXPECT_EQ(server.mapping().tab_bits[14], 1);
    EXPECT_EQ(server.mapping().tab_bits[19], 1);
    EXPECT_EQ(server.mapping().tab_bits[18], 0);

    const auto both = registers_of(server.ask(ReadWriteMultipleRegisters{100, 2, 101, {9, 8}}));
    EXPECT_TRUE(*both == (Registers{0x1234, 9}));
}

TEST(LibmodbusServer, RefusesAsWeExpect) {
    LibmodbusServer server;
    EXPECT_TRUE(*server.ask(ReadHoldingRegisters{119, 2}) ==
                Response{ExceptionCode::illegal_data_address});
    EXPECT_TRUE(*server.ask(WriteSingleCoil{20, true}) ==
                Response{ExceptionCode::illegal_data_address});
}

TEST(LibmodbusServer, TakesOurLongestFrames) {
    LibmodbusServer server;
    Registers values;
    for (std::uint16_t i = 0; i < max_write_registers; ++i) values.push_back(i);
    // Refused, as there are only 20: but only after all of the frame was understood.
    EXPECT_TRUE(*server.ask(WriteMultipleRegisters{100, values}) ==
                Response{ExceptionCode::illegal_data_address});
    EXPECT_TRUE(*server.ask(ReadHoldingRegisters{100, max_read_registers}) ==
                Response{ExceptionCode::illegal_data_address});
    EXPECT_TRUE(*registers_of(server.ask(ReadHoldingRegisters{100, 1})) == Registers{1000});
}

/// What our responder serves to libmodbus: 200 registers and 2000 coils from 0 on.
class Device : public DataModel {
  public:
    Served read_holding_registers(std::uint16_t address, std::span<std::uint16_t> into) override {
        return read_range(holding, 0, address, into);
    }
    Served read_input_registers(std::uint16_t address, std::span<std::uint16_t> into) override {
        return read_holding_registers(address, into);
    }
    Served write_registers(std::uint16_t address, std::span<const std::uint16_t> values) override {
        if (address + values.size() > holding.size()) {
            return refuse(ExceptionCode::illegal_data_address);
        }
        std::copy(values.begin(), values.end(), holding.begin() + address);
        return {};
    }
    Served read_coils(std::uint16_t address, Bits& into) override {
        for (std::size_t i = 0; i < into.size(); ++i) into.set(i, coils[address + i]);
        return {};
    }
    Served write_coils(std::uint16_t address, const Bits& values) override {
        for (std::size_t i = 0; i < values.size(); ++i) coils[address + i] = values[i];
        return {};
    }

    std::array<std::uint16_t, 200> holding{};
    std::array<bool, 2000> coils{};
};

/// A thread with our responder, and libmodbus as its client.
class LibmodbusClient {
  public:
    LibmodbusClient() : context_(context_on(sockets_.theirs())) {
        for (std::size_t i = 0; i < device.holding.size(); ++i) {
            device.holding[i] = static_cast<std::uint16_t>(3 * i);
        }
        modbus_set_response_timeout(context_.get(), 20, 0);
        modbus_set_slave(context_.get(), 1);
        responder_.serve(1, device);
        server_ = std::thread([this] {
            AduStream stream;
            while (const auto adu = receive(sockets_.ours(), stream)) {
                send_all(sockets_.ours(), encode(*responder_.answer(*adu)));
            }
        });
    }
    ~LibmodbusClient() {
        sockets_.hang_up();
        server_.join();
    }

    modbus_t* context() { return context_.get(); }
    Device device;

  private:
    SocketPair sockets_;
    std::unique_ptr<modbus_t, FreeContext> context_;
    Responder responder_;
    std::thread server_;
};

TEST(LibmodbusClient, UnderstandsOurRegisters) {
    LibmodbusClient client;
    std::array<std::uint16_t, 125> got{};
    EXPECT_EQ(modbus_read_registers(client.context(), 10, 125, got.data()), 125);
    EXPECT_EQ(got[0], 30);
    EXPECT_EQ(got[124], 402);
    EXPECT_EQ(modbus_read_input_registers(client.context(), 199, 1, got.data()), 1);
    EXPECT_EQ(got[0], 597);

    EXPECT_EQ(modbus_write_register(client.context(), 3, 0xBEEF), 1);
    std::array<std::uint16_t, 123> sent{};
    sent[122] = 77;
    EXPECT_EQ(modbus_write_registers(client.context(), 5, 123, sent.data()), 123);
    const std::uint16_t two[] = {1, 2};
    EXPECT_EQ(modbus_write_and_read_registers(client.context(), 0, 2, two, 1, 3, got.data()), 3);
    EXPECT_EQ(got[0], 2);
    EXPECT_EQ(got[2], 0xBEEF);
    EXPECT_EQ(modbus_read_registers(client.context(), 127, 1, got.data()), 1);
    EXPECT_EQ(got[0], 77);
}

TEST(LibmodbusClient, UnderstandsOurCoils) {
    LibmodbusClient client;
    std::array<std::uint8_t, 1968> sent{};
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = i % 5 == 0;
    EXPECT_EQ(modbus_write_bits(client.context(), 2, 1968, sent.data()), 1968);
    EXPECT_EQ(modbus_write_bit(client.context(), 1, 1), 1);
    std::array<std::uint8_t, 2000> got{};
    EXPECT_EQ(modbus_read_bits(client.context(), 0, 2000, got.data()), 2000);
    EXPECT_EQ(got[0], 0);
    EXPECT_EQ(got[1], 1);
    for (std::size_t i = 0; i < sent.size(); ++i) ASSERT_EQ(got[i + 2], sent[i]) << i;
}

TEST(LibmodbusClient, UnderstandsOurExceptions) {
    LibmodbusClient client;
    std::array<std::uint16_t, 2> registers{};
    EXPECT_EQ(modbus_read_registers(client.context(), 199, 2, registers.data()), -1);
    EXPECT_EQ(errno, EMBXILADD);
    std::array<std::uint8_t, 1> bits{};
    EXPECT_EQ(modbus_read_input_bits(client.context(), 0, 1, bits.data()), -1);
    EXPECT_EQ(errno, EMBXILFUN);
    modbus_set_slave(client.context(), 9);
    EXPECT_EQ(modbus_read_registers(client.context(), 0, 1, registers.data()), -1);
    EXPECT_EQ(errno, EMBXGTAR);
}

}  // namespace
}  // namespace islandbench::modbus
