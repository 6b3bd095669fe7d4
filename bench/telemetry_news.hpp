#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/signals.hpp"
#include "bench/run_files.hpp"
#include "dispatch/loop/dispatch_loop.hpp"

namespace islandbench::bench {

/// Tells what telemetry shows. Of every street: devices that have said nothing for longer than the
/// dispatch core believes their last word ("lost"), and that are heard again ("back"); many at a
/// time become one sentence. Of a street that is elsewhere, where nobody here knows the truth:
/// also what its switch and its contactors are seen to do.
class TelemetryNews {
  public:
    using Listener = std::function<void(std::string_view event, std::string detail)>;

    /// Adds the events "lost" and "back" to `signals` and, when `elsewhere`, the events
    /// "seen_grid_lost", "seen_open", "seen_island", "seen_grid_back", "seen_closed", "seen_shed"
    /// and "seen_restore". The loop's signals are there already. All must outlive the news.
    TelemetryNews(const RunFiles& files, const dispatch::DispatchLoop& loop, Signals& signals,
                  bool elsewhere, Listener listener);

    /// After a tick.
    void look(Instant now);

  private:
    /// A flag of telemetry, and what its rise and fall are called.
    struct Flag {
        SignalId signal{};
        double before = Signals::no_value;
        SignalId rise{}, fall{};
        const char* rise_event = nullptr;  ///< nullptr: not worth telling
        const char* fall_event = nullptr;
        const char* rise_text = "";
        const char* fall_text = "";
    };
    struct Contactor {
        SignalId shed{};
        std::string home;
        int tier = 0;
        double before = Signals::no_value;
    };
    /// Changes that wait for others of the same kind.
    struct Batch {
        std::vector<std::string> devices;
        Instant due = never;
    };

    void add_flag(const char* quantity, Flag flag);
    void add_contactors(const Site& site);
    void look_at_links(Instant now);
    void change(const std::string& device, bool lost, Instant now);
    void tell_batch(Batch& batch, bool lost, Instant now);
    void look_at_switch();
    void look_at_contactors();
    [[nodiscard]] std::string reason(const std::vector<std::string>& devices) const;
    void tell(SignalId event, std::string_view name, std::string detail);

    const dispatch::DispatchLoop& loop_;
    Signals& signals_;
    Listener listener_;
    std::vector<std::string> all_;
    std::map<std::string, Duration> hold_;
    std::map<std::string, bool> is_lost_;
    Batch lost_, back_;
    Instant next_look_{};
    std::vector<Flag> flags_;
    std::vector<Contactor> contactors_;
    SignalId lost_event_{}, back_event_{}, shed_event_{}, restore_event_{};
};

/// "home3.inverter", "home1 (3 devices), home2 (3 devices) and 31 more (90 devices)", "all 66
/// devices": some devices of all, in words that fit a line. Both in the site's order.
std::string in_few_words(const std::vector<std::string>& devices,
                         const std::vector<std::string>& all);

}  // namespace islandbench::bench
