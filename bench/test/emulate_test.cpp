#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <sstream>

#include "bench/test/program.hpp"

/// A street in one process, and who drives it in another: our bench, and clients of strangers.
namespace islandbench::bench {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Line {
    std::string role, address, unit, profile;
};

/// The lines about the devices, by name.
std::map<std::string, Line> devices_in(const std::string& out) {
    std::map<std::string, Line> devices;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("#")) continue;
        std::istringstream words(line);
        std::string name;
        Line device;
        words >> name >> device.role >> device.address >> device.unit >> device.profile;
        EXPECT_FALSE(device.profile.empty()) << line;
        devices[name] = device;
    }
    return devices;
}

std::string port_of(const std::string& address) {
    return address.substr(address.rfind(':') + 1);
}

/// Runs a command of somebody else and returns what it printed.
std::string output_of(const std::string& command) {
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    std::string text;
    char buffer[256];
    while (fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
    pclose(pipe);
    return text;
}

bool succeeds(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

/// An emulated street on ports of its own that a second start can have again.
class Street {
  public:
    Street(const Folder& folder, std::vector<std::string> arguments)
        : folder_(folder), arguments_(std::move(arguments)) {
        // Another test may have some of them: then the next hundreds.
        port_ = 20000 + static_cast<int>(getpid()) * 137 % 10000;
        for (int attempt = 0; attempt < 20 && !start(); ++attempt) port_ += 211;
    }

    bool start() {
        std::vector<std::string> all{"emulate", "--port", std::to_string(port_)};
        all.insert(all.end(), arguments_.begin(), arguments_.end());
        program_ = std::make_unique<Program>(folder_, all);
        serves_ = program_->says("serving");
        return serves_;
    }
    void kill() {
        program_->signal(SIGKILL);
        program_->wait();
    }

    [[nodiscard]] bool serves() const noexcept { return serves_; }
    [[nodiscard]] int port() const noexcept { return port_; }
    Program& program() { return *program_; }

  private:
    const Folder& folder_;
    std::vector<std::string> arguments_;
    int port_ = 0;
    bool serves_ = false;
    std::unique_ptr<Program> program_;
};

std::string outage_story(const std::string& site) {
    return R"({"name": "told_there", "site": ")" + site + R"(", "duration": "60 s", "seed": 1,
      "observation": "5 s", "start": {"permit_reclose": true},
      "steps": [{"at": "2 s", "outage": {}}, {"at": "60 s", "grid_back": {}}], "criteria": []})";
}

std::string watching_story(const std::string& site) {
    return R"({"name": "watched_here", "site": ")" + site + R"(", "duration": "45 s", "seed": 1,
      "start": {"permit_reclose": true}, "steps": [], "criteria": ["C1", "D1"]})";
}

class EmulatedStreet : public ::testing::TestWithParam<const char*> {
  protected:
    /// Not every checkout has every site.
    static bool is_shipped(const std::string& site) {
        return fs::exists(fs::path(IB_SOURCE_DIR) / "fixtures" / "sites" / (site + ".json"));
    }
};

TEST_P(EmulatedStreet, IsDrivenFromAnotherProcessAndSurvivedWhenItIsKilled) {
    const std::string site = GetParam();
    if (!is_shipped(site)) GTEST_SKIP() << "there is no fixtures/sites/" << site << ".json";
    const Folder folder;
    folder.write("there.json", outage_story(site));
    folder.write("here.json", watching_story(site));
    Street street(folder, {"--story", "there.json", "--write-site", "street.json"});
    ASSERT_TRUE(street.serves());

    // Ports follow each other in the order of the site.
    const std::string out = street.program().out();
    const auto devices = devices_in(out);
    EXPECT_THAT(out, StartsWith("# name"));
    EXPECT_EQ(devices.at("pcc").address, "tcp://127.0.0.1:" + std::to_string(street.port()));
    EXPECT_EQ(devices.at("pcc").role, "switch");
    EXPECT_EQ(devices.at("pcc").unit, "1");
    EXPECT_EQ(devices.at("pcc").profile, "interconnect");
    std::set<int> ports;
    for (const auto& [name, device] : devices) {
        const bool on_can = device.address.starts_with("slcan://127.0.0.1:");
        EXPECT_EQ(on_can, device.profile == "pylontech_bms") << name;
        EXPECT_EQ(device.unit, on_can ? "-" : "1") << name;
        ports.insert(std::stoi(port_of(device.address)));
    }
    ASSERT_EQ(ports.size(), devices.size());
    EXPECT_EQ(*ports.rbegin() - *ports.begin() + 1, static_cast<int>(devices.size()));

    Program bench(folder,
                  {"run", "here.json", "--site", "street.json", "--clock", "wall", "--out", "run"});
    ASSERT_TRUE(bench.says("seen_island"));
    EXPECT_TRUE(street.program().says("the street stands on its own"));
    street.kill();
    ASSERT_TRUE(bench.says("no news from all"));
    ASSERT_TRUE(street.start());
    ASSERT_TRUE(bench.says("news again from all"));
    const Finished run = bench.wait();
    street.program().signal(SIGINT);
    EXPECT_EQ(street.program().wait().exit_code, 130);

    EXPECT_EQ(run.exit_code, 4) << run.err;
    EXPECT_THAT(run.out, HasSubstr("criteria that judge truth.* are inconclusive"));
    const json::Value results = results_of(folder.path() / "run");
    EXPECT_EQ(verdict_of(results, "C1"), "inconclusive");
    EXPECT_EQ(verdict_of(results, "D1"), "inconclusive");
    EXPECT_EQ(results.find("end")->find("reason")->text(), "completed");
    EXPECT_FALSE(results.find("hardware")->flag());
    std::map<std::string, int> told;
    for (const json::Value& event : results.find("events")->items()) {
        ++told[event.find("name")->text()];
    }
    for (const char* event : {"seen_grid_lost", "seen_open", "seen_island", "lost", "back"}) {
        EXPECT_GE(told[event], 1) << event;
    }
    EXPECT_LE(told["lost"], 3) << "one sentence for many devices";
    const auto& links = results.find("links")->items();
    EXPECT_EQ(links.size(), devices.size());
    for (const json::Value& link : links) {
        const std::string name = link.find("device")->text();
        EXPECT_GE(link.find("reconnects")->integer(), 1) << name;
        EXPECT_GT(link.find("exchanges")->integer(), 0) << name;
        EXPECT_THAT(link.find("address")->text(), StartsWith(devices.at(name).address)) << name;
    }
}
INSTANTIATE_TEST_SUITE_P(Sites, EmulatedStreet, ::testing::Values("miniature", "pilot_street"),
                         [](const auto& one) { return std::string(one.param); });

TEST(Emulate, AModbusClientOfSomebodyElseReadsAMeter) {
    if (!succeeds("command -v mbpoll")) GTEST_SKIP() << "mbpoll is not installed";
    const Folder folder;
    Program street(folder, {"emulate", "--site", "miniature"});
    ASSERT_TRUE(street.says("serving"));
    const Line meter = devices_in(street.out()).at("meter_grid");
    const std::string text = output_of("timeout 10 mbpoll -m tcp -a " + meter.unit + " -p " +
                                       port_of(meter.address) + " -0 -r 40000 -c 2 -1 127.0.0.1");
    EXPECT_THAT(text, AllOf(HasSubstr("21365"), HasSubstr("28243"))) << "\"SunS\"";
}

/// Two adapters of python-can on one bus: both hear the battery, and one hears what the other says.
const char* const strangers_script = R"(
import can, sys, time
channel = "socket://127.0.0.1:" + sys.argv[1]
def attach():
    return can.interface.Bus(interface="slcan", channel=channel, bitrate=500000, sleep_after_open=0)
bus, other = attach(), attach()
frames, end = {}, time.time() + 20
while time.time() < end and not {0x351, 0x355, 0x356} <= set(frames):
    message = bus.recv(1.0)
    if message is not None:
        frames[message.arbitration_id] = bytes(message.data)
def number(id, at, signed=False):
    return int.from_bytes(frames[id][at:at + 2], "little", signed=signed)
print("charge voltage %.1f" % (number(0x351, 0) / 10))
print("soc %d soh %d" % (number(0x355, 0), number(0x355, 2)))
print("volts %.2f amps %.1f" % (number(0x356, 0, True) / 100, number(0x356, 2, True) / 10))
assert 48 < number(0x351, 0) / 10 < 60
assert 50 <= number(0x355, 0) <= 70 and number(0x355, 2) == 95
assert 44 < number(0x356, 0, True) / 100 < 58
other.send(can.Message(arbitration_id=0x123, is_extended_id=False, data=[0xCA, 0xFE]))
other.send(can.Message(arbitration_id=0x18FF50E5, is_extended_id=True, data=[]))
heard = []
while time.time() < end and len(heard) < 2:
    message = bus.recv(1.0)
    if message is not None and message.arbitration_id in (0x123, 0x18FF50E5):
        heard.append((message.arbitration_id, message.is_extended_id, bytes(message.data)))
assert heard == [(0x123, False, b"\xca\xfe"), (0x18FF50E5, True, b"")], heard
print("well heard")
)";

TEST(Emulate, ACanClientOfSomebodyElseHearsTheBatteryAndIsHeard) {
    if (!succeeds("/usr/bin/python3 -c 'import can, serial'")) {
        GTEST_SKIP() << "python3-can and python3-serial are not installed";
    }
    const Folder folder;
    const fs::path script = folder.write("strangers.py", strangers_script);
    Program street(folder, {"emulate", "--site", "miniature"});
    ASSERT_TRUE(street.says("serving"));
    const Line bms = devices_in(street.out()).at("home1.bms");
    ASSERT_THAT(bms.address, StartsWith("slcan://127.0.0.1:"));
    EXPECT_THAT(
        output_of("timeout 60 /usr/bin/python3 " + script.string() + " " + port_of(bms.address)),
        HasSubstr("well heard"));
}

TEST(Emulate, APortInUseIsNamedWithItsDevice) {
    const Folder folder;
    const Street first(folder, {"--site", "miniature"});
    ASSERT_TRUE(first.serves());
    const std::string port = std::to_string(first.port() + 4);
    const Finished second = islandbench(folder, {"emulate", "--site", "miniature", "--port", port});
    EXPECT_EQ(second.exit_code, 3);
    EXPECT_THAT(second.err,
                AllOf(HasSubstr("pcc cannot listen on 127.0.0.1:" + port), HasSubstr("in use")));
    EXPECT_EQ(second.out, "");
}

TEST(Emulate, WrongUseIsToldAtOnce) {
    const Folder folder;
    const auto fails_with = [&folder](std::vector<std::string> arguments, const std::string& why) {
        arguments.insert(arguments.begin(), "emulate");
        const Finished run = islandbench(folder, arguments);
        EXPECT_EQ(run.exit_code, 2) << why;
        EXPECT_THAT(run.err + run.out, HasSubstr(why));
    };
    fails_with({}, "--site");
    fails_with({"--site", "minature"}, "did you mean \"miniature\"");
    fails_with({"--site", "miniature", "--port", "65530"}, "no room for 12 devices");
    fails_with({"--site", "miniature", "--duration", "12"}, "expected a time");
    folder.write("there.json", replaced(outage_story("miniature"), R"("at": "2 s", "outage")",
                                        R"("when": "seen.pcc.closed is false", "outage")"));
    fails_with({"--story", "there.json"}, "$.steps[0].when");
}

TEST(Emulate, EndsByItselfAfterItsDuration) {
    const Folder folder;
    const Finished street = islandbench(folder, {"emulate", "--site", "miniature", "--duration",
                                                 "50 ms", "--write-site", "s.json"});
    EXPECT_EQ(street.exit_code, 0) << street.err;
    EXPECT_EQ(devices_in(street.out).size(), 12u);
    EXPECT_EQ(islandbench(folder, {"validate", "s.json"}).exit_code, 0);
}

/// The plant of the bench is not the street: an outage there would be a story about nobody.
TEST(Emulate, StepsOfAStreetThatIsElsewhereAreRefused) {
    const Folder folder;
    const Finished street = islandbench(folder, {"emulate", "--site", "miniature", "--duration",
                                                 "50 ms", "--write-site", "s.json"});
    ASSERT_EQ(street.exit_code, 0);
    folder.write("told.json", replaced(outage_story("miniature"), R"("steps": [)",
                                       R"("steps": [{"at": "1 s", "consent": {"reclose": true}},
                             {"at": "1 s", "silence": {"of": "home1"}}, )"));
    const Finished run = islandbench(
        folder, {"run", "told.json", "--site", "s.json", "--clock", "wall", "--out", "run"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err,
                AllOf(HasSubstr("$.steps[1].silence"), HasSubstr("$.steps[2].outage"),
                      HasSubstr("$.steps[3].grid_back"), HasSubstr("islandbench emulate --story"),
                      Not(HasSubstr("$.steps[0]"))));
    EXPECT_FALSE(fs::exists(folder.path() / "run"));
}

TEST(Emulate, ABatteryBehindTheWrongKindOfLinkIsRefused) {
    const Folder folder;
    const Finished street = islandbench(folder, {"emulate", "--site", "miniature", "--duration",
                                                 "50 ms", "--write-site", "s.json"});
    const std::string can = devices_in(street.out).at("home1.bms").address;
    const std::string modbus = devices_in(street.out).at("pcc").address;
    std::string site = output_of("cat " + (folder.path() / "s.json").string());
    site = replaced(site, can, "tcp://127.0.0.1:9");
    site = replaced(site, modbus + "?unit=1", "slcan://127.0.0.1:9");
    folder.write("s.json", site);
    const Finished run = islandbench(folder, {"validate", "s.json"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("speaks on CAN, and this is Modbus TCP"),
                               HasSubstr("speaks Modbus, and this is a CAN bus")));
}

}  // namespace
}  // namespace islandbench::bench
