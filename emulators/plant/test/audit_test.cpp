#include "emulators/plant/audit.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "emulators/plant/test/allocations.hpp"
#include "emulators/plant/test/miniature.hpp"
#include "emulators/plant/test/tamper.hpp"

namespace islandbench::plant {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

StreetStart sunny_start() {
    StreetStart start;
    start.seed = 3;
    start.sun = Ratio{0.4};
    return start;
}

/// The miniature through an outage, an overload, a dead time, a black start and a reclosing.
void tell(Street& street, const std::function<void()>& each_step) {
    const auto go = [&](Duration d) {
        for (const Instant end = street.now() + d; street.now() < end;) {
            street.step();
            each_step();
        }
    };
    street.interconnect().set_observation(3s);
    go(4s);
    street.hybrid(0)->control().p_set = ActivePower{1500.0};
    street.lose_grid({});
    go(4s);
    street.step_home_load(2, 2, ActivePower{16e3}, ReactivePower{2e3}, 1500ms);
    go(3s);
    street.former().control().enable = false;
    go(2s);
    street.former().control().enable = true;
    go(4s);
    street.restore_grid(Frequency{50.1});
    street.interconnect().permit_reclose(true);
    (void)street.interconnect().request_sync(true);
    go(20s);
    street.lose_grid({.kind = OutageKind::bolted_fault});
    go(2s);
}

TEST(Audit, FindsNothingInAStreetThatGoesThroughAlmostEverything) {
    const Site site = read_test_site(miniature_text());
    Street street(site, sunny_start());
    Audit audit(site, street);
    tell(street, [&] {
        ASSERT_TRUE(audit.check(street)) << *audit.broken() << " at " << to_seconds(street.now());
    });
    EXPECT_GE(street.events().island, 1);
    EXPECT_GE(street.events().reclosed, 1);
    EXPECT_LT(audit.worst_share(), 0.5) << "the limits leave room";
    EXPECT_GT(audit.worst_share(), 0.0) << "and it does look";
}

TEST(Audit, ClosesTheBooksOfBatteriesThatWorkHard) {
    // Five minutes at full power: the heat alone is many times what the books may be off.
    const Site site = quiet_miniature();
    Street street(site, quiet_start());
    for (std::size_t k = 0; k < 2; ++k) {
        street.hybrid(k)->control().p_set = ActivePower{k == 0 ? 5000.0 : -4500.0};
    }
    Audit audit(site, street);
    for (int ms = 0; ms < 300'000; ++ms) {
        street.step();
        ASSERT_TRUE(audit.check(street)) << *audit.broken() << " at " << to_seconds(street.now());
    }
    EXPECT_GT(street.hybrid(0)->pack().heat.value(), 5.0 * Audit::energy_limit_wh);
}

TEST(Audit, TakesNothingFromTheHeap) {
    const Site site = read_test_site(miniature_text());
    Street street(site, sunny_start());
    Audit audit(site, street);
    run(street, 1s);
    const std::size_t before = allocations();
    for (int ms = 0; ms < 3000; ++ms) {
        street.step();
        (void)audit.check(street);
    }
    EXPECT_EQ(allocations(), before);
}

/// What the audit says of an islanded miniature to which something impossible is done.
std::string found(const std::function<void(Street&)>& tamper, const Site& site,
                  const Site& audited) {
    Street street = islanded(site);
    street.hybrid(0)->control().p_set = ActivePower{1500.0};
    run(street, 5s);
    Audit audit(audited, street);
    street.step();
    (void)audit.check(street);
    tamper(street);
    (void)audit.check(street);
    for (int ms = 0; ms < 1500 && !audit.broken(); ++ms) {
        street.step();
        (void)audit.check(street);
    }
    return audit.broken().value_or("nothing");
}

std::string found(const std::function<void(Street&)>& tamper) {
    const Site site = quiet_miniature();
    return found(tamper, site, site);
}

TEST(Audit, FindsACableThatIsNotTheOneOfTheSite) {
    Site other = quiet_miniature();
    other.lines[1].length = Length{other.lines[1].length.value() + 25.0};
    EXPECT_THAT(found([](Street&) {}, quiet_miniature(), other), StartsWith("power balance at "));
    other = quiet_miniature();
    other.homes[2].phase = Phase::a;
    EXPECT_THAT(found([](Street&) {}, quiet_miniature(), other), StartsWith("power balance at "));
}

TEST(Audit, FindsCurrentThatNoDeviceFedIn) {
    EXPECT_THAT(found([](Street& s) { Tamper::inject(s, 0, 2.0); }),
                StartsWith("power balance at "));
}

TEST(Audit, FindsPowerThatIsReportedAndDoesNotFlow) {
    EXPECT_THAT(found([](Street& s) { Tamper::report(*s.hybrid(0), 20.0); }),
                StartsWith("energy from nothing: reported powers of the street: 20 W off"));
    EXPECT_THAT(found([](Street& s) { Tamper::report(Tamper::former(s), -20.0); }),
                StartsWith("energy from nothing: reported powers of the street: 20 W off"));
}

TEST(Audit, FindsAnInverterThatGivesMoreThanComesIn) {
    EXPECT_EQ(found([](Street& s) { Tamper::report_dc(Tamper::former(s), -50.0); }).substr(0, 48),
              "energy from nothing: AC, DC and loss at former: ");
    EXPECT_EQ(found([](Street& s) { Tamper::report_loss(*s.hybrid(0), 0.0); }).substr(0, 47),
              "energy from nothing: AC, DC and loss at home1: ");
    EXPECT_THAT(found([](Street& s) { Tamper::report_loss(*s.hybrid(0), -1.0); }),
                StartsWith("loss below zero at home1: 1 W off"));
}

TEST(Audit, FindsABatteryThatFillsOutOfNothing) {
    EXPECT_THAT(found([](Street& s) { Tamper::charge(*s.hybrid(1), 0.001); }),
                StartsWith("energy from nothing: battery at home2: "));
}

TEST(Audit, FindsABatteryThatGaveLessThanItsInverterTook) {
    EXPECT_THAT(found([](Street& s) { Tamper::hide(*s.hybrid(0), 1.0); }),
                StartsWith("energy from nothing: battery and its inverter at home1: 1 Wh off"));
    EXPECT_THAT(found([](Street& s) { Tamper::hide(*s.hybrid(0), 0.2); }), "nothing");
}

TEST(Audit, FindsALoadThatTheBoardHasNotSwitchedOn) {
    EXPECT_THAT(found([](Street& s) { Tamper::load(s, 1, 0.5); }),
                StartsWith("load that is not the board's at home2: "));
    EXPECT_THAT(found([](Street& s) { Tamper::open_in_name(s, 2, 3); }),
                StartsWith("load past an open contact at home3: "));
}

TEST(Audit, FindsASourceThatIsNotTheSites) {
    EXPECT_THAT(found([](Street& s) { Tamper::emf(s, 1.01); }),
                StartsWith("voltage behind its impedance at former: "));
    Site other = quiet_miniature();
    other.former.xf = Ratio{other.former.xf.value() * 1.1};
    EXPECT_THAT(found([](Street&) {}, quiet_miniature(), other),
                StartsWith("voltage behind its impedance at former: "));
}

/// What the audit with one site file says of a street with another that stays on the grid.
std::string found_on_grid(const Site& site, const Site& audited, double sun = 0.0) {
    StreetStart start = quiet_start();
    start.sun = Ratio{sun};
    Street street(site, start);
    Audit audit(audited, street);
    for (int ms = 0; ms < 3000 && !audit.broken(); ++ms) {
        street.step();
        (void)audit.check(street);
    }
    return audit.broken().value_or("nothing");
}

TEST(Audit, FindsAGridThatIsNotTheSites) {
    const Site site = quiet_miniature();
    EXPECT_EQ(found_on_grid(site, site), "nothing");
    Site other = site;
    other.grid.fault_level = ApparentPower{other.grid.fault_level.value() * 0.5};
    EXPECT_THAT(found_on_grid(site, other), StartsWith("no-load voltage of the grid at busbar: "));
    other = site;
    other.grid.no_load_v += Voltage{1.0};
    EXPECT_THAT(found_on_grid(site, other),
                StartsWith("no-load voltage of the grid at busbar: 1 V off"));
}

TEST(Audit, FindsMoreSunThanTheFieldCatches) {
    const Site site = quiet_miniature();
    EXPECT_EQ(found_on_grid(site, site, 1.0), "nothing");
    Site other = site;
    other.homes[0].hybrid->pv_peak = ActivePower{350.0};  // a tenth
    EXPECT_THAT(found_on_grid(site, other, 1.0), StartsWith("energy from nothing: PV at home1: "));
}

TEST(Audit, FindsAHomeThatFormsBeyondItsLimit) {
    Site site = quiet_miniature();
    for (HomeSpec& home : site.homes) {
        if (home.hybrid) home.hybrid->forming.emplace();
    }
    Site other = site;
    other.homes[0].hybrid->forming->overload = {{1.01, 1s}};
    const auto overload = [](Street& s) {
        s.step_home_load(0, 2, ActivePower{12e3}, ReactivePower{}, 5s);
        s.former().control().enable = false;
    };
    EXPECT_EQ(found(overload, site, site), "nothing");
    EXPECT_THAT(found(overload, site, other), StartsWith("current limit at home1: "));
}

TEST(Audit, FindsCurrentAboveTheFormersLimit) {
    EXPECT_THAT(found([](Street& s) { Tamper::report_current(Tamper::former(s), 70.0); }),
                StartsWith("current limit at former: "));
}

TEST(Audit, ANumberThatIsNoneBreaksEveryLaw) {
    const double none = std::nan("");
    EXPECT_THAT(found([&](Street& s) { Tamper::inject(s, 0, none); }), HasSubstr("nan"));
    EXPECT_THAT(found([&](Street& s) { Tamper::report(*s.hybrid(0), none); }), HasSubstr("nan"));
}

}  // namespace
}  // namespace islandbench::plant
