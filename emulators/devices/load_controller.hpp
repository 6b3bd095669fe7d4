#pragma once

#include <array>
#include <vector>

#include "base/device_profile.hpp"
#include "base/random.hpp"
#include "emulators/devices/firmware.hpp"
#include "emulators/plant/street.hpp"
#include "protocols/maps/loadctl.hpp"

namespace islandbench::devices {

/// A home's load controller: obeys the bus, and opens tiers by itself when the frequency stays low.
/// What a local stage has opened closes when the bus asks for it and the frequency is back at
/// 49.7 Hz; without any bus traffic for a minute, by itself after 10 s there and up to a minute
/// more (drawn by chance, so that a street does not come back at once).
///
/// It lives on the home's own supply. Through a gap it holds up on a capacitor; when that is used
/// up its last charge opens all tiers but 0, and it is dark, so that a street that comes back from
/// black does not meet its whole load. With the voltage back it boots, and the tiers stay open as
/// after a local stage.
class LoadController final : public ModbusFirmware {
  public:
    /// Of home number `home` of the street.
    LoadController(const DeviceProfile& profile, plant::Street& street, std::size_t home,
                   Random chance);

    void refresh(Instant now) override;
    [[nodiscard]] bool powered() const override { return powered_; }
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override;
    modbus::Served read_input_registers(std::uint16_t address,
                                        std::span<std::uint16_t> into) override;
    modbus::Served read_coils(std::uint16_t address, modbus::Bits& into) override;
    modbus::Served write_coils(std::uint16_t address, const modbus::Bits& values) override;

    /// A fault: acknowledges what the bus asks for and moves no contactor; its own stages neither.
    void ignore_orders(bool ignores) {
        ignores_ = ignores;
        drive();
    }

  private:
    struct Stage {
        UnderFrequencyStage setting;
        Duration below{};  ///< how long the frequency has been below
    };

    void watch_supply(double v);
    void go_dark();
    void run_stages(double f, Duration step);
    void release_when_alone(double f, Instant now);
    void drive();
    void publish();

    plant::Street& street_;
    std::size_t home_;
    Random chance_;
    std::vector<Stage> stages_;
    std::array<bool, tiers> requested_{true, true, true, true, true};
    std::array<bool, tiers> held_{};  ///< opened by a local stage
    bool powered_ = true;
    bool ignores_ = false;    ///< a fault
    Duration supply_gap_{};   ///< how long the supply has been gone, while powered
    Duration supply_back_{};  ///< how long it has been back, while dark
    maps::loadctl::State state_;
    std::array<std::uint16_t, maps::loadctl::map_size> map_{};
    Duration cadence_length_;
    Cadence cadence_;
    Instant now_{};
    Instant bus_heard_{Instant::min()};
    Instant healthy_since_ = never;
    Duration release_delay_{};
};

}  // namespace islandbench::devices
