#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"

namespace islandbench::sunspec {

/// How a point lies in its registers, the most significant register first, the high byte first in
/// each (SunSpec Device Information Model 1.1). `value.hpp` has ranges and not-implemented values.
enum class Type : std::uint8_t {
    int16,
    int32,
    int64,
    uint16,
    uint32,
    uint64,
    count,  ///< number of group instances
    acc16,  ///< counts up and wraps; 0 = not accumulated
    acc32,
    acc64,
    enum16,
    enum32,
    bitfield16,  ///< symbol values are bit numbers
    bitfield32,
    bitfield64,
    float32,
    float64,
    sunssf,  ///< decimal exponent of other points
    string,
    pad,  ///< filler; means nothing
};

enum class Access : std::uint8_t { read_only, read_write };

/// Short names for the tables.
namespace tables {
inline constexpr Access r = Access::read_only;
inline constexpr Access rw = Access::read_write;
inline constexpr bool must = true;  // mandatory
inline constexpr bool may = false;  // optional
}  // namespace tables

/// One point of a SunSpec model.
struct Point {
    std::uint16_t model = 0;
    std::string_view name;        ///< "W"; in a group "Prt.DCW", in a curve's points "Crv.Pt.V"
    std::uint16_t offset = 0;     ///< registers from the model's ID
    std::uint16_t registers = 0;  ///< how many it takes
    Type type = Type::uint16;
    std::string_view scale;  ///< name of its scale-factor point, or ""
    std::string_view unit;   ///< as the model file writes it: "W", "Pct", "Secs"
    Access access = Access::read_only;
    bool mandatory = false;
    std::string_view symbols;           ///< "0=OFF;1=ON", of enums and bitfields
    std::uint16_t offset_per_slot = 0;  ///< of a curve: added for each point it has room for
    std::uint16_t slot_stride = 0;      ///< of a curve's points: from one to the next
    std::uint16_t scale_offset = 0;     ///< where the scale factor stands; 0 = there is none
    std::uint16_t stride = 0;           ///< of the repeating group it is in; 0 = in none
    std::uint16_t stride_per_slot = 0;  ///< likewise, for each point that a curve has room for

    [[nodiscard]] constexpr std::uint16_t end() const noexcept {
        return static_cast<std::uint16_t>(offset + registers);
    }
    [[nodiscard]] constexpr bool writable() const noexcept { return access == Access::read_write; }
    bool operator==(const Point&) const = default;
};

/// The repeating group at a model's end. A curve (models 705 to 710 and 712) has room for as many
/// points ("slots") as another point of the model says, whatever of them is in use.
struct Repetition {
    std::string_view group;    ///< "Prt"
    std::uint16_t base = 0;    ///< offset of the first instance
    std::uint16_t stride = 0;  ///< registers per instance; 0 = the model has no such group
    std::string_view count;    ///< the point that says how many: "NPrt"
    std::string_view slots;    ///< the point that says how many slots each has: "NPt", or ""
    std::uint16_t stride_per_slot = 0;

    [[nodiscard]] constexpr bool has_slots() const noexcept { return !slots.empty(); }
    [[nodiscard]] constexpr int size(int slot_count) const noexcept {
        return stride + stride_per_slot * slot_count;
    }
};

/// Where a point of a repeating group stands: of which instance and, in a curve with `slots`, at
/// which of its points; all from 0.
constexpr Point placed_point(const Point& first, int instance, int slots = 0, int slot = 0) {
    IB_ASSERT(instance >= 0 && slots >= 0 && slot >= 0);
    const int offset = first.offset + first.offset_per_slot * slots +
                       instance * (first.stride + first.stride_per_slot * slots) +
                       slot * first.slot_stride;
    IB_ASSERT(offset + first.registers <= 0xFFFF);
    Point point = first;
    point.offset = static_cast<std::uint16_t>(offset);
    return point;
}

/// A point of a repeating group; [i] is the point of instance i, from 0.
class RepeatedPoint {
  public:
    constexpr explicit RepeatedPoint(const Point& first) : first_(first) {}
    [[nodiscard]] constexpr Point operator[](int i) const { return placed_point(first_, i); }

  private:
    Point first_;
};

/// A point of a curve, in a model whose curves have room for `slots` points each.
class CurvePoint {
  public:
    constexpr explicit CurvePoint(const Point& first) : first_(first) {}
    [[nodiscard]] constexpr Point at(int curve, int slots, int slot = 0) const {
        return placed_point(first_, curve, slots, slot);
    }

  private:
    Point first_;
};

}  // namespace islandbench::sunspec
