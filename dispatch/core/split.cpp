#include "dispatch/core/split.hpp"

#include <algorithm>
#include <limits>

namespace islandbench::dispatch::core {
namespace {

/// Levels and sums carry this many binary places.
constexpr int places = 20;
/// With this many units of the largest cap a sum still fits.
constexpr std::size_t most_units = std::size_t{1} << 18;
constexpr std::int64_t most_w = std::int64_t{1} << 42;

constexpr std::int64_t fixed(std::int64_t watts) noexcept {
    return watts << places;
}

Share sane(Share s) noexcept {
    s.cap_w = std::clamp(s.cap_w, 0, max_cap_w);
    s.weight = std::max(s.weight, 0);
    if (s.weight == 0) s.cap_w = 0;
    return s;
}

/// A share at a level, fixed point.
std::int64_t at(std::int32_t cap_w, std::int32_t weight, std::int64_t level) noexcept {
    std::int64_t free = 0;
    const std::int64_t cap = fixed(cap_w);
    return __builtin_mul_overflow(level, weight, &free) || free >= cap ? cap : free;
}

/// Sum of shares at a level, and how fast it rises with it.
struct Sum {
    std::int64_t value = 0;  ///< fixed point
    std::int64_t slope = 0;  ///< per unit of level

    void add(std::int32_t cap_w, std::int32_t weight, std::int64_t level) noexcept {
        const std::int64_t share = at(cap_w, weight, level);
        value += share;
        if (share < fixed(cap_w)) slope += weight;
    }
};

/// Rounded down.
constexpr std::int32_t watts(std::int64_t fixed_point) noexcept {
    return static_cast<std::int32_t>(fixed_point >> places);
}

/// Where a share hangs: the first nodes are the groups themselves.
std::size_t node_of(const Share& s, std::size_t nodes) noexcept {
    const std::size_t branch = max_groups + s.branch - std::size_t{1};
    if (s.branch != 0 && branch < nodes) return branch;
    return std::min<std::size_t>(s.group, max_groups - 1);
}

}  // namespace

void SplitScratch::fit(std::size_t units, std::size_t branches) {
    items_.resize(std::min(units, most_units));
    nodes_.resize(max_groups + branches);
}

std::int32_t SplitScratch::rounded_down(const Share& share) const noexcept {
    const Share s = sane(share);
    return watts(at(s.cap_w, s.weight, nodes_[node_of(s, nodes_used_)].level));
}

class Filler {
  public:
    using Node = SplitScratch::Node;
    using Item = SplitScratch::Item;

    Filler(std::span<const Share> units, std::span<const GroupBounds> groups,
           std::span<const BranchLimit> branches, Share slack, SplitScratch& scratch) noexcept
        : units_(units.first(std::min(units.size(), scratch.items_.size()))),
          groups_(groups.first(std::min<std::size_t>(groups.size(), max_groups))),
          slack_(sane(slack)),
          items_(scratch.items_),
          nodes_(std::span(scratch.nodes_)
                     .first(std::min(scratch.nodes_.size(), max_groups + branches.size()))) {
        scratch.nodes_used_ = nodes_.size();
        for (std::size_t n = 0; n < nodes_.size(); ++n) {
            nodes_[n] = Node{};
            const bool trunk = n < max_groups;
            const BranchLimit limit = trunk ? BranchLimit{} : branches[n - max_groups];
            nodes_[n].group = trunk ? static_cast<std::uint8_t>(n)
                                    : std::min<std::uint8_t>(limit.group, max_groups - 1);
            nodes_[n].max = fixed(std::clamp<std::int64_t>(limit.max_w, 0, most_w));
        }
        place_units();
    }

    SplitResult run(std::int64_t target_w, std::span<std::int32_t> out) noexcept {
        const std::int64_t target = fixed(target_w);
        const std::int64_t level = level_for(
            target, [this](std::int64_t l, std::int64_t low) { return all(l, low); },
            [this] {
                for (std::size_t g = 0; g < groups_.size(); ++g) keep_values(g);
            });
        for (std::size_t g = 0; g < groups_.size(); ++g) level_group(g, level);
        return hand_out(target_w, out);
    }

  private:
    [[nodiscard]] std::size_t node_of(const Share& s) const noexcept {
        return core::node_of(s, nodes_.size());
    }

    /// Sorts the units by node, so that each node is one range, and finds the highest level. Who
    /// can take nothing is in none.
    void place_units() noexcept {
        for (const Share& s : units_) ++nodes_[node_of(s)].end;
        std::uint32_t begin = 0;
        for (Node& node : nodes_) {
            const std::uint32_t count = node.end;
            node.begin = node.end = begin;
            begin += count;
        }
        Share last = slack_;  // the one that is full last: cap / weight is greatest
        for (const Share& raw : units_) {
            const Share s = sane(raw);
            if (s.cap_w == 0) continue;
            Node& node = nodes_[node_of(s)];
            items_[node.end++] = {s.cap_w, s.weight};
            node.weight += s.weight;
            node.reach_w += s.cap_w;
            if (std::int64_t{s.cap_w} * last.weight > std::int64_t{last.cap_w} * s.weight ||
                last.cap_w == 0) {
                last = s;
            }
        }
        for (const Node& node : nodes_) {
            reach_[node.group] += std::min(node.reach_w, node.max >> places);
        }
        highest_ = last.cap_w == 0 ? 0 : (fixed(last.cap_w) + last.weight - 1) / last.weight;
    }

    /// What a node's units take together at a level, its own bound aside. Items that are full at
    /// `low`, below which nothing is asked any more, are put aside: a search looks at each of them
    /// only until then.
    static Sum free_at(Node& node, std::span<Item> items, std::int64_t level,
                       std::int64_t low) noexcept {
        if (level == 0) return {0, node.weight};
        Sum sum;
        for (std::uint32_t i = node.live; i < node.end; ++i) {
            Item& item = items[i];
            const std::int64_t cap = fixed(item.cap_w);
            const std::int64_t share = at(item.cap_w, item.weight, level);
            if (share < cap) {
                sum.value += share;
                sum.slope += item.weight;
            } else if (at(item.cap_w, item.weight, low) < cap) {
                sum.value += cap;
            } else {
                node.full += cap;
                std::swap(item, items[node.live++]);
            }
        }
        sum.value += node.full;
        return sum;
    }

    /// The same inside its bound; remembers what the bound was put on.
    static Sum node_at(Node& node, std::span<Item> items, std::int64_t level,
                       std::int64_t low) noexcept {
        const Sum sum = free_at(node, items, level, low);
        node.tried = sum.value;
        return sum.value < node.max ? sum : Sum{node.max, 0};
    }

    Sum group_at(std::size_t g, std::int64_t level, std::int64_t low) const noexcept {
        Sum sum;
        for (Node& node : nodes_) {
            if (node.group != g || node.begin == node.end) continue;
            const Sum own = node_at(node, items_, level, low);
            sum.value += own.value;
            sum.slope += own.slope;
        }
        return sum;
    }

    /// A group's sum inside its bounds, as far as its units reach.
    [[nodiscard]] std::int64_t bounded(std::size_t g, std::int64_t value) const noexcept {
        const std::int64_t high = std::clamp<std::int64_t>(groups_[g].max_w, 0, most_w);
        const std::int64_t low = std::min({groups_[g].min_w, high, reach_[g]});
        return std::min(std::max(value, fixed(low)), fixed(high));
    }

    /// All groups inside their bounds, and the slack.
    Sum all(std::int64_t level, std::int64_t low) const noexcept {
        Sum sum;
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            const Sum own = group_at(g, level, low);
            const std::int64_t inside = bounded(g, own.value);
            sum.value += inside;
            if (inside == own.value) sum.slope += own.slope;
        }
        if (slack_.cap_w > 0) sum.add(slack_.cap_w, slack_.weight, level);
        return sum;
    }

    void forget_search() const noexcept {
        for (Node& node : nodes_) {
            node.live = node.begin;
            node.full = 0;
        }
    }

    /// A level whose sum does not exceed the target while that of the next one does, or that meets
    /// it. The sum rises with the level and is made of straight pieces: Newton steps, kept inside a
    /// bracket by bisection. `keep` is told of each level tried last that may be the answer.
    template <class SumAt, class Keep>
    std::int64_t level_for(std::int64_t target, SumAt sum_at, Keep keep) const noexcept {
        forget_search();
        std::int64_t low = 0;
        std::int64_t high = highest_ + 1;
        std::int64_t level = 0;
        while (high - low > 1) {
            const Sum sum = sum_at(level, low);
            const std::int64_t gap = target - sum.value;
            if (gap >= 0) keep();
            if (gap == 0) return level;
            (gap > 0 ? low : high) = level;
            const std::int64_t middle = low + (high - low) / 2;
            level = sum.slope > 0 ? level + std::min(gap / sum.slope, high) : middle;
            if (level <= low) level = gap > 0 ? low + 1 : middle;
            if (level >= high) level = gap > 0 && high == highest_ + 1 ? highest_ : middle;
        }
        return low;
    }

    /// Gives a group its level, its own where a bound holds it, and each of its branches. What its
    /// nodes take at the common level is known from the search for it.
    void level_group(std::size_t g, std::int64_t level) noexcept {
        std::int64_t own = 0;
        for (const Node& node : nodes_) {
            if (node.group == g) own += std::min(node.value, node.max);
        }
        const std::int64_t bound = bounded(g, own);
        pinned_[g] = bound != own;
        sum_w_[g] = bound >> places;
        if (pinned_[g]) {
            for (Node& node : nodes_) node.tried = 0;
            keep_values(g);
            level = level_for(
                bound, [&](std::int64_t l, std::int64_t low) { return group_at(g, l, low); },
                [&] { keep_values(g); });
        }
        for (Node& node : nodes_) {
            if (node.group == g) level_node(node, level);
        }
    }

    /// What the nodes of a group take at its level is what they took at the one tried last.
    void keep_values(std::size_t g) noexcept {
        for (Node& node : nodes_) {
            if (node.group == g) node.value = node.tried;
        }
    }

    void level_node(Node& node, std::int64_t level) noexcept {
        node.level = level;
        node.pinned = node.value >= node.max;
        if (!node.pinned) return;
        node.level = level_for(
            node.max,
            [&](std::int64_t l, std::int64_t low) { return free_at(node, items_, l, low); }, [] {});
    }

    /// Rounds down, then carries what rounding lost: a watt each, where there is room, first inside
    /// the branches that are at a bound, then inside the groups, then to the target.
    SplitResult hand_out(std::int64_t target_w, std::span<std::int32_t> out) noexcept {
        SplitResult result;
        GroupSums given_w{};
        const std::span<std::int32_t> beyond = out.subspan(units_.size());
        std::fill(beyond.begin(), beyond.end(), 0);
        for (std::size_t i = 0; i < units_.size(); ++i) {
            const Share s = sane(units_[i]);
            Node& node = nodes_[node_of(s)];
            out[i] = watts(at(s.cap_w, s.weight, node.level));
            node.given_w += out[i];
        }
        for (const Node& node : nodes_) given_w[node.group] += node.given_w;
        carry_in_branches(out, given_w);
        carry_in_groups(out, given_w);
        for (const std::int64_t w : given_w) result.units_w += w;
        const std::int64_t left = std::max<std::int64_t>(0, target_w - result.units_w);
        result.slack_w = std::min<std::int64_t>(slack_.cap_w, left);
        result.units_w += top_up(left - result.slack_w, out, given_w);
        result.rest_w = target_w - result.units_w - result.slack_w;
        return result;
    }

    using GroupSums = std::array<std::int64_t, max_groups>;

    void carry_in_branches(std::span<std::int32_t> out, GroupSums& given_w) noexcept {
        std::int64_t missing = 0;
        for (const Node& node : nodes_) {
            if (node.pinned) missing += (node.max >> places) - node.given_w;
        }
        for (std::size_t i = 0; i < units_.size() && missing > 0; ++i) {
            const Share s = sane(units_[i]);
            Node& node = nodes_[node_of(s)];
            if (!node.pinned || node.given_w >= node.max >> places) continue;
            missing -= one_more(s, out[i], node, given_w);
        }
    }

    void carry_in_groups(std::span<std::int32_t> out, GroupSums& given_w) noexcept {
        std::int64_t missing = 0;
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            missing += std::max<std::int64_t>(0, sum_w_[g] - given_w[g]);
        }
        for (std::size_t i = 0; i < units_.size() && missing > 0; ++i) {
            const Share s = sane(units_[i]);
            Node& node = nodes_[node_of(s)];
            const std::size_t g = node.group;
            if (g >= groups_.size() || given_w[g] >= sum_w_[g] || node.pinned) continue;
            missing -= one_more(s, out[i], node, given_w);
        }
    }

    std::int64_t top_up(std::int64_t rest, std::span<std::int32_t> out,
                        GroupSums& given_w) noexcept {
        std::int64_t added = 0;
        for (std::size_t i = 0; i < units_.size() && added < rest; ++i) {
            const Share s = sane(units_[i]);
            Node& node = nodes_[node_of(s)];
            const std::size_t g = node.group;
            if (g >= groups_.size() || pinned_[g] || node.pinned) continue;
            if (given_w[g] >= groups_[g].max_w) continue;
            added += one_more(s, out[i], node, given_w);
        }
        return added;
    }

    static std::int32_t one_more(const Share& s, std::int32_t& out, Node& node,
                                 GroupSums& given_w) noexcept {
        if (out >= s.cap_w || node.given_w >= node.max >> places) return 0;
        ++out;
        ++node.given_w;
        ++given_w[node.group];
        return 1;
    }

    std::span<const Share> units_;
    std::span<const GroupBounds> groups_;
    Share slack_;
    std::span<Item> items_;
    std::span<Node> nodes_;
    std::int64_t highest_ = 0;
    GroupSums reach_{};                      ///< what a group's units give together at most
    GroupSums sum_w_{};                      ///< what they are to give
    std::array<bool, max_groups> pinned_{};  ///< its sum is at a bound
};

SplitResult split(std::span<const Share> units, std::span<const GroupBounds> groups,
                  std::span<const BranchLimit> branches, Share slack, std::int64_t target_w,
                  std::span<std::int32_t> out, SplitScratch& scratch) noexcept {
    if (groups.empty()) {
        std::fill(out.begin(), out.end(), 0);
        return {0, 0, target_w};
    }
    return Filler(units, groups, branches, slack, scratch)
        .run(std::clamp<std::int64_t>(target_w, 0, most_w), out);
}

}  // namespace islandbench::dispatch::core
