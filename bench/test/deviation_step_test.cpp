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

TEST(DeviationSteps, ADeviceThatDeviatesChangesTheStory) {
    const Folder folder;
    const std::string plain = folder.write("plain.json", fixture("scenarios/miniature_short.json"));
    const std::string odd = folder.write(
        "odd.json", story_with(R"("device": "home1.inverter", "deviations": ["D14", "D53"])"));
    const ToldStory before = tell_story(folder, "plain", {plain});
    const ToldStory after = tell_story(folder, "odd", {odd});
    EXPECT_NE(before.trace, after.trace);
    EXPECT_THAT(json::to_text(after.results), HasSubstr("it deviates as D14 D53"));
    // The device is as it was behind its odd registers; an empty list ends it.
    const std::string ended =
        folder.write("ended.json", story_with(R"("device": "home1.inverter", "deviations": [])"));
    EXPECT_EQ(tell_story(folder, "ended", {ended}).trace, before.trace);
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
