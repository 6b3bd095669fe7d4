#include "emulators/plant/island_detector.hpp"

#include <algorithm>

namespace islandbench::plant {
namespace {

/// Clips the frequency's departure from its mean, in probe amplitudes: a load step must not drown
/// the probe. Tighter than this, a frequency that drifts away after the loss blinds the detector.
constexpr double clip = 6.0;
/// Share of the probe that an island follows at least.
constexpr double threshold = 0.5;
/// The correlation window passes the threshold after about this many periods in an island.
constexpr double window_share = 1.25;

Duration hold_of(const InterconnectSpec& spec) {
    const double periods = std::max(spec.probe_periods - window_share, 0.25);
    return from_seconds(periods * to_seconds(spec.probe_period));
}

}  // namespace

IslandDetector::IslandDetector(const InterconnectSpec& spec)
    : window_(std::max<std::size_t>(static_cast<std::size_t>(spec.probe_period / step), 2)),
      amplitude_(spec.probe.value()),
      hold_(hold_of(spec)),
      frequencies_(window_),
      products_(window_) {}

void IslandDetector::reset() {
    at_ = seen_ = 0;
    std::fill(frequencies_.begin(), frequencies_.end(), 0.0);
    std::fill(products_.begin(), products_.end(), 0.0);
    frequency_sum_ = product_sum_ = 0.0;
    followed_.reset();
}

void IslandDetector::advance(double frequency_deviation) {
    const auto delay = static_cast<std::size_t>(filter_s / step_s);
    const double sent = sign((at_ + window_ - delay % window_) % window_);

    frequency_sum_ += frequency_deviation - frequencies_[at_];
    frequencies_[at_] = frequency_deviation;
    seen_ = std::min(seen_ + 1, window_);
    const double mean = frequency_sum_ / static_cast<double>(seen_);
    const double limit = clip * amplitude_;
    const double product = std::clamp(frequency_deviation - mean, -limit, limit) * sent;

    product_sum_ += product - products_[at_];
    products_[at_] = product;
    at_ = (at_ + 1) % window_;
    followed_.update(following() > threshold);
}

double IslandDetector::following() const noexcept {
    if (amplitude_ <= 0.0) return 0.0;
    return product_sum_ / (static_cast<double>(window_) * amplitude_);
}

}  // namespace islandbench::plant
