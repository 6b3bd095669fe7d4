#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "acceptance/judge.hpp"
#include "reports/store/recorder.hpp"
#include "reports/store/run_reader.hpp"

/// What the record of a run is worth: it is read from the disk once more and judged anew.
namespace islandbench::bench {

/// What verdicts are made of, besides signals.
struct JudgedBy {
    std::vector<acceptance::CriterionSpec> criteria;  ///< without those of source "bench"
    const acceptance::Figures& figures;
    acceptance::Groups groups;
    Instant end{};  ///< of the run
    acceptance::Ended how = acceptance::Ended::completed;
};

/// How sure the values of a record are taken to be.
enum class Recorded {
    exact,         ///< as they stand there
    to_dead_band,  ///< each may be off by the dead band of its signal
};

/// Judges a record. `besides` hears of every sample. A criterion that does not fit the run's
/// signals is a diagnostic, and then there are no verdicts.
Result<std::vector<acceptance::Verdict>> judge_record(
    const reports::RunReader& reader, const JudgedBy& by, Recorded sure, Diagnostics& diagnostics,
    const reports::RunReader::TakeSample& besides = {});

/// Looks for what a record promises and does not hold: of every signal a sample in each second.
class RecordCheck {
  public:
    explicit RecordCheck(const std::vector<SignalInfo>& signals);
    void take(Instant at, SignalId signal, double value);
    /// To the last moment that was recorded: by how many seconds of a signal it falls short.
    [[nodiscard]] std::int64_t missing_seconds();
    /// How many signals end with another value than the run did, dead band apart.
    [[nodiscard]] std::int64_t other_ends(const Signals& run);
    [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
    /// The first thing that was missing, in words; "" = nothing.
    [[nodiscard]] const std::string& first() const noexcept { return first_; }

  private:
    struct Kept {
        std::int64_t second = 0;  ///< of the newest sample
        double value = Signals::no_value;
        bool any = false;
    };
    void miss(std::size_t signal, std::int64_t from, std::int64_t until);

    const std::vector<SignalInfo>& infos_;
    std::vector<Kept> kept_;
    std::int64_t first_second_ = 0, last_second_ = 0;
    std::int64_t samples_ = 0, missing_ = 0;
    std::string first_;
};

/// Criteria whose verdict the record does not bear out, in words: it says otherwise, or cannot say.
/// `exact`: what it says, its values taken as they stand. What is too near to its limit for a
/// record that is thinned is no contradiction, and verdicts on other formulas are not compared.
Result<std::vector<std::string>> contradictions(const reports::RunReader& reader,
                                                const JudgedBy& by,
                                                const std::vector<acceptance::Verdict>& then,
                                                const std::vector<acceptance::Verdict>& exact);

/// How many verdicts lack what a report has to tell: what was asked and by whom, by which signals
/// it was judged, and, where it is not a pass, why.
std::int64_t incomplete(const std::vector<acceptance::Verdict>& verdicts);

/// What the bench knows of itself behind the end of a story.
struct BenchFacts {
    std::int64_t missing = 0;       ///< samples that should be in the record
    std::int64_t contradicted = 0;  ///< criteria
    std::int64_t incomplete = 0;    ///< verdicts
    Duration late{};                ///< furthest that a step of the plant was behind the wall clock
};

struct CheckedRecord {
    BenchFacts facts;     ///< but for `late`
    std::string trouble;  ///< for people; "" = the record is complete and says the same
};

/// Reads the record of a run that is still open, and holds it against the run: its last values, the
/// samples that were worth keeping, and its verdicts.
Result<CheckedRecord> check_record(const std::filesystem::path& folder, const Signals& run,
                                   std::int64_t kept, const JudgedBy& by,
                                   const std::vector<acceptance::Verdict>& verdicts);

/// Judges the criteria of source "bench", from signals of their own: bench.record.missing,
/// bench.record.contradicted, bench.verdicts.incomplete, bench.late, and the event read_back.
class BenchJudge {
  public:
    /// Of the criteria only those of source "bench" are taken.
    BenchJudge(const std::vector<acceptance::CriterionSpec>& criteria,
               const acceptance::Figures& figures, const acceptance::Groups& groups,
               Diagnostics& diagnostics);
    BenchJudge(const BenchJudge&) = delete;
    BenchJudge& operator=(const BenchJudge&) = delete;

    /// Once. Without facts the record was not read back, and what needs that is inconclusive.
    std::vector<acceptance::Verdict> judge(const std::optional<BenchFacts>& facts, Instant end,
                                           acceptance::Ended how);

  private:
    Signals signals_;
    SignalId missing_, contradicted_, incomplete_, late_, read_back_;
    acceptance::Judge judge_;
};

/// The criteria that a run's own signals judge: all but those of source "bench".
std::vector<acceptance::CriterionSpec> without_bench(
    const std::vector<acceptance::CriterionSpec>& criteria);

/// Both lists as one, in the order of the criteria.
std::vector<acceptance::Verdict> in_order(const std::vector<acceptance::CriterionSpec>& criteria,
                                          std::vector<acceptance::Verdict> run,
                                          std::vector<acceptance::Verdict> bench);

}  // namespace islandbench::bench
