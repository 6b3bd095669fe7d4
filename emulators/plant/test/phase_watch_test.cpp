#include "emulators/plant/phase_watch.hpp"

#include <gtest/gtest.h>

namespace islandbench::plant {
namespace {

constexpr double volt = 230.0;

/// Three phases, each with a frequency and a magnitude of its own, watched for `ms`.
struct Phases {
    std::array<double, 3> hz{}, share{1.0, 1.0, 1.0};  ///< above nominal; of nominal voltage
    std::array<double, 3> angle{0.0, -120.0 / degrees_per_radian, 120.0 / degrees_per_radian};
    PhaseWatch watch{50.0, 23.0};

    /// How many of the steps it said that they are apart.
    int apart_for(int ms) {
        int apart = 0;
        for (int k = 0; k < ms; ++k) {
            Phasor3 v;
            for (std::size_t p = 0; p < 3; ++p) {
                angle[p] += 2.0 * std::numbers::pi * hz[p] * step_s;
                v[p] = polar(share[p] * volt, angle[p]);
            }
            watch.update(v);
            apart += watch.apart() ? 1 : 0;
        }
        return apart;
    }
};

TEST(PhaseWatch, LeavesOneSystemAlone) {
    Phases phases;
    phases.hz = {0.7, 0.7, 0.7};
    EXPECT_EQ(phases.apart_for(3000), 0) << "far from nominal, but together";
    phases.share = {1.0, 0.4, 0.9};
    EXPECT_EQ(phases.apart_for(3000), 0) << "one phase is limited";
    phases.angle[1] += 8.0 / degrees_per_radian;
    EXPECT_EQ(phases.apart_for(3000), 0) << "a load step on one phase";
    phases.share = {0.0, 0.0, 0.0};
    EXPECT_EQ(phases.apart_for(3000), 0) << "dead";
}

TEST(PhaseWatch, SeesASlowDriftAndIsNotFooledByTheRightAngles) {
    Phases phases;
    phases.hz = {0.05, 0.0, 0.0};  // all angles in 20 s
    EXPECT_NEAR(phases.apart_for(1000), 1000 - 526, 40);
    EXPECT_EQ(phases.apart_for(60'000), 60'000);
    phases.hz = {0.0, 0.0, 0.0};
    phases.angle = {0.0, -120.0 / degrees_per_radian, 120.0 / degrees_per_radian};
    EXPECT_NEAR(phases.apart_for(5000), 1200, 250) << "in step for a second, and the meters settle";
}

TEST(PhaseWatch, SeesADriftTooSlowForAMeterByItsAngle) {
    Phases phases;
    phases.hz = {0.0, 0.015, 0.0};
    EXPECT_EQ(phases.apart_for(5500), 0) << "29.7 degrees";
    EXPECT_NEAR(phases.apart_for(200), 100 - 56, 2) << "30 degrees after 5556 ms, for 100 ms";
}

TEST(PhaseWatch, SeesPhasesThatAreSwapped) {
    Phases phases;
    std::swap(phases.angle[1], phases.angle[2]);
    EXPECT_EQ(phases.apart_for(1000), 900);
}

}  // namespace
}  // namespace islandbench::plant
