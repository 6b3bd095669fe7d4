#include "acceptance/catalogue.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "acceptance/test/story.hpp"

namespace islandbench::acceptance::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* one_criterion = R"({"name": "n", "title": "t", "criteria": [
  {"id": "A1", "title": "a", "severity": "S1", "clause": "c", "basis": "b", "certainty": "KH",
   "triggered_by": ["outage"],
   "formulas": [
     "always: truth.grid.ok",
     "at reclosed: truth.grid.ok"
   ]}
]})";

std::vector<std::string> problems_of(std::string text) {
    Diagnostics found;
    (void)read_catalogue(text, "c.json", found);
    std::vector<std::string> lines;
    for (const Diagnostic& one : found.list()) lines.push_back(to_text(one));
    return lines;
}

std::string with(std::string_view what, std::string_view instead) {
    std::string text = one_criterion;
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), instead);
}

TEST(Catalogue, ReadsThePilot) {
    const Catalogue pilot = pilot_catalogue();
    std::vector<std::string> ids;
    for (const CriterionSpec& one : pilot.criteria) ids.push_back(one.id);
    EXPECT_THAT(ids, ElementsAre("A1", "A2", "A3", "A4", "A5", "A6", "B1", "B4", "B5", "C1", "C2",
                                 "C3", "C4", "C5", "C6", "C7", "D1", "D2", "D3", "D4", "D5", "E1",
                                 "E2", "E3", "E4", "E5", "F1", "F2", "F3", "F4", "F5", "G1", "G2",
                                 "G3", "G4", "G5", "H1", "H2", "H3", "H4", "H5", "H6", "I1", "I2",
                                 "I3", "J1", "J2", "J3", "J4"));
    const std::set<std::string> stops{"B1", "C1", "F5", "G1"};
    const std::set<std::string> can_fail_a_pilot{"A5", "C2", "D1", "D2", "E1",
                                                 "G3", "H1", "H2", "I1", "I3"};
    for (const CriterionSpec& one : pilot.criteria) {
        const Severity expected = stops.contains(one.id)              ? Severity::s0
                                  : can_fail_a_pilot.contains(one.id) ? Severity::s1
                                                                      : Severity::s2;
        EXPECT_EQ(one.severity, expected) << one.id;
        // Whether a home can be heard is seen on the wire, what devices tell and take in their
        // telemetry and orders; everything else is physics.
        const std::map<std::string, std::string> by_wire{
            {"A1", "seen"}, {"A2", "cmd"},   {"A3", "seen"},  {"A4", "cmd"},  {"A6", "seen"},
            {"B5", "seen"}, {"D5", "cmd"},   {"F3", "seen"},  {"F5", "seen"}, {"G4", "link"},
            {"G5", "link"}, {"I1", "bench"}, {"I2", "bench"}, {"I3", "bench"}};
        const auto wire = by_wire.find(one.id);
        EXPECT_EQ(one.source, wire == by_wire.end() ? "truth" : wire->second) << one.id;
    }
}

TEST(Catalogue, PointsAtTheLineAndColumnOfAText) {
    EXPECT_THAT(problems_of(with("at reclosed:", "at reclosed")),
                ElementsAre("c.json:6: $.criteria[0].formulas[1]: column 13: expected \":\", found "
                            "\"truth.grid.ok\""));
    EXPECT_THAT(problems_of(with("[\"outage\"]", "[\"outage or\"]")),
                ElementsAre(HasSubstr("c.json:3: $.criteria[0].triggered_by[0]: column")));
}

TEST(Catalogue, FindsWhatDoesNotFit) {
    EXPECT_THAT(problems_of(one_criterion), IsEmpty());
    EXPECT_THAT(problems_of(with("\"S1\"", "\"S9\"")),
                Contains(HasSubstr("severity: expected one of")));
    EXPECT_THAT(problems_of(with("\"clause\": \"c\",", "\"source\": \"sen\", \"clause\": \"c\",")),
                Contains(HasSubstr("expected truth, seen, cmd, link or bench, found \"sen\"")));
    EXPECT_THAT(problems_of(with("\"formulas\"", "\"formula\"")),
                Contains(HasSubstr("missing key \"formulas\"")));
    EXPECT_THAT(problems_of("["), Contains(HasSubstr("c.json")));
}

TEST(Catalogue, RefusesWhatACriterionMayNotJudgeBeforeAnyRun) {
    EXPECT_THAT(
        problems_of(with("\"always: truth.grid.ok\"", "\"always: seen.former.soc >= 20 %\"")),
        ElementsAre(HasSubstr("c.json:5: $.criteria[0].formulas[0]: column 9: "
                              "\"seen.former.soc\": this criterion judges truth, not seen")));
    EXPECT_THAT(problems_of(with("\"always: truth.grid.ok\"", "\"always: dispatch.state\"")),
                ElementsAre(HasSubstr("nothing is judged by the core's own word")));
}

TEST(Catalogue, NeedsUniqueIdsAndFormulas) {
    const std::string twice = R"({"name": "n", "title": "t", "criteria": [
      {"id": "A1", "title": "a", "severity": "S1", "clause": "c", "basis": "b", "certainty": "S",
       "formulas": ["always: truth.grid.ok"]},
      {"id": "A1", "title": "a", "severity": "S1", "clause": "c", "basis": "b", "certainty": "S",
       "formulas": []}]})";
    EXPECT_THAT(problems_of(twice),
                ElementsAre(HasSubstr("$.criteria[1].id: duplicate id \"A1\""),
                            HasSubstr("$.criteria[1].formulas: a criterion needs a formula")));
}

TEST(Catalogue, SelectsAndSaysWhatIsLeftOut) {
    Diagnostics found;
    const Selection selection =
        select(pilot_catalogue(), {"H1", "C1"}, {"s.json", 4, "$.criteria"}, found);
    EXPECT_TRUE(found.empty());
    ASSERT_EQ(selection.judged.size(), 2U);
    EXPECT_EQ(selection.judged[0].id, "C1");
    EXPECT_EQ(selection.not_selected.size(), pilot_catalogue().criteria.size() - 2);
    EXPECT_EQ(selection.not_selected.front(), "A1");
    EXPECT_EQ(selection.not_selected.back(), "J4");
}

TEST(Catalogue, RefusesUnknownAndDoubleSelections) {
    Diagnostics found;
    (void)select(pilot_catalogue(), {"H1", "H9", "H1"}, {"s.json", 4, "$.criteria"}, found);
    ASSERT_EQ(found.list().size(), 2U);
    EXPECT_THAT(to_text(found.list()[0]),
                HasSubstr("s.json:4: $.criteria[1]: unknown criterion \"H9\" (did you mean"));
    EXPECT_THAT(to_text(found.list()[1]), HasSubstr("$.criteria[2]: criterion \"H1\" is selected"));
}

}  // namespace
}  // namespace islandbench::acceptance::test
