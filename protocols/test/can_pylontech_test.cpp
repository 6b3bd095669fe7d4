#include "protocols/can/pylontech.hpp"

#include <gmock/gmock.h>

#include "protocols/test/wire.hpp"

namespace islandbench::can::pylontech {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::bytes;

CanFrame frame(std::uint32_t id, const char* data) {
    return standard_frame(id, bytes(data));
}

template <class T>
T message(const CanFrame& frame) {
    const Decoded decoded = decode(frame);
    EXPECT_THAT(decoded.findings, IsEmpty());
    EXPECT_TRUE(std::holds_alternative<T>(decoded.message));
    return std::get<T>(decoded.message);
}

// Published frames and captures, decoded by hand from the protocol's tables.

TEST(Pylontech, DecodesPublishedFrames) {
    EXPECT_TRUE(message<Limits>(frame(0x351, "14 02 74 0E 74 0E CC 01")) ==
                (Limits{Voltage{53.2}, Current{370.0}, Current{370.0}, Voltage{46.0}}));
    EXPECT_TRUE(message<ChargeState>(frame(0x355, "1A 00 64 00")) ==
                (ChargeState{Ratio{0.26}, Ratio{1.0}}));
    EXPECT_TRUE(message<Measurements>(frame(0x356, "02 13 00 00 4A 01")) ==
                (Measurements{Voltage{48.66}, Current{0.0}, Temperature{33.0}}));
    EXPECT_TRUE(message<Requests>(frame(0x35C, "C0 00")) == (Requests{true, true}));
    EXPECT_EQ(message<Manufacturer>(frame(0x35E, "50 59 4C 4F 4E 20 20 20")).name, "PYLON");
    (void)message<KeepAlive>(frame(0x305, "00 00 00 00 00 00 00 00"));
}

/// A capture of a battery that discharges with 0.7 A: negative on the wire, positive with us.
TEST(Pylontech, TurnsTheSignOfTheCurrent) {
    const auto m = message<Measurements>(frame(0x356, "BE 14 F9 FF 8C 00 00 00"));
    EXPECT_TRUE(m == (Measurements{Voltage{53.10}, Current{0.7}, Temperature{14.0}}));
    EXPECT_TRUE(encode(m) == frame(0x356, "BE 14 F9 FF 8C 00"));
    EXPECT_TRUE(encode(Measurements{Voltage{50.0}, Current{-20.0}, Temperature{-5.5}}) ==
                frame(0x356, "88 13 C8 00 C9 FF"));
}

TEST(Pylontech, EncodesPublishedFrames) {
    EXPECT_TRUE(encode(Limits{Voltage{52.8}, Current{50}, Current{50}, Voltage{46.0}}) ==
                frame(0x351, "10 02 F4 01 F4 01 CC 01"));
    EXPECT_TRUE(encode(Limits{Voltage{53.2}, Current{370}, Current{37}, std::nullopt}) ==
                frame(0x351, "14 02 74 0E 72 01"));
    EXPECT_TRUE(encode(ChargeState{Ratio{0.26}, Ratio{1.0}}) == frame(0x355, "1A 00 64 00"));
    EXPECT_TRUE(encode(Measurements{Voltage{48.66}, Current{0}, Temperature{33}}) ==
                frame(0x356, "02 13 00 00 4A 01"));
    EXPECT_TRUE(encode(Requests{true, true}) == frame(0x35C, "C0 00"));
    EXPECT_TRUE(encode(Manufacturer{"PYLON"}) == frame(0x35E, "50 59 4C 4F 4E 20 20 20"));
    EXPECT_TRUE(encode(Manufacturer{"Pylontech"}) == frame(0x35E, "50 79 6C 6F 6E 74 65 63"));
    EXPECT_TRUE(encode(KeepAlive{}) == frame(0x305, "00 00 00 00 00 00 00 00"));
}

TEST(Pylontech, RoundsPercentToTheNearest) {
    EXPECT_TRUE(encode(ChargeState{Ratio{0.996}, Ratio{0.984}}) == frame(0x355, "64 00 62 00"));
}

struct Flag {
    bool Conditions::*flag;
    const char* protection;
    const char* warning;
};
const Flag flags[] = {
    {&Conditions::over_voltage, "02 00 00 00 01 50 4E", "00 00 02 00 01 50 4E"},
    {&Conditions::under_voltage, "04 00 00 00 01 50 4E", "00 00 04 00 01 50 4E"},
    {&Conditions::over_temperature, "08 00 00 00 01 50 4E", "00 00 08 00 01 50 4E"},
    {&Conditions::under_temperature, "10 00 00 00 01 50 4E", "00 00 10 00 01 50 4E"},
    {&Conditions::discharge_over_current, "80 00 00 00 01 50 4E", "00 00 80 00 01 50 4E"},
    {&Conditions::charge_over_current, "00 01 00 00 01 50 4E", "00 00 00 01 01 50 4E"},
    {&Conditions::system_error, "00 08 00 00 01 50 4E", "00 00 00 08 01 50 4E"},
};

TEST(Pylontech, PutsEveryAlarmInItsPlace) {
    for (const Flag& f : flags) {
        Alarms protection, warning;
        protection.protection.*f.flag = true;
        warning.warning.*f.flag = true;
        EXPECT_TRUE(encode(protection) == frame(0x359, f.protection)) << f.protection;
        EXPECT_TRUE(encode(warning) == frame(0x359, f.warning)) << f.warning;
        EXPECT_TRUE(message<Alarms>(frame(0x359, f.protection)) == protection) << f.protection;
        EXPECT_TRUE(message<Alarms>(frame(0x359, f.warning)) == warning) << f.warning;
    }
    EXPECT_EQ(message<Alarms>(frame(0x359, "00 00 00 00 04 50 59 FF")).modules, 4);
}

TEST(Pylontech, PutsEveryRequestInItsPlace) {
    EXPECT_TRUE(message<Requests>(frame(0x35C, "80 00")) == (Requests{true, false}));
    EXPECT_TRUE(message<Requests>(frame(0x35C, "40")) == (Requests{false, true}));
    EXPECT_TRUE(message<Requests>(frame(0x35C, "20 00")) == (Requests{false, false, true}));
    EXPECT_TRUE(message<Requests>(frame(0x35C, "10 00")) == (Requests{false, false, false, true}));
    EXPECT_TRUE(message<Requests>(frame(0x35C, "08 00 0C 01 00 00 00 00")) ==
                (Requests{false, false, false, false, true}));
    EXPECT_TRUE(encode(Requests{false, false, true, false, true}) == frame(0x35C, "28 00"));
}

TEST(Pylontech, ToleratesLengthsOfTheField) {
    EXPECT_TRUE(message<Limits>(frame(0x351, "10 02 F4 01 F4 01")) ==
                (Limits{Voltage{52.8}, Current{50}, Current{50}, std::nullopt}));
    EXPECT_TRUE(message<ChargeState>(frame(0x355, "1A 00 64 00 28 0A 00 00")) ==
                (ChargeState{Ratio{0.26}, Ratio{1.0}}));
    EXPECT_EQ(message<Alarms>(frame(0x359, "00 00 00 00")).modules, 0);
    EXPECT_EQ(message<Manufacturer>(frame(0x35E, "44 59")).name, "DY");
    EXPECT_EQ(message<Manufacturer>(frame(0x35E, "42 59 44 00 FF FF FF FF")).name, "BYD");
    (void)message<KeepAlive>(standard_frame(0x305, {}));
}

std::vector<Finding> findings(const CanFrame& frame) {
    return decode(frame).findings;
}
bool refused(const CanFrame& frame) {
    return std::holds_alternative<std::monostate>(decode(frame).message);
}

TEST(Pylontech, RefusesFramesThatAreTooShort) {
    for (const CanFrame& f :
         {frame(0x351, "10 02 F4 01 F4"), frame(0x355, "1A 00 64"), frame(0x356, "02 13 00 00 4A"),
          frame(0x359, "00 00 00"), standard_frame(0x35C, {}), standard_frame(0x35E, {})}) {
        EXPECT_THAT(findings(f), ElementsAre(Finding::too_short)) << f.id;
        EXPECT_TRUE(refused(f)) << f.id;
    }
}

TEST(Pylontech, RefusesOtherKindsOfFrames) {
    CanFrame wide = frame(0x355, "1A 00 64 00");
    wide.extended = true;
    EXPECT_THAT(findings(wide), ElementsAre(Finding::extended_id));
    EXPECT_TRUE(refused(wide));
    CanFrame asks = frame(0x355, "00 00 00 00");
    asks.remote = true;
    EXPECT_THAT(findings(asks), ElementsAre(Finding::remote_frame));
    EXPECT_TRUE(refused(asks));
}

TEST(Pylontech, PassesStrangersBy) {
    CanFrame error = frame(0x355, "1A 00 64 00");
    error.error = true;
    for (const CanFrame& f : {frame(0x35F, "00 00"), frame(0x370, "41 42"), error}) {
        EXPECT_THAT(findings(f), IsEmpty());
        EXPECT_TRUE(refused(f));
    }
}

TEST(Pylontech, ReportsPercentagesAbove100) {
    const Decoded full = decode(frame(0x355, "64 00 64 00"));
    EXPECT_THAT(full.findings, IsEmpty());
    const Decoded soc = decode(frame(0x355, "65 00 62 00"));
    EXPECT_THAT(soc.findings, ElementsAre(Finding::soc_above_100));
    EXPECT_TRUE(std::get<ChargeState>(soc.message) == (ChargeState{std::nullopt, Ratio{0.98}}));
    const Decoded soh = decode(frame(0x355, "E8 03 FF FF"));
    EXPECT_THAT(soh.findings, ElementsAre(Finding::soc_above_100, Finding::soh_above_100));
}

TEST(Pylontech, ReportsNegativeLimitsAndUsesTheirMagnitude) {
    const Decoded limits = decode(frame(0x351, "10 02 9C FF 54 FC"));
    EXPECT_THAT(limits.findings,
                ElementsAre(Finding::negative_charge_limit, Finding::negative_discharge_limit));
    EXPECT_TRUE(std::get<Limits>(limits.message) ==
                (Limits{Voltage{52.8}, Current{10.0}, Current{94.0}, std::nullopt}));
}

TEST(Pylontech, ReportsFlagsOutOfPlace) {
    EXPECT_THAT(findings(frame(0x359, "00 80 00 00 01 50 4E")),
                ElementsAre(Finding::undefined_flags));
    EXPECT_THAT(findings(frame(0x359, "00 00 60 00 01 50 4E")),
                ElementsAre(Finding::undefined_flags));
    EXPECT_THAT(findings(frame(0x35C, "00 C0")), ElementsAre(Finding::undefined_flags));
    EXPECT_THAT(findings(frame(0x35C, "C1 00")), ElementsAre(Finding::undefined_flags));
    const Decoded name = decode(frame(0x35E, "50 01 4C FF"));
    EXPECT_THAT(name.findings, ElementsAre(Finding::unprintable_name));
    EXPECT_EQ(std::get<Manufacturer>(name.message).name, "P?L?");
}

TEST(Pylontech, SaturatesWhatTheWireCannotSay) {
    EXPECT_TRUE(encode(Measurements{Voltage{400}, Current{5000}, Temperature{-9999}}) ==
                frame(0x356, "FF 7F 00 80 00 80"));
    EXPECT_TRUE(encode(Limits{Voltage{-1}, Current{5000}, Current{0}, std::nullopt}) ==
                frame(0x351, "00 00 FF 7F 00 00"));
}

TEST(Pylontech, SurvivesAnyFrame) {
    Random random(14, "frames");
    constexpr std::uint32_t ids[] = {0x305, 0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E, 0x360};
    for (int round = 0; round < 100000; ++round) {
        CanFrame f = standard_frame(ids[random.bits() % std::size(ids)],
                                    wire::random_bytes(random, random.bits() % 9));
        if (random.chance(0.05)) f.length = static_cast<std::uint8_t>(random.bits());
        const Decoded decoded = decode(f);
        if (const auto* state = std::get_if<ChargeState>(&decoded.message)) {
            ASSERT_TRUE(!state->soc || *state->soc <= Ratio{1.0});
        }
        if (const auto* limits = std::get_if<Limits>(&decoded.message)) {
            ASSERT_GE(limits->discharge.value(), 0.0);
        }
        for (const Finding finding : decoded.findings) ASSERT_NE(to_text(finding), "unknown");
    }
}

}  // namespace
}  // namespace islandbench::can::pylontech
