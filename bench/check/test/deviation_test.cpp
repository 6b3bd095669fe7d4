#include <gmock/gmock.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "bench/check/check_device.hpp"
#include "bench/check/test/leaping_check.hpp"

/// Every deviation of fixtures/deviations, alone in a healthy device, over TCP: the check names it,
/// names no other, and never crashes or hangs. The healthy device has no finding.
namespace islandbench::bench {
namespace {

using conformance::Judged;
using test::Checked;
using test::expect_nothing_found;
using ::testing::IsEmpty;

const Fixtures fixtures(std::string(IB_SOURCE_DIR) + "/fixtures");

const RunFiles& street() {
    static const RunFiles files = [] {
        Diagnostics problems;
        auto loaded = load_solo_street(fixtures, problems);
        EXPECT_TRUE(problems.empty()) << problems;
        return std::move(*loaded);
    }();
    return files;
}

const std::vector<Deviation>& deviations() {
    static const std::vector<Deviation> all = [] {
        Diagnostics problems;
        auto loaded = load_deviations(fixtures, problems);
        EXPECT_TRUE(problems.empty()) << problems;
        return loaded;
    }();
    return all;
}

/// An inverter of before IEEE 1547-2018.
DeviceProfile older(Protocol protocol) {
    DeviceProfile profile = street().profile_of(street().site.homes.front().hybrid->inverter);
    profile.protocol = protocol;
    return profile;
}

Checked check(const std::vector<Deviation>& with, bool patient, bool armed = true,
              const links::LinkCondition& link = links::LinkCondition::perfect(),
              Protocol protocol = Protocol::sunspec, bool feigns = false) {
    SoloSpec spec;
    spec.deviations = with;
    spec.link = link;
    spec.feigns_orders = feigns;
    if (protocol != Protocol::sunspec) spec.profile = older(protocol);
    return test::check_alone(street(), spec, patient, armed);
}

/// The deviations that the rules of a check name.
std::set<std::string> named_by(const Checked& checked) {
    std::set<std::string> named;
    for (const std::string& rule : checked.found) {
        for (const std::string& id : names_of(deviations(), rule)) named.insert(id);
    }
    return named;
}

std::string list(const std::set<std::string>& items) {
    std::string text;
    for (const std::string& item : items) text += (text.empty() ? "" : " ") + item;
    return text;
}

std::string rules_text(const Checked& checked) {
    std::string rules;
    for (const std::string& rule : checked.found)
        rules += (rules.empty() ? "`" : ", `") + rule + "`";
    return rules;
}

/// Every deviation alone in one kind of device, and how that came out.
struct Score {
    std::map<std::string, std::string> found;  ///< by id: the last columns of docs/deviations.md
    int injected = 0, named = 0, missed = 0, wrong = 0;

    [[nodiscard]] std::string text() const {
        return std::to_string(injected) + " injected, " + std::to_string(named) + " named, " +
               std::to_string(missed) + " missed, " + std::to_string(wrong) + " with a false name";
    }
};

/// The scaled models can do all but what is about floating point.
Protocol kind_that_does(const Deviation& one, bool of_older_models) {
    if (!of_older_models) return Protocol::sunspec;
    const bool in_floats =
        !one.deeds_100.empty() && one.deeds_100.front().point.starts_with("111.");
    return in_floats ? Protocol::sunspec_100_float : Protocol::sunspec_100;
}

Score inject_all(bool of_older_models) {
    Score score;
    for (const Deviation& one : deviations()) {
        const Checked checked = check({one}, one.patient, true, links::LinkCondition::perfect(),
                                      kind_that_does(one, of_older_models));
        EXPECT_TRUE(checked.ended) << one.id << " hangs";
        std::set<std::string> expected(one.also.begin(), one.also.end());
        expected.insert(one.id);
        const std::set<std::string> named = named_by(checked);
        std::set<std::string> others;
        for (const std::string& id : named) {
            if (!expected.contains(id)) others.insert(id);
        }
        const bool hit = named.contains(one.id);
        ++score.injected;
        (hit ? score.named : score.missed) += 1;
        score.wrong += others.empty() ? 0 : 1;
        EXPECT_EQ(hit, one.missed.empty())
            << one.id << " " << one.title << ": found " << list(checked.found);
        EXPECT_THAT(others, IsEmpty()) << one.id << " " << one.title;
        score.found[one.id] = hit ? rules_text(checked) : "missed: " + one.missed;
    }
    return score;
}

/// A row of docs/deviations.md.
std::string row_of(const Deviation& one, const std::string& found, const std::string& older) {
    std::string sources;
    for (const std::string& source : one.sources) sources += (sources.empty() ? "" : ", ") + source;
    return "| " + one.id + " | " + one.title + " | " + std::string(json::enum_text(one.kind)) +
           " | " + one.device + " | " + sources + " | " + found + " | " +
           (found == older ? "the same" : older) + " |\n";
}

constexpr const char* head = R"(# How devices differ, and what a check says of it

Made by the tests (`scripts/test`, then `scripts/update-docs`). Each row is a way in which real devices were seen to differ
(`fixtures/deviations`), done by an emulated inverter that is healthy otherwise and checked over TCP ([how](checking-a-device.md)): one of models 701
to 714, and one of models 101 to 124. A violation fails a check; a variant is allowed and surprises clients; a condition is of the moment. The last
columns have what the check found; a rule in them that is not the deviation's own is a consequence.

| id | deviation | kind | seen at | source | found as | of models 101 to 124 |
|---|---|---|---|---|---|---|
)";

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Deviations, AHealthyDeviceHasNoFinding) {
    const Checked clean = check({}, true);
    expect_nothing_found(clean, {"control.most_power", "control.reserve", "control.told"});
    EXPECT_GT(clean.writes.size(), 18u);
}

class OlderModels : public ::testing::TestWithParam<Protocol> {};

INSTANTIATE_TEST_SUITE_P(Deviations, OlderModels,
                         ::testing::Values(Protocol::sunspec_100, Protocol::sunspec_100_float),
                         [](const auto& tested) {
                             return tested.param == Protocol::sunspec_100 ? "Integer" : "Float";
                         });

TEST_P(OlderModels, AHealthyOneHasNoFinding) {
    const Checked clean = check({}, true, true, links::LinkCondition::perfect(), GetParam());
    // None of its models is long enough for a long read.
    std::set<std::string> not_asked{"access.short_reads", "control.curves", "plausible.phases"};
    if (GetParam() == Protocol::sunspec_100_float) not_asked.insert("value.coarse_power");
    expect_nothing_found(clean, not_asked);
    EXPECT_GT(clean.writes.size(), 18u);
}

TEST_P(OlderModels, AHealthyOneOnAPoorLinkHasNoFinding) {
    const Checked clean = check({}, false, true, {30ms, 300ms, 0.01, false}, GetParam());
    ASSERT_TRUE(clean.ended);
    for (const Judged& one : clean.judged) {
        for (const auto& found : one.judgement.found) {
            ADD_FAILURE() << one.rule->id << ": " << found.text;
        }
    }
    for (const auto& write : clean.writes) EXPECT_TRUE(write.restored) << write.what;
}

/// All registers show what was written, and nothing comes of it.
TEST_P(OlderModels, OneThatFeignsIsFoundOut) {
    const Checked checked =
        check({}, false, true, links::LinkCondition::perfect(), GetParam(), true);
    ASSERT_TRUE(checked.ended);
    // It never gets any power that a limit or a stop could be seen by.
    const std::set<std::string> expected{"control.reactive", "control.set_point", "control.told"};
    EXPECT_EQ(checked.found, expected) << list(checked.found);
}

TEST_P(OlderModels, WithoutAnArmNothingIsWritten) {
    const Checked clean = check({}, false, false, links::LinkCondition::perfect(), GetParam());
    ASSERT_TRUE(clean.ended);
    EXPECT_GT(clean.writes.size(), 18u) << "what would be written is listed";
    for (const auto& write : clean.writes) EXPECT_FALSE(write.done) << write.what;
    EXPECT_FALSE(clean.device_written);
}

/// Models 701 to 714 and, behind them, those of before.
SoloSpec of_two_generations() {
    SoloSpec spec;
    spec.older_face = older(Protocol::sunspec_100);
    return spec;
}

TEST(Deviations, ADeviceWithBothWaysInIsAskedByBoth) {
    const Checked clean = test::check_alone(street(), of_two_generations(), false);
    expect_nothing_found(clean, {"control.low_cap", "link.idle_client"});
    std::set<std::string> written;
    for (const auto& write : clean.writes) written.insert(write.what);
    for (const char* const point : {"704 WSet", "703 ES", "123 WMaxLimPct", "124 StorCtl_Mod"}) {
        EXPECT_TRUE(written.contains(point)) << point;
    }
}

TEST(Deviations, AWayInThatDoesNothingIsFoundBesideOneThatWorks) {
    SoloSpec spec = of_two_generations();
    spec.feigns_older_orders = true;
    const Checked checked = test::check_alone(street(), spec, false);
    ASSERT_TRUE(checked.ended);
    EXPECT_THAT(checked.found, ::testing::IsSupersetOf({"control.reactive", "control.set_point"}));
    for (const Judged& one : checked.judged) {
        for (const auto& found : one.judgement.found) {
            EXPECT_TRUE(found.text.starts_with("by 123 and 124: ")) << found.text;
        }
    }
    for (const auto& write : checked.writes) EXPECT_TRUE(write.restored) << write.what;
}

TEST(Deviations, BothWaysInAreListedWhereNothingIsWritten) {
    const Checked clean = test::check_alone(street(), of_two_generations(), false, false);
    std::set<std::string> listed;
    for (const auto& write : clean.writes) {
        EXPECT_FALSE(write.done) << write.what;
        listed.insert(write.what);
    }
    EXPECT_TRUE(listed.contains("704 WSet") && listed.contains("123 WMaxLimPct"));
}

/// As links are in homes, and ten times as many lost: one in a hundred.
TEST(Deviations, AHealthyDeviceOnAPoorLinkHasNoFinding) {
    const Checked clean = check({}, false, true, {30ms, 300ms, 0.01, false});
    ASSERT_TRUE(clean.ended);
    for (const Judged& one : clean.judged) {
        for (const auto& found : one.judgement.found) {
            ADD_FAILURE() << one.rule->id << ": " << found.text;
        }
    }
    EXPECT_GT(clean.silences, 3);
    for (const auto& write : clean.writes) EXPECT_TRUE(write.restored) << write.what;
}

TEST(Deviations, WithoutAnArmNothingIsWritten) {
    const Checked clean = check({}, false, false);
    ASSERT_TRUE(clean.ended);
    EXPECT_GT(clean.writes.size(), 10u) << "what would be written is listed";
    for (const auto& write : clean.writes) EXPECT_FALSE(write.done) << write.what;
    EXPECT_FALSE(clean.device_written);
}

TEST(Deviations, EachIsNamed) {
    const Score score = inject_all(false), older = inject_all(true);
    std::printf("deviations: %s\nof models 101 to 124: %s\n", score.text().c_str(),
                older.text().c_str());
    std::string rows;
    for (const Deviation& one : deviations()) {
        rows += row_of(one, score.found.at(one.id), older.found.at(one.id));
    }
    const std::string page = head + rows + "\nScore: " + score.text() +
                             "; of models 101 to 124: " + older.text() +
                             ". On the healthy devices, none.\n";
    std::ofstream(IB_BINARY_DIR "/deviations.md", std::ios::binary) << page;
    EXPECT_TRUE(page == content(IB_SOURCE_DIR "/docs/deviations.md"))
        << "docs/deviations.md is not what was found: scripts/update-docs writes it anew";
}

/// What comes and goes is found whenever in its turn the check begins.
TEST(Deviations, WhatComesAndGoesIsNamedFromAnyMoment) {
    for (const Deviation& one : deviations()) {
        const bool of_values = std::any_of(one.deeds.begin(), one.deeds.end(), [](const auto& d) {
            return d.every > 1 && !d.point.empty();
        });
        for (int shift = 0; of_values && shift < one.deeds.front().every; ++shift) {
            SoloSpec spec;
            spec.deviations = {one};
            spec.on_before += shift * 1s;
            const std::set<std::string> named =
                named_by(test::check_alone(street(), spec, one.patient, false));
            EXPECT_EQ(named, std::set<std::string>{one.id}) << one.id << " shifted by " << shift;
        }
    }
}

TEST(Deviations, AreThoseOfTheFactsAndEachNamesRulesOfItsKind) {
    ASSERT_EQ(deviations().size(), 56u);
    std::map<std::string, std::string> owner;
    for (std::size_t i = 0; i < deviations().size(); ++i) {
        const Deviation& one = deviations()[i];
        EXPECT_EQ(one.id, "D" + std::to_string(i + 1));
        EXPECT_FALSE(one.sources.empty()) << one.id;
        for (const std::string& id : one.finds) {
            EXPECT_TRUE(owner.emplace(id, one.id).second) << id << " names two deviations";
            const auto all = conformance::rules();
            const auto rule =
                std::find_if(all.begin(), all.end(), [&](const auto& r) { return r.id == id; });
            ASSERT_NE(rule, all.end()) << one.id << ": " << id;
            EXPECT_EQ(json::enum_text(rule->kind), json::enum_text(one.kind)) << one.id;
        }
    }
}

TEST(Deviations, MakeDevicesThatACheckTellsApart) {
    const auto names = fixtures.list("devices");
    EXPECT_GE(names.size(), 12u);
    std::map<std::set<std::string>, std::string> seen;
    for (const std::string& name : names) {
        Diagnostics problems;
        const auto spec = load_solo(fixtures, name, problems);
        ASSERT_TRUE(spec.has_value()) << problems;
        EXPECT_EQ(spec->name, name);
        const bool patient = std::any_of(spec->deviations.begin(), spec->deviations.end(),
                                         [](const Deviation& d) { return d.patient; });
        const Protocol protocol = spec->profile ? spec->profile->protocol : Protocol::sunspec;
        const Checked checked =
            check(spec->deviations, patient, true, links::LinkCondition::perfect(), protocol);
        EXPECT_TRUE(checked.ended) << name << " hangs";
        const std::set<std::string> named = named_by(checked);
        EXPECT_FALSE(named.empty()) << name;
        const auto twin = seen.emplace(named, name);
        EXPECT_TRUE(twin.second) << name << " looks like " << twin.first->second;
        std::printf("%-22s %s\n", name.c_str(), list(named).c_str());
    }
}

}  // namespace
}  // namespace islandbench::bench
