#include <gmock/gmock.h>

#include "bench/test/program.hpp"

/// Stories in which a careless bench would be green. Each was once told, and believed.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A story on the miniature street; steps and criteria as they stand in a file.
std::string story(const std::string& steps, const std::string& criteria,
                  const std::string& further = "") {
    return R"({"name": "tale", "site": "miniature", "duration": "120 s", "seed": 3, )" + further +
           R"("start": {"soc": {"former": "60 %"}, "permit_reclose": true}, "steps": [)" + steps +
           R"(], "criteria": [)" + criteria + "]}";
}

struct Told {
    Finished ended;
    json::Value results;
};

Told tell(const Folder& folder, const std::string& text, std::vector<std::string> flags = {}) {
    folder.write("tale.json", text);
    std::vector<std::string> arguments{"run", "tale.json", "--quiet", "--out", "run"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    Told told;
    told.ended = islandbench(folder, arguments);
    if (std::filesystem::exists(folder.path() / "run")) {
        told.results = results_of(folder.path() / "run");
    }
    return told;
}

double count_of(const json::Value& results, const std::string& device, const char* key) {
    for (const json::Value& link : results.find("links")->items()) {
        if (link.find("device")->text() == device) return double(link.find(key)->integer());
    }
    ADD_FAILURE() << device;
    return -1.0;
}

TEST(FalseGreen, AStreetThatSleepsThroughADipIsRedForItsCriticalLoads) {
    const Folder folder;
    const Told told =
        tell(folder, story(R"({"at": "5 s", "outage": {}}, {"at": "20 s", "grid_back": {}},
              {"at": "60 s", "fault": {"id": "x", "device": "pcc", "detection_off": true}},
              {"at": "70 s", "flicker": {"for": "30 s", "remaining": "10 %"}})",
                           R"("C1", "E1", "H2")"));
    EXPECT_EQ(told.ended.exit_code, 1);
    EXPECT_EQ(verdict_of(told.results, "E1"), "fail") << verdicts(told.results);
}

TEST(FalseGreen, AStreetThatLeftTheGridWhileSettlingTellsNoStory) {
    const Folder folder;
    folder.write("high.json",
                 replaced(fixture("sites/miniature.json"), R"("fault_level": "50 MVA")",
                          R"("fault_level": "50 MVA", "no_load_v": "262 V")"));
    folder.write("tale.json", replaced(story("", R"("F1")"), R"("site": "miniature")",
                                       R"("site": "high.json")"));
    const Finished ended = islandbench(folder, {"run", "tale.json", "--out", "run"});
    EXPECT_EQ(ended.exit_code, 3);
    EXPECT_THAT(ended.err, HasSubstr("left the grid before the story began: the interconnect "
                                     "opened on voltage"));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(FalseGreen, TheEndOfOneSilenceDoesNotEndAnother) {
    const Folder folder;
    const Told told =
        tell(folder, story(R"({"at": "1 s", "silence": {"of": "home3", "for": "100 s"}},
              {"at": "10 s", "silence": {"of": "home3.loadctl", "for": "2 s"}})",
                           R"("F1")"));
    EXPECT_LT(count_of(told.results, "home3.loadctl", "exchanges"),
              0.4 * count_of(told.results, "home1.loadctl", "exchanges"));
}

TEST(FalseGreen, ASilentHomeIsNotHeardOnAnyOfItsLinks) {
    const Folder folder;
    const Told told = tell(
        folder, story(R"({"at": "0 s", "silence": {"of": "home2", "for": "120 s"}})", R"("F1")"));
    for (const char* device : {"home2.inverter", "home2.bms", "home2.loadctl"}) {
        EXPECT_GT(count_of(told.results, device, "time_outs"), 10.0) << device;
    }
    EXPECT_LT(count_of(told.results, "home2.bms", "exchanges"), 15.0) << "while it settled";
}

TEST(FalseGreen, AShortenedObservationIsALimitThatNobodyVerified) {
    const Folder folder;
    const Told told = tell(folder,
                           story(R"({"at": "5 s", "outage": {}}, {"at": "20 s", "grid_back": {}})",
                                 R"("H1")", R"("observation": "5 s", )"),
                           {"--strict"});
    EXPECT_EQ(told.ended.exit_code, 4);
    EXPECT_EQ(verdict_of(told.results, "H1"), "pass");
    EXPECT_EQ(result_text(told.results, "verdict"), "inconclusive");
    EXPECT_THAT(told.ended.out, HasSubstr("INCONCLUSIVE"));
}

TEST(FalseGreen, AStoryThatWasNotToldIsInconclusive) {
    const Folder folder;
    const Told told = tell(folder, story(R"({"at": "5 s", "outage": {}},
              {"when": "truth.island.f > 60 Hz", "fault": {"id": "x", "device": "pcc", "detection_off": true}},
              {"at": "8 s", "flicker": {"for": "1 s", "remaining": "0 %"}})",
                                         R"("C1")"));
    EXPECT_EQ(told.ended.exit_code, 4);
    EXPECT_EQ(result_text(told.results, "verdict"), "inconclusive");
    EXPECT_EQ(verdict_of(told.results, "C1"), "pass");
    EXPECT_THAT(told.ended.out, AllOf(HasSubstr("The story was not told"),
                                      HasSubstr("that never came"), HasSubstr("changed nothing")));
}

TEST(FalseGreen, LimitsOfOnesOwnAreNamedOnTheReport) {
    const Folder folder;
    folder.write("pilot.json", fixture("criteria/pilot.json"));
    const Told told = tell(folder, story("", R"("F1")"));
    EXPECT_EQ(told.ended.exit_code, 0);
    EXPECT_THAT(told.ended.out, HasSubstr("not the installed ones: criteria pilot.json"));
}

TEST(FalseGreen, StrictTakesTheInstalledLimitsOnly) {
    const Folder folder;
    folder.write("pilot.json", replaced(fixture("criteria/pilot.json"), "<= 97 %", "<= 98 %"));
    folder.write("gb_g98_g99a_lv.json", fixture("gridcodes/gb_g98_g99a_lv.json"));
    const Told told = tell(folder, story("", R"("F1")"), {"--strict"});
    EXPECT_EQ(told.ended.exit_code, 2);
    EXPECT_THAT(told.ended.err, AllOf(HasSubstr("criteria pilot.json"),
                                      HasSubstr("grid code gb_g98_g99a_lv.json")));
}

TEST(FalseGreen, ASiteCannotWidenItsLimitsByOtherNominalValues) {
    const Folder folder;
    folder.write("high.json",
                 replaced(fixture("sites/miniature.json"), R"("t_detect_s")",
                          R"("nominal_v": "250 V", "nominal_f": "60 Hz", "t_detect_s")"));
    const Told told = tell(folder, replaced(story("", R"("F1")"), "miniature", "high"));
    EXPECT_EQ(told.ended.exit_code, 2);
    EXPECT_THAT(told.ended.err, AllOf(HasSubstr("high.json:"), HasSubstr("$.nominal_v: is 250"),
                                      HasSubstr("$.nominal_f: is 60")));
}

}  // namespace
}  // namespace islandbench::bench
