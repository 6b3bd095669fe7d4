#pragma once

#include <array>
#include <vector>

#include "base/site/loads.hpp"
#include "base/time_of_day.hpp"
#include "emulators/plant/zip_load.hpp"

namespace islandbench::plant {

/// From this time of day on, a tier of a home draws `load`, until the tier's next change.
struct DemandChange {
    Duration at{};  ///< since midnight, within the day
    int tier = 2;
    ZipSum load;
};

/// What a home draws over a day; every day is like it. In the order of `at`.
using DemandDay = std::vector<DemandChange>;

/// Something that is on for a while, each day; past midnight it goes on in the morning.
struct Use {
    Duration from{};  ///< since midnight, within the day
    Duration length{};
    int tier = 2;
    ZipSum load;
    const char* kept_by = nullptr;  ///< the thermostat that switches it, if one does
};

/// The uses of a home, which may overlap, as changes of its tiers.
DemandDay day_of(const std::vector<Use>& uses);

/// Goes along a day, and over midnight into the same day again. Made once; a move costs the
/// changes that are due and allocates nothing.
class DaySchedule {
  public:
    /// Nothing, ever.
    DaySchedule() = default;
    /// Stands at `now`, when the clock on the wall shows `time_of_day`.
    DaySchedule(DemandDay day, Duration time_of_day, Instant now);

    /// Lets the changes happen that are due; true when there was one.
    bool advance(Instant now);
    [[nodiscard]] Instant next() const noexcept { return next_; }
    [[nodiscard]] const ZipSum& tier(std::size_t tier) const { return loads_[tier]; }

  private:
    void step_on();

    DemandDay day_;
    std::size_t position_ = 0;  ///< of the change that comes next
    Instant midnight_{};        ///< before that change
    Instant next_ = never;
    std::array<ZipSum, tiers> loads_;
};

}  // namespace islandbench::plant
