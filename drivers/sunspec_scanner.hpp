#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/sunspec_device.hpp"

namespace islandbench::drivers {

/// A point as a device shows it.
struct ScannedPoint {
    std::string name;  ///< "W", "Prt[1].DCW", "Crv[0].Pt[2].V", from 0
    sunspec::Point point;
    std::string
        value;  ///< for people: a number, a text, names of symbols; empty when there is none
    sunspec::Problem problem = sunspec::Problem::none;
};

struct ScannedModel {
    sunspec::ModelAddress where;
    std::string label;  ///< empty: no table here knows it, and its points were not read
    std::vector<ScannedPoint> points;
    std::string trouble;  ///< why it could not be read
};

/// Reads all that a SunSpec device has, and writes nothing. A device that refuses long reads is
/// read in shorter ones; a model that cannot be read at all is told, and the others are read.
class SunSpecScanner final : public SunSpecDevice {
  public:
    SunSpecScanner(Scheduler& clock, links::Network& network, const WriteGuard& guard,
                   DeviceSettings settings);

    /// Connects and reads everything once.
    Task<Done> scan(Instant deadline) { return connect(deadline); }
    [[nodiscard]] const std::vector<ScannedModel>& models() const noexcept { return models_; }
    /// Address of "SunS".
    [[nodiscard]] int base() const noexcept { return base_; }
    /// The longest read that the device answered, as far as it was tried.
    [[nodiscard]] int read_max() const noexcept { return read_max_; }

  private:
    Task<Done> adopt(const sunspec::Walk& chain, Instant deadline) override;
    Task<Result<PolledModel>> read_model(sunspec::ModelAddress where, Instant deadline);

    std::vector<ScannedModel> models_;
    int base_ = 0;
    int read_max_;
};

}  // namespace islandbench::drivers
