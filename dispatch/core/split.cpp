#include "dispatch/core/split.hpp"

#include <algorithm>
#include <array>

#include "dispatch/core/config.hpp"

namespace islandbench::dispatch::core {
namespace {

/// Levels and sums carry this many binary places.
constexpr int places = 20;

constexpr std::int64_t fixed(std::int64_t watts) noexcept {
    return watts << places;
}

/// Sum of shares at a level, and how fast it rises with it.
struct Sum {
    std::int64_t value = 0;  ///< fixed point
    std::int64_t slope = 0;  ///< per unit of level
};

class Filler {
  public:
    Filler(std::span<const Share> units, std::span<const GroupBounds> groups, Share slack) noexcept
        : count_(units.size()), groups_(groups), slack_(sane(slack)) {
        for (std::size_t i = 0; i < count_; ++i) {
            units_[i] = sane(units[i]);
            full_[i] = level_when_full(units_[i]);
            highest_ = std::max(highest_, full_[i]);
            reach_[units_[i].group] += units_[i].cap_w;
        }
        slack_full_ = level_when_full(slack_);
        highest_ = std::max(highest_, slack_full_);
    }

    SplitResult run(std::int64_t target_w, std::span<std::int32_t> out) noexcept {
        const std::int64_t level =
            level_for(fixed(target_w), [this](std::int64_t l) { return all(l); });
        const std::array<Sum, max_groups> own = groups_at(level);
        SplitResult result;
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            const std::int64_t bound = bounded(g, own[g].value);
            pinned_[g] = bound != own[g].value;
            const std::int64_t own_level =
                pinned_[g] ? level_for(bound, [&](std::int64_t l) { return group(g, l); }) : level;
            result.units_w += fill_group(g, own_level, bound >> places, out);
        }
        const std::int64_t left = std::max<std::int64_t>(0, target_w - result.units_w);
        result.slack_w = std::min<std::int64_t>(slack_.cap_w, left);
        result.units_w += top_up(left - result.slack_w, out);
        result.rest_w = target_w - result.units_w - result.slack_w;
        return result;
    }

  private:
    static Share sane(Share s) noexcept {
        s.cap_w = std::clamp(s.cap_w, 0, max_cap_w);
        s.weight = std::max(s.weight, 0);
        if (s.weight == 0) s.cap_w = 0;
        return s;
    }

    static std::int64_t level_when_full(Share s) noexcept {
        return s.cap_w == 0 ? 0 : (fixed(s.cap_w) + s.weight - 1) / s.weight;
    }

    static void add(Sum& sum, Share s, std::int64_t full, std::int64_t level) noexcept {
        if (level >= full) {
            sum.value += fixed(s.cap_w);
        } else {
            sum.value += level * s.weight;
            sum.slope += s.weight;
        }
    }

    [[nodiscard]] std::array<Sum, max_groups> groups_at(std::int64_t level) const noexcept {
        std::array<Sum, max_groups> sums{};
        for (std::size_t i = 0; i < count_; ++i) {
            add(sums[units_[i].group], units_[i], full_[i], level);
        }
        return sums;
    }

    /// A group's sum inside its bounds, as far as its units reach.
    [[nodiscard]] std::int64_t bounded(std::size_t g, std::int64_t value) const noexcept {
        const std::int64_t high = std::max<std::int64_t>(0, groups_[g].max_w);
        const std::int64_t low = std::min({groups_[g].min_w, high, reach_[g]});
        return std::min(std::max(value, fixed(low)), fixed(high));
    }

    /// All groups inside their bounds, and the slack.
    [[nodiscard]] Sum all(std::int64_t level) const noexcept {
        const std::array<Sum, max_groups> own = groups_at(level);
        Sum sum;
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            const std::int64_t inside = bounded(g, own[g].value);
            sum.value += inside;
            if (inside == own[g].value) sum.slope += own[g].slope;
        }
        if (slack_.cap_w > 0) add(sum, slack_, slack_full_, level);
        return sum;
    }

    [[nodiscard]] Sum group(std::size_t g, std::int64_t level) const noexcept {
        Sum sum;
        for (std::size_t i = 0; i < count_; ++i) {
            if (units_[i].group == g) add(sum, units_[i], full_[i], level);
        }
        return sum;
    }

    /// A level whose sum does not exceed the target while that of the next one does, or that meets
    /// it. The sum rises with the level and is made of straight pieces: Newton steps, kept inside a
    /// bracket by bisection.
    template <class SumAt>
    std::int64_t level_for(std::int64_t target, SumAt sum_at) const noexcept {
        if (sum_at(highest_).value <= target) return highest_;
        std::int64_t low = 0;
        std::int64_t high = highest_;
        std::int64_t level = 0;
        while (high - low > 1) {
            const Sum sum = sum_at(level);
            const std::int64_t gap = target - sum.value;
            if (gap == 0) return level;
            (gap > 0 ? low : high) = level;
            const std::int64_t middle = low + (high - low) / 2;
            level = sum.slope > 0 ? level + gap / sum.slope : middle;
            if (level <= low) level = gap > 0 ? low + 1 : middle;
            if (level >= high) level = middle;
        }
        return low;
    }

    /// Fills one group to a level, and up to its sum with the watts that rounding lost.
    std::int64_t fill_group(std::size_t g, std::int64_t level, std::int64_t target_w,
                            std::span<std::int32_t> out) const noexcept {
        std::int64_t given = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            if (units_[i].group != g) continue;
            out[i] = at(i, level);
            given += out[i];
        }
        for (std::size_t i = 0; i < count_ && given < target_w; ++i) {
            if (units_[i].group == g) given += one_more(i, out);
        }
        return given;
    }

    [[nodiscard]] std::int32_t at(std::size_t i, std::int64_t level) const noexcept {
        const Share s = units_[i];
        if (level >= full_[i]) return s.cap_w;
        return static_cast<std::int32_t>((level * s.weight) >> places);
    }

    std::int32_t one_more(std::size_t i, std::span<std::int32_t> out) const noexcept {
        if (out[i] >= units_[i].cap_w) return 0;
        ++out[i];
        return 1;
    }

    /// Carries what is lost between the groups: a watt each, where there is room.
    std::int64_t top_up(std::int64_t rest, std::span<std::int32_t> out) const noexcept {
        if (rest <= 0) return 0;
        std::array<std::int64_t, max_groups> room{};
        for (std::size_t g = 0; g < groups_.size(); ++g) room[g] = groups_[g].max_w;
        for (std::size_t i = 0; i < count_; ++i) room[units_[i].group] -= out[i];
        std::int64_t added = 0;
        for (std::size_t i = 0; i < count_ && added < rest; ++i) {
            const std::size_t g = units_[i].group;
            if (pinned_[g] || room[g] <= 0) continue;
            const std::int32_t more = one_more(i, out);
            room[g] -= more;
            added += more;
        }
        return added;
    }

    std::size_t count_;
    std::array<Share, max_units> units_;
    std::span<const GroupBounds> groups_;
    Share slack_;
    std::int64_t slack_full_ = 0;
    std::int64_t highest_ = 0;
    std::array<std::int64_t, max_units> full_;      ///< level at which a unit is at its cap
    std::array<bool, max_groups> pinned_{};         ///< its sum is at a bound
    std::array<std::int64_t, max_groups> reach_{};  ///< sum of a group's caps
};

}  // namespace

SplitResult split(std::span<const Share> units, std::span<const GroupBounds> groups, Share slack,
                  std::int64_t target_w, std::span<std::int32_t> out) noexcept {
    return Filler(units, groups, slack).run(std::max<std::int64_t>(0, target_w), out);
}

}  // namespace islandbench::dispatch::core
