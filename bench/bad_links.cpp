#include "bench/bad_links.hpp"

#include "base/unit_text.hpp"

namespace islandbench::bench {

void BadLinks::begin(const LinkStep& step, Instant now) {
    active_.push_back({&step, now + step.duration});
    if (step.half_open.value_or(false)) world_.leave_half_open(step.of);
    tell_world();
}

std::vector<std::string> BadLinks::end(Instant now) {
    std::vector<std::string> ended;
    std::erase_if(active_, [&](const Active& one) {
        if (one.until > now) return false;
        ended.push_back(one.step->of);
        return true;
    });
    if (!ended.empty()) tell_world();
    return ended;
}

void BadLinks::tell_world() {
    std::vector<const LinkStep*> steps;
    for (const Active& one : active_) steps.push_back(one.step);
    world_.set_links(steps);
}

std::string describe(const LinkStep& step) {
    std::string text;
    const auto add = [&text](const std::string& part) {
        text += (text.empty() ? "" : ", ") + part;
    };
    const auto share = [&add](const std::optional<Ratio>& of, const char* what) {
        if (of) add(format_measure(*of) + " of replies " + what);
    };
    if (step.delay_median) add("median delay " + format_duration(*step.delay_median));
    if (step.delay_p99) add("99th percentile of the delay " + format_duration(*step.delay_p99));
    share(step.loss, "lost");
    share(step.corrupt, "with a wrong bit");
    share(step.reorder, "out of order");
    share(step.reset, "answered by a reset");
    if (step.drip) add(format_duration(*step.drip) + " between any two bytes");
    if (step.half_open.value_or(false)) add("its connections are left half open");
    return "the link of " + step.of + ": " + text + ", for " + format_duration(step.duration);
}

}  // namespace islandbench::bench
