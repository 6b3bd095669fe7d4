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

/// To the beginning of the first line; the cursor stands behind the last one.
std::string LiveArea::back_to_top() const {
    std::string text = "\r";
    if (drawn_ > 1) text += "\033[" + std::to_string(drawn_ - 1) + "A";
    return text;
}

void LiveArea::draw(const std::vector<std::string>& lines) {
    if (!terminal_ || lines.empty()) return;
    // One write, so that nobody sees half of it; lines are cleared one by one, without flicker.
    std::string text = back_to_top();
    for (const std::string& line : lines) text += line + "\033[K\n";
    text.pop_back();  // a line break behind the last one would scroll a full window
    text += "\033[J";
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    drawn_ = lines.size();
}

void LiveArea::clear() {
    if (drawn_ == 0) return;
    const std::string text = back_to_top() + "\033[J";
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    drawn_ = 0;
}

}  // namespace islandbench::bench
