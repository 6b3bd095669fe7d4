#include "bench/check/test/leaping_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/survey.hpp"
#include "links/tcp_network.hpp"

namespace islandbench::bench::test {

Checked check_alone(const RunFiles& street, const SoloSpec& spec, bool patient, bool armed) {
    Scheduler clock;
    links::TcpNetwork network(clock, links::Pace::leaping);
    const auto device = make_solo(clock, network, street, spec);
    EXPECT_TRUE(device->open("127.0.0.1:0"));
    conformance::SurveyOptions options;
    options.name = "device";
    options.link = *parse_link_address("tcp://" + device->address() + "?unit=1");
    options.where = device->address();
    options.patient = patient;
    options.may_write = armed;
    std::set<std::string> armed_names;
    if (armed) armed_names.insert("device");
    const drivers::WriteGuard guard(armed_names);
    conformance::Survey survey(clock, network, guard, options);
    bool done = false;
    TaskGroup tasks(clock);
    const auto run = [](conformance::Survey& s, bool& end) -> Task<> {
        co_await s.run();
        end = true;
    };
    tasks.spawn(run(survey, done));
    const Instant begin = clock.now();
    clock.run_ready();
    constexpr Duration burst = 20ms;
    Instant next = begin + burst;
    while (!done && clock.now() < begin + 2h) {
        clock.advance_to(network.wait(std::min(clock.next_timer(), next)));
        if (clock.now() >= next) {
            device->advance(clock.now());
            next = clock.now() + burst;
        }
        clock.run_ready();
    }
    Checked checked;
    checked.ended = done;
    checked.device_written = device->traffic() != nullptr && device->traffic()->last_write;
    checked.judged = conformance::judge(survey.snapshot());
    checked.writes = survey.snapshot().writes;
    const auto& journal = survey.snapshot().journal;
    checked.silences = std::count_if(journal.begin(), journal.end(), [](const auto& e) {
        return e.outcome == conformance::Exchange::Outcome::silent;
    });
    for (const conformance::Judged& one : checked.judged) {
        if (!one.judgement.found.empty()) checked.found.emplace(one.rule->id);
    }
    return checked;
}

void expect_nothing_found(const Checked& clean, const std::set<std::string>& not_asked) {
    ASSERT_TRUE(clean.ended);
    for (const conformance::Judged& one : clean.judged) {
        for (const auto& found : one.judgement.found) {
            ADD_FAILURE() << one.rule->id << ": " << found.text;
        }
        // All that can be asked of it is asked; nobody has named a profile.
        const std::string id(one.rule->id);
        if (id == "map.profile" || id.starts_with("witness.") || not_asked.contains(id)) continue;
        EXPECT_EQ(one.judgement.not_tested, "") << id;
    }
    for (const auto& write : clean.writes) {
        EXPECT_TRUE(write.done && write.restored) << write.what;
    }
}

}  // namespace islandbench::bench::test
