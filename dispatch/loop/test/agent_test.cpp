#include <gmock/gmock.h>

#include <cmath>
#include <vector>

#include "dispatch/loop/interconnect_agent.hpp"
#include "dispatch/loop/inverter_agent.hpp"
#include "dispatch/loop/loadctl_agent.hpp"

namespace islandbench::dispatch {
namespace {

/// What a fake device is to do with its next exchanges.
enum class Mood { answers, silent, refuses };

/// Passes the time of an exchange; afterwards `mood` says how it went.
class Fake {
  public:
    explicit Fake(Scheduler& clock) : clock_(clock) {}
    Mood mood = Mood::answers;
    Duration takes = 20ms;
    int reads = 0;
    std::vector<std::pair<double, std::string>> writes;  ///< when it arrived, what

  protected:
    Task<Done> exchange(Instant deadline) {
        const Instant until = mood == Mood::silent ? deadline : clock_.now() + takes;
        co_await clock_.sleep_until(until);
        Done done;
        if (mood == Mood::silent) done = failure(ErrorCode::timed_out, "silent");
        if (mood == Mood::refuses) done = failure(ErrorCode::out_of_range, "will not");
        co_return done;
    }
    void note(std::string what) { writes.emplace_back(to_seconds(clock_.now()), std::move(what)); }
    Scheduler& clock_;
};

class FakeInverter final : public InverterPort, public Fake {
  public:
    using Fake::Fake;
    InverterReading now;
    int fast_reads = 0;

    Task<Result<InverterReading>> read(Instant deadline) override {
        ++reads;
        const Done done = co_await exchange(deadline);
        if (!done) co_return tl::unexpected(done.error());
        now.reported = clock_.now();
        co_return now;
    }
    Task<Result<InverterReading>> read_fast(Instant deadline) override {
        ++fast_reads;
        auto task = read(deadline);
        auto result = co_await std::move(task);
        co_return result;
    }
    Task<Done> command(InverterCommand c, Instant deadline) override {
        const Done done = co_await exchange(deadline);
        if (done) note(std::to_string(static_cast<int>(c.p.value())));
        commands.push_back(c);
        co_return done;
    }
    Task<Done> release(Instant deadline) override {
        const Done done = co_await exchange(deadline);
        if (done) note("release");
        co_return done;
    }
    Task<Done> permit(bool in_service, Instant deadline) override {
        const Done done = co_await exchange(deadline);
        if (done) note(in_service ? "permit" : "stop");
        co_return done;
    }
    Task<Done> arm(std::optional<FrequencyResponse> response, Instant deadline) override {
        const Done done = co_await exchange(deadline);
        if (done) note(response ? "arm" : "disarm");
        co_return done;
    }
    [[nodiscard]] InverterLimits limits() const override {
        return {ActivePower{5000.0}, ActivePower{5000.0}, ApparentPower{5000.0}};
    }
    std::vector<InverterCommand> commands;
};

struct AgentTest : ::testing::Test {
    template <class AgentT>
    void start(AgentT& agent) {
        tasks.spawn(agent.run());
        run(0.0);
    }
    void run(double seconds) {
        const Instant end = clock.now() + from_seconds(seconds);
        clock.run_ready();
        while (clock.next_timer() <= end) {
            clock.advance_to(clock.next_timer());
            clock.run_ready();
        }
        clock.advance_to(end);
        clock.run_ready();
    }
    Scheduler clock{at_seconds(100.0)};
    Signals signals;
    AgentContext context{clock};
    TaskGroup tasks{clock};
};

struct InverterAgentTest : AgentTest {
    InverterAgentTest() { start(agent); }
    static core::UnitConfig unit() {
        core::UnitConfig u;
        u.rating_w = 5000;
        return u;
    }
    static core::UnitOut set(std::int32_t p_w) {
        core::UnitOut out;
        out.action = core::UnitAction::set;
        out.fallback = core::UnitDefault::hold_last;
        out.p_set_w = p_w;
        out.p_default_w = p_w / 2;
        out.valid_ms = 6500;
        return out;
    }
    /// Orders the same every 250 ms, as the step does.
    void order_for(double seconds, std::int32_t p_w) {
        for (double t = 0.0; t < seconds; t += 0.25) {
            agent.order(set(p_w));
            run(0.25);
        }
    }
    [[nodiscard]] std::vector<std::string> written() const {
        std::vector<std::string> all;
        for (const auto& [at, what] : port.writes) all.push_back(what);
        return all;
    }

    FakeInverter port{clock};
    InverterAgent agent{context, signals, "home1.inverter", {&port, {}}, unit()};
};

struct ArmedAgentTest : AgentTest {
    ArmedAgentTest() { start(agent); }
    void order_for(double seconds, std::int32_t p_w, bool respond) {
        for (double t = 0.0; t < seconds; t += 0.25) {
            core::UnitOut out = InverterAgentTest::set(p_w);
            out.respond = respond;
            agent.order(out);
            run(0.25);
        }
    }
    [[nodiscard]] std::vector<std::string> changes() const {
        std::vector<std::string> all;
        for (const auto& [at, what] : port.writes) {
            if (all.empty() || all.back() != what) all.push_back(what);
        }
        return all;
    }

    FakeInverter port{clock};
    InverterAgent agent{context,
                        signals,
                        "home1.inverter",
                        {&port, {}},
                        InverterAgentTest::unit(),
                        FrequencyResponse{Frequency{0.015}, Ratio{0.01}, 1s}};
};

TEST_F(ArmedAgentTest, ArmsOnceAfterTheSetPointAndDisarmsOnce) {
    run(0.1);
    order_for(5.0, 0, true);
    EXPECT_THAT(changes(), ::testing::ElementsAre("0", "arm", "0"));
    order_for(5.0, 1000, false);
    EXPECT_THAT(changes(), ::testing::ElementsAre("0", "arm", "0", "1000", "disarm", "1000"))
        << "in the island the set-point goes first";
}

TEST_F(ArmedAgentTest, ADeviceThatRefusesIsNotAskedAgainAtOnce) {
    run(0.1);
    order_for(2.0, 0, false);
    port.mood = Mood::refuses;
    order_for(3.0, 0, true);
    port.mood = Mood::answers;
    order_for(20.0, 0, true);
    EXPECT_THAT(changes(), ::testing::ElementsAre("0"));
    order_for(60.0, 0, true);
    EXPECT_THAT(changes(), ::testing::Contains("arm"));
}

TEST_F(InverterAgentTest, ReadsOnItsPeriod) {
    run(10.5);
    EXPECT_EQ(port.reads, 11);
    EXPECT_EQ(agent.report().reads, 11u);
}

TEST_F(InverterAgentTest, WritesNothingBeforeTheCoreHasSpoken) {
    run(5.0);
    EXPECT_TRUE(port.writes.empty());
}

TEST_F(InverterAgentTest, CarriesValidityAndDefaultAlong) {
    run(0.1);
    order_for(0.5, 1000);

    ASSERT_EQ(port.commands.size(), 1u);
    EXPECT_EQ(port.commands[0].valid_for, 6s);  // whole seconds
    EXPECT_EQ(port.commands[0].p_default.value(), 500.0);
    EXPECT_EQ(port.commands[0].curtail_to.value(), 1.0);
}

TEST_F(InverterAgentTest, AChangeWaitsForTheGapAndIsThenTheNewest) {
    run(0.1);
    order_for(0.25, 1000);
    order_for(0.25, 2000);
    order_for(0.25, 3000);
    order_for(1.0, 3500);

    ASSERT_EQ(port.writes.size(), 2u);
    EXPECT_EQ(port.writes[1].second, "3500");
    EXPECT_GE(port.writes[1].first - port.writes[0].first, 1.0);
}

TEST_F(InverterAgentTest, ATrifleIsNotWrittenButZeroIs) {
    run(0.1);
    order_for(0.25, 60);
    order_for(1.25, 150);
    EXPECT_EQ(written(), (std::vector<std::string>{"60"}));
    order_for(0.5, 0);

    EXPECT_EQ(written(), (std::vector<std::string>{"60", "0"}));
}

TEST_F(InverterAgentTest, RefreshesBeforeHalfOfTheValidity) {
    run(0.1);
    order_for(10.0, 1000);

    ASSERT_GE(port.writes.size(), 4u);
    for (std::size_t i = 1; i < port.writes.size(); ++i) {
        EXPECT_LT(port.writes[i].first - port.writes[i - 1].first, 3.0);
        EXPECT_GE(port.writes[i].first - port.writes[i - 1].first, 1.9);
    }
}

TEST_F(InverterAgentTest, AnOrderThatIsNotRenewedIsNotRefreshed) {
    run(0.1);
    order_for(1.0, 1000);
    const std::size_t before = port.writes.size();

    run(30.0);

    EXPECT_LE(port.writes.size(), before + 1);
    EXPECT_LT(port.writes.back().first, 105.0);
}

TEST_F(InverterAgentTest, ALostWriteIsTriedOnceMoreThenTheDeviceIsReadFirst) {
    run(0.1);
    port.mood = Mood::silent;
    agent.order(set(1000));
    run(0.0);
    const int reads = port.reads;
    for (int i = 0; i < 18; ++i) {
        agent.order(set(1000));
        run(0.25);
    }
    EXPECT_EQ(agent.report().write_failures, 2u);
    EXPECT_GT(port.reads, reads);
    port.mood = Mood::answers;
    const int before = port.reads;

    order_for(4.0, 1000);

    EXPECT_GT(port.reads, before);
    EXPECT_EQ(port.writes.front().second, "1000");
}

TEST_F(InverterAgentTest, AfterASilenceItWaitsForTheCoreToSeeTheNewReading) {
    run(0.1);
    order_for(1.0, 1000);
    port.mood = Mood::silent;
    order_for(12.0, 1000);
    const std::size_t before = port.writes.size();
    port.mood = Mood::answers;
    while (!(to_seconds(agent.report().last_reported) > 113.0)) run(0.01);
    run(0.2);
    EXPECT_EQ(port.writes.size(), before);  // the old order is not repeated

    agent.order(set(200));
    run(0.1);

    EXPECT_EQ(port.writes.back().second, "200");
}

TEST_F(InverterAgentTest, ARefusalIsNotRepeatedAtOnce) {
    run(0.1);
    port.mood = Mood::refuses;
    order_for(6.0, 1000);

    EXPECT_LE(port.commands.size(), 4u);
    EXPECT_GE(port.commands.size(), 3u);
    EXPECT_EQ(agent.report().last_error, ErrorCode::out_of_range);
}

TEST_F(InverterAgentTest, ReleaseIsWrittenOnce) {
    run(0.1);
    order_for(1.0, 1000);
    core::UnitOut release;
    release.action = core::UnitAction::release;
    for (int i = 0; i < 20; ++i) {
        agent.order(release);
        run(0.25);
    }

    EXPECT_EQ(port.writes.back().second, "release");
    EXPECT_EQ(port.writes.size(), 2u);
}

TEST_F(InverterAgentTest, TheLimitOfAFullUnitIsWrittenToo) {
    run(0.1);
    core::UnitOut out = set(1000);
    for (int i = 0; i < 6; ++i) {
        agent.order(out);
        run(0.25);
    }
    out.curtail_permille = 300;
    agent.order(out);
    run(0.1);

    EXPECT_EQ(port.commands.back().curtail_to.value(), 0.3);
}

TEST_F(InverterAgentTest, SeenAndOrderedAreSignals) {
    port.now.p = ActivePower{1234.0};
    run(1.1);
    agent.order(set(800));

    EXPECT_EQ(signals.get(*signals.find("seen.home1.inverter.w")), 1234.0);
    EXPECT_EQ(signals.get(*signals.find("cmd.home1.inverter.w")), 800.0);
    EXPECT_EQ(signals.get(*signals.find("cmd.home1.inverter.default_w")), 400.0);
    EXPECT_LT(signals.get(*signals.find("link.home1.inverter.age")), 0.2);
    EXPECT_TRUE(std::isnan(signals.get(*signals.find("seen.home1.inverter.soc"))));
}

struct FormerAgentTest : AgentTest {
    FormerAgentTest() {
        settings.poll_island = 250ms;
        agent.emplace(context, signals, "former.inverter", Slot<InverterPort>{&port, settings},
                      unit());
        start(*agent);
    }
    static core::UnitConfig unit() {
        core::UnitConfig u;
        u.role = core::UnitRole::former;
        u.rating_w = 30000;
        return u;
    }
    PortSettings settings;
    FakeInverter port{clock};
    std::optional<InverterAgent> agent;
};

TEST_F(FormerAgentTest, InTheIslandItIsReadShortAndOftenAndInFullOnceASecond) {
    context.islanded = true;
    agent->wake();

    run(10.0);

    EXPECT_NEAR(port.reads, 40, 2);
    EXPECT_NEAR(port.fast_reads, 30, 2);
}

TEST_F(FormerAgentTest, OnTheGridEveryReadingIsFull) {
    run(10.0);

    EXPECT_EQ(port.fast_reads, 0);
}

class FakeLoadControl final : public LoadControlPort, public Fake {
  public:
    using Fake::Fake;
    LoadControlReading now;

    Task<Result<LoadControlReading>> read(Instant deadline) override {
        ++reads;
        const Done done = co_await exchange(deadline);
        if (!done) co_return tl::unexpected(done.error());
        now.reported = clock_.now();
        co_return now;
    }
    Task<Done> set_tier(int tier, bool closed, Instant deadline) override {
        const Done done = co_await exchange(deadline);
        if (done) {
            now.closed[static_cast<std::size_t>(tier)] = closed;
            note(std::to_string(tier) + (closed ? "+" : "-"));
        }
        co_return done;
    }
};

struct LoadControlAgentTest : AgentTest {
    LoadControlAgentTest() {
        port.now.closed = {true, true, true, true, true};
        PortSettings settings;
        settings.write_gap = 0s;
        agent.emplace(context, signals, "home1.loadctl", Slot<LoadControlPort>{&port, settings});
        start(*agent);
        run(0.1);
    }
    void order(std::int32_t closed_tiers) {
        core::HomeOut out;
        out.closed_tiers = closed_tiers;
        agent->order(out);
    }
    [[nodiscard]] std::string written() const {
        std::string all;
        for (const auto& [at, what] : port.writes) all += what + " ";
        return all;
    }
    FakeLoadControl port{clock};
    std::optional<LoadControlAgent> agent;
};

TEST_F(LoadControlAgentTest, OpensFromTheTopAndClosesFromTheBottom) {
    order(1);
    run(1.0);
    EXPECT_EQ(written(), "4- 3- 2- 1- ");
    order(4);
    run(1.0);

    EXPECT_EQ(written(), "4- 3- 2- 1- 1+ 2+ 3+ ");
    EXPECT_TRUE(agent->carried_out());
}

TEST_F(LoadControlAgentTest, TheNextCoilWaitsUntilTheOneBeforeHasMoved) {
    port.mood = Mood::silent;
    order(3);
    run(1.0);
    EXPECT_FALSE(agent->carried_out());
    port.mood = Mood::answers;

    run(10.0);

    EXPECT_EQ(written(), "4- 3- ");
}

TEST_F(LoadControlAgentTest, AChangeOfMindStopsHalfWay) {
    order(1);
    run(0.05);  // two coils under way
    order(5);
    run(1.0);

    const std::string all = written();
    EXPECT_EQ(all.find("1-"), std::string::npos);
    EXPECT_TRUE(port.now.closed[1] && port.now.closed[2] && port.now.closed[3] &&
                port.now.closed[4]);
}

TEST_F(LoadControlAgentTest, AContactorFoundClosedIsOpenedAgain) {
    order(4);
    run(1.0);
    port.now.closed[4] = true;  // somebody closed it by hand

    run(3.0);

    EXPECT_EQ(written(), "4- 4- ");
}

TEST_F(LoadControlAgentTest, AContactorFoundOpenIsLeftToTheCore) {
    port.now.closed[4] = false;

    run(5.0);
    order(5);
    run(5.0);

    EXPECT_EQ(written(), "");
}

TEST_F(LoadControlAgentTest, NothingIsWrittenBeforeItHasBeenRead) {
    FakeLoadControl other(clock);
    other.mood = Mood::silent;
    LoadControlAgent late(context, signals, "home2.loadctl", {&other, {}});
    start(late);
    core::HomeOut out;
    out.closed_tiers = 4;
    late.order(out);

    run(10.0);

    EXPECT_TRUE(other.writes.empty());
    tasks.clear();
}

class FakeSwitch final : public InterconnectPort, public Fake {
  public:
    using Fake::Fake;
    InterconnectReading now;

    Task<Result<InterconnectReading>> read(Instant deadline) override {
        ++reads;
        const Done done = co_await exchange(deadline);
        if (!done) co_return tl::unexpected(done.error());
        now.reported = clock_.now();
        co_return now;
    }
    Task<Done> command(InterconnectCommand c, Instant deadline) override {
        const Done done = co_await exchange(deadline);
        if (!done) co_return done;
        const auto text = [](const std::optional<bool>& v) { return !v ? "." : *v ? "1" : "0"; };
        if (c.sync_request) now.sync_requested = *c.sync_request;
        note(std::string(text(c.permit_island)) + text(c.permit_reclose) + text(c.sync_request) +
             text(c.island_request));
        co_return done;
    }
};

struct InterconnectAgentTest : AgentTest {
    InterconnectAgentTest() {
        start(agent);
        run(0.1);
    }
    void order(bool sync, bool island = false) {
        core::SiteOut out;
        out.sync_request = sync;
        out.island_request = island;
        agent.order(out);
    }
    [[nodiscard]] std::string written() const {
        std::string all;
        for (const auto& [at, what] : port.writes) all += what + " ";
        return all;
    }
    FakeSwitch port{clock};
    InterconnectAgent agent{context, signals, "pcc", {&port, {}}};
};

TEST_F(InterconnectAgentTest, ARequestIsWrittenOnceAndWithdrawnOnce) {
    order(true);
    run(5.0);
    order(false);
    run(5.0);

    EXPECT_EQ(written(), "..1. ..0. ");
}

TEST_F(InterconnectAgentTest, ARequestThatTheDeviceDropsIsMadeAgainWhileWanted) {
    order(true);
    run(5.0);
    port.now.sync_requested = false;

    run(3.0);

    EXPECT_EQ(written(), "..1. ..1. ");
}

TEST_F(InterconnectAgentTest, ConsentsGoThroughAndSurviveASilence) {
    port.mood = Mood::silent;
    InterconnectCommand yes;
    yes.permit_reclose = true;
    agent.consent(yes);
    run(5.0);
    EXPECT_EQ(written(), "");
    port.mood = Mood::answers;

    run(5.0);

    EXPECT_EQ(written(), ".1.. ");
}

TEST_F(InterconnectAgentTest, AnOperatorCannotRequestToSynchronise) {
    InterconnectCommand wish;
    wish.sync_request = true;
    wish.permit_island = false;
    agent.consent(wish);

    run(3.0);

    EXPECT_EQ(written(), "0... ");
}

TEST_F(InterconnectAgentTest, StoppingWithdrawsEverything) {
    order(true, true);
    run(1.5);
    context.stopping = true;
    context.stop_deadline = clock.now() + 5s;
    agent.wake();

    run(3.0);

    EXPECT_EQ(port.writes.back().second, "..00");
    EXPECT_TRUE(agent.finished());
}

}  // namespace
}  // namespace islandbench::dispatch
