#include <gmock/gmock.h>

#include <cmath>
#include <regex>
#include <sstream>

#include "bench/test/program.hpp"
#include "reports/store/run_reader.hpp"

/// The same story with the street solved in every millisecond and with a street that coasts while
/// nothing moves: what is said of it is the same.
namespace islandbench::bench {
namespace {

using reports::RunRecord;

/// What a criterion's margin is resolved to, where 1 % of it is less.
double resolution(const std::string& unit) {
    if (unit == "s") return 0.010;  // values are looked at that often at least
    if (unit == "V") return 0.1;
    if (unit == "Hz") return 0.002;
    if (unit == "pu") return 0.0005;
    if (unit == "deg") return 0.1;
    return 0.0;
}

void expect_same_verdicts(const json::Value& fine, const json::Value& coasting) {
    const auto& ours = coasting.find("criteria")->items();
    const auto& theirs = fine.find("criteria")->items();
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const std::string id = result_text(theirs[i], "id");
        EXPECT_EQ(result_text(ours[i], "id"), id);
        EXPECT_EQ(result_text(ours[i], "verdict"), result_text(theirs[i], "verdict")) << id;
        if (result_text(theirs[i], "verdict") == "fail") {
            EXPECT_EQ(result_text(ours[i], "device"), result_text(theirs[i], "device")) << id;
        }
        const json::Value& a = *theirs[i].find("margin");
        const json::Value& b = *ours[i].find("margin");
        ASSERT_EQ(a.is(json::Kind::null), b.is(json::Kind::null)) << id;
        if (a.is(json::Kind::null)) continue;
        const std::string unit = result_text(theirs[i], "unit");
        EXPECT_NEAR(b.number(), a.number(),
                    std::fmax(0.01 * std::fabs(a.number()), resolution(unit)))
            << id << " in " << unit;
    }
}

/// What happens, in the same order, to the millisecond; but for what the dispatch or a synchroniser
/// answers to what it has measured, to a hair.
void expect_same_events(const json::Value& fine, const json::Value& coasting) {
    const auto& ours = coasting.find("events")->items();
    const auto& theirs = fine.find("events")->items();
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const std::string name = result_text(theirs[i], "name");
        EXPECT_EQ(result_text(ours[i], "name"), name) << i;
        const bool answers = name == "reclosed" || name == "shed" || name == "restore";
        EXPECT_NEAR(ours[i].find("t_s")->number(), theirs[i].find("t_s")->number(),
                    answers ? 0.2 : 0.0011)
            << name;
    }
}

void expect_same_figures(const json::Value& fine, const json::Value& coasting) {
    for (const char* part : {"before", "island", "after"}) {
        const json::Value& a = *fine.find("street_energy")->find(part);
        const json::Value& b = *coasting.find("street_energy")->find(part);
        for (const char* flow :
             {"grid_in_kwh", "grid_out_kwh", "former_out_kwh", "former_in_kwh"}) {
            ASSERT_NE(a.find(flow), nullptr) << flow;
            const double kwh = a.find(flow)->number();
            EXPECT_NEAR(b.find(flow)->number(), kwh, std::fmax(0.01 * kwh, 5e-5)) << part << flow;
        }
        EXPECT_NEAR(b.find("lasted_s")->number(), a.find("lasted_s")->number(), 0.2);
    }
}

RunRecord record_of(const Folder& folder, const std::string& name) {
    const auto reader = reports::RunReader::open(folder.path() / name);
    EXPECT_TRUE(reader.has_value());
    auto record = reader->read();
    EXPECT_TRUE(record.has_value());
    return *record;
}

/// Where two runs are furthest apart.
struct Furthest {
    double off = 0.0;
    std::string where;
    void look(double by, const std::string& name, Instant t) {
        if (by <= off) return;
        off = by;
        where = name + " at " + std::to_string(to_seconds(t - story_start)) + " s";
    }
};

/// The first full second at which the dispatch has ordered something else.
Instant orders_part(const RunRecord& fine, const RunRecord& coasting) {
    Instant first = fine.end.at;
    for (const reports::Series& series : fine.series) {
        if (!series.info.name.starts_with("cmd.")) continue;
        const reports::Series& other = *coasting.find(series.info.name);
        for (Instant t = story_start + 1s; t < first; t += 1s) {
            const double a = series.at(t), b = other.at(t);
            if (a != b && !(std::isnan(a) && std::isnan(b))) first = t;
        }
    }
    return first;
}

struct StreetsApart {
    Furthest volt, hertz, soc;
};

/// How far voltages, frequency and charge are apart at the full seconds, at which every signal is
/// recorded. Not within 3 s of a reclosing, which is not the same millisecond.
StreetsApart apart(const RunRecord& fine, const RunRecord& coasting, Instant from, Instant to) {
    const auto closing = [&](Instant t) {
        return std::any_of(fine.events.begin(), fine.events.end(), [t](const auto& event) {
            return event.name == "reclosed" && t > event.at - 3s && t < event.at + 3s;
        });
    };
    StreetsApart most;
    for (const reports::Series& series : fine.series) {
        const std::string& name = series.info.name;
        if (!name.starts_with("truth.")) continue;
        for (Instant t = from; t < to; t += 1s) {
            if (closing(t)) continue;
            const double off = std::fabs(series.at(t) - coasting.find(name)->at(t));
            if (name.ends_with(".v")) most.volt.look(off, name, t);
            if (name == "truth.island.f") most.hertz.look(off, name, t);
            if (name.ends_with(".soc")) most.soc.look(off, name, t);
        }
    }
    return most;
}

/// Telemetry has whole watts or tens of them, so that a hair can become another order. What comes
/// after that is the order's doing; until then the streets are one.
void expect_same_street(const RunRecord& fine, const RunRecord& coasting) {
    const Instant parted = orders_part(fine, coasting);
    const StreetsApart before = apart(fine, coasting, story_start + 1s, parted);
    EXPECT_LT(before.volt.off, 0.2) << before.volt.where;
    EXPECT_LT(before.hertz.off, 0.002) << before.hertz.where;
    EXPECT_LT(before.soc.off, 2e-5) << before.soc.where;
    EXPECT_GT(before.volt.off, 0.0) << "nothing was compared";
    EXPECT_GT(before.soc.off, 0.0);
    const StreetsApart after = apart(fine, coasting, parted, fine.end.at);
    EXPECT_LT(after.volt.off, 1.0) << after.volt.where;
    EXPECT_LT(after.hertz.off, 0.010) << after.hertz.where;
    EXPECT_LT(after.soc.off, 5e-4) << after.soc.where;
}

/// The installed story up to a second: without the steps that come later.
std::string first_part(const std::string& scenario, int seconds) {
    std::istringstream lines(fixture("scenarios/" + scenario + ".json"));
    const std::regex at(R"re("at": "(\d+) s")re");
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        if (line.find_first_not_of(' ') == line.find("//")) continue;
        std::smatch found;
        if (std::regex_search(line, found, at) && std::stoi(found[1]) >= seconds) continue;
        text += line + '\n';
    }
    text = std::regex_replace(text, std::regex(R"(,(\s*\]))"), "$1");
    text = std::regex_replace(text, std::regex(R"re("for": "1795 s")re"), "\"for\": \"100 s\"");
    return std::regex_replace(text, std::regex(R"re("duration": "\d+ s")re"),
                              "\"duration\": \"" + std::to_string(seconds) + " s\"");
}

struct Story {
    friend void PrintTo(const Story& story, std::ostream* out) { *out << story.name; }
    std::string name;
    int first_seconds = 0;  ///< 0: all of it
    double solved_at_most = 0.35;
};

class CoastingStory : public ::testing::TestWithParam<Story> {};

TEST_P(CoastingStory, IsToldAsWithASolutionInEveryMillisecond) {
    const Story& story = GetParam();
    const Folder folder;
    std::string told = story.name;
    if (story.first_seconds > 0) {
        told = folder.write("story.json", first_part(story.name, story.first_seconds));
    }
    const ToldStory fine = tell_story(folder, "fine", {told, "--every-step"});
    const ToldStory coasting = tell_story(folder, "coasting", {told});

    EXPECT_EQ(coasting.exit_code, fine.exit_code);
    expect_same_verdicts(fine.results, coasting.results);
    expect_same_events(fine.results, coasting.results);
    expect_same_figures(fine.results, coasting.results);
    expect_same_street(record_of(folder, "fine"), record_of(folder, "coasting"));

    const json::Value& pace = *coasting.results.find("pace");
    const double steps = pace.find("plant_steps")->number();
    EXPECT_LT(pace.find("plant_solutions")->number(), story.solved_at_most * steps);
    EXPECT_EQ(fine.results.find("pace")->find("plant_solutions")->number(), steps);
}

INSTANTIATE_TEST_SUITE_P(All, CoastingStory,
                         ::testing::Values(Story{"miniature_outage"}, Story{"miniature_short"},
                                           Story{"sabotage_sync"}, Story{"sabotage_tier0"},
                                           Story{"sabotage_floor"}, Story{"pilot_sabotage_sync"},
                                           Story{"pilot_sabotage_tier0", 120},
                                           Story{"pilot_outage", 240},
                                           Story{"pilot_black_start", 200}),
                         [](const auto& one) { return one.param.name; });

TEST(CoastingStory, WhatDoesNotMoveTheWiresIsToldInItsMillisecondToo) {
    const Folder folder;
    const auto file = folder.write(
        "story.json",
        replaced(replaced(fixture("scenarios/miniature_outage.json"), R"("at": "100 s", "silence")",
                          R"("at": "100.003 s", "silence")"),
                 R"("at": "120 s", "consent")", R"("at": "120.007 s", "consent")"));
    const json::Value results = tell_story(folder, "run", {file}).results;
    int told = 0;
    for (const json::Value& event : results.find("events")->items()) {
        const std::string name = result_text(event, "name");
        if (name != "silent" && name != "consent") continue;
        ++told;
        EXPECT_NEAR(event.find("t_s")->number(), name == "silent" ? 100.003 : 120.007, 1e-9);
    }
    EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace islandbench::bench
