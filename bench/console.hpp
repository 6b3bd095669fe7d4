#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/time.hpp"

namespace islandbench::bench {

/// What a person sees while a run goes on: one line per event of the story, and on a terminal a bar
/// beneath them.
class Console {
  public:
    Console(bool quiet, Duration story);
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    void event(Instant at, const std::string& name, const std::string& detail);
    /// Redraws the bar, at most ten times a second. `standing`: how the criteria stand, in a few
    /// words.
    void progress(Instant now, const std::function<std::string()>& standing);
    /// Takes the bar away.
    void clear();

  private:
    using WallClock = std::chrono::steady_clock;

    bool quiet_;
    bool terminal_;
    bool drawn_ = false;
    Duration story_;
    WallClock::time_point began_ = WallClock::now();
    WallClock::time_point next_draw_ = began_;
};

}  // namespace islandbench::bench
