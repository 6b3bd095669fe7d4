#pragma once

#include <vector>

#include "acceptance/language/syntax.hpp"
#include "acceptance/language/tally.hpp"
#include "acceptance/language/windows.hpp"

namespace islandbench::acceptance::language {

/// What a claim about windows asks for, with everything looked up.
struct WindowClaim {
    WindowRule window;
    std::vector<WindowRule> except;
    Requirement requirement = Requirement::throughout;
    int condition = 0;
    int antecedent = -1;     ///< of an implication: only moments at which it is so are judged
    bool by_share = false;   ///< margins of unlike units
    double share = 1.0;      ///< limit of Requirement::share
    Duration limit{};        ///< limit of Requirement::longest and total
    std::vector<int> means;  ///< start with the window
};

/// What has to be looked at to see that a moment tells a window nothing new. There are many
/// windows, and nearly all moments are such.
struct Watch {
    enum class Looks : std::uint8_t {
        always,      ///< every moment is of interest
        for_turns,   ///< the truth counts alone
        for_margin,  ///< so does a margin that is smaller than any so far
        for_share,   ///< the same as a share of the limit
    };
    const Cell* condition = nullptr;
    const Cell* antecedent = nullptr;
    int window = 0;
    Looks looks = Looks::always;
    Truth standing = Truth::unknown;
    double least = 0.0;  ///< the smallest margin so far; NaN: there has been none

    [[nodiscard]] bool finds_nothing() const noexcept {
        const Cell& cell = *condition;
        if (looks == Looks::always || cell.truth != standing) return false;
        if (looks == Looks::for_turns) return true;
        if (antecedent != nullptr) {
            const Truth applies = antecedent->truth;
            if (applies == Truth::no) return true;
            if (applies == Truth::unknown) return cell.truth == Truth::yes;
            // It may have turned while nobody asked, with a margin that is no smaller.
            if (cell.truth == Truth::no) return false;
        }
        if (cell.truth == Truth::unknown) return false;
        return (looks == Looks::for_margin ? cell.margin : cell.share) >= least;
    }
};

/// Follows one claim about windows: always and from ... until.
class WindowMonitor {
  public:
    explicit WindowMonitor(WindowClaim claim);

    /// Opens and closes windows. Called when an event has come or a boundary is reached, before
    /// the conditions of `now` are computed.
    void update(Instant now, const Events& events, Program& program) noexcept;
    /// Judges the conditions computed for `now`.
    void judge(Instant now, const Program& program) noexcept {
        if (!judging_) return;
        const Cell& cell = program.cell_at(claim_.condition);
        if (cell.truth != standing_ || moved_) turn(cell, now, program);
        if (claim_.requirement == Requirement::throughout) judge_moment(cell, now, program);
        if (claim_.requirement == Requirement::sometime) look_for_best(cell, now, program);
    }
    /// What to watch for from now on, after judge().
    void tell(Watch& watch) const noexcept;
    [[nodiscard]] bool looks_at_margins() const noexcept {
        return claim_.requirement <= Requirement::sometime;
    }
    /// Counts the time up to `now`, which is otherwise done when something changes.
    void elapse(Instant now) noexcept;
    void finish(Instant end, Ending ending) noexcept;
    [[nodiscard]] Instant next_boundary(Instant now) const noexcept;
    /// Is there anything for judge() to do before the next update()?
    [[nodiscard]] bool is_judging() const noexcept { return judging_; }

    /// Does it gather what it will judge later: the past that its condition looks back on?
    [[nodiscard]] bool is_gathering() const noexcept {
        return claim_.window.ready_after > Duration::zero() && windows_.any_open();
    }

    [[nodiscard]] const Tally& tally() const noexcept { return tally_; }
    [[nodiscard]] const WindowClaim& claim() const noexcept { return claim_; }

  private:
    /// Times of one window.
    struct Account {
        Duration judged{}, yes{}, unknown{};
        Duration stretch{}, possible{};  ///< how long it has been so, and may have been so, by now
        Duration longest{}, longest_possible{};
        Instant at{};               ///< end of the longest stretch, or of the last one
        Instant first_not = never;  ///< first moment that does not count for a share
        bool met = false;           ///< it was so at some moment
        bool perhaps_met = false;   ///< it may have been so
        Closest best;               ///< the moment at which it was so by the widest margin
    };

    void update_except(Instant now, const Events& events) noexcept;
    void turn(const Cell& cell, Instant now, const Program& program) noexcept;
    void count(Account& account, Duration dt) noexcept;
    void judge_moment(const Cell& cell, Instant now, const Program& program) noexcept;
    void look_for_best(const Cell& cell, Instant now, const Program& program) noexcept;
    [[nodiscard]] bool applies(const Cell& cell, Instant now, const Program& program) noexcept;
    void settle(const Account& account, Instant opened, Instant closed) noexcept;
    void settle_sometime(const Account& account, Instant closed) noexcept;
    void settle_share(const Account& account) noexcept;
    void settle_time(const Account& account) noexcept;
    [[nodiscard]] bool is_beyond(const Account& account) const noexcept;
    void finish_slot(const Windows::Slot& slot, const Account& account, Instant end,
                     Ending ending) noexcept;

    WindowClaim claim_;
    Truth standing_ = Truth::unknown;  ///< the condition since seen_
    bool judging_ = false;             ///< a window is open and nothing is excepted
    bool masked_ = false;
    bool moved_ = false;  ///< windows have changed since the last judge()
    Instant seen_{};
    Tally tally_;
    Windows windows_;
    std::vector<Windows> except_;
    std::vector<Account> accounts_;
};

}  // namespace islandbench::acceptance::language
