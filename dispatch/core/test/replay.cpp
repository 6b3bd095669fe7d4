#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "dispatch/core/test/random_street.hpp"

/// replay STEPS: walks random streets and prints one number over every state and every output.
/// Builds of other compilers and other optimisation must print the same.
namespace {

using namespace islandbench::dispatch::core;

constexpr int steps_per_life = 250;

std::uint64_t mix(std::uint64_t hash, std::int64_t value) {
    return (hash ^ static_cast<std::uint64_t>(value)) * 0x100000001b3U;
}

std::uint64_t promises(const SiteOut& out, std::uint64_t hash) {
    for (const PromiseOut& promise : out.promises) {
        hash = mix(hash, static_cast<std::int64_t>(promise.state));
        hash = mix(hash, promise.remaining_ms);
        hash = mix(hash, promise.time_left_ms);
    }
    for (const Runtime& runtime : out.runtimes) {
        hash = mix(hash, runtime.p50_ms);
        hash = mix(hash, runtime.p90_ms);
    }
    hash = mix(hash, out.firm_opt_outs);
    hash = mix(hash, out.sure_w);
    return mix(hash, out.sure_wh);
}

std::uint64_t services(const SiteOut& out, std::uint64_t hash) {
    hash = mix(hash, static_cast<std::int64_t>(out.limit));
    hash = mix(hash, out.excursions);
    hash = mix(hash, out.import_aim_w);
    hash = mix(hash, static_cast<std::int64_t>(out.storm));
    return mix(hash, out.armed_units);
}

std::uint64_t outputs(const test::Street& s, std::uint64_t hash) {
    for (const UnitOut& out : s.units_out) {
        hash = mix(hash, static_cast<std::int64_t>(out.action));
        hash = mix(hash, static_cast<std::int64_t>(out.fallback));
        hash = mix(hash, out.p_set_w);
        hash = mix(hash, out.p_default_w);
        hash = mix(hash, out.valid_ms);
        hash = mix(hash, out.curtail_permille);
        hash = mix(hash, out.respond ? 1 : 0);
    }
    for (const HomeOut& out : s.homes_out) hash = mix(hash, out.closed_tiers);
    hash = mix(hash, static_cast<std::int64_t>(s.out.state));
    hash = mix(hash, static_cast<std::int64_t>(s.out.mode));
    hash = mix(hash, s.out.alarms);
    hash = mix(hash, s.out.target_w);
    hash = mix(hash, s.out.reserve_w);
    hash = mix(hash, s.out.unplaced_w);
    hash = mix(hash, s.out.shed_tiers);
    hash = mix(hash, s.out.p_set_sum_w);
    hash = mix(hash, s.out.period_ms);
    hash = mix(hash, s.out.sync_request ? 1 : 0);
    hash = mix(hash, s.out.island_request ? 1 : 0);
    hash = mix(hash, static_cast<std::int64_t>(s.out.broken));
    for (const std::int32_t w : s.out.load_w) hash = mix(hash, w);
    for (const std::int32_t permille : s.out.former_permille) hash = mix(hash, permille);
    return services(s.out, promises(s.out, hash));
}

}  // namespace

int main(int argc, char** argv) {
    const long steps = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 100000;
    std::uint64_t all_outputs = 0xcbf29ce484222325U;
    std::uint64_t all_states = all_outputs;
    long left = steps;
    for (std::uint64_t life = 0; left > 0; ++life) {
        test::RichStreet walk(life, "replay");
        for (int n = 0; n < steps_per_life && left > 0; ++n, --left) {
            walk.step();
            all_outputs = outputs(walk.street, all_outputs);
            all_states = mix(all_states, static_cast<std::int64_t>(hash(walk.street.state)));
        }
    }
    std::printf("%016llx %016llx\n", static_cast<unsigned long long>(all_states),
                static_cast<unsigned long long>(all_outputs));
    return 0;
}
