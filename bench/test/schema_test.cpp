#include <gmock/gmock.h>

#include <cstdlib>

#include "bench/test/program.hpp"

/// The schemas against somebody else's validator: what we ship is valid, what the program refuses
/// for its form is not.
namespace islandbench::bench {
namespace {

bool have_validator() {
    return std::system("python3 -c 'import jsonschema' 2>/dev/null") == 0;
}

/// What python3-jsonschema says of a document; "" when it is valid.
std::string complaint(const Folder& folder, const std::string& kind, const std::string& document) {
    folder.write("schema.json", islandbench(folder, {"schema", kind}).out);
    Diagnostics problems;
    folder.write("document.json", json::to_text(json::parse(document, "document.json", problems)));
    const std::string script = R"(
import json, jsonschema
schema, document = json.load(open("schema.json")), json.load(open("document.json"))
jsonschema.Draft202012Validator.check_schema(schema)
for error in jsonschema.Draft202012Validator(schema).iter_errors(document): print(error.json_path, error.message)
)";
    folder.write("check.py", script);
    const std::string command =
        "cd '" + folder.path().string() + "' && python3 check.py > said 2>&1";
    const int status = std::system(command.c_str());
    std::ifstream said(folder.path() / "said");
    std::string text{std::istreambuf_iterator<char>(said), {}};
    if (status != 0 && text.empty()) text = "the validator did not run";
    return text;
}

struct Shipped {
    const char* kind;
    const char* folder;
};

class Schema : public ::testing::TestWithParam<Shipped> {};

TEST_P(Schema, AcceptsWhatIsShipped) {
    if (!have_validator()) GTEST_SKIP() << "Skipped: python3-jsonschema is not installed";
    const Folder folder;
    int files = 0;
    const auto shipped = std::filesystem::path(IB_SOURCE_DIR) / "fixtures" / GetParam().folder;
    for (const auto& entry : std::filesystem::directory_iterator(shipped)) {
        const std::string name =
            std::string(GetParam().folder) + "/" + entry.path().filename().string();
        EXPECT_EQ(complaint(folder, GetParam().kind, fixture(name)), "") << name;
        ++files;
    }
    EXPECT_GT(files, 0);
}

INSTANTIATE_TEST_SUITE_P(All, Schema,
                         ::testing::Values(Shipped{"scenario", "scenarios"},
                                           Shipped{"site", "sites"}, Shipped{"profile", "profiles"},
                                           Shipped{"gridcode", "gridcodes"},
                                           Shipped{"criteria", "criteria"},
                                           Shipped{"deviation", "deviations"},
                                           Shipped{"device", "devices"}),
                         [](const auto& one) { return std::string(one.param.kind); });

TEST(SchemaOfScenarios, RefusesWhatTheProgramRefuses) {
    if (!have_validator()) GTEST_SKIP() << "Skipped: python3-jsonschema is not installed";
    const Folder folder;
    const std::string good = fixture("scenarios/miniature_short.json");
    const auto spoilt = [&](const char* what, const char* by) {
        const std::string text = replaced(good, what, by);
        folder.write("spoilt.json", text);
        EXPECT_EQ(islandbench(folder, {"validate", "spoilt.json"}).exit_code, 2) << by;
        return complaint(folder, "scenario", text);
    };
    using ::testing::HasSubstr;
    EXPECT_THAT(spoilt(R"("duration": "60 s")", R"("duration": "60 V")"), HasSubstr("$.duration"));
    EXPECT_THAT(spoilt(R"("duration": "60 s")", R"("duration": 60)"), HasSubstr("$.duration"));
    EXPECT_THAT(spoilt(R"("duration": "60 s",)", ""), HasSubstr("'duration' is a required"));
    EXPECT_THAT(spoilt(R"("seed": )", R"("colour": 1, "seed": )"), HasSubstr("'colour'"));
    EXPECT_THAT(spoilt(R"("seed": )", R"("known_failure": {"criteria": ["D1"]}, "seed": )"),
                HasSubstr("'reason' is a required"));
    EXPECT_THAT(spoilt("upstream_break", "upstream_brake"), HasSubstr("$.steps[0].outage.kind"));
}

}  // namespace
}  // namespace islandbench::bench
