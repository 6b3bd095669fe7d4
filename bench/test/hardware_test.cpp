#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <modbus.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "bench/test/program.hpp"
#include "protocols/maps/identity.hpp"
#include "protocols/maps/loadctl.hpp"

/// Devices outside the bench, on TCP: ports in use, silence, and the write guard.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string short_story = R"({
  "name": "tale", "site": "wired", "duration": "3 s", "seed": 1,
  "steps": [{"at": "1 s", "outage": {}}], "criteria": ["C1"]
})";

/// A listening socket on a free port of 127.0.0.1.
class Listener {
  public:
    Listener() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const raw = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(bind(socket_, raw, size), 0);
        EXPECT_EQ(listen(socket_, 8), 0);
        getsockname(socket_, raw, &size);
        port_ = ntohs(address.sin_port);
    }
    ~Listener() { close(socket_); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] int socket() const noexcept { return socket_; }
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  private:
    static int socket(int domain, int type, int protocol) {
        return ::socket(domain, type, protocol);
    }
    int socket_;
    int port_ = 0;
};

/// A load controller that follows our map and was made by somebody else, served by libmodbus.
class ForeignLoadController {
  public:
    ForeignLoadController() {
        mapping_ = modbus_mapping_new(5, 0, maps::loadctl::map_size, 0);
        const Identity identity{"Acme", "LC-5", "2.1", "A17", false};
        maps::put_identity({mapping_->tab_registers, maps::loadctl::map_size},
                           maps::loadctl::device, identity);
        maps::loadctl::State state;
        state.v = Voltage{230.0};
        state.f = Frequency{50.0};
        state.closed.fill(true);
        state.requested.fill(true);
        maps::loadctl::put_state({mapping_->tab_registers, maps::loadctl::map_size}, state);
        std::fill_n(mapping_->tab_bits, 5, std::uint8_t{1});
        thread_ = std::thread([this] { serve(); });
    }
    ~ForeignLoadController() {
        stop_ = true;
        thread_.join();
        modbus_mapping_free(mapping_);
    }
    ForeignLoadController(const ForeignLoadController&) = delete;
    ForeignLoadController& operator=(const ForeignLoadController&) = delete;

    [[nodiscard]] std::string link() const { return "tcp://" + listener_.address() + "?unit=1"; }
    [[nodiscard]] int reads() const { return reads_; }
    [[nodiscard]] int writes() const { return writes_; }

  private:
    [[nodiscard]] bool readable(int socket) const {
        pollfd one{socket, POLLIN, 0};
        while (!stop_) {
            if (poll(&one, 1, 20) > 0) return true;
        }
        return false;
    }

    void serve() {
        while (readable(listener_.socket())) {
            const int connection = accept(listener_.socket(), nullptr, nullptr);
            modbus_t* context = modbus_new_tcp("127.0.0.1", 502);
            modbus_set_socket(context, connection);
            std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> query{};
            while (readable(connection)) {
                const int size = modbus_receive(context, query.data());
                if (size <= 0) break;
                const int function = query[7];
                const bool writes = function == 5 || function == 6 || function == 15 ||
                                    function == 16 || function == 22 || function == 23;
                ++(writes ? writes_ : reads_);
                modbus_reply(context, query.data(), size, mapping_);
            }
            modbus_close(context);
            modbus_free(context);
        }
    }

    Listener listener_;
    modbus_mapping_t* mapping_ = nullptr;
    std::atomic<bool> stop_{false};
    std::atomic<int> reads_{0}, writes_{0};
    std::thread thread_;
};

/// The miniature with one key in the load controller of the third home.
void write_site(const Folder& folder, const std::string& key, const std::string& value) {
    std::string site = fixture("sites/miniature.json");
    const std::size_t home3 = site.find("\"name\": \"home3\"");
    const std::string plain = R"("loadctl": {"profile": "load_controller"})";
    const std::size_t at = site.find(plain, home3);
    ASSERT_NE(at, std::string::npos);
    site.insert(at + plain.size() - 1, ", \"" + key + "\": \"" + value + "\"");
    folder.write("wired.json", site);
    folder.write("tale.json", short_story);
}

Finished run_on_wall(const Folder& folder, std::vector<std::string> further = {}) {
    std::vector<std::string> arguments{"run", "tale.json", "--clock", "wall", "--out", "run"};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return islandbench(folder, arguments);
}

TEST(Hardware, APortInUseIsABenchErrorThatNamesTheDevice) {
    const Listener taken;
    const Folder folder;
    write_site(folder, "listen", taken.address());
    const Finished run = run_on_wall(folder);
    EXPECT_EQ(run.exit_code, 3);
    EXPECT_THAT(run.err, AllOf(HasSubstr("home3.loadctl cannot listen on " + taken.address()),
                               HasSubstr("in use")));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(Hardware, ADeviceThatNeverAnswersIsABenchErrorThatNamesIt) {
    const Listener silent;  // the kernel takes the connection; nobody answers
    const Folder folder;
    write_site(folder, "link", "tcp://" + silent.address());
    const Finished run = run_on_wall(folder);
    EXPECT_EQ(run.exit_code, 3);
    EXPECT_THAT(run.err, AllOf(HasSubstr("no answer within 10 s"), HasSubstr("home3.loadctl")));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(Hardware, AnUnarmedDeviceIsListedAndNothingIsWrittenToIt) {
    const ForeignLoadController device;
    const Folder folder;
    write_site(folder, "link", device.link());
    const Finished run = run_on_wall(folder);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("home3.loadctl"), HasSubstr("Acme LC-5 2.1 (A17)"),
                               HasSubstr("coils 0..4"), HasSubstr("--arm")));
    EXPECT_GT(device.reads(), 0);
    EXPECT_EQ(device.writes(), 0);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

/// What happens in the street of a real device is not known to the plant: no green light from it.
TEST(Hardware, AnArmedDeviceTakesPartAndTheTruthIsNotClaimed) {
    const ForeignLoadController device;
    const Folder folder;
    write_site(folder, "link", device.link());
    const Finished run = run_on_wall(folder, {"--arm", "home3.loadctl"});
    EXPECT_EQ(run.exit_code, 4) << run.err;
    EXPECT_THAT(run.err, HasSubstr("truth.* will be inconclusive"));
    const json::Value results = results_of(folder.path() / "run");
    EXPECT_EQ(verdict_of(results, "C1"), "inconclusive");
    EXPECT_TRUE(results.find("hardware")->flag());
    EXPECT_FALSE(results.find("street_energy")->find("known")->flag());
    EXPECT_FALSE(results.find("residents")->find("known")->flag());
    EXPECT_THAT(run.out, HasSubstr("Who fed whom               not known here"));
}

/// Nobody knows whether it failed: that it was to fail does not make it so.
TEST(Hardware, AKnownFailureThatNobodySawIsInconclusive) {
    const ForeignLoadController device;
    const Folder folder;
    write_site(folder, "link", device.link());
    folder.write("tale.json", replaced(short_story, R"("criteria": ["C1"])",
                                       R"("criteria": ["F1"],
        "known_failure": {"criteria": ["F1"], "reason": "the battery is old"})"));
    EXPECT_EQ(run_on_wall(folder, {"--arm", "home3.loadctl"}).exit_code, 4);
    EXPECT_EQ(islandbench(folder, {"report", "run"}).exit_code, 4);
}

TEST(Hardware, WhatIsRealNeedsTheWallClockAndCannotBeWrongOnPurpose) {
    const Folder folder;
    write_site(folder, "link", "tcp://127.0.0.1:9");
    folder.write("tale.json", replaced(short_story, R"({"at": "1 s", "outage": {}})",
                                       R"({"at": "1 s", "outage": {}},
    {"at": "1 s", "silence": {"of": "home3"}},
    {"at": "1 s", "fault": {"id": "f", "device": "home3.loadctl", "miswired": [4, 1, 2, 3, 0]}})"));
    const Finished run = islandbench(folder, {"run", "tale.json", "--arm", "home3.loadctrl"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(
        run.err,
        AllOf(HasSubstr("it needs --clock wall"), HasSubstr("$.steps[1].silence.of"),
              HasSubstr("$.steps[2].fault.device"), HasSubstr("did you mean \"home3.loadctl\"?")));
}

TEST(Hardware, HalfOfAWiredPairCannotBeElsewhere) {
    const Folder folder;
    folder.write("wired.json",
                 replaced(fixture("sites/miniature.json"), R"("profile": "former_inverter")",
                          R"("profile": "former_inverter", "link": "tcp://127.0.0.1:9")"));
    folder.write("tale.json", short_story);
    const Finished run = run_on_wall(folder);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("$.former.bms.link: an inverter and its battery are wired"));
}

}  // namespace
}  // namespace islandbench::bench
