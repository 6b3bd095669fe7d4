#include "bench/site_links.hpp"

#include "base/json.hpp"

namespace islandbench::bench {
namespace {

/// A copy in which the objects at these paths have this "link".
json::Value copy(const json::Value& value, const std::string& path,
                 const std::map<std::string, std::string>& link_at) {
    if (value.is(json::Kind::array)) {
        json::Value array = json::Value::array();
        std::size_t index = 0;
        for (const json::Value& item : value.items()) {
            array.push(copy(item, path + "[" + std::to_string(index++) + "]", link_at));
        }
        return array;
    }
    if (!value.is(json::Kind::object)) return value;
    const auto link = link_at.find(path);
    json::Value object = json::Value::object();
    for (const json::Member& member : value.members()) {
        if (link != link_at.end() && member.key == "link") continue;
        object.set(member.key, copy(member.value, path + "." + member.key, link_at));
    }
    if (link != link_at.end()) object.set("link", link->second);
    return object;
}

}  // namespace

void emulate_all(Site& site) {
    const std::string here = DeviceSpec{}.link;
    site.interconnect.device.link = here;
    for (MeterSpec& meter : site.meters) meter.device.link = here;
    site.former.inverter.link = site.former.bms.link = here;
    for (HomeSpec& home : site.homes) {
        if (home.hybrid) home.hybrid->inverter.link = home.hybrid->bms.link = here;
        home.loadctl.link = here;
    }
}

std::string with_links(std::string_view text, const Site& site,
                       const std::map<std::string, std::string>& links) {
    std::map<std::string, std::string> link_at;
    for (const DeviceRef& device : devices_of(site)) {
        const auto link = links.find(device.name);
        if (link != links.end()) link_at[device.spec->place.path] = link->second;
    }
    Diagnostics read_before;
    const json::Value root = json::parse(text, site.place.file, read_before);
    return json::to_text(copy(root, "$", link_at)) + "\n";
}

}  // namespace islandbench::bench
