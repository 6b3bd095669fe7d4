#include "acceptance/verdict.hpp"

namespace islandbench::acceptance {

RunVerdict combine(std::vector<Verdict> criteria) {
    RunVerdict run;
    run.outcome = criteria.empty() ? Outcome::inconclusive : Outcome::pass;
    for (const Verdict& one : criteria) {
        run.outcome = worse(run.outcome, one.outcome);
        switch (one.outcome) {
            case Outcome::pass: ++(one.limit_verified ? run.passed : run.passed_unverified); break;
            case Outcome::inconclusive: ++run.inconclusive; break;
            case Outcome::fail: ++run.failed; break;
            case Outcome::error: ++run.errors; break;
        }
    }
    run.criteria = std::move(criteria);
    return run;
}

int exit_code(const RunVerdict& verdict, bool strict) noexcept {
    if (verdict.criteria.empty()) return 5;
    switch (verdict.outcome) {
        case Outcome::pass: return strict && verdict.passed_unverified > 0 ? 4 : 0;
        case Outcome::inconclusive: return 4;
        case Outcome::fail: return 1;
        case Outcome::error: return 3;
    }
    return 3;
}

std::string counts_text(const RunVerdict& verdict) {
    std::string text;
    const auto add = [&text](int count, const char* what) {
        if (count == 0) return;
        if (!text.empty()) text += ", ";
        text += std::to_string(count) + " " + what;
    };
    add(verdict.passed, "pass");
    add(verdict.passed_unverified, "pass with limit not verified");
    add(verdict.failed, "fail");
    add(verdict.inconclusive, "inconclusive");
    add(verdict.errors, "error");
    return text.empty() ? "nothing judged" : text;
}

}  // namespace islandbench::acceptance
