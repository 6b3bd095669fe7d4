#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "acceptance/code_figures.hpp"
#include "acceptance/judge.hpp"
#include "acceptance/unit_criteria.hpp"
#include "emulators/devices/grid_settings.hpp"
#include "emulators/plant/hybrid.hpp"

namespace islandbench::bench {

/// A shipped grid code as text.
std::string code_text(const std::string& name);

/// What a test supply does: share of nominal voltage, and hertz, at seconds from the start.
struct Supply {
    std::function<double(double)> v;
    std::function<double(double)> f;
    double lasts = 0.0;
};

/// One emulated inverter at the terminals of a test supply, set to a grid code by the emulators'
/// reader, and judged by what acceptance reads: B2, B3 and H7, and "it stays connected" as STAYS.
struct Swept {
    std::vector<acceptance::Verdict> verdicts;
    bool connected = false, on = false;  ///< at the end
    plant::Trip trip = plant::Trip::none;

    [[nodiscard]] const acceptance::Verdict& of(const std::string& id) const;
    [[nodiscard]] acceptance::Outcome outcome(const std::string& id) const {
        return of(id).outcome;
    }
};
Swept sweep(const std::string& set_to, const std::string& judged_by, const Supply& supply,
            const plant::Hybrid::WrongSettings& wrong = {});

/// Nominal, then to `to` at 1 s for `held` seconds, then nominal again until `lasts`. A voltage
/// jumps. A frequency goes at 0.5 Hz/s, slower than any rate of change that units look for, to just
/// inside the next limit, jumps over it, and comes back as it went.
Supply voltage_step(const acceptance::GridCode& code, double to, double held, double lasts);
Supply frequency_step(const acceptance::GridCode& code, double to, double held, double lasts);

/// Reads a code as acceptance does; expects that it is good.
acceptance::GridCode judged_code(const std::string& text);

/// The supply that puts a unit beyond a stage (`side` 1) or just inside (-1), for `held` seconds.
/// Beyond is what the code's tolerance allows for and a bit; without a tolerance, the bit alone.
Supply beside(const acceptance::GridCode& code, const acceptance::TripStage& stage, int side,
              double held, double lasts);

}  // namespace islandbench::bench
