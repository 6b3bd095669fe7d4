#include "bench/truth_tap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace islandbench::bench {
namespace {

// Dead bands of recording. The islanding probe ripples powers by a few percent of the former's
// rating, so theirs is one percent of it.
constexpr double volt = 0.3;
constexpr double hertz = 0.003;
constexpr double share = 0.0005;

}  // namespace

SignalId TruthTap::add(const std::string& name, Dimension dimension, double dead_band) {
    values_.push_back(signals_.add({"truth." + name, dimension, dead_band}));
    return values_.back();
}

TruthTap::TruthTap(Signals& signals, const plant::Street& street, const acceptance::GridCode& code)
    : signals_(signals), street_(street), code_(code) {
    const FormerSpec& former = street.site().former;
    const double watt = former.rating.value() / 100.0;
    const std::array<std::string, phases> letters{"a", "b", "c"};
    for (std::size_t i = 0; i < phases; ++i) {
        grid_v_[i] = add("grid.v_" + letters[i], Dimension::voltage, volt);
    }
    grid_f_ = add("grid.f", Dimension::frequency, hertz);
    grid_dead_ = add("grid.dead", Dimension::none, 0);
    grid_ok_ = add("grid.ok", Dimension::none, 0);
    pcc_closed_ = add("pcc.closed", Dimension::none, 0);
    pcc_i_ = add("pcc.i", Dimension::current, 1.0);
    pcc_p_ = add("pcc.p", Dimension::active_power, watt);
    pcc_q_ = add("pcc.q", Dimension::reactive_power, watt);
    pcc_s_ = add("pcc.s", Dimension::apparent_power, watt);
    pcc_ne_link_ = add("pcc.ne_link", Dimension::none, 0);
    pcc_permit_ = add("pcc.permit_island", Dimension::none, 0);
    pcc_backfed_ = add("pcc.backfed", Dimension::energy, 1.0);
    for (std::size_t i = 0; i < phases; ++i) {
        island_v_[i] = add("island.v_" + letters[i], Dimension::voltage, volt);
    }
    island_f_ = add("island.f", Dimension::frequency, hertz);
    island_formed_ = add("island.formed", Dimension::none, 0);
    island_unbalance_ = add("island.unbalance", Dimension::ratio, 0.001);
    sync_df_ = add("sync.df", Dimension::frequency, hertz);
    sync_dv_ = add("sync.dv", Dimension::ratio, share);
    sync_dphi_ = add("sync.dphi", Dimension::angle, 2.0);
    former_total_ = add(former.name + ".p", Dimension::active_power, watt);
    former_q_ = add(former.name + ".q", Dimension::reactive_power, watt);
    for (std::size_t i = 0; i < phases; ++i) {
        former_p_[i] = add(former.name + ".p_" + letters[i], Dimension::active_power, watt);
    }
    former_share_ = add(former.name + ".i_share", Dimension::ratio, 0.01);
    add_battery(former.name, no_home);
    former_limiting_ = add(former.name + ".limiting", Dimension::none, 0);
    former_stopped_ = add(former.name + ".tripped", Dimension::none, 0);
    former_damaged_ = add(former.name + ".damaged", Dimension::none, 0);
    followers_on_share_ = add("followers.on_share", Dimension::ratio, 0);
    der_p_ = add("der.p", Dimension::active_power, watt);
    add_homes();
    outage_ = signals_.add_event("outage");
    grid_back_ = signals_.add_event("grid_back");
    flicker_ = signals_.add_event("flicker");
    load_step_ = signals_.add_event("load_step");
    island_ = signals_.add_event("island");
    formed_ = signals_.add_event("island_formed");
    reclosed_ = signals_.add_event("reclosed");
    damaged_ = signals_.add_event("damaged");
    shed_ = signals_.add_event("shed");
    restore_ = signals_.add_event("restore");
}

void TruthTap::add_homes() {
    for (const HomeSpec& spec : street_.site().homes) {
        Home home{};
        home.v = add(spec.name + ".v", Dimension::voltage, volt);
        home.load_p = add(spec.name + ".load_p", Dimension::active_power, 20.0);
        for (std::size_t t = 0; t < tiers; ++t) {
            home.shed[t] = add(spec.name + ".shed" + std::to_string(t), Dimension::none, 0);
        }
        if (spec.hybrid) {
            home.hybrid = true;
            home.f = add(spec.name + ".f", Dimension::frequency, 0.02);
            home.inverter_p = add(spec.name + ".inverter_p", Dimension::active_power,
                                  spec.hybrid->rating.value() / 100.0);
            home.inverter_on = add(spec.name + ".inverter_on", Dimension::none, 0);
            home.inverter_connected = add(spec.name + ".inverter_connected", Dimension::none, 0);
            home.rocof_tripped = add(spec.name + ".rocof_tripped", Dimension::none, 0);
            add_battery(spec.name, homes_.size());
        }
        homes_.push_back(home);
    }
    for (const PrioritySiteSpec& spec : street_.site().priority_sites) {
        priority_.push_back({add(spec.name + ".v", Dimension::voltage, volt),
                             add(spec.name + ".p", Dimension::active_power, 20.0)});
    }
    contacts_before_.assign(homes_.size(), {true, true, true, true, true});
}

void TruthTap::add_battery(const std::string& unit, std::size_t home) {
    Battery battery{};
    battery.home = home;
    battery.soc = add(unit + ".soc", Dimension::ratio, share);
    battery.soc_floor = add(unit + ".soc_floor", Dimension::ratio, 0);
    battery.dc_i = add(unit + ".dc_i", Dimension::current, 3.0);
    battery.contact = add(unit + ".bms.contact", Dimension::none, 0);
    battery.depth = add(unit + ".discharged", Dimension::ratio, 0.002);
    batteries_.push_back(battery);
}

void TruthTap::go_blind() noexcept {
    blind_ = true;
    for (const SignalId id : values_) signals_.set(id, std::numeric_limits<double>::quiet_NaN());
}

void TruthTap::set() {
    if (blind_) {
        for (std::size_t i = 0; i < homes_.size(); ++i) {
            watch_contactors(i, street_.supply(i).contact);
        }
        return set_events();
    }
    set_grid();
    set_switch();
    set_former();
    for (std::size_t i = 0; i < homes_.size(); ++i) set_home(i);
    set_units();
    for (Battery& battery : batteries_) set_battery(battery);
    openings_ = street_.events().island;
    for (std::size_t i = 0; i < priority_.size(); ++i) {
        const plant::PriorityTruth truth = street_.priority_site(i);
        signals_.set(priority_[i].v, truth.v.value());
        signals_.set(priority_[i].p, truth.p.value());
    }
    set_events();
}

void TruthTap::set_grid() {
    const plant::GridTruth& grid = street_.grid();
    for (std::size_t i = 0; i < phases; ++i) signals_.set(grid_v_[i], grid.v[i].value());
    signals_.set(grid_f_, grid.f.value());
    signals_.set(grid_dead_, !grid.energised);
    const auto [low, high] = std::minmax_element(grid.v.begin(), grid.v.end());
    // By the grid code and the raw voltage, not by what the interconnect device makes of them.
    signals_.set(grid_ok_,
                 grid.energised && acceptance::may_enter_service(code_, *low, *high, grid.f));
}

void TruthTap::set_switch() {
    const plant::ExchangeTruth& flow = street_.exchange();
    signals_.set(pcc_closed_, flow.closed);
    signals_.set(pcc_i_, flow.i_max.value());
    signals_.set(pcc_p_, flow.p.value());
    signals_.set(pcc_q_, flow.q.value());
    signals_.set(pcc_s_, std::hypot(flow.p.value(), flow.q.value()));
    signals_.set(pcc_ne_link_, flow.ne_link);
    signals_.set(pcc_permit_, street_.interconnect().state().permit_island);
    signals_.set(pcc_backfed_, flow.backfed.value());
    const plant::IslandTruth& island = street_.island();
    for (std::size_t i = 0; i < phases; ++i) signals_.set(island_v_[i], island.v[i].value());
    signals_.set(island_f_, island.f.value());
    signals_.set(island_formed_, island.formed);
    signals_.set(island_unbalance_, island.unbalance.value());
    const plant::SyncTruth& sync = street_.sync();
    signals_.set(sync_df_, sync.df.value());
    signals_.set(sync_dv_, sync.dv.value());
    signals_.set(sync_dphi_, sync.dphi.value());
}

void TruthTap::set_former() {
    const plant::FormerState& former = street_.former().state();
    signals_.set(former_total_, former.p.value());
    signals_.set(former_q_, former.q.value());
    for (std::size_t i = 0; i < phases; ++i) {
        signals_.set(former_p_[i], former.p_phase[i].value());
    }
    signals_.set(former_share_, former.i_share.value());
    signals_.set(former_limiting_, former.limiting);
    signals_.set(former_stopped_, !former.running);
    signals_.set(former_damaged_, former.damaged);
}

void TruthTap::set_home(std::size_t index) {
    const Home& home = homes_[index];
    const plant::HomeSupply truth = street_.supply(index);
    signals_.set(home.v, truth.v.value());
    signals_.set(home.load_p, truth.load_p.value());
    for (std::size_t t = 0; t < tiers; ++t) signals_.set(home.shed[t], !truth.contact[t]);
    watch_contactors(index, truth.contact);
    if (!home.hybrid) return;
    const plant::Hybrid& follower = *street_.hybrid(index);
    signals_.set(home.inverter_p, follower.state().p.value());
    signals_.set(home.inverter_on, follower.state().on());
    signals_.set(home.f, follower.state().f.value());
    signals_.set(home.inverter_connected, follower.state().connected);
    signals_.set(home.rocof_tripped, follower.state().trip == plant::Trip::rocof);
}

void TruthTap::set_battery(Battery& battery) {
    const bool of_former = battery.home == no_home;
    const Site& site = street_.site();
    const BatterySpec& spec =
        of_former ? site.former.battery : site.homes[battery.home].hybrid->battery;
    const plant::PackState& pack =
        of_former ? street_.former().pack() : street_.hybrid(battery.home)->pack();
    if (street_.events().island != openings_) battery.soc_at_opening = pack.soc.value();
    signals_.set(battery.soc, pack.soc.value());
    signals_.set(battery.soc_floor, street_.soc_floor(spec).value());
    signals_.set(battery.dc_i, pack.i.value());
    signals_.set(battery.contact, pack.can_discharge);
    signals_.set(battery.depth, battery.soc_at_opening - pack.soc.value());
}

/// All sources together: the former and the followers, at their terminals.
void TruthTap::set_units() {
    double p = street_.former().state().p.value();
    int followers = 0, on = 0;
    for (std::size_t i = 0; i < homes_.size(); ++i) {
        if (!homes_[i].hybrid) continue;
        const plant::HybridState& state = street_.hybrid(i)->state();
        p += state.p.value();
        ++followers;
        on += state.on() ? 1 : 0;
    }
    signals_.set(der_p_, p);
    signals_.set(followers_on_share_, followers > 0 ? double(on) / followers : Signals::no_value);
}

void TruthTap::watch_contactors(std::size_t index, const std::array<bool, tiers>& contact) {
    for (std::size_t t = 0; t < tiers; ++t) {
        if (contact[t] == contacts_before_[index][t]) continue;
        if (!blind_) signals_.happened(contact[t] ? restore_ : shed_);
        if (on_contact_) on_contact_(index, t, contact[t]);
        contacts_before_[index][t] = contact[t];
    }
}

void TruthTap::set_events() {
    const plant::StreetEvents& events = street_.events();
    signals_.set(outage_, double(events.outage));
    signals_.set(grid_back_, double(events.grid_back));
    signals_.set(flicker_, double(events.flicker));
    signals_.set(load_step_, double(events.load_step));
    signals_.set(island_, double(events.island));
    signals_.set(formed_, double(events.island_formed));
    signals_.set(reclosed_, double(events.reclosed));
    signals_.set(damaged_, double(events.damaged));
}

}  // namespace islandbench::bench
