#pragma once

#include <optional>
#include <vector>

#include "base/time.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// Settings of model 704 that fall back when their timer runs out: values with an enable, what they
/// all fall back to, and the timer. Any write to a value, the enable or the timer starts it afresh.
class Reversion {
  public:
    struct Value {
        sunspec::Point now, after;
    };
    struct Points {
        Value enable;
        std::vector<Value> values;
        sunspec::Point time, left;
    };
    /// `image` must outlive this.
    Reversion(sunspec::Image& image, Points points) : image_(&image), points_(std::move(points)) {}

    /// The point in force is enabled.
    [[nodiscard]] bool enabled() const;
    /// After a write: whether it was to one of these.
    bool written(Instant now);
    /// Whether the timer ran out just now and the settings fell back.
    bool count_down(Instant now);

  private:
    [[nodiscard]] sunspec::ModelView view() const { return image_->view(points_.time.model); }

    sunspec::Image* image_;
    Points points_;
    std::optional<Instant> ends_;
};

}  // namespace islandbench::devices
