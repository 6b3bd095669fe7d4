#include <gmock/gmock.h>

#include <map>

#include "base/random.hpp"
#include "conformance/rules.hpp"
#include "conformance/survey.hpp"
#include "drivers/test/driver_test.hpp"

/// Whatever a device answers, a check comes to its end and its rules to a judgement.
namespace islandbench::conformance {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A chain of models full of chance, some of it anew in each reply, and so is how it is framed.
class Hostile {
  public:
    Hostile(Scheduler& clock, links::Network& network, std::uint64_t seed)
        : random_(seed, "hostile"), listener_(*network.listen("device")), tasks_(clock) {
        lay_out();
        tasks_.spawn(accept());
    }

  private:
    Task<> accept() {
        for (;;) {
            auto stream = co_await listener_->accept();
            if (!stream) co_return;
            tasks_.spawn(serve(std::move(*stream)));
        }
    }

    Task<> serve(std::unique_ptr<links::ByteStream> accepted) {
        const auto stream = std::move(accepted);
        Bytes request(300);
        for (;;) {
            const auto count = co_await stream->read_some(request, never);
            if (!count) co_return;
            if (random_.chance(0.005)) co_return;  // hangs up
            const Bytes answer = reply(request);
            stream->write(answer);
        }
    }

    /// A whole chain with chance in it.
    void lay_out() {
        put(40000, {0x5375, 0x6E53});
        int at = 40002;
        for (const int id : {1, 701, 702, 703, 704, 705, 711, 713, 714}) {
            const sunspec::Model& model = *sunspec::find_model(static_cast<std::uint16_t>(id));
            const bool curves = model.repetition.has_slots();
            const int size = model.size(model.repetition.stride > 0 ? 2 : 0, curves ? 4 : 0);
            for (int i = 0; i < size; ++i) put(at + i, {small()});
            put(at, {id, size - 2});
            if (curves) put(at + 5, {4, 2});  // NPt, NCrv
            for (const sunspec::Point& p : model.points) {
                if (p.type == sunspec::Type::sunssf && random_.chance(0.8)) put(at + p.offset, {0});
            }
            at += size;
        }
        put(at, {0xFFFF, 0});
    }
    void put(int address, std::initializer_list<int> values) {
        for (const int v : values) image_[address++] = static_cast<std::uint16_t>(v);
    }
    [[nodiscard]] int small() { return static_cast<int>(random_.bits() % 3000); }

    [[nodiscard]] std::uint16_t any(int address) {
        const auto found = image_.find(address);
        const bool odd = address > 40070 && random_.chance(0.003);
        if (found != image_.end() && !odd) return found->second;
        return static_cast<std::uint16_t>(random_.bits() % 65536);
    }

    [[nodiscard]] Bytes reply(const Bytes& request) {
        const int address = request[8] << 8 | request[9];
        const int count = std::min(125, request[10] << 8 | request[11]);
        Bytes frame{request[0], request[1], 0, 0, 0, 0, request[6], request[7]};
        if (request[7] == 3 || request[7] == 4) {
            frame.push_back(static_cast<std::uint8_t>(2 * count));
            for (int i = 0; i < count; ++i) {
                const std::uint16_t value = any(address + i);
                frame.push_back(static_cast<std::uint8_t>(value >> 8));
                frame.push_back(static_cast<std::uint8_t>(value & 0xFF));
            }
        } else {
            frame.insert(frame.end(), request.begin() + 8, request.begin() + 12);
        }
        const auto length = frame.size() - 6;
        frame[5] = static_cast<std::uint8_t>(length);
        if (random_.chance(0.01)) {
            std::uint8_t& byte = frame[random_.bits() % frame.size()];
            byte = static_cast<std::uint8_t>(byte ^ (random_.bits() % 256));
        }
        if (random_.chance(0.01)) frame.resize(random_.bits() % (frame.size() + 1));
        if (random_.chance(0.01)) frame.resize(frame.size() + random_.bits() % 6000);
        return frame;
    }

    Random random_;
    std::map<int, std::uint16_t> image_;
    std::unique_ptr<links::Listener> listener_;
    TaskGroup tasks_;
};

Task<> run(Survey& survey, bool& done) {
    co_await survey.run();
    done = true;
}

/// How many experiments the survey of one such device came to.
std::size_t survey_of(int seed) {
    Scheduler clock;
    links::MemoryNetwork network(clock);
    const Hostile device(clock, network, static_cast<std::uint64_t>(seed));
    SurveyOptions options;
    options.name = "device";
    options.where = "device";
    options.profile.time_out = 500ms;
    const drivers::WriteGuard guard({"device"});
    Survey survey(clock, network, guard, options);
    bool done = false;
    TaskGroup tasks(clock);
    tasks.spawn(run(survey, done));
    clock.run_ready();
    while (!done && clock.next_timer() < Instant{} + 2h) {
        clock.advance_to(clock.next_timer());
        clock.run_ready();
    }
    EXPECT_TRUE(done) << "it hangs at seed " << seed;
    EXPECT_GT(survey.snapshot().journal.size(), 50u);
    std::size_t found = 0;
    for (const Judged& one : judge(survey.snapshot())) found += one.judgement.found.size();
    EXPECT_GT(found, 0u) << "seed " << seed;
    return survey.snapshot().experiments.size();
}

TEST(HostileDevice, WhateverItAnswersTheCheckEndsAndJudges) {
    std::size_t experiments = 0;
    for (int seed = 1; seed <= 12; ++seed) experiments += survey_of(seed);
    EXPECT_GT(experiments, 10u) << "none got that far";
}

}  // namespace
}  // namespace islandbench::conformance
