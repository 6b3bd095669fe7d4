#include "emulators/plant/day_schedule.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace islandbench::plant {
namespace {

bool is_on(const Use& use, Duration at) {
    return within_day(at - use.from) < use.length;
}

/// Added up anew at each edge: what is off leaves no rounding behind.
ZipSum sum_at(const std::vector<const Use*>& uses, Duration at) {
    ZipSum sum;
    for (const Use* use : uses) {
        if (is_on(*use, at)) sum += use->load;
    }
    return sum;
}

}  // namespace

DemandDay day_of(const std::vector<Use>& uses) {
    DemandDay changes;
    for (int tier = 0; tier < tiers; ++tier) {
        std::vector<const Use*> of_tier;
        std::vector<Duration> edges;
        for (const Use& use : uses) {
            if (use.tier != tier) continue;
            of_tier.push_back(&use);
            edges.push_back(within_day(use.from));
            edges.push_back(within_day(use.from + use.length));
        }
        std::sort(edges.begin(), edges.end());
        edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
        for (const Duration at : edges) changes.push_back({at, tier, sum_at(of_tier, at)});
    }
    std::stable_sort(changes.begin(), changes.end(),
                     [](const DemandChange& a, const DemandChange& b) { return a.at < b.at; });
    return changes;
}

DaySchedule::DaySchedule(DemandDay day, Duration time_of_day, Instant now)
    : day_(std::move(day)), midnight_(now - within_day(time_of_day)) {
    for (const DemandChange& change : day_) {
        IB_ASSERT(change.at >= 0s && change.at < islandbench::day);
        IB_ASSERT(change.tier >= 0 && change.tier < tiers);
    }
    if (day_.empty()) return;
    // A day long up to now, so that every tier stands where its last change left it.
    midnight_ -= islandbench::day;
    next_ = midnight_ + day_.front().at;
    (void)advance(now);
}

bool DaySchedule::advance(Instant now) {
    bool any = false;
    while (now >= next_) {
        const DemandChange& change = day_[position_];
        loads_[static_cast<std::size_t>(change.tier)] = change.load;
        step_on();
        any = true;
    }
    return any;
}

void DaySchedule::step_on() {
    if (++position_ == day_.size()) {
        position_ = 0;
        midnight_ += islandbench::day;
    }
    next_ = midnight_ + day_[position_].at;
}

}  // namespace islandbench::plant
