#include "reports/chart/labels.hpp"

#include <algorithm>
#include <numeric>

namespace islandbench::reports {

double text_width(std::string_view utf8, double font_size) noexcept {
    constexpr std::string_view narrow = " ijltfrI.,:;!|'()[]";
    constexpr std::string_view wide = "mwMW%@";
    double em = 0.0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0) == 0x80) continue;  // inside a character
        if (byte >= 0xe3) {
            em += 1.0;  // East Asian and beyond
        } else if (narrow.find(c) != std::string_view::npos) {
            em += 0.37;
        } else if (wide.find(c) != std::string_view::npos) {
            em += 0.95;
        } else {
            em += (c >= 'A' && c <= 'Z') ? 0.74 : 0.62;
        }
    }
    return em * font_size;
}

int place_flags(std::vector<Flag>& flags, double font_size, double gap) {
    std::stable_sort(flags.begin(), flags.end(),
                     [](const Flag& a, const Flag& b) { return a.x < b.x; });
    int rows = 0;
    // From the right: a flag whose text would reach the next leader goes above every flag that it
    // would reach. So a leader never finds a text below it that begins further left.
    for (std::size_t i = flags.size(); i-- > 0;) {
        const double end = flags[i].x + text_width(flags[i].text, font_size) + gap;
        int row = 0;
        for (std::size_t j = i + 1; j < flags.size() && flags[j].x < end; ++j) {
            row = std::max(row, flags[j].row + 1);
        }
        flags[i].row = row;
        rows = std::max(rows, row + 1);
    }
    return rows;
}

std::vector<double> spread(const std::vector<double>& wanted, double height, double top,
                           double bottom) {
    std::vector<std::size_t> order(wanted.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&wanted](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
    std::vector<double> placed(wanted.size());
    double free_from = top;
    for (const std::size_t i : order) {
        placed[i] = std::max(wanted[i], free_from);
        free_from = placed[i] + height;
    }
    double free_to = bottom;
    for (auto i = order.rbegin(); i != order.rend(); ++i) {
        placed[*i] = std::min(placed[*i], free_to);
        free_to = placed[*i] - height;
    }
    return placed;
}

}  // namespace islandbench::reports
