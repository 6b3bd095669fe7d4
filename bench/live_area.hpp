#pragma once

#include <string>
#include <vector>

#include "bench/street_table.hpp"

namespace islandbench::bench {

/// Lines at the bottom of a terminal that are drawn again and again; what is printed meanwhile
/// scrolls past above them. On anything but a terminal nothing is drawn.
class LiveArea {
  public:
    LiveArea();
    ~LiveArea() { clear(); }
    LiveArea(const LiveArea&) = delete;
    LiveArea& operator=(const LiveArea&) = delete;

    [[nodiscard]] bool on_terminal() const noexcept { return terminal_; }
    /// As large as the window is now.
    [[nodiscard]] static TerminalSize size();
    void draw(const std::vector<std::string>& lines);
    /// Takes the lines away, before something else is printed.
    void clear();

  private:
    [[nodiscard]] std::string back_to_top() const;

    bool terminal_;
    std::size_t drawn_ = 0;  ///< lines
};

}  // namespace islandbench::bench
