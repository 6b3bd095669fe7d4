#include "drivers/sunspec_scanner.hpp"

#include <algorithm>

#include "drivers/test/driver_test.hpp"
#include "drivers/test/golden.hpp"

namespace islandbench::drivers::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Golden registers that refuse long reads, and one part of them altogether.
class Limited final : public modbus::DataModel {
  public:
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override {
        longest = std::max(longest, into.size());
        const bool forbidden = address < forbidden_end && address + into.size() > forbidden_begin;
        if (into.size() > most || forbidden) {
            return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
        }
        return device.read_holding_registers(address, into);
    }
    RegisterDevice device;
    std::size_t most = 125, longest = 0;
    std::size_t forbidden_begin = 0, forbidden_end = 0;
};

class ScannerTest : public DriverTest {
  protected:
    const ScannedPoint& point(int model, const std::string& name) {
        const auto m = std::find_if(sut.models().begin(), sut.models().end(),
                                    [&](const ScannedModel& one) { return one.where.id == model; });
        EXPECT_NE(m, sut.models().end()) << model;
        const auto p = std::find_if(m->points.begin(), m->points.end(),
                                    [&](const ScannedPoint& one) { return one.name == name; });
        EXPECT_NE(p, m->points.end()) << name;
        return *p;
    }
    Done scan() { return wait_for(sut.scan(in(300s))); }

    Limited limited;
    ScriptedServer server{clock, network, "device", limited};
    SunSpecScanner sut{clock, network, nobody, emulated("scan")};
};

TEST_F(ScannerTest, ReadsAllThatADeviceHas) {
    put_inverter(limited.device, "acme");
    ASSERT_TRUE(scan());
    EXPECT_EQ(sut.base(), 40000);
    EXPECT_EQ(sut.identity().maker, "acme");
    EXPECT_EQ(sut.models().size(), 6u);
    EXPECT_EQ(point(701, "W").value, "1234");
    EXPECT_EQ(point(701, "Hz").value, "49.987");
    EXPECT_EQ(point(701, "InvSt").value, "RUNNING");
    EXPECT_EQ(point(701, "WL1").problem, sunspec::Problem::not_implemented);
    EXPECT_EQ(point(714, "Prt[1].DCW").value, "1690");
    EXPECT_EQ(point(1, "Md").value, "hybrid 5k");
    EXPECT_THAT(sut.writes(), IsEmpty());
}

TEST_F(ScannerTest, FindsTheLongestReadOfADevice) {
    put_inverter(limited.device, "acme");
    limited.most = 50;
    ASSERT_TRUE(scan());
    EXPECT_EQ(sut.read_max(), 31);
    EXPECT_EQ(point(701, "W").value, "1234");
    EXPECT_EQ(point(704, "WMaxLimPct").value, "100");
}

TEST_F(ScannerTest, AModelThatCannotBeReadDoesNotHideTheOthers) {
    put_inverter(limited.device, "acme");
    limited.forbidden_begin = m713 + 2;
    limited.forbidden_end = m713 + 9;
    ASSERT_TRUE(scan());
    const auto& models = sut.models();
    EXPECT_THAT(models[4].trouble, HasSubstr("illegal data address"));
    EXPECT_EQ(point(714, "Prt[1].DCW").value, "1690");
    EXPECT_EQ(sut.read_max(), 125);
}

TEST_F(ScannerTest, ShowsCurvesPointByPoint) {
    RegisterDevice& device = limited.device;
    const int m705 = device.begin_sunspec("acme", "curves", "1");
    device.end_sunspec(device.put_model(m705, 705, 13 + 2 * (10 + 2 * 2)));
    device.put(m705 + 2, {1, 1, 1, 2, 2});                    // Ena .. NCrv
    device.put(m705 + 12, {-1, -1, -1});                      // scale factors
    device.put(m705 + 15 + 14, {2, 0});                       // second curve: ActPt, DeptRef
    device.put(m705 + 15 + 14 + 10, {950, 440, 1050, -440});  // its points
    device.put(m705 + 15 + 14 + 14, {0xFFFF, 0});
    ASSERT_TRUE(scan());
    EXPECT_EQ(point(705, "Crv[1].ActPt").value, "2");
    EXPECT_EQ(point(705, "Crv[1].Pt[1].V").value, "105");
    EXPECT_EQ(point(705, "Crv[1].Pt[1].Var").value, "-44");
    EXPECT_EQ(point(705, "Crv[1].DeptRef").value, "W_MAX_PCT");
}

}  // namespace
}  // namespace islandbench::drivers::test
