#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace islandbench {

/// Index of a signal; names are looked up at start-up only.
enum class SignalId : std::uint32_t {};

/// What a signal is between two of its samples.
enum class Between {
    step,    ///< holds the older one
    linear,  ///< moves from one to the other at a steady rate
};

struct SignalInfo {
    std::string name;  ///< "<source>.<thing>[.<part>].<quantity>", such as truth.home1.v
    Dimension dimension = Dimension::none;
    /// A change up to this size is not recorded before the next full second.
    double dead_band = 0.0;
    /// What it says may be so far from what is, either way: of a meter, or of a thinned record.
    double uncertainty = 0.0;
    Between between = Between::step;
};

/// The newest value of every signal of a run. Names say the source: `truth.` is the plant (the
/// device under test never sees it), `seen.` is telemetry as decoded, `cmd.` is what was ordered,
/// `link.` is the wire, `event.` counts how often something has happened so far.
///
/// Whoever knows a value sets it; the recorder and the criteria read all of them once per tick.
/// Booleans are 0 and 1. A signal without a value is NaN (`no_value`).
class Signals {
  public:
    static constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

    /// Adds a signal; the name must be new. Start-up only.
    SignalId add(SignalInfo info);
    /// Adds `event.<name>`, a count that starts at 0.
    SignalId add_event(std::string_view name);

    [[nodiscard]] std::optional<SignalId> find(std::string_view name) const;
    [[nodiscard]] const SignalInfo& info(SignalId id) const { return infos_[index(id)]; }
    [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
    [[nodiscard]] const std::vector<SignalInfo>& infos() const noexcept { return infos_; }

    void set(SignalId id, double value) noexcept {
        double& kept = values_[index(id)];
        if (std::bit_cast<std::uint64_t>(kept) == std::bit_cast<std::uint64_t>(value)) return;
        kept = value;
        moved_[index(id) / block] = ++moves_;
    }
    void set(SignalId id, bool value) noexcept { set(id, value ? 1.0 : 0.0); }
    void happened(SignalId event) noexcept {
        set(event, get(event) + 1.0);
        ++events_;
    }
    /// How much has happened() so far.
    [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
    [[nodiscard]] double get(SignalId id) const noexcept { return values_[index(id)]; }
    /// How often any of them has become another value so far; and where that stood when one of a
    /// block last did. Who has seen moves() == n need not look at a block with moved() <= n.
    [[nodiscard]] std::uint64_t moves() const noexcept { return moves_; }
    [[nodiscard]] std::span<const std::uint64_t> moved() const noexcept { return moved_; }
    /// So many signals one behind the other are a block.
    static constexpr std::size_t block = 8;
    [[nodiscard]] std::span<const double> values() const noexcept { return values_; }

    static std::size_t index(SignalId id) noexcept { return static_cast<std::size_t>(id); }

  private:
    std::vector<SignalInfo> infos_;
    std::vector<double> values_;
    std::vector<std::uint64_t> moved_;  ///< by block
    std::uint64_t moves_ = 0;
    std::uint64_t events_ = 0;
    std::map<std::string, SignalId, std::less<>> by_name_;
};

}  // namespace islandbench
