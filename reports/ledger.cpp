#include "reports/ledger.hpp"

#include <algorithm>
#include <limits>

#include "base/json_binding.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Conclusion;
using acceptance::conclusion_of;
using acceptance::Verdict;

double share_of(const std::optional<acceptance::Margin>& margin) {
    return margin ? margin->of_limit : std::numeric_limits<double>::infinity();
}

std::string sentence(std::string text) {
    if (!text.empty() && text.back() != '.') text += '.';
    return text;
}

/// Without a judged criterion, or when the bench itself stumbled, the end of the run is the news.
std::string headline_without_criteria(const RunRecord& run) {
    const std::string end = end_text(run);
    return end.empty() ? "No criterion was selected; nothing was judged." : end;
}

std::string headline_of_pass(const RunRecord& run, const Verdict& closest) {
    const std::size_t n = run.end.verdict.criteria.size();
    std::string text =
        n == 1 ? "The one criterion holds" : "All " + std::to_string(n) + " criteria hold";
    if (run.end.reason != EndReason::completed) {
        text = "The run did not complete. As far as it went: " + text;
    }
    if (run.end.verdict.passed_unverified > 0) {
        text += ", " + std::to_string(run.end.verdict.passed_unverified) +
                " of them against a limit that nobody has verified";
    }
    if (!closest.margin) return text + ".";
    const std::string where = where_text(closest);
    return text + ". Closest to its limit: " + closest.id + ", " + closest.title + ", by " +
           size_text(*closest.margin) + (where.empty() ? "" : " (" + where + ")") + ".";
}

/// A run that stands with its known failure: what else there is. Nothing for other runs, whose
/// worst says it.
std::string others_text(const RunRecord& run, Conclusion worst) {
    const auto& all = run.end.verdict;
    if (worst != Conclusion::known_failure) return {};
    const int others = all.passed + all.passed_unverified;
    std::string text;
    if (all.known_failures > 1) {
        text = " " +
               counted(static_cast<std::size_t>(all.known_failures - 1), "more known failure") +
               ".";
    }
    if (others == 0) return text;
    return text + (others == 1 ? " The other criterion holds."
                               : " The other " + std::to_string(others) + " criteria hold.");
}

bool is_known(const Verdict& verdict) {
    return conclusion_of(verdict) == Conclusion::known_failure;
}
bool is_unexpected(const Verdict& verdict) {
    return conclusion_of(verdict) == Conclusion::unexpected_pass;
}

/// "D1, D2" of those that `pick` picks, all with this reason.
std::string ids_with(const RunRecord& run, bool (*pick)(const Verdict&),
                     const std::string& reason) {
    std::string ids;
    for (const Verdict& one : run.end.verdict.criteria) {
        const bool wanted = one.known_failure == reason && pick(one);
        if (wanted) ids += (ids.empty() ? "" : ", ") + one.id;
    }
    return ids;
}

}  // namespace

std::vector<const Verdict*> worst_first(const acceptance::RunVerdict& verdict) {
    std::vector<const Verdict*> list;
    for (const Verdict& one : verdict.criteria) list.push_back(&one);
    std::stable_sort(list.begin(), list.end(), [](const Verdict* a, const Verdict* b) {
        const auto rank_a = conclusion_of(*a), rank_b = conclusion_of(*b);
        if (rank_a != rank_b) return rank_a > rank_b;
        const double share_a = share_of(a->margin);
        const double share_b = share_of(b->margin);
        return share_a != share_b ? share_a < share_b : a->id < b->id;
    });
    return list;
}

std::vector<const acceptance::DeviceVerdict*> worst_first(const Verdict& verdict) {
    using acceptance::DeviceVerdict;
    std::vector<const DeviceVerdict*> list;
    for (const DeviceVerdict& one : verdict.devices) list.push_back(&one);
    std::stable_sort(list.begin(), list.end(), [](const DeviceVerdict* a, const DeviceVerdict* b) {
        if (a->outcome != b->outcome) return a->outcome > b->outcome;
        return share_of(a->margin) < share_of(b->margin);
    });
    return list;
}

std::optional<Instant> moment_of(const Verdict& verdict) {
    return verdict.worst ? verdict.worst : verdict.first;
}

std::string reason_of(const Verdict& verdict) {
    const std::string device = verdict.device + ": ";
    const bool repeats = !verdict.device.empty() && verdict.reason.starts_with(device);
    return repeats ? verdict.reason.substr(device.size()) : verdict.reason;
}

std::string where_text(const Verdict& verdict) {
    std::string text = verdict.device;
    const auto moment = moment_of(verdict);
    if (moment) text += (text.empty() ? "at " : " at ") + clock_text(*moment);
    return text;
}

std::string headline(const RunRecord& run) {
    const auto list = worst_first(run.end.verdict);
    if (list.empty()) return headline_without_criteria(run);
    const Verdict& worst = *list.front();
    if (conclusion_of(worst) == Conclusion::pass) return headline_of_pass(run, worst);
    const std::string where = where_text(worst);
    const std::string text =
        worst.id + ", " + worst.title + (where.empty() ? "" : " (" + where + ")") + ": " +
        sentence(worst.reason.empty() ? std::string(json::enum_text(worst.outcome))
                                      : reason_of(worst));
    return text + others_text(run, conclusion_of(worst));
}

std::string end_text(const RunRecord& run) {
    const std::string at = clock_text(run.end.at);
    std::string text;
    switch (run.end.reason) {
        case EndReason::completed: return {};
        case EndReason::not_told: text = "The story was not told"; break;
        case EndReason::stopped: text = "The run was stopped by a criterion at " + at; break;
        case EndReason::interrupted: text = "The run was interrupted at " + at; break;
        case EndReason::bench_error: text = "The bench failed at " + at; break;
        case EndReason::unfinished:
            text = "The run was never finished; recorded up to " + at + ", nothing was judged";
            break;
    }
    return sentence(text + (run.end.detail.empty() ? "" : ": " + run.end.detail));
}

std::string loads_text(const RunHeader& header) {
    for (const RunInput& input : header.inputs) {
        if (input.kind != load_profiles_kind) continue;
        return "measured, one-minute profiles of " + printable(input.name, 100);
    }
    return {};
}

std::string known_failure_text(const Verdict& verdict) {
    const std::string reason = sentence(verdict.known_failure.value_or(""));
    switch (conclusion_of(verdict)) {
        case Conclusion::known_failure: return "Known to fail: " + reason;
        case Conclusion::unexpected_pass:
            return "Unexpected pass: the story says that it fails (" + *verdict.known_failure +
                   "). Take it off the story's known failures.";
        default: return "Known to fail, but not judged: " + reason;
    }
}

std::vector<std::string> known_failure_texts(const RunRecord& run) {
    std::vector<std::string> reasons;
    for (const Verdict& one : run.end.verdict.criteria) {
        const auto& reason = one.known_failure;
        const bool told =
            !reason || std::find(reasons.begin(), reasons.end(), *reason) != reasons.end();
        if (!told) reasons.push_back(*reason);
    }
    std::vector<std::string> texts;
    for (const std::string& reason : reasons) {
        const std::string known = ids_with(run, is_known, reason);
        const std::string unexpected = ids_with(run, is_unexpected, reason);
        if (!known.empty()) {
            const bool several = known.find(',') != std::string::npos;
            texts.push_back(known + (several ? " are" : " is") +
                            " known to fail: " + sentence(reason) +
                            (run.header.strict ? " --strict takes no failure for known." : ""));
        }
        if (!unexpected.empty()) {
            texts.push_back("Unexpected pass: " + unexpected +
                            ". The story says that this fails (" + reason +
                            "): take it off the story's known failures.");
        }
    }
    return texts;
}

Conclusion conclusion_of(const RunRecord& run) noexcept {
    const Conclusion judged = acceptance::conclude(run.end.verdict, run.header.strict);
    switch (run.end.reason) {
        case EndReason::completed: return judged;
        case EndReason::bench_error: return Conclusion::error;
        case EndReason::not_told:
        case EndReason::stopped:
        case EndReason::interrupted:
        case EndReason::unfinished: break;
    }
    // What was to fail might have failed, had the run gone on.
    if (judged == Conclusion::unexpected_pass) return Conclusion::inconclusive;
    return acceptance::worse(judged, Conclusion::inconclusive);
}

int exit_code_of(const RunRecord& run) noexcept {
    constexpr int bench_error = 3, inconclusive = 4, interrupted = 130;
    const int judged = acceptance::exit_code(run.end.verdict, run.header.strict);
    switch (run.end.reason) {
        case EndReason::completed: return judged;
        case EndReason::not_told:
        case EndReason::stopped:
            return conclusion_of(run) == Conclusion::inconclusive && judged != 5 ? inconclusive
                                                                                 : judged;
        case EndReason::interrupted: return interrupted;
        case EndReason::bench_error:
        case EndReason::unfinished: break;
    }
    return bench_error;
}

bool is_green(const Verdict& verdict, bool strict) noexcept {
    return conclusion_of(verdict) == Conclusion::pass && (verdict.limit_verified || !strict);
}

}  // namespace islandbench::reports
