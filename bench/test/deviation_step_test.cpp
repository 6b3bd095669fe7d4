#include <gmock/gmock.h>

#include "bench/test/program.hpp"

/// Deviations as steps of a story: a device that drifts away from its standard in the middle of it.
namespace islandbench::bench {
namespace {

using ::testing::HasSubstr;

std::string story_with(const std::string& fault) {
    return replaced(fixture("scenarios/miniature_short.json"), "\"steps\": [",
                    "\"steps\": [{\"at\": \"1 s\", \"fault\": {\"id\": \"odd\", " + fault + "}},");
}

/// Requests that a device has refused in a run.
std::int64_t refused_by(const json::Value& results, const std::string& device) {
    for (const json::Value& link : results.find("links")->items()) {
        if (link.find("device")->text() == device) return link.find("exceptions")->integer();
    }
    ADD_FAILURE() << "no link of " << device;
    return -1;
}

TEST(DeviationSteps, ADeviceThatDeviatesChangesTheStory) {
    const Folder folder;
    const std::string odd = folder.write(
        "odd.json", story_with(R"("device": "home1.inverter", "deviations": ["D14", "D53"])"));
    const ToldStory after = tell_story(folder, "odd", {odd});
    EXPECT_THAT(json::to_text(after.results), HasSubstr("it deviates as D14 D53"));
    EXPECT_GT(refused_by(after.results, "home1.inverter"), 3);
    EXPECT_EQ(refused_by(after.results, "home2.inverter"), 0);
    // Without any it is as it should be, behind the same door.
    const std::string none =
        folder.write("none.json", story_with(R"("device": "home1.inverter", "deviations": [])"));
    const ToldStory healthy = tell_story(folder, "none", {none});
    EXPECT_EQ(refused_by(healthy.results, "home1.inverter"), 0);
}

TEST(DeviationSteps, WhatNobodyKnowsIsToldBeforeTheRun) {
    const Folder folder;
    const std::string unknown = folder.write(
        "unknown.json", story_with(R"("device": "home1.inverter", "deviations": ["D99"])"));
    const Finished refused = islandbench(folder, {"run", unknown});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("no deviation \"D99\""));
    const std::string wrong = folder.write(
        "wrong.json", story_with(R"("device": "home1.loadctl", "deviations": ["D14"])"));
    const Finished other = islandbench(folder, {"run", wrong});
    EXPECT_EQ(other.exit_code, 2);
    EXPECT_THAT(other.err, HasSubstr("does not speak SunSpec"));
}

}  // namespace
}  // namespace islandbench::bench
