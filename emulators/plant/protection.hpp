#pragma once

#include <array>
#include <optional>
#include <span>

#include "base/site.hpp"
#include "emulators/plant/ten_minute_mean.hpp"
#include "emulators/plant/timing.hpp"

namespace islandbench::plant {

/// Which stage of the interface protection has tripped.
enum class Trip {
    none,
    uv,
    uv2,
    uv3,
    ov1,
    ov2,
    ov_mean,
    uf1,
    uf2,
    of,
    of2,
    rocof,
    blocked,
    no_consent,
    failed
};

/// Interface protection with definite-time stages (G98/G99 10.6; IEEE 1547-2018 6.4.1, 6.5.1;
/// ProtectionSpec). Each stage counts while its quantity is outside, also where a wider one does
/// too. The rate of change of frequency is the difference over a 500 ms window, and has its own
/// delay after that. A stage whose limit is 0 is none.
class Protection {
  public:
    Protection(const ProtectionSpec& spec, double nominal_v);

    /// One step; `f` NaN where there is no frequency. The stage that has run out, if any; the
    /// furthest out where several do at once.
    Trip update(double v, double f);
    void reset();

    /// One stage of a kind, as a client sees and sets it.
    struct Setting {
        double limit = 0.0;  ///< per unit of nominal voltage, or Hz
        Duration delay{};
        bool operator==(const Setting&) const = default;
    };
    enum class Kind { under_voltage, over_voltage, under_frequency, over_frequency };
    /// The stages of a kind, the furthest out last; as many as `into` takes.
    std::size_t settings(Kind kind, std::span<Setting> into) const;
    /// Puts others in their place, at most `most_of(kind)`; none switches the kind off.
    void set(Kind kind, std::span<const Setting> stages);
    static constexpr std::size_t most_of(Kind kind) noexcept {
        return kind == Kind::under_voltage ? 3 : 2;
    }

    /// Inside what a tripped unit must see before it reconnects: every stage of voltage and
    /// frequency.
    [[nodiscard]] bool in_range(double v, double f) const;
    /// Hz/s over the last window; 0 until one has passed.
    [[nodiscard]] double rocof() const noexcept { return rocof_; }

    /// A fault: every stage trips so much later, and no later than `at_most`.
    void set_wrong(Duration late, std::optional<Duration> at_most) noexcept {
        late_ = late;
        at_most_ = at_most;
    }

    static constexpr Duration rocof_window = 500ms;

  private:
    /// A quantity above (or below) a limit for a time.
    struct Stage {
        enum class Of { voltage, mean_voltage, frequency, rocof };
        Trip trip = Trip::none;
        Of of = Of::voltage;
        bool above = false;
        double limit = 0.0;  ///< per unit, Hz, Hz/s
        Duration delay{};
        Hold outside;

        /// A frequency that is not there (NaN) is outside of nothing.
        [[nodiscard]] bool is_outside(double x) const noexcept {
            return above ? x > limit : x < limit;
        }
    };
    void add(Trip trip, const VoltageStage& stage, bool above);
    void add(Trip trip, const FrequencyStage& stage, bool above);
    void add(const Stage& stage);
    [[nodiscard]] Duration delay_of(const Stage& stage) const noexcept;
    [[nodiscard]] static bool is_of(const Stage& stage, Kind kind) noexcept;
    void follow_frequency(double f);
    [[nodiscard]] double quantity(const Stage& stage, double v, double f) const noexcept;

    static constexpr int sample_every = 10;  // steps
    static constexpr std::size_t samples = rocof_window / (sample_every * step);
    static constexpr std::size_t most_stages = 11;

    double nominal_v_;
    std::array<Stage, most_stages> stages_{};
    std::size_t count_ = 0;
    std::array<double, samples> past_{};
    std::size_t at_ = 0, known_ = 0;
    int steps_ = 0;
    double rocof_ = 0.0;
    TenMinuteMean mean_;
    Duration late_{};
    std::optional<Duration> at_most_;
};

}  // namespace islandbench::plant
