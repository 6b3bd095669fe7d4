#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocols/modbus/mbap.hpp"

namespace islandbench::modbus {

/// Done, or the exception that the client gets.
using Served = tl::expected<void, ExceptionCode>;

[[nodiscard]] inline tl::unexpected<ExceptionCode> refuse(ExceptionCode code) {
    return tl::unexpected<ExceptionCode>(code);
}

/// What a device holds behind its unit id. Override what it has: the rest answers "illegal
/// function". Ranges that reach here are never empty and end at address 65535 at the latest. An
/// override either does all of what it is asked, or refuses and changes nothing.
///
///     class Thermometer : public DataModel {
///         Served read_input_registers(std::uint16_t address,
///                                     std::span<std::uint16_t> into) override {
///             return read_range(registers_, first_address, address, into);
///         }
///         ...
///     };
///
///     Thermometer thermometer;
///     Responder responder;
///     responder.serve(1, thermometer);
///
///     stream.push(received);                        // an AduStream per connection
///     while (const auto adu = stream.pull()) {      // leaves with an error: close the connection
///         if (!*adu) break;                         // wait for more bytes
///         if (const auto reply = responder.answer(**adu)) link.write(encode(*reply));
///     }
class DataModel {
  public:
    virtual ~DataModel() = default;

    /// Fills `into`: as many as the client asked for.
    [[nodiscard]] virtual Served read_holding_registers(std::uint16_t address,
                                                        std::span<std::uint16_t> into);
    [[nodiscard]] virtual Served read_input_registers(std::uint16_t address,
                                                      std::span<std::uint16_t> into);
    /// `into` has the size that the client asked for.
    [[nodiscard]] virtual Served read_coils(std::uint16_t address, Bits& into);
    [[nodiscard]] virtual Served read_discrete_inputs(std::uint16_t address, Bits& into);

    /// Functions 16 and 23, and 6 unless write_register() is overridden.
    [[nodiscard]] virtual Served write_registers(std::uint16_t address,
                                                 std::span<const std::uint16_t> values);
    [[nodiscard]] virtual Served write_register(std::uint16_t address, std::uint16_t value);
    /// Function 15, and 5 unless write_coil() is overridden.
    [[nodiscard]] virtual Served write_coils(std::uint16_t address, const Bits& values);
    [[nodiscard]] virtual Served write_coil(std::uint16_t address, bool on);
};

/// Reads out of `registers`, which stand at `first` and up; "illegal data address" outside.
[[nodiscard]] Served read_range(std::span<const std::uint16_t> registers, std::uint16_t first,
                                std::uint16_t address, std::span<std::uint16_t> into);

/// What a responder does with a request for a unit id that it does not serve.
enum class UnknownUnit {
    gateway_exception,  ///< exception 0x0B, as a gateway does for a unit that is not there
    silence,
};

/// The server's side of a connection, without the connection: finds the unit, decodes, asks its
/// data model, encodes. Bad requests get the exception that the standard names.
class Responder {
  public:
    explicit Responder(UnknownUnit unknown = UnknownUnit::gateway_exception) noexcept
        : unknown_(unknown) {}

    /// Start-up only. The model must outlive the responder; one unit id has one model.
    void serve(std::uint8_t unit_id, DataModel& model);

    /// The reply, or nothing where the client is to hear nothing.
    [[nodiscard]] std::optional<Adu> answer(const Adu& adu);
    /// What all units are told at once, on a serial line: nobody answers.
    void broadcast(const Adu& adu);

  private:
    struct Unit {
        std::uint8_t id = 0;
        DataModel* model = nullptr;
    };

    [[nodiscard]] DataModel* find(std::uint8_t unit_id) const noexcept;

    UnknownUnit unknown_;
    std::vector<Unit> units_;
};

}  // namespace islandbench::modbus
