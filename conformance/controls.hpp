#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/snapshot.hpp"

/// By which points a device is told what to do, and shows what it does then: those of 701 to 704
/// (IEEE 1547-2018), or those of 101 to 124 where it has no 704. Some have both, and each is a way
/// in of its own.
namespace islandbench::conformance {

/// One order: a value, what switches it on, its time-out and the window in which it begins. Empty:
/// these models have none.
struct Lever {
    std::uint16_t model = 0;
    std::string_view value, enable, time_out, window;

    [[nodiscard]] std::string text() const;  ///< "704 WSet"
};

struct Controls {
    Lever set_point;             ///< W (704), or percent of 124 WChaMax of the battery alone
    Lever limit;                 ///< percent of the rating
    Lever permission;            ///< 1 = may serve
    Lever factor;                ///< cos phi
    Lever reactive;              ///< percent
    std::string_view read_only;  ///< a point of the measuring model that nobody may write

    /// 123 and 124: what runs out is just over, there is no value to fall back to.
    [[nodiscard]] bool basic() const noexcept { return limit.model == 123; }
    /// "703 and 704"
    [[nodiscard]] std::string text() const;
};
/// The way in that is asked now: the device's first, or its other one (Snapshot::other_way).
[[nodiscard]] const Controls& controls_of(const Snapshot& device);
/// Whether it can be told by 703 or 704 as well as by 123 or 124.
[[nodiscard]] bool has_other_way(const Snapshot& device);
/// All ways in, the first one first; none where nothing can be ordered.
[[nodiscard]] std::vector<const Controls*> ways_of(const Snapshot& device);

/// What it is, in the words of its models: "inverter, single phase, float32 (111)"; empty where
/// none of them says that.
[[nodiscard]] std::string kind_of(const Snapshot& device);

/// The model that measures power, voltage and frequency of an inverter: 701, or one of 101 to 113.
/// nullptr where there is none. `from` is a Snapshot or a Poll.
inline constexpr std::uint16_t ac_models[] = {701, 103, 102, 101, 113, 112, 111};
template <class From>
[[nodiscard]] const ModelData* ac_of(const From& from) {
    for (const std::uint16_t id : ac_models) {
        const ModelData* const model = from.find(id);
        if (model != nullptr && model->read) return model;
    }
    return nullptr;
}

/// Rated active power in W; 0 where the device does not tell it.
[[nodiscard]] double rated_power(const Snapshot& device);
/// The base of its power limit in W: a setting, else the rating; 0 where it tells neither.
[[nodiscard]] double power_base(const Snapshot& device);
/// State of charge in percent, of 713 or 124.
template <class From>
[[nodiscard]] sunspec::Reading charge_of(const From& from) {
    const sunspec::Reading soc = number(from.find(713), "SoC");
    return soc ? soc : number(from.find(124), "ChaState");
}
/// Of the inputs of a model 160 that are no battery's, in W.
[[nodiscard]] std::optional<double> pv_power(const ModelData& inputs);

/// The state that an inverter tells, in the words of 701 InvSt; nothing where it tells none.
struct State {
    std::string text;   ///< "103 St is 4"
    bool idle = false;  ///< off, asleep or standing by
    bool fault = false;
};
[[nodiscard]] std::optional<State> state_of(const ModelData& ac);

}  // namespace islandbench::conformance
