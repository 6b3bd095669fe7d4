#include "bench/console.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace islandbench::bench {
namespace {

constexpr int bar_width = 30;

}  // namespace

Console::Console(bool quiet, Duration story)
    : quiet_(quiet), terminal_(!quiet && isatty(STDERR_FILENO) != 0), story_(story) {}

Console::~Console() {
    clear();
}

void Console::event(Instant at, const std::string& name, const std::string& detail) {
    if (quiet_) return;
    clear();
    std::fprintf(stderr, "%9.3f s  %-14s %s\n", to_seconds(at), name.c_str(), detail.c_str());
}

void Console::progress(Instant now, const std::function<std::string()>& standing) {
    if (!terminal_ || WallClock::now() < next_draw_) return;
    next_draw_ = WallClock::now() + std::chrono::milliseconds(100);
    const double done = std::clamp(to_seconds(now) / to_seconds(story_), 0.0, 1.0);
    const double wall = std::chrono::duration<double>(WallClock::now() - began_).count();
    const int filled = static_cast<int>(done * bar_width);
    const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                            std::string(static_cast<std::size_t>(bar_width - filled), '.');
    std::fprintf(stderr, "\r\033[K[%s] %s of %s, %.0f x real time, %s", bar.c_str(),
                 format_duration(std::max(now, story_start) - story_start).c_str(),
                 format_duration(story_).c_str(), to_seconds(now) / std::max(wall, 1e-3),
                 standing().c_str());
    std::fflush(stderr);
    drawn_ = true;
}

void Console::clear() {
    if (drawn_) std::fprintf(stderr, "\r\033[K");
    drawn_ = false;
}

}  // namespace islandbench::bench
