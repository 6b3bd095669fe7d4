#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "links/socket_can.hpp"
#include "links/test/child.hpp"
#include "protocols/can/candump.hpp"

/// Tests on a real CAN interface, beside the programs of can-utils. scripts/with-vcan makes one,
/// also where this kernel has no AF_CAN.
namespace islandbench::links::test {

/// Its name: $VCAN_INTERFACE or vcan0.
std::string interface();
std::vector<std::string> lines_of(const std::filesystem::path& file);
/// A candump log; a line that is none fails the test.
std::vector<can::CandumpLine> parsed(const std::filesystem::path& file);
/// "351#01" for each line.
std::vector<std::string> frames_of(const std::vector<can::CandumpLine>& log);

class VcanTest : public ::testing::Test {
  protected:
    /// Skips, with the reason, on a kernel without AF_CAN.
    void SetUp() override;
    void TearDown() override;

    /// Turns the loop until the condition holds.
    template <class Condition>
    bool until(Condition condition, Duration limit = 20s) {
        const Instant end = clock.now() + limit;
        clock.run_ready();
        while (!condition()) {
            if (clock.now() >= end) return false;
            clock.advance_to(network.wait(std::min(clock.next_timer(), clock.now() + 1ms)));
            clock.run_ready();
        }
        return true;
    }
    void run_for(Duration d) {
        (void)until([] { return false; }, d);
    }
    bool until_ended(Child& child) {
        return until([&] { return child.ended(); });
    }

    /// An open port on the interface.
    std::unique_ptr<SocketCanPort> port(std::vector<std::uint32_t> ids = {});
    /// The next frame as text, or what went wrong.
    std::string hear(CanPort& from, Duration within = 2s);

    /// candump, once it listens; it ends after so many frames.
    std::unique_ptr<Child> candump(std::size_t frames, const std::string& file);
    /// Runs a program to its end, which must be a good one.
    void run_tool(std::vector<std::string> command);
    void cansend(const std::string& frame) { run_tool({"cansend", interface(), frame}); }

    std::filesystem::path folder;  ///< the test's own
    Scheduler clock;
    TcpNetwork network{clock};
};

}  // namespace islandbench::links::test
