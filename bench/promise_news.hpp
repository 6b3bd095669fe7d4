#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/signals.hpp"
#include "base/site.hpp"
#include "dispatch/loop/dispatch_loop.hpp"

namespace islandbench::bench {

/// Tells what becomes of promises: one is at risk, and how long it can still be kept ("before" an
/// outage: could not be kept if one came now), one is kept again or broken, an owner who had
/// promised to take part opts out, owners' reserves are in use.
class PromiseNews {
  public:
    using Listener = std::function<void(std::string_view event, std::string detail)>;

    /// Adds the events "promise_at_risk", "promise_kept", "promise_broken", "firm_opt_out",
    /// "reserves_released" and "reserves_kept" to `signals`. All must outlive the news.
    PromiseNews(const Site& site, const dispatch::DispatchLoop& loop, Signals& signals,
                Listener listener);

    /// After a tick; cheap where the core has not stepped since.
    void look();

  private:
    void look_at_promise(std::size_t k);
    void tell(SignalId event, std::string_view name, std::string detail);

    const dispatch::DispatchLoop& loop_;
    Signals& signals_;
    Listener listener_;
    std::vector<std::string> names_;
    std::vector<dispatch::core::PromiseState> told_;
    std::uint64_t steps_ = 0;
    std::int32_t firm_opt_outs_ = 0;
    bool released_ = false;
    SignalId at_risk_{}, kept_{}, broken_{}, opt_out_{}, released_event_{}, kept_back_{};
};

}  // namespace islandbench::bench
