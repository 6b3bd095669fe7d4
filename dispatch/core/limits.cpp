#include "dispatch/core/services.hpp"

namespace islandbench::dispatch::core {
namespace {

constexpr std::int64_t day_ms = 24 * 3600 * 1000;

bool exceeded(const Work& work) noexcept {
    const std::int64_t flow = work.site.poi_w;
    return -flow > work.tuning.export_limit_w || flow > work.tuning.import_limit_w;
}

int counted_within(const Work& work, std::int64_t ms) noexcept {
    int count = 0;
    for (const std::int64_t at : work.state.services.counted_ms) count += work.age(at) <= ms;
    return count;
}

void count(Work& work) noexcept {
    ServiceState& s = work.state.services;
    s.counted = 1;
    ++s.excursions;
    for (std::size_t i = s.counted_ms.size(); --i > 0;) s.counted_ms[i] = s.counted_ms[i - 1];
    s.counted_ms[0] = work.now_ms;
    if (s.limit == LimitState::kept) s.limit = LimitState::exceeded;
}

void end_lock(Work& work) noexcept {
    ServiceState& s = work.state.services;
    if (s.limit != LimitState::locked) return;
    if (!work.site.unlock && work.now_ms < s.locked_until_ms) return;
    s.limit = LimitState::kept;
    // Looked into: it begins anew. A lock that ran out leaves the day's count.
    if (work.site.unlock) s.counted_ms.fill(never_reported);
}

}  // namespace

void watch_limits(Work& work) noexcept {
    ServiceState& s = work.state.services;
    const ServiceConfig& c = work.config.services;
    end_lock(work);
    const bool judged = connected(work.state.fsm) && work.new_poi;
    if (!connected(work.state.fsm)) s.excess_since_ms = never_reported;
    if (judged && !exceeded(work)) {
        s.excess_since_ms = never_reported;
        s.counted = 0;
        if (s.limit == LimitState::exceeded) s.limit = LimitState::kept;
    }
    if (judged && exceeded(work)) {
        if (s.excess_since_ms == never_reported) s.excess_since_ms = work.now_ms;
        const std::int64_t lasted = work.age(s.excess_since_ms);
        if (lasted >= c.excess_counts_ms && s.counted == 0) count(work);
        const bool too_long = lasted >= c.excess_locks_ms;
        const bool too_often = s.counted != 0 && (counted_within(work, c.repeat_ms) >= c.repeats ||
                                                  counted_within(work, day_ms) > c.per_day);
        if ((too_long || too_often) && s.limit != LimitState::locked) {
            s.limit = LimitState::locked;
            s.locked_until_ms = work.now_ms + c.lock_ms;
        }
    }
    if (s.limit == LimitState::locked) work.alarm(Alarm::limit_lockout);
    work.out.limit = s.limit;
    work.out.excursions = s.excursions;
}

}  // namespace islandbench::dispatch::core
