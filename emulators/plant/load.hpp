#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "base/site.hpp"
#include "emulators/plant/day_schedule.hpp"
#include "emulators/plant/motor.hpp"
#include "emulators/plant/thermostat.hpp"
#include "emulators/plant/timing.hpp"
#include "emulators/plant/zip_load.hpp"

namespace islandbench::plant {

/// Contactors take this long, either way.
inline constexpr Duration contactor_time = 20ms;

/// Below this voltage, of nominal, an appliance is without supply.
inline constexpr double supplied_v = 0.5;

/// What a home uses over a day.
struct HomeDay {
    DaySchedule uses;  ///< what people do, and what is always on
    /// Something that keeps a temperature, when nothing happens on by this plan.
    struct Kept {
        std::string name;
        std::size_t tier = 1;
        ZipSum load;
        DaySchedule plan;
        double duty = 0.5;  ///< share of the day that the plan says on
        Duration lock_out{};
    };
    std::vector<Kept> kept;
};

/// The distribution board of a home: appliances that go on and off by chance, the uses of a day,
/// load steps imposed from outside, and one contactor per tier. What keeps a temperature makes up
/// for what it missed (Thermostat); motors start and stall (Motor).
class HomeLoad {
  public:
    /// `day`: what the home uses beside its appliances.
    HomeLoad(const std::string& home, const std::vector<ApplianceSpec>& appliances, HomeDay day,
             std::uint64_t seed, Instant start);

    /// Drives the coil of a tier; the contact follows after contactor_time.
    void set_coil(int tier, bool closed, Instant now);
    /// As ordered. A load controller that reads this back does not see a wiring fault.
    [[nodiscard]] bool coil(int tier) const { return coils_[index(tier)]; }
    /// As it is.
    [[nodiscard]] bool contact(int tier) const { return contacts_[index(tier)]; }
    [[nodiscard]] const std::array<bool, tiers>& contacts() const noexcept { return contacts_; }
    /// A wiring fault: coil k acts on contact acts_on[k]. A contact that no coil reaches stays.
    void miswire(const std::array<int, tiers>& acts_on, Instant now);

    /// Somebody switches on `p`, `q` (consumption positive, at nominal voltage) on a tier; with
    /// `motor` it starts as one.
    void impose(int tier, ActivePower p, ReactivePower q, Instant until,
                const std::optional<MotorSpec>& motor = std::nullopt);

    /// Lets things happen that are due, at a voltage of so much of nominal; where motors are, once
    /// a step. True when the load is another one than before.
    bool advance(Instant now, double v_pu = 1.0);

    /// What is connected of a tier; nothing while its contact is open.
    [[nodiscard]] const ZipSum& tier(int tier) const { return connected_[index(tier)]; }
    [[nodiscard]] const ZipSum& total() const noexcept { return total_; }
    /// As total(), if every contact were closed; of motors what they draw now.
    [[nodiscard]] ZipSum demand() const noexcept;

  private:
    friend struct Tamper;  ///< tests that break the laws of Audit

    struct Appliance {
        std::size_t tier;
        ZipSum load;
        Duration mean_on, mean_off;
        Random chance;
        bool on;  ///< by chance or by its plan
        Instant toggles;
        DaySchedule plan;
        std::optional<Thermostat> thermostat;
        std::optional<Motor> motor;

        [[nodiscard]] bool wanted() const { return thermostat ? thermostat->on() : on; }
    };
    struct Imposed {
        std::size_t tier;
        ZipSum load;
        Instant until;
        std::optional<Motor> motor;
    };

    static std::size_t index(int tier);
    static Appliance appliance(const ApplianceSpec& spec, const std::string& home,
                               std::uint64_t seed, Instant start);
    static Appliance kept(HomeDay::Kept spec, const std::string& home, std::uint64_t seed,
                          Instant start);
    void drive_contacts(Instant now);
    bool look_for_supply(Instant now, double v_pu);
    [[nodiscard]] bool supplies(std::size_t tier) const { return powered_ && contacts_[tier]; }
    bool toggle_appliances(Instant now);
    bool update_thermostats(Instant now);
    bool advance_motors(double v_pu);
    bool end_imposed(Instant now);
    bool move_contacts(Instant now);
    void sum_up();
    void find_next();

    std::vector<Appliance> appliances_;
    DaySchedule day_;
    std::vector<Imposed> imposed_;
    std::array<bool, tiers> coils_{true, true, true, true, true};
    std::array<int, tiers> acts_on_{0, 1, 2, 3, 4};
    std::array<bool, tiers> contacts_{true, true, true, true, true};
    std::array<bool, tiers> wanted_{true, true, true, true, true};
    std::array<Instant, tiers> moves_;
    std::array<ZipSum, tiers> demand_;
    std::array<ZipSum, tiers> connected_;
    ZipSum total_;
    Instant next_ = never;
    Instant low_since_ = never;
    bool powered_ = true;
    bool motors_ = false;
    bool changed_ = true;
};

/// The load of a priority site: three-phase, balanced, always on, and load steps on top.
class ThreePhaseLoad {
  public:
    /// Consumption positive, all phases together, at nominal voltage.
    ThreePhaseLoad(ActivePower p, ReactivePower q);
    void impose(ActivePower p, ReactivePower q, Instant until);
    /// True when the load is another one than before.
    bool advance(Instant now);
    [[nodiscard]] const ZipSum& per_phase() const noexcept { return per_phase_; }

  private:
    struct Imposed {
        ZipSum load;
        Instant until;
    };
    static ZipSum third(ActivePower p, ReactivePower q);

    ZipSum base_, per_phase_;
    std::vector<Imposed> imposed_;
    bool changed_ = true;
};

}  // namespace islandbench::plant
