#include "emulators/plant/protection.hpp"

#include <cmath>

namespace islandbench::plant {

Protection::Protection(const ProtectionSpec& spec, double nominal_v)
    : spec_(spec), nominal_v_(nominal_v) {}

void Protection::reset() {
    known_ = 0;
    rocof_ = 0.0;
    for (Hold& one : outside_) one.reset();
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

Trip Protection::update(double v, double f) {
    follow_frequency(f);
    const double pu = v / nominal_v_;
    struct Stage {
        Trip trip;
        bool outside;
        Duration delay;
    };
    // A frequency that is not there (NaN) is outside of nothing.
    const std::array<Stage, 7> stages{
        {{Trip::uv, pu < spec_.uv.limit.value(), spec_.uv.delay},
         {Trip::ov1, pu > spec_.ov1.limit.value(), spec_.ov1.delay},
         {Trip::ov2, pu > spec_.ov2.limit.value(), spec_.ov2.delay},
         {Trip::uf1, f < spec_.uf1.limit.value(), spec_.uf1.delay},
         {Trip::uf2, f < spec_.uf2.limit.value(), spec_.uf2.delay},
         {Trip::of, f > spec_.of.limit.value(), spec_.of.delay},
         {Trip::rocof, std::fabs(rocof_) > spec_.rocof.limit.value(), spec_.rocof.delay}}};
    Trip tripped = Trip::none;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        outside_[i].update(stages[i].outside);
        if (tripped == Trip::none && outside_[i].reached(stages[i].delay)) tripped = stages[i].trip;
    }
    return tripped;
}

bool Protection::in_range(double v, double f) const {
    const double pu = v / nominal_v_;
    return pu >= spec_.uv.limit.value() && pu <= spec_.ov1.limit.value() &&
           f >= spec_.uf1.limit.value() && f <= spec_.of.limit.value();
}

}  // namespace islandbench::plant
