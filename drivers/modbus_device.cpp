#include "drivers/modbus_device.hpp"

#include <algorithm>
#include <array>

namespace islandbench::drivers {

ModbusDevice::ModbusDevice(Scheduler& clock, links::Network& network, const WriteGuard& guard,
                           DeviceSettings settings)
    : clock_(clock), network_(network), guard_(guard), settings_(std::move(settings)) {}

Error ModbusDevice::named(Error error) const {
    error.what = settings_.name + " (" + to_text(settings_.link) + "): " + error.what;
    return error;
}

void ModbusDevice::drop_connection() {
    stream_.reset();
    received_ = {};
    identified_ = false;
    permit_.reset();
}

Task<Done> ModbusDevice::open(Instant deadline) {
    if (stream_ && stream_->is_open()) co_return Done{};
    drop_connection();
    const Instant limit = std::min(deadline, clock_.now() + settings_.profile.time_out);
    auto stream = co_await network_.connect(settings_.where, limit);
    if (!stream) co_return tl::unexpected(named(stream.error()));
    stream_ = std::move(*stream);
    if (connected_before_) ++statistics_.reconnects;
    connected_before_ = true;
    co_return Done{};
}

Task<Done> ModbusDevice::connect(Instant deadline) {
    const Done opened = co_await open(deadline);
    if (!opened) co_return opened;
    if (identified_) co_return Done{};
    identifying_ = true;
    auto identity = co_await identify(identified_before_, deadline);
    identifying_ = false;
    if (!identity) {
        drop_connection();
        co_return tl::unexpected(identity.error());
    }
    const Done accepted = accept(std::move(*identity));
    if (!accepted) drop_connection();
    co_return accepted;
}

/// A name was armed for the device that a person saw in the list, not for whatever answers behind
/// its address some day.
Done ModbusDevice::accept(Identity identity) {
    if (identified_before_ && identity != identity_) {
        ++statistics_.strangers;
        return tl::unexpected(
            named({ErrorCode::stranger, "another device answers here: " + to_text(identity) +
                                            "; it was " + to_text(identity_)}));
    }
    identity_ = std::move(identity);
    identified_ = identified_before_ = true;
    const Peer peer{settings_.name, settings_.link, stream_ && stream_->peer_is_local(), identity_};
    const auto permit = guard_.permit(peer);
    if (permit) permit_ = *permit;
    return {};
}

Task<Done> ModbusDevice::be_ready(Instant deadline) {
    if (!identifying_) co_return co_await connect(deadline);
    // The reads of identify() itself: they must not begin another identification.
    if (stream_ && stream_->is_open()) co_return Done{};
    co_return tl::unexpected(named({ErrorCode::closed, "closed the connection"}));
}

Task<Result<modbus::Response>> ModbusDevice::exchange(modbus::Request request, Kind kind,
                                                      Instant deadline) {
    // A write is not repeated as often: its answer matters less than its age.
    const int attempts = 1 + (kind == Kind::write ? std::min(settings_.profile.retries, 1)
                                                  : settings_.profile.retries);
    std::optional<Error> last;  // most exchanges go well: no text is made before one does not
    bool sent = false;
    for (int i = 0; i < attempts && clock_.now() < deadline; ++i) {
        const Done ready = co_await be_ready(deadline);
        if (!ready) {
            last = ready.error();
            continue;
        }
        if (kind == Kind::write && !permit_) {
            co_return tl::unexpected(named({ErrorCode::not_armed, "writes are not armed"}));
        }
        if (sent) ++statistics_.retries;
        sent = true;
        auto response = co_await attempt(request, deadline);
        if (response) {
            if (kind == Kind::write) ++statistics_.writes;
            co_return response;
        }
        last = named(response.error());
        if (last->code == ErrorCode::timed_out) continue;
        drop_connection();
        if (identifying_) break;  // who is there must be asked from the beginning
    }
    if (!last) co_return tl::unexpected(named({ErrorCode::timed_out, "no answer"}));
    // Late answers are told apart by their number, but a link that never answers is opened anew.
    drop_connection();
    co_return tl::unexpected(std::move(*last));
}

Task<Result<modbus::Response>> ModbusDevice::attempt(const modbus::Request& request,
                                                     Instant deadline) {
    if (clock_.now() < quiet_until_) co_await clock_.sleep_until(quiet_until_);
    const Instant sent = clock_.now();
    const Instant limit = std::min(deadline, sent + settings_.profile.time_out);
    stream_->write(client_.ask(settings_.link.unit, request));
    std::array<std::uint8_t, modbus::mbap_size + modbus::max_pdu_size> buffer{};
    for (;;) {
        const auto count = co_await stream_->read_some(buffer, limit);
        if (!count) {
            if (count.error().code == ErrorCode::timed_out) ++statistics_.time_outs;
            co_return tl::unexpected(count.error());
        }
        received_.push(std::span<const std::uint8_t>(buffer).first(*count));
        for (;;) {
            const auto adu = received_.pull();
            if (!adu) {
                ++statistics_.bad_replies;
                co_return tl::unexpected(adu.error());
            }
            if (!*adu) break;
            auto response = client_.accept(**adu);
            if (!response) continue;  // the late answer to an earlier request
            quiet_until_ = clock_.now() + settings_.profile.request_gap;
            if (!*response) {
                ++statistics_.bad_replies;
                co_return tl::unexpected(response->error());
            }
            ++statistics_.exchanges;
            statistics_.add_latency(clock_.now() - sent);
            if (std::holds_alternative<modbus::ExceptionCode>(**response)) ++statistics_.exceptions;
            co_return **response;
        }
    }
}

Task<Result<modbus::Registers>> ModbusDevice::read_registers(modbus::Request request,
                                                             Instant deadline) {
    auto response = co_await exchange(std::move(request), Kind::read, deadline);
    auto registers = modbus::registers_of(response);
    if (!registers && response) co_return tl::unexpected(named(registers.error()));
    co_return registers;
}

Task<Result<modbus::Registers>> ModbusDevice::read_holding(std::uint16_t address,
                                                           std::uint16_t count, Instant deadline) {
    modbus::Request request = modbus::ReadHoldingRegisters{address, count};
    co_return co_await read_registers(std::move(request), deadline);
}

Task<Result<modbus::Registers>> ModbusDevice::read_input(std::uint16_t address, std::uint16_t count,
                                                         Instant deadline) {
    modbus::Request request = modbus::ReadInputRegisters{address, count};
    co_return co_await read_registers(std::move(request), deadline);
}

Task<Result<modbus::Bits>> ModbusDevice::read_coils(std::uint16_t address, std::uint16_t count,
                                                    Instant deadline) {
    modbus::Request request = modbus::ReadCoils{address, count};
    auto response = co_await exchange(std::move(request), Kind::read, deadline);
    auto bits = modbus::bits_of(response);
    if (!bits && response) co_return tl::unexpected(named(bits.error()));
    co_return bits;
}

Task<Done> ModbusDevice::write(modbus::Request request, Instant deadline) {
    const auto response = co_await exchange(std::move(request), Kind::write, deadline);
    const Done done = modbus::written(response);
    if (!done && response) co_return tl::unexpected(named(done.error()));
    co_return done;
}

Task<Done> ModbusDevice::write_holding(std::uint16_t address, modbus::Registers values,
                                       Instant deadline) {
    modbus::Request request = modbus::WriteMultipleRegisters{address, values};
    co_return co_await write(std::move(request), deadline);
}

Task<Done> ModbusDevice::write_coil(std::uint16_t address, bool on, Instant deadline) {
    modbus::Request request = modbus::WriteSingleCoil{address, on};
    co_return co_await write(std::move(request), deadline);
}

}  // namespace islandbench::drivers
