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
    EXPECT_EQ(code.enter_service.observation.value, 20s);
    EXPECT_EQ(code.enter_service.observation.certainty, Certainty::s1);
    EXPECT_EQ(code.no_trip.size(), 14U);
    EXPECT_FALSE(code.enter_service.ramp) << "Type A prescribes none";
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

std::string code_with(const std::string& rows) {
    return R"({"name": "n", "title": "t", "edition": "e", "nominal": {"v": "230 V", "f": "50 Hz"},
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
      "rocof_withstand": {"value": "2 Hz/s", "certainty": "KH"},
      "sync": [{"up_to": "500 kVA", "df": "0.3 Hz", "dv": "10 %", "dphi": "20 deg", "certainty": "KH"},
               {"df": "0.1 Hz", "dv": "3 %", "dphi": "10 deg", "certainty": "KH"}],
      "frequency_response": {"over_start": "50.2 Hz", "under_start": "49.8 Hz", "droop": "5 %",
                             "certainty": "KH"},
      "island_max": {"value": "2 s", "certainty": "S"}, "fast_island": "conditional")")),
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

TEST(GridCode, FindsAWindowThatIsUpsideDown) {
    std::string text = code_with(R"("trip": [])");
    text.replace(text.find("85 %"), 4, "115 %");
    EXPECT_THAT(problems_of(text), ElementsAre(HasSubstr("voltage.max: must be above \"min\"")));
}

}  // namespace
}  // namespace islandbench::acceptance::test
