#include "emulators/plant/test/forming_street.hpp"

#include <string>

#include "emulators/plant/test/miniature.hpp"

namespace islandbench::plant {

Site forming_street(int homes, double xf, double cable) {
    const Site from = read_test_site(miniature_text());
    Site site = from;
    site.homes.clear();
    site.lines.clear();
    site.priority_sites[0].bus = site.interconnect.bus;
    site.priority_sites[0].p = ActivePower{3000.0};
    site.priority_sites[0].q = ReactivePower{};
    std::string bus = site.interconnect.bus;
    for (int k = 0; k < homes; ++k) {
        HomeSpec home = from.homes[0];
        home.name = "h" + std::to_string(k);
        home.phase = static_cast<Phase>(k % 3);
        const std::string next = "b" + std::to_string(k);
        LineSpec line = from.lines[0];
        line.from = bus;
        line.to = next;
        line.length = Length{10.0 * cable};
        site.lines.push_back(line);
        home.bus = bus = next;
        home.appliances.resize(1);
        home.appliances[0].p = ActivePower{900.0};
        home.appliances[0].zip = {1.0, 0.0, 0.0};
        home.hybrid->rating = ApparentPower{home_va};
        home.hybrid->pv_peak.reset();
        home.hybrid->forming.emplace();
        home.hybrid->forming->xf = Ratio{xf};
        site.homes.push_back(home);
    }
    return site;
}

Street forming_island(const Site& site) {
    StreetStart start = quiet_start();
    start.former_v = Voltage{230.0};
    Street street = islanded(site, start);
    run(street, 20s);
    return street;
}

double p_of(const Street& street, std::size_t k) {
    return street.hybrid(k)->state().p.value() / home_va;
}

}  // namespace islandbench::plant
