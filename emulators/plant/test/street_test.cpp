#include "emulators/plant/street.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <iostream>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "emulators/plant/audit.hpp"
#include "emulators/plant/test/allocations.hpp"
#include "emulators/plant/test/miniature.hpp"

namespace islandbench::plant {
namespace {

/// Every number that the tap would read, folded into one.
std::uint64_t fingerprint(const Street& street, std::uint64_t hash) {
    const auto mix = [&](double x) {
        hash = (hash ^ std::bit_cast<std::uint64_t>(x)) * 0x100000001b3ULL;
    };
    for (std::size_t p = 0; p < phases; ++p) {
        mix(street.grid().v[p].value());
        mix(street.island().v[p].value());
        mix(street.former().state().p_phase[p].value());
    }
    mix(street.grid().f.value());
    mix(street.island().f.value());
    mix(street.exchange().p.value());
    mix(street.former().pack().soc.value());
    for (std::size_t k = 0; k < street.homes(); ++k) mix(street.home(k).load_p.value());
    return hash;
}

/// The story of the street in miniature, shortened: loss, load step, shed, return, reclosing.
template <class EachStep>
void tell_story(Street& street, EachStep each_step) {
    const auto go = [&](Duration d) {
        for (Duration t{}; t < d; t += step) {
            street.step();
            each_step();
        }
    };
    street.interconnect().set_observation(5s);
    go(5s);
    street.hybrid(0)->control().p_set = ActivePower{1200.0};
    street.lose_grid({});
    go(5s);
    street.step_home_load(2, 2, ActivePower{5500.0}, ReactivePower{}, 10s);
    go(1s);
    street.set_coil(2, 4, false);
    go(14s);
    street.set_coil(2, 4, true);
    street.restore_grid(Frequency{50.0});
    go(2s);
    street.dip_grid(300ms, Ratio{});
    street.interconnect().permit_reclose(true);
    street.interconnect().request_sync(true);
    go(25s);
}

StreetStart story_start_with(std::uint64_t seed) {
    StreetStart start;
    start.seed = seed;
    start.sun = Ratio{0.4};
    return start;
}

TEST(Street, GoesThroughAnOutageAndBack) {
    Street street(read_test_site(miniature_text()), story_start_with(1));
    double lowest_f = 60.0, highest_share = 0.0;
    int dark_ms = 0;
    tell_story(street, [&] {
        if (street.events().island_formed == 0) return;
        lowest_f = std::fmin(lowest_f, street.island().f.value());
        highest_share = std::fmax(highest_share, street.former().state().i_share.value());
        const double v = street.priority_site(0).v.value();
        dark_ms += v < 0.85 * 230.0 || v > 1.10 * 230.0;
    });

    const StreetEvents& e = street.events();
    EXPECT_EQ(e.outage, 1);
    EXPECT_EQ(e.island, 1);
    EXPECT_EQ(e.island_formed, 1);
    EXPECT_EQ(e.load_step, 1);
    EXPECT_EQ(e.grid_back, 1);
    EXPECT_EQ(e.flicker, 1);
    EXPECT_EQ(e.reclosed, 1);
    EXPECT_EQ(dark_ms, 0);
    EXPECT_GT(lowest_f, 49.0);
    EXPECT_NEAR(highest_share, 1.16, 0.06);
    EXPECT_LE(std::fabs(street.sync().dphi.value()), 10.0);
    EXPECT_NEAR(street.former().state().f.value(), 50.0, 0.05);
}

TEST(Street, RepeatsBitForBit) {
    const Site site = read_test_site(miniature_text());
    const auto hash_of = [&](std::uint64_t seed) {
        Street street(site, story_start_with(seed));
        std::uint64_t hash = 0xcbf29ce484222325ULL;
        tell_story(street, [&] { hash = fingerprint(street, hash); });
        return hash;
    };
    EXPECT_EQ(hash_of(1), hash_of(1));
    EXPECT_NE(hash_of(1), hash_of(2));
}

TEST(Street, CopyGoesItsOwnWay) {
    Street street(quiet_miniature(), quiet_start());
    run(street, 2s);
    Street copy = street;
    copy.lose_grid({});
    run(copy, 2s);
    run(street, 2s);
    EXPECT_FALSE(copy.exchange().closed);
    EXPECT_TRUE(street.exchange().closed);
}

TEST(Street, StepsWithoutAllocating) {
    Street street(read_test_site(miniature_text()), story_start_with(1));
    std::size_t before = allocations();
    std::size_t inside = 0;
    tell_story(street, [&] {
        // Only what the story itself does between two steps may allocate.
        inside += allocations() - before;
        before = allocations();
    });
    EXPECT_LE(inside, 1U) << "the load step makes room for itself, once";
    const std::size_t quiet = allocations();
    run(street, 5s);
    EXPECT_EQ(allocations(), quiet);
}

TEST(Street, ObeysKirchhoffInEveryStep) {
    Street street(read_test_site(miniature_text()), story_start_with(1));
    double volt = 0.0, ampere = 0.0;
    int passes = 0;
    tell_story(street, [&] {
        const Feeder::Residual residual = street.residual();
        volt = std::fmax(volt, residual.volt);
        ampere = std::fmax(ampere, residual.ampere);
        passes = std::max(passes, street.feeder().passes());
    });
    EXPECT_LT(volt, 1e-6);
    EXPECT_LT(ampere, Feeder::solved_ampere);
    EXPECT_LT(passes, Feeder::most_passes);
}

/// Power that the cables turn into heat, from their ends.
double line_loss(const Street& street) {
    double drawn = 0.0;
    for (std::size_t k = 0; k < street.homes(); ++k) drawn += street.home(k).load_p.value();
    for (std::size_t k = 0; k < street.priority_sites(); ++k) {
        drawn += street.priority_site(k).p.value();
    }
    double fed = street.exchange().p.value() + street.former().state().p.value();
    for (std::size_t k = 0; k < street.homes(); ++k) {
        if (const Hybrid* f = street.hybrid(k)) fed += f->state().p.value();
    }
    return fed - drawn;
}

TEST(Street, PowerBalancesInEveryStep) {
    Street street(read_test_site(miniature_text()), story_start_with(1));
    double lowest = 1e9, highest = 0.0;
    tell_story(street, [&] {
        lowest = std::fmin(lowest, line_loss(street));
        highest = std::fmax(highest, line_loss(street));
    });
    EXPECT_GE(lowest, -1e-3);
    EXPECT_LT(highest, 400.0);  // 48 A through 80 m and a service cable: 0.09 ohm
}

/// The miniature with every option of its converters: a virtual synchronous machine, hybrids that
/// stand in the network with their filters and answer frequency and voltage.
Site other_converters() {
    return read_test_site(replaced(
        replaced(miniature_text(), R"("grid_setpoint": "0 W",)",
                 R"("grid_setpoint": "0 W", "control": {"law": "vsm", "vsm": {"lv": "5 %"}},)"),
        R"("rating": "5 kVA", "pv_peak": "3.5 kW",)",
        R"("rating": "5 kVA", "pv_peak": "3.5 kW", "current_loop": {}, "frequency_droop": {},
           "volt_var": {}, "protection": {"uv2": {"limit": "50 %", "delay": "500 ms"}},)"));
}

TEST(Street, ObeysKirchhoffAndBalancesWithOtherConverters) {
    Street street(other_converters(), story_start_with(1));
    Feeder::Residual worst;
    double lowest = 1e9, highest = 0.0;
    bool filter_stood = false;
    tell_story(street, [&] {
        const Feeder::Residual residual = street.residual();
        worst.volt = std::fmax(worst.volt, residual.volt);
        worst.ampere = std::fmax(worst.ampere, residual.ampere);
        lowest = std::fmin(lowest, line_loss(street));
        highest = std::fmax(highest, line_loss(street));
        filter_stood = filter_stood || !(street.hybrid(0)->admittance() == Phasor{});
    });
    EXPECT_LT(worst.volt, 1e-6);
    EXPECT_LT(worst.ampere, Feeder::solved_ampere);
    EXPECT_GE(lowest, -1e-3);
    EXPECT_LT(highest, 400.0);
    EXPECT_TRUE(filter_stood);
    EXPECT_EQ(street.events().reclosed, 1);
}

TEST(Street, EnergyOfTheIslandComesFromItsBatteriesAndSun) {
    // Over 20 s of island: what the packs gave and the sun, is what loads, cables and inverters
    // took.
    Street street = islanded(read_test_site(miniature_text()), story_start_with(3));
    double used = 0.0, sun = 0.0;
    const auto delivered = [&] {
        double wh = 0.0;
        const auto add = [&](const PackState& p) {
            wh += p.discharged.value() - p.charged.value();
        };
        add(street.former().pack());
        for (std::size_t k = 0; k < 2; ++k) add(street.hybrid(k)->pack());
        return wh;
    };
    const double before = delivered();
    for (int ms = 0; ms < 20'000; ++ms) {
        // The DC side of a step is made from the AC solution before it.
        used += line_loss(street);
        for (std::size_t k = 0; k < 3; ++k) used += street.home(k).load_p.value();
        used += street.priority_site(0).p.value();
        street.step();
        used += street.former().state().loss.value();
        for (std::size_t k = 0; k < 2; ++k) {
            used += street.hybrid(k)->state().loss.value();
            sun += street.hybrid(k)->state().pv.value();
        }
    }
    const double wh = step_s / 3600.0;
    EXPECT_NEAR((delivered() - before + sun * wh) / (used * wh), 1.0, 1e-6);
}

TEST(Street, StaysBesideAHealthyGridForAnHour) {
    // Wander of the frequency, appliances, a ramp of 0.15 Hz/s down and up, a jump of phase.
#if defined(__SANITIZE_ADDRESS__)
    const int seconds = 300;
#else
    const int seconds = 3600;
#endif
    Street street(read_test_site(miniature_text()), story_start_with(5));
    double follows = 0.0;
    for (int s = 0; s < seconds; ++s) {
        if (s == 60) street.move_grid_frequency(Frequency{49.22}, Rocof{0.15});
        if (s == 70) street.move_grid_frequency(Frequency{49.97}, Rocof{0.15});
        if (s == 120) street.jump_grid_phase(Angle{10.0});
        for (int ms = 0; ms < 1000; ++ms) {
            street.step();
            follows = std::fmax(follows, street.interconnect().state().following);
        }
        ASSERT_TRUE(street.exchange().closed) << s << " s";
        ASSERT_TRUE(street.former().running()) << s << " s";
    }
    std::cout << "most that a healthy grid followed: " << follows << " of the probe\n";
}

TEST(Street, TruthOfADeadStreetIsNotANumber) {
    Street street = islanded(quiet_miniature());
    street.former().control().enable = false;
    run(street, 1100ms);
    EXPECT_TRUE(std::isnan(street.island().f.value()));
    EXPECT_TRUE(std::isnan(street.home(0).f.value()));
    EXPECT_TRUE(std::isnan(street.sync().dphi.value()));
    EXPECT_FALSE(street.island().formed);
    EXPECT_LT(street.home(0).v.value(), 1.0);
    EXPECT_FALSE(street.hybrid(0)->state().connected) << "it never forms";
    EXPECT_FALSE(std::isnan(street.grid().f.value())) << "the grid is alive, on its side";
}

TEST(Street, FloorDependsOnTheSwitch) {
    Site site = quiet_miniature();
    BatterySpec battery = site.former.battery;
    battery.normal_floor = Ratio{0.25};
    battery.island_floor = Ratio{0.20};
    Street street(site, quiet_start());
    EXPECT_EQ(street.soc_floor(battery), Ratio{0.25});
    street.interconnect().request_island(true);
    run(street, 1s);
    EXPECT_EQ(street.soc_floor(battery), Ratio{0.20});
}

TEST(Street, FindsItsSitesByName) {
    const Street street(quiet_miniature(), quiet_start());
    EXPECT_EQ(street.find_home("home2"), 1U);
    EXPECT_EQ(street.find_home("home9"), std::nullopt);
    EXPECT_EQ(street.find_priority_site("clinic"), 0U);
    EXPECT_NE(street.hybrid(0), nullptr);
    EXPECT_EQ(street.hybrid(2), nullptr);
}

TEST(Street, StartsWithTheChargeItIsGiven) {
    StreetStart start = quiet_start();
    start.soc["home1"] = Ratio{0.21};
    const Street street(quiet_miniature(), start);
    EXPECT_EQ(street.hybrid(0)->pack().soc, Ratio{0.21});
    EXPECT_EQ(street.hybrid(1)->pack().soc, Ratio{0.60});
}

TEST(Street, TierPowersAddUpToTheLoad) {
    Street street = islanded(read_test_site(miniature_text()));
    for (std::size_t k = 0; k < street.homes(); ++k) {
        const HomeTruth home = street.home(k);
        double sum = 0.0;
        for (const ActivePower p : home.tier_p) sum += p.value();
        EXPECT_NEAR(sum, home.load_p.value(), 1e-6);
        EXPECT_GT(home.load_q.value(), 0.0);
    }
    street.set_coil(2, 4, false);
    run(street, 100ms);
    EXPECT_EQ(street.home(2).tier_p[4], ActivePower{0.0});
    EXPECT_FALSE(street.home(2).contact[4]);
}

TEST(Street, WrongSynchronismCostsTheFormerAndNothingElse) {
    Street street(quiet_miniature(), quiet_start());
    street.interconnect().set_observation(2s);
    street.interconnect().set_sync_angle_error(Angle{30.0});
    run(street, 5s);
    street.lose_grid({});
    run(street, 3s);
    street.restore_grid(Frequency{50.0});
    street.interconnect().permit_reclose(true);
    street.interconnect().request_sync(true);
    double lowest_v = 500.0;
    for (int ms = 0; ms < 20'000; ++ms) {
        street.step();
        if (street.events().reclosed == 0) continue;
        for (std::size_t k = 0; k < 3; ++k)
            lowest_v = std::fmin(lowest_v, street.home(k).v.value());
    }
    EXPECT_TRUE(street.former().state().damaged);
    EXPECT_GT(lowest_v, 0.85 * 230.0);
    EXPECT_TRUE(street.exchange().closed);
    for (std::size_t k = 0; k < 2; ++k) EXPECT_TRUE(street.hybrid(k)->state().connected);
}

/// Things that happen to a street, at random, one after the other.
class Mischief {
  public:
    Mischief(Street& street, std::uint64_t seed) : street_(street), random_(seed, "mischief") {}

    void happen() {
        switch (static_cast<int>(random_.uniform(0.0, 16.0))) {
            case 0: return street_.lose_grid({});
            case 1: return street_.lose_grid({.kind = OutageKind::exact_balance});
            case 2: return street_.lose_grid({.kind = OutageKind::bolted_fault});
            case 3: return street_.restore_grid(Frequency{random_.uniform(47.0, 52.5)});
            case 4: street_.dip_grid(200ms, Ratio{random_.uniform()}); return;
            case 5: return street_.jump_grid_phase(Angle{random_.uniform(-180.0, 180.0)});
            case 6:
                return street_.move_grid_frequency(Frequency{random_.uniform(48.0, 52.0)},
                                                   Rocof{1.0});
            case 7: return street_.set_coil(2, 4, random_.chance(0.5));
            case 8: return load(random_.uniform(0.0, 60e3));
            case 9: return load(random_.uniform(-15e3, 0.0));
            case 10: return street_.interconnect().permit_island(random_.chance(0.7));
            case 11: return street_.interconnect().request_island(random_.chance(0.5));
            case 12: return reclose();
            case 13: return drive(0);
            case 14: return drive(1);
            default: street_.former().control().enable = random_.chance(0.7);
        }
    }

  private:
    void load(double watt) {
        const auto home = static_cast<std::size_t>(random_.uniform(0.0, 3.0));
        street_.step_home_load(home, 2, ActivePower{watt}, ReactivePower{0.3 * watt}, 3s);
    }
    void reclose() {
        street_.interconnect().set_sync_angle_error(Angle{random_.uniform(-180.0, 180.0)});
        street_.interconnect().permit_reclose(true);
        (void)street_.interconnect().request_sync(true);
    }
    void drive(std::size_t home) {
        HybridControl& control = street_.hybrid(home)->control();
        control.p_set = ActivePower{random_.uniform(-6000.0, 6000.0)};
        control.p_ramp = ActivePower{20e3};
        control.q_set = ReactivePower{random_.uniform(-4000.0, 4000.0)};
    }

    Street& street_;
    Random random_;
};

TEST(Street, SurvivesWhateverHappens) {
    const Site site = read_test_site(miniature_text());
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        StreetStart start = story_start_with(seed);
        start.observation = 300ms;
        Street street(site, start);
        Audit audit(site, street);
        Mischief mischief(street, seed);
        for (int k = 0; k < 120; ++k) {
            mischief.happen();
            for (int ms = 0; ms < 150; ++ms) {
                street.step();
                ASSERT_LT(street.feeder().passes(), Feeder::most_passes) << seed << ", " << k;
                ASSERT_TRUE(audit.check(street)) << *audit.broken() << ": " << seed << ", " << k;
                ASSERT_LT(street.residual().volt, 1e-5) << seed << ", " << k;
                ASSERT_LE(street.former().state().i_share.value(), 1.5 + 1e-6) << seed << ", " << k;
                const double v =
                    street.home(0).v.value() + street.home(1).v.value() + street.home(2).v.value();
                ASSERT_TRUE(v >= 0.0 && v < 3.0 * 600.0) << v << ": " << seed << ", " << k;
                ASSERT_TRUE(std::isfinite(street.former().pack().soc.value()));
            }
        }
    }
}

/// Not a test of speed: prints it.
TEST(Street, SaysHowLongAStepTakes) {
    Street street(read_test_site(miniature_text()), story_start_with(1));
    run(street, 1s);
    const auto time = [&](const char* what, int steps) {
        const auto from = std::chrono::steady_clock::now();
        for (int k = 0; k < steps; ++k) street.step();
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - from;
        std::cout << what << ": " << took.count() / steps << " us per step\n";
    };
    time("beside the grid", 20'000);
    street.lose_grid({});
    run(street, 2s);
    time("island", 20'000);
    street.step_home_load(2, 2, ActivePower{14e3}, ReactivePower{}, 60s);
    time("one phase limited", 900);
    EXPECT_EQ(street.events().island, 1);
}

}  // namespace
}  // namespace islandbench::plant
