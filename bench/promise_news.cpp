#include "bench/promise_news.hpp"

#include <chrono>

namespace islandbench::bench {
namespace {

namespace core = dispatch::core;

std::string in_words(std::int64_t ms) {
    const Duration exact = std::chrono::milliseconds{ms};
    return format_duration(std::chrono::floor<std::chrono::seconds>(exact));
}

}  // namespace

PromiseNews::PromiseNews(const Site& site, const dispatch::DispatchLoop& loop, Signals& signals,
                         Listener listener)
    : loop_(loop), signals_(signals), listener_(std::move(listener)) {
    for (const PrioritySiteSpec& one : site.priority_sites) names_.push_back(one.name);
    told_.resize(names_.size());
    at_risk_ = signals_.add_event("promise_at_risk");
    kept_ = signals_.add_event("promise_kept");
    broken_ = signals_.add_event("promise_broken");
    opt_out_ = signals_.add_event("firm_opt_out");
    released_event_ = signals_.add_event("reserves_released");
    kept_back_ = signals_.add_event("reserves_kept");
}

void PromiseNews::look() {
    if (loop_.steps() == steps_) return;
    steps_ = loop_.steps();
    for (std::size_t k = 0; k < names_.size(); ++k) look_at_promise(k);
    const core::SiteOut& out = loop_.out();
    if (out.firm_opt_outs > firm_opt_outs_) {
        tell(opt_out_, "firm_opt_out",
             "an owner who had promised to take part has opted out: " +
                 std::to_string(out.firm_opt_outs) + " in this outage");
    }
    firm_opt_outs_ = out.firm_opt_outs;
    const bool released = (out.alarms & core::bit(core::Alarm::reserve_released)) != 0;
    if (released && !released_) {
        tell(released_event_, "reserves_released", "owners' reserves are in use for a promise");
    }
    if (!released && released_) {
        tell(kept_back_, "reserves_kept", "owners' reserves are theirs again");
    }
    released_ = released;
}

void PromiseNews::look_at_promise(std::size_t k) {
    const core::PromiseOut& promise = loop_.out().promises[k];
    const core::PromiseState before = told_[k];
    told_[k] = promise.state;
    if (promise.state == before) return;
    const std::string to = "the promise to " + names_[k];
    if (promise.state == core::PromiseState::at_risk) {
        const bool outage = loop_.state().event_ms != core::never_reported;
        tell(at_risk_, "promise_at_risk",
             to + (outage ? " is at risk: " : " could not be kept if the grid were lost now: ") +
                 in_words(promise.time_left_ms) + " of " + in_words(promise.remaining_ms) +
                 " are sure");
    }
    if (promise.state == core::PromiseState::broken) {
        tell(broken_, "promise_broken", to + " is broken");
    }
    // At the start all are as they should be: nobody asked.
    if (promise.state == core::PromiseState::kept && before != core::PromiseState::none) {
        tell(kept_, "promise_kept", to + " is sure again");
    }
}

void PromiseNews::tell(SignalId event, std::string_view name, std::string detail) {
    listener_(name, std::move(detail));
    signals_.happened(event);
}

}  // namespace islandbench::bench
