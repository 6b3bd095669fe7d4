#pragma once

#include <optional>

#include "acceptance/language/tally.hpp"

namespace islandbench::acceptance::language {

/// "whenever A: B until C within D", with everything looked up.
struct UntilClaim {
    int trigger = 0;
    int condition = 0;
    int goal = 0;
    std::optional<Duration> deadline;
    bool by_share = false;  ///< margins of unlike units
};

/// Follows one claim about every moment at which A is so: C must come, no later than D after it,
/// and B must be so up to then. Where C is so at once, nothing is asked of B. The first moment that
/// waits is the one that counts: it has the first deadline, and C answers all of them.
///
/// The margin is that of B while anything waits, and with a deadline the time left.
class UntilMonitor {
  public:
    explicit UntilMonitor(UntilClaim claim) : claim_(claim) {}

    void judge(Instant now, const Program& program) noexcept;
    void elapse(Instant now) noexcept;
    void finish(Instant end) noexcept;

    [[nodiscard]] const Tally& tally() const noexcept { return tally_; }
    [[nodiscard]] const UntilClaim& claim() const noexcept { return claim_; }

  private:
    /// The same question with conditions that are so or not so.
    struct Question {
        Instant waits_since = never;
        bool broken = false;
        Instant first = never;
    };

    void set(Question& question, Instant now, bool asks, bool holds, bool comes) noexcept;
    void elapse(Question& question, Instant now) noexcept;
    void consider_time(Instant waits_since, Instant now) noexcept;
    void break_at(Question& question, Instant at) noexcept;
    void conclude() noexcept;

    UntilClaim claim_;
    Question sure_;      ///< broken for sure is a fail
    Question possible_;  ///< held for sure is a pass
    Tally tally_;
};

}  // namespace islandbench::acceptance::language
