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

/// One point of a SunSpec model.
struct Point {
    std::uint16_t model = 0;
    std::string_view name;        ///< "W"; in a group "Prt.DCW"
    std::uint16_t offset = 0;     ///< registers from the model's ID
    std::uint16_t registers = 0;  ///< how many it takes
    Type type = Type::uint16;
    std::string_view scale;  ///< name of its scale-factor point, or ""
    std::string_view unit;   ///< as the model file writes it: "W", "Pct", "Secs"
    Access access = Access::read_only;
    bool mandatory = false;
    std::string_view symbols;        ///< "0=OFF;1=ON", of enums and bitfields
    std::uint16_t scale_offset = 0;  ///< where the scale factor stands; 0 = there is none
    std::uint16_t stride = 0;        ///< of the repeating group it is in; 0 = in none

    [[nodiscard]] constexpr std::uint16_t end() const noexcept {
        return static_cast<std::uint16_t>(offset + registers);
    }
    [[nodiscard]] constexpr bool writable() const noexcept { return access == Access::read_write; }
    bool operator==(const Point&) const = default;
};

/// The repeating group at a model's end.
struct Repetition {
    std::string_view group;    ///< "Prt"
    std::uint16_t base = 0;    ///< offset of the first instance
    std::uint16_t stride = 0;  ///< registers per instance; 0 = the model has no such group
    std::string_view count;    ///< the point that says how many: "NPrt"
};

/// A point of a repeating group; [i] is the point of instance i, from 0.
class RepeatedPoint {
  public:
    constexpr explicit RepeatedPoint(const Point& first) : first_(first) {}
    [[nodiscard]] constexpr Point operator[](int i) const {
        const int offset = first_.offset + i * first_.stride;
        IB_ASSERT(i >= 0 && offset + first_.registers <= 0xFFFF);
        Point point = first_;
        point.offset = static_cast<std::uint16_t>(offset);
        return point;
    }

  private:
    Point first_;
};

}  // namespace islandbench::sunspec
