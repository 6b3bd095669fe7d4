#pragma once

#include <array>
#include <functional>
#include <vector>

#include "acceptance/grid_code.hpp"
#include "base/signals.hpp"
#include "emulators/plant/street.hpp"

namespace islandbench::bench {

/// Reads the plant directly, past every device, and sets the truth. signals and the events that the
/// plant itself counts. Nothing that drives or dispatches ever sees these.
class TruthTap {
  public:
    /// Adds its signals. `street` and `code` must outlive the tap.
    TruthTap(Signals& signals, const plant::Street& street, const acceptance::GridCode& code);

    /// Sets all of them to the values of the street's present moment.
    void set();

    /// A device from outside takes part: the plant is not the street, and nobody knows what is true
    /// there. From now on there are events only, and no values.
    void go_blind() noexcept;

    /// Told of every contactor that moves, when set() sees it.
    using ContactListener = std::function<void(std::size_t home, std::size_t tier, bool closed)>;
    void on_contact(ContactListener listener) { on_contact_ = std::move(listener); }

  private:
    struct Home {
        SignalId v, load_p;
        std::array<SignalId, tiers> shed;
        SignalId f{}, inverter_p{}, inverter_on{};  ///< with a hybrid, as what follows
        SignalId inverter_connected{}, rocof_tripped{};
        bool hybrid = false;
    };
    /// A battery and its inverter: the former's first, then the hybrids' in their order.
    struct Battery {
        std::size_t home = no_home;
        SignalId soc, soc_floor, dc_i, contact, depth;
        double soc_at_opening = Signals::no_value;
    };
    static constexpr std::size_t no_home = static_cast<std::size_t>(-1);
    struct Priority {
        SignalId v, p;
    };

    SignalId add(const std::string& name, Dimension dimension, double dead_band);
    void add_homes();
    void add_battery(const std::string& unit, std::size_t home);
    void set_grid();
    void set_switch();
    void set_former();
    void set_home(std::size_t index);
    void set_units();
    void set_battery(Battery& battery);
    void set_events();
    void watch_contactors(std::size_t index, const std::array<bool, tiers>& contact);

    Signals& signals_;
    const plant::Street& street_;
    const acceptance::GridCode& code_;
    std::vector<SignalId> values_;
    bool blind_ = false;
    ContactListener on_contact_;
    std::array<SignalId, phases> grid_v_{}, island_v_{}, former_p_{};
    SignalId grid_f_{}, grid_dead_{}, grid_ok_{};
    SignalId pcc_closed_{}, pcc_i_{}, pcc_p_{}, pcc_q_{}, pcc_s_{}, pcc_ne_link_{}, pcc_backfed_{};
    SignalId pcc_permit_{}, island_unbalance_{};
    SignalId followers_on_share_{}, der_p_{};
    SignalId island_f_{}, island_formed_{}, sync_df_{}, sync_dv_{}, sync_dphi_{};
    SignalId former_total_{}, former_q_{}, former_share_{};
    SignalId former_limiting_{}, former_stopped_{}, former_damaged_{};
    std::vector<Home> homes_;
    std::vector<Battery> batteries_;
    int openings_ = 0;  ///< of the interconnect device, as seen last
    std::vector<Priority> priority_;
    std::vector<std::array<bool, tiers>> contacts_before_;
    SignalId outage_{}, grid_back_{}, flicker_{}, load_step_{}, island_{}, formed_{}, reclosed_{};
    SignalId damaged_{};
    SignalId shed_{}, restore_{};
};

}  // namespace islandbench::bench
