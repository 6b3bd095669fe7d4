#pragma once

#include <map>
#include <optional>

#include "drivers/polled_inverter.hpp"

namespace islandbench::drivers {

/// An inverter that speaks the SunSpec models 701 to 714: measurements from 701, ratings from 702,
/// set-points through 704, state of charge from 713, PV power from 714, permission to be in service
/// through 703, curves through 705 to 712. read_fast() brings 701 in one exchange; read() brings
/// one of the others besides, in turn and each once a second.
///
/// command() writes WSet in watts with its reversion (WSetRvrt, WSetRvrtTms), the enable last, and
/// reads it back. WMaxLimPct is written when the device shows another limit than the one asked for,
/// whoever has set that.
class SunSpecInverter final : public PolledInverter {
  public:
    using PolledInverter::PolledInverter;

    Task<Done> release(Instant deadline) override;
    /// Fails with not_available where the device has no model 703.
    Task<Done> permit(bool in_service, Instant deadline) override;
    /// Writes the workspace of model 711 and has the device adopt it; reads back what is in force.
    /// Without a response it adopts again what was in force before the first one.
    Task<Done> arm(std::optional<FrequencyResponse> response, Instant deadline) override;

    /// Writes the first workspace of 705 to 710 or 712, asks for its adoption and waits for the
    /// result, then switches the function and reads back what is in force.
    Task<Done> shape(SupportFunction function, Instant deadline) override;
    /// By 704: factor and excitation in one request, or VarSetPct of the rating.
    Task<Done> order_reactive(std::optional<ReactiveOrder> order, Instant deadline) override;

    [[nodiscard]] std::vector<std::string> writes() const override {
        return {"704 WSetEna",       "704 WSetMod",           "704 WSet",
                "704 WSetRvrt",      "704 WSetEnaRvrt",       "704 WSetRvrtTms",
                "704 WMaxLimPctEna", "704 WMaxLimPct",        "703 ES",
                "711 Ctl",           "711 AdptCtlReq",        "711 Ena",
                "705 to 710 Crv",    "705 to 710 AdptCrvReq", "705 to 710 Ena",
                "712 Crv",           "712 AdptCrvReq",        "712 Ena",
                "704 PFWInj",        "704 PFWInjRvrtTms",     "704 PFWInjEna",
                "704 PFWAbs",        "704 PFWAbsRvrtTms",     "704 PFWAbsEna",
                "704 VarSetMod",     "704 VarSetPct",         "704 VarSetRvrtTms",
                "704 VarSetEna"};
    }

  private:
    Task<Done> adopt(const sunspec::Walk& chain, Instant deadline) override;
    [[nodiscard]] std::array<PolledModel*, 2> ordered_models() override;
    [[nodiscard]] bool shows(const InverterCommand& command) const override;
    [[nodiscard]] std::array<PolledModel*, 3> slow_models() override;
    [[nodiscard]] Result<sunspec::PointWriter> set_point(
        const InverterCommand& command) const override;
    [[nodiscard]] Result<InverterReading> decode() const override;
    [[nodiscard]] Done check(const InverterCommand& command) const override;
    /// A control set of 711: dead band, droop, response, above and below.
    struct DroopSet {
        double db_of = 0.0, db_uf = 0.0, k_of = 0.0, k_uf = 0.0, response = 0.0;
        bool enabled = true;
    };
    [[nodiscard]] DroopSet droop_in_force() const;
    Task<Done> adopt_droop(DroopSet set, Instant deadline);
    /// The limit in force as 704 showed it last is the one asked for.
    [[nodiscard]] bool shows_limit(Ratio asked) const;

    Task<Done> read_curves(PolledModel& model, Instant deadline);
    /// The entry to write a curve of so many points to.
    [[nodiscard]] Result<int> find_workspace(const PolledModel& model, std::size_t points) const;
    Task<Done> request_adoption(PolledModel& model, int entry, Instant deadline);
    Task<Done> write_points(PolledModel& model, std::vector<PointValue> values, Instant deadline);
    /// Reads the model again. Else it "does not show `what`".
    Task<Done> expect_shown(PolledModel& model, std::vector<PointValue> values, std::string what,
                            Instant deadline);
    void find_functions(const sunspec::Walk& chain);

    std::map<std::uint16_t, PolledModel> curves_;  // 705 to 710, 712
    std::optional<PolledModel> reactive_;          // of 704
    std::optional<PolledModel> controls_;          // 704
    std::optional<PolledModel> service_;           // 703
    std::optional<PolledModel> storage_;           // 713
    std::optional<PolledModel> dc_;                // 714
    std::optional<PolledModel> droop_;             // 711
    std::optional<DroopSet> droop_before_;         ///< ours was written over it
};

}  // namespace islandbench::drivers
