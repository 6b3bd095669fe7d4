#pragma once

#include <array>
#include <cstdint>

#include "dispatch/core/config.hpp"
#include "dispatch/core/forecast.hpp"

/// What goes into a step and what comes out. Units and signs: config.hpp.
namespace islandbench::dispatch::core {

/// Time of a report that never came.
inline constexpr std::int64_t never_reported = std::numeric_limits<std::int64_t>::min();

using PhaseArray = std::array<std::int32_t, phase_count>;

/// The newest report of an inverter and of its battery.
struct UnitIn {
    std::uint32_t id = 0;  ///< who reports; 0 = not told. Somebody else's report is none.
    std::int64_t reported_ms = never_reported;      ///< when the inverter said so
    std::int64_t soc_reported_ms = never_reported;  ///< when the SoC was said
    std::int32_t p_w = 0;                           ///< AC
    PhaseArray p_phase_w{};
    PhaseArray v_mv{};       ///< phase to neutral; 0 where it has no phase
    std::int32_t q_var = 0;  ///< all phases
    std::int32_t pv_w = 0;   ///< DC power of its PV field, >= 0
    std::int32_t soc_permille = 0;
    std::int32_t charge_max_w = 0, discharge_max_w = 0;  ///< at the AC side, now, >= 0
    bool connected = false, fault = false;
    bool opted_out = false;  ///< its owner lends nothing; wins at once
};

struct HomeIn {
    std::uint32_t id = 0;
    std::int64_t reported_ms = never_reported;
    std::array<std::int32_t, tier_count> p_w{};  ///< consumption positive; 0 while open
    std::array<bool, tier_count> closed{};       ///< contactor positions, read back
    bool carried_out = true;  ///< what was last ordered has been written and read back
};

struct SiteIn {
    std::int64_t now_ms = 0;

    std::int64_t reported_ms = never_reported;  ///< by the interconnect device
    bool closed = false;
    bool island_stable = false;  ///< contact open, the street's voltage and frequency in range
    bool grid_ok = false;
    bool permit_island = false, permit_reclose = false;
    bool sync_ok = false;
    std::int32_t timer_remaining_ms = 0;  ///< of its observation of the grid
    std::int32_t v_grid_mv = 0, v_island_mv = 0;
    std::int32_t f_grid_mhz = 0, f_island_mhz = 0;

    std::int64_t poi_reported_ms = never_reported;  ///< by the meter at the interconnect
    std::int32_t poi_w = 0;                         ///< positive = import

    bool island_wanted = false;  ///< an operator wants the street in an island
    bool emergency = false;      ///< an operator lets a promise at risk use the owners' reserves

    /// A storm that an operator has announced; never_reported = none.
    std::int64_t storm_from_ms = never_reported, storm_until_ms = never_reported;
    bool unlock = false;  ///< an installer has looked into a lock-out, and ends it
};

enum class UnitAction : std::uint8_t {
    leave,    ///< order nothing
    set,      ///< the set-point below
    release,  ///< no set-point: the device's own behaviour
};

/// What a unit falls back to when orders stop.
enum class UnitDefault : std::uint8_t {
    keep_forming,  ///< a former goes on forming
    zero,          ///< connected follower: no power from its battery
    hold_last,     ///< follower in the island: its last power, frequency-watt acting in the device
    own,           ///< released: what the device does by itself
};

struct UnitOut {
    UnitAction action = UnitAction::leave;
    UnitDefault fallback = UnitDefault::own;
    std::int32_t p_set_w = 0;
    std::int32_t p_default_w = 0;  ///< set-point after valid_ms without news
    std::int32_t valid_ms = 0;
    std::int32_t curtail_permille = 1000;  ///< upper limit of its power, of its rating
    bool respond = false;                  ///< its frequency response is to be armed
};

struct HomeOut {
    /// Tiers below this number are to be closed, this one and higher ones open. So a tier is
    /// never off while a less critical one is on. At least 1: tier 0 stays on.
    std::int32_t closed_tiers = tier_count;
};

/// Things a person should look at; bits of SiteOut::alarms.
enum class Alarm : std::uint8_t {
    invariant_broken,
    interconnect_lost,
    former_lost,
    unit_lost,       ///< a unit's telemetry is stale or absent
    shed_futile,     ///< shedding had no effect several times; stopped on that phase
    overload_stays,  ///< a former is overloaded and nothing is left to shed
    energy_low,      ///< the formers' energy is below the saving threshold
    bad_supply,      ///< connected to a supply outside its range
    closed_unasked,  ///< the interconnect closed without being asked
    tier0_open,      ///< a tier 0 contactor is read back open
    import_export,   ///< a limit at the interconnect is exceeded
    bad_input,       ///< numbers that cannot be, or a fleet that does not fit
    black,
    promise_at_risk,   ///< see SiteOut::promises; raised before it fails
    firm_opt_out,      ///< an owner with a firm part opted out in this step, in an outage
    reserve_released,  ///< an emergency: owners' reserves are in use
    branch_over,       ///< a cable is ordered, or drawn, beyond its limit
    headroom_low,      ///< the formers could not take over the largest unit and the largest tier
    limit_lockout,     ///< a limit at the interconnect was exceeded too long or too often
};
inline constexpr int alarm_count = 19;

constexpr std::uint32_t bit(Alarm alarm) noexcept {
    return 1u << static_cast<unsigned>(alarm);
}

/// How a limit at the interconnect stands (the states 1 to 3 of EREC G100).
enum class LimitState : std::uint8_t {
    kept,
    exceeded,  ///< long enough to be counted
    locked,    ///< too long or too often: batteries and PV rest
};

/// What an announced storm asks for.
enum class StormState : std::uint8_t {
    none,
    waiting,    ///< announced; there is time
    charging,   ///< to the owners' ceilings
    returning,  ///< it is over: back to where each battery was before
};

/// Promises that every step's outputs keep.
enum class Promise : std::uint8_t {
    none_broken,
    sum_matches_plan,       ///< per phase, the orders add up to the plan within a dead band
    inside_box,             ///< no set-point outside what the unit can do, after rounding too
    ramp_kept,              ///< no rise beyond the ramp unless it relieves a former
    one_direction,          ///< no battery charges from another
    reserve_is_fresh,       ///< no stale or absent unit counts as reserve
    opt_out_wins,           ///< an owner who opted out lends nothing
    floor_kept,             ///< no discharge at or below the floor and its trust margin
    validity_and_default,   ///< every order has both
    formers_left_forming,   ///< no former is ever ordered anything
    closing_asked_rightly,  ///< sync asked when syncing, or black with a healthy grid
    services_on_grid_only,  ///< no trim for limits, no response armed while not connected
    tiers_in_order,         ///< tier 0 on; sheds only where allowed
    restore_one_by_one,     ///< one restore at a time, and its gap kept
};

enum class PromiseState : std::uint8_t {
    none,     ///< nothing promised, or its time is over
    kept,     ///< with 95 % probability to its end
    at_risk,  ///< announced: time_left_ms tells how long
    broken,   ///< the street is dark or its batteries are empty
};

/// A commitment as it stands. Before an outage: as it would stand if one came now.
struct PromiseOut {
    PromiseState state = PromiseState::none;
    std::int64_t remaining_ms = 0;  ///< of the promised time
    std::int64_t time_left_ms = 0;  ///< that can be supplied with 95 % probability, tiers 2-4 off
};

struct SiteOut {
    FsmState state = FsmState::init;
    IslandMode mode = IslandMode::normal;
    bool sync_request = false;
    bool island_request = false;
    std::int32_t period_ms = 1000;  ///< until the next step
    std::uint32_t alarms = 0;
    Promise broken = Promise::none_broken;  ///< the first one, with Alarm::invariant_broken
    std::int64_t target_w = 0;              ///< what the units together should give
    std::int64_t p_set_sum_w = 0;           ///< what they were ordered
    PhaseArray load_w{};                    ///< estimated load per phase, in the island
    PhaseArray former_permille{};           ///< current of the formers per phase, of their rating
    std::int64_t reserve_w = 0;  ///< what units with fresh data could add; stale ones count nothing
    std::int64_t unplaced_w = 0;  ///< surplus (curtailed) or demand that no unit could take
    std::int32_t shed_tiers = 0;  ///< contactors that the core holds open
    std::int64_t sure_w = 0, sure_wh = 0;  ///< there with 95 % probability, formers included
    std::array<PromiseOut, max_commitments> promises{};
    std::int32_t firm_opt_outs = 0;  ///< in this outage

    LimitState limit = LimitState::kept;
    std::int32_t excursions = 0;             ///< counted, ever
    std::int32_t import_aim_w = no_limit_w;  ///< what peak shaving holds the import below
    StormState storm = StormState::none;
    std::int32_t armed_units = 0;  ///< whose frequency response is armed
    /// How long the batteries last if an island begins now, or goes on, with the tiers up to this
    /// one on. Renewed once a minute; zeros before the first.
    std::array<Runtime, tier_count> runtimes{};
};

}  // namespace islandbench::dispatch::core
