#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "base/deviation.hpp"
#include "base/diagnostics.hpp"
#include "emulators/devices/deviant_image.hpp"
#include "emulators/devices/firmware.hpp"

namespace islandbench::devices {

/// A SunSpec device that deviates: its registers are those of a healthy one behind it, changed on
/// the way out, and what is written to it reaches that one changed, late or not at all. Deeds that
/// belong to the link are left to its server (servers/wire_manners.hpp).
///
/// An exception of code 0 is a silence: the server keeps it to itself.
class Deviant final : public ModbusFirmware {
  public:
    /// `base`: where the chain of the healthy one begins.
    Deviant(std::unique_ptr<ModbusFirmware> healthy, std::uint16_t base,
            std::vector<Deviation> deviations);

    /// Points that no table knows, in a user's file.
    static void check(const Deviation& deviation, Diagnostics& diagnostics);

    /// From now on these, in place of all before.
    void deviate(std::vector<Deviation> deviations);

    void refresh(Instant now) override;
    [[nodiscard]] bool powered() const override { return healthy_->powered(); }
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;
    modbus::Served write_registers(std::uint16_t address,
                                   std::span<const std::uint16_t> values) override;
    modbus::Served write_register(std::uint16_t address, std::uint16_t value) override;

    [[nodiscard]] ModbusFirmware& healthy() noexcept { return *healthy_; }

  private:
    struct Late {
        Instant due;
        std::uint16_t address;
        std::vector<std::uint16_t> values;
    };

    [[nodiscard]] const DeviationDeed* deed(Deed what) const;
    [[nodiscard]] modbus::Served may_read(std::uint16_t address, std::size_t count);
    [[nodiscard]] modbus::Served write(std::uint16_t address,
                                       std::span<const std::uint16_t> values);
    void withdraw_permission();
    void write_healthy(std::uint16_t address, const std::vector<std::uint16_t>& values);

    std::unique_ptr<ModbusFirmware> healthy_;
    std::vector<Deviation> deviations_;
    std::vector<DeviationDeed> deeds_;
    DeviantImage image_;
    Instant now_{};
    std::optional<Instant> began_;
    std::deque<Late> late_;
    bool stuck_ = false;
};

}  // namespace islandbench::devices
