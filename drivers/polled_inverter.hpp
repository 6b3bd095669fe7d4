#pragma once

#include <array>
#include <initializer_list>
#include <optional>

#include "drivers/sunspec_device.hpp"

namespace islandbench::drivers {

/// A point and what is to be written to it.
struct PointValue {
    sunspec::Point point;
    double value;
};

/// Sets them in this order, up to the first that does not fit.
Result<void> set_all(sunspec::PointWriter& writer, std::span<const PointValue> values);
inline Result<void> set_all(sunspec::PointWriter& writer,
                            std::initializer_list<PointValue> values) {
    return set_all(writer, std::span(values.begin(), values.size()));
}

/// What all SunSpec inverters share, whichever models tell it: read_fast() brings the measurements
/// in one exchange; read() brings one of the slower models besides, in turn and each once a second;
/// command() checks, writes and reads back. Which models and points those are, a driver says.
class PolledInverter : public SunSpecDevice, public InverterPort {
  public:
    using SunSpecDevice::SunSpecDevice;

    Task<Result<InverterReading>> read(Instant deadline) final;
    Task<Result<InverterReading>> read_fast(Instant deadline) final;
    Task<Done> command(InverterCommand command, Instant deadline) final;
    [[nodiscard]] InverterLimits limits() const final { return limits_; }

  protected:
    /// Those that are read in turn; nullptr: the device does not have it.
    [[nodiscard]] virtual std::array<PolledModel*, 3> slow_models() = 0;
    /// Out of the models as they were read last.
    [[nodiscard]] virtual Result<InverterReading> decode() const = 0;
    [[nodiscard]] virtual Done check(const InverterCommand& command) const = 0;
    [[nodiscard]] virtual Result<sunspec::PointWriter> set_point(
        const InverterCommand& command) const = 0;
    /// Those that set_point() writes to; nullptr: the device does not have it.
    [[nodiscard]] virtual std::array<PolledModel*, 2> ordered_models() = 0;
    /// They show the order, as they were read last.
    [[nodiscard]] virtual bool shows(const InverterCommand& command) const = 0;

    /// That these powers are inside the nameplate, and the validity is one that devices know.
    [[nodiscard]] Done check_order(std::initializer_list<ActivePower> powers,
                                   Duration valid_for) const;
    Task<Done> write_all(const sunspec::PointWriter& writer, Instant deadline);
    /// Writes one point, and reads back that the model shows it.
    Task<Done> write_permission(PolledModel& model, sunspec::Point permission, std::uint32_t wanted,
                                Instant deadline);

    std::optional<PolledModel> measurements_;
    InverterLimits limits_;

  private:
    Task<Done> refresh_slow(Instant deadline);
    Task<Done> read_back(const InverterCommand& command, Instant deadline);

    std::size_t slow_next_ = 0;
    Instant slow_due_{Instant::min()};
};

}  // namespace islandbench::drivers
