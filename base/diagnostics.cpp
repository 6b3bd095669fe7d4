#include "base/diagnostics.hpp"

#include <algorithm>
#include <numeric>
#include <ostream>

namespace islandbench {
namespace {

/// Levenshtein distance: insertions, deletions and replacements from one name to the other.
std::size_t distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string to_text(const Diagnostic& diagnostic) {
    std::string text = diagnostic.file;
    if (diagnostic.line > 0) text += ":" + std::to_string(diagnostic.line);
    if (!diagnostic.path.empty()) text += ": " + diagnostic.path;
    return text + ": " + diagnostic.message;
}

std::ostream& operator<<(std::ostream& out, const Diagnostics& diagnostics) {
    for (const Diagnostic& one : diagnostics.list()) out << to_text(one) << '\n';
    return out;
}

std::string suggestion(const std::string& wrong, const std::vector<std::string>& known) {
    const std::string* best = nullptr;
    std::size_t best_distance = std::max<std::size_t>(wrong.size() / 2, 1) + 1;
    for (const std::string& name : known) {
        const std::size_t d = distance(wrong, name);
        if (d < best_distance) {
            best_distance = d;
            best = &name;
        }
    }
    return best == nullptr ? std::string{} : " (did you mean \"" + *best + "\"?)";
}

}  // namespace islandbench
