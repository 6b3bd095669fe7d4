#include "bench/energy_meter.hpp"

#include <gtest/gtest.h>

#include "dispatch/core/states.hpp"
#include "links/memory_network.hpp"
#include "reports/cuts.hpp"
#include "reports/store/test/allocation_count.hpp"

namespace islandbench::bench {
namespace {

// What the reports read the core's word by.
static_assert(static_cast<int>(dispatch::core::IslandMode::saving) ==
              reports::dispatch_mode_saving);
static_assert(static_cast<int>(dispatch::core::IslandMode::critical) ==
              reports::dispatch_mode_critical);
static_assert(static_cast<int>(dispatch::core::FsmState::black) == reports::dispatch_state_black);

class EnergyMeterTest : public ::testing::Test {
  protected:
    EnergyMeterTest() : network_(clock_) {
        const Fixtures fixtures(std::filesystem::path(IB_SOURCE_DIR) / "fixtures");
        Diagnostics problems;
        auto files = load_run_files(fixtures, "miniature_outage", std::nullopt, problems);
        EXPECT_TRUE(files) << to_text(problems);
        files_ = std::move(*files);
        world_ = std::make_unique<World>(clock_, network_, files_, 7);
        meter_ = std::make_unique<EnergyMeter>(*world_, files_);
    }

    static std::string to_text(const Diagnostics& problems) {
        std::ostringstream text;
        text << problems;
        return text.str();
    }

    void advance(int ms, bool metered = true) {
        for (int i = 0; i < ms; ++i) {
            clock_.advance_to(clock_.now() + 1ms);
            world_->step();
            if (metered) meter_->step();
        }
    }
    /// Without firmware, which would drive the coils itself.
    void advance_physics(int ms) {
        for (int i = 0; i < ms; ++i) {
            street().step();
            meter_->step();
        }
    }
    plant::Street& street() { return world_->street(); }

    Scheduler clock_{story_start - 10s};
    links::MemoryNetwork network_;
    RunFiles files_;
    std::unique_ptr<World> world_;
    std::unique_ptr<EnergyMeter> meter_;
};

/// Kirchhoff for a whole story: what went into the cables came out of them, or warmed them.
void expect_balanced(const reports::PartEnergy& part) {
    double in = (part.grid_in + part.former_out).value();
    double out = (part.grid_out + part.former_in).value();
    for (const reports::HomeEnergy& home : part.homes) {
        in += home.given.value();
        out += home.taken.value();
    }
    for (const reports::PriorityEnergy& site : part.priority) out += site.taken.value();
    EXPECT_GT(in, 1.0);
    EXPECT_GT(in - out, 0.0) << "cables give nothing";
    EXPECT_LT(in - out, 0.02 * in);
}

TEST_F(EnergyMeterTest, ClosesItsBalanceInEveryPart) {
    advance(20000);
    street().lose_grid({.kind = plant::OutageKind::upstream_break});
    advance(30000);
    street().restore_grid(Frequency{50.0});
    street().interconnect().permit_reclose(true);
    street().interconnect().request_sync(true);
    while (street().exchange().closed == false) advance(10);
    advance(20000);

    const reports::StreetEnergy energy = meter_->result(true);

    EXPECT_TRUE(energy.known);
    EXPECT_GT(energy.before.lasted, 20s);
    EXPECT_GT(energy.island.lasted, 29s);
    EXPECT_GE(energy.after.lasted, 20s);
    EXPECT_EQ(energy.before.lasted + energy.island.lasted + energy.after.lasted,
              clock_.now() - (story_start - 10s));
    for (const auto* part : {&energy.before, &energy.island, &energy.after}) expect_balanced(*part);
    EXPECT_EQ(energy.island.grid_in.value(), 0.0);
    EXPECT_EQ(energy.island.grid_out.value(), 0.0);
    EXPECT_FALSE(energy.island.homes[2].battery);
    EXPECT_EQ(energy.island.homes[2].given.value(), 0.0);
    ASSERT_EQ(energy.units.size(), 3u);
    EXPECT_NEAR(energy.units[0].capacity.value(), 0.95 * 60e3, 1.0) << "as it has aged";
    EXPECT_GT(meter_->delivered_in_island().value(), 1.0);
}

TEST_F(EnergyMeterTest, IsTheSumOfThePowerOfEveryMillisecond) {
    long double load = 0.0L, clinic = 0.0L, grid = 0.0L;
    for (int i = 0; i < 5000; ++i) {
        advance(1);
        load += static_cast<long double>(street().home(0).load_p.value());
        clinic += static_cast<long double>(street().priority_site(0).p.value());
        grid += static_cast<long double>(street().exchange().p.value());
    }
    const reports::PartEnergy part = meter_->result(true).before;
    const auto wh = [](long double watt_ms) { return static_cast<double>(watt_ms / 3.6e6L); };
    EXPECT_NEAR(part.homes[0].load.value(), wh(load), 1e-6);
    EXPECT_NEAR(part.priority[0].taken.value(), wh(clinic), 1e-6);
    EXPECT_NEAR((part.grid_in - part.grid_out).value(), wh(grid), 1e-6);
}

TEST_F(EnergyMeterTest, CountsTimeInTheDarkAndWithATierOff) {
    advance_physics(1000);
    street().set_coil(1, 4, false);
    advance_physics(2000);
    street().set_coil(1, 4, true);
    advance_physics(1000);
    street().dip_grid(500ms, Ratio{0.3});
    advance_physics(1000);
    const reports::StreetEnergy energy = meter_->result(true);
    Duration shed{}, dark{};
    for (const auto* part : {&energy.before, &energy.island, &energy.after}) {
        shed += part->homes[1].shed;
        dark += part->homes[1].dark;
    }
    EXPECT_EQ(shed, 2s);
    EXPECT_GT(dark, 50ms);
    EXPECT_LE(dark, 550ms);
    EXPECT_EQ(energy.before.homes[0].shed, 0s);
}

TEST_F(EnergyMeterTest, ClaimsNothingOfAStreetThatIsElsewhere) {
    advance(1000);
    const reports::StreetEnergy energy = meter_->result(false);
    EXPECT_FALSE(energy.known);
    EXPECT_TRUE(energy.before.homes.empty());
    EXPECT_TRUE(energy.units.empty());
}

TEST_F(EnergyMeterTest, OfAStreetThatCoastsTheSumsStayTheSame) {
    advance(100);
    EnergyMeter coasting(*world_, files_);
    EnergyMeter stepping(*world_, files_);
    coasting.step();
    for (int ms = 1; ms < 10; ++ms) coasting.coast();
    for (int ms = 0; ms < 10; ++ms) stepping.step();
    const reports::StreetEnergy a = coasting.result(true), b = stepping.result(true);
    EXPECT_EQ(a.before.lasted, 10ms);
    EXPECT_EQ(a.before.grid_in.value(), b.before.grid_in.value());
    EXPECT_EQ(a.before.former_out.value(), b.before.former_out.value());
    EXPECT_EQ(a.before.homes[2].load.value(), b.before.homes[2].load.value());
    EXPECT_GT(a.before.homes[2].load.value(), 0.0);
    EXPECT_EQ(a.before.priority[0].taken.value(), b.before.priority[0].taken.value());
}

TEST_F(EnergyMeterTest, TakesNothingFromTheHeap) {
    advance(100);
    street().lose_grid({.kind = plant::OutageKind::upstream_break});
    for (int i = 0; i < 2000; ++i) {
        advance(1, false);
        const std::size_t before = reports::allocation_count();
        meter_->step();
        ASSERT_EQ(reports::allocation_count(), before);
    }
}

}  // namespace
}  // namespace islandbench::bench
