#pragma once

#include <array>

#include "base/site.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// Which stage of the interface protection has tripped.
enum class Trip { none, uv, ov1, ov2, uf1, uf2, of, rocof, blocked };

/// Interface protection with definite-time stages (G98/G99 10.6; ProtectionSpec). The rate of
/// change of frequency is the difference over a 500 ms window, and has its own delay after that.
class Protection {
  public:
    Protection(const ProtectionSpec& spec, double nominal_v);

    /// One step; `f` NaN where there is no frequency. The stage that has run out, if any.
    Trip update(double v, double f);
    void reset();
    /// Inside what a tripped unit must see before it reconnects: the slow voltage stages and the
    /// wide frequency stages.
    [[nodiscard]] bool in_range(double v, double f) const;
    /// Hz/s over the last window; 0 until one has passed.
    [[nodiscard]] double rocof() const noexcept { return rocof_; }

    static constexpr Duration rocof_window = 500ms;

  private:
    void follow_frequency(double f);

    static constexpr int sample_every = 10;  // steps
    static constexpr std::size_t samples = rocof_window / (sample_every * step);

    ProtectionSpec spec_;
    double nominal_v_;
    std::array<double, samples> past_{};
    std::size_t at_ = 0, known_ = 0;
    int steps_ = 0;
    double rocof_ = 0.0;
    std::array<Hold, 7> outside_;
};

}  // namespace islandbench::plant
