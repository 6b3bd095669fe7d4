#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "dispatch/core/test/delayed_grid.hpp"
#include "dispatch/core/test/life.hpp"

/// The control of the flow at the interconnect, with delays that nobody knows.
namespace islandbench::dispatch::core {
namespace {

using test::Choices;
using test::DelayedGrid;
using test::Picks;

/// A limit of import or export is broken by a step of load; all is up to five samples late.
struct LateGrid {
    explicit LateGrid(const Picks& picks)
        : choose(picks),
          grid(choose.whole(2, 8), {choose.whole(0, 5), choose.whole(0, 5), choose.whole(0, 5)}) {
        Tuning& t = grid.street.config.tuning;
        t.import_limit_w = t.export_limit_w = limit_w;
        // A lock-out would end the control: G100 counts what lasts.
        grid.street.config.services.excess_counts_ms = no_limit_w;
        grid.street.config.services.excess_locks_ms = no_limit_w;
        most_w = 4000 * static_cast<std::int32_t>(grid.units());
        before_w = choose.around(aim_w);
        after_w = (choose.chance(500) ? 1 : -1) * (aim_w + choose.whole(500, most_w));
    }

    static constexpr std::int32_t limit_w = 12000, aim_w = 10000;
    Choices choose;
    DelayedGrid grid;
    std::int32_t most_w = 0, before_w = 0, after_w = 0;
};

const auto picks = rc::gen::container<Picks>(12, rc::gen::arbitrary<std::uint32_t>());

TEST(Invariant, NoCorrectionIsOrderedTwiceHoweverLateItShows) {
    EXPECT_TRUE(rc::check([] {
        const Picks p = *picks;
        LateGrid late(p);
        late.grid.live(late.before_w, 15, 1);
        const auto range = late.grid.live(late.after_w, 120, 112);
        const auto play = static_cast<std::int32_t>(40 * late.grid.units());
        if (late.after_w > 0) RC_ASSERT(range.least >= LateGrid::aim_w - play);
        if (late.after_w < 0) RC_ASSERT(range.most <= -LateGrid::aim_w + play);
        // And it ends at the limit, without a swing.
        const auto end = late.grid.live(late.after_w, 30, 30);
        RC_ASSERT(end.most - end.least <= play);
        RC_ASSERT(std::abs(std::abs(end.most) - LateGrid::aim_w) <= play);
    }));
}

}  // namespace
}  // namespace islandbench::dispatch::core
