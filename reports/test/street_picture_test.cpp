#include "reports/street_picture.hpp"

#include <gmock/gmock.h>

#include <regex>

#include "reports/energy_summary.hpp"
#include "reports/html_report.hpp"
#include "reports/test/approved.hpp"
#include "reports/test/small_street.hpp"

namespace islandbench::reports {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(EnergySummary, TakesHomesTogetherAndClosesItsBalance) {
    const SmallStreet street;
    const std::vector<PartSummary> parts = parts_of(street.run);

    ASSERT_EQ(parts.size(), 3u);
    const PartSummary& island = parts[1];
    EXPECT_EQ(island.name, "In the island");
    EXPECT_FALSE(island.closed);
    EXPECT_EQ(island.homes_with, 1u);
    EXPECT_EQ(island.homes_without, 1u);
    EXPECT_DOUBLE_EQ(island.through.value(), 250 + 20);
    EXPECT_DOUBLE_EQ(island.lost.value(), 270 - 5 - 90 - 170);
    EXPECT_EQ(flow_text(street.run, island),
              "former 250 Wh + 1 with battery 20 Wh \u2192 1 with battery 5.0 Wh, 1 without 90 Wh, "
              "clinic 170 Wh");
    EXPECT_EQ(flow_sentence(street.run, island),
              "The former gave 250 Wh and 1 home with batteries 20 Wh; 1 home with batteries took "
              "5.0 Wh, 1 home without 90 Wh and the clinic 170 Wh. The cables warmed themselves "
              "with 5.0 Wh.");
}

TEST(EnergySummary, IsOnePartWithoutAnIslandAndNoneWhenNobodyKnows) {
    SmallStreet street;
    street.run.end.energy.island.lasted = street.run.end.energy.after.lasted = 0s;
    ASSERT_EQ(parts_of(street.run).size(), 1u);
    EXPECT_EQ(parts_of(street.run)[0].name, "On the grid");
    street.run.end.energy.known = false;
    EXPECT_TRUE(parts_of(street.run).empty());
    EXPECT_EQ(street_picture_svg(street.run), "");
}

TEST(HomeState, IsTheWorstThatIsTrue) {
    const auto state = [](Energy given, Energy taken, Duration dark, Duration shed) {
        return state_of({"h", true, Energy{}, given, taken, dark, shed}, 100s);
    };
    EXPECT_EQ(state(Energy{1}, Energy{2}, 0s, 0s), HomeState::served);
    EXPECT_EQ(state(Energy{2}, Energy{1}, 0s, 0s), HomeState::self_fed);
    EXPECT_EQ(state(Energy{2}, Energy{1}, 0s, 1s), HomeState::shed);
    EXPECT_EQ(state(Energy{2}, Energy{1}, 10s, 1s), HomeState::shed) << "a gap, no darkness";
    EXPECT_EQ(state(Energy{2}, Energy{1}, 11s, 1s), HomeState::dark);
}

TEST(StreetPicture, LooksAsApproved) {
    expect_approved("street_picture.svg", street_picture_svg(SmallStreet().run));
}

/// Homes as on the pilot street, and more than fit one by one.
RunRecord street_of(int homes) {
    RunRecord run = SmallStreet().run;
    for (PartEnergy* part :
         {&run.end.energy.before, &run.end.energy.island, &run.end.energy.after}) {
        part->homes.clear();
        for (int i = 0; i < homes; ++i) {
            part->homes.push_back({"home" + std::to_string(i), i % 3 != 2, Energy{100}, Energy{9},
                                   Energy{20}, 0s, 0s});
        }
    }
    return run;
}

int count_of(const std::string& text, const std::string& what) {
    int n = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++n;
    }
    return n;
}

TEST(StreetPicture, HasACellForEveryHomeInEveryPart) {
    const std::string svg = street_picture_svg(street_of(36));
    EXPECT_EQ(count_of(svg, "<title>home"), 3 * 36);
    EXPECT_THAT(
        svg, AllOf(HasSubstr("24 homes with batteries"), HasSubstr("12 homes without batteries")));
}

TEST(StreetPicture, StaysInsideItsFrame) {
    for (const int homes : {3, 36, 1000}) {
        const std::string svg = street_picture_svg(street_of(homes));
        std::smatch box;
        ASSERT_TRUE(std::regex_search(svg, box, std::regex(R"re(viewBox="0 0 (\S+) (\S+)")re")));
        const double height = std::stod(box[2]);
        EXPECT_LT(height, 800) << homes;
        const std::regex place(R"re(translate\(0 (\S+)\))re");
        double last_row = 0.0;
        for (std::sregex_iterator it(svg.begin(), svg.end(), place), end; it != end; ++it) {
            last_row = std::stod((*it)[1]);
        }
        const std::regex rect(R"re(<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)")re");
        for (std::sregex_iterator it(svg.begin(), svg.end(), rect), end; it != end; ++it) {
            const double x = std::stod((*it)[1]), y = std::stod((*it)[2]);
            const double right = x + std::stod((*it)[3]), bottom = y + std::stod((*it)[4]);
            EXPECT_GE(x, 0.0);
            EXPECT_LE(right, 1100.0);
            const bool in_legend = y > height - 15.0;
            EXPECT_LE(bottom, in_legend ? height : last_row / 2.0) << "a row is half of two";
        }
    }
}

TEST(StreetPicture, TellsEverythingInWordsToo) {
    const RunRecord run = street_of(36);
    const std::string page = html_report(run);
    for (const PartSummary& part : parts_of(run)) {
        EXPECT_THAT(page, HasSubstr(flow_sentence(run, part)));
    }
    EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(StreetPicture, ShowsHostileNamesAsText) {
    RunRecord run = street_of(2);
    run.end.energy.former = "<b>\xe2\x80\xae";
    run.end.energy.island.homes[0].home = "<script>x</script>";
    const std::string svg = street_picture_svg(run);
    EXPECT_THAT(svg,
                AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<b>")), HasSubstr("[U+202E]")));
}

}  // namespace
}  // namespace islandbench::reports
