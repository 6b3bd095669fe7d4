#include "links/socket_can.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>

#include "drivers/pylontech_bms.hpp"
#include "emulators/devices/pylontech_bms.hpp"
#include "emulators/servers/can_node.hpp"
#include "links/can_bridge.hpp"
#include "links/can_log.hpp"
#include "links/test/vcan_test.hpp"

/// The battery and its driver on a real interface, beside candump, cansend and canplayer.
namespace islandbench::links::test {
namespace {

namespace fs = std::filesystem;
namespace pylontech = can::pylontech;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// The maker's example bytes: 53.2 V, 370.0 A, 25.0 A; 26 %, 99 %; 53.10 V, -0.7 A (charging is
// positive on the wire), 14.0 degC; no alarm; charge and discharge enabled.
const std::vector<std::string> golden{"351#1402740EFA00", "355#1A006300", "356#BE14F9FF8C000000",
                                      "359#0000000001504E", "35C#C000"};

class SocketCan : public VcanTest {
  protected:
    Result<BmsReading> read(drivers::PylontechBms& bms) {
        Result<BmsReading> result = failure(ErrorCode::closed, "not read");
        TaskGroup task(clock);
        task.spawn(
            [](drivers::PylontechBms& b, Instant deadline, Result<BmsReading>& into) -> Task<> {
                into = co_await b.read(deadline);
            }(bms, clock.now() + 10s, result));
        EXPECT_TRUE(until([&] { return task.size() == 0; }));
        return result;
    }
};

void expect_golden(const Result<BmsReading>& reading) {
    ASSERT_TRUE(reading) << reading.error().what;
    EXPECT_DOUBLE_EQ(reading->charge_limit.value(), 370.0);
    EXPECT_DOUBLE_EQ(reading->discharge_limit.value(), 25.0);
    EXPECT_DOUBLE_EQ(reading->soc.value(), 0.26);
    EXPECT_DOUBLE_EQ(reading->soh.value(), 0.99);
    EXPECT_DOUBLE_EQ(reading->v.value(), 53.10);
    EXPECT_DOUBLE_EQ(reading->i.value(), 0.7);
    EXPECT_DOUBLE_EQ(reading->temperature.value(), 14.0);
    EXPECT_TRUE(reading->charge_enabled && reading->discharge_enabled);
    EXPECT_FALSE(reading->alarm);
}

/// The emulated battery, put on the interface.
class Battery {
  public:
    Battery(Scheduler& clock, std::unique_ptr<CanPort> port)
        : node_(clock, std::move(port),
                [this](const can::CanFrame& frame, Instant at) { bms.hear(frame, at); }) {}

    void refresh(Instant now) {
        bms.refresh(now);
        for (const can::CanFrame& frame : bms.take_frames()) node_.send(frame);
    }

  private:
    BatterySpec spec_ = [] {
        BatterySpec spec;
        spec.capacity = Energy{13500.0};
        spec.charge_limit = Current{120.0};
        spec.discharge_limit = Current{100.0};
        return spec;
    }();
    plant::PackState pack_ = [] {
        plant::PackState pack;
        pack.soc = Ratio{0.6};
        pack.v = Voltage{52.34};
        pack.i = Current{10.0};
        return pack;
    }();
    static DeviceProfile profile() {
        DeviceProfile profile;
        profile.cadence = 200ms;
        return profile;
    }

  public:
    devices::PylontechBms bms{profile(), devices::BmsCore(spec_, pack_, story_start)};

  private:
    servers::CanNode node_;
};

TEST_F(SocketCan, BatteryAndDriverMeetBesideCandumpAndTheLogsAgree) {
    constexpr std::size_t reports = 5, frames = reports * 7;
    auto theirs = candump(frames, "theirs.log");
    auto ours = CanLog::create(folder / "ours.log", clock);
    ASSERT_TRUE(ours) << ours.error().what;
    (*ours)->listen(interface(), port());
    drivers::PylontechBms driver(
        clock, port({pylontech::battery_ids.begin(), pylontech::battery_ids.end()}), "home1.bms");
    Battery battery(clock, port());
    auto inverter = port();

    for (std::size_t i = 0; i < reports; ++i) {
        battery.refresh(clock.now());
        EXPECT_TRUE(inverter->send(encode(pylontech::KeepAlive{})));
        const auto reading = read(driver);
        ASSERT_TRUE(reading) << reading.error().what;
        EXPECT_DOUBLE_EQ(reading->v.value(), 52.34);
        EXPECT_DOUBLE_EQ(reading->i.value(), 10.0);
        EXPECT_DOUBLE_EQ(reading->soc.value(), 0.6);
        EXPECT_LE(reading->reported, clock.now());
        run_for(200ms);
    }
    EXPECT_GT(battery.bms.inverter_heard(), story_start) << "the inverter's keep-alive arrived";
    EXPECT_EQ(driver.statistics().exchanges, reports);
    EXPECT_TRUE(until_ended(*theirs)) << "candump has not heard all " << frames;
    ASSERT_TRUE((*ours)->flush());

    const auto our_lines = parsed(folder / "ours.log");
    const auto their_lines = parsed(folder / "theirs.log");
    ASSERT_THAT(our_lines, SizeIs(frames));
    EXPECT_EQ(frames_of(our_lines), frames_of(their_lines));
    // Both stamps are the kernel's, once in the run's time and once since 1970; each is cut to a
    // microsecond. Only somebody who sets the system's clock could make it more.
    for (std::size_t i = 0; i < std::min(our_lines.size(), their_lines.size()); ++i) {
        EXPECT_EQ(our_lines[i].interface, their_lines[i].interface);
        const Duration ours_later = our_lines[i].stamp - our_lines[0].stamp;
        const Duration theirs_later = their_lines[i].stamp - their_lines[0].stamp;
        EXPECT_LE(std::chrono::abs(ours_later - theirs_later), 1us) << "line " << i + 1;
    }
}

TEST_F(SocketCan, WhatCansendSendsReachesTheDriver) {
    drivers::PylontechBms driver(clock, port(), "home1.bms");
    for (const std::string& frame : golden) cansend(frame);
    expect_golden(read(driver));
    EXPECT_EQ(driver.findings(), 0u);
}

TEST_F(SocketCan, CanplayerReplaysOurLogAndTheDriverHearsTheSame) {
    {
        CanBus home(clock);
        auto battery = home.attach();
        auto log = CanLog::create(folder / "can.log", clock);
        ASSERT_TRUE(log);
        (*log)->listen("home1", home.attach_outside());
        for (const std::string& frame : golden) {
            battery->send(*can::parse_cansend(frame));
            run_for(20ms);
        }
        ASSERT_TRUE((*log)->flush());
    }
    drivers::PylontechBms driver(clock, port(), "home1.bms");
    auto again = CanLog::create(folder / "again.log", clock);
    (*again)->listen("home1", port());
    run_tool({"canplayer", "-I", folder / "can.log", interface() + "=home1"});
    expect_golden(read(driver));
    run_for(50ms);
    ASSERT_TRUE((*again)->flush());
    EXPECT_THAT(frames_of(parsed(folder / "can.log")), ElementsAreArray(golden));
    EXPECT_THAT(frames_of(parsed(folder / "again.log")), ElementsAreArray(golden));
}

TEST_F(SocketCan, EveryKindOfFrameCrossesBothWays) {
    const std::vector<std::string> kinds{"123#",
                                         "7FF#0011223344556677",
                                         "00000123#AA",
                                         "1FFFFFFF#0011223344556677",
                                         "321#R",
                                         "00000321#R4",
                                         "20000004#0001000000000000"};
    auto sut = port();
    for (const std::string& kind : kinds) {
        cansend(kind);
        EXPECT_EQ(hear(*sut), kind);
    }
    // candump shows no error frames unless asked: all others come back through it.
    auto theirs = candump(kinds.size() - 1, "theirs.log");
    for (const std::string& kind : kinds) EXPECT_TRUE(sut->send(*can::parse_cansend(kind))) << kind;
    EXPECT_TRUE(until_ended(*theirs));
    EXPECT_THAT(frames_of(parsed(folder / "theirs.log")),
                ElementsAreArray(kinds.begin(), kinds.end() - 1));
    EXPECT_THAT(hear(*sut, 100ms), HasSubstr("no frame")) << "it does not hear itself";
}

TEST_F(SocketCan, TheKernelLetsOnlyWantedIdsThrough) {
    auto sut = port({0x351, 0x355});
    auto sender = port();
    for (const char* frame :
         {"350#01", "351#01", "00000355#02", "355#R", "18000351#03", "356#04"}) {
        EXPECT_TRUE(sender->send(*can::parse_cansend(frame)));
    }
    EXPECT_EQ(hear(*sut), "351#01");
    EXPECT_EQ(hear(*sut), "00000355#02") << "a dialect complains about it";
    EXPECT_EQ(hear(*sut), "355#R");
    EXPECT_THAT(hear(*sut, 100ms), HasSubstr("can:" + interface() + ": no frame"));
}

TEST_F(SocketCan, WhatIsNotReadInTimeIsCounted) {
    auto sut = port();
    auto sender = port();
    constexpr int flood = 2000;
    for (int i = 0; i < flood; ++i) sender->send(can::standard_frame(0x100, {1}));
    run_for(100ms);  // the kernel tells of what it dropped with the next frame
    sender->send(can::standard_frame(0x101, {1}));
    run_for(100ms);
    std::uint64_t heard = 0;
    std::string last;
    for (std::string next = hear(*sut, 50ms); next.find('#') != std::string::npos;
         next = hear(*sut, 50ms)) {
        ++heard;
        last = next;
    }
    EXPECT_EQ(last, "101#01");
    EXPECT_EQ(heard, 256u);
    EXPECT_EQ(heard + sut->overruns(), flood + 1u);
}

TEST_F(SocketCan, FindsAnInterfaceAgainThatWentDownOrAway) {
    const std::string own = "ibtest0";
    const auto ip = [&](std::vector<std::string> rest) {
        rest.insert(rest.begin(), "ip");
        if (geteuid() != 0) rest.insert(rest.begin(), {"sudo", "-n"});
        run_tool(std::move(rest));
    };
    SocketCanPort sut(clock, network, own, {});
    EXPECT_EQ(hear(sut, 300ms), "can:" + own + ": no such CAN interface");
    ip({"link", "add", "dev", own, "type", "vcan"});
    EXPECT_TRUE(until([&] { return sut.trouble() == "the interface is down"; })) << sut.trouble();
    ip({"link", "set", own, "up"});
    EXPECT_TRUE(until([&] { return sut.trouble().empty(); }));
    EXPECT_EQ(sut.reconnects(), 0u) << "it was the first time";

    ip({"link", "set", own, "down"});
    EXPECT_TRUE(until([&] { return sut.trouble() == "the interface is down"; }));
    EXPECT_FALSE(sut.send(can::standard_frame(0x305, {0})));
    ip({"link", "set", own, "up"});
    EXPECT_TRUE(until([&] { return sut.trouble().empty(); }));
    run_tool({"cansend", own, "351#01"});
    EXPECT_EQ(hear(sut), "351#01");
    EXPECT_EQ(sut.reconnects(), 1u);

    ip({"link", "del", own});
    EXPECT_TRUE(until([&] { return sut.trouble() == "no such CAN interface"; })) << sut.trouble();
    ip({"link", "add", "dev", own, "type", "vcan"});
    ip({"link", "set", own, "up"});
    EXPECT_TRUE(until([&] { return sut.trouble().empty(); }));
    run_tool({"cansend", own, "352#02"});
    EXPECT_EQ(hear(sut), "352#02");
    EXPECT_EQ(sut.reconnects(), 2u);
    ip({"link", "del", own});
}

TEST_F(SocketCan, AnInterfaceThatIsNotCanIsNamed) {
    SocketCanPort sut(clock, network, "lo", {});
    EXPECT_EQ(hear(sut, 300ms), "can:lo: no such CAN interface");
}

TEST_F(SocketCan, StrangersJoinTheBusOfAHomeThroughABridge) {
    CanBus home(clock);
    CanBridge sut(clock, home.attach_outside(), port());
    auto battery = home.attach();
    auto theirs = candump(2, "theirs.log");

    battery->send(*can::parse_cansend(golden[0]));
    run_for(50ms);
    cansend("305#0000000000000000");

    EXPECT_EQ(hear(*battery), "305#0000000000000000");
    EXPECT_TRUE(until_ended(*theirs));
    EXPECT_THAT(frames_of(parsed(folder / "theirs.log")),
                ElementsAre(golden[0], "305#0000000000000000"));
    EXPECT_THAT(hear(*battery, 100ms), HasSubstr("no frame")) << "nothing goes in a circle";
    EXPECT_EQ(sut.lost(), 0u);
}

}  // namespace
}  // namespace islandbench::links::test
