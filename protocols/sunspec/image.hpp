#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "protocols/modbus/server.hpp"
#include "protocols/sunspec/model_view.hpp"

namespace islandbench::sunspec {

/// What a device does with a write to a point that is read-only or not implemented. Old devices
/// ignore it, newer ones refuse (SunSpec Device Information Model 1.1 against Information Model
/// 1.9): both are conforming.
enum class ForbiddenWrite { refuse, ignore };

/// The device's side: a chain of models in registers ("SunS", the models, the end model), set point
/// by point and read by any range. A point that was never set reads as not implemented. Building
/// the chain allocates; after that only the first writes do.
///
///     Image image(40000);
///     image.add(1);
///     image.add(701);
///     image.add(714, 2);                                  // two DC ports
///     (void)image.set_text(point<1>("Mn"), "maker");
///     (void)image.set(point<701>("W_SF"), -1);            // scale factors first
///     (void)image.set(point<701>("InvSt"), symbol<701>("InvSt", "RUNNING"));
///     image.measure(point<701>("W"), 1234.5);             // each time something is measured
///     image.measure(repeated_point<714>("Prt.DCW")[1], 800.0);
///
///     class Inverter : public modbus::DataModel {
///         modbus::Served read_holding_registers(std::uint16_t address,
///                                               std::span<std::uint16_t> into) override {
///             return image_.read(address, into);
///         }
///         modbus::Served write_registers(std::uint16_t address,
///                                        std::span<const std::uint16_t> values) override {
///             if (const auto done = image_.write(address, values); !done) return done;
///             const Reading w = image_.view(704).number(point<704>("WSet"));
///             if (image_.wrote(point<704>("WSet")) && !possible(*w)) {
///                 image_.undo_write();
///                 return modbus::refuse(modbus::ExceptionCode::illegal_data_value);
///             }
///             return {};
///         }
///     };
class Image {
  public:
    explicit Image(std::uint16_t base = 40000,
                   ForbiddenWrite forbidden_write = ForbiddenWrite::refuse);

    /// Appends a model; the tables must know it. Its ID, L and group count are set, the rest is not
    /// implemented. A second model of the same id is instance 1 of it, and so on. `slots`: points
    /// that each of its curves has room for.
    void add(std::uint16_t model, int repetitions = 0, int slots = 0);
    /// A known model that ends after `length` registers behind ID and L, or has more than it
    /// should: devices do that, such as a common model of 65.
    void add_of_length(std::uint16_t model, std::uint16_t length, int slots = 0);
    /// A model of which only its id and content are known, such as a vendor's own.
    void add_foreign(std::uint16_t id, std::span<const std::uint16_t> content);

    /// Sets a point in its unit, with its scale factor in force. Fails with out_of_range when the
    /// value does not fit, with not_available when the device's model ends before the point or its
    /// scale factor is not set.
    Result<void> set(const Point& point, double value, int instance = 0);
    /// As set(), but the value is a measurement: what does not fit saturates, NaN becomes not
    /// implemented. Nothing happens where set() would say not_available.
    void measure(const Point& point, double value, int instance = 0);
    /// Fails with out_of_range when the text is too long for the point.
    Result<void> set_text(const Point& point, std::string_view text, int instance = 0);
    void set_not_implemented(const Point& point, int instance = 0);

    [[nodiscard]] bool has(std::uint16_t model, int instance = 0) const;
    /// The model must be there. Valid until the next add().
    [[nodiscard]] ModelView view(std::uint16_t model, int instance = 0) const;
    [[nodiscard]] std::uint16_t address_of(const Point& point, int instance = 0) const;

    /// Any range inside the chain, marker and end model included; else "illegal data address".
    [[nodiscard]] modbus::Served read(std::uint16_t address, std::span<std::uint16_t> into) const;

    /// A client's write: all of it or nothing. Refused when it leaves the models or splits a point
    /// (illegal data address), touches a point that is read-only or not implemented (likewise,
    /// unless such writes are ignored), or would make one not implemented (illegal data value).
    [[nodiscard]] modbus::Served write(std::uint16_t address,
                                       std::span<const std::uint16_t> values);
    struct Touched {
        Point point;  ///< of a repeating group: of its instance
        int instance = 0;
    };
    /// The points that the last write() changed or wrote again; none when it was refused.
    [[nodiscard]] std::span<const Touched> touched() const noexcept { return touched_; }
    [[nodiscard]] bool wrote(const Point& point, int instance = 0) const;
    /// Takes the last write() back, when the device does not want it after all.
    void undo_write();

    [[nodiscard]] std::uint16_t base() const noexcept { return base_; }
    /// All registers from the base on, for a device that misbehaves on purpose.
    [[nodiscard]] std::span<std::uint16_t> registers() noexcept { return registers_; }

  private:
    struct Placed {
        std::uint16_t id = 0;
        const Model* model = nullptr;  // nullptr: foreign
        int instance = 0;
        std::size_t begin = 0;  // index of its ID
        std::size_t size = 0;   // registers, ID and L included
        int slots = 0;          // of its curves
    };

    Placed& append(std::uint16_t id, std::uint16_t length);
    [[nodiscard]] const Placed* find(std::uint16_t model, int instance) const;
    [[nodiscard]] const Placed& placed(const Point& point, int instance) const;
    [[nodiscard]] ModelView view_of(const Placed& placed) const;
    [[nodiscard]] std::span<std::uint16_t> registers_of(const Placed& placed, const Point& point);
    /// May this be written? Notes the points that would be.
    [[nodiscard]] modbus::Served check_write(std::uint16_t address,
                                             std::span<const std::uint16_t> values);
    [[nodiscard]] modbus::Served check_point(const Placed& placed, const Point& point,
                                             std::span<const std::uint16_t> values);

    std::uint16_t base_;
    ForbiddenWrite forbidden_write_;
    std::vector<Placed> models_;
    std::vector<std::uint16_t> registers_;
    std::vector<Touched> touched_;
    std::vector<std::uint16_t> overwritten_;  // the registers of touched_, as they were
};

}  // namespace islandbench::sunspec
