#include "emulators/devices/sunspec_common.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace islandbench::devices {

using sunspec::point;

void must_set(sunspec::Image& image, const sunspec::Point& point, double value) {
    const auto set = image.set(point, value);
    IB_ASSERT(set.has_value());
}

sunspec::Image make_image(const DeviceProfile& profile, const std::string& serial) {
    sunspec::Image image(static_cast<std::uint16_t>(profile.register_base));
    image.add(1);
    const auto text = [&image](const sunspec::Point& where, const std::string& what) {
        (void)image.set_text(where, what.substr(0, std::size_t{where.registers} * 2));
    };
    text(point<1>("Mn"), "islandbench");
    text(point<1>("Md"), profile.model);
    text(point<1>("Opt"), "emulator");
    text(point<1>("Vr"), "1");
    text(point<1>("SN"), serial);
    return image;
}

}  // namespace islandbench::devices
