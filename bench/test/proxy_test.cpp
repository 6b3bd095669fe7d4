#include <gmock/gmock.h>

#include <csignal>
#include <sstream>

#include "bench/test/program.hpp"

/// "islandbench proxy" between "scan" and an emulated device, three processes over TCP.
namespace islandbench::bench {
namespace {

using ::testing::HasSubstr;

/// The first address behind these words.
std::string address_behind(const std::string& words, const std::string& text) {
    const std::size_t found = text.find(words);
    const std::size_t begin = text.find("tcp://", found);
    if (found == std::string::npos || begin == std::string::npos) return "";
    return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

class Proxy : public ::testing::Test {
  protected:
    Proxy() : street(folder, {"emulate", "--site", "miniature"}) {
        EXPECT_TRUE(street.says("serving"));
        device = address_behind("home1.inverter", street.out());
    }

    /// Scans through a proxy with these options; the proxy's own words come back too.
    std::pair<Finished, Finished> scan_through(std::vector<std::string> options) {
        options.insert(options.begin(), {"proxy", "127.0.0.1:0", device});
        Program between(folder, std::move(options));
        EXPECT_TRUE(between.says("leads to"));
        const std::string link = address_behind("", between.err()) + "?unit=1";
        Finished scan = islandbench(folder, {"scan", link, "--out", "found"});
        between.signal(SIGINT);
        return {std::move(scan), between.wait()};
    }

    Folder folder;
    Program street;
    std::string device;
};

TEST_F(Proxy, WithoutFaultsChangesNothing) {
    const auto [scan, between] = scan_through({});
    EXPECT_EQ(scan.exit_code, 0) << scan.err;
    EXPECT_THAT(scan.out, HasSubstr("DER volt-var"));
    EXPECT_EQ(between.exit_code, 130);
    EXPECT_THAT(between.out, HasSubstr(": 0 lost, 0 corrupted, 0 out of order, 0 resets"));
    EXPECT_THAT(between.err, HasSubstr("a client has gone"));
}

TEST_F(Proxy, AResetInPlaceOfEveryReplyEndsAScan) {
    const auto [scan, between] = scan_through({"--reset", "100 %"});
    EXPECT_EQ(scan.exit_code, 3);
    EXPECT_THAT(scan.err, HasSubstr("127.0.0.1"));
    EXPECT_THAT(between.out, testing::Not(HasSubstr(" 0 resets")));
}

TEST(ProxyOptions, AllThatIsWrongIsToldAtOnce) {
    const Folder folder;
    const Finished wrong = islandbench(folder, {"proxy", "127.0.0.1:0", "can:can0", "--loss",
                                                "150 %", "--drip", "soon", "--delay-p99", "1 s"});
    EXPECT_EQ(wrong.exit_code, 2);
    for (const char* said : {"DEVICE can:can0", "--loss 150 %", "--drip soon",
                             "--delay-p99 goes with --delay-median"}) {
        EXPECT_THAT(wrong.err, HasSubstr(said));
    }
}

TEST(ProxyOptions, WhereNobodyCanListenIsNamed) {
    const Folder folder;
    const Finished wrong = islandbench(folder, {"proxy", "here", "tcp://127.0.0.1:1"});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_THAT(wrong.err, HasSubstr("LISTEN here"));
}

TEST(ProxyOptions, APortInUseIsNamed) {
    const Folder folder;
    Program first(folder, {"proxy", "127.0.0.1:0", "tcp://127.0.0.1:1"});
    ASSERT_TRUE(first.says("leads to"));
    const std::string taken = address_behind("", first.err()).substr(6);
    const Finished second = islandbench(folder, {"proxy", taken, "tcp://127.0.0.1:1"});
    EXPECT_EQ(second.exit_code, 3);
    EXPECT_THAT(second.err, HasSubstr(taken));
}

}  // namespace
}  // namespace islandbench::bench
