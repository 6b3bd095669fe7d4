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
        return judge(id, device);
    }
    static Judgement judge(std::string_view id, const Snapshot& device) {
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

TEST_F(RulesTest, FrequencyOfNoGridAndPower) {
    put(17, {0, 0});
    EXPECT_TRUE(finds("plausible.grid")) << "it gives 1500 W to a grid of 0 Hz";
    put(10, {0, 0, 0});
    EXPECT_NE(judge("plausible.grid").not_tested, "") << "a cut grid says nothing";
}

/// Energy counts on by itself while the measurement is a picture of yesterday.
TEST_F(RulesTest, MeasurementsThatStandStillBesideACounter) {
    Snapshot device;
    for (int i = 0; i < 12; ++i) {
        Poll poll;
        poll.at = Instant{} + i * 1s;
        for (const sunspec::Point& p : ac.model->points) {
            if (p.name == "TotWhInj") put(p.offset, {0, 0, 0, 1000 + i});
        }
        poll.models = {ac};
        device.polls.push_back(poll);
    }
    EXPECT_EQ(judge("value.frozen", device).found.size(), 1u);
    for (Poll& poll : device.polls) {
        const auto moved = poll.at - Instant{} > 5s ? 50011 : 50010;
        poll.models[0].registers[18] = static_cast<std::uint16_t>(moved);
    }
    EXPECT_TRUE(judge("value.frozen", device).found.empty());
    for (std::size_t i = 3; i < device.polls.size(); ++i) device.polls[i].models.clear();
    EXPECT_NE(judge("value.frozen", device).not_tested, "") << "three looks are too few";
}

TEST_F(RulesTest, WhatWasNeverReadIsNotSaidToHold) {
    Snapshot device;
    device.polls.resize(20);
    for (const char* const id :
         {"value.scale_moves", "value.zero_frame", "value.counter_falls", "value.frozen"}) {
        EXPECT_NE(judge(id, device).not_tested, "") << id;
    }
    // The first round lost all reads, and the others have them.
    for (std::size_t i = 1; i < device.polls.size(); ++i) device.polls[i].models = {ac};
    put(w_sf, {1});
    device.polls[9].models = {ac};
    EXPECT_EQ(judge("value.scale_moves", device).found.size(), 1u);
}

/// One probe and what came of it.
Snapshot probed(const std::string& name, Exchange one) {
    Snapshot device;
    device.armed = true;
    device.journal = {std::move(one)};
    device.probes[name] = {0};
    return device;
}

/// Same maker, same product, and the models of the firmware before, or of the one after.
TEST_F(RulesTest, AProfileOfOtherModels) {
    Snapshot device;
    ModelData common;
    common.where = {1, 40002, 66};
    device.models = {common, ac};
    device.has_profile = true;
    device.profile.protocol = Protocol::sunspec;
    EXPECT_TRUE(judge("map.profile", device).found.empty());
    device.profile.protocol = Protocol::sunspec_100;
    EXPECT_EQ(judge("map.profile", device).found.size(), 1u);
    device.profile.role = Role::meter;
    EXPECT_EQ(judge("map.profile", device).found.size(), 1u);
}

TEST_F(RulesTest, ScaledNumbersWhereTheProfileHasFloats) {
    Snapshot device;
    device.chains.push_back({});
    device.chains.front().models = {{1, 40002, 66}, {103, 40070, 50}};
    device.chains.front().trusted = 2;
    device.has_profile = true;
    device.profile.protocol = Protocol::sunspec_100;
    EXPECT_TRUE(judge("map.float_models", device).found.empty());
    device.profile.protocol = Protocol::sunspec_100_float;
    EXPECT_EQ(judge("map.float_models", device).found.size(), 1u);
}

TEST_F(RulesTest, SilenceIsNoAnswer) {
    Exchange silent;
    EXPECT_NE(judge("map.end_without_length",
                    [&] {
                        Snapshot device = probed("end_length", silent);
                        device.chains.push_back({});
                        device.chains.front().end_id = 0xFFFF;
                        return device;
                    }())
                  .not_tested,
              "");
    EXPECT_EQ(judge("access.partial_reads", probed("inside_point", silent)).found.size(), 1u);
    EXPECT_NE(judge("access.read_only_ignored", probed("read_only_write", silent)).not_tested, "");
    EXPECT_NE(judge("link.byte_count", probed("any", silent)).not_tested, "");
}

TEST_F(RulesTest, AReadThatWasNoLongOneProvesNothingOfLongOnes) {
    Exchange read;
    read.outcome = Exchange::Outcome::answered;
    read.registers.assign(52, 0);
    Snapshot device = probed("long_read", read);
    device.read_max = device.profile.read_max;
    EXPECT_THAT(judge("access.short_reads", device).not_tested, ::testing::HasSubstr("52"));
    device.journal[0].registers.assign(125, 0);
    EXPECT_EQ(judge("access.short_reads", device).not_tested, "");
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

/// Orders to an inverter of models 121 to 124, and what came of them, as a survey notes it.
class OrderRules : public ::testing::Test {
  protected:
    OrderRules() {
        settings.where = {121, 40100, 30};
        settings.model = sunspec::find_model(121);
        settings.registers.assign(32, 0);
        settings.registers[2] = 5000;  // WMax, W
        settings.read = true;
        ModelData controls;
        controls.where = {123, 40200, 24};
        device.armed = true;
        device.models = {settings, controls};
    }
    Experiment& ordered(const std::string& name, const std::string& point, double watts,
                        std::initializer_list<double> powers) {
        Experiment& one = device.experiments[name];
        one.point = point;
        one.watts = watts;
        for (const double p : powers) one.measured.push_back({Instant{}, p});
        return one;
    }
    std::string found(std::string_view id) {
        for (const Rule& rule : rules()) {
            if (rule.id != id) continue;
            const Judgement judgement = rule.judge(device);
            if (!judgement.not_tested.empty()) return "not tested: " + judgement.not_tested;
            return judgement.found.empty() ? "held" : judgement.found.front().text;
        }
        return "no rule";
    }

    ModelData settings;
    Snapshot device;
};

/// Of an inverter with 704 as well: what holds by one way is not said to hold by both.
TEST_F(OrderRules, TwoWaysInAreJudgedEachAndToldTogether) {
    ModelData newer;
    newer.where = {704, 40300, 65};
    device.models.push_back(newer);
    const auto told = [this](std::string_view id) {
        for (const Judged& one : conformance::judge(device)) {
            if (one.rule->id != id) continue;
            if (!one.judgement.found.empty()) return one.judgement.found.front().text;
            return one.judgement.not_tested.empty() ? "held" : one.judgement.not_tested;
        }
        return std::string("no rule");
    };
    ordered("before_limit", "", 0.0, {1500.0});
    ordered("limit", "704 WMaxLimPct", 500.0, {1500.0, 510.0}).asked = 10.0;
    EXPECT_EQ(told("control.limit"), "held") << "the other way does not offer it";
    device.turn_way();
    ordered("before_limit", "", 0.0, {0.0});
    ordered("limit", "123 WMaxLimPct", 500.0, {0.0}).asked = 10.0;
    device.turn_way();
    EXPECT_EQ(told("control.limit"), "by 123 and 124: there was no power to limit");
    device.other_experiments["before_limit"].measured = {{Instant{}, 1500.0}};
    device.other_experiments["limit"].measured = {{Instant{}, 1500.0}};
    EXPECT_EQ(told("control.limit"),
              "by 123 and 124: with a limit of 10 % (500 W) the power came to 1500 W");
    device.other_experiments["limit"].measured = {{Instant{}, 490.0}};
    EXPECT_EQ(told("control.limit"), "held");
}

TEST_F(OrderRules, ThePowerThatWMaxDoesNotHold) {
    ordered("before_most_power", "", 0.0, {1500.0});
    ordered("most_power", "121 WMax", 900.0, {1500.0, 1000.0}).asked = 900.0;
    EXPECT_EQ(found("control.most_power"), "held");
    device.experiments["most_power"].measured.back().value = 1490.0;
    EXPECT_EQ(found("control.most_power"), "with 121 WMax = 900 (900 W) the power came to 1490 W");
    device.experiments["before_most_power"].measured.back().value = 1000.0;
    EXPECT_EQ(found("control.most_power"), "not tested: there was no power to limit");
}

TEST_F(OrderRules, ABatteryThatGoesBelowItsReserve) {
    ordered("before_reserve", "", 0.0, {2500.0});
    ordered("reserve", "124 MinRsvPct", 1500.0, {2500.0, 1000.0}).asked = 70.0;
    EXPECT_EQ(found("control.reserve"), "held");
    device.experiments["reserve"].measured.back().value = 2490.0;
    EXPECT_EQ(found("control.reserve"),
              "124 MinRsvPct = 70 is above the charge, and the power is 2490 W, it was 2500");
}

TEST_F(OrderRules, ALimitAndAStopThatChangeNothing) {
    ordered("before_limit", "", 0.0, {1500.0});
    ordered("limit", "123 WMaxLimPct", 500.0, {1500.0, 510.0}).asked = 10.0;
    ordered("permit_power", "", 0.0, {1500.0});
    ordered("permit_off", "123 Conn", 0.0, {1500.0, 0.0});
    ordered("permit_on", "123 Conn", 0.0, {0.0, 1500.0});
    EXPECT_EQ(found("control.limit"), "held");
    EXPECT_EQ(found("control.permission"), "held");
    device.experiments["limit"].measured.back().value = 1500.0;
    EXPECT_EQ(found("control.limit"), "with a limit of 10 % (500 W) the power came to 1500 W");
    device.experiments["permit_on"].measured.back().value = 0.0;
    EXPECT_EQ(found("control.permission"),
              "123 Conn is 1 again, and the unit did not come back into service");
    device.experiments["permit_off"].measured.back().value = 1500.0;
    EXPECT_EQ(found("control.permission"), "123 Conn is 0, and after 12 s the power is 1500 W");
}

/// Without model 160 nobody knows what of the power is PV's.
TEST_F(OrderRules, ASetPointOfTheBatteryBesidePv) {
    Experiment& one = ordered("set_point", "124 OutWRte", 1500.0, {0.0, 2500.0, 2500.0});
    one.asked = 30.0;
    EXPECT_THAT(found("control.set_point"), ::testing::StartsWith("not tested"));
    one.pv = {{Instant{}, 1000.0}, {Instant{}, 1000.0}, {Instant{}, 1000.0}};
    EXPECT_EQ(found("control.set_point"), "held");
    one.pv[1].value = one.pv[2].value = 200.0;
    EXPECT_EQ(found("control.set_point"),
              "124 OutWRte = 30 % (1500 W) was written; the power "
              "without its PV came to 2300 W");
}

TEST_F(OrderRules, APowerThatOnlyPassesTheSetPoint) {
    Experiment& one =
        ordered("set_point", "704 WSet", 1500.0, {0.0, 800.0, 1500.0, 2400.0, 3000.0});
    one.asked = 1500.0;
    one.pv.assign(one.measured.size(), {Instant{}, 0.0});
    EXPECT_THAT(found("control.set_point"), ::testing::HasSubstr("came to 3000 W"));
    one.measured.insert(one.measured.begin() + 2, {Instant{}, 1490.0});
    one.pv.assign(one.measured.size(), {Instant{}, 0.0});
    EXPECT_EQ(found("control.set_point"), "held");
}

TEST_F(OrderRules, AStopWithoutPowerProvesNothing) {
    ordered("permit_power", "", 0.0, {0.0});
    ordered("permit_off", "123 Conn", 0.0, {0.0});
    ordered("permit_on", "123 Conn", 0.0, {0.0});
    EXPECT_EQ(found("control.permission"), "not tested: there was no power to stop");
    device.experiments["permit_power"].measured.back().value = 1500.0;
    device.experiments.erase("permit_on");
    EXPECT_EQ(found("control.permission"),
              "not tested: whether it comes back into service was not seen");
}

TEST_F(OrderRules, AMaximumThatNoFunctionWrites) {
    Exchange refused;
    refused.outcome = Exchange::Outcome::exception;
    refused.exception = modbus::ExceptionCode::illegal_function;
    device.journal = {refused};
    ordered("maximum", "", 0.0, {}).writes = {0};
    EXPECT_EQ(found("control.maximum"), "not tested: the device took no limit");
}

TEST_F(OrderRules, OneCurveOfTwoAndOneTimerOfTwo) {
    ordered("adopt_705", "", 0.0, {}).shown = {{Instant{}, 1.0}};
    EXPECT_EQ(found("control.curves"), "held");
    ordered("adopt_706", "", 0.0, {}).not_done = "706: the device did not take Crv.ActPt";
    EXPECT_EQ(found("control.curves"), "not tested: 706: the device did not take Crv.ActPt");
    ordered("reversion", "704 WSet", 0.0, {}).shown = {{Instant{}, 0.0}};
    EXPECT_EQ(found("control.reversion"), "held");
    ordered("reversion_limit", "123 WMaxLim_Ena", 0.0, {});
    EXPECT_EQ(found("control.reversion"), "not tested: 123 WMaxLim_Ena could not be read back");
}

TEST_F(OrderRules, AnOrderThatDoesNotRunOut) {
    ordered("reversion_limit", "123 WMaxLim_Ena", 0.0, {}).shown = {{Instant{}, 0.0}};
    ordered("reversion_connection", "123 Conn", 0.0, {}).shown = {{Instant{}, 1.0}};
    EXPECT_EQ(found("control.reversion"), "held");
    device.experiments["reversion_connection"].shown.back().value = 0.0;
    EXPECT_EQ(found("control.reversion"),
              "123 Conn is 0 after its timer of 16 s ran out, expected 1");
}

TEST_F(OrderRules, ALimitThatSaysItRanOutAndDidNot) {
    ordered("power", "", 0.0, {1500.0});
    ordered("limit", "123 WMaxLimPct", 500.0, {});
    ordered("reversion_limit", "123 WMaxLim_Ena", 0.0, {500.0}).shown = {{Instant{}, 0.0}};
    EXPECT_THAT(found("control.reversion"), ::testing::HasSubstr("still holds the power at 500 W"));
    device.experiments["reversion_limit"].measured.back().value = 1500.0;
    EXPECT_EQ(found("control.reversion"), "held");
}

TEST_F(OrderRules, AReactivePowerOfOneSign) {
    for (const char* const name : {"reactive_over", "reactive_under"}) {
        const bool over = std::string(name) == "reactive_over";
        Experiment& one = ordered(name, "123 VArWMaxPct", over ? 1000.0 : -1000.0, {});
        one.reactive = {{Instant{}, over ? 980.0 : -980.0}};
    }
    EXPECT_EQ(found("control.reactive"), "held");
    device.experiments["reactive_under"].reactive.push_back({Instant{}, 0.0});
    EXPECT_EQ(found("control.reactive"), "held") << "one odd reading is none of its business";
    device.experiments["reactive_under"].reactive = {{Instant{}, 980.0}};
    EXPECT_THAT(found("control.reactive"), ::testing::HasSubstr("the sign does not follow"));
    device.experiments["reactive_under"].reactive.back().value = -400.0;
    EXPECT_THAT(found("control.reactive"), ::testing::HasSubstr("came to -400 var"));
}

TEST_F(OrderRules, AFactorThatBringsTooLittle) {
    for (const char* const name : {"factor_over", "factor_under"}) {
        const bool over = std::string(name) == "factor_over";
        Experiment& one = ordered(name, "123 OutPFSet", 0.0, {3000.0});
        one.asked = over ? 0.95 : -0.95;
        one.reactive = {{Instant{}, over ? 986.0 : -986.0}};  // tan(acos 0.95) = 0.3287
    }
    EXPECT_EQ(found("control.power_factor"), "held");
    device.experiments["factor_under"].reactive.back().value = 0.0;
    EXPECT_THAT(found("control.power_factor"), ::testing::HasSubstr("is 0 var, expected 986"));
    device.experiments["factor_over"].measured.back().value = 100.0;
    EXPECT_EQ(found("control.power_factor"), "not tested: there was too little power");
}

TEST_F(OrderRules, AStatusThatDoesNotSayWhatActs) {
    Experiment& limit = ordered("limit", "123 WMaxLimPct", 500.0, {});
    limit.told["StActCtl"] = {{Instant{}, 0.0}, {Instant{}, 1.0}};
    EXPECT_EQ(found("control.told"), "held");
    limit.told["StActCtl"].back().value = 4.0;
    EXPECT_EQ(found("control.told"),
              "122 StActCtl is 4 while 123 WMaxLimPct acts: its bit FixedW is not set");
}

}  // namespace
}  // namespace islandbench::conformance
