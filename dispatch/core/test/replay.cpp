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

std::uint64_t outputs(const test::Street& s, std::uint64_t hash) {
    for (const UnitOut& out : s.units_out) {
        hash = mix(hash, static_cast<std::int64_t>(out.action));
        hash = mix(hash, static_cast<std::int64_t>(out.fallback));
        hash = mix(hash, out.p_set_w);
        hash = mix(hash, out.p_default_w);
        hash = mix(hash, out.valid_ms);
        hash = mix(hash, out.curtail_permille);
    }
    for (const HomeOut& out : s.homes_out) hash = mix(hash, out.closed_tiers);
    hash = mix(hash, static_cast<std::int64_t>(s.out.state));
    hash = mix(hash, static_cast<std::int64_t>(s.out.mode));
    hash = mix(hash, s.out.alarms);
    hash = mix(hash, s.out.target_w);
    hash = mix(hash, s.out.reserve_w);
    hash = mix(hash, s.out.unplaced_w);
    return mix(hash, s.out.shed_tiers);
}

}  // namespace

int main(int argc, char** argv) {
    const long steps = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 100000;
    std::uint64_t all_outputs = 0xcbf29ce484222325U;
    std::uint64_t all_states = all_outputs;
    long left = steps;
    for (std::uint64_t life = 0; left > 0; ++life) {
        test::RandomStreet walk(life, "replay");
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
