#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "bench/test/program.hpp"

/// "islandbench scan" against an emulated device in another process.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The link of a device, from what the street said.
std::string link_of(const std::string& out, const std::string& device) {
    std::istringstream lines(out);
    std::string name, role, address;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        words >> name >> role >> address;
        if (name == device) return address + "?unit=1";
    }
    return "";
}

TEST(Scan, WritesAMapAProfileAndASiteStub) {
    const Folder folder;
    Program street(folder, {"emulate", "--site", "miniature"});
    ASSERT_TRUE(street.says("serving"));
    const std::string link = link_of(street.out(), "home1.inverter");
    const std::string out = (folder.path() / "found").string();
    const Finished scan = islandbench(folder, {"scan", link, "--out", out});
    ASSERT_EQ(scan.exit_code, 0) << scan.err;
    EXPECT_THAT(scan.out, AllOf(HasSubstr("DER AC measurement"), HasSubstr("DER volt-var")));

    Diagnostics none;
    const json::Value map =
        json::parse(content(folder.path() / "found" / "device_map.json"), "device_map.json", none);
    EXPECT_EQ(map.find("maker")->text(), "islandbench");
    EXPECT_EQ(map.find("models")->items().size(), 15u);
    EXPECT_TRUE(map.find("findings")->items().empty());
    const json::Value& common = map.find("models")->items()[0];
    EXPECT_EQ(common.find("address")->integer(), 40002);

    const std::string profile = (folder.path() / "found" / "islandbench_hybrid_5k.json").string();
    const Finished valid = islandbench(folder, {"validate", profile});
    EXPECT_EQ(valid.exit_code, 0) << valid.err;
    EXPECT_THAT(content(folder.path() / "found" / "site_stub.json"),
                AllOf(HasSubstr("islandbench_hybrid_5k"), HasSubstr(link)));
}

TEST(Scan, AnInverterOfTheOlderModelsIsKnownAsOne) {
    const Folder folder;
    folder.write("old.json", replaced(fixture("sites/miniature.json"), R"("hybrid_inverter")",
                                      R"("hybrid_inverter_100")"));
    Program street(folder, {"emulate", "--site", "old.json"});
    ASSERT_TRUE(street.says("serving"));
    const std::string link = link_of(street.out(), "home1.inverter");
    const Finished scan = islandbench(folder, {"scan", link, "--out", "found"});
    ASSERT_EQ(scan.exit_code, 0) << scan.err;
    const auto profile = folder.path() / "found" / "islandbench_hybrid_5k_classic.json";
    EXPECT_THAT(content(profile), HasSubstr(R"("protocol": "sunspec-100")"));
    const Finished valid = islandbench(folder, {"validate", profile.string()});
    EXPECT_EQ(valid.exit_code, 0) << valid.err;
}

TEST(Scan, SaysWhatIsWrong) {
    const Folder folder;
    const Finished no_link = islandbench(folder, {"scan", "inverter"});
    EXPECT_EQ(no_link.exit_code, 2);
    EXPECT_THAT(no_link.err, HasSubstr("link \"inverter\""));
    EXPECT_EQ(islandbench(folder, {"scan", "can:can0"}).exit_code, 2);
    const Finished nobody = islandbench(folder, {"scan", "tcp://127.0.0.1:1?unit=1"});
    EXPECT_EQ(nobody.exit_code, 3);
    EXPECT_THAT(nobody.err, HasSubstr("127.0.0.1:1"));
    EXPECT_THAT(folder.entries(), ::testing::Not(Contains("scan")));
}

}  // namespace
}  // namespace islandbench::bench
