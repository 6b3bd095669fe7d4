#include <cmath>

#include <gtest/gtest.h>

#include "emulators/plant/test/miniature.hpp"

/// What a closing out of phase does to the former.
namespace islandbench::plant {
namespace {

/// Off the grid and back, with a synchronism check that is wrong by `error`. Ends in the step in
/// which the contact closes; keeps what was before.
struct Closing {
    explicit Closing(double error, double surge_limit = 2.0, Site site = bare_miniature())
        : street(with(std::move(site), surge_limit), quiet_start()) {
        street.interconnect().set_observation(2s);
        street.interconnect().set_sync_angle_error(Angle{error});
        run(street, 3s);
        street.interconnect().request_island(true);
        run(street, 5s);
        street.interconnect().permit_reclose(true);
        street.interconnect().request_sync(true);
        while (street.events().reclosed == 0 && street.now() < at_seconds(60.0)) {
            former_v = street.former().state().v[0].value();
            grid_v = street.grid().v[0].value();
            street.step();
        }
        EXPECT_EQ(street.events().reclosed, 1);
    }
    static Site with(Site site, double surge_limit) {
        site.former.surge_limit = surge_limit;
        return site;
    }
    [[nodiscard]] double surge() const { return street.former().state().closing_surge.value(); }
    [[nodiscard]] const FormerState& former() const { return street.former().state(); }

    /// 2 E sin(d/2) / Z, of the rated current; Z of the former's coupling, the transformer and the
    /// upstream network.
    [[nodiscard]] double formula() const {
        const Site& site = street.site();
        const double v = site.nominal_v.value();
        const double rated_va = site.former.rating.value();
        const double own_base = 3.0 * v * v / rated_va;
        const double tx_base = 3.0 * v * v / site.grid.transformer_rating.value();
        const Phasor z =
            own_base * Phasor{site.former.rf.value(), site.former.xf.value()} +
            tx_base * Phasor{site.grid.transformer_r.value(), site.grid.transformer_x.value()} +
            polar(3.0 * v * v / site.grid.fault_level.value(), std::atan(site.grid.x_over_r));
        const double half = 0.5 * street.last_closing().dphi.value() / degrees_per_radian;
        const double ampere = (former_v + grid_v) * std::fabs(std::sin(half)) / abs(z);
        return ampere / (rated_va / (3.0 * v));
    }

    double former_v = 0.0, grid_v = 0.0;
    Street street;
};

TEST(OutOfPhase, FiveDegreesDoNothing) {
    for (const double error : {0.0, 5.0, -5.0}) {
        Closing at(error);
        EXPECT_LT(at.surge(), 1.3) << error;
        EXPECT_FALSE(at.former().damaged);
        run(at.street, 5s);
        EXPECT_TRUE(at.former().running);
        EXPECT_TRUE(at.street.exchange().closed);
        EXPECT_EQ(at.street.events().damaged, 0);
    }
}

TEST(OutOfPhase, ThirtyDegreesTripTheFormerAndDamageIt) {
    for (const double error : {30.0, -30.0}) {
        Closing at(error);
        EXPECT_NEAR(std::fabs(at.street.last_closing().dphi.value()), 30.0, 5.0);
        EXPECT_TRUE(at.street.interconnect().state().out_of_phase);
        EXPECT_GT(at.surge(), 2.0);
        EXPECT_TRUE(at.former().damaged);
        EXPECT_TRUE(at.former().tripped());
        EXPECT_EQ(at.former().stop, FormerStop::surge);
        EXPECT_EQ(at.former().i_share.value(), 0.0) << "it is gone within the step";
        EXPECT_EQ(at.street.events().damaged, 1);
        run(at.street, 60s);
        EXPECT_TRUE(at.former().damaged) << "and does not come back";
        EXPECT_FALSE(at.former().running);
        EXPECT_EQ(at.former().stop, FormerStop::surge);
        EXPECT_NEAR(at.street.home(0).v.value(), 240.0, 3.0) << "the grid carries the street";
    }
}

TEST(OutOfPhase, LargestCurrentIsThatOfTheFormula) {
    for (const double error : {20.0, 60.0, 90.0, 120.0, 180.0}) {
        const Closing at(error);
        EXPECT_NEAR(at.surge(), at.formula(), 0.10 * at.formula()) << error;
    }
    EXPECT_GT(Closing(180.0).surge(), 10.0);
}

TEST(OutOfPhase, AFormerThatBearsItIsLimitedAndComesIntoStep) {
    Closing at(30.0, 20.0);
    EXPECT_GT(at.surge(), 2.0);
    EXPECT_TRUE(at.former().limiting);
    EXPECT_FALSE(at.former().damaged);
    run(at.street, 3s);
    EXPECT_TRUE(at.former().running);
    EXPECT_FALSE(at.former().limiting);
    EXPECT_TRUE(at.street.exchange().closed);
}

TEST(OutOfPhase, ADamagedFormerLeavesTheStreetDarkWhenTheGridGoes) {
    Closing at(60.0);
    run(at.street, 5s);
    at.street.lose_grid({});
    run(at.street, 40s);
    EXPECT_LT(at.street.home(0).v.value(), 1.0);
    EXPECT_FALSE(at.former().running);
}

TEST(OutOfPhase, AClosingOnToADeadStreetIsNone) {
    StreetStart start = quiet_start();
    start.permit_island = false;
    Street street(bare_miniature(), start);
    street.interconnect().set_observation(2s);
    run(street, 3s);
    street.lose_grid({});
    run(street, 5s);
    ASSERT_FALSE(street.former().running());
    street.restore_grid(Frequency{50.0});
    street.interconnect().permit_reclose(true);
    street.interconnect().request_sync(true);
    run(street, 20s);
    EXPECT_EQ(street.events().reclosed, 1);
    EXPECT_EQ(street.events().damaged, 0);
    EXPECT_TRUE(street.former().running()) << "beside the grid again";
}

}  // namespace
}  // namespace islandbench::plant
