#include "reports/store/recorder.hpp"

#include <gmock/gmock.h>

#include "reports/store/run_reader.hpp"
#include "reports/store/test/allocation_count.hpp"
#include "reports/store/test/run_samples.hpp"
#include "reports/store/test/temporary_folder.hpp"

namespace islandbench::reports {
namespace {

using ::testing::ElementsAre;

/// A recorder whose signals a test moves, and what it wrote.
class RecorderTest : public ::testing::Test {
  protected:
    void start(RecorderPolicy policy = {}) {
        auto store = RunStore::create(folder_ / "run", header_of_a_run(), s_.signals);
        recorder_.emplace(std::move(*store), s_.signals, policy);
    }
    RunRecord finish() {
        EXPECT_TRUE(recorder_->finish({}));
        return RunReader::open(folder_ / "run")->read().value();
    }
    /// Ticks each millisecond from `from` up to but not including `to`; `set` moves the signals.
    template <class Set>
    void run(double from, double to, Set set) {
        for (Instant t = at_seconds(from); t < at_seconds(to); t += 1ms) {
            set(t);
            recorder_->record(t);
        }
    }
    /// Seconds of the samples of a signal.
    static std::vector<double> seconds_of(const RunRecord& run, const char* name) {
        std::vector<double> list;
        for (const Instant t : run.find(name)->times) list.push_back(to_seconds(t));
        return list;
    }

    TemporaryFolder folder_;
    SignalsOfARun s_;
    std::optional<Recorder> recorder_;
};

TEST_F(RecorderTest, WritesEverySignalOncePerFullSecond) {
    start();
    run(-1.5, 1.25, [](Instant) {});

    const RunRecord run = finish();

    EXPECT_THAT(seconds_of(run, "truth.home1.v"), ElementsAre(-1.5, -1.0, 0.0, 1.0));
    EXPECT_THAT(seconds_of(run, "event.outage"), ElementsAre(-1.5, -1.0, 0.0, 1.0));
}

TEST_F(RecorderTest, WritesChangesBeyondTheDeadBand) {
    start();
    run(0.0, 0.9, [this](Instant t) {
        const double seconds = to_seconds(t);
        // Dead band 0.5 V: 230.5 is inside, 230.51 is not, nor is the way back from there.
        s_.signals.set(s_.v, seconds < 0.1   ? 230.0
                             : seconds < 0.2 ? 230.5
                             : seconds < 0.3 ? 230.51
                             : seconds < 0.4 ? 230.02
                                             : 230.0);
    });

    const RunRecord run = finish();

    EXPECT_THAT(seconds_of(run, "truth.home1.v"), ElementsAre(0.0, 0.2, 0.4));
    EXPECT_THAT(run.find("truth.home1.v")->values, ElementsAre(230.0, 230.51, 230.0));
}

TEST_F(RecorderTest, WritesWhereAValueEndsAndBegins) {
    start();
    run(0.0, 0.9, [this](Instant t) {
        const bool gap = t >= at_seconds(0.3) && t < at_seconds(0.6);
        s_.signals.set(s_.v, gap ? Signals::no_value : 230.0);
    });

    EXPECT_THAT(seconds_of(finish(), "truth.home1.v"), ElementsAre(0.0, 0.3, 0.6));
}

TEST_F(RecorderTest, KeepsEveryMillisecondAroundAnEvent) {
    start();
    int ms = 0;  // a move of 20 mV each millisecond: inside the dead band, beyond its fiftieth
    run(0.0, 20.0, [&](Instant t) {
        s_.signals.set(s_.v, 230.0 + 0.02 * (ms++ % 3));
        if (t == at_seconds(10.25)) s_.signals.happened(s_.outage);
    });

    const RunRecord run = finish();
    std::vector<double> expected;
    for (int second = 0; second <= 8; ++second) expected.push_back(second);
    for (int at = 8250; at <= 12250; ++at) expected.push_back(at / 1000.0);
    for (int second = 13; second < 20; ++second) expected.push_back(second);

    EXPECT_EQ(seconds_of(run, "truth.home1.v"), expected);
    EXPECT_THAT(run.events, ElementsAre(RunEvent{at_seconds(10.25), "outage", ""}));
    EXPECT_THAT(seconds_of(run, "event.outage"), ::testing::Contains(10.25));
}

TEST_F(RecorderTest, JoinsWindowsThatOverlapAndLeavesOthersApart) {
    start({.before = 100ms, .after = 50ms});
    int ms = 0;  // a move of 20 mV each millisecond: inside the dead band, beyond its fiftieth
    run(0.0, 1.0, [&](Instant t) {
        s_.signals.set(s_.v, 230.0 + 0.02 * (ms++ % 3));
        const bool event = t == at_seconds(0.2) || t == at_seconds(0.3) || t == at_seconds(0.601);
        if (event) s_.signals.happened(s_.outage);
    });

    const auto seconds = seconds_of(finish(), "truth.home1.v");
    std::vector<double> expected{0.0};
    for (int at = 100; at <= 350; ++at) expected.push_back(at / 1000.0);
    for (int at = 501; at <= 651; ++at) expected.push_back(at / 1000.0);

    EXPECT_EQ(seconds, expected);
}

TEST_F(RecorderTest, KeepsNoThousandSamplesOfWhatCreeps) {
    start();
    double charge = 230.0;
    run(0.0, 4.0, [&](Instant t) {
        s_.signals.set(s_.v, charge += 1e-5);  // 10 mV, the finest band, in a second
        if (t == at_seconds(2)) s_.signals.happened(s_.outage);
    });

    EXPECT_LE(seconds_of(finish(), "truth.home1.v").size(), 10u);
}

TEST_F(RecorderTest, WritesNoValueTwiceInAWindow) {
    start();
    run(0.0, 3.5, [&](Instant t) {
        s_.signals.set(s_.v, t < at_seconds(1.5) ? 230.0 : 231.0);
        if (t == at_seconds(2)) s_.signals.happened(s_.outage);
    });

    EXPECT_THAT(seconds_of(finish(), "truth.home1.v"), ElementsAre(0.0, 1.0, 1.5, 2.0, 3.0));
}

TEST_F(RecorderTest, TakesTheFirstTickOfAMillisecondButEveryEvent) {
    start();
    s_.signals.set(s_.closed, 1.0);
    recorder_->record(at_seconds(0.0));
    recorder_->record(at_seconds(0.0) + 300us);
    s_.signals.set(s_.closed, 0.0);
    s_.signals.happened(s_.outage);
    s_.signals.happened(s_.outage);
    recorder_->describe("outage", "break");
    recorder_->record(at_seconds(0.0) + 700us);
    recorder_->record(at_seconds(0.001));

    const RunRecord run = finish();

    EXPECT_THAT(seconds_of(run, "truth.pcc.closed"), ElementsAre(0.0, 0.001));
    EXPECT_THAT(run.events,
                ElementsAre(RunEvent{at_seconds(0.0007), "outage", "break, 2 times at once"}));
}

TEST_F(RecorderTest, KeepsWhatIsWaitingWhenNobodyFinishes) {
    start();
    run(0.0, 1.5, [](Instant) {});
    recorder_->note(at_seconds(1.5), "interrupted", "by a person");
    recorder_.reset();

    const auto reader = RunReader::open(folder_ / "run");
    const auto run = reader->read();

    EXPECT_FALSE(reader->finished());
    EXPECT_EQ(run->end.reason, EndReason::unfinished);
    EXPECT_EQ(run->end.at, at_seconds(1.0));
    EXPECT_THAT(seconds_of(*run, "truth.home1.v"), ElementsAre(0.0, 1.0));
    EXPECT_EQ(run->events.at(0).name, "interrupted");
}

TEST_F(RecorderTest, DoesNotAllocatePerTick) {
    start();
    double value = 0.0;
    const auto move = [&](Instant t) {
        s_.signals.set(s_.v, value += 1.0);
        if (t.time_since_epoch() % 5s == 0s) s_.signals.happened(s_.outage);
    };
    run(0.0, 5.0, move);

    const std::size_t before = allocation_count();
    run(5.0, 60.0, move);

    EXPECT_EQ(allocation_count(), before);
    EXPECT_TRUE(recorder_->finish({}));
}

TEST_F(RecorderTest, WritesThroughErrorsWithoutStopping) {
    start();
    EXPECT_TRUE(recorder_->finish({}));

    run(0.0, 10.0, [](Instant) {});

    EXPECT_EQ(recorder_->commit().error().code, ErrorCode::closed);
}

}  // namespace
}  // namespace islandbench::reports
