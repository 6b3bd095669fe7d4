#pragma once

#include <variant>

#include "emulators/plant/droop.hpp"
#include "emulators/plant/vsm.hpp"

namespace islandbench::plant {

/// The law that the site file names, behind the interface that both share.
class FormingControl {
  public:
    FormingControl(const FormerSpec& spec, Frequency nominal_f) : law_(make(spec, nominal_f)) {}

    void start_beside(double frequency_hz, double voltage, double p) {
        std::visit([&](auto& law) { law.start_beside(frequency_hz, voltage, p); }, law_);
    }
    void return_beside(double frequency_hz, double voltage) {
        std::visit([&](auto& law) { law.return_beside(frequency_hz, voltage); }, law_);
    }
    void start_alone(double voltage) {
        std::visit([&](auto& law) { law.start_alone(voltage); }, law_);
    }
    void advance(const FormingInput& in) {
        std::visit([&](auto& law) { law.advance(in); }, law_);
    }
    /// Of the internal voltage, now (Hz).
    [[nodiscard]] double frequency() const noexcept {
        return std::visit([](const auto& law) { return law.frequency(); }, law_);
    }
    [[nodiscard]] double turned() const noexcept {
        return std::visit([](const auto& law) { return law.turned(); }, law_);
    }
    [[nodiscard]] double voltage() const noexcept {
        return std::visit([](const auto& law) { return law.voltage(); }, law_);
    }
    [[nodiscard]] bool mitigating() const noexcept {
        return std::visit([](const auto& law) { return law.mitigating(); }, law_);
    }

  private:
    using Law = std::variant<DroopControl, VsmControl>;
    static Law make(const FormerSpec& spec, Frequency nominal_f) {
        if (spec.control.law == FormingLaw::vsm) return VsmControl(spec, nominal_f);
        return DroopControl(spec, nominal_f);
    }
    Law law_;
};

}  // namespace islandbench::plant
