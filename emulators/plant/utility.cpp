#include "emulators/plant/utility.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assert.hpp"

namespace islandbench::plant {
namespace {

/// Wander of the frequency: correlation time, and the lag that smooths it.
constexpr double wander_s = 60.0;
constexpr double smooth_s = 1.0;
constexpr int wander_every = 100;  // steps
/// No-load loss and magnetising current of the transformer, of its rating (engineering judgement).
constexpr double iron_loss = 0.003;
constexpr double magnetising = 0.010;
/// A dip deeper than this is an open line, not a voltage behind an impedance.
constexpr double interruption = 0.05;

Phasor upstream_ohm(const GridSpec& spec, double nominal_v) {
    const double ohm = 3.0 * nominal_v * nominal_v / spec.fault_level.value();
    return polar(ohm, std::atan(spec.x_over_r));
}

Phasor transformer_ohm(const GridSpec& spec, double nominal_v) {
    const double base = 3.0 * nominal_v * nominal_v / spec.transformer_rating.value();
    return base * Phasor{spec.transformer_r.value(), spec.transformer_x.value()};
}

/// A Dyn transformer that nothing feeds: its delta closes the zero sequence, its core magnetises.
Matrix3 idle_transformer(const GridSpec& spec, double nominal_v) {
    const double base = spec.transformer_rating.value() / (3.0 * nominal_v * nominal_v);
    const Phasor core = base * Phasor{iron_loss, -magnetising};
    return from_sequence(core, core + Phasor{1.0, 0.0} / transformer_ohm(spec, nominal_v));
}

}  // namespace

Utility::Utility(const GridSpec& spec, Voltage nominal_v, Frequency nominal_f, Frequency base_f,
                 Frequency wander, std::uint64_t seed)
    : nominal_v_(nominal_v.value()),
      nominal_f_(nominal_f.value()),
      no_load_v_(spec.no_load_v.value()),
      transformer_(idle_transformer(spec, nominal_v_)),
      chance_(seed, "grid.frequency"),
      spread_hz_(wander.value()),
      base_f_(base_f.value()),
      target_f_(base_f.value()) {
    const Phasor own = transformer_ohm(spec, nominal_v_);
    source_ = inverse(from_sequence(own + upstream_ohm(spec, nominal_v_), own));
    slow_hz_ = wander_hz_ = spread_hz_ * chance_.normal();
    rebuild();
}

void Utility::rebuild() {
    shunt_ = connected() ? source_ : transformer_;
    shunt_ += diagonal(neighbour_);
    if (faulted_) {
        const Phasor y{1.0 / fault_ohm_, 0.0};
        shunt_ += diagonal(y);
    }
    changed_ = true;
}

void Utility::lose(const Outage& outage, const Phasor3& v, const Phasor3& into_street) {
    const bool fault = outage.kind == OutageKind::bolted_fault;
    broken_ = !fault;
    faulted_ = fault;
    interrupted_ = false;
    remaining_ = 1.0;
    dip_left_ = clears_in_ = Duration{};
    if (fault) {
        fault_ohm_ = outage.fault.value();
        clears_in_ = outage.clearing + step;  // this step's boundary counts as zero
    } else if (outage.kind == OutageKind::exact_balance) {
        const Phasor3 core = transformer_ * v;
        for (std::size_t p = 0; p < 3; ++p) {
            const bool alive = norm(v[p]) > 0.0;
            neighbour_[p] = alive ? (-into_street[p] - core[p]) / v[p] : Phasor{};
        }
    } else {
        const Phasor s{outage.neighbour_p.value() / 3.0, outage.neighbour_q.value() / 3.0};
        const Phasor y = (1.0 / (nominal_v_ * nominal_v_)) * conj(s);
        neighbour_ = {y, y, y};
    }
    rebuild();
}

void Utility::restore(Frequency f) {
    broken_ = faulted_ = interrupted_ = false;
    remaining_ = 1.0;
    dip_left_ = clears_in_ = Duration{};
    neighbour_ = {};
    const bool record_begins_now = record_ && into_record_ < 0s;
    if (!record_begins_now) {
        record_.reset();
        base_f_ = target_f_ = f.value();
    }
    rebuild();
}

bool Utility::dip(Duration duration, Ratio remaining) {
    if (broken_ || faulted_) return false;
    dip_left_ = duration + step;  // this step's boundary counts as zero
    remaining_ = remaining.value();
    interrupted_ = remaining_ < interruption;
    rebuild();
    return true;
}

void Utility::move_frequency(Frequency to, Rocof hz_per_s) {
    record_.reset();
    target_f_ = to.value();
    ramp_hz_ = hz_per_s.value() * step_s;
    if (ramp_hz_ <= 0.0) base_f_ = target_f_;
}

void Utility::follow(std::shared_ptr<const FrequencyRecord> record) {
    IB_ASSERT(record->samples.size() >= 2);
    record_ = std::move(record);
    into_record_ = -step;  // the coming step is the record's beginning
    sample_ = 0;
    base_f_ = target_f_ = record_->samples.front().f.value();
}

void Utility::jump_phase(Angle by) {
    angle_ = wrap(angle_ + by.value() / degrees_per_radian);
}

void Utility::wander() {
    if (++steps_ % wander_every == 0) {
        const double share = wander_every * step_s / wander_s;
        slow_hz_ += -share * slow_hz_ + spread_hz_ * std::sqrt(2.0 * share) * chance_.normal();
    }
    wander_hz_ += step_s / smooth_s * (slow_hz_ - wander_hz_);
}

void Utility::follow_record() {
    const std::vector<FrequencySample>& samples = record_->samples;
    into_record_ += step;
    while (sample_ + 1 < samples.size() && samples[sample_ + 1].at <= into_record_) ++sample_;
    const FrequencySample& before = samples[sample_];
    const FrequencySample& after = samples[std::min(sample_ + 1, samples.size() - 1)];
    const double share = after.at > before.at ? to_seconds(into_record_ - before.at) /
                                                    to_seconds(after.at - before.at)
                                              : 0.0;
    base_f_ = target_f_ = before.f.value() + share * (after.f - before.f).value();
}

bool Utility::advance() {
    wander();
    if (record_) {
        follow_record();
    } else {
        base_f_ += std::clamp(target_f_ - base_f_, -ramp_hz_, ramp_hz_);
    }
    angle_ = wrap(angle_ + 2.0 * std::numbers::pi * (frequency() - nominal_f_) * step_s);
    if (dip_left_ > 0s && (dip_left_ -= step) <= 0s) {
        remaining_ = 1.0;
        interrupted_ = false;
        rebuild();
    }
    if (clears_in_ > 0s && (clears_in_ -= step) <= 0s) {
        broken_ = true;
        rebuild();
    }
    return std::exchange(changed_, false);
}

double Utility::frequency() const noexcept {
    return record_ ? base_f_ : base_f_ + wander_hz_;
}

bool Utility::energises() const noexcept {
    return connected() && !faulted_;
}

Phasor3 Utility::injection() const noexcept {
    if (!connected()) return {};
    return source_ * balanced(polar(remaining_ * no_load_v_, angle_));
}

}  // namespace islandbench::plant
