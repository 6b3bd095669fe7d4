#include "conformance/rules.hpp"

#include <cstdio>

namespace islandbench::conformance {

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
