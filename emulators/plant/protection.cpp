#include "emulators/plant/protection.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"

namespace islandbench::plant {

/// The furthest out first: where two run out in the same step, that is the one to tell.
Protection::Protection(const ProtectionSpec& spec, double nominal_v) : nominal_v_(nominal_v) {
    if (spec.uv3) add(Trip::uv3, *spec.uv3, false);
    if (spec.uv2) add(Trip::uv2, *spec.uv2, false);
    add(Trip::uv, spec.uv, false);
    add(Trip::ov2, spec.ov2, true);
    add(Trip::ov1, spec.ov1, true);
    if (spec.ov_mean) {
        const VoltageStage& mean = *spec.ov_mean;
        add({Trip::ov_mean, Stage::Of::mean_voltage, true, mean.limit.value(), mean.delay, {}});
    }
    add(Trip::uf2, spec.uf2, false);
    add(Trip::uf1, spec.uf1, false);
    if (spec.of2) add(Trip::of2, *spec.of2, true);
    add(Trip::of, spec.of, true);
    const double rate = spec.rocof.limit.value();
    add({Trip::rocof, Stage::Of::rocof, true, rate, spec.rocof.delay, {}});
}

void Protection::add(Trip trip, const VoltageStage& stage, bool above) {
    add({trip, Stage::Of::voltage, above, stage.limit.value(), stage.delay, {}});
}
void Protection::add(Trip trip, const FrequencyStage& stage, bool above) {
    add({trip, Stage::Of::frequency, above, stage.limit.value(), stage.delay, {}});
}
void Protection::add(const Stage& stage) {
    if (stage.limit <= 0.0) return;
    IB_ASSERT(count_ < most_stages);
    stages_[count_++] = stage;
}

bool Protection::is_of(const Stage& stage, Kind kind) noexcept {
    const bool above = kind == Kind::over_voltage || kind == Kind::over_frequency;
    const bool voltage = kind == Kind::under_voltage || kind == Kind::over_voltage;
    return stage.above == above &&
           stage.of == (voltage ? Stage::Of::voltage : Stage::Of::frequency);
}

std::size_t Protection::settings(Kind kind, std::span<Setting> into) const {
    std::size_t found = 0;
    for (std::size_t i = count_; i > 0 && found < into.size(); --i) {  // they begin furthest out
        const Stage& stage = stages_[i - 1];
        if (is_of(stage, kind)) into[found++] = {stage.limit, stage.delay};
    }
    return found;
}

void Protection::set(Kind kind, std::span<const Setting> stages) {
    IB_ASSERT(stages.size() <= most_of(kind));
    static constexpr std::array names{
        std::array{Trip::uv, Trip::uv2, Trip::uv3}, std::array{Trip::ov1, Trip::ov2, Trip::ov2},
        std::array{Trip::uf1, Trip::uf2, Trip::uf2}, std::array{Trip::of, Trip::of2, Trip::of2}};
    const auto end = std::remove_if(stages_.begin(), stages_.begin() + count_,
                                    [kind](const Stage& stage) { return is_of(stage, kind); });
    count_ = static_cast<std::size_t>(end - stages_.begin());
    const bool above = kind == Kind::over_voltage || kind == Kind::over_frequency;
    const bool voltage = kind == Kind::under_voltage || kind == Kind::over_voltage;
    for (std::size_t i = stages.size(); i > 0; --i) {
        add({names[static_cast<std::size_t>(kind)][i - 1],
             voltage ? Stage::Of::voltage : Stage::Of::frequency,
             above,
             stages[i - 1].limit,
             stages[i - 1].delay,
             {}});
    }
}

void Protection::reset() {
    known_ = 0;
    rocof_ = 0.0;
    for (Stage& one : stages_) one.outside.reset();
}

void Protection::follow_frequency(double f) {
    if (std::isnan(f)) {
        known_ = 0;
        rocof_ = 0.0;
        return;
    }
    if (++steps_ % sample_every != 0) return;
    if (known_ == samples) {
        rocof_ = (f - past_[at_]) / to_seconds(rocof_window);
    } else {
        ++known_;
    }
    past_[at_] = f;
    at_ = (at_ + 1) % samples;
}

double Protection::quantity(const Stage& stage, double v, double f) const noexcept {
    switch (stage.of) {
        case Stage::Of::voltage: return v / nominal_v_;
        case Stage::Of::mean_voltage: return mean_.value();
        case Stage::Of::frequency: return f;
        case Stage::Of::rocof: return std::fabs(rocof_);
    }
    return 0.0;
}

Trip Protection::update(double v, double f) {
    follow_frequency(f);
    mean_.push(v / nominal_v_);
    Trip tripped = Trip::none;
    for (std::size_t i = 0; i < count_; ++i) {
        Stage& stage = stages_[i];
        stage.outside.update(stage.is_outside(quantity(stage, v, f)));
        if (tripped == Trip::none && stage.outside.reached(delay_of(stage))) tripped = stage.trip;
    }
    return tripped;
}

Duration Protection::delay_of(const Stage& stage) const noexcept {
    return std::min(stage.delay + late_, at_most_.value_or(stage.delay + late_));
}

bool Protection::in_range(double v, double f) const {
    if (std::isnan(f)) return false;
    return std::none_of(stages_.begin(), stages_.begin() + count_, [&](const Stage& stage) {
        return stage.of != Stage::Of::rocof && stage.is_outside(quantity(stage, v, f));
    });
}

}  // namespace islandbench::plant
