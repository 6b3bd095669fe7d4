#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "dispatch/core/machine.hpp"
#include "dispatch/core/test/street.hpp"
#include "dispatch/core/tiers.hpp"

namespace islandbench::dispatch::core {

/// Former of 10 kW per phase; no hybrids on phase C, where homes only use.
struct TiersTest : ::testing::Test {
    TiersTest() {
        former = street.add_former(30000, 60000, 800);
        hybrid = street.add_hybrid(0, 800);
        small = street.add_home(2, {200, 300, 1000, 500, 1000});
        large = street.add_home(2, {200, 300, 1000, 500, 3500});
        other = street.add_home(0, {200, 300, 1000, 500, 4000});
    }

    /// The former carries what the closed contactors let through, and `extra` on phase C.
    void live(std::int32_t extra_w, std::int64_t ms) {
        for (std::int64_t t = 0; t < ms; t += 250) {
            PhaseArray load{500, 500, 500 + extra_w};
            for (std::size_t h = 0; h < street.homes.size(); ++h) {
                for (std::size_t tier = 0; tier < tier_count; ++tier) {
                    HomeIn& home = street.homes[h];
                    home.p_w[tier] = home.closed[actor(h, tier)] ? draw[h][tier] : 0;
                    const std::size_t phase = street.config.homes[h].phase;
                    if (phase < phase_count) load[phase] += home.p_w[tier];
                }
            }
            load[0] -= street.units[hybrid].p_w;
            street.set_former(former, load);
            street.step();
            street.set_p(hybrid, street.units_out[hybrid].p_set_w);
            lowest_tier_seen = std::min(lowest_tier_seen, street.homes_out[large].closed_tiers);
        }
    }
    /// The coil that acts on a tier's contactor; wrong in a mis-wired home.
    std::size_t actor(std::size_t home, std::size_t tier) const {
        if (!miswired || home != large) return tier;
        return tier == 4 ? 0 : tier == 0 ? 4 : tier;
    }
    std::int32_t tiers(std::size_t home) const { return street.homes_out[home].closed_tiers; }
    std::int32_t phase_c() const { return street.units[former].p_phase_w[2]; }
    void settle() { ASSERT_TRUE(street.to_grid() && street.to_island()); }

    test::Street street;
    std::size_t former = 0, hybrid = 0, small = 0, large = 0, other = 0;
    std::vector<std::array<std::int32_t, tier_count>> draw = {
        {200, 300, 1000, 500, 1000}, {200, 300, 1000, 500, 3500}, {200, 300, 1000, 500, 4000}};
    bool miswired = false;
    std::int32_t lowest_tier_seen = tier_count;
};

}  // namespace islandbench::dispatch::core
