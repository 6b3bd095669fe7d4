#pragma once

#include <array>
#include <optional>

#include "base/site.hpp"
#include "emulators/plant/island_detector.hpp"
#include "emulators/plant/phasor.hpp"
#include "emulators/plant/synchroniser.hpp"

namespace islandbench::plant {

enum class Contact { closed, opening, open, closing };

/// Why the switch opened last.
enum class OpenReason { none, voltage, frequency, probe, request };

/// What the device does with a request to reclose.
enum class SyncStage {
    idle,       ///< no request
    waiting,    ///< for the grid, its observation time, consent
    trimming,   ///< leads the street to the grid
    closing,    ///< has ordered the contact to close
    timed_out,  ///< has dropped the request after 60 s; ask again
};

/// What the hard-wired line asks of the former.
enum class FormerMode { grid, island, stopped };

/// What the interconnect device measures and knows: the source of its Modbus map.
struct InterconnectState {
    Contact contact = Contact::closed;
    bool closed = true;           ///< as its auxiliary contact says
    bool failed_to_open = false;  ///< ordered, but the contact stays closed (welded)
    bool ne_link = false;         ///< neutral-earth link closed
    OpenReason opened_by = OpenReason::none;
    std::array<Voltage, phases> v_grid, v_street;  ///< phase to neutral
    Frequency f_grid, f_street;                    ///< NaN where that side is dead
    Frequency df;                ///< street minus grid; NaN where a side is dead, as dv and dphi
    Ratio dv;                    ///< of nominal
    Angle dphi;                  ///< as it measures it: a wrong device errs here
    bool grid_ok = false;        ///< inside the enter-service window now
    Duration timer_remaining{};  ///< of the observation time; restarts on every excursion
    bool island_stable = false;  ///< open, street voltage and frequency in range
    bool permit_island = false, permit_reclose = false;
    bool island_requested = false, sync_requested = false;
    bool sync_ok = false;       ///< inside its targets for the hold time
    bool out_of_phase = false;  ///< last closing was outside the site's sync limits, by truth
    SyncStage sync_stage = SyncStage::idle;
    FormerMode former_mode = FormerMode::grid;
    double following = 0.0;  ///< share of the islanding probe that the bus follows
};

/// The switch between street and grid. It alone opens and closes, by its own measurements and
/// checks: it opens when voltage or frequency leave its window, when the bus follows its probe, or
/// on request, after its probe has rested for a period, so that what flows when it opens is what
/// was asked for; it closes after the observation time, with consent, in synchronism, or on to a
/// dead street. Its raise/lower line and its contact signal to the former are hard-wired. (IEEE
/// 2030.7: transition function; IEEE 1547-2018 4.10.2 enter service, 4.10.4 synchronisation.)
class Interconnect {
  public:
    explicit Interconnect(const Site& site);

    // Operator and controller. Each call is one command; state() says what came of it.

    /// Consent that the street may form an island. Without it the former stops once the switch is
    /// open; given later, it starts.
    void permit_island(bool given) noexcept { state_.permit_island = given; }
    /// Consent to close on to the grid.
    void permit_reclose(bool given) noexcept { state_.permit_reclose = given; }
    /// Opens on purpose, as soon as permit_island is given. false withdraws; it does not reclose.
    void request_island(bool wanted) noexcept;
    /// Recloses as soon as everything allows; replaces a request to island. Refused (false) unless
    /// the switch is open.
    bool request_sync(bool wanted) noexcept;
    /// Another observation time than the site file's, from now on.
    void set_observation(Duration d) noexcept;

    // Faults of a wrong device.

    /// It believes the street to be this much further ahead, so it closes that far behind.
    void set_sync_angle_error(Angle by) noexcept { angle_error_ = by.value(); }
    void set_detection_off(bool off) noexcept { detection_off_ = off; }
    /// The main contact does not open any more.
    void set_welded(bool welded) noexcept { welded_ = welded; }
    /// It tells the former to run whether there is consent or not.
    void set_ignores_consent(bool ignores) noexcept { ignores_consent_ = ignores; }

    [[nodiscard]] const InterconnectState& state() const noexcept { return state_; }

    // The plant's side.

    struct Measured {
        Phasor3 v_grid, v_street;
        double f_grid = 0.0, f_street = 0.0;  ///< Hz; NaN where dead, or phases are apart
        bool phases_apart = false;            ///< of the street (PhaseWatch)
        bool former_running = false;
    };
    /// One step on the newest measurements. True when the main contact moved.
    bool advance(const Measured& measured);
    [[nodiscard]] bool main_contact_closed() const noexcept { return main_closed_; }

    /// Raise/lower line and contact signal.
    struct Line {
        double df_hz = 0.0;     ///< added to the no-load frequency
        double dv = 0.0;        ///< added to the voltage set-point, of nominal
        bool connected = true;  ///< main contact closed
        bool run = true;        ///< false: stop
    };
    [[nodiscard]] Line line() const noexcept;

  private:
    void measure(const Measured& measured);
    void observe(double f_grid);
    [[nodiscard]] OpenReason reason_to_open(const Measured& measured);
    void while_closed(const Measured& measured);
    void while_open(const Measured& measured);
    void synchronise();
    void begin(Contact movement) noexcept;
    void finish_opening() noexcept;
    void finish_closing() noexcept;
    [[nodiscard]] bool in_phase() const noexcept;
    [[nodiscard]] bool alive(const std::array<double, phases>& v) const noexcept;
    [[nodiscard]] bool may_close() const noexcept;
    void publish(const Measured& measured);

    InterconnectSpec spec_;
    double nominal_v_;
    double nominal_f_;
    IslandDetector detector_;
    Synchroniser sync_;
    InterconnectState state_;
    bool main_closed_ = true;
    Duration moving_{};
    Duration resting_{};  ///< the probe rests before an opening on request
    std::array<double, phases> v_grid_{}, v_street_{};
    SyncDifference difference_;
    bool comparable_ = false;  ///< both sides live
    bool on_to_dead_ = false;  ///< the closing under way is not synchronised
    Hold voltage_out_, frequency_out_, grid_ok_, street_dead_;
    double angle_error_ = 0.0;
    bool detection_off_ = false;
    bool welded_ = false;
    bool ignores_consent_ = false;
};

}  // namespace islandbench::plant
