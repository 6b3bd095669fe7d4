#include <gmock/gmock.h>

#include <cstdlib>
#include <map>

#include "bench/test/program.hpp"

/// The schemas against somebody else's validator: what we ship is valid, what the program refuses
/// for its form is not.
namespace islandbench::bench {
namespace {

bool have_validator() {
    return std::system("python3 -c 'import jsonschema' 2>/dev/null") == 0;
}

/// Name and text of a document.
using Documents = std::map<std::string, std::string>;

/// What python3-jsonschema says of documents of a kind, all in one start of it, which takes a
/// second; "" when they are valid.
std::string complaints(const Folder& folder, const std::string& kind, const Documents& documents) {
    folder.write("schema.json", islandbench(folder, {"schema", kind}).out);
    std::string all;
    for (const auto& [name, text] : documents) {
        Diagnostics problems;
        all += (all.empty() ? "{\"" : ", \"") + name +
               "\": " + json::to_text(json::parse(text, name, problems));
    }
    folder.write("documents.json", all + "}");
    folder.write("check.py", R"(
import json, jsonschema
schema, documents = json.load(open("schema.json")), json.load(open("documents.json"))
jsonschema.Draft202012Validator.check_schema(schema)
for name, document in documents.items():
    for error in jsonschema.Draft202012Validator(schema).iter_errors(document):
        print(name, error.json_path, error.message)
print(len(documents), "seen")
)");
    const std::string command =
        "cd '" + folder.path().string() + "' && python3 check.py > said 2>&1";
    (void)std::system(command.c_str());
    std::ifstream said(folder.path() / "said");
    const std::string text{std::istreambuf_iterator<char>(said), {}};
    return text == std::to_string(documents.size()) + " seen\n" ? "" : text + "(its output)";
}

struct Shipped {
    const char* kind;
    const char* folder;
};

class Schema : public ::testing::TestWithParam<Shipped> {};

TEST_P(Schema, AcceptsWhatIsShipped) {
    if (!have_validator()) GTEST_SKIP() << "Skipped: python3-jsonschema is not installed";
    Documents documents;
    const auto shipped = std::filesystem::path(IB_SOURCE_DIR) / "fixtures" / GetParam().folder;
    for (const auto& entry : std::filesystem::directory_iterator(shipped)) {
        const std::string name =
            std::string(GetParam().folder) + "/" + entry.path().filename().string();
        documents[name] = fixture(name);
    }
    ASSERT_FALSE(documents.empty());
    const Folder folder;
    EXPECT_EQ(complaints(folder, GetParam().kind, documents), "");
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
        return complaints(folder, "scenario", {{"spoilt.json", text}});
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
