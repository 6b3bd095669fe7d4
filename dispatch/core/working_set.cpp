#include "dispatch/core/working_set.hpp"

namespace islandbench::dispatch::core {
namespace {

/// Harder to leave than to enter: no hunting between a set and all.
constexpr std::int32_t leave_permille = 1200;

/// A unit's share as who is in the set is decided by: without the watts that rounding carries down
/// the list, so that where a unit stands decides nothing.
std::int32_t share_w(const Work& work, std::size_t i) noexcept {
    return work.state.scratch.split.rounded_down(work.shares[i]);
}

bool finds_crumbs(const Work& work) noexcept {
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        const std::int64_t least = work.config.units[i].efficient_min_w;
        if (least <= 0) continue;
        const std::int64_t wanted =
            work.state.in_sets != 0 ? permille(least, leave_permille) : least;
        const std::int32_t share = share_w(work, i);
        if (share > 0 && share < wanted) return true;
    }
    return false;
}

bool works(const Work& work, std::size_t i) noexcept {
    return work.state.units[i].set_since_ms != never_reported;
}

/// Energy, more for one that works, less for one that has worked for long. Who has just begun is
/// before all others.
std::int64_t score(const Work& work, std::size_t i) noexcept {
    const std::int64_t energy = work.shares[i].weight;
    if (!works(work, i)) return energy * 1000;
    const std::int64_t on_ms = work.age(work.state.units[i].set_since_ms);
    if (on_ms < work.tuning.set_min_on_ms) return std::int64_t{1} << 60;
    const std::int64_t bonus = std::max(1, work.tuning.set_bonus_permille);
    return on_ms < work.tuning.set_rotate_ms ? energy * bonus : energy * 1000 * 1000 / bonus;
}

/// Highest score on top of the heap; of equals the lowest id, then the first in the list.
bool after(const Candidate& a, const Candidate& b) noexcept {
    if (a.score != b.score) return a.score < b.score;
    return a.id != b.id ? a.id > b.id : a.unit > b.unit;
}

std::span<Candidate> candidates(Work& work, std::size_t group) noexcept {
    std::size_t count = 0;
    for (const std::uint32_t i : work.members(group)) {
        if (work.shares[i].cap_w <= 0 || work.shares[i].weight <= 0) continue;
        work.state.scratch.candidates[count++] = {score(work, i), work.config.units[i].id, i};
    }
    const std::span<Candidate> all = std::span(work.state.scratch.candidates).first(count);
    std::make_heap(all.begin(), all.end(), after);
    return all;
}

struct Asked {
    std::int64_t w = 0;
    std::int64_t rounded_down_w = 0;
};

Asked asked_of(const Work& work, std::size_t group) noexcept {
    Asked asked;
    for (const std::uint32_t i : work.members(group)) {
        asked.w += work.parts[i];
        asked.rounded_down_w += share_w(work, i);
    }
    return asked;
}

std::int32_t ramped_cap_w(const Work& work, std::size_t i) noexcept {
    const Box& box = work.box[i];
    return std::clamp(box.rise_w - box.base_w, 0, box.discharge_w);
}

/// Marks who works in one group, and takes the caps off the others. Ramps count only for how long
/// those that leave stay.
void choose(Work& work, std::size_t group, std::int64_t asked_w, bool charging) noexcept {
    std::int64_t can_w = 0;
    std::int64_t ramped_w = 0;
    std::span<Candidate> left = candidates(work, group);
    const std::int64_t cover = permille(asked_w, work.tuning.set_cover_permille);
    while (!left.empty()) {
        std::pop_heap(left.begin(), left.end(), after);
        const std::size_t i = left.back().unit;
        left = left.first(left.size() - 1);
        const bool member = can_w < cover;
        const bool hands_over = !member && works(work, i) && ramped_w < asked_w;
        UnitState& unit = work.state.units[i];
        if (member || hands_over) {
            // Who leaves gives only what the others cannot yet.
            if (hands_over) {
                work.shares[i].cap_w =
                    to_w(std::min<std::int64_t>(work.shares[i].cap_w, asked_w - ramped_w));
            }
            can_w += charging ? work.box[i].charge_w : work.box[i].discharge_w;
            ramped_w += charging ? work.box[i].charge_w : ramped_cap_w(work, i);
            if (!works(work, i)) unit.set_since_ms = work.now_ms;
        } else {
            unit.set_since_ms = never_reported;
            work.shares[i].cap_w = 0;
        }
    }
}

void forget(Work& work) noexcept {
    if (work.state.in_sets == 0) return;
    work.state.in_sets = 0;
    for (std::size_t i = 0; i < work.unit_count(); ++i) {
        work.state.units[i].set_since_ms = never_reported;
    }
}

}  // namespace

void narrow_set(Work& work, Groups& groups, bool charging) noexcept {
    if (!finds_crumbs(work)) {
        forget(work);
        return;
    }
    work.state.in_sets = 1;
    for (std::size_t g = 0; g < max_groups; ++g) {
        const Asked asked = asked_of(work, g);
        choose(work, g, asked.rounded_down_w, charging);
        groups[g] = {asked.w, asked.w};
    }
}

}  // namespace islandbench::dispatch::core
