#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "acceptance/code_figures.hpp"
#include "acceptance/judge.hpp"
#include "acceptance/test/grid_code_facts.hpp"
#include "acceptance/test/story.hpp"
#include "base/fixtures.hpp"

/// Every figure of every shipped grid code against a table written by hand, and the rule for those
/// that nobody has verified.
namespace islandbench::acceptance::test {
namespace {

const std::filesystem::path shipped = std::filesystem::path(IB_SOURCE_DIR) / "fixtures/gridcodes";

std::string text_of(const std::string& name) {
    return read_text_file(shipped / (name + ".json")).value();
}

GridCode code_of(const std::string& name) {
    Diagnostics found;
    GridCode code = read_grid_code(text_of(name), name, found);
    EXPECT_TRUE(found.empty()) << found;
    return code;
}

std::string short_number(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", x);
    return text;
}

/// The rows of a code as the table has them.
class Flat {
  public:
    static std::vector<FactRow> of(const GridCode& code) {
        Flat flat;
        flat.protection(code);
        flat.service(code);
        flat.support(code);
        flat.others(code);
        return flat.rows_;
    }

  private:
    static void put(FactRow& row, double x) { row.figures.push_back(x); }
    static void put(FactRow& row, Duration d) { row.figures.push_back(to_seconds(d)); }
    static void put(FactRow& row, const Measure& m) { row.figures.push_back(m.value); }
    template <Dimension D>
    static void put(FactRow& row, Quantity<D> q) {
        row.figures.push_back(q.value());
    }
    static void put(FactRow& row, const std::string& text) {
        row.figures.push_back(parse_measure(text)->value);
    }
    template <class T>
    static void put(FactRow& row, const std::optional<T>& value) {
        if (value) put(row, *value);
    }
    template <class T>
    static void put(FactRow& row, const std::vector<T>& values) {
        for (const T& one : values) put(row, one);
    }
    template <class Row, class... T>
    void add(const std::string& what, const Row& tagged, const T&... values) {
        FactRow row{what, {}, tagged.certainty};
        (put(row, values), ...);
        rows_.push_back(std::move(row));
    }
    template <class Row>
    void add(const std::string& what, const std::optional<Row>& row) {
        if (row) add(what, *row, row->value, row->range);
    }
    static double time(const std::optional<Duration>& d) {
        return d ? to_seconds(*d) : std::numeric_limits<double>::infinity();
    }

    void protection(const GridCode& code) {
        for (const TripStage& s : code.trip) {
            add("trip " + s.id, s, s.at, s.delay, s.limit_range, s.delay_range, s.disconnected,
                s.disconnected_aim);
            if (s.amended) add("amended " + s.id, *s.amended, s.amended->delay_range);
        }
        if (const auto& t = code.trip_tolerance) {
            add("tolerance", *t, t->late, t->voltage, t->frequency);
        }
        if (const auto& a = code.accuracy) {
            add("accuracy", *a, a->voltage, a->voltage_transient, a->frequency,
                a->frequency_transient, a->power, a->time, a->time_transient_cycles);
        }
        for (const NoTripPoint& p : code.no_trip) point("no trip ", p);
        for (const RideThrough& r : code.ride_through) ride(r);
        if (const auto& m = code.mandatory_current) add("mandatory current", *m, m->value);
        if (const auto& r = code.restored) add("restored", *r, r->share, r->within);
        if (const auto& c = code.consecutive) {
            add("consecutive", *c, double(c->sets), c->apart, c->counted_anew);
        }
        for (const CodeRocof& r : code.rocof_withstand) {
            add("rocof " + short_number(to_seconds(r.window)), r, r.value, r.window);
        }
        if (const auto& j = code.phase_jump) {
            add("phase jump", *j, j->positive_sequence, j->single_phase);
        }
    }

    void point(const std::string& what, const NoTripPoint& p) {
        add(what + std::string(json::enum_text(p.quantity)), p, p.at, p.duration, p.sweep,
            p.at_frequency);
    }

    void ride(const RideThrough& r) {
        const std::string what =
            "ride " + std::string(json::enum_text(r.quantity)) + " " + short_number(r.low.value);
        if (r.mode == RideMode::cease) return add(what, r, r.low, r.high, r.cease_within);
        if (r.longer_per_pu > 0s) {
            return add(what, r, r.low, r.high, r.duration, r.longer_per_pu);
        }
        add(what, r, r.low, r.high, time(r.duration), r.cease_within);
    }

    void band(const std::string& what, const ServiceBand& b) {
        add(what, b, b.low, b.high, b.min_range, b.max_range);
    }

    void service(const GridCode& code) {
        if (!code.enter_service) return;
        const EnterService& s = *code.enter_service;
        band("enter voltage", s.voltage);
        band("enter frequency", s.frequency);
        add("observation", std::optional(s.observation));
        if (s.ramp) add("ramp", *s.ramp, s.ramp->per_minute, s.ramp->range);
        add("ramp period", s.ramp_period);
        if (s.largest_step) add("largest step", *s.largest_step, s.largest_step->value);
        if (const auto& r = s.random_delay) {
            add("random delay", *r, r->shortest, r->longest, r->below);
        }
        if (s.project_ramp) add("project ramp", *s.project_ramp, s.project_ramp->per_minute);
        if (const auto& i = s.short_interruption) {
            add("short interruption", *i, i->up_to, i->observation);
        }
        for (const NoTripPoint& p : s.not_at) point("not at ", p);
        if (!s.normal_start) return;
        band("start voltage", s.normal_start->voltage);
        band("start frequency", s.normal_start->frequency);
        add("start observation", std::optional(s.normal_start->observation));
    }

    void support(const GridCode& code) {
        for (const SyncRow& r : code.sync) {
            const std::string size = r.up_to ? short_number(r.up_to->value() / 1000.0) : "any";
            add("sync " + size, r, r.up_to, r.df, r.dv, r.dphi);
        }
        for (const FrequencyResponse& r : code.frequency_response) {
            const Frequency start = r.over_start.value_or(r.under_start.value_or(Frequency{}));
            add("frequency response " + short_number(start.value()), r, r.dead_band, r.over_start,
                r.under_start, r.droop, r.over_zero, r.under_full, r.hysteresis, r.response,
                r.dead_band_range, r.droop_range, r.response_range);
        }
        for (const CodeCurve& c : code.curves) {
            FactRow row{
                "curve " + std::string(json::enum_text(c.of)) + " " + c.category, {}, c.certainty};
            for (const CurvePoint& p : c.points) {
                put(row, p.x);
                put(row, p.give);
            }
            put(row, c.response);
            put(row, c.response_range);
            rows_.push_back(std::move(row));
        }
        add("island max", code.times.island_max);
        add("island max agreed", code.times.island_max_agreed);
        add("open phase", code.times.open_phase);
        add("stop", code.times.stop);
        add("limit", code.times.limit);
        add("report", code.times.report);
    }

    void others(const GridCode& code) {
        if (const auto& e = code.export_limit) {
            add("counted after", e->counted_after);
            add("lock out after", e->lock_out_after);
            for (const auto& c : e->lock_out_counts) count("lock out count", c);
            for (const auto& c : e->warning_counts) count("warning count", c);
            add("correct within", e->correct_within);
            add("fail safe within", e->fail_safe_within);
            if (e->user_resets) count("user resets", *e->user_resets);
            add("commercial hold", e->commercial_hold);
        }
        for (const QualityLimit& q : code.quality) {
            add("quality " + std::string(json::enum_text(q.of)) + " " + q.name, q, q.low, q.high,
                q.mean_over, q.share, q.of_time);
        }
        for (const EnvelopePoint& p : code.envelope) {
            add("envelope " + std::string(json::enum_text(p.beyond)), p, p.voltage,
                time(p.duration));
        }
    }
    void count(const std::string& what, const CodeCount& c) {
        add(what, c, double(c.count), c.within);
    }

    std::vector<FactRow> rows_;
};

std::string text(const FactRow& row) {
    std::string line = row.what + ":";
    for (const double x : row.figures) line += " " + short_number(x);
    return line + " " + std::string(json::enum_text(row.certainty));
}

bool is_near(double a, double b) {
    return a == b || std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b));
}

bool same(const FactRow& a, const FactRow& b) {
    return a.what == b.what && a.certainty == b.certainty &&
           std::equal(a.figures.begin(), a.figures.end(), b.figures.begin(), b.figures.end(),
                      is_near);
}

class GridCodeFacts : public ::testing::TestWithParam<CodeFacts> {};

TEST_P(GridCodeFacts, AreWhatTheFileSays) {
    const std::vector<FactRow> said = Flat::of(code_of(GetParam().name));
    for (const FactRow& fact : GetParam().rows) {
        const auto is_it = [&](const FactRow& row) { return same(row, fact); };
        EXPECT_EQ(std::count_if(said.begin(), said.end(), is_it), 1) << "not said: " << text(fact);
    }
    for (const FactRow& row : said) {
        const auto& facts = GetParam().rows;
        const auto is_it = [&](const FactRow& fact) { return same(row, fact); };
        EXPECT_EQ(std::count_if(facts.begin(), facts.end(), is_it), 1) << "no fact: " << text(row);
    }
}

int count_of(const std::string& where, const std::string& what) {
    int n = 0;
    for (std::size_t at = 0; (at = where.find(what, at)) != std::string::npos; ++at) ++n;
    return n;
}

/// A row that the test above did not flatten would not have been compared.
TEST_P(GridCodeFacts, LeaveNoRowOut) {
    const auto rows = Flat::of(code_of(GetParam().name)).size();
    EXPECT_EQ(int(rows), count_of(text_of(GetParam().name), "\"certainty\""));
}

/// Holding a figure that nobody has verified is a pass on a limit that nobody has; breaking it is a
/// fail, whatever its tag.
TEST_P(GridCodeFacts, AreUnsureWhereTheirTagSaysSo) {
    const GridCode code = code_of(GetParam().name);
    Figures figures;
    if (code.enter_service) {
        add_own_code(figures, code);
    } else {
        add_other_code(figures, code);
    }
    int judged = 0;
    for (const std::string& name : figures.names()) {
        const Figure& figure = *figures.find(name);
        const auto verdict = [&](double value) {
            Signals own;
            const SignalId x = own.add({"truth.x", figure.measure.dimension, 0.0});
            Diagnostics found;
            Judge judge({criterion("always: truth.x <= " + name)}, own, figures, {}, found);
            EXPECT_TRUE(found.empty()) << found;
            own.set(x, value);
            judge.step(at_seconds(0.0));
            judge.step(at_seconds(1.0));
            return judge.finish(at_seconds(1.0), Ended::completed).front();
        };
        const Verdict held = verdict(figure.measure.value);
        EXPECT_EQ(held.outcome, Outcome::pass) << name;
        EXPECT_EQ(held.limit_verified, !is_unsure(figure.certainty)) << name;
        EXPECT_EQ(verdict(figure.measure.value + 1.0).outcome, Outcome::fail) << name;
        ++judged;
    }
    EXPECT_GT(judged, 0);
}

INSTANTIATE_TEST_SUITE_P(All, GridCodeFacts, ::testing::ValuesIn(code_facts()),
                         [](const auto& one) { return one.param.name; });

TEST(GridCodeFiles, AreAllInTheTable) {
    for (const auto& entry : std::filesystem::directory_iterator(shipped)) {
        const std::string name = entry.path().stem().string();
        const auto is_it = [&](const CodeFacts& facts) { return facts.name == name; };
        EXPECT_EQ(std::count_if(code_facts().begin(), code_facts().end(), is_it), 1) << name;
        EXPECT_EQ(code_of(name).name, name) << "named as its file";
    }
}

TEST(GridCodeTags, ThatAreUnsureAreKmKlAndEj) {
    const std::vector<std::pair<Certainty, bool>> table{
        {Certainty::s, false}, {Certainty::s1, false}, {Certainty::kh, false},
        {Certainty::km, true}, {Certainty::kl, true},  {Certainty::ej, true}};
    for (const auto& [tag, unsure] : table) EXPECT_EQ(is_unsure(tag), unsure);
}

}  // namespace
}  // namespace islandbench::acceptance::test
