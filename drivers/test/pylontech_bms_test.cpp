#include "drivers/pylontech_bms.hpp"

#include "drivers/test/driver_test.hpp"

/// The battery's frames, byte by byte as the maker's document has them.
namespace islandbench::drivers::test {
namespace {

using can::standard_frame;
using ::testing::HasSubstr;

// 53.2 V, 370.0 A charge, 25.0 A discharge.
const can::CanFrame limits = standard_frame(0x351, {0x14, 0x02, 0x74, 0x0E, 0xFA, 0x00});
// 26 %, 99 %.
const can::CanFrame charge_state = standard_frame(0x355, {0x1A, 0x00, 0x63, 0x00});
// 53.10 V, -0.7 A on the wire (positive charges there), 14.0 degC.
const can::CanFrame measurements =
    standard_frame(0x356, {0xBE, 0x14, 0xF9, 0xFF, 0x8C, 0x00, 0x00, 0x00});
const can::CanFrame no_alarm = standard_frame(0x359, {0, 0, 0, 0, 1, 0x50, 0x4E});
// Charge enable, discharge enable.
const can::CanFrame requests = standard_frame(0x35C, {0xC0, 0x00});
const can::CanFrame keep_alive = standard_frame(0x305, {0, 0, 0, 0, 0, 0, 0, 0});

class PylontechBmsTest : public DriverTest {
  protected:
    void send(std::initializer_list<can::CanFrame> frames) {
        for (const can::CanFrame& frame : frames) {
            battery->send(frame);
            run_for(1ms);
        }
    }
    Result<BmsReading> read(Duration within = 5s) { return wait_for(sut.read(in(within))); }

    links::CanBus bus{clock};
    std::unique_ptr<links::CanPort> battery = bus.attach();
    PylontechBms sut{clock, bus.attach(), "home1.bms"};
};

TEST_F(PylontechBmsTest, ReadsGoldenFrames) {
    send({limits, charge_state, measurements, no_alarm, requests});
    const auto reading = read();

    ASSERT_TRUE(reading) << reading.error().what;
    EXPECT_DOUBLE_EQ(reading->charge_limit.value(), 370.0);
    EXPECT_DOUBLE_EQ(reading->discharge_limit.value(), 25.0);
    EXPECT_DOUBLE_EQ(reading->soc.value(), 0.26);
    EXPECT_DOUBLE_EQ(reading->soh.value(), 0.99);
    EXPECT_DOUBLE_EQ(reading->v.value(), 53.10);
    EXPECT_DOUBLE_EQ(reading->i.value(), 0.7) << "our sign: positive discharges";
    EXPECT_DOUBLE_EQ(reading->temperature.value(), 14.0);
    EXPECT_TRUE(reading->charge_enabled);
    EXPECT_TRUE(reading->discharge_enabled);
    EXPECT_FALSE(reading->alarm);
    EXPECT_EQ(sut.findings(), 0u);
}

TEST_F(PylontechBmsTest, AnyOrderMakesAReport) {
    send({requests, measurements, charge_state, limits});
    EXPECT_TRUE(read());
}

TEST_F(PylontechBmsTest, AReportBelongsToTheTimeOfItsLastFrame) {
    send({limits, charge_state, measurements});
    run_for(400ms);
    send({requests});
    const Instant arrived = clock.now() - 1ms + links::CanBus::wire_time(requests);
    const auto reading = read();

    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->reported, arrived);
    const Instant began = story_start + links::CanBus::wire_time(limits);
    EXPECT_EQ(sut.statistics().exchanges, 1u);
    EXPECT_EQ(sut.statistics().latency_last(), arrived - began);
}

TEST_F(PylontechBmsTest, AnIncompleteReportTimesOut) {
    const std::vector<can::CanFrame> all{limits, charge_state, measurements, requests};
    for (std::size_t missing = 0; missing < all.size(); ++missing) {
        PylontechBms fresh(clock, bus.attach(), "home1.bms");
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i != missing) send({all[i]});
        }
        const Instant deadline = in(5s);

        const auto reading = wait_for(fresh.read(deadline));

        ASSERT_FALSE(reading) << "without frame " << missing;
        EXPECT_EQ(reading.error().code, ErrorCode::timed_out);
        EXPECT_THAT(reading.error().what, HasSubstr("home1.bms"));
        EXPECT_EQ(clock.now(), deadline);
        EXPECT_EQ(fresh.statistics().time_outs, 1u);
    }
}

TEST_F(PylontechBmsTest, WhatWasReadOnceIsNotReadAgain) {
    send({limits, charge_state, measurements, requests});
    ASSERT_TRUE(read());

    EXPECT_EQ(read(2s).error().code, ErrorCode::timed_out);
}

TEST_F(PylontechBmsTest, ALateReaderGetsTheNewestReport) {
    send({limits, charge_state, measurements, requests});
    run_for(1s);
    send({limits, standard_frame(0x355, {0x19, 0x00, 0x63, 0x00}), measurements, requests});
    run_for(1s);
    send({limits});  // the third one has only begun

    const auto reading = read();

    ASSERT_TRUE(reading);
    EXPECT_DOUBLE_EQ(reading->soc.value(), 0.25);
    EXPECT_EQ(sut.statistics().exchanges, 2u);
    EXPECT_EQ(sut.statistics().time_outs, 0u);

    send({standard_frame(0x355, {0x18, 0x00, 0x63, 0x00}), measurements, requests});
    EXPECT_DOUBLE_EQ(read()->soc.value(), 0.24) << "what had begun was not lost";
}

TEST_F(PylontechBmsTest, ProtectionIsAnAlarmAndAWarningIsNot) {
    // Byte 0: protections, bit 2 under-voltage. Byte 2: warnings.
    const can::CanFrame warning = standard_frame(0x359, {0, 0, 0x04, 0, 1, 0x50, 0x4E});
    const can::CanFrame protection = standard_frame(0x359, {0x04, 0, 0, 0, 1, 0x50, 0x4E});
    const can::CanFrame system_error = standard_frame(0x359, {0, 0x08, 0, 0, 1, 0x50, 0x4E});

    send({limits, charge_state, measurements, warning, requests});
    EXPECT_FALSE(read()->alarm);
    send({limits, charge_state, measurements, protection, requests});
    EXPECT_TRUE(read()->alarm);
    send({limits, charge_state, measurements, no_alarm, requests});
    EXPECT_FALSE(read()->alarm);
    send({limits, charge_state, measurements, system_error, requests});
    EXPECT_TRUE(read()->alarm);
}

TEST_F(PylontechBmsTest, RequestBitsAreApart) {
    send({limits, charge_state, measurements, standard_frame(0x35C, {0x40, 0x00})});
    const auto reading = read();

    EXPECT_FALSE(reading->charge_enabled);
    EXPECT_TRUE(reading->discharge_enabled);
}

TEST_F(PylontechBmsTest, AnImpossibleStateOfChargeIsNone) {
    send({limits, standard_frame(0x355, {0xFF, 0xFF, 0x63, 0x00}), measurements, requests});

    EXPECT_FALSE(read(2s)) << "655 % is not a state of charge";
    EXPECT_EQ(sut.findings(), 1u);
}

TEST_F(PylontechBmsTest, OtherFramesAreNoPartOfAReport) {
    send({keep_alive, limits, charge_state, keep_alive, measurements,
          standard_frame(0x35E, {'P', 'Y', 'L', 'O', 'N', ' ', ' ', ' '})});
    EXPECT_FALSE(read(1s));
    send({requests});
    EXPECT_TRUE(read());
}

TEST_F(PylontechBmsTest, ItOnlyListens) {
    send({limits, charge_state, measurements, requests});
    ASSERT_TRUE(read());

    EXPECT_FALSE(wait_for(battery->receive(in(10s)))) << "the keep-alive is the inverter's";
}

}  // namespace
}  // namespace islandbench::drivers::test
