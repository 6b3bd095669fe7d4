#pragma once

#include <string>

#include "base/device_profile.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// A chain that begins with model 1. The maker is always "islandbench": an emulator must never be
/// taken for a real device, nor the other way round.
sunspec::Image make_image(const DeviceProfile& profile, const std::string& serial);

/// Sets a point that our own tables know to fit.
void must_set(sunspec::Image& image, const sunspec::Point& point, double value);

using sunspec::named_point;

}  // namespace islandbench::devices
