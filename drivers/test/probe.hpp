#pragma once

#include "drivers/modbus_device.hpp"

namespace islandbench::drivers::test {

/// The smallest driver: register 0 says who is there (1: one of our emulators), the rest is open to
/// the test.
class Probe final : public ModbusDevice {
  public:
    using ModbusDevice::ModbusDevice;
    using ModbusDevice::read_coils;
    using ModbusDevice::read_holding;
    using ModbusDevice::write_coil;
    using ModbusDevice::write_holding;

    [[nodiscard]] std::vector<std::string> writes() const override { return {"anything"}; }

  private:
    Task<Result<Identity>> identify(bool /*again*/, Instant deadline) override {
        const auto who = co_await read_holding(0, 1, deadline);
        if (!who) co_return tl::unexpected(who.error());
        Identity identity;
        identity.emulator = (*who)[0] == 1;
        identity.maker = identity.emulator ? "islandbench" : "acme";
        identity.model = "probe";
        co_return std::move(identity);
    }
};

}  // namespace islandbench::drivers::test
