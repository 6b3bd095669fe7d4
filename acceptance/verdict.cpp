#include "acceptance/verdict.hpp"

#include <algorithm>

namespace islandbench::acceptance {
namespace {

int& count_of(RunVerdict& run, const Verdict& one) {
    switch (conclusion_of(one)) {
        case Conclusion::pass: return one.limit_verified ? run.passed : run.passed_unverified;
        case Conclusion::known_failure: return run.known_failures;
        case Conclusion::inconclusive: return run.inconclusive;
        case Conclusion::unexpected_pass: return run.unexpected_passes;
        case Conclusion::fail: return run.failed;
        case Conclusion::error: break;
    }
    return run.errors;
}

}  // namespace

Conclusion conclusion_of(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::pass: return Conclusion::pass;
        case Outcome::inconclusive: return Conclusion::inconclusive;
        case Outcome::fail: return Conclusion::fail;
        case Outcome::error: break;
    }
    return Conclusion::error;
}

Conclusion conclusion_of(const Verdict& verdict) noexcept {
    const Conclusion plain = conclusion_of(verdict.outcome);
    if (!verdict.known_failure) return plain;
    if (plain == Conclusion::fail) return Conclusion::known_failure;
    if (plain == Conclusion::pass) return Conclusion::unexpected_pass;
    return plain;
}

void expect_failures(std::vector<Verdict>& criteria, const std::vector<std::string>& ids,
                     const std::string& reason) {
    for (Verdict& one : criteria) {
        if (std::find(ids.begin(), ids.end(), one.id) != ids.end()) one.known_failure = reason;
    }
}

void forget_truth(std::vector<Verdict>& criteria, const std::string& why) {
    for (Verdict& one : criteria) {
        const bool judges =
            std::any_of(one.signals.begin(), one.signals.end(),
                        [](const auto& name) { return name.starts_with("truth."); });
        const bool decided = one.outcome == Outcome::pass || one.outcome == Outcome::fail;
        if (!judges || !decided) continue;
        one.outcome = Outcome::inconclusive;
        one.margin.reset();
        one.first.reset();
        one.worst.reset();
        one.device.clear();
        one.devices.clear();
        one.reason = why;
    }
}

RunVerdict combine(std::vector<Verdict> criteria) {
    RunVerdict run;
    run.conclusion = criteria.empty() ? Conclusion::inconclusive : Conclusion::pass;
    for (const Verdict& one : criteria) {
        run.conclusion = worse(run.conclusion, conclusion_of(one));
        ++count_of(run, one);
    }
    run.criteria = std::move(criteria);
    return run;
}

Conclusion conclude(const RunVerdict& verdict, bool strict) noexcept {
    Conclusion conclusion = verdict.conclusion;
    if (!strict) return conclusion;
    if (verdict.passed_unverified > 0) conclusion = worse(conclusion, Conclusion::inconclusive);
    if (verdict.known_failures > 0) conclusion = worse(conclusion, Conclusion::fail);
    return conclusion;
}

int exit_code(const RunVerdict& verdict, bool strict) noexcept {
    if (verdict.criteria.empty()) return 5;
    switch (conclude(verdict, strict)) {
        case Conclusion::pass:
        case Conclusion::known_failure: return 0;
        case Conclusion::inconclusive: return 4;
        case Conclusion::unexpected_pass:
        case Conclusion::fail: return 1;
        case Conclusion::error: break;
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
    add(verdict.known_failures, verdict.known_failures == 1 ? "known failure" : "known failures");
    add(verdict.failed, "fail");
    add(verdict.unexpected_passes,
        verdict.unexpected_passes == 1 ? "unexpected pass" : "unexpected passes");
    add(verdict.inconclusive, "inconclusive");
    add(verdict.errors, "error");
    return text.empty() ? "nothing judged" : text;
}

}  // namespace islandbench::acceptance
