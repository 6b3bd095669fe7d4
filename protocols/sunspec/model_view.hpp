#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "protocols/sunspec/points.hpp"
#include "protocols/sunspec/value.hpp"

namespace islandbench::sunspec {

/// Where a device keeps a model, as its chain says.
struct ModelAddress {
    std::uint16_t id = 0;
    std::uint16_t address = 0;  ///< of the model's ID
    std::uint16_t length = 0;   ///< L: registers behind ID and L

    /// Registers, ID and L included.
    [[nodiscard]] int size() const noexcept { return length + 2; }
    bool operator==(const ModelAddress&) const = default;
};

/// Which of the reads of a round brought a register: numbers from 1, 0 = none did.
struct ReadMark {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    bool changed = false;  ///< two reads of the round brought different values
};

/// "model 701 W: not implemented by the device"
[[nodiscard]] std::string describe(const Point& point, Problem problem);

/// One model's registers, the ID at index 0, seen through its points. Both sides use it: a device
/// looks at its own image, a driver at a Block. It refers to the registers and does not own them.
class ModelView {
  public:
    /// `marks` is empty where all registers belong together.
    ModelView(const Model& model, std::span<const std::uint16_t> registers,
              std::span<const ReadMark> marks = {})
        : model_(&model), registers_(registers), marks_(marks) {}

    /// The value in the point's unit. The point must be of this model; likewise below.
    [[nodiscard]] Reading number(const Point& point) const;
    /// As number(), for callers that cannot go on without: not_available when the device does not
    /// offer it, bad_reply when it is broken.
    [[nodiscard]] Result<double> required(const Point& point) const;
    /// The bits of an enum, a bitfield, a counter or an unsigned integer, unscaled; nothing when
    /// there is no value.
    [[nodiscard]] std::optional<std::uint64_t> raw(const Point& point) const;
    /// The bit of a bitfield (see symbol()); false when there is no value.
    [[nodiscard]] bool bit(const Point& point, std::uint32_t number) const;
    /// Empty when there is none.
    [[nodiscard]] std::string text(const Point& point) const;

    /// The exponent with which the point is written now; 0 when it has no scale factor.
    [[nodiscard]] tl::expected<int, Problem> exponent(const Point& point) const;

    /// Instances of the repeating group: what its count point says, as far as they fit in L.
    [[nodiscard]] int repetitions() const;
    /// Points that each curve has room for; 0 where there are no curves or the device does not say.
    [[nodiscard]] int slots() const;

  private:
    [[nodiscard]] std::span<const std::uint16_t> registers_of(const Point& point) const {
        return registers_.subspan(point.offset, point.registers);
    }
    /// Is the point there, and was it read in one piece?
    [[nodiscard]] Problem presence(const Point& point) const;
    /// Did the scale factor come with the value, or was it the same before and after it?
    [[nodiscard]] bool scale_came_along(const Point& point) const;

    const Model* model_;
    std::span<const std::uint16_t> registers_;
    std::span<const ReadMark> marks_;
};

namespace detail {

/// The points of one instance, by offset; those of a curve's slots once per slot.
template <class Visit>
void for_each_point_of(const Model& model, int instance, int slots, Visit& visit) {
    const auto points = model.points;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (points[i].stride == 0) continue;
        std::size_t end = i + 1;  // of the points that take turns with this one
        if (points[i].slot_stride > 0) {
            const int limit = points[i].offset + points[i].slot_stride;
            while (end < points.size() && points[end].slot_stride > 0 &&
                   points[end].offset < limit &&
                   points[end].offset_per_slot == points[i].offset_per_slot) {
                ++end;
            }
        }
        const int turns = points[i].slot_stride > 0 ? slots : 1;
        for (int slot = 0; slot < turns; ++slot) {
            for (std::size_t k = i; k < end; ++k) {
                visit(placed_point(points[k], instance, slots, slot));
            }
        }
        i = end - 1;
    }
}

}  // namespace detail

/// Calls `visit(const Point&)` for the points of a model that end within `size` registers, by
/// offset, those of a repeating group once per instance. `slots`: see ModelView::slots(); while
/// they are 0 nobody knows where the second curve begins, and none is visited.
template <class Visit>
void for_each_point(const Model& model, int size, int slots, Visit visit) {
    for (const Point& p : model.points) {
        if (p.stride == 0 && p.end() <= size) visit(p);
    }
    const Repetition& group = model.repetition;
    if (group.stride == 0 || (group.has_slots() && slots == 0)) return;
    for (int i = 0; model.size(i + 1, slots) <= size; ++i) {
        detail::for_each_point_of(model, i, slots, visit);
    }
}

}  // namespace islandbench::sunspec
