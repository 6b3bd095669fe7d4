#include "conformance/rules.hpp"

#include <gmock/gmock.h>

#include <set>

/// Rules on registers written by hand, from the published tables: offsets, types and
/// not-implemented values are theirs.
namespace islandbench::conformance {
namespace {

constexpr int hz_sf = 115, w_sf = 116;  // offsets of the published model 701

/// A device with one model 701 (155 registers) that measures a quiet grid, polled three times.
class RulesTest : public ::testing::Test {
  protected:
    RulesTest() {
        ac.where = {701, 40070, 153};
        ac.model = sunspec::find_model(701);
        ac.registers.assign(155, 0xFFFF);
        ac.read = true;
        for (const sunspec::Point& p : ac.model->points) {
            if (p.type == sunspec::Type::int16) put(p.offset, {0x8000});
            if (p.type == sunspec::Type::sunssf) put(p.offset, {0});
        }
        put(0, {701, 153, 0, 1, 3, 1});  // ID, L, ACType, St, InvSt, ConnSt
        put(10, {1500, 1500, 0});        // W, VA, Var
        put(17, {0, 50010});             // Hz
    }
    void put(int offset, std::initializer_list<int> values) {
        for (const int v : values)
            ac.registers[static_cast<std::size_t>(offset++)] = static_cast<std::uint16_t>(v);
    }
    Judgement judge(std::string_view id) {
        Snapshot device;
        device.chains.push_back({});
        device.chains.front().models = {ac.where};
        device.models = {ac};
        for (int i = 0; i < 3; ++i) {
            Poll poll;
            poll.at = Instant{} + i * 1s;
            poll.models = {i == 1 && odd ? *odd : ac};
            device.polls.push_back(std::move(poll));
        }
        for (const Rule& rule : rules()) {
            if (rule.id == id) return rule.judge(device);
        }
        ADD_FAILURE() << "no rule " << id;
        return {};
    }
    [[nodiscard]] bool finds(std::string_view id) { return !judge(id).found.empty(); }

    ModelData ac;
    std::optional<ModelData> odd;  ///< what the second poll shows
};

TEST_F(RulesTest, FrequencyInSwappedWords) {
    put(hz_sf, {0xFFFD});  // -3
    EXPECT_FALSE(finds("value.words_swapped"));
    put(17, {50010, 0});
    EXPECT_TRUE(finds("value.words_swapped"));
}

TEST_F(RulesTest, AScaleFactorThatIsNotImplemented) {
    EXPECT_FALSE(finds("value.scale_not_implemented"));
    put(w_sf, {0x8000});
    EXPECT_TRUE(finds("value.scale_not_implemented"));
    put(10, {0});
    EXPECT_FALSE(finds("value.scale_not_implemented")) << "beside a zero it does no harm";
}

TEST_F(RulesTest, StateAndPower) {
    EXPECT_FALSE(finds("plausible.state"));
    put(4, {6});  // FAULT
    EXPECT_TRUE(finds("plausible.state"));
    put(10, {0x8000});
    EXPECT_EQ(judge("plausible.state").not_tested.empty(), false) << "no power, no contradiction";
}

TEST_F(RulesTest, AMandatoryPointAndAnUnknownState) {
    EXPECT_FALSE(finds("value.mandatory"));
    EXPECT_FALSE(finds("value.enum"));
    put(2, {0xFFFF});
    EXPECT_TRUE(finds("value.mandatory"));
    put(2, {9});
    EXPECT_TRUE(finds("value.enum"));
}

TEST_F(RulesTest, OneReadingOfZeros) {
    EXPECT_FALSE(finds("value.zero_frame"));
    odd = ac;
    std::fill(odd->registers.begin() + 2, odd->registers.end(), std::uint16_t{0});
    EXPECT_TRUE(finds("value.zero_frame"));
    EXPECT_FALSE(finds("value.scale_moves")) << "that is one finding, not two";
}

TEST_F(RulesTest, AScaleFactorThatMoves) {
    odd = ac;
    odd->registers[static_cast<std::size_t>(w_sf)] = 1;
    EXPECT_TRUE(finds("value.scale_moves"));
}

TEST(Rules, HaveIdsOfTheirOwnAndSayWhyNothingWasTested) {
    std::set<std::string_view> ids;
    const Snapshot nothing;
    for (const Judged& one : judge(nothing)) {
        EXPECT_TRUE(ids.insert(one.rule->id).second) << one.rule->id;
        EXPECT_NE(one.rule->title, "") << one.rule->id;
        const bool quiet = one.judgement.found.empty() && one.judgement.not_tested.empty();
        const std::string_view group = one.rule->id.substr(0, one.rule->id.find('.'));
        // Nothing was asked, so nothing may be said to hold but what looks at all exchanges.
        const bool looks_at_all = group == "link" || group == "map";
        EXPECT_TRUE(looks_at_all || !quiet) << one.rule->id;
    }
    EXPECT_GE(ids.size(), 80u);
}

}  // namespace
}  // namespace islandbench::conformance
