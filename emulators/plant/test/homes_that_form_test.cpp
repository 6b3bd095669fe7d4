#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/test/published.hpp"
#include "emulators/plant/test/allocations.hpp"
#include "emulators/plant/test/forming_street.hpp"
#include "emulators/plant/test/miniature.hpp"

/// Streets whose homes form beside the municipal unit, or without it.
namespace islandbench::plant {
namespace {

struct Sharing {
    double mean = 0.0;     ///< of the rating
    double largest = 0.0;  ///< difference from the mean, of it
    double swings = 0.0;   ///< of any home's power over 2 s, of the mean
};

Sharing sharing_of(Street& street) {
    const std::size_t homes = street.homes();
    std::vector<double> low(homes, 1e9), high(homes, -1e9), sum(homes, 0.0);
    constexpr int steps = 2000;
    for (int ms = 0; ms < steps; ++ms) {
        street.step();
        for (std::size_t k = 0; k < homes; ++k) {
            const double p = p_of(street, k);
            low[k] = std::fmin(low[k], p);
            high[k] = std::fmax(high[k], p);
            sum[k] += p / steps;
        }
    }
    Sharing s;
    for (const double p : sum) s.mean += p / static_cast<double>(homes);
    for (std::size_t k = 0; k < homes; ++k) {
        s.largest = published::worse(s.largest, std::fabs(sum[k] - s.mean) / s.mean);
        s.swings = published::worse(s.swings, (high[k] - low[k]) / s.mean);
    }
    return s;
}

struct Street_ {
    const char* row;
    int homes;
    double xf, cable;
};

class PublishedSharing : public testing::TestWithParam<Street_> {};

TEST_P(PublishedSharing, OfHomesThatFormByDroop) {
    const Street_& param = GetParam();
    const published::Row claim{
        std::string("forming.share.") + param.row,
        "theory of P-f droop: one frequency, equal powers per unit, whatever the cable",
        std::to_string(param.homes) + " homes, 4 x 70 cable, xf " +
            std::to_string(param.xf).substr(0, 4) + (param.cable > 1.0 ? ", 40 m apart" : "") +
            ": largest difference from the mean",
        0.1, "%"};
    published::expect(claim);
    Street street = forming_island(forming_street(param.homes, param.xf, param.cable));
    const Sharing s = sharing_of(street);
    EXPECT_GT(s.mean, 0.05) << "they do carry the street";
    EXPECT_LT(s.swings, 1e-3) << "and do not swing";
    IB_EXPECT_PUBLISHED(claim, 100.0 * s.largest);
    // So does the municipal unit: at a fifth of their droop with five times their share.
    EXPECT_NEAR(street.former().state().p.value() / 30e3, 5.0 * s.mean, 0.002 * s.mean);
}

INSTANTIATE_TEST_SUITE_P(Streets, PublishedSharing,
                         testing::Values(Street_{"20", 20, 0.15, 1.0}, Street_{"55", 55, 0.15, 1.0},
                                         Street_{"20_small_xf", 20, 0.03, 1.0},
                                         Street_{"55_small_xf", 55, 0.03, 1.0},
                                         Street_{"20_far", 20, 0.15, 4.0}),
                         [](const auto& one) { return std::string("street_") + one.param.row; });

TEST(HomesThatForm, SetPointsMoveWhoGives) {
    Street street = forming_island(forming_street(6));
    const double before = p_of(street, 2);
    street.hybrid(2)->control().p_set = ActivePower{1000.0};
    run(street, 10s);
    // At one frequency the others give way together; its own droop shifts by the set-point.
    EXPECT_NEAR(p_of(street, 2) - p_of(street, 1), 0.2, 0.001);
    EXPECT_GT(p_of(street, 2), before + 0.15);
}

TEST(HomesThatForm, HoldTheirSetPointBesideTheGridWithoutReactivePower) {
    Site site = forming_street(6);
    Street street(site, quiet_start(50.0));
    street.hybrid(0)->control().p_set = ActivePower{2000.0};
    run(street, 40s);
    EXPECT_NEAR(mean(street, [](const Street& s) { return p_of(s, 0); }), 0.4, 0.01);
    EXPECT_NEAR(mean(street, [](const Street& s) { return p_of(s, 1); }), 0.0, 0.01);
    for (std::size_t k = 0; k < 6; ++k) {
        const double q =
            mean(street, [k](const Street& s) { return s.hybrid(k)->state().q.value(); });
        EXPECT_LT(std::fabs(q), 0.05 * home_va) << k;
    }
}

TEST(HomesThatForm, LossOfTheGridIsSeenInTime) {
    // The probe moves every voltage that is formed: an island follows it with 55 homes as well.
    for (const int homes : {6, 20, 55}) {
        for (const OutageKind kind : {OutageKind::exact_balance, OutageKind::upstream_break}) {
            Site site = forming_street(homes);
            Street street(site, quiet_start());
            run(street, 5s);
            Outage outage;
            outage.kind = kind;
            street.lose_grid(outage);
            const auto opened = run_until(street, 5s, [&] { return !street.exchange().closed; });
            ASSERT_TRUE(opened) << homes;
            EXPECT_LE(*opened, site.t_detect) << homes;
        }
    }
}

TEST(HomesThatForm, CarryTheStreetWhenTheFormerIsLost) {
    const Site site = forming_street(21);  // the same on every phase
    Street street = forming_island(site);
    const double before = p_of(street, 0);
    street.former().control().enable = false;
    double lowest = 1e9, highest = 0.0, f_low = 60.0;
    for (int ms = 0; ms < 20'000; ++ms) {
        street.step();
        for (const Voltage v : street.priority_site(0).v_phase) {
            lowest = std::fmin(lowest, v.value());
            highest = std::fmax(highest, v.value());
        }
        f_low = std::fmin(f_low, street.island().f.value());
    }
    EXPECT_FALSE(street.former().running());
    EXPECT_TRUE(street.island().formed);
    EXPECT_GT(lowest, 0.85 * 230.0);
    EXPECT_LT(highest, 1.10 * 230.0);
    EXPECT_GT(f_low, 49.0);
    EXPECT_GT(p_of(street, 0), before);
    // And take it back in step.
    street.former().control().enable = true;
    run(street, 15s);  // its frequency offset runs out at 0.05 Hz/s
    EXPECT_TRUE(street.former().running());
    EXPECT_TRUE(street.island().formed);
    EXPECT_NEAR(street.former().state().p.value() / 30e3, 5.0 * p_of(street, 0), 0.01);
}

TEST(HomesThatForm, AStepOfTheirOwnFrequencyIsNoLossOfMains) {
    // The former's loss moves the street by more than 1 Hz/s over 500 ms.
    Site site = forming_street(21);
    for (HomeSpec& home : site.homes) home.hybrid->protection.emplace().rocof.delay = 200ms;
    Street street = forming_island(site);
    for (std::size_t k = 0; k < street.homes(); ++k) {
        street.step_home_load(k, 2, ActivePower{2000.0}, ReactivePower{}, 60s);
    }
    run(street, 5s);
    const double before = street.island().f.value();
    street.former().control().enable = false;
    run(street, 500ms);
    EXPECT_LT(street.island().f.value(), before - 0.55);
    run(street, 5s);
    for (std::size_t k = 0; k < street.homes(); ++k) EXPECT_NE(street.hybrid(k)->forms(), nullptr);
}

TEST(HomesThatForm, RecloseWithoutTheFormer) {
    Site site = forming_street(6);
    site.interconnect.enter_service.observation = 2s;
    Street street = forming_island(site);
    street.former().control().enable = false;
    run(street, 5s);
    street.interconnect().permit_reclose(true);
    (void)street.interconnect().request_sync(true);
    const auto closed = run_until(street, 40s, [&] { return street.events().reclosed > 0; });
    ASSERT_TRUE(closed);
    EXPECT_LE(std::fabs(street.last_closing().dphi.value()), 10.0);
    EXPECT_LE(std::fabs(street.last_closing().df.value()), 0.1);
    run(street, 5s);
    for (std::size_t k = 0; k < 6; ++k) EXPECT_TRUE(street.hybrid(k)->state().connected) << k;
}

TEST(HomesThatForm, OnUnequalPhasesTheyDriftApartWithoutTheFormer) {
    // One frequency per phase: nothing but a three-phase former holds the phases together. Lamps
    // do not mind, but nobody may close or start on that.
    Site site = forming_street(6);
    site.interconnect.enter_service.observation = 2s;
    Street street = forming_island(site);
    street.step_home_load(0, 2, ActivePower{1500.0}, ReactivePower{}, 600s);
    run(street, 2s);
    EXPECT_TRUE(street.island().formed) << "the former holds them together";
    street.former().set_out_of_service(true);
    run(street, 20s);
    for (std::size_t k = 0; k < 6; ++k) {
        EXPECT_NEAR(street.home(k).v.value(), 230.0, 0.1 * 230.0) << k;
    }
    EXPECT_FALSE(street.island().formed);
    street.former().set_out_of_service(false);
    street.restore_grid(Frequency{50.0});
    street.interconnect().permit_reclose(true);
    (void)street.interconnect().request_sync(true);
    for (int ms = 0; ms < 30'000; ++ms) {
        street.step();
        ASSERT_FALSE(street.exchange().closed) << ms;
        ASSERT_FALSE(street.former().running()) << ms;
        // Not even while the phases pass by the right angles.
        ASSERT_FALSE(street.island().formed) << ms;
        ASSERT_TRUE(std::isnan(street.island().f.value())) << ms;
        ASSERT_TRUE(std::isnan(street.sync().dphi.value())) << ms;
        ASSERT_TRUE(std::isnan(street.interconnect().state().dphi.value())) << ms;
    }
    // The operator makes it dark, and it starts from black.
    (void)street.interconnect().request_sync(false);
    street.interconnect().permit_island(false);
    run(street, 2s);
    street.interconnect().permit_island(true);
    run(street, 30s);
    EXPECT_TRUE(street.former().running());
    EXPECT_TRUE(street.island().formed);
    for (std::size_t k = 0; k < 6; ++k) EXPECT_NE(street.hybrid(k)->forms(), nullptr) << k;
}

TEST(HomesThatForm, StopWithoutTheOperatorsConsent) {
    Street street = forming_island(forming_street(6));
    street.interconnect().permit_island(false);
    run(street, 1s);
    for (std::size_t k = 0; k < 6; ++k) {
        EXPECT_EQ(street.hybrid(k)->state().trip, Trip::no_consent) << k;
        EXPECT_LT(street.home(k).v.value(), 1.0) << k;
    }
}

TEST(HomesThatForm, NeverStartOnADeadStreetAndJoinALiveOne) {
    Street street = forming_island(forming_street(6));
    street.interconnect().permit_island(false);
    street.former().control().enable = false;
    run(street, 2s);
    street.interconnect().permit_island(true);
    run(street, 60s);
    EXPECT_FALSE(street.formed()) << "nobody may make a dead street live but the former";
    street.former().control().enable = true;
    run(street, 10s);
    EXPECT_TRUE(street.island().formed);
    EXPECT_EQ(street.hybrid(0)->forms(), nullptr) << "waits its observation time";
    run(street, 20s);
    for (std::size_t k = 0; k < 6; ++k) EXPECT_NE(street.hybrid(k)->forms(), nullptr) << k;
}

TEST(HomesThatForm, TakeNothingFromTheHeap) {
    Street street = forming_island(forming_street(20));
    const std::size_t before = allocations();
    run(street, 2s);
    EXPECT_EQ(allocations(), before);
}

}  // namespace
}  // namespace islandbench::plant
