#include "drivers/sunspec_meter.hpp"

#include "drivers/test/street_driver_test.hpp"
#include "emulators/devices/sunspec_meter.hpp"

/// The driver and an emulated meter of each model, which have never met, over a link.
namespace islandbench::drivers::test {
namespace {

class EveryMeterModel : public StreetDriverTest, public ::testing::WithParamInterface<int> {
  protected:
    EveryMeterModel() {
        profile.sunspec_model = GetParam();
        serve(std::make_unique<devices::SunSpecMeter>(profile, "meter_grid", MeterSide::grid,
                                                      street));
        for (int i = 0; i < 5000; ++i) {
            street.step();
            device->refresh(street.now());
        }
    }
};

INSTANTIATE_TEST_SUITE_P(Drivers, EveryMeterModel,
                         ::testing::Values(201, 202, 203, 204, 211, 212, 213, 214));

TEST_P(EveryMeterModel, TellsWhatIsWired) {
    SunSpecMeter sut(clock, network, nobody, emulated("meter_grid"));
    const auto reading = wait_for(sut.read(in(20s)));
    ASSERT_TRUE(reading.has_value()) << reading.error().what;
    const int kind = GetParam() % 10;
    const plant::ExchangeTruth& flow = street.exchange();
    constexpr double ripple = 1500.0;  // W, the islanding probe's
    double p = 0.0;
    for (std::size_t i = 0; i < phases; ++i) {
        const bool wired = i < static_cast<std::size_t>(kind);
        if (wired) p += flow.p_phase[i].value();
        const bool alone = wired && kind != 4;
        EXPECT_EQ(std::isfinite(reading->v_phase[i].value()), alone) << i;
        EXPECT_EQ(std::isfinite(reading->p_phase[i].value()), alone) << i;
        if (!alone) continue;
        EXPECT_NEAR(reading->v_phase[i].value(), street.grid().v[i].value(), 2.0) << i;
        EXPECT_NEAR(reading->p_phase[i].value(), flow.p_phase[i].value(), ripple) << i;
        EXPECT_NEAR(reading->i_phase[i].value(), flow.i[i].value(), 4.0) << i;
    }
    EXPECT_NEAR(reading->p.value(), p, ripple);
    EXPECT_NEAR(reading->f.value(), 50.0, 0.05);
    EXPECT_TRUE(std::isfinite(reading->q.value()));
}

}  // namespace
}  // namespace islandbench::drivers::test
