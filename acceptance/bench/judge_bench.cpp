#include <ctime>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "acceptance/judge.hpp"
#include "base/random.hpp"

/// How many samples a second one criterion judges on one core, for horizons of 10 to 100,000
/// samples: "if islanded then within B the voltage is and stays in band for B". Processor time,
/// medians of several runs, a new voltage in every sample.
namespace {

using namespace islandbench;
using namespace islandbench::acceptance;

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// A street that is islanded from the tenth sample on until 150,000 before the last. Steady: its
/// voltage, another in every sample, is out of the band for 5 samples and back for good. Restless:
/// it leaves the band every seventh sample, so that every stretch ends.
struct Trace {
    Trace(int samples, bool restless) {
        Random random(11, "judge bench");
        for (int i = 0; i < samples; ++i) {
            const bool out = restless ? i % 7 == 0 : i >= 10 && i < 15;
            voltage.push_back(out ? 180.0 : 230.0 + 4.0 * random.uniform());
        }
    }
    [[nodiscard]] bool turns(std::size_t i) const {
        return i == 10 || i + 150'000 == voltage.size();
    }
    std::vector<double> voltage;
};

CriterionSpec criterion(const std::string& formula) {
    CriterionSpec spec;
    spec.id = "B";
    spec.certainty = Certainty::s;
    spec.formulas = {formula};
    return spec;
}

struct Result {
    double samples_per_second = 0.0;
    Outcome outcome = Outcome::error;
};

Result run(const std::string& formula, const Trace& trace, int criteria) {
    Signals signals;
    const SignalId v = signals.add({"truth.home1.v", Dimension::voltage});
    const SignalId islanded = signals.add({"truth.islanded", Dimension::none});
    signals.set(islanded, 0.0);
    Diagnostics problems;
    std::vector<CriterionSpec> specs(static_cast<std::size_t>(criteria), criterion(formula));
    Judge judge(std::move(specs), signals, Figures{}, Groups{}, problems);
    if (!problems.empty()) std::printf("%s\n", problems.list().front().message.c_str());
    const double from = processor_seconds();
    Instant now = story_start;
    for (std::size_t i = 0; i < trace.voltage.size(); ++i) {
        signals.set(v, trace.voltage[i]);
        if (trace.turns(i)) signals.set(islanded, signals.get(islanded) == 0.0);
        judge.step(now);
        now += Duration{1'000'000};
    }
    const double took = processor_seconds() - from;
    const Outcome outcome = judge.finish(now, Ended::completed).front().outcome;
    return {static_cast<double>(trace.voltage.size()) / took, outcome};
}

Result median_of(const std::string& formula, const Trace& trace) {
    std::vector<Result> all;
    for (int i = 0; i < 7; ++i) all.push_back(run(formula, trace, 1));
    std::sort(all.begin(), all.end(), [](const Result& a, const Result& b) {
        return a.samples_per_second < b.samples_per_second;
    });
    return all[all.size() / 2];
}

std::string word_of(Outcome outcome) {
    return std::string(json::enum_text(outcome));
}

void horizons(const Trace& steady, const Trace& restless) {
    struct Row {
        int samples;
        const char* rtamt;
    };
    std::printf("%-16s %14s %10s %14s %10s %14s\n", "horizon B", "steady", "verdict", "restless",
                "verdict", "rtamt");
    for (const Row& row : {Row{10, "30,100"}, Row{100, "18,800"}, Row{1'000, "4,500"},
                           Row{10'000, "-"}, Row{100'000, "-"}}) {
        const std::string b = std::to_string(row.samples) + " ms";
        const std::string formula =
            "whenever truth.islanded: within " + b + ": 207 V <= truth.home1.v <= 253 V for " + b;
        const Result good = median_of(formula, steady);
        const Result bad = median_of(formula, restless);
        std::printf("%8d samples %8.1f M /s %12s %9.1f M /s %11s %12s\n", row.samples,
                    good.samples_per_second / 1e6, word_of(good.outcome).c_str(),
                    bad.samples_per_second / 1e6, word_of(bad.outcome).c_str(), row.rtamt);
    }
}

void others(const Trace& steady, const Trace& restless) {
    std::printf("\n%-80s %9s %9s\n", "other criteria, million samples a second", "steady",
                "restless");
    for (const char* formula :
         {"always: 170 V <= truth.home1.v <= 253 V",
          "never truth.home1.v < 195 V for more than 20 ms",
          "always: 207 V <= truth.home1.v <= 253 V for at least 80 % of the time",
          "always: mean(truth.home1.v, 10 min) >= 207 V",
          "always: change(truth.home1.v, 1 s) <= 60 V",
          "always: share of (truth.home1.v >= 207 V) in 10 s >= 80 %",
          "always: count of (truth.home1.v < 207 V) in 1 s < 200",
          "whenever truth.islanded: truth.home1.v >= 170 V until (truth.home1.v > 230 V)"}) {
        std::printf("%-80s %9.1f %9.1f\n", formula,
                    median_of(formula, steady).samples_per_second / 1e6,
                    median_of(formula, restless).samples_per_second / 1e6);
    }
}

}  // namespace

int main() {
    const Trace steady(1'000'000, false);
    const Trace restless(1'000'000, true);
    horizons(steady, restless);
    others(steady, restless);
    return 0;
}
