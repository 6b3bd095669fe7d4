#pragma once

#include "acceptance/language/events.hpp"
#include "acceptance/language/tally.hpp"

namespace islandbench::acceptance::language {

/// "at E: C" and "before E: C", with everything looked up.
struct MomentClaim {
    int event = 0;
    int condition = 0;
    int antecedent = -1;
    bool by_share = false;
    bool before = false;  ///< judged with the values of just before the event
};

/// Judges a condition at single moments.
class MomentMonitor {
  public:
    explicit MomentMonitor(MomentClaim claim) : claim_(claim) {}

    /// Judges the conditions computed for `now`, at which events have come.
    void judge(Instant now, const Events& events, const Program& program) noexcept {
        if (!events.fired(claim_.event)) return;
        tally_.opened = true;
        const Cell& cell = program.cell_at(claim_.condition);
        const Truth applies =
            claim_.antecedent < 0 ? Truth::yes : program.cell_at(claim_.antecedent).truth;
        if (applies == Truth::no || (applies == Truth::unknown && cell.truth == Truth::yes)) return;
        tally_.tested = true;
        if (applies == Truth::unknown || cell.truth == Truth::unknown) {
            const Cell& unknown =
                applies == Truth::unknown ? program.cell_at(claim_.antecedent) : cell;
            tally_.miss(now, unknown.doubt);
            tally_.unsure(unknown, program, now);
            tally_.undecided = true;
            return;
        }
        if (cell.truth == Truth::no) tally_.violate(now);
        tally_.consider(cell, program, now, claim_.by_share);
    }

    /// An event has come before anything was recorded: nobody knows what was just before it.
    void miss(Instant now, const Events& events) noexcept {
        if (!events.fired(claim_.event)) return;
        tally_.opened = true;
        tally_.undecided = true;
        tally_.miss(now, Doubt::missing);
    }

    [[nodiscard]] const Tally& tally() const noexcept { return tally_; }
    [[nodiscard]] const MomentClaim& claim() const noexcept { return claim_; }

  private:
    MomentClaim claim_;
    Tally tally_;
};

}  // namespace islandbench::acceptance::language
