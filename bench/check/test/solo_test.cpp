#include <gmock/gmock.h>
#include <modbus.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "bench/check/test/leaping_check.hpp"
#include "bench/test/program.hpp"

/// Devices that "islandbench emulate PROFILE" serves alone and that are no inverters: their check
/// is clean, and clients that we did not write read them.
namespace islandbench::bench {
namespace {

using ::testing::HasSubstr;

const Fixtures fixtures(std::string(IB_SOURCE_DIR) + "/fixtures");

bool succeeds(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

/// What a stranger's program printed.
std::string output_of(const Folder& folder, const std::string& command) {
    const std::filesystem::path out = folder.path() / "stranger";
    const int code = std::system((command + " >" + out.string() + " 2>&1").c_str());
    std::ostringstream text;
    text << std::ifstream(out).rdbuf();
    EXPECT_EQ(code, 0) << command << "\n" << text.str();
    return text.str();
}

std::string meter_profile(int model) {
    return R"({"name": "meter)" + std::to_string(model) +
           R"(", "role": "meter", "protocol": "sunspec", "sunspec_model": )" +
           std::to_string(model) +
           R"(, "maker": "islandbench", "model": "meter", "cadence": "400 ms"})";
}

/// One program that serves these, until the test ends.
class Served {
  public:
    Served(const Folder& folder, std::vector<std::string> devices)
        : program_(folder, with_emulate(std::move(devices))) {
        EXPECT_TRUE(program_.says("serving")) << program_.err();
        std::istringstream lines(program_.out());
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::string name, role, link;
            words >> name >> role >> link;
            links_.push_back(link);
        }
    }
    [[nodiscard]] const std::string& link(std::size_t i) const { return links_.at(i); }
    [[nodiscard]] std::string port(std::size_t i) const {
        const std::size_t colon = links_.at(i).rfind(':');
        return links_.at(i).substr(colon + 1, links_.at(i).find('?') - colon - 1);
    }

  private:
    static std::vector<std::string> with_emulate(std::vector<std::string> devices) {
        devices.insert(devices.begin(), "emulate");
        return devices;
    }
    Program program_;
    std::vector<std::string> links_;
};

class EveryMeter : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Solo, EveryMeter,
                         ::testing::Values(201, 202, 203, 204, 211, 212, 213, 214));

TEST_P(EveryMeter, OfEveryModelIsCleanToACheck) {
    Diagnostics problems;
    const auto street = load_solo_street(fixtures, problems);
    ASSERT_TRUE(street.has_value()) << problems;
    SoloSpec spec;
    spec.profile = read_device_profile(meter_profile(GetParam()), "profile", problems);
    ASSERT_TRUE(problems.empty()) << problems;
    const test::Checked checked = test::check_alone(*street, spec, false);
    ASSERT_TRUE(checked.ended);
    std::set<std::string> held;
    for (const conformance::Judged& one : checked.judged) {
        for (const auto& found : one.judgement.found) {
            ADD_FAILURE() << one.rule->id << ": " << found.text;
        }
        if (one.judgement.not_tested.empty()) held.emplace(one.rule->id);
    }
    EXPECT_THAT(held, ::testing::IsSupersetOf({"value.mandatory", "value.frozen",
                                               "plausible.apparent", "plausible.grid",
                                               "value.power_factor", "value.counter_falls"}));
    const bool by_phase = GetParam() % 10 != 4;
    EXPECT_EQ(held.contains("plausible.phases"), by_phase);
}

/// The power and the voltage that libmodbus reads of a meter of either kind.
struct ByLibmodbus {
    int model = 0;
    double w = 0.0, hz = 0.0;
};
ByLibmodbus read_by_libmodbus(const std::string& port) {
    modbus_t* const context = modbus_new_tcp("127.0.0.1", std::atoi(port.c_str()));
    modbus_set_slave(context, 1);
    EXPECT_EQ(modbus_connect(context), 0);
    ByLibmodbus read;
    std::array<std::uint16_t, 2> head{}, pair{};
    EXPECT_EQ(modbus_read_registers(context, 40000, 2, head.data()), 2);
    EXPECT_EQ(head[0], 0x5375);
    EXPECT_EQ(modbus_read_registers(context, 40070, 2, head.data()), 2);  // behind model 1
    read.model = head[0];
    const auto real = [&](int offset) {
        EXPECT_EQ(modbus_read_registers(context, 40070 + offset, 2, pair.data()), 2);
        return std::bit_cast<float>((std::uint32_t{pair[0]} << 16) | pair[1]);
    };
    const auto scaled = [&](int offset, int scale) {
        EXPECT_EQ(modbus_read_registers(context, 40070 + offset, 1, &pair[0]), 1);
        EXPECT_EQ(modbus_read_registers(context, 40070 + scale, 1, &pair[1]), 1);
        return std::bit_cast<std::int16_t>(pair[0]) *
               std::pow(10.0, std::bit_cast<std::int16_t>(pair[1]));
    };
    read.w = read.model > 210 ? real(28) : scaled(18, 22);
    read.hz = read.model > 210 ? real(26) : scaled(16, 17);
    modbus_close(context);
    modbus_free(context);
    return read;
}

TEST(Alone, LibmodbusReadsMetersOfEveryModel) {
    const Folder folder;
    std::vector<std::string> devices;
    const std::array models{201, 202, 203, 204, 211, 212, 213, 214};
    for (const int model : models) {
        const std::string name = "meter" + std::to_string(model) + ".json";
        devices.push_back(folder.write(name, meter_profile(model)).string());
    }
    const Served served(folder, devices);
    std::map<int, double> watts;
    for (std::size_t i = 0; i < models.size(); ++i) {
        const ByLibmodbus read = read_by_libmodbus(served.port(i));
        EXPECT_EQ(read.model, models[i]);
        EXPECT_NEAR(read.hz, 50.0, 0.1) << models[i];
        watts[models[i] % 10] = read.w;
    }
    // More phases, more load; with and without a neutral it is the same.
    EXPECT_GT(watts[2], watts[1] + 200.0);
    EXPECT_GT(watts[3], watts[2] + 200.0);
    EXPECT_NEAR(watts[4], watts[3], 0.5 * watts[3]);
}

TEST(Alone, MbpollReadsAnSdm630) {
    if (!succeeds("command -v mbpoll")) GTEST_SKIP() << "mbpoll is not installed";
    const Folder folder;
    const Served served(folder, {"eastron_sdm630"});
    const std::string hz = output_of(folder, "mbpoll -m tcp -a 1 -p " + served.port(0) +
                                                 " -0 -t 3:float -B -r 70 -c 1 -1 127.0.0.1");
    EXPECT_THAT(hz, ::testing::ContainsRegex("\\[70\\]:[ \t]*(50|49\\.9|50\\.0)"));
}

TEST(Alone, PymodbusReadsABatteryAndAFloatMeter) {
    const std::string python = "/usr/bin/python3";
    if (!succeeds(python + " -c 'import pymodbus'")) GTEST_SKIP() << "no python3-pymodbus";
    const Folder folder;
    const Served served(folder, {"former_bms", "meter_float"});
    const std::string script = folder
                                   .write("client.py", R"(
import struct, sys
from pymodbus.client import ModbusTcpClient
def words(port, address, count):
    client = ModbusTcpClient("127.0.0.1", port=port, timeout=10)
    client.connect()
    reply = client.read_holding_registers(address, count, slave=1)
    client.close()
    return reply.registers
bms, meter = int(sys.argv[1]), int(sys.argv[2])
print("bms", words(bms, 40070, 1)[0])
print("meter", words(meter, 40070, 1)[0])
print("hz %.1f" % struct.unpack(">f", struct.pack(">2H", *words(meter, 40070 + 26, 2))))
)")
                                   .string();
    const std::string read =
        output_of(folder, python + " " + script + " " + served.port(0) + " " + served.port(1));
    EXPECT_EQ(read, "bms 802\nmeter 213\nhz 50.0\n");
}

/// A Pylontech battery speaks on CAN: as an slcan adapter it is the battery of a check.
TEST(Alone, ABatteryOnCanIsServedAsAnAdapter) {
    const Folder folder;
    const Served served(folder, {"pylontech_bms", "hybrid_inverter"});
    EXPECT_THAT(served.link(0), HasSubstr("slcan://"));
    const Finished check =
        islandbench(folder, {"check", served.link(1), "--only", "values", "--quiet", "--bms",
                             served.link(0), "--out", "found"});
    EXPECT_THAT(check.out, ::testing::Not(HasSubstr("no battery stands beside it")));
    EXPECT_THAT(check.out, ::testing::Not(HasSubstr("the battery told nothing")));
}

TEST(Alone, WhatCannotStandAloneIsSaid) {
    const Folder folder;
    const std::string bms = R"({"name": "rack", "role": "bms", "protocol": "islandbench-loadctl",
                               "maker": "a", "model": "b"})";
    const Finished served =
        islandbench(folder, {"emulate", folder.write("rack.json", bms).string()});
    EXPECT_EQ(served.exit_code, 2);
    EXPECT_THAT(served.err, HasSubstr("nothing like it can be served alone"));
    const std::string meter = R"({"name": "m", "role": "meter", "protocol": "sunspec",
                                 "sunspec_model": 205, "maker": "a", "model": "b"})";
    const Finished wrong = islandbench(folder, {"emulate", folder.write("m.json", meter).string()});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_THAT(wrong.err, HasSubstr("must be 201..204 or 211..214"));
}

}  // namespace
}  // namespace islandbench::bench
