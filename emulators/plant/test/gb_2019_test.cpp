#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "base/test/published.hpp"
#include "base/test/reference_data.hpp"
#include "emulators/plant/street.hpp"
#include "emulators/plant/test/miniature.hpp"

/// The GB frequency event of 9 August 2019 as the system operator recorded it (one sample a second,
/// NESO), through the utility source of a street: what relays and the former made of it.
namespace islandbench::plant {
namespace {

const std::string record_file = "frequency/neso-frequency-2019-08-09-event-window.csv";
const std::string record_name = "GB frequency, 9 August 2019, NESO 1 s record";
/// The record begins at 15:51:00 UTC; the operator says that the frequency passed 48.8 Hz, the
/// first stage of demand disconnection, at 15:53:49.398 (technical report, time line).
constexpr double published_lfdd_s = 169.398;
/// Largest difference of consecutive samples (Hz/s), on which the loss-of-mains relays set to 0.125
/// Hz/s tripped that day; those set to 1 Hz/s for 500 ms must not.
constexpr double published_rocof = 0.151;

std::shared_ptr<const FrequencyRecord> the_record() {
    Diagnostics found;
    const std::string text = reference::text(record_file).value_or("");
    auto record = std::make_shared<FrequencyRecord>(read_frequency_record(text, "record", found));
    EXPECT_TRUE(found.empty()) << found;
    return record;
}

/// The interconnect device of a street that must stay connected: at its usual 49 Hz it would leave.
Site wide_site() {
    Site site = quiet_miniature();
    site.interconnect.f_min = Frequency{47.5};
    site.interconnect.f_max = Frequency{52.0};
    return site;
}

/// Beside the grid and settled; the next step is the record's first.
Street on_the_record(const Site& site) {
    Street street(site, quiet_start(the_record()->samples.front().f.value()));
    run(street, 10s);
    street.follow_grid_frequency(the_record());
    return street;
}

TEST(PublishedGb2019, UtilityReplaysTheRecord) {
    const published::Row claim{"grid.gb_2019.replay", record_name,
                               "largest difference at its 540 samples", 1e-6, "Hz"};
    published::expect(claim);
    IB_NEEDS_REFERENCE(record_file);
    const auto record = the_record();
    GridSpec grid;
    grid.transformer_rating = ApparentPower{100e3};
    Utility utility(grid, Voltage{230.0}, Frequency{50.0}, Frequency{49.5}, Frequency{0.02}, 1);
    utility.follow(record);
    ASSERT_EQ(record->samples.size(), 540U);
    double worst = 0.0;
    std::size_t compared = 0;
    for (Duration at{}; at <= record->length(); at += step) {
        (void)utility.advance();
        if (at != record->samples[compared].at) continue;
        const double f = record->samples[compared].f.value();
        worst = published::worse(worst, std::fabs(utility.frequency() - f));
        ++compared;
    }
    EXPECT_EQ(compared, record->samples.size());
    IB_EXPECT_PUBLISHED(claim, worst);
}

/// When a home's inverter leaves the grid on the record, with only this protection; NaN = it stays.
double trips_at(const ProtectionSpec& protection, Trip reason) {
    Site site = wide_site();
    site.homes[0].hybrid->protection = protection;
    Street street = on_the_record(site);
    const Instant begin = street.now();
    while (street.now() < begin + 240s) {
        street.step();
        const HybridState& state = street.hybrid(0)->state();
        if (state.connected) continue;
        EXPECT_EQ(state.trip, reason);
        return to_seconds(street.now() - begin);
    }
    return std::nan("");
}

double rocof_relay(double hz_per_s, Duration delay) {
    return trips_at({.rocof = {Rocof{hz_per_s}, delay}}, Trip::rocof);
}

double under_frequency_relay(double hz, Duration delay) {
    ProtectionSpec protection;
    protection.uf1 = {Frequency{hz}, delay};
    return trips_at(protection, Trip::uf1);
}

TEST(PublishedGb2019, RelaysDoWhatTheyDidThatDay) {
    const published::Row relays{"grid.gb_2019.relays", record_name,
                                "of 6 relay settings, those that did otherwise than "
                                "reported, or than follows from the record",
                                0, ""};
    const published::Row lfdd{"grid.gb_2019.lfdd", record_name,
                              "passes 48.8 Hz: difference to the reported moment", 1.0, "s"};
    published::expect(relays);
    published::expect(lfdd);
    IB_NEEDS_REFERENCE(record_file);
    int otherwise = 0;
    const auto stays = [&](const char* what, double at) {
        EXPECT_TRUE(std::isnan(at)) << what << " trips at " << at << " s";
        otherwise += std::isnan(at) ? 0 : 1;
    };
    const auto trips = [&](const char* what, double at, double earliest, double latest) {
        EXPECT_GE(at, earliest) << what;
        EXPECT_LE(at, latest) << what;
        otherwise += at >= earliest && at <= latest ? 0 : 1;
    };
    // The fault was at 15:52:33.5; the steep part of the record ends 4 s later.
    trips("0.125 Hz/s", rocof_relay(0.125, 500ms), 93.5, 97.5);
    stays("1 Hz/s for 500 ms", rocof_relay(1.0, 500ms));
    stays("0.2 Hz/s", rocof_relay(0.2, 0ms));
    const double stage_1 = under_frequency_relay(48.8, 0ms);
    trips("48.8 Hz", stage_1, 168.0, 171.0);
    stays("48.75 Hz", under_frequency_relay(48.75, 0ms));
    stays("47.5 Hz", under_frequency_relay(47.5, 0ms));
    IB_EXPECT_PUBLISHED(relays, otherwise);
    IB_EXPECT_PUBLISHED(lfdd, std::fabs(stage_1 - published_lfdd_s));
}

TEST(PublishedGb2019, RelayMeasuresThePublishedRate) {
    const published::Row claim{"grid.gb_2019.rocof", record_name,
                               "largest rate of change over 500 ms: difference to 0.151 Hz/s", 0.01,
                               "Hz/s"};
    published::expect(claim);
    IB_NEEDS_REFERENCE(record_file);
    Street street = on_the_record(wide_site());
    Protection relay({}, 230.0);
    double steepest = 0.0;
    for (int ms = 0; ms < 240'000; ++ms) {
        street.step();
        (void)relay.update(230.0, street.hybrid(0)->state().f.value());
        steepest = published::worse(steepest, std::fabs(relay.rocof()));
    }
    IB_EXPECT_PUBLISHED(claim, std::fabs(steepest - published_rocof));
}

/// Of the former's inner voltage before that of its bus. Beyond 90 degrees it slips.
double power_angle(const Street& street) {
    const Phasor emf = street.former().emf()[0];
    return std::fabs(arg(emf * conj(positive_sequence(street.feeder().former_bus())))) *
           degrees_per_radian;
}

class PublishedGb2019Former : public testing::TestWithParam<double> {};

TEST_P(PublishedGb2019Former, LimitsItsPowerAndStays) {
    // At 1 % droop the nadir alone asks for 2.4 times the rating. A grid at the lower end of its
    // range takes less power at the rated current.
    const double no_load_pu = GetParam();
    const std::string percent = std::to_string(std::lround(100.0 * no_load_pu));
    const published::Row claim{"grid.gb_2019.former_" + percent, record_name,
                               "connected former, grid at " + percent +
                                   " % without load: largest current, of the rated one",
                               1.25, ""};
    published::expect(claim);
    IB_NEEDS_REFERENCE(record_file);
    Site site = wide_site();
    site.grid.no_load_v = Voltage{230.0 * no_load_pu};
    Street street = on_the_record(site);
    double most = 0.0;
    bool mitigates = false;
    for (int ms = 0; ms < 539'000; ++ms) {
        street.step();
        const FormerState& former = street.former().state();
        ASSERT_TRUE(former.running) << ms << " ms";
        ASSERT_TRUE(street.exchange().closed) << ms << " ms: the record is no loss of mains";
        ASSERT_LT(power_angle(street), 30.0) << ms << " ms: in step";
        most = published::worse(most, former.i_share.value());
        mitigates = mitigates || former.mitigating;
    }
    EXPECT_TRUE(mitigates);
    EXPECT_GT(most, 0.9) << "it helps as far as it can";
    IB_EXPECT_PUBLISHED(claim, most);
}
INSTANTIATE_TEST_SUITE_P(Grids, PublishedGb2019Former, testing::Values(0.94, 1.04, 1.08));

TEST(PublishedGb2019, StreetOfTheSiteFileLeavesAt49Hz) {
    // Its interconnect device opens below 49 Hz for 100 ms: that day in the second 15:53:40.
    const published::Row claim{"grid.gb_2019.leaves", record_name,
                               "interconnect device set to 49 Hz opens: difference to the record",
                               0.3, "s"};
    published::expect(claim);
    IB_NEEDS_REFERENCE(record_file);
    Street street = on_the_record(quiet_miniature());
    const Instant begin = street.now();
    while (street.exchange().closed && street.now() < begin + 200s) street.step();
    const double opens = to_seconds(street.now() - begin);
    run(street, 30s);
    EXPECT_FALSE(street.exchange().closed);
    EXPECT_TRUE(street.island().formed);
    EXPECT_GT(street.island().f.value(), 49.4);
    for (std::size_t k = 0; k < 2; ++k) EXPECT_TRUE(street.hybrid(k)->state().connected) << k;
    EXPECT_EQ(street.interconnect().state().opened_by, OpenReason::frequency);
    // The record passes 49 Hz at 160.0 s; then 100 ms of delay and 50 ms of opening.
    IB_EXPECT_PUBLISHED(claim, std::fabs(opens - 160.15));
}

}  // namespace
}  // namespace islandbench::plant
