#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <new>
#include <vector>

#include "dispatch/core/test/street.hpp"

/// How long a step takes in an island that is balanced and keeps a promise, by size of the fleet
/// (without cables, efficient sets and owners' homes); beside it, in the same run, the bare split
/// over as many units and a pass over the memory that a step sees (but for what the split works
/// in).
///
/// The system takes the processor away for its own ends, in a guest for 40 us a thousand times a
/// second, or slows it for a tenth of a second, and that is counted as ours. So each step is made
/// by three replicas, each in its own memory and a quarter of the run after the one before, and the
/// least counts: of steps shorter than a millisecond one that no interruption has met, of longer
/// ones the one that met the fewest. What the first took, with all that came in between, is told
/// beside it.
namespace {

std::size_t allocations = 0;

using namespace islandbench::dispatch::core;

/// Of this thread's processor: another program beside us is not the step's time.
double now_us() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
}

struct Times {
    double p50_us = 0, p99_us = 0;
};

template <class Work>
Times measured(int rounds, Work work) {
    std::vector<double> us;
    us.reserve(static_cast<std::size_t>(rounds));
    for (int n = 0; n < rounds; ++n) {
        const double begin = now_us();
        work();
        us.push_back(now_us() - begin);
    }
    std::sort(us.begin(), us.end());
    return {us[us.size() / 2], us[us.size() * 99 / 100]};
}

/// A street of `n` hybrids and as many homes, a former that fits, SoC and PV of all kinds.
test::Street street_of(std::size_t n) {
    test::Street street;
    const auto size = static_cast<std::int32_t>(n);
    street.add_former(1000 * size + 20000, 2000 * size + 100000, 600);
    UnitConfig unit;
    unit.rating_w = 5000;
    unit.capacity_wh = 13500;
    UnitIn in;
    in.connected = true;
    in.charge_max_w = in.discharge_max_w = 5000;
    for (std::int32_t i = 0; i < size; ++i) {
        unit.phase = static_cast<std::uint8_t>(i % 3);
        unit.id = static_cast<std::uint32_t>(i + 1);
        unit.pv_peak_w = i % 3 == 0 ? 3500 : 0;
        in.soc_permille = 300 + i * 7 % 600;
        street.config.units.push_back(unit);
        street.units.push_back(in);
        HomeConfig home;
        home.phase = unit.phase;
        street.config.homes.push_back(home);
        HomeIn report;
        report.p_w = {100, 100, 200, 200, 400};
        report.closed = {true, true, true, true, true};
        street.homes.push_back(report);
    }
    street.config.commitments = {{5000, 4 * 3600000}};
    street.units_out.resize(street.units.size());
    street.homes_out.resize(street.homes.size());
    street.muted.resize(street.units.size());
    street.state.fit(street.config);
    return street;
}

/// Followers do what they are told, the former the rest of a load that wanders.
void live(test::Street& street, std::size_t n, int round) {
    const auto size = static_cast<std::int64_t>(n);
    std::array<std::int64_t, phase_count> served{};
    for (std::size_t i = 1; i < street.units.size(); ++i) {
        street.set_p(i, street.units_out[i].p_set_w);
        served[street.config.units[i].phase] += street.units_out[i].p_set_w;
    }
    PhaseArray p{};
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
        const std::int64_t load = size * (300 + round * 37 % 200) / phase_count;
        p[phase] = static_cast<std::int32_t>(load - served[phase]);
    }
    street.set_former(0, p);
    street.site.now_ms += 250;
    street.site.reported_ms = street.site.now_ms;
    for (UnitIn& in : street.units) in.reported_ms = in.soc_reported_ms = street.site.now_ms;
    for (HomeIn& in : street.homes) in.reported_ms = street.site.now_ms;
}

template <class T>
std::uint64_t streamed(const std::vector<T>& all) {
    static_assert(sizeof(T) % 4 == 0);
    std::uint64_t sum = 0;
    const auto* words = reinterpret_cast<const std::uint32_t*>(all.data());
    for (std::size_t i = 0; i < all.size() * sizeof(T) / 4; ++i) sum += words[i];
    return sum;
}

/// One step of a replica, us.
double step_us(test::Street& street, std::size_t n, int round) {
    live(street, n, round);
    const double begin = now_us();
    step(street.config, street.site, street.units, street.homes, street.state, street.units_out,
         street.homes_out, street.out);
    return now_us() - begin;
}

double part(const std::vector<double>& sorted, std::size_t percent) {
    return sorted[sorted.size() * percent / 100];
}

void row(std::size_t n, int rounds) {
    std::vector<test::Street> replicas(3, street_of(n));
    for (test::Street& street : replicas) {
        street.separate();
        for (int round = 0; round < 40; ++round) step_us(street, n, round);
    }
    const test::Street& street = replicas[0];
    // Who has not begun or is done is stood in for, so that memory is as cold for all.
    std::vector<test::Street> idle = replicas;
    const int later = rounds / 4;
    std::vector<double> first(static_cast<std::size_t>(rounds));
    std::vector<double> least(first.size(), std::numeric_limits<double>::max());
    const std::size_t before = allocations;
    for (int turn = 0; turn < rounds + 2 * later; ++turn) {
        for (std::size_t k = 0; k < replicas.size(); ++k) {
            const int round = turn - static_cast<int>(k) * later;
            const bool on = round >= 0 && round < rounds;
            const double us = step_us(on ? replicas[k] : idle[k], n, 40 + (on ? round : turn));
            if (!on) continue;
            const auto at = static_cast<std::size_t>(round);
            least[at] = std::min(least[at], us);
            if (k == 0) first[at] = us;
        }
    }
    const std::size_t taken = allocations - before;
    std::sort(least.begin(), least.end());
    std::sort(first.begin(), first.end());
    const bool works = street.out.state == FsmState::island &&
                       street.out.broken == Promise::none_broken && street.out.target_w > 0 &&
                       hash(replicas[1].state) == hash(street.state) &&
                       hash(replicas[2].state) == hash(street.state);

    std::vector<Share> shares(n);
    std::vector<std::int32_t> parts(n);
    for (std::size_t i = 0; i < n; ++i) {
        shares[i] = {5000, 1000 + static_cast<std::int32_t>(i * 7919 % 9000),
                     static_cast<std::uint8_t>(i % 3)};
    }
    const std::vector<GroupBounds> groups(max_groups);
    SplitScratch scratch;
    scratch.fit(n, 0);
    const Times bare = measured(rounds, [&] {
        split(shares, groups, {}, Share{}, static_cast<std::int64_t>(n) * 1500, parts, scratch);
    });
    std::uint64_t sum = 0;
    const Times pass = measured(rounds, [&] {
        sum += streamed(street.units) + streamed(street.homes) + streamed(street.config.units) +
               streamed(street.config.homes) + streamed(street.state.units) +
               streamed(street.state.homes) + streamed(street.state.scratch.box) +
               streamed(street.units_out);
    });
    std::printf("| %zu | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %zu | %s |\n", n,
                part(least, 50), part(least, 99), least.back(), part(first, 99), bare.p50_us,
                pass.p50_us, part(least, 50) / pass.p50_us, taken,
                works && sum != 1 ? "island, balanced, replicas agree" : "NOT AT WORK");
}

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}

int main() {
    std::printf(
        "| units and homes, each | step p50, us | step p99, us | longest, us | p99 with "
        "interruptions, us |"
        " bare split p50, us | one pass over the memory p50, us | step / pass | allocations | |\n"
        "|---|---|---|---|---|---|---|---|---|---|\n");
    row(60, 20000);
    row(1000, 4000);
    row(10000, 600);
    row(100000, 480);
    return 0;
}
