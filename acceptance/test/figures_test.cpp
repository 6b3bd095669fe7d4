#include "acceptance/figures.hpp"

#include <gmock/gmock.h>

#include "acceptance/test/story.hpp"

namespace islandbench::acceptance::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Figures, ComeFromTheGridCodeAndTheSite) {
    Site site = small_site();
    site.homes[1].load_class = LoadClass::t4;
    const Figures figures = figures_of(gb_code(), site);
    EXPECT_EQ(figures.find("profile.obs")->measure, (Measure{20.0, Dimension::time}));
    EXPECT_EQ(figures.find("profile.trip.uf1.limit")->measure,
              (Measure{47.5, Dimension::frequency}));
    EXPECT_EQ(figures.find("site.t_detect")->measure, (Measure{1.6, Dimension::time}));
    EXPECT_EQ(figures.find("site.home1.gap")->measure, (Measure{2.0, Dimension::time}));
    EXPECT_EQ(figures.find("site.home2.gap")->measure, (Measure{15.0, Dimension::time}));
    EXPECT_EQ(figures.find("site.pcc.rating")->measure, (Measure{160.0, Dimension::current}));
    EXPECT_EQ(figures.find("site.home3.island_floor"), nullptr) << "it has no battery";
}

TEST(Figures, AShortenedObservationCarriesANote) {
    const Figures own = figures_of(gb_code(), small_site());
    EXPECT_THAT(own.find("profile.obs")->note, IsEmpty());
    const Figures same = figures_of(gb_code(), small_site(), 20s);
    EXPECT_THAT(same.find("profile.obs")->note, IsEmpty());
    const Figures shorter = figures_of(gb_code(), small_site(), 5s);
    EXPECT_EQ(shorter.find("profile.obs")->measure.value, 5.0);
    EXPECT_THAT(shorter.find("profile.obs")->note,
                HasSubstr("shortened to 5 s by the scenario (gb_g98_g99a_lv: 20 s)"));
}

TEST(Figures, AreVerifiedWhenSureOrAgreed) {
    Site site = small_site();
    EXPECT_FALSE(figures_of(gb_code(), site).find("site.home1.gap")->is_verified());
    site.agreed["class.t3.gap"] = "owner";
    EXPECT_TRUE(figures_of(gb_code(), site).find("site.home1.gap")->is_verified());
    site.agreed = {{"site.home1.gap", "owner"}};
    EXPECT_TRUE(figures_of(gb_code(), site).find("site.home1.gap")->is_verified());
    EXPECT_FALSE(figures_of(gb_code(), site).find("site.home2.gap")->is_verified());
}

TEST(Figures, KnowTheGapsOfTheLoadClasses) {
    EXPECT_EQ(gap_of(LoadClass::t1).measure.value, 0.02);
    EXPECT_EQ(gap_of(LoadClass::t2).measure.value, 0.1);
    EXPECT_EQ(gap_of(LoadClass::t3).measure.value, 2.0);
    EXPECT_EQ(gap_of(LoadClass::t4).measure.value, 15.0);
}

TEST(Groups, ComeFromTheSite) {
    const Groups groups = groups_of(small_site());
    EXPECT_THAT(groups.at("home"), ElementsAre("home1", "home2", "home3"));
    EXPECT_THAT(groups.at("hybrid"), ElementsAre("home1", "home2"));
    EXPECT_THAT(groups.at("load"), ElementsAre("home1", "home2", "home3", "clinic"));
    EXPECT_THAT(groups.at("priority"), ElementsAre("clinic"));
    EXPECT_THAT(groups.at("unit"), ElementsAre("former", "home1", "home2"));
}

}  // namespace
}  // namespace islandbench::acceptance::test
