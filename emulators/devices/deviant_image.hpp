#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/deviation.hpp"
#include "base/time.hpp"
#include "protocols/modbus/server.hpp"
#include "protocols/sunspec/point.hpp"

namespace islandbench::devices {

/// The register image of a deviating device, made anew of the healthy one's for each request: the
/// chain is taken apart, its parts are changed, and it is put together again.
class DeviantImage {
  public:
    DeviantImage(modbus::DataModel& healthy, std::uint16_t base) : healthy_(healthy), base_(base) {}

    /// As of `age` after the start. `address` and `count`: what the request touches.
    void build(const std::vector<DeviationDeed>& deeds, Duration age, std::uint16_t address,
               std::size_t count);

    [[nodiscard]] modbus::Served read(std::uint16_t address, std::span<std::uint16_t> into) const;
    /// Where the healthy device keeps this register; nothing where it has none.
    [[nodiscard]] std::optional<std::uint16_t> origin(std::uint16_t address) const;
    /// The address is that of a model's content.
    [[nodiscard]] bool inside(int model, std::uint16_t address, std::size_t count) const;
    /// All points there may be written.
    [[nodiscard]] bool writable(std::uint16_t address, std::size_t count) const;
    /// What is written here, as the healthy device would want it: its scale factors may be others.
    void translate(std::uint16_t address, std::vector<std::uint16_t>& values,
                   const std::vector<DeviationDeed>& deeds) const;
    /// Begins and ends at the border of a point, wherever the tables know the model.
    [[nodiscard]] bool whole_points(std::uint16_t address, std::size_t count) const;
    /// Where the point stands; nothing where it does not.
    [[nodiscard]] std::optional<std::uint16_t> address_of(const std::string& point) const;
    /// End of the chain: the address of the end model's ID.
    [[nodiscard]] std::uint16_t end() const noexcept { return end_; }

    /// "701.W_SF" in the tables; nullptr where they have none.
    [[nodiscard]] static const sunspec::Point* find_point(const std::string& name);

  private:
    struct Cell {
        std::uint16_t value = 0;
        int origin = -1;
    };
    /// A model, or what stands between.
    struct Part {
        int id = 0;
        std::vector<Cell> cells;
        int address = 0;     ///< once placed
        int off_chain = -1;  ///< offset from the base of one that is elsewhere
    };

    void take_apart();
    void change_layout(const DeviationDeed& deed, Duration age);
    void put_together(const std::vector<DeviationDeed>& deeds);
    void change_values(const DeviationDeed& deed);
    void change_end(const std::vector<DeviationDeed>& deeds, Part end);
    /// Visits the points that the range touches, with their addresses.
    template <class Visit>
    void each_point(std::uint16_t address, std::size_t count, Visit visit) const;
    [[nodiscard]] Part* part(int id);
    [[nodiscard]] const Part* part(int id) const;
    void set(Part& part, const DeviationDeed& deed) const;
    void rescale(Part& part, const DeviationDeed& deed) const;
    void zero(Part& part, const DeviationDeed& deed) const;
    [[nodiscard]] bool due(const DeviationDeed& deed) const;

    modbus::DataModel& healthy_;
    std::uint16_t base_;        // of the healthy one
    std::uint16_t own_base_{};  // of this one
    std::uint16_t end_ = 0;
    bool ends_early_ = false;
    std::vector<Part> parts_;                  // the marker first, the end model last
    std::map<int, std::vector<Cell>> frozen_;  // by model
    Duration age_{};                           // since the start
    std::uint16_t touched_ = 0;
    std::size_t touched_count_ = 0;
};

}  // namespace islandbench::devices
