#include <algorithm>
#include <cmath>
#include <limits>

#include "acceptance/test/reference.hpp"

/// "whenever A: within D: C for H" and "whenever A: B until C within D", at half milliseconds: all
/// signals stand still between two milliseconds, so that what is so at one moment between them is
/// so at all.
namespace islandbench::acceptance::test {
namespace {

using Kind = ReferenceClaim::Kind;

class Whenever {
  public:
    Whenever(const ReferenceClaim& claim, const Trace& trace)
        : claim_(claim), trace_(trace), end_(2 * trace.size()) {}

    ReferenceVerdict verdict() {
        for (int p = 0; p < end_; ++p) {
            const Three asked = asks(p);
            if (asked == Three::no) continue;
            tested_ = tested_ || asked == Three::yes;
            judge(p, asked, claim_.kind == Kind::response ? answered(p) : reached(p));
        }
        ReferenceVerdict v;
        using Outcome = ReferenceVerdict::Outcome;
        v.outcome = first_ < never          ? Outcome::fail
                    : doubtful_ || !tested_ ? Outcome::inconclusive
                                            : Outcome::pass;
        if (first_ < never) v.first = first_;
        if (claim_.kind == Kind::waiting) consider_waiting();
        if (std::isfinite(margin_)) v.margin = margin_;
        return v;
    }

  private:
    static constexpr int never = 1 << 30;

    [[nodiscard]] Three asks(int p) const {
        if (!claim_.at_start) return claim_.antecedent.half(trace_, p);
        return p % 2 == 0 && trace_.start[p / 2] ? Three::yes : Three::no;
    }
    [[nodiscard]] Three condition(int p) const {
        return p < end_ ? claim_.condition.half(trace_, p) : Three::unknown;
    }
    [[nodiscard]] Three goal(int p) const {
        return p < end_ ? claim_.goal.half(trace_, p) : Three::unknown;
    }

    void judge(int p, Three asked, Three so) {
        if (so == Three::no && asked == Three::yes) {
            first_ = std::min(first_, broken_at(p));
        } else if (so != Three::yes) {
            doubtful_ = true;
        }
    }

    /// Does C begin at q, and last?
    [[nodiscard]] Three lasts_from(int q) const {
        const int hold = 2 * claim_.hold;
        // From the middle of a millisecond a stretch reaches into the middle of its last one.
        const int last = claim_.hold == 0 ? q : q % 2 == 0 ? q + hold - 1 : q + hold;
        std::vector<Three> all;
        for (int r = q; r <= last; ++r) all.push_back(condition(r));
        return all_of(all);
    }

    Three answered(int p) {
        std::vector<Three> ways;
        int begins = never;
        for (int q = p; q <= p + 2 * claim_.limit; ++q) {
            ways.push_back(lasts_from(q));
            if (ways.back() == Three::yes && begins == never) begins = q;
        }
        if (begins < never) {
            const int waited = begins == p ? 0 : begins - (p - p % 2);
            margin_ = std::min(margin_, (2 * claim_.limit - waited) / 2000.0);
        }
        return any_of(ways);
    }

    [[nodiscard]] Three reached(int p) const {
        std::vector<Three> ways, waited{Three::yes};
        const int last = claim_.has_limit ? std::min(p + 2 * claim_.limit, end_) : end_;
        for (int q = p; q <= last; ++q) {
            ways.push_back(all_of({goal(q), all_of(waited)}));
            waited.push_back(condition(q));
        }
        return any_of(ways);
    }

    /// The moment at which one that is not answered is lost.
    [[nodiscard]] int broken_at(int p) const {
        const int deadline = p / 2 + claim_.limit;
        if (claim_.kind == Kind::response) return deadline;
        int q = p;
        while (q < end_ && condition(q) != Three::no) ++q;
        return claim_.has_limit ? std::min(q / 2, deadline) : q / 2;
    }

    /// The smallest margin of B while anything waits; the time left where it has come.
    void consider_waiting() {
        if (claim_.has_limit) return;
        bool waits = false;
        for (int p = 0; p < end_; ++p) {
            waits = goal(p) != Three::yes && (waits || asks(p) != Three::no);
            if (!waits || condition(p) == Three::unknown) continue;
            margin_ = std::min(margin_, claim_.condition.margin(trace_, p / 2, p / 2));
        }
    }

    const ReferenceClaim& claim_;
    const Trace& trace_;
    int end_;
    int first_ = never;
    bool doubtful_ = false, tested_ = false;
    double margin_ = std::numeric_limits<double>::infinity();
};

}  // namespace

ReferenceVerdict evaluate_whenever(const ReferenceClaim& claim, const Trace& trace) {
    return Whenever(claim, trace).verdict();
}

}  // namespace islandbench::acceptance::test
