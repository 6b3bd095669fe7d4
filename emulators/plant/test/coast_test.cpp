#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "emulators/plant/audit.hpp"
#include "emulators/plant/test/allocations.hpp"
#include "emulators/plant/test/miniature.hpp"

/// A street that coasts while nothing moves, beside the same one that is solved in every
/// millisecond.
namespace islandbench::plant {
namespace {

StreetStart evening() {
    StreetStart start;
    start.seed = 3;
    start.sun = Ratio{0.4};
    return start;
}

/// How far two numbers of the same name were apart at most.
struct Apart {
    double volt = 0.0, hertz = 0.0, share = 0.0, soc = 0.0;

    void look(const Street& fine, const Street& coasting, const Site& site) {
        const auto raise = [](double& most, double by) { most = std::fmax(most, std::fabs(by)); };
        const double rating = site.former.rating.value();
        raise(hertz, (fine.island().f - coasting.island().f).value());
        raise(share, (fine.former().state().p - coasting.former().state().p).value() / rating);
        raise(soc, (fine.former().pack().soc - coasting.former().pack().soc).value());
        for (std::size_t k = 0; k < fine.homes(); ++k) {
            raise(volt, (fine.supply(k).v - coasting.supply(k).v).value());
            if (fine.hybrid(k) == nullptr) continue;
            raise(soc, (fine.hybrid(k)->pack().soc - coasting.hybrid(k)->pack().soc).value());
        }
    }
};

class Coasting : public ::testing::Test {
  protected:
    Coasting() : site_(read_test_site(miniature_text())), fine_(site_, evening()) {}

    /// Does it to both.
    void both(const std::function<void(Street&)>& what) {
        what(fine_);
        what(coasting_);
    }
    /// Steps both for so long; `look` after each step.
    void go(
        Duration d, const std::function<void()>& look = [] {}) {
        for (const Instant end = fine_.now() + d; fine_.now() < end;) {
            fine_.step();
            coasting_.step();
            ++steps_;
            solutions_ += coasting_.solved() ? 1 : 0;
            EXPECT_TRUE(fine_.solved());
            apart_.look(fine_, coasting_, site_);
            look();
        }
    }
    /// Share of the steps since the last call that were solved.
    double solved() {
        const double share = double(solutions_) / steps_;
        steps_ = solutions_ = 0;
        return share;
    }
    void into_island() {
        go(5s);
        both([](Street& street) { street.lose_grid({}); });
        go(10s);
        ASSERT_FALSE(fine_.exchange().closed);
        (void)solved();
        apart_ = {};
    }
    /// Both, `ms` from now on, see it in the same millisecond, and not before `at_least`.
    void expect_at_once(const std::function<bool(const Street&)>& so, Duration at_least,
                        Duration limit) {
        const Instant from = fine_.now();
        std::optional<Duration> fine, coasting;
        while (fine_.now() - from < limit) {
            go(1ms);
            if (!fine && so(fine_)) fine = fine_.now() - from;
            if (!coasting && so(coasting_)) coasting = coasting_.now() - from;
        }
        ASSERT_TRUE(fine && coasting);
        EXPECT_EQ(*fine, *coasting);
        EXPECT_GE(*fine, at_least);
    }

    Site site_;
    Street fine_;
    Street coasting_ = [this] {
        Street copy = fine_;
        copy.may_coast(true);
        return copy;
    }();
    Apart apart_;
    int steps_ = 0, solutions_ = 0;
};

TEST_F(Coasting, AQuietIslandIsSolvedInFewMillisecondsAndStaysWhereItIs) {
    into_island();
    go(30s);
    EXPECT_LT(solved(), 0.25);
    EXPECT_LT(apart_.volt, 0.1);
    EXPECT_LT(apart_.hertz, 0.001);
    EXPECT_LT(apart_.share, 0.002);
    EXPECT_LT(apart_.soc, 1e-6);
}

TEST_F(Coasting, BesideTheGridTheProbeIsFollowed) {
    go(5s);
    (void)solved();
    apart_ = {};
    go(30s);
    EXPECT_LT(solved(), 0.6);
    EXPECT_TRUE(coasting_.exchange().closed) << "and not taken for an island";
    EXPECT_LT(apart_.volt, 0.1);
    EXPECT_LT(apart_.hertz, 0.002);
    EXPECT_LT(apart_.share, 0.01);
    EXPECT_LT(apart_.soc, 1e-6);
}

TEST_F(Coasting, IsOffUnlessAllowed) {
    fine_.may_coast(false);
    run(fine_, 1s);
    EXPECT_TRUE(fine_.solved());
}

// Everything below begins 3 ms behind a millisecond in which a solution is due anyway.

TEST_F(Coasting, AContactorActsInItsMillisecond) {
    into_island();
    go(3ms);
    both([](Street& street) { street.set_coil(1, 3, false); });
    expect_at_once([](const Street& street) { return !street.supply(1).contact[3]; }, 20ms, 50ms);
    EXPECT_LT(apart_.volt, 0.1);
    EXPECT_LT(apart_.share, 0.002);
}

TEST_F(Coasting, ALoadStepIsThereInItsMillisecond) {
    into_island();
    go(3ms);
    const double before = fine_.supply(2).load_p.value();
    both([](Street& street) {
        street.step_home_load(2, 2, ActivePower{4e3}, ReactivePower{}, 500ms);
    });
    expect_at_once(
        [&](const Street& street) { return street.supply(2).load_p.value() > before + 3e3; }, 1ms,
        50ms);
    expect_at_once(
        [&](const Street& street) { return street.supply(2).load_p.value() < before + 1e3; }, 400ms,
        1s);
    EXPECT_LT(apart_.volt, 0.1);
    EXPECT_LT(apart_.share, 0.002);
    EXPECT_LT(apart_.hertz, 0.002);
}

TEST_F(Coasting, ASetPointIsFollowedFromItsMillisecondOn) {
    into_island();
    go(3ms);
    both([](Street& street) {
        street.hybrid(0)->control().p_set = ActivePower{2000.0};
        street.hybrid(0)->control().p_ramp = ActivePower{20000.0};
    });
    expect_at_once(
        [](const Street& street) { return street.hybrid(0)->state().p.value() > 1900.0; }, 80ms,
        1s);
    EXPECT_LT(apart_.volt, 0.1);
    EXPECT_LT(apart_.share, 0.002);
}

TEST_F(Coasting, AFollowerThatLeavesIsMissedInItsMillisecond) {
    into_island();
    both([](Street& street) { street.hybrid(0)->control().p_set = ActivePower{3000.0}; });
    go(5003ms);
    const double before = fine_.former().state().p.value();
    both([](Street& street) { street.hybrid(0)->set_out_of_service(true); });
    expect_at_once(
        [&](const Street& street) { return street.former().state().p.value() > before + 2e3; }, 1ms,
        50ms);
    EXPECT_LT(apart_.volt, 0.1);
    EXPECT_LT(apart_.share, 0.002);
}

TEST_F(Coasting, AFaultOfTheGridIsThereInItsMillisecond) {
    both([](Street& street) { street.former().control().enable = false; });  // no probe
    go(5s);
    (void)solved();
    go(103ms);
    ASSERT_LT(solved(), 0.15);
    // Its source stays as it is: only what hangs on the busbar is another.
    both([](Street& street) { street.lose_grid({.kind = OutageKind::bolted_fault}); });
    expect_at_once([](const Street& street) { return street.grid().v[0].value() < 100.0; }, 1ms,
                   50ms);
}

TEST_F(Coasting, AStopOfTheFormerIsThereInItsMillisecond) {
    into_island();
    go(3ms);
    both([](Street& street) { street.former().control().enable = false; });
    expect_at_once([](const Street& street) { return street.supply(0).v.value() < 20.0; }, 1ms,
                   100ms);
    both([](Street& street) { street.former().control().enable = true; });
    expect_at_once([](const Street& street) { return street.supply(0).v.value() > 200.0; }, 1s, 3s);
}

TEST_F(Coasting, AProtectionTripsInItsMillisecond) {
    go(5s);
    (void)solved();
    go(3ms);
    // Quiet, though outside a stage of its protection (80 %, 2.5 s), so that only time decides.
    both([](Street& street) {
        street.interconnect().set_detection_off(true);
        street.former().control().enable = false;
        (void)street.dip_grid(10s, Ratio{0.7});
    });
    const auto tripped = [](const Street& street) { return !street.hybrid(0)->state().connected; };
    expect_at_once(tripped, 2s, 4s);
    EXPECT_LT(solved(), 0.5) << "it was quiet";
}

TEST_F(Coasting, AMiniatureGoesThroughAlmostEverythingAlike) {
    Audit audit(site_, coasting_);
    const auto look = [&] {
        ASSERT_TRUE(audit.check(coasting_)) << *audit.broken() << " at " << to_seconds(fine_.now());
        ASSERT_EQ(fine_.events().island, coasting_.events().island);
        ASSERT_EQ(fine_.exchange().closed, coasting_.exchange().closed);
        ASSERT_EQ(fine_.former().running(), coasting_.former().running());
        ASSERT_EQ(fine_.island().formed, coasting_.island().formed);
    };
    both([](Street& street) { street.interconnect().set_observation(3s); });
    go(4s, look);
    both([](Street& street) {
        street.hybrid(0)->control().p_set = ActivePower{1500.0};
        street.lose_grid({});
    });
    go(4s, look);
    both([](Street& street) {
        street.step_home_load(2, 2, ActivePower{16e3}, ReactivePower{2e3}, 1500ms);
    });
    go(3s, look);
    both([](Street& street) { street.former().control().enable = false; });
    go(2s, look);
    both([](Street& street) { street.former().control().enable = true; });
    go(4s, look);
    EXPECT_LT(apart_.volt, 2.0) << "for a millisecond in the steepest moments";
    EXPECT_LT(apart_.soc, 1e-6);
    both([](Street& street) {
        street.restore_grid(Frequency{50.1});
        street.interconnect().permit_reclose(true);
        (void)street.interconnect().request_sync(true);
    });
    // The moment of reclosing hangs on a thousandth of a degree: not the same millisecond.
    go(20s, [&] { ASSERT_TRUE(audit.check(coasting_)) << *audit.broken(); });
    EXPECT_EQ(fine_.events().reclosed, 1);
    EXPECT_EQ(coasting_.events().reclosed, 1);
}

TEST_F(Coasting, TakesNothingFromTheHeap) {
    run(coasting_, 1s);
    const std::size_t before = allocations();
    run(coasting_, 3s);
    EXPECT_EQ(allocations(), before);
}

}  // namespace
}  // namespace islandbench::plant
