#include "base/site.hpp"
#include "base/site/complaints.hpp"

namespace islandbench {
namespace {

void behind(Complaints& complaints, const LineSpec& line, const std::string& what) {
    complaints.complain(line.place, "phase_limit", what);
}

}  // namespace

std::optional<std::size_t> limited_line_of(const Site& site, const std::string& bus) {
    std::string at = bus;
    for (std::size_t steps = 0; steps <= site.lines.size(); ++steps) {  // not for ever in a loop
        std::size_t up = 0;
        while (up < site.lines.size() && site.lines[up].to != at) ++up;
        if (up == site.lines.size()) return std::nullopt;
        if (site.lines[up].phase_limit) return up;
        at = site.lines[up].from;
    }
    return std::nullopt;
}

void check_branches(const Site& site, Complaints& complaints) {
    for (const LineSpec& line : site.lines) {
        if (!line.phase_limit) continue;
        complaints.positive(line.phase_limit->value(), line.place, "phase_limit");
        if (const auto other = limited_line_of(site, line.from)) {
            behind(complaints, line,
                   "lies itself behind a cable with a limit, to \"" + site.lines[*other].to + "\"");
        }
    }
    if (const auto line = limited_line_of(site, site.former.bus)) {
        behind(complaints, site.lines[*line],
               "the former \"" + site.former.name + "\" hangs behind it");
    }
    for (const PrioritySiteSpec& one : site.priority_sites) {
        const auto line = limited_line_of(site, one.bus);
        if (!line) continue;
        behind(complaints, site.lines[*line],
               "\"" + one.name + "\" hangs behind it, and nobody tells what it draws");
    }
}

}  // namespace islandbench
