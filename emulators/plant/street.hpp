#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/site.hpp"
#include "emulators/plant/feeder.hpp"
#include "emulators/plant/former.hpp"
#include "emulators/plant/frequency_meter.hpp"
#include "emulators/plant/hybrid.hpp"
#include "emulators/plant/interconnect.hpp"
#include "emulators/plant/load.hpp"
#include "emulators/plant/phase_watch.hpp"
#include "emulators/plant/truth.hpp"
#include "emulators/plant/utility.hpp"

/// The physics of one site, 1 ms at a time. Three groups of users:
/// the story breaks and restores the grid, switches loads and moves the sun; the firmware of each
/// device reads what its own sensors see and sets its controls; the tap reads the truth.
///
///     plant::Street street(site, {.seed = 7, .soc = {{"home1", Ratio{0.6}}}, .sun = Ratio{0.5}});
///     while (street.now() < story_start) street.step();        // settle, beside the grid
///
///     // Firmware of home 0: what its inverter measures, what its BMS allows, what it is told.
///     plant::Hybrid& inverter = *street.hybrid(0);          // nullptr where there is no
///     hybrid inverter.control().p_set = ActivePower{1500.0}; inverter.control().discharge_limit =
///     Current{inverter.pack().can_discharge ? 100.0 : 0.0}; const double watt =
///     inverter.state().p.value(); street.set_coil(0, 4, false);                             //
///     load controller: shed tier 4
///
///     // The story: what is called before a step acts in that step.
///     street.lose_grid({.kind = plant::OutageKind::upstream_break});
///     for (int ms = 0; ms < 2000; ++ms) {
///         street.step();
///         // The tap, after every step; the truth belongs to now().
///         signals.set(f, street.island().f.value());            // NaN while the street is dead
///         signals.set(dead, !street.grid().energised);
///         if (street.events().island > islands) { ... }         // the contact opened in this step
///     }
///     street.restore_grid(Frequency{50.0});
///
///     // Interconnect device: commands of its Modbus map, and its own words.
///     street.interconnect().permit_reclose(true);
///     street.interconnect().request_sync(true);                 // waits for the observation time
///     while (street.events().reclosed == 0) street.step();
///     const plant::SyncTruth at_closing = street.sync();        // latched: just before it closed
namespace islandbench::plant {

/// How a street stands when it begins: connected, the grid healthy, the former at its set-point.
struct StreetStart {
    std::uint64_t seed = 1;
    Instant at = at_seconds(-10.0);
    Duration time_of_day = 18h;        ///< that a clock on the wall shows at story_start
    std::map<std::string, Ratio> soc;  ///< by home or former; others as in the site
    /// By home: what it draws over a day, in place of its appliances and its demand.
    std::map<std::string, DemandDay> measured;
    Ratio sun;  ///< share of their peak that PV fields give
    bool permit_island = true;
    bool permit_reclose = false;
    std::optional<Duration> observation;  ///< of the interconnect device, instead of the site's
    Voltage former_v{232.0};              ///< set-point, mean of the phases
    Frequency grid_f{49.97};
    Frequency grid_wander{0.012};  ///< standard deviation around grid_f
};

/// One site in operation. Everything is made at construction; step() allocates nothing.
/// Deterministic: same site, start and calls give the same bits. A copy goes on by itself from
/// where it was made.
///
/// Integration: filters by their exact response to a constant input over the step, the former's
/// angle by the trapezoidal rule, the network exactly at every step boundary.
class Street {
  public:
    /// The site must have passed check_site().
    Street(const Site& site, const StreetStart& start);

    /// Advances by 1 ms: device controls on the last solution, events due, a new solution; or,
    /// where it may coast, the last one turned along.
    void step();
    /// While nothing moves, the wires are solved in every 10th millisecond only. Controls, timers
    /// and protection run in each all the same, and what moves is solved in its own millisecond.
    void may_coast(bool yes) noexcept { may_coast_ = yes; }
    /// The last step has a solution of its own.
    [[nodiscard]] bool solved() const noexcept { return solved_; }
    /// The longest time between two solutions; one is due at its multiples.
    static constexpr Duration longest_coast = 10ms;
    /// The time that the truth belongs to.
    [[nodiscard]] Instant now() const noexcept { return now_; }
    [[nodiscard]] const Site& site() const noexcept { return site_; }

    // The story. Takes effect with the next step.

    void lose_grid(const Outage& outage);
    void restore_grid(Frequency f);
    /// For a while only `remaining` of the grid's voltage is there (a flicker, a sag).
    bool dip_grid(Duration duration, Ratio remaining);
    void move_grid_frequency(Frequency to, Rocof rate) { utility_.move_frequency(to, rate); }
    void follow_grid_frequency(std::shared_ptr<const FrequencyRecord> record) {
        utility_.follow(std::move(record));
    }
    void jump_grid_phase(Angle by) { utility_.jump_phase(by); }
    void set_grid_no_load_v(Voltage v) { utility_.set_no_load_v(v); }
    void set_sun(Ratio sun) noexcept { sun_ = sun.value(); }
    /// Switches on a consumer; p and q at nominal voltage, consumption positive. With `motor` these
    /// are what it draws when it has run up.
    void step_home_load(std::size_t home, int tier, ActivePower p, ReactivePower q,
                        Duration duration, const std::optional<MotorSpec>& motor = std::nullopt);
    void step_priority_load(std::size_t site, ActivePower p, ReactivePower q, Duration duration);
    /// A wiring fault of a home's load controller: coil k acts on contact acts_on[k].
    void miswire(std::size_t home, const std::array<int, tiers>& acts_on);

    // Devices, by their place in the site.

    [[nodiscard]] std::size_t homes() const noexcept { return site_.homes.size(); }
    [[nodiscard]] std::size_t priority_sites() const noexcept {
        return site_.priority_sites.size();
    }
    [[nodiscard]] std::optional<std::size_t> find_home(const std::string& name) const;
    [[nodiscard]] std::optional<std::size_t> find_priority_site(const std::string& name) const;

    Former& former() noexcept { return former_; }
    [[nodiscard]] const Former& former() const noexcept { return former_; }
    Interconnect& interconnect() noexcept { return interconnect_; }
    [[nodiscard]] const Interconnect& interconnect() const noexcept { return interconnect_; }
    /// The hybrid of a home, or nullptr.
    [[nodiscard]] Hybrid* hybrid(std::size_t home);
    [[nodiscard]] const Hybrid* hybrid(std::size_t home) const;
    /// The former or a home forms a voltage.
    [[nodiscard]] bool formed() const noexcept;
    /// The coil of a tier's contactor; the contact follows 20 ms later.
    void set_coil(std::size_t home, int tier, bool closed);

    // The truth, at now().

    [[nodiscard]] const GridTruth& grid() const noexcept { return grid_; }
    [[nodiscard]] const ExchangeTruth& exchange() const noexcept { return exchange_; }
    /// Current that the utility, its neighbours and its faults feed into the busbar.
    [[nodiscard]] Phasor3 grid_infeed() const noexcept;
    /// The utility's source is connected to the busbar, if not shorted.
    [[nodiscard]] bool grid_connected() const noexcept { return utility_.connected(); }
    /// It feeds the busbar and nothing else does: no dip, no fault, no neighbour.
    [[nodiscard]] bool grid_undisturbed() const noexcept { return utility_.undisturbed(); }
    [[nodiscard]] Ratio sun() const noexcept { return Ratio{sun_}; }
    [[nodiscard]] const IslandTruth& island() const noexcept { return island_; }
    [[nodiscard]] const SyncTruth& sync() const noexcept { return sync_; }
    /// What sync() said when the contact closed last; NaN before the first time.
    [[nodiscard]] const SyncTruth& last_closing() const noexcept { return last_closing_; }
    [[nodiscard]] HomeSupply supply(std::size_t k) const;
    [[nodiscard]] HomeTruth home(std::size_t k) const;
    [[nodiscard]] PriorityTruth priority_site(std::size_t k) const;
    [[nodiscard]] const StreetEvents& events() const noexcept { return events_; }
    /// The SoC floor that binds now: in the island another one than beside the grid, and a lower
    /// one for those whose owners use it up themselves, or lend it in an emergency.
    [[nodiscard]] Ratio soc_floor(const BatterySpec& battery) const noexcept;
    void declare_emergency(bool on) noexcept { emergency_ = on; }
    [[nodiscard]] Feeder::Residual residual() const { return feeder_.residual(); }
    [[nodiscard]] const Feeder& feeder() const noexcept { return feeder_; }

  private:
    friend struct Tamper;  ///< tests that break the laws of Audit

    void advance_devices();
    void bear_closing();
    /// True where one is another than before.
    bool advance_loads();
    void solve();
    [[nodiscard]] bool coast();
    [[nodiscard]] Feeder::Sources sources() const;
    void measure();
    void measure_exchange();
    void measure_island();
    void measure_sync(bool just_closed);

    Site site_;
    Instant now_;
    double sun_;
    double nominal_v_;
    Utility utility_;
    Feeder feeder_;
    Interconnect interconnect_;
    Former former_;
    std::vector<std::optional<Hybrid>> hybrids_;
    std::vector<HomeLoad> home_loads_;
    std::vector<ThreePhaseLoad> priority_loads_;
    FrequencyMeter grid_meter_, street_meter_;
    PhaseWatch street_phases_;
    std::vector<FrequencyMeter> home_meters_;
    bool may_coast_ = false, solved_ = true;
    bool closed_before_ = true;
    double backfed_j_ = 0.0;
    GridTruth grid_;
    ExchangeTruth exchange_;
    bool emergency_ = false;  ///< the operator's word
    IslandTruth island_;
    SyncTruth sync_, last_closing_;
    StreetEvents events_;
};

}  // namespace islandbench::plant
