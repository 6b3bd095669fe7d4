#include "emulators/plant/test/miniature.hpp"

#include <gtest/gtest.h>

#include "base/fixtures.hpp"

namespace islandbench::plant {

std::string miniature_text() {
    const auto text = read_text_file(IB_SOURCE_DIR "/fixtures/sites/miniature.json");
    EXPECT_TRUE(text) << "the fixture is part of the source tree";
    return text.value_or("");
}

std::string replaced(std::string text, std::string_view what, std::string_view instead) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), instead);
}

Site read_test_site(const std::string& text) {
    Diagnostics found;
    Site site = read_site(text, "miniature.json", found);
    EXPECT_TRUE(found.empty()) << found;
    return site;
}

Site quiet_miniature() {
    Site site = read_test_site(miniature_text());
    for (HomeSpec& home : site.homes) {
        for (ApplianceSpec& one : home.appliances) one.mean_on = one.mean_off = Duration{};
    }
    return site;
}

Site bare_miniature() {
    Site site = quiet_miniature();
    for (HomeSpec& home : site.homes) {
        home.appliances.clear();
        home.hybrid.reset();
    }
    site.priority_sites[0].p = ActivePower{3.0};
    site.priority_sites[0].q = ReactivePower{};
    return site;
}

StreetStart quiet_start(double f) {
    StreetStart start;
    start.grid_f = Frequency{f};
    start.grid_wander = Frequency{};
    return start;
}

Street islanded(const Site& site, StreetStart start) {
    Street street(site, start);
    run(street, 3s);
    street.interconnect().request_island(true);
    run(street, 12s);
    EXPECT_FALSE(street.exchange().closed);
    EXPECT_TRUE(street.island().formed);
    return street;
}

void run(Street& street, Duration d) {
    const Instant end = street.now() + d;
    while (street.now() < end) street.step();
}

}  // namespace islandbench::plant
