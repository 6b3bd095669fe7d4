#include "reports/rejudged.hpp"

#include <algorithm>

#include "base/json_binding.hpp"
#include "reports/ledger.hpp"
#include "reports/store/verdict_json.hpp"
#include "reports/text.hpp"
#include "reports/text_table.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Verdict;
using json::Value;

const Verdict* find(const RunRecord& run, const std::string& id) {
    for (const Verdict& one : run.end.verdict.criteria) {
        if (one.id == id) return &one;
    }
    return nullptr;
}

std::string word_of(const Verdict* verdict) {
    return verdict == nullptr ? "not judged" : verdict_word(*verdict);
}

std::string margin_of(const Verdict* verdict) {
    return verdict == nullptr ? "-" : margin_text(verdict->margin);
}

std::string row(const Moved& one, Colours colours) {
    const Verdict& named = one.now != nullptr ? *one.now : *one.then;
    std::string line = one.has_moved() ? "> " : "  ";
    line += cell(one.id, 4) + "  " + cell(word_of(one.then), 12) + "  ";
    const std::string now = cell(word_of(one.now), 12);
    line += (one.now == nullptr ? now : coloured(now, conclusion_of(*one.now), colours)) + "  ";
    line += cell(margin_of(one.then), 13, true) + "  " + cell(margin_of(one.now), 13, true) + "  ";
    line += cell(named.device.empty() ? "-" : named.device, 14) + "  " + cell(named.title, 21);
    while (line.back() == ' ') line.pop_back();
    line += "\n";
    if (one.has_moved() && one.now != nullptr) line += wrapped(one.now->reason, "        ");
    return line;
}

Value verdict_value(const Verdict* verdict) {
    return verdict == nullptr ? Value{} : json::write_document(*verdict);
}

Value conclusion_value(const RunRecord& run) {
    Value object = Value::object();
    object.set("verdict", json::enum_text(conclusion_of(run)));
    object.set("counts", acceptance::counts_text(run.end.verdict));
    return object;
}

}  // namespace

bool Moved::has_moved() const noexcept {
    if (then == nullptr || now == nullptr) return true;
    return then->outcome != now->outcome || then->limit_verified != now->limit_verified;
}

std::vector<Moved> Rejudged::criteria_moved() const {
    std::vector<Moved> all;
    for (const Verdict& one : now.end.verdict.criteria) {
        all.push_back({one.id, find(then, one.id), &one});
    }
    for (const Verdict& one : then.end.verdict.criteria) {
        if (find(now, one.id) == nullptr) all.push_back({one.id, &one, nullptr});
    }
    return all;
}

std::string claim_of_rejudging() {
    return "Judged from the record, which is thinned: a value is known to the dead band of its "
           "signal and to the millisecond, and what is nearer to its limit is inconclusive. What "
           "was before the first sample is unknown.";
}

std::string rejudged_text(const Rejudged& run, Colours colours) {
    const std::vector<Moved> all = run.criteria_moved();
    const auto moved =
        std::count_if(all.begin(), all.end(), [](const Moved& one) { return one.has_moved(); });
    const acceptance::Conclusion now = conclusion_of(run.now);
    std::string out = "\n" + upper(json::enum_text(conclusion_of(run.then))) + " then, " +
                      coloured(upper(json::enum_text(now)), now, colours) +
                      " now: " + std::to_string(moved) + " of " + std::to_string(all.size()) +
                      " moved\n";
    out += wrapped("Then " + acceptance::counts_text(run.then.end.verdict) + "; now " +
                       acceptance::counts_text(run.now.end.verdict) + " by " + run.criteria,
                   "");
    if (const std::string end = end_text(run.then); !end.empty()) {
        out += wrapped("Then: " + end, "");
    }
    out += wrapped(claim_of_rejudging(), "");
    if (all.empty()) return out;
    out += "\n  " + cell("id", 4) + "  " + cell("then", 12) + "  " + cell("now", 12) + "  " +
           cell("margin then", 13, true) + "  " + cell("margin now", 13, true) + "  " +
           cell("device", 14) + "  criterion\n";
    for (const Moved& one : all) out += row(one, colours);
    if (!run.now.header.own_limits.empty()) {
        out += wrapped(
            "Judged by limits that are not the installed ones: " + run.now.header.own_limits, "");
    }
    return out;
}

std::string rejudged_json(const Rejudged& run) {
    Value root = Value::object();
    root.set("format", 1);
    root.set("scenario", run.now.header.scenario);
    root.set("criteria_file", run.criteria);
    root.set("own_limits", run.now.header.own_limits);
    root.set("record_sha256", run.now.record_sha256);
    root.set("strict", run.now.header.strict);
    root.set("exit_code", exit_code_of(run.now));
    root.set("claim", claim_of_rejudging());
    root.set("then", conclusion_value(run.then));
    root.set("now", conclusion_value(run.now));
    Value moved = Value::array();
    Value criteria = Value::array();
    for (const Moved& one : run.criteria_moved()) {
        if (one.has_moved()) moved.push(Value{one.id});
        Value row = Value::object();
        row.set("id", one.id);
        row.set("moved", one.has_moved());
        row.set("then", verdict_value(one.then));
        row.set("now", verdict_value(one.now));
        criteria.push(std::move(row));
    }
    root.set("moved", std::move(moved));
    root.set("criteria", std::move(criteria));
    return json::to_text(root) + "\n";
}

}  // namespace islandbench::reports
