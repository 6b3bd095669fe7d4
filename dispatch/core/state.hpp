#pragma once

#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "dispatch/core/data.hpp"
#include "dispatch/core/forecast.hpp"
#include "dispatch/core/scratch.hpp"

/// What a step remembers: integers only, no padding, so that a copy is a copy and the hash covers
/// every bit.
namespace islandbench::dispatch::core {

enum class Quality : std::uint8_t {
    good,    ///< as young as the report period promises
    held,    ///< late, still believed
    stale,   ///< cannot help; still does its last order until that runs out
    absent,  ///< says nothing
};

struct UnitState {
    std::int64_t reported_ms = never_reported;
    std::int64_t ceiling_mw = 0;  ///< ramp: its power may not be set above this
    std::int64_t floor_mw = 0;    ///< while gentle_ms runs: nor below this
    std::int64_t ordered_ms =
        never_reported;  ///< when its set-point was last ordered with fresh data
    std::int32_t p_set_w = 0;
    std::int32_t in_load_w = 0;  ///< its part of the filtered load
    Quality quality = Quality::absent;
    std::uint8_t charging = 0;   ///< below the owner's reserve, on the grid
    std::uint8_t commanded = 0;  ///< p_set_w is in force
    std::uint8_t in_load = 0;
    std::int32_t gentle_ms = 0;                  ///< was silent: moves slowly for so long
    std::int64_t full_ms = never_reported;       ///< when its battery was last full, or first heard
    std::int64_t set_since_ms = never_reported;  ///< in the smallest efficient set, or never
    std::uint32_t id = 0;                        ///< whose memory this is
    std::int32_t event_soc_permille = -1;  ///< when the outage began, or was first told; -1 = not
    std::uint8_t barred = 0;               ///< another one has its id: takes no part
    std::uint8_t opted_out = 0;
    std::int16_t storm_soc_permille = -1;  ///< when charging for a storm began; -1 = it did not
    std::uint8_t armed = 0;                ///< inside the corridor of the frequency response
    std::uint8_t in_flow = 0;              ///< counted in SiteState::flow
    std::array<std::uint8_t, 2> spare{};
};

struct HomeState {
    std::int64_t reported_ms = never_reported;
    std::array<std::int32_t, tier_count> peak_w{};  ///< remembered power of each tier
    std::int32_t closed_tiers = tier_count;
    std::int64_t faded_ms = never_reported;    ///< when peak_w last faded, or its turn begins
    std::int64_t ordered_ms = never_reported;  ///< when closed_tiers last changed
    std::uint32_t id = 0;
    std::uint8_t found_open = 0;  ///< reports in a row with a tier open that should be closed
    std::uint8_t barred = 0;
    std::array<std::uint8_t, 2> spare{};
};

struct PhaseState {
    std::int64_t load_mw = 0;   ///< filtered load
    std::int64_t bound_mw = 0;  ///< held peak of the load
    std::int64_t overload_since_ms = never_reported;
    std::int64_t free_since_ms = never_reported;  ///< no overload since
    std::int64_t shed_ms = never_reported;
    std::int64_t effect_due_ms = never_reported;  ///< an effect of the shed is awaited until then
    std::int64_t restored_ms = never_reported;
    std::int64_t locked_until_ms = never_reported;  ///< no restore before
    std::int64_t window_ms = never_reported;  ///< start of the present half of the peak window
    std::int32_t peak_now_w = 0, peak_before_w = 0;
    std::int32_t shed_before_w = 0, shed_expected_w = 0;
    std::int32_t backoff_ms = 0;
    std::int32_t overload_samples = 0;
    std::int32_t futile = 0;
    std::int32_t shed_home = -1;  ///< the last home shed on this phase
};

struct PromiseMemory {
    std::int64_t kept_since_ms = never_reported;  ///< after a risk: holds again since
    PromiseState state = PromiseState::none;
    std::array<std::uint8_t, 7> spare{};
};

/// What services remember. The part of the memory that has to survive a restart: whoever runs the
/// core keeps it (State::services) and gives it back.
struct ServiceState {
    std::int64_t excess_since_ms = never_reported;
    std::array<std::int64_t, 4> counted_ms{never_reported, never_reported, never_reported,
                                           never_reported};  ///< the newest first
    std::int64_t locked_until_ms = never_reported;
    std::int64_t demand_mw = 0;  ///< of the street, filtered
    std::int64_t peak_since_ms = never_reported, calm_since_ms = never_reported;
    std::int64_t quarter = -1;  ///< quarter-hour that is being summed
    std::int64_t quarter_mwms = 0, quarter_ms = 0;
    std::int64_t aim_mw = 0;  ///< what import is held below
    std::int64_t storm_until_ms = never_reported;
    std::int32_t excursions = 0;
    std::int32_t highest_w = 0;  ///< mean import of the highest quarter-hour
    LimitState limit = LimitState::kept;
    StormState storm = StormState::none;
    std::uint8_t counted = 0;  ///< the present excess is
    std::uint8_t demand_known = 0;
    std::array<std::uint8_t, 4> spare{};
};

/// What the units that serve the flow at the interconnect were ordered and told together in one
/// step: unseen.hpp.
struct FlowMoment {
    std::int64_t at_ms = never_reported;
    std::int64_t told_ms = 0;  ///< mean time of their reports
    std::int64_t ordered_w = 0, told_w = 0;
};
inline constexpr std::size_t flow_moments = 16;

struct FlowMemory {
    std::array<FlowMoment, flow_moments> moments{};  ///< the newest first
    std::int64_t count = 0;
    std::int64_t held_back_w = 0;  ///< planned in the last step, and kept back by the ramp
};

struct SiteState {
    std::int64_t last_ms = never_reported;
    std::int64_t entered_ms = 0;  ///< the present state
    std::int64_t interconnect_ms = never_reported;
    std::int64_t former_ms = never_reported;  ///< newest report of a former
    std::int64_t poi_ms = never_reported;
    std::int64_t tie_mw = 0;   ///< mean flow at the metering point, import > 0
    std::int64_t trim_mw = 0;  ///< integrator of the one metering point
    FlowMemory flow;
    std::int64_t balance_ms = never_reported;   ///< of the load filter's newest sample
    std::int64_t restored_ms = never_reported;  ///< last restore anywhere
    std::int64_t surplus_ms = never_reported;   ///< when surplus was last curtailed
    std::array<PhaseState, phase_count> phases{};
    std::int64_t event_ms = never_reported;  ///< when the grid was lost
    std::array<PromiseMemory, max_commitments> promises{};
    std::array<std::uint8_t, guard_count> confirmed{};
    FsmState fsm = FsmState::init;
    IslandMode mode = IslandMode::normal;
    std::uint8_t running = 0;    ///< a first step has been made
    std::uint8_t balancing = 0;  ///< the load filter is set
    std::uint8_t broken = 0;     ///< an invariant was broken in the last step
    std::uint8_t settled = 0;
    IslandMode mode_next = IslandMode::normal;
    std::uint8_t mode_votes = 0;
    std::uint8_t in_sets = 0;      ///< only a set of the units works
    std::uint8_t released = 0;     ///< the owners' reserves are in use
    std::uint8_t promise_low = 0;  ///< 1: others save for a promise; 2: only tiers 0 and 1 are on
    std::array<std::uint8_t, 4> spare{};
    std::int32_t firm_opt_outs = 0;
    ServiceState services;
    ForecastState demand, sun;  ///< of the street
    std::array<Runtime, tier_count> runtimes{};
    std::int64_t outlook_minute = -1;         ///< in which they were reckoned
    std::int64_t looked_ms = never_reported;  ///< when demand was last looked at
};

template <class T>
inline constexpr bool plain =
    std::is_trivially_copyable_v<T>&& std::has_unique_object_representations_v<T>;
static_assert(plain<SiteState> && plain<UnitState> && plain<HomeState>);

/// All that a step remembers. A copy is an independent replica.
struct State : SiteState {
    State() = default;
    explicit State(const Config& config) { fit(config); }

    /// Takes the memory that a fleet needs; what is remembered of units and homes that stay is
    /// kept. The one place of the core that allocates: call it when the fleet changes, or a unit's
    /// role, never in between. A step works on the units and homes that fit.
    void fit(const Config& config);

    /// Notes which units are formers: they are listened to before all others. Part of fit(); a step
    /// that meets others than it listened to does so for the next one.
    void list_formers(const Config& config) noexcept;

    std::vector<UnitState> units;
    std::vector<HomeState> homes;
    Scratch scratch;
};

/// Over every bit of the memory in use; equal states have equal hashes.
std::uint64_t hash(const State& state) noexcept;

}  // namespace islandbench::dispatch::core
