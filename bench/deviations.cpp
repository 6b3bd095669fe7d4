#include "bench/deviations.hpp"

#include <algorithm>

#include "emulators/devices/deviant.hpp"

namespace islandbench::bench {
namespace {

int number_of(const std::string& id) {
    return std::atoi(id.c_str() + 1);
}

}  // namespace

std::vector<Deviation> load_deviations(const Fixtures& fixtures, Diagnostics& diagnostics) {
    std::vector<Deviation> all;
    for (const std::string& name : fixtures.list("deviations")) {
        const auto path = fixtures.find("deviations", name);
        const auto text = path ? read_text_file(*path) : Result<std::string>(std::string{});
        if (!text) {
            diagnostics.add({name, 0, "", text.error().what});
            continue;
        }
        all.push_back(read_deviation(*text, path->string(), diagnostics));
        devices::Deviant::check(all.back(), diagnostics);
    }
    std::sort(all.begin(), all.end(), [](const Deviation& a, const Deviation& b) {
        return number_of(a.id) < number_of(b.id);
    });
    return all;
}

const Deviation* find_deviation(const std::vector<Deviation>& all, const std::string& id) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Deviation& d) { return d.id == id; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace islandbench::bench
