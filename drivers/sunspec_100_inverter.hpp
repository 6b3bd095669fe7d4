#pragma once

#include <array>
#include <optional>

#include "drivers/polled_inverter.hpp"

namespace islandbench::drivers {

/// An inverter of before IEEE 1547-2018: measurements from SunSpec model 101, 102 or 103, or from
/// 111, 112 or 113; ratings from 120, the power limit from 123, the battery from 124, PV from 160.
/// read_fast() brings the measurements in one exchange; read() brings one of the others besides, in
/// turn and each once a second.
///
/// command() writes a window of one point to 124 (OutWRte = -InWRte: the battery's share of the
/// set-point, PV taken off) with its time-out, StorCtl_Mod last, and reads it back; without a
/// battery it fails. When the time-out ends, these devices go their own way: a default of another
/// power than that cannot be given to them (p_default is not kept). A single-phase unit shows its
/// terminal as phase 1; which phase of the street that is, only the site knows.
class SunSpec100Inverter final : public PolledInverter {
  public:
    using PolledInverter::PolledInverter;

    Task<Done> release(Instant deadline) override;
    /// By 123 Conn. Fails with not_available where the device has no model 123.
    Task<Done> permit(bool in_service, Instant deadline) override;

    [[nodiscard]] std::vector<std::string> writes() const override {
        return {"123 WMaxLimPct", "123 WMaxLim_Ena",       "123 Conn",       "124 OutWRte",
                "124 InWRte",     "124 InOutWRte_RvrtTms", "124 StorCtl_Mod"};
    }

  private:
    /// The same quantities in whichever of the models the device has.
    struct Points {
        sunspec::Point w, var, hz, state, events;
        std::array<sunspec::Point, phases> v, a;
    };
    static Points points_of(std::uint16_t model);

    Task<Done> adopt(const sunspec::Walk& chain, Instant deadline) override;
    Task<Done> adopt_ratings(const sunspec::Walk& chain, Instant deadline);
    [[nodiscard]] std::array<PolledModel*, 2> ordered_models() override;
    [[nodiscard]] bool shows(const InverterCommand& command) const override;
    [[nodiscard]] std::array<PolledModel*, 3> slow_models() override;
    [[nodiscard]] Result<InverterReading> decode() const override;
    void decode_storage(InverterReading& reading) const;
    [[nodiscard]] Done check(const InverterCommand& command) const override;
    [[nodiscard]] Result<sunspec::PointWriter> set_point(
        const InverterCommand& command) const override;
    [[nodiscard]] double battery_percent(ActivePower p) const;
    [[nodiscard]] std::optional<ActivePower> pv() const;
    [[nodiscard]] bool shows_limit(Ratio asked) const;

    Points points_{};
    std::optional<PolledModel> limit_;    // 123
    std::optional<PolledModel> storage_;  // 124
    std::optional<PolledModel> pv_;       // 160
};

}  // namespace islandbench::drivers
