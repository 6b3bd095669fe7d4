#include "bench/live_area.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace islandbench::bench {

LiveArea::LiveArea() : terminal_(isatty(STDOUT_FILENO) != 0) {}

TerminalSize LiveArea::size() {
    winsize window{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
    if (!known) return {};
    return {std::max<std::size_t>(window.ws_col, 20), std::max<std::size_t>(window.ws_row, 5)};
}

void LiveArea::draw(const std::vector<std::string>& lines) {
    if (!terminal_) return;
    // One write, so that nobody sees half of it; lines are cleared one by one, without flicker.
    std::string text;
    if (drawn_ > 0) text += "\033[" + std::to_string(drawn_) + "A";
    text += "\r";
    for (const std::string& line : lines) text += line + "\033[K\n";
    text += "\033[J";
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    drawn_ = lines.size();
}

void LiveArea::clear() {
    if (drawn_ == 0) return;
    std::printf("\033[%zuA\r\033[J", drawn_);
    std::fflush(stdout);
    drawn_ = 0;
}

}  // namespace islandbench::bench
