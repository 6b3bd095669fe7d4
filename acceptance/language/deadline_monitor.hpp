#pragma once

#include <array>

#include "acceptance/language/events.hpp"
#include "acceptance/language/tally.hpp"

namespace islandbench::acceptance::language {

/// "within D after E: C for H", with everything looked up.
struct DeadlineClaim {
    int event = 0;
    int condition = 0;
    Duration deadline{};
    Duration hold{};
};

/// Follows one deadline. Every event has its own, and they may overlap: C must begin no later than
/// D after it and last at least H. The margin is the time left; one that is missed is followed on,
/// to say how late it was.
class DeadlineMonitor {
  public:
    static constexpr int most = 8;

    explicit DeadlineMonitor(DeadlineClaim claim) : claim_(claim) {}

    void update(Instant now, const Events& events) noexcept;
    void judge(Instant now, const Program& program) noexcept;
    void finish(Instant end) noexcept;
    [[nodiscard]] bool is_idle() const noexcept { return open_ == 0; }

    [[nodiscard]] const Tally& tally() const noexcept { return tally_; }
    [[nodiscard]] const DeadlineClaim& claim() const noexcept { return claim_; }

  private:
    struct Slot {
        bool in_use = false;
        bool missed = false;       ///< told as a violation, followed for its lateness
        bool perhaps_met = false;  ///< met if the values that are missing were good
        Instant trigger{};
        Instant yes_since = never;
        Instant possible_since = never;
    };

    void meet(Slot& slot, Instant now) noexcept;
    void follow(Slot& slot, Truth truth, Instant now) noexcept;
    void expire(Slot& slot, Instant now) noexcept;
    void settle(Slot& slot, Duration after, Instant at) noexcept;
    [[nodiscard]] Instant deadline(const Slot& slot) const noexcept {
        return slot.trigger + claim_.deadline;
    }

    DeadlineClaim claim_;
    std::array<Slot, most> slots_{};
    int open_ = 0;
    Tally tally_;
};

}  // namespace islandbench::acceptance::language
