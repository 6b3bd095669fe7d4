#include <ctime>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <numeric>
#include <vector>

#include "emulators/plant/test/published_feeder.hpp"

/// How long a solution of the IEEE European low-voltage test feeder takes on one core:
///     ib_feeder_bench FOLDER_OF_THE_FEEDER
/// Medians of processor time, so that a busy machine does not matter much.
namespace {

using namespace islandbench;
using namespace islandbench::plant;

double processor_us() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> all) {
    std::nth_element(all.begin(), all.begin() + static_cast<long>(all.size() / 2), all.end());
    return all[all.size() / 2];
}

constexpr int rounds = 4001;

/// Median of what `work` takes after `prepare`; the clock's own time is not counted.
template <class Prepare, class Work>
double time_of(Prepare prepare, Work work) {
    std::vector<double> all, empty;
    for (int k = 0; k < rounds; ++k) {
        prepare();
        const double nothing = processor_us();
        const double from = processor_us();
        work();
        const double to = processor_us();
        empty.push_back(from - nothing);
        all.push_back(to - from);
    }
    return median(all) - median(empty);
}

void line(const char* what, double us, const char* more) {
    std::printf("%-58s %9.2f us  %s\n", what, us, more);
}

/// Reads as many bytes as a pass touches (three products with factors, injections, voltages), so
/// often: nothing that keeps its factors in memory can be faster.
double floor_of(std::size_t buses, int passes) {
    const std::size_t bytes = buses * (3 * sizeof(Matrix3) + 4 * sizeof(Phasor3));
    std::vector<double> numbers(bytes / sizeof(double), 1.0);
    volatile double kept = 0.0;
    return time_of([] {},
                   [&] {
                       for (int k = 0; k < passes; ++k) {
                           double sums[4] = {};
                           for (std::size_t i = 0; i + 4 <= numbers.size(); i += 4) {
                               for (std::size_t j = 0; j < 4; ++j) sums[j] += numbers[i + j];
                           }
                           kept = sums[0] + sums[1] + sums[2] + sums[3];
                       }
                   });
}

void run(const FeederModel& model) {
    constexpr std::size_t before = 564, at = 565;  // minutes 565 and 566 of the published day
    PublishedFeeder feeder(model, -std::numbers::pi / 6.0);
    const TreeReduction& wires = feeder.wires();
    std::printf("%zu buses, %zu after the reduction, %zu loads\n", feeder.buses(),
                wires.network().size(), model.loads.size());

    int passes = 0;
    char more[96];
    const auto settle = [&] {
        feeder.set_minute(before);
        (void)feeder.solve(1e-9);
        feeder.set_minute(at);
    };
    const double warm = time_of(settle, [&] { passes = feeder.solve(1e-3); });
    std::snprintf(more, sizeof more, "%d passes", passes);
    line("minute 565 to 566, warm, to 1 mV", warm, more);
    const int warm_passes = passes;

    std::vector<Phasor3> all(feeder.buses());
    const double whole = time_of(settle, [&] {
        (void)feeder.solve(1e-3);
        wires.voltages(all);
    });
    line("the same, with the voltages of all buses", whole, "");

    const double cold = time_of([&] { feeder.forget(); }, [&] { passes = feeder.solve(1e-9); });
    std::snprintf(more, sizeof more, "%d passes and the one without load", passes);
    line("minute 566, cold, to 1e-9 V", cold, more);

    line("floor: reading the bytes of the warm passes once each",
         floor_of(wires.network().size(), warm_passes), "this run");
    std::puts("for comparison, on the same feeder, by others (not measured in this run):");
    line("  backward/forward sweep over 906 buses, warm, to 1 mV", 61.0, "prototype, 2.6 passes");
    line("  backward/forward sweep over 906 buses, cold, to 1e-9 V", 169.0, "6.4 passes");
    line("  power-grid-model 1.7, asymmetric, iterative current", 940.0, "in a batch");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "ib_feeder_bench FOLDER\n";
        return 2;
    }
    Diagnostics problems;
    const auto feeders = feeders_in(argv[1], problems);
    std::cerr << problems;
    if (!problems.empty() || feeders.empty() || !feeders.front().loads.front().day) {
        std::cerr << argv[1] << ": expected a feeder whose loads have days\n";
        return 2;
    }
    run(feeders.front());
}
