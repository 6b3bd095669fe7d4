#include "links/can_log.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "protocols/can/candump.hpp"

namespace islandbench::links {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CanLogTest : public ::testing::Test {
  protected:
    static fs::path own_folder() {
        std::string pattern = (fs::temp_directory_path() / "can-log-XXXXXX").string();
        return mkdtemp(pattern.data());
    }
    ~CanLogTest() override { fs::remove_all(folder); }

    void run_for(Duration d) {
        const Instant end = clock.now() + d;
        clock.run_ready();
        while (clock.next_timer() <= end) {
            clock.advance_to(clock.next_timer());
            clock.run_ready();
        }
        clock.advance_to(end);
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> all;
        std::ifstream in(file);
        for (std::string line; std::getline(in, line);) all.push_back(line);
        return all;
    }

    fs::path folder = own_folder();
    fs::path file = folder / "can.log";
    Scheduler clock{story_start - 1s};
    CanBus home1{clock}, home2{clock};
    std::unique_ptr<CanPort> one = home1.attach(), two = home2.attach();
};

TEST_F(CanLogTest, WritesEveryBusInTheOrderOfTime) {
    auto sut = CanLog::create(file, clock);
    ASSERT_TRUE(sut) << sut.error().what;
    (*sut)->listen("home1", home1.attach_outside());
    (*sut)->listen("home 2", home2.attach_outside());
    one->send(can::standard_frame(0x100, {1}));  // before the story
    run_for(1s);
    two->send(can::standard_frame(0x355, {0x1A, 0, 0x63, 0}));
    run_for(1ms);
    one->send(can::standard_frame(0x305, {0, 0, 0, 0, 0, 0, 0, 0}));
    run_for(12s);
    can::CanFrame report;
    report.error = true;
    report.id = 4;
    report.length = 8;
    one->send(report);
    run_for(1s);

    ASSERT_TRUE((*sut)->flush());
    // 32 bytes of data take 95 bits and stuffing (79 + 16), 64 of them 135; 2 us each.
    EXPECT_THAT(lines(), ElementsAre("(0000000000.000190) home_2 355#1A006300",
                                     "(0000000000.001270) home1 305#0000000000000000",
                                     "(0000000012.001270) home1 20000004#0000000000000000"));
    EXPECT_EQ((*sut)->frames(), 3u);
}

TEST_F(CanLogTest, OverwritesNothing) {
    std::ofstream(file) << "mine";
    const auto sut = CanLog::create(file, clock);
    ASSERT_FALSE(sut);
    EXPECT_THAT(sut.error().what, AllOf(HasSubstr("can.log"), HasSubstr("exists")));
}

TEST_F(CanLogTest, AFullDiskIsNamedOnceAndForAll) {
    auto sut = CanLog::create(file, clock);
    ASSERT_TRUE(sut);
    (*sut)->listen("home1", home1.attach_outside());
    run_for(1s);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{100, before.rlim_max};
    const auto minded = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    for (int i = 0; i < 10; ++i) one->send(can::standard_frame(0x355, {1, 2, 3, 4}));
    run_for(1s);
    const auto failed = (*sut)->flush();
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, minded);

    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().what, HasSubstr("can.log: "));
    ASSERT_FALSE((*sut)->flush()) << "it does not pretend that the gap were not there";
}

}  // namespace
}  // namespace islandbench::links
