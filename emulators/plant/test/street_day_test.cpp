#include <cmath>

#include <gtest/gtest.h>

#include "emulators/plant/measured_day.hpp"
#include "emulators/plant/street.hpp"
#include "emulators/plant/test/allocations.hpp"
#include "emulators/plant/test/miniature.hpp"

/// A street whose homes use a made or a measured day.
namespace islandbench::plant {
namespace {

/// The miniature with a day of uses, and its third home measured.
Street street_of_a_day(StreetStart start) {
    Site site = read_test_site(miniature_text());
    site.homes[0].demand = DemandSpec{Energy{200e3}, HotWater::shower, {}};
    site.homes[1].demand = DemandSpec{Energy{9e3}, HotWater::tank, {}};
    LoadProfile profile{"p3", {}};
    for (std::size_t m = 0; m < minutes_of_day; ++m) {
        profile.minutes.emplace_back(m == 419 ? 3000.0 : 900.0);
    }
    start.measured["home3"] = measured_day(profile, 20s);
    return {site, start};
}

TEST(Street, LivesThroughADayWithoutAllocating) {
    StreetStart start = StreetStart{};
    start.time_of_day = 24h - 30s;  // over midnight, where the day begins again
    Street street = street_of_a_day(start);
    (void)street.step();
    const std::size_t before = allocations();
    int changes = 0;
    double last = 0.0;
    for (int ms = 0; ms < 100'000; ++ms) {
        street.step();
        const double now = street.home(0).load_p.value();
        changes += std::fabs(now - last) > 15.0;
        last = now;
    }
    EXPECT_EQ(allocations(), before);
    EXPECT_GT(changes, 2) << "the day of a home that uses much has many changes";
}

TEST(Street, MeasuredHomeDrawsWhatItDidAtThatTimeOfDay) {
    StreetStart start = quiet_start();
    start.time_of_day = 7h;
    Street street = street_of_a_day(start);
    const auto drawn = [&](int from, int to) {
        double watt = 0.0;  // the street is above nominal voltage: a few per cent more
        for (int t = from; t <= to; ++t) {
            watt += street.home(2).tier_p[static_cast<std::size_t>(t)].value();
        }
        return watt;
    };
    ASSERT_EQ(street.now(), at_seconds(-10.0));
    EXPECT_NEAR(drawn(0, 4), 1.05 * 3000.0, 150.0) << "06:59:50: 06:59 at home3, 20 s late";
    run(street, 29s);
    EXPECT_NEAR(drawn(0, 4), 1.05 * 3000.0, 150.0) << "07:00:19";
    EXPECT_NEAR(drawn(4, 4), 1.05 * 1000.0, 50.0) << "what is above 2 kW";
    run(street, 2s);
    EXPECT_NEAR(drawn(0, 4), 1.05 * 900.0, 50.0) << "07:00:21, the next minute";
    EXPECT_EQ(drawn(4, 4), 0.0);
}

}  // namespace
}  // namespace islandbench::plant
