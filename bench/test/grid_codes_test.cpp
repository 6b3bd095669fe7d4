#include <gmock/gmock.h>

#include "bench/test/program.hpp"

/// Grid codes as the program shows and reads them.
namespace islandbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(GridCodes, AreListedAndValid) {
    const Folder folder;
    const Finished listed = islandbench(folder, {"list", "codes"});
    EXPECT_EQ(listed.exit_code, 0) << listed.err;
    for (const char* name :
         {"ieee1547_cat_i ", "ieee1547_cat_ii ", "ieee1547_cat_iii ", "gb_g98_g99a_lv ",
          "vde_4105_2018 ", "en50549_generic ", "as4777_2020_region_a ", "gb_g100 ", "en50160 ",
          "gb_esqcr ", "ansi_c84_1 ", "itic "}) {
        EXPECT_THAT(listed.out, HasSubstr(name));
        const std::string file = std::string(name, std::string(name).size() - 1) + ".json";
        folder.write(file, fixture("gridcodes/" + file));
        const Finished checked = islandbench(folder, {"validate", file});
        EXPECT_EQ(checked.exit_code, 0) << checked.err;
        EXPECT_EQ(checked.out, file + ": good\n");
    }
}

std::string site_with(const std::string& codes) {
    return replaced(fixture("sites/miniature.json"),
                    R"("codes": ["en50160", "gb_esqcr", "itic", "gb_g100"])", codes);
}

TEST(GridCodes, OfASiteAreCheckedAllAtOnce) {
    const Folder folder;
    folder.write("site.json",
                 replaced(site_with(R"("codes": ["en5016", "ansi_c84_1", "itic", "itic"])"),
                          "gb_g98_g99a_lv", "gb_g100"));
    const Finished checked = islandbench(folder, {"validate", "site.json"});
    EXPECT_EQ(checked.exit_code, 2);
    EXPECT_THAT(
        checked.err,
        AllOf(HasSubstr("$.grid_code: \"gb_g100\" does not say when a unit may enter service"),
              HasSubstr("$.codes[0]: no file \"en5016\""), HasSubstr("did you mean \"en50160\""),
              HasSubstr("grid code \"ansi_c84_1\" is for 120 V"),
              HasSubstr("$.codes[3]: \"itic\" comes twice")));
}

TEST(GridCodes, OfASiteAreKeptWithTheRun) {
    const Folder folder;
    const json::Value results = tell_story(folder, "run", {"miniature_short"}).results;
    std::string kept;
    for (const json::Value& input : results.find("inputs")->items()) {
        if (input.find("kind")->text() == "grid code") kept += input.find("name")->text() + " ";
    }
    EXPECT_EQ(kept, "gb_g98_g99a_lv en50160 gb_esqcr itic gb_g100 ");
}

}  // namespace
}  // namespace islandbench::bench
