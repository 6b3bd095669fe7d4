#pragma once

#include "acceptance/language/pending.hpp"
#include "acceptance/language/tally.hpp"

namespace islandbench::acceptance::language {

/// "whenever A: within D: C for H", with everything looked up.
struct ResponseClaim {
    int trigger = 0;
    int condition = 0;
    Duration deadline{};
    Duration hold{};
};

/// Follows one claim about every moment at which A is so: C must begin no later than D after it and
/// last at least H. A moment inside a stretch of C is answered at once if what is left of the
/// stretch is long enough. The margin is the time left.
///
/// Only the ends of stretches cost anything, whatever D and H: a stretch of C that has lasted H
/// answers all moments from D before its begin to H before its end, and the first moment that still
/// waits has the first deadline.
class ResponseMonitor {
  public:
    explicit ResponseMonitor(ResponseClaim claim) : claim_(claim) {}

    void judge(Instant now, const Program& program) noexcept {
        const Truth trigger = program.cell_at(claim_.trigger).truth;
        const Truth condition = program.cell_at(claim_.condition).truth;
        if (trigger == trigger_ && condition == condition_) return;
        if (trigger == Truth::unknown || (trigger == Truth::yes && condition == Truth::unknown)) {
            doubt(now, program);
        }
        turn(now, trigger, condition);
    }
    /// Counts the time up to `now`, which is otherwise done when something changes.
    void elapse(Instant now) noexcept;
    void finish(Instant end) noexcept;

    [[nodiscard]] const Tally& tally() const noexcept { return tally_; }
    [[nodiscard]] const ResponseClaim& claim() const noexcept { return claim_; }

  private:
    /// The same question with a trigger and a condition that are so or not so.
    struct Question {
        bool asks = false;  ///< at present
        Instant good_since = never;
        Pending pending;
        bool broken = false;
        Instant first = never;  ///< when it was broken
        Closest closest;
    };

    void doubt(Instant now, const Program& program) noexcept;
    void turn(Instant now, Truth trigger, Truth condition) noexcept;
    void set(Question& question, Instant now, bool asks, bool good) noexcept;
    void elapse(Question& question, Instant now) noexcept;
    void close(Question& question, Instant end) noexcept;
    void answer(Question& question, Instant trigger, Instant begin) noexcept;
    [[nodiscard]] bool is_on_its_way(const Question& question, Instant trigger) const noexcept;
    void conclude() noexcept;

    ResponseClaim claim_;
    Truth trigger_ = Truth::no;
    Truth condition_ = Truth::no;
    Question sure_;      ///< asked for sure, and C wherever it is possible: broken is a fail
    Question possible_;  ///< asked wherever it is possible, and C where it is sure: held is a pass
    Tally tally_;
};

}  // namespace islandbench::acceptance::language
