#pragma once

#include <optional>
#include <vector>

#include "base/time.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// Points of models 123 and 124 that are one order, with the times that go with it. An order acts
/// at a random moment within its window (..._WinTms; 0 = at once). It holds for its time-out
/// (..._RvrtTms, counted from there; 0 = until another one), and its end takes it back. Any write
/// to one of these points is a new order.
class TimedOrder {
  public:
    struct Points {
        std::vector<sunspec::Point> values;
        sunspec::Point enable;
        std::uint32_t free;  ///< of the enable when the order is taken back
        sunspec::Point window, time_out;
    };
    /// `image` must outlive this.
    TimedOrder(sunspec::Image& image, Points points) : image_(&image), points_(std::move(points)) {}

    /// After a write. `share` of the window, 0..1, passes before it acts.
    void written(Instant now, double share);
    /// Whether the time-out ran out just now and the order was taken back.
    bool count_down(Instant now);
    /// It has been given, and its moment has not come.
    [[nodiscard]] bool waits(Instant now) const noexcept { return now < begins_; }
    [[nodiscard]] Instant ordered() const noexcept { return ordered_; }

  private:
    sunspec::Image* image_;
    Points points_;
    Instant ordered_{}, begins_{};
    std::optional<Instant> ends_;
};

/// Goes to a new target in a straight line, within a given time.
class TimedRamp {
  public:
    explicit TimedRamp(double value) noexcept : value_(value), target_(value) {}
    double follow(double target, Duration within, Instant now) noexcept;

  private:
    double value_, target_;
    std::optional<double> per_second_;  // none: at once
    Instant last_{};
};

}  // namespace islandbench::devices
