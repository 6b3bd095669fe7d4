#include "acceptance/grid_code.hpp"

#include <gmock/gmock.h>

#include "acceptance/test/story.hpp"

namespace islandbench::acceptance::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const TripStage* stage(const GridCode& code, const std::string& id) {
    for (const TripStage& one : code.trip) {
        if (one.id == id) return &one;
    }
    return nullptr;
}

TEST(GridCode, HoldsTheFiguresOfG99) {
    const GridCode code = gb_code();
    // Interface protection, EREC G98/G99 Type A, low voltage: pu or Hz, seconds.
    const std::vector<std::tuple<const char*, double, double>> table{
        {"UV", 0.80, 2.5},  {"OV1", 1.14, 1.0}, {"OV2", 1.19, 0.5}, {"UF1", 47.5, 20.0},
        {"UF2", 47.0, 0.5}, {"OF1", 52.0, 0.5}, {"LOM", 1.0, 0.5}};
    ASSERT_EQ(code.trip.size(), table.size());
    for (const auto& [id, limit, delay] : table) {
        ASSERT_NE(stage(code, id), nullptr) << id;
        EXPECT_NEAR(stage(code, id)->at.value, limit, 1e-12) << id;
        EXPECT_EQ(to_seconds(stage(code, id)->delay), delay) << id;
    }
    ASSERT_TRUE(code.enter_service);
    EXPECT_EQ(code.enter_service->observation.value, 20s);
    EXPECT_EQ(code.enter_service->observation.certainty, Certainty::s1);
    EXPECT_EQ(code.no_trip.size(), 14U);
    EXPECT_FALSE(code.enter_service->ramp) << "Type A prescribes none";
}

TEST(GridCode, KnowsWhenAUnitMayEnterService) {
    const GridCode code = gb_code();
    const auto may = [&](double low, double high, double f) {
        return may_enter_service(code, Voltage{low}, Voltage{high}, Frequency{f});
    };
    EXPECT_TRUE(may(184.0, 262.2, 50));
    EXPECT_FALSE(may(183.9, 230, 50));
    EXPECT_FALSE(may(230, 262.3, 50));
    EXPECT_TRUE(may(230, 230, 47.5));
    EXPECT_FALSE(may(230, 230, 47.49));
    EXPECT_FALSE(may(230, 230, 52.01));
    EXPECT_FALSE(may(230, 230, Signals::no_value));
    EXPECT_FALSE(may(Signals::no_value, 230, 50));
    EXPECT_FALSE(may(230, Signals::no_value, 50));
}

std::vector<std::string> problems_of(const std::string& text) {
    Diagnostics found;
    (void)read_grid_code(text, "g.json", found);
    std::vector<std::string> lines;
    for (const Diagnostic& one : found.list()) lines.push_back(to_text(one));
    return lines;
}

std::string replaced_name(std::string text) {
    return text.replace(text.find("\"n\""), 3, "\"a b\"");
}

std::string code_with(const std::string& rows) {
    return R"({"name": "n", "title": "t", "version": 1, "edition": "e", "nominal": {"v": "230 V", "f": "50 Hz"},
      "delays_are": "clearing time", "enter_service": {
        "voltage": {"min": "85 %", "max": "110 %", "certainty": "S1"},
        "frequency": {"min": "47.5 Hz", "max": "50.1 Hz", "certainty": "S1"},
        "observation": {"value": "60 s", "certainty": "S1"}},
      )" + rows +
           "}";
}

/// Rows as other codes have them: the schema must take them as they are.
TEST(GridCode, TakesTheShapesOfOtherCodes) {
    EXPECT_THAT(problems_of(code_with(R"(
      "trip": [
        {"id": "UV1", "quantity": "voltage", "beyond": "below", "limit": "0.88 pu", "delay": "21 s",
         "limit_range": ["0 pu", "0.88 pu"], "delay_range": ["21 s", "50 s"], "certainty": "S"},
        {"id": "OVm", "quantity": "voltage_10min", "beyond": "above", "limit": "258 V", "delay": "0 s",
         "disconnected": "3 s", "certainty": "KH"}],
      "ride_through": [
        {"quantity": "voltage", "from": "0.70 pu", "to": "0.88 pu", "for": "0.7 s",
         "longer_per_pu": "4 s", "mode": "mandatory", "certainty": "S"},
        {"quantity": "voltage", "from": "0 pu", "to": "0.5 pu", "for": "1 s",
         "mode": "momentary cessation", "cease_within": "83 ms", "certainty": "S"}],
      "rocof_withstand": [{"value": "2 Hz/s", "window": "500 ms", "certainty": "KH"}],
      "sync": [{"up_to": "500 kVA", "df": "0.3 Hz", "dv": "10 %", "dphi": "20 deg", "certainty": "KH"},
               {"df": "0.1 Hz", "dv": "3 %", "dphi": "10 deg", "certainty": "KH"}],
      "frequency_response": [{"over_start": "50.2 Hz", "under_start": "49.8 Hz", "droop": "5 %",
                             "certainty": "KH"}],
      "times": {"island_max": {"value": "2 s", "certainty": "S"}}, "fast_island": "conditional")")),
                IsEmpty());
}

TEST(GridCode, FindsWhatDoesNotFit) {
    const std::string row =
        R"("trip": [{"id": "A", "quantity": "voltage", "beyond": "below", "limit": "80 %",)"
        R"( "delay": "1 s", "certainty": "KH"}])";
    EXPECT_THAT(problems_of(code_with(row)), IsEmpty());
    const auto broken = [&](std::string_view what, std::string_view instead) {
        std::string text = row;
        text.replace(text.find(what), what.size(), instead);
        return problems_of(code_with(text));
    };
    EXPECT_THAT(broken("80 %", "47 Hz"),
                ElementsAre(HasSubstr("$.trip[0].limit: wrong unit: \"47 Hz\" is no voltage")));
    EXPECT_THAT(broken("80 %", "80"), ElementsAre(HasSubstr("no unit behind")));
    EXPECT_THAT(broken("\"certainty\": \"KH\"", "\"certainty\": \"sure\""),
                ElementsAre(HasSubstr("certainty: expected one of")));
    EXPECT_THAT(broken(", \"certainty\": \"KH\"", ""),
                ElementsAre(HasSubstr("missing key \"certainty\"")));
    EXPECT_THAT(broken("\"delay\"", "\"limit_range\": [\"1 pu\"], \"delay\""),
                ElementsAre(HasSubstr("a lowest and a highest setting")));
}

TEST(GridCode, NeedsStagesThatFiguresCanTellApart) {
    const std::string row = R"("quantity": "voltage", "beyond": "below", "limit": "80 %",)"
                            R"( "delay": "1 s", "certainty": "KH"})";
    EXPECT_THAT(problems_of(code_with("\"trip\": [{\"id\": \"UV\", " + row + ", {\"id\": \"uv\", " +
                                      row + "]")),
                ElementsAre(HasSubstr("$.trip[1].id: duplicate id \"uv\"")));
}

/// A code that speaks of no unit.
std::string other_code(const std::string& rows) {
    return R"({"name": "n", "title": "t", "version": 1, "edition": "e", )" + rows + "}";
}

TEST(GridCode, MaySpeakOfTheSupplyAlone) {
    EXPECT_THAT(problems_of(other_code(R"(
      "nominal": {"v": "230 V", "f": "50 Hz"},
      "quality": [{"of": "voltage", "min": "216.2 V", "max": "253 V", "certainty": "S"},
                  {"of": "thd", "max": "8 %", "certainty": "KH"}])")),
                IsEmpty());
    EXPECT_THAT(problems_of(other_code(R"(
      "envelope": [{"beyond": "below", "voltage": "70 %", "for": "0.5 s", "certainty": "KH"}])")),
                IsEmpty());
}

TEST(GridCode, SaysWhatIsMissingForWhatItHas) {
    const std::string row =
        R"({"of": "voltage", "min": "216.2 V", "max": "253 V", "certainty": "S"})";
    EXPECT_THAT(problems_of(other_code("\"quality\": [" + row + "]")),
                ::testing::Each(HasSubstr("is in volts, and the file names no nominal voltage")));
    EXPECT_THAT(problems_of(other_code(R"("quality": [])")),
                ElementsAre(HasSubstr("the file says nothing")));
    const std::string share = R"({"of": "voltage", "max": "110 %", "certainty": "S"})";
    EXPECT_THAT(problems_of(other_code("\"quality\": [" + share + ", " + share + "]")),
                ElementsAre(HasSubstr("two rows of a kind need names of their own")));
    EXPECT_THAT(problems_of(other_code(R"("trip": [{"id": "UV", "quantity": "voltage",
      "beyond": "below", "limit": "80 %", "delay": "1 s", "certainty": "KH"}])")),
                ElementsAre(HasSubstr("$.nominal: is missing"),
                            HasSubstr("$.delays_are: is missing: the trip table needs it")));
    EXPECT_THAT(problems_of(replaced_name(other_code("\"quality\": [" + share + "]"))),
                ElementsAre(HasSubstr("$.name: becomes part of names")));
    const std::string point = R"({"beyond": "below", "voltage": "70 %", "certainty": "KH"})";
    EXPECT_THAT(problems_of(other_code("\"envelope\": [" + point + ", " + point + "]")),
                ElementsAre(HasSubstr("70 % comes twice")));
    const std::string count = R"({"count": 2, "within": "10 min", "certainty": "S1"})";
    EXPECT_THAT(problems_of(other_code(R"("export_limit": {"lock_out_counts": [)" + count + ", " +
                                       count + "]}")),
                ElementsAre(HasSubstr("two counts within 10 min")));
    EXPECT_THAT(problems_of(other_code(R"("export_limit": {"lock_out_counts": [)"
                                       R"({"count": 2, "within": "1 s", "certainty": "S1"}]})")),
                ElementsAre(HasSubstr("a count is taken over 1 min or more")));
}

TEST(GridCode, FindsAWindowThatIsUpsideDown) {
    std::string text = code_with(R"("trip": [])");
    text.replace(text.find("85 %"), 4, "115 %");
    EXPECT_THAT(problems_of(text), ElementsAre(HasSubstr("voltage.max: must be above \"min\"")));
}

}  // namespace
}  // namespace islandbench::acceptance::test
