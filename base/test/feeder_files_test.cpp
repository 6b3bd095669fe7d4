#include "base/feeder/files.hpp"

#include <gmock/gmock.h>

#include <set>

#include "base/random.hpp"

/// The readers of feeders that others publish. IEEE shape: fixtures/feeders/mill_lane, changed as
/// text. The other shape: small tables written here.
namespace islandbench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char* const mill_lane = IB_SOURCE_DIR "/fixtures/feeders/mill_lane";

FeederTexts good() {
    Diagnostics found;
    FeederTexts texts = load_feeder_texts(mill_lane, found);
    EXPECT_THAT(found.list(), IsEmpty());
    texts.folder = "lane";
    return texts;
}

FeederTexts tables() {
    return {"town",
            {{"lines.csv",
              "from_bus,to_bus,length_km,type\nA1,A2,0.1,UG\nA3,A2,0.05,UG\n"
              "B1,B2,0.2,UG\n"},
             {"line_types.csv", "type,r_ohm_per_km,x_ohm_per_km\nUG,0.2,0.08\n"},
             {"loads.csv", "bus,p_w,q_var\nA1,30000,0\nA3,15000,9000\nB2,12000,5000\n"},
             {"transformers.csv",
              "hv_bus,lv_bus,sn_mva,vn_hv_kv,vn_lv_kv,vkr_percent,vk_percent\n"
              "A0,A1,0.25,20,0.4,1,5\nB0,B1,0.1,20,0.4,1,4\n"}}};
}

/// Replaces the first `what` in a file; it must be there.
FeederTexts with(FeederTexts texts, const std::string& file, const std::string& what,
                 const std::string& instead) {
    std::string& text = texts.files.at(file);
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    if (at != std::string::npos) text.replace(at, what.size(), instead);
    return texts;
}

std::vector<std::string> problems_of(const FeederTexts& texts) {
    Diagnostics found;
    (void)read_feeders(texts, found);
    std::vector<std::string> lines;
    for (const Diagnostic& one : found.list()) lines.push_back(to_text(one));
    return lines;
}

FeederModel only(const FeederTexts& texts) {
    Diagnostics found;
    const auto feeders = read_feeders(texts, found);
    EXPECT_THAT(found.list(), IsEmpty()) << found;
    EXPECT_EQ(feeders.size(), 1U);
    return feeders.empty() ? FeederModel{} : feeders.front();
}

TEST(FeederFiles, ReadsTheIeeeShapeInItsUnits) {
    const FeederModel lane = only(good());
    EXPECT_EQ(lane.transformer.name, "MILL");
    EXPECT_EQ(lane.transformer.bus, "1");
    EXPECT_DOUBLE_EQ(lane.transformer.rating.value(), 200e3);
    EXPECT_DOUBLE_EQ(lane.transformer.low.value(), 400.0);
    EXPECT_DOUBLE_EQ(lane.transformer.x.value(), 0.04);
    EXPECT_DOUBLE_EQ(lane.transformer.r.value(), 0.013);
    EXPECT_DOUBLE_EQ(lane.source.v.value(), 1.02);
    EXPECT_DOUBLE_EQ(lane.source.fault_current.value().value(), 4000.0);
    EXPECT_DOUBLE_EQ(lane.source.fault_v.value(), 11e3);
    EXPECT_DOUBLE_EQ(lane.source.x_over_r, 4.0);
    EXPECT_DOUBLE_EQ(lane.line_codes.at("main_70").r0.value(), 1.51);
    ASSERT_EQ(lane.lines.size(), 26U);
    ASSERT_EQ(lane.loads.size(), 12U);
    EXPECT_EQ(lane.loads[2].name, "HOUSE3");
    EXPECT_EQ(lane.loads[2].phase, Phase::c);
    EXPECT_DOUBLE_EQ(lane.loads[2].power_factor, 0.95);
    EXPECT_DOUBLE_EQ(lane.loads[0].at(0).value(), 80.0);
    EXPECT_DOUBLE_EQ(lane.loads[1].at(1439).value(), 200.0);
}

TEST(FeederFiles, PutsLinesInFeedingOrder) {
    // In the file they stand in no order; one of them is turned around.
    const FeederModel lane =
        only(with(good(), "Lines.csv", "LINE4,4,5,ABC,18.5,m", "LINE4,5,4,ABC,0.0185,KM"));
    std::set<std::string> fed{"1"};
    double turned = 0.0;
    for (const FeederLine& line : lane.lines) {
        EXPECT_TRUE(fed.contains(line.from)) << line.from << " to " << line.to;
        EXPECT_TRUE(fed.insert(line.to).second) << line.to;
        if (line.to == "5") turned = line.length.value();
    }
    EXPECT_DOUBLE_EQ(turned, 18.5);
}

TEST(FeederFiles, ReadsSeveralTransformersAsSeveralFeeders) {
    Diagnostics found;
    const auto feeders = read_feeders(tables(), found);
    EXPECT_THAT(found.list(), IsEmpty()) << found;
    ASSERT_EQ(feeders.size(), 2U);
    EXPECT_EQ(feeders[0].name, "town");
    EXPECT_EQ(feeders[0].transformer.name, "A1");
    EXPECT_EQ(feeders[0].lines.size(), 2U);
    EXPECT_EQ(feeders[0].lines[1].from, "A2") << "turned: it is fed from there";
    ASSERT_EQ(feeders[0].loads.size(), 2U);
    EXPECT_FALSE(feeders[0].loads[1].phase);
    EXPECT_NEAR(feeders[0].loads[1].power_factor, 0.8575, 1e-4);
    EXPECT_FALSE(feeders[0].source.fault_current) << "stiff";
    EXPECT_NEAR(feeders[0].transformer.x.value(), std::sqrt(0.05 * 0.05 - 0.01 * 0.01), 1e-12);
    EXPECT_DOUBLE_EQ(feeders[0].line_codes.at("UG").r0.value(), 0.8) << "four equal wires";
    EXPECT_EQ(feeders[1].loads.at(0).bus, "B2");
}

TEST(FeederFiles, TablesMaySayPhaseNameAndZeroSequence) {
    FeederTexts texts = tables();
    texts.files["loads.csv"] =
        "name,bus,phase,p_w,q_var\nshop,A3,B,4000,0\n,A3,,900,0\n,A3,c,800,0\n,B2,ABC,5,1\n";
    texts.files["line_types.csv"] =
        "type,r_ohm_per_km,x_ohm_per_km,r0_ohm_per_km,x0_ohm_per_km\nUG,0.2,0.08,0.7,\n";
    Diagnostics found;
    const auto feeders = read_feeders(texts, found);
    EXPECT_THAT(found.list(), IsEmpty()) << found;
    ASSERT_EQ(feeders.at(0).loads.size(), 3U);
    EXPECT_EQ(feeders[0].loads[0].name, "shop");
    EXPECT_EQ(feeders[0].loads[0].phase, Phase::b);
    EXPECT_EQ(feeders[0].loads[1].name, "A3");
    EXPECT_EQ(feeders[0].loads[2].name, "A3_2");
    EXPECT_DOUBLE_EQ(feeders[0].line_codes.at("UG").r0.value(), 0.7);
    EXPECT_DOUBLE_EQ(feeders[0].line_codes.at("UG").x0.value(), 0.32);
}

TEST(FeederFiles, EveryProblemIsToldAtOnceWithItsPlace) {
    FeederTexts texts = good();
    texts =
        with(texts, "Lines.csv", "LINE4,4,5,ABC,18.5,m,main_150", "LINE4,4,5,ABC,-18.5,ft,main_51");
    texts = with(texts, "Loads.csv", "HOUSE2,1,102,B", "HOUSE2,1,1O2,D");
    texts = with(texts, "Source.csv", "ISC3=4000 A", "ISC3=4000 V");
    texts = with(texts, "Transformer.csv", "Delta,Wye", "Wye,Wye");
    EXPECT_THAT(
        problems_of(texts),
        ElementsAre(
            "lane/Lines.csv:3: column 6 (Units): unknown unit \"ft\"; expected m or km",
            "lane/Lines.csv:3: column 5 (Length): must be greater than zero",
            "lane/Source.csv:5: ISC3: \"4000 V\": expected a current",
            "lane/Transformer.csv:3: column 8 (Conn_pri): \"Wye\": only \"Delta\" is understood",
            "lane/Loads.csv:4: column 4 (phases): unknown phase \"D\"; expected A, B or C, or ABC "
            "for a load on all three",
            "lane/Lines.csv:3: column 7 (LineCode): unknown line code \"main_51\" (did you mean "
            "\"main_150\"?)",
            "lane/Loads.csv:4: column 3 (Bus): unknown bus \"1O2\" (did you mean \"102\"?)"));
}

TEST(FeederFiles, FindsLoopsAndWhatNothingFeeds) {
    EXPECT_THAT(problems_of(with(good(), "Lines.csv", "LINE4,4,5",
                                 "LINEX,9,23,ABC,5,m,main_70\n"
                                 "LINE4,4,5")),
                ElementsAre(HasSubstr("makes a loop: bus ")));
    // The rest of the trunk and all that hangs on it: eight lines in no order.
    const auto cut = problems_of(with(good(), "Lines.csv", "LINE4,4,5", "LINE4,x4,x5"));
    EXPECT_THAT(cut, Contains("lane/Lines.csv:3: column 2 (Bus1): bus \"x4\" is not fed by a "
                              "transformer"));
    EXPECT_THAT(cut, Contains(HasSubstr("bus \"8\" is not fed by a transformer")));
    EXPECT_THAT(problems_of(with(tables(), "lines.csv", "B1,B2", "B2,A3,0.1,UG\nB1,B2")),
                ElementsAre(HasSubstr("joins two transformers: bus ")));
    EXPECT_THAT(problems_of(with(tables(), "transformers.csv", "B0,B1", "B0,A1")),
                Contains(HasSubstr("bus \"A1\" is fed by another transformer already")));
    EXPECT_THAT(problems_of(with(tables(), "lines.csv", "A1,A2", "A2,A2")),
                Contains(HasSubstr("bus \"A2\" is not fed by a transformer")));
}

TEST(FeederFiles, FindsMissingProfilesAndShapes) {
    EXPECT_THAT(problems_of(with(good(), "Loads.csv", "Day_7", "Day_77")),
                ElementsAre("lane/Loads.csv:9: column 10 (Yearly): unknown shape \"Day_77\" (did "
                            "you mean \"Day_7\"?)"));
    EXPECT_THAT(problems_of(with(good(), "load_profiles.csv", "p7,", "p70,")),
                ElementsAre("lane/LoadShapes.csv:8: column 4 (File): no profile: there is no file "
                            "\"house_7.csv\", nor has load_profiles.csv a column for it (Day_7, "
                            "house_7 or p7)"));
    FeederTexts texts = good();
    texts.files.erase("load_profiles.csv");
    EXPECT_THAT(problems_of(texts),
                Contains(HasSubstr("\"house_12.csv\", nor a matrix load_profiles*.csv")));
    texts.files.erase("LoadShapes.csv");
    EXPECT_THAT(problems_of(texts), Contains("lane/LoadShapes.csv: is not there"));
}

TEST(FeederFiles, AProfileOfItsOwnComesBeforeTheMatrix) {
    FeederTexts texts = good();
    std::string own = "time,mult\n";
    for (int minute = 1; minute <= 1440; ++minute) {
        char stamp[16];
        std::snprintf(stamp, sizeof stamp, "%02d:%02d", minute / 60, minute % 60);
        own += std::string(stamp) + ",0.5\n";
    }
    texts.files["Load Profiles/house_7.csv"] = own;
    EXPECT_DOUBLE_EQ(only(texts).loads[6].at(700).value(), 500.0);
    // Multipliers are of the load's kW.
    texts = with(texts, "LoadShapes.csv", "Day_7,1440,1,house_7.csv,TRUE",
                 "Day_7,1440,1,house_7.csv,FALSE");
    texts =
        with(texts, "Loads.csv", "HOUSE7,1,107,A,0.23,1,wye,1,", "HOUSE7,1,107,A,0.23,1,wye,3,");
    EXPECT_DOUBLE_EQ(only(texts).loads[6].at(700).value(), 1500.0);
    EXPECT_DOUBLE_EQ(only(texts).loads[6].p.value(), 1500.0) << "the mean of its day";
    texts.files["Load Profiles/house_7.csv"] = "time,mult\n00:01,0.5\n";
    EXPECT_THAT(problems_of(texts), ElementsAre(HasSubstr("has 1 minutes, and a day has 1440")));
}

TEST(FeederFiles, RefusesWhatItWouldHaveToLeaveOut) {
    EXPECT_THAT(problems_of(with(good(), "LineCodes.csv", "0.08,0,0", "0.08,12,0")),
                ElementsAre(HasSubstr("(C1): the capacitance of cables is not modelled")));
    EXPECT_THAT(problems_of(with(good(), "Loads.csv", "0.23,1,wye", "0.23,2,wye")),
                ElementsAre(HasSubstr("(Model): \"2\": only \"1\" is understood")));
    EXPECT_THAT(problems_of(with(good(), "LoadShapes.csv", "1440,1,", "96,15,")),
                ElementsAre(HasSubstr("(npts)"), HasSubstr("(minterval)")));
    EXPECT_THAT(problems_of(with(good(), "Source.csv", "[Source]", "Frequency=60 Hz")),
                ElementsAre(HasSubstr("unknown entry \"Frequency\"")));
    EXPECT_THAT(problems_of(with(tables(), "loads.csv", "30000,0", "30000,-5")),
                ElementsAre(HasSubstr("(q_var): must not be negative")));
    EXPECT_THAT(problems_of(with(tables(), "lines.csv", "0.1", "1e300")),
                ElementsAre(HasSubstr("\"1e300\" is beyond anything in a street")));
}

TEST(FeederFiles, AFolderThatIsNoFeederIsNamed) {
    Diagnostics found;
    (void)load_feeder_texts("/nowhere/at/all", found);
    EXPECT_EQ(found.list().size(), 1U);
    EXPECT_THAT(problems_of({"empty", {}}), ElementsAre(HasSubstr("empty: holds no feeder")));
    FeederTexts both = tables();
    both.files["Source.csv"] = "";
    EXPECT_THAT(problems_of(both), ElementsAre(HasSubstr("holds the files of two shapes")));
    FeederTexts half = good();
    half.files.erase("LineCodes.csv");
    EXPECT_THAT(problems_of(half), Contains("lane/LineCodes.csv: is not there"));
}

TEST(FeederFiles, AFileThatIsWrongEverywhereIsCutShort) {
    FeederTexts texts = good();
    std::string& lines = texts.files.at("Lines.csv");
    for (std::size_t at; (at = lines.find(",m,")) != std::string::npos;)
        lines.replace(at, 3, ",in,");
    const auto problems = problems_of(texts);
    EXPECT_EQ(problems.size(), 21U);
    EXPECT_EQ(problems.back(), "lane/Lines.csv: 6 more problems");
}

/// Changes a good folder somewhere: a byte, a cell, a line, a file.
class Mutator {
  public:
    explicit Mutator(std::uint64_t seed) : random_(seed, "mutation") {}

    void change(FeederTexts& texts) {
        auto file = std::next(texts.files.begin(), static_cast<long>(below(texts.files.size())));
        std::string& text = file->second;
        // Profiles are 90 kB of the same: their head is where things go wrong.
        const std::size_t reach = std::min<std::size_t>(text.size(), 2000);
        if (reach == 0) return;
        const std::size_t at = below(reach);
        static const std::string_view pieces[] = {",",     "\n",  "\"", "#",       "-",
                                                  "1e999", "nan", "0",  "9999999", "",
                                                  "\xff",  "=",   "[",  "ABC",     "km"};
        switch (below(6)) {
            case 0: text[at] = static_cast<char>(below(256)); break;
            case 1: text.insert(at, pieces[below(std::size(pieces))]); break;
            case 2: text.erase(at, below(12)); break;
            case 3: text.erase(at); break;
            case 4: text.insert(at, text.substr(below(reach), below(60))); break;
            case 5:
                if (below(4) == 0)
                    texts.files.erase(file);
                else
                    text.replace(at, 1, pieces[below(std::size(pieces))]);
                break;
        }
    }

  private:
    std::size_t below(std::size_t n) {
        return std::min(n - 1,
                        static_cast<std::size_t>(random_.uniform(0.0, static_cast<double>(n))));
    }
    Random random_;
};

void expect_sound(const FeederModel& one, std::uint64_t seed) {
    std::set<std::string> fed{one.transformer.bus};
    for (const FeederLine& line : one.lines) {
        ASSERT_TRUE(fed.contains(line.from) && fed.insert(line.to).second) << seed;
        ASSERT_TRUE(one.line_codes.contains(line.code)) << seed;
        ASSERT_GT(line.length.value(), 0.0) << seed;
    }
    for (const FeederLoad& load : one.loads) {
        ASSERT_TRUE(fed.contains(load.bus)) << seed;
        ASSERT_TRUE(std::isfinite(load.p.value()) && load.p.value() >= 0.0) << seed;
        ASSERT_TRUE(!load.day || load.day->minutes.size() == minutes_of_day) << seed;
    }
    ASSERT_GT(one.transformer.rating.value() * one.transformer.low.value(), 0.0) << seed;
}

TEST(FeederFiles, RandomChangesAreReadOrComplainedAbout) {
    int read = 0, complained = 0;
    FeederTexts lane = good();
    lane.files["load_profiles.csv"].erase(2000);  // a day cut short: quick, and always a complaint
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        FeederTexts texts = seed % 2 == 0 ? lane : tables();
        // Without days the good folder is good, and a change may leave it so.
        if (seed % 4 == 0) {
            std::string& loads = texts.files.at("Loads.csv");
            for (std::size_t at; (at = loads.find(",Day_")) != std::string::npos;) {
                loads.erase(at, loads.find('\n', at) - at);
            }
        }
        Mutator mutator(seed);
        for (std::uint64_t k = 0; k <= seed % 3; ++k) mutator.change(texts);
        Diagnostics found;
        const auto feeders = read_feeders(texts, found);
        (found.empty() ? read : complained) += 1;
        if (!found.empty()) continue;
        ASSERT_FALSE(feeders.empty()) << "neither read nor complained about, seed " << seed;
        for (const FeederModel& one : feeders) expect_sound(one, seed);
    }
    EXPECT_GT(read, 100);
    EXPECT_GT(complained, 1500);
}

}  // namespace
}  // namespace islandbench
