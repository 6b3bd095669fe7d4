#include "emulators/devices/sunspec_common.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace islandbench::devices {

using sunspec::point;

void must_set(sunspec::Image& image, const sunspec::Point& point, double value) {
    const auto set = image.set(point, value);
    IB_ASSERT(set.has_value());
}

const sunspec::Point& named_point(std::uint16_t model, std::string_view name) {
    const sunspec::Model* const known = sunspec::find_model(model);
    IB_ASSERT(known != nullptr);
    const auto found = std::find_if(known->points.begin(), known->points.end(),
                                    [name](const sunspec::Point& p) { return p.name == name; });
    IB_ASSERT(found != known->points.end());
    return *found;
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
