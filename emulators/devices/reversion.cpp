#include "emulators/devices/reversion.hpp"

#include <algorithm>
#include <cmath>

#include "emulators/devices/sunspec_common.hpp"

namespace islandbench::devices {

bool Reversion::enabled() const {
    return view().raw(points_.enable.now) == 1u;
}

bool Reversion::written(Instant now) {
    const bool wrote_value = std::any_of(points_.values.begin(), points_.values.end(),
                                         [this](const Value& v) { return image_->wrote(v.now); });
    if (!wrote_value && !image_->wrote(points_.enable.now) && !image_->wrote(points_.time)) {
        return false;
    }
    const double seconds = view().number(points_.time).value_or(0.0);
    const bool runs = seconds > 0.0 && enabled();
    ends_ = runs ? std::optional(now + from_seconds(seconds)) : std::nullopt;
    must_set(*image_, points_.left, runs ? seconds : 0.0);
    return true;
}

bool Reversion::count_down(Instant now) {
    if (!ends_) return false;
    if (now < *ends_) {
        image_->measure(points_.left, std::ceil(to_seconds(*ends_ - now)));
        return false;
    }
    ends_.reset();
    const auto fall_back = [this](const Value& value) {
        must_set(*image_, value.now, view().number(value.after).value_or(0.0));
    };
    for (const Value& value : points_.values) fall_back(value);
    fall_back(points_.enable);
    must_set(*image_, points_.left, 0.0);
    return true;
}

}  // namespace islandbench::devices
