#pragma once

#include "emulators/devices/bms_core.hpp"
#include "emulators/devices/inverter_body.hpp"
#include "emulators/plant/former.hpp"

namespace islandbench::devices {

/// The power stage of the municipal former. Its BMS is wired to it: limits and state of charge come
/// straight from there. The power set-point counts while it is connected to the grid; in the island
/// droop alone acts. It has no limit of its own to set: what forms a street is not curtailed.
class FormerBody final : public InverterBody {
  public:
    FormerBody(const FormerSpec& spec, plant::Former& former, const BmsCore& bms)
        : spec_(spec), former_(former), bms_(bms) {}

    [[nodiscard]] InverterMeasurement measure() const override;
    void set_power(std::optional<ActivePower> p) override;
    void set_limit(Ratio /*of_rating*/) override {}
    [[nodiscard]] ApparentPower rating() const override { return spec_.rating; }
    [[nodiscard]] Energy capacity() const override { return spec_.battery.capacity; }
    [[nodiscard]] std::optional<Phase> phase() const override { return std::nullopt; }
    [[nodiscard]] bool has_pv() const override { return false; }
    [[nodiscard]] bool can_form() const override { return true; }
    [[nodiscard]] std::optional<FrequencyWatt> frequency_watt() const override {
        return std::nullopt;
    }
    void set_frequency_watt(const FrequencyWatt& /*settings*/) override {}

  private:
    const FormerSpec& spec_;
    plant::Former& former_;
    const BmsCore& bms_;
};

}  // namespace islandbench::devices
