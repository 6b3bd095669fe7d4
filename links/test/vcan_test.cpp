#include "links/test/vcan_test.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace islandbench::links::test {

namespace fs = std::filesystem;

std::string interface() {
    const char* const name = std::getenv("VCAN_INTERFACE");
    return name != nullptr ? name : "vcan0";
}

std::vector<std::string> lines_of(const fs::path& file) {
    std::vector<std::string> all;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}

std::vector<can::CandumpLine> parsed(const fs::path& file) {
    std::vector<can::CandumpLine> all;
    for (const std::string& line : lines_of(file)) {
        const auto one = can::parse_candump(line);
        EXPECT_TRUE(one) << one.error().what;
        if (one) all.push_back(*one);
    }
    return all;
}

std::vector<std::string> frames_of(const std::vector<can::CandumpLine>& log) {
    std::vector<std::string> all;
    for (const can::CandumpLine& line : log) all.push_back(can::to_cansend(line.frame));
    return all;
}

void VcanTest::SetUp() {
    if (!SocketCanPort::is_supported()) {
        GTEST_SKIP() << "Skipped: this kernel has no AF_CAN; scripts/with-vcan runs these tests";
    }
    std::string pattern = (fs::temp_directory_path() / "vcan-test-XXXXXX").string();
    folder = mkdtemp(pattern.data());
    (void)network.wait(clock.now());  // the run's time goes with the wall from here on
}

void VcanTest::TearDown() {
    if (!folder.empty()) fs::remove_all(folder);
}

std::unique_ptr<SocketCanPort> VcanTest::port(std::vector<std::uint32_t> ids) {
    auto opened = std::make_unique<SocketCanPort>(clock, network, interface(), std::move(ids));
    EXPECT_TRUE(until([&] { return opened->trouble().empty(); })) << opened->trouble();
    return opened;
}

std::string VcanTest::hear(CanPort& from, Duration within) {
    std::string heard;
    TaskGroup task(clock);
    task.spawn([](CanPort& p, Instant deadline, std::string& into) -> Task<> {
        const auto received = co_await p.receive(deadline);
        into = received ? can::to_cansend(received->frame) : received.error().what;
    }(from, clock.now() + within, heard));
    EXPECT_TRUE(until([&] { return task.size() == 0; }));
    return heard;
}

std::unique_ptr<Child> VcanTest::candump(std::size_t frames, const std::string& file) {
    // The kernel lists who hears all frames of an interface.
    const auto listeners = [] {
        const auto lines = lines_of("/proc/net/can/rcvlist_all");
        return std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
            return line.find(interface() + " ") != std::string::npos;
        });
    };
    const auto before = listeners();
    std::vector<std::string> command{"candump", "-L", "-n", std::to_string(frames), interface()};
    auto child = std::make_unique<Child>(std::move(command), folder / file);
    EXPECT_TRUE(until([&] { return listeners() > before; })) << "candump does not listen";
    return child;
}

void VcanTest::run_tool(std::vector<std::string> command) {
    const std::string name = command[0];
    Child child(std::move(command), folder / (name + ".out"));
    EXPECT_TRUE(until_ended(child));
    std::ostringstream said;
    said << std::ifstream(folder / (name + ".out")).rdbuf();
    EXPECT_EQ(child.exit_code(), 0) << name << ": " << said.str();
}

}  // namespace islandbench::links::test
