#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "dispatch/core/states.hpp"

/// What the dispatch core is told once: the fleet, the limits and the times.
///
/// Numbers are integers and a name ends in its unit: _w watts, _wh watt-hours, _mv millivolts,
/// _mhz millihertz, _ms milliseconds, _permille thousandths. Positive power flows from the device
/// into the AC bus; at the interconnect positive is import, from the grid into the street.
namespace islandbench::dispatch::core {

inline constexpr int phase_count = 3;
inline constexpr int tier_count = 5;

/// Larger fleets are cut: up to here no sum of powers can overflow.
inline constexpr std::size_t max_units = std::size_t{1} << 18;
inline constexpr std::size_t max_homes = std::size_t{1} << 18;

inline constexpr std::int32_t no_limit_w = std::numeric_limits<std::int32_t>::max();

/// What a unit is to the street.
enum class UnitRole : std::uint8_t {
    follower,  ///< takes a power set-point
    former,    ///< makes voltage and frequency; its power is the balance of the island
};

/// Phase index of a unit whose power is spread evenly over all three.
inline constexpr int three_phase = 3;

/// How surely an owner's battery takes part when the street needs it. An owner who opts out does so
/// at once either way; of a firm one it is recorded.
enum class Participation : std::uint8_t { voluntary, firm };

/// No home of the configuration.
inline constexpr std::int32_t no_home = -1;

/// A battery inverter: a home's hybrid, or the municipal unit that forms the street.
struct UnitConfig {
    /// Tells it from all others; 0 = it has only its place in the list.
    std::uint32_t id = 0;
    UnitRole role = UnitRole::follower;
    std::uint8_t phase = 0;  ///< 0, 1, 2, or three_phase
    std::uint16_t branch =
        0;  ///< cable it hangs on: branches[branch - 1]; 0 = none that is watched
    bool takes_setpoint = true;  ///< false: it is watched, never commanded
    std::int32_t rating_w = 0;
    std::int32_t capacity_wh = 0;
    std::int32_t pv_peak_w = 0;  ///< PV on its DC bus; 0 = none
    std::int32_t owner_reserve_permille = 300;
    std::int32_t normal_floor_permille = 200;
    std::int32_t normal_ceiling_permille = 950;
    std::int32_t island_floor_permille = 200;
    std::int32_t technical_floor_permille = 100;  ///< below this nothing is taken from it, ever
    std::int32_t event_dod_permille = 1000;       ///< most that one outage may take, of capacity
    /// The owner lends what is between the floors of island and device in an emergency; see
    /// SiteIn::emergency.
    bool emergency_release = false;
    Participation participation = Participation::voluntary;
    /// The owner's home: between those floors the battery serves it, and nobody else.
    std::int32_t home = no_home;
    /// Below this its battery works badly or not at all; 0 = at any power. See Tuning::set_*.
    std::int32_t efficient_min_w = 0;
    std::int32_t dead_band_w = 100;        ///< smaller changes of its set-point are not ordered
    std::int32_t report_period_ms = 1000;  ///< how often its telemetry is expected
    std::int32_t hold_ms = 3000;           ///< telemetry up to this age still counts
};

/// A home's load controller.
struct HomeConfig {
    std::uint32_t id = 0;
    std::uint8_t phase = 0;
    std::uint16_t branch = 0;  ///< as of a unit
    std::int32_t report_period_ms = 1000;
    std::int32_t hold_ms = 3000;
};

/// A site that is to be supplied for so long after the grid is lost, whatever happens to others.
struct CommitmentConfig {
    std::int32_t firm_w = 0;
    std::int64_t duration_ms = 0;
    bool others_save = false;  ///< others are shed while what it needs is all that is left
};
inline constexpr std::size_t max_commitments = 8;

/// A cable of the street whose limit is narrower than what hangs on it.
struct BranchConfig {
    std::array<std::int32_t, phase_count> limit_w{};  ///< either way, >= 0
};
inline constexpr std::size_t max_branches = 4096;

/// A range that a value must be inside.
struct Window {
    std::int32_t low = 0, high = 0;
    [[nodiscard]] constexpr bool holds(std::int32_t value) const noexcept {
        return low <= value && value <= high;
    }
};

/// Thresholds, gains and times; the defaults are for a street of homes at 230 V and 50 Hz.
struct Tuning {
    std::int32_t grid_period_ms = 1000;
    std::int32_t island_period_ms = 250;

    // When voltage (mean of the phases) and frequency count as a supply.
    std::int32_t nominal_mv = 230000;
    Window grid_v_mv{184000, 262200}, grid_f_mhz{47500, 52000};      ///< enter service
    Window supply_v_mv{195500, 257600}, supply_f_mhz{49000, 51000};  ///< while connected
    Window island_v_mv{195500, 253000}, island_f_mhz{47000, 53000};
    std::int32_t dead_mv = 46000;  ///< below this a bus is dead

    // Age of data.
    std::int32_t absent_ms = 60000;  ///< older telemetry says nothing at all
    std::int32_t soc_hold_ms =
        60000;                      ///< SoC moves slowly: a battery may work so long without news
    std::int32_t blind_ms = 10000;  ///< the interconnect silent for so long: hold

    // Energy. A floor is kept by the trust margin, as SoC estimates err.
    std::int32_t trust_permille = 10;
    /// What is said of the time left trusts an SoC less: it drifts since the battery was last full.
    std::int32_t drift_permille_per_day = 10, drift_least_permille = 50;  // [K]
    std::int32_t empty_fastest_per_h = 12;  ///< nothing is emptied or filled in less than 1/12 h
    std::int32_t hold_last_per_h = 1;       ///< a silent follower's last power lasts it for an hour
    std::int32_t saving_wh = 2000, saving_permille = 20;  ///< of the formers, above floor
    std::int32_t saving_exit_wh = 4000, saving_exit_permille = 50;
    std::int32_t critical_wh = 600, critical_permille = 5;
    std::int32_t pv_to_ac_permille = 970;
    std::int32_t pv_probe_permille = 40;  ///< of rating, asked of a full unit to find more PV

    // Formers, per phase, of their rated current.
    std::int32_t share_limit_permille = 900;  ///< what is planned with
    std::int32_t overload_permille = 1000;    ///< above this: two samples, then tiers are shed
    std::int32_t severe_permille = 1300;      ///< above this: shed at once

    // Balance in the island.
    std::int32_t load_filter_ms = 2000;
    std::int32_t bound_release_ms = 5000;
    std::int32_t idle_w = 200;  ///< a smaller net load is the formers' alone
    std::int32_t island_ramp_permille_per_s = 100;
    /// A unit that was silent comes back so gently, up and down, for so long. Half of what a
    /// second may bring, as two orders may arrive in one.
    std::int32_t resume_ramp_permille_per_s = 50, resume_ms = 60000;
    std::int32_t quantum_w = 10;
    std::int32_t full_exit_ms = 10000;

    // The smallest efficient set: where shares would fall below what units do well, fewer of them
    // work, by energy; who works stays for a while, and others take turns.
    std::int32_t set_cover_permille = 1200;  ///< what the set can give, of what is asked
    std::int32_t set_bonus_permille = 1200;  ///< of the energy of one that works already
    std::int32_t set_min_on_ms = 300000;
    std::int32_t set_rotate_ms = 900000;  ///< after so long the bonus is a malus

    // Tiers.
    std::int32_t help_ms = 2000;         ///< units with room have so long to take an overload over
    std::int32_t effect_ms = 2000;       ///< a shed must be seen in the phase within this time
    std::int32_t effect_permille = 300;  ///< and with this share of what was expected
    std::int32_t futile_max = 3;
    std::int32_t recheck_ms = 10000;      ///< free of overload so long before futility is forgotten
    std::int32_t restore_gap_ms = 10000;  ///< between two restores in the street
    std::int32_t restore_gap_grid_ms = 2000;
    std::int32_t restore_factor_permille = 1200;  ///< cold-load pick-up
    std::int32_t restore_margin_w = 500;
    std::int32_t restore_window_ms = 10000;  ///< the phase's peak over so long must leave room
    std::int32_t restore_watch_ms = 60000;   ///< shed again within this time: wait twice as long
    std::int32_t backoff_max_ms = 900000;
    std::int32_t peak_fade_ms = 256000;        ///< time constant of a tier's remembered peak
    std::int32_t peak_fade_open_ms = 3600000;  ///< the same while it is off

    // Promises. What is there is promised only so far as it is there with 95 % probability: the
    // batteries of others may stay away one by one, and a common cause may take some at once.
    std::int32_t voluntary_permille = 950;  ///< take part when they are asked [KM]
    std::int32_t heard_permille = 970;      ///< are heard when they are needed [KM]
    std::int32_t promise_z_permille = 1645;
    std::int32_t common_cause_permille = 50;        ///< of what others have [EJ]
    std::int32_t promise_saving_permille = 1150;    ///< tier 4 is off below this, of what it needs
    std::int32_t promise_critical_permille = 1050;  ///< tiers 2-4 are
    std::int32_t promise_clear_ms = 60000;          ///< so long kept again before it is said

    // On the grid.
    std::int32_t rejoin_ramp_permille_per_min = 80;  ///< in the direction of export
    std::int32_t grid_ramp_permille_per_min = 1000;
    std::int32_t charge_permille = 50;  ///< of rating, while below the owner's reserve; 0 = never
    std::int32_t charge_delay_ms = 30000;
    std::int32_t charge_hysteresis_permille = 10;
    std::int32_t grid_dead_band_permille = 50;  ///< of the formers' rating: their islanding probe
    std::int32_t export_limit_w = no_limit_w, import_limit_w = no_limit_w;  ///< both >= 0
    /// Output that was ordered and that the meter has not seen yet: so much of it is counted on, if
    /// it was ordered so long before the reading. Five samples and one. 0 permille = none of it.
    std::int32_t predict_permille = 1000, predict_ms = 6000;
    /// Mean flow below which a planned island may begin: the larger of the two.
    std::int32_t tie_idle_w = 1000, tie_idle_permille = 20;  ///< of the formers' rating
    std::int32_t tie_readings = 4;  ///< the mean forgets so fast: the islanding probe is in each

    std::int32_t valid_ms = 6000;  ///< how long a set-point holds without news
};

/// What the street does for the grid while it is connected; Tuning has the limits themselves.
struct ServiceConfig {
    // A limit at the interconnect that is not kept (EREC G100 Issue 2 [S1]). Excess of so long is
    // counted; of so long, or counted so often, it locks the batteries for a while.
    std::int32_t excess_counts_ms = 15000, excess_locks_ms = 60000;
    std::int32_t repeat_ms = 600000, repeats = 2;  ///< so many within this time
    std::int32_t per_day = 3;                      ///< more than these within 24 h
    std::int32_t lock_ms = 4 * 3600 * 1000;        ///< commercial: ends by itself
    std::int32_t limit_blind_ms = 5000;            ///< meter silent: fail-safe [KM]

    // Peak shaving. Import is held below the target as long as the energy for that lasts to the
    // end of the peak; else below what it does suffice for, and below the transformer's limit with
    // all there is.
    std::int32_t peak_target_w = no_limit_w, transformer_w = no_limit_w;  ///< both >= 0
    std::int32_t peak_lasts_ms = 2 * 3600 * 1000;
    std::int32_t peak_margin_permille = 30;  ///< aimed lower: what swings over is in the mean
    std::int32_t peak_over_ms = 600000;      ///< demand below the target for so long ends it
    std::int32_t peak_fall_permille_per_min = 10;

    // Frequency response, which lives in the devices: the core arms it, and keeps those who take
    // part inside a corridor of charge, from which they can give and take.
    bool response = false;
    std::int32_t corridor_low_permille = 350, corridor_high_permille = 850;
    std::int32_t corridor_hysteresis_permille = 20;
    std::int32_t corridor_permille = 50;  ///< of rating: how fast it is brought back

    // A storm that was announced: full before it comes.
    std::int32_t storm_margin_ms = 600000;         ///< so long before
    std::int32_t storm_reserve_permille = 1250;    ///< planned with so much more than is needed
    std::int32_t storm_rest_ms = 4 * 3600 * 1000;  ///< longest time to give it back afterwards
};

struct Config {
    Tuning tuning;
    ServiceConfig services;
    Timings timings = default_timings();
    std::vector<UnitConfig> units;
    std::vector<HomeConfig> homes;
    std::vector<BranchConfig> branches;
    std::vector<CommitmentConfig> commitments;  ///< the first are served first
};

}  // namespace islandbench::dispatch::core
