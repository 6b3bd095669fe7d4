#include "bench/record_check.hpp"

#include <algorithm>
#include <cmath>

#include "base/unit_text.hpp"

namespace islandbench::bench {

using acceptance::CriterionSpec;
using acceptance::Outcome;
using acceptance::Verdict;

namespace {

/// The recorder's heartbeat, which no setting of a run changes.
constexpr Duration heartbeat = reports::RecorderPolicy{}.heartbeat;

std::int64_t second_of(Instant at) {
    return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
}

bool of_bench(const CriterionSpec& criterion) {
    return criterion.source == "bench";
}

Signals with_units(const std::vector<SignalInfo>& infos) {
    Signals signals;
    for (const SignalInfo& info : infos) signals.add(info);
    return signals;
}

const Verdict* find(const std::vector<Verdict>& verdicts, const std::string& id) {
    const auto at = std::find_if(verdicts.begin(), verdicts.end(),
                                 [&](const Verdict& one) { return one.id == id; });
    return at == verdicts.end() ? nullptr : &*at;
}

/// The record is thinned: what lies nearer to its limit than a dead band it cannot decide.
bool too_near_to_tell(const Verdict& verdict) {
    return verdict.outcome == Outcome::inconclusive &&
           verdict.reason.find("within uncertainty") != std::string::npos;
}

Result<Signals> recorded_signals(const reports::RunReader& reader, Recorded sure) {
    const auto infos = reader.signals();
    if (!infos) return tl::unexpected(infos.error());
    Signals signals;
    for (SignalInfo info : *infos) {
        if (signals.find(info.name)) {
            return failure(ErrorCode::bad_input, "two signals of the run are called " + info.name);
        }
        info.uncertainty = sure == Recorded::exact ? 0.0 : info.dead_band;
        const bool is_event = info.name.starts_with("event.");
        const SignalId id = signals.add(std::move(info));
        if (is_event) signals.set(id, 0.0);
    }
    return signals;
}

}  // namespace

Result<std::vector<Verdict>> judge_record(const reports::RunReader& reader, const JudgedBy& by,
                                          Recorded sure, Diagnostics& diagnostics,
                                          const reports::RunReader::TakeSample& besides) {
    auto signals = recorded_signals(reader, sure);
    if (!signals) return tl::unexpected(signals.error());
    acceptance::Judge judge(by.criteria, *signals, by.figures, by.groups, diagnostics);
    if (!diagnostics.empty()) return std::vector<Verdict>{};
    Instant now = Instant::min();
    auto done = reader.replay([&](Instant at, SignalId signal, double value) {
        if (at != now && now != Instant::min()) judge.step(now);
        now = at;
        signals->set(signal, value);
        if (besides) besides(at, signal, value);
    });
    if (!done) return tl::unexpected(done.error());
    if (now != Instant::min()) judge.step(now);
    return judge.finish(by.end, by.how);
}

RecordCheck::RecordCheck(const std::vector<SignalInfo>& signals)
    : infos_(signals), kept_(signals.size()) {
    static_assert(heartbeat == 1s, "second_of() counts heartbeats");
}

void RecordCheck::take(Instant at, SignalId signal, double value) {
    const std::int64_t second = second_of(at);
    if (samples_++ == 0) first_second_ = second;
    last_second_ = std::max(last_second_, second);
    Kept& kept = kept_[Signals::index(signal)];
    miss(Signals::index(signal), kept.any ? kept.second + 1 : first_second_, second);
    kept = {second, value, true};
}

/// Seconds without a sample, the last not counted.
void RecordCheck::miss(std::size_t signal, std::int64_t from, std::int64_t until) {
    if (until <= from) return;
    missing_ += until - from;
    if (!first_.empty()) return;
    first_ = infos_[signal].name + " has no sample in second " + std::to_string(from);
}

std::int64_t RecordCheck::missing_seconds() {
    for (std::size_t i = 0; i < kept_.size(); ++i) {
        miss(i, kept_[i].any ? kept_[i].second + 1 : first_second_, last_second_ + 1);
    }
    return missing_;
}

std::int64_t RecordCheck::other_ends(const Signals& run) {
    std::int64_t count = 0;
    for (std::size_t i = 0; i < kept_.size(); ++i) {
        const double now = run.values()[i];
        const bool both_missing = std::isnan(now) && std::isnan(kept_[i].value);
        if (both_missing || std::fabs(now - kept_[i].value) <= infos_[i].dead_band) continue;
        ++count;
        if (first_.empty()) first_ = infos_[i].name + " does not end where the run ended";
    }
    return count;
}

Result<std::vector<std::string>> contradictions(const reports::RunReader& reader,
                                                const JudgedBy& by,
                                                const std::vector<Verdict>& then,
                                                const std::vector<Verdict>& exact) {
    std::vector<const Verdict*> others;
    for (const Verdict& is : exact) {
        const Verdict* was = find(then, is.id);
        if (was == nullptr || is.formulas != was->formulas || is.outcome == was->outcome) continue;
        others.push_back(&is);
    }
    std::vector<std::string> all;
    if (others.empty()) return all;
    Diagnostics none;  // compiled before
    const auto unsure = judge_record(reader, by, Recorded::to_dead_band, none);
    if (!unsure) return tl::unexpected(unsure.error());
    for (const Verdict* is : others) {
        if (too_near_to_tell(*find(*unsure, is->id))) continue;
        all.push_back(is->id + " was " + std::string(json::enum_text(find(then, is->id)->outcome)) +
                      " in the run and is " + std::string(json::enum_text(is->outcome)) +
                      " by its record");
    }
    return all;
}

std::int64_t incomplete(const std::vector<Verdict>& verdicts) {
    return std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& one) {
        const bool asked = !one.title.empty() && !one.clause.empty() && !one.basis.empty() &&
                           !one.formulas.empty();
        return !asked || (one.outcome != Outcome::pass && one.reason.empty());
    });
}

Result<CheckedRecord> check_record(const std::filesystem::path& folder, const Signals& run,
                                   std::int64_t kept, const JudgedBy& by,
                                   const std::vector<Verdict>& verdicts) {
    const auto reader = reports::RunReader::open(folder);
    if (!reader) return tl::unexpected(reader.error());
    RecordCheck check(run.infos());
    Diagnostics none;  // the same criteria have been compiled for the run
    const auto exact = judge_record(
        *reader, by, Recorded::exact, none,
        [&check](Instant at, SignalId signal, double value) { check.take(at, signal, value); });
    if (!exact) return tl::unexpected(exact.error());

    CheckedRecord checked;
    const std::int64_t lost = kept - check.samples();
    checked.facts.missing = lost + check.missing_seconds() + check.other_ends(run);
    if (checked.facts.missing != 0) {
        checked.trouble = "the record is not complete: " + std::to_string(lost) + " of " +
                          std::to_string(kept) + " samples are not in it";
        if (!check.first().empty()) checked.trouble += "; " + check.first();
    }
    const auto contradicted = contradictions(*reader, by, verdicts, *exact);
    if (!contradicted) return tl::unexpected(contradicted.error());
    checked.facts.contradicted = std::ssize(*contradicted);
    for (const std::string& one : *contradicted) {
        checked.trouble += (checked.trouble.empty() ? "" : "; ") + one;
    }
    checked.facts.incomplete = incomplete(verdicts);
    return checked;
}

BenchJudge::BenchJudge(const std::vector<CriterionSpec>& criteria,
                       const acceptance::Figures& figures, const acceptance::Groups& groups,
                       Diagnostics& diagnostics)
    : signals_(with_units({{"bench.record.missing", Dimension::none, 0.0},
                           {"bench.record.contradicted", Dimension::none, 0.0},
                           {"bench.verdicts.incomplete", Dimension::none, 0.0},
                           {"bench.late", Dimension::time, 0.0}})),
      missing_(*signals_.find("bench.record.missing")),
      contradicted_(*signals_.find("bench.record.contradicted")),
      incomplete_(*signals_.find("bench.verdicts.incomplete")),
      late_(*signals_.find("bench.late")),
      read_back_(signals_.add_event("read_back")),
      judge_(
          [&criteria] {
              std::vector<CriterionSpec> own;
              std::copy_if(criteria.begin(), criteria.end(), std::back_inserter(own), of_bench);
              return own;
          }(),
          signals_, figures, groups, diagnostics) {}

std::vector<Verdict> BenchJudge::judge(const std::optional<BenchFacts>& facts, Instant end,
                                       acceptance::Ended how) {
    judge_.step(end - Duration{1ms});
    if (facts) {
        signals_.set(missing_, static_cast<double>(facts->missing));
        signals_.set(contradicted_, static_cast<double>(facts->contradicted));
        signals_.set(incomplete_, static_cast<double>(facts->incomplete));
        signals_.set(late_, to_seconds(facts->late));
        signals_.happened(read_back_);
    }
    judge_.step(end);
    return judge_.finish(end, how);
}

std::vector<CriterionSpec> without_bench(const std::vector<CriterionSpec>& criteria) {
    std::vector<CriterionSpec> rest;
    std::remove_copy_if(criteria.begin(), criteria.end(), std::back_inserter(rest), of_bench);
    return rest;
}

std::vector<Verdict> in_order(const std::vector<CriterionSpec>& criteria, std::vector<Verdict> run,
                              std::vector<Verdict> bench) {
    std::vector<Verdict> all;
    std::size_t next_run = 0, next_bench = 0;
    for (const CriterionSpec& one : criteria) {
        all.push_back(of_bench(one) ? std::move(bench[next_bench++]) : std::move(run[next_run++]));
    }
    return all;
}

}  // namespace islandbench::bench
