#include "bench/street_table.hpp"

#include <gmock/gmock.h>

#include "bench/site_links.hpp"
#include "bench/telemetry_news.hpp"
#include "bench/test/program.hpp"

/// What people read about many devices must fit where they read it.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Switch, two meters, the former's two, and homes with three devices each.
std::vector<ServedDevice> street_of(int homes) {
    std::vector<ServedDevice> devices;
    const auto add = [&](const std::string& name) {
        ServedDevice device;
        device.name = name;
        device.address = "tcp://127.0.0.1:15001";
        device.unit = "1";
        device.profile = "some_profile";
        device.clients = 1;
        device.per_second = 1.5;
        devices.push_back(device);
    };
    for (const char* name :
         {"pcc", "meter_grid", "meter_island", "former.inverter", "former.bms"}) {
        add(name);
    }
    for (int i = 1; i <= homes; ++i) {
        for (const char* part : {".inverter", ".bms", ".loadctl"}) {
            add("home" + std::to_string(i) + part);
        }
    }
    return devices;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

struct Window {
    std::size_t columns, rows;
};
class StreetTableFits : public ::testing::TestWithParam<Window> {};

TEST_P(StreetTableFits, AnyWindow) {
    const auto [columns, rows] = GetParam();
    for (const int homes : {1, 3, 24, 36, 200}) {
        const auto lines = street_table(street_of(homes), at_seconds(60), {columns, rows},
                                        std::string(200, 'h'), std::string(200, 't'));
        EXPECT_LE(lines.size(), rows) << homes << " homes";
        for (const std::string& line : lines) EXPECT_LE(line.size(), columns) << line;
    }
}
INSTANTIATE_TEST_SUITE_P(Sizes, StreetTableFits,
                         ::testing::Values(Window{80, 24}, Window{100, 30}, Window{100, 24},
                                           Window{200, 60}, Window{40, 10}));

TEST(StreetTable, ShowsEveryHomeOfAPilotStreet) {
    for (const std::size_t columns : {80u, 100u}) {
        const std::string text =
            joined(street_table(street_of(36), at_seconds(60), {columns, 24}, "street", "truth"));
        for (int i = 1; i <= 36; ++i) {
            EXPECT_NE(text.find("home" + std::to_string(i) + " "), std::string::npos) << i;
        }
        EXPECT_THAT(text, AllOf(HasSubstr("113 devices, 113 clients, 169.5 messages/s"),
                                HasSubstr("truth"), Not(HasSubstr("more"))));
    }
}

TEST(StreetTable, SaysWhatDidNotFit) {
    const auto lines = street_table(street_of(200), at_seconds(60), {80, 24}, "street", "truth");
    EXPECT_THAT(joined(lines), HasSubstr("more: the window is too small"));
}

TEST(StreetTable, TellsTheNewestWriteOfAHome) {
    auto devices = street_of(20);
    devices[5].last_write = "registers 40123..40124";  // home1.inverter
    devices[5].written_at = at_seconds(57);
    devices[7].last_write = "coil 4";  // home1.loadctl
    devices[7].written_at = at_seconds(50);
    const auto by_home = joined(street_table(devices, at_seconds(60), {100, 40}, "", ""));
    EXPECT_THAT(by_home, AllOf(HasSubstr("inverter registers 40123..40124, 3 s ago"),
                               Not(HasSubstr("coil"))));
    const auto by_device = joined(street_table(devices, at_seconds(60), {100, 90}, "", ""));
    EXPECT_THAT(by_device, AllOf(HasSubstr("home1.loadctl"), HasSubstr("coil 4, 10 s ago")));
}

TEST(InFewWords, NamesAFewAndCountsTheRest) {
    std::vector<std::string> all;
    for (const ServedDevice& device : street_of(10)) all.push_back(device.name);
    const auto words = [&all](std::vector<std::string> some) { return in_few_words(some, all); };
    EXPECT_EQ(words({"home3.inverter"}), "home3.inverter");
    EXPECT_EQ(words({"home3.inverter", "home3.bms"}), "home3.inverter and home3.bms");
    EXPECT_EQ(words({"pcc", "home3.inverter", "home3.bms", "home3.loadctl"}),
              "pcc and home3 (3 devices)");
    EXPECT_EQ(words(all), "all 35 devices");
    EXPECT_EQ(words({all.begin() + 3, all.end()}),
              "former (2 devices), home1 (3 devices), home2 (3 devices), home3 (3 devices) and 7 "
              "more (21 devices)");
    EXPECT_EQ(in_few_words({"pcc"}, {"pcc"}), "pcc");
}

TEST(SiteLinks, AreWrittenWhereTheirDevicesStand) {
    const std::string text = fixture("sites/miniature.json");
    Diagnostics problems;
    const Site site = read_site(text, "miniature.json", problems);
    std::map<std::string, std::string> links;
    int port = 1000;
    for (const DeviceRef& device : devices_of(site)) {
        links[device.name] = "tcp://127.0.0.1:" + std::to_string(++port) + "?unit=1";
    }
    const std::string written = with_links(text, site, links);
    Site moved = read_site(written, "written.json", problems);
    EXPECT_TRUE(problems.empty()) << problems;
    const auto devices = devices_of(moved);
    ASSERT_EQ(devices.size(), links.size());
    for (const DeviceRef& device : devices) EXPECT_EQ(device.spec->link, links[device.name]);
    EXPECT_EQ(moved.homes.size(), site.homes.size());

    // And again: a link that is there is replaced.
    links["pcc"] = "tcp://10.0.0.1:502?unit=3";
    const std::string again = with_links(written, moved, links);
    const Site third = read_site(again, "again.json", problems);
    EXPECT_TRUE(problems.empty()) << problems;
    EXPECT_EQ(third.interconnect.device.link, "tcp://10.0.0.1:502?unit=3");

    emulate_all(moved);
    for (const DeviceRef& device : devices_of(moved)) EXPECT_EQ(device.spec->link, "emulated");
}

}  // namespace
}  // namespace islandbench::bench
