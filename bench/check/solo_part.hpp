#pragma once

#include "bench/check/solo_device.hpp"
#include "bench/world.hpp"
#include "links/slcan_server.hpp"

namespace islandbench::bench {

/// A meter, a battery, a load controller or a switch alone on the wire. Behind it a whole street
/// lives, with the profile in place of its first device of that role and language; nothing else of
/// it can be reached, and nobody drives it. A battery that speaks CAN is served as an slcan
/// adapter.
class SoloPart final : public Solo {
  public:
    /// `spec.profile` must be such a device's, and suit() `files`.
    SoloPart(Scheduler& clock, links::Network& network, const RunFiles& files,
             const SoloSpec& spec);

    /// Whether the street of `files` has such a device.
    [[nodiscard]] static bool suits(const RunFiles& files, const DeviceProfile& profile);

    Result<void> open(const std::string& where) override;
    [[nodiscard]] std::string address() const override;
    [[nodiscard]] std::string link() const override;
    [[nodiscard]] const servers::ModbusTraffic* traffic() const override;
    void advance(Instant now) override;

  private:
    Scheduler& clock_;
    links::Network& network_;
    RunFiles files_;
    std::string name_;  ///< in the street
    bool can_;
    std::unique_ptr<World> world_;
    std::unique_ptr<links::SlcanServer> door_;  // dies before the bus of the world
};

/// What `spec` is: an inverter on a grid of its own, or a part of a street. Its profile must be one
/// that SoloPart::suits().
std::unique_ptr<Solo> make_solo(Scheduler& clock, links::Network& network, const RunFiles& street,
                                const SoloSpec& spec);

}  // namespace islandbench::bench
