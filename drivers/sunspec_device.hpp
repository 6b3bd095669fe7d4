#pragma once

#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "drivers/modbus_device.hpp"
#include "protocols/sunspec/block.hpp"
#include "protocols/sunspec/walk.hpp"

namespace islandbench::drivers {

/// What our emulators call themselves in model 1. Real products do not.
inline constexpr const char* emulator_maker = "islandbench";

/// For a quantity that the device does not have: no number is made up.
inline constexpr double not_told = std::numeric_limits<double>::quiet_NaN();

/// A model of a SunSpec device and the reads that refresh it.
struct PolledModel {
    PolledModel(const sunspec::ModelAddress& where, int read_max,
                std::span<const sunspec::Point> wanted)
        : block(where), next(where), plan(sunspec::plan_reads(where, read_max, wanted)) {}

    sunspec::Block block;  ///< the last round that came whole
    sunspec::Block next;   ///< the round that is being read
    std::vector<modbus::ReadHoldingRegisters> plan;
};

/// The part that all SunSpec drivers share: finds the chain of models on the first connection, and
/// on a later one only makes sure that it still is the same device.
class SunSpecDevice : public ModbusDevice {
  public:
    using ModbusDevice::ModbusDevice;

    /// Oddities of the chain, found when it was walked.
    [[nodiscard]] const std::vector<sunspec::Finding>& findings() const noexcept {
        return findings_;
    }

  protected:
    /// Takes the models it needs out of a new chain, and reads what does not change.
    virtual Task<Done> adopt(const sunspec::Walk& chain, Instant deadline) = 0;

    Task<Result<Identity>> identify(bool again, Instant deadline) final;

    /// One round of reads of a model. Where one of them is lost, the model stays as it was.
    Task<Done> refresh(PolledModel& model, Instant deadline);

    /// A model of the chain, to be polled for these points (all, when empty); fails with
    /// not_available, naming the model, when the device does not have it.
    Result<PolledModel> require(const sunspec::Walk& chain, std::uint16_t model,
                                std::span<const sunspec::Point> wanted = {}) const;

    [[nodiscard]] Error complaint(ErrorCode code, const std::string& what) const;

  private:
    Task<Result<sunspec::Walk>> walk(Instant deadline);

    std::optional<PolledModel> common_;
    Identity adopted_;  ///< whose chain common_ and the driver's models belong to
    std::vector<sunspec::Finding> findings_;
};

}  // namespace islandbench::drivers
