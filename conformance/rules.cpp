#include "conformance/rules.hpp"

#include <algorithm>
#include <cstdio>

#include "conformance/controls.hpp"

namespace islandbench::conformance {

namespace {

/// Both ways have to hold, as far as the device has them.
void add_other_way(Judgement& into, const Judgement& other, const std::string& by) {
    for (const Found& found : other.found) {
        const bool known = std::any_of(into.found.begin(), into.found.end(),
                                       [&](const Found& f) { return f.text == found.text; });
        if (!known) into.add(by + found.text, found.exchange);
    }
    if (into.not_there && !other.not_there) {
        into.not_there = false;
        into.not_tested = other.not_tested.empty() ? "" : by + other.not_tested;
    } else if (into.not_tested.empty() && !other.not_tested.empty() && !other.not_there) {
        into.not_tested = by + other.not_tested;
    }
}

}  // namespace

std::span<const Rule> rules() {
    static const std::vector<Rule> all = [] {
        std::vector<Rule> list;
        for (const auto& group :
             {detail::map_rules, detail::value_rules, detail::plausibility_rules,
              detail::access_rules, detail::link_rules, detail::control_rules,
              detail::witness_rules}) {
            list.insert(list.end(), group.begin(), group.end());
        }
        return list;
    }();
    return all;
}

std::vector<Judged> judge(const Snapshot& device) {
    std::vector<Judged> judged;
    for (const Rule& rule : rules()) judged.push_back({&rule, rule.judge(device)});
    if (!has_other_way(device)) return judged;
    Snapshot other = device;
    other.turn_way();
    const std::string by = "by " + controls_of(other).text() + ": ";
    for (Judged& one : judged) {
        if (one.rule->id.starts_with("control.") || one.rule->id.starts_with("access.")) {
            add_other_way(one.judgement, one.rule->judge(other), by);
        }
    }
    return judged;
}

std::string figure(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

std::optional<std::size_t> frames_of(const Experiment& experiment) {
    if (experiment.writes.empty()) return std::nullopt;
    return experiment.writes.back();
}

}  // namespace islandbench::conformance
