#include "bench/sequencer.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "bench/fault_words.hpp"

namespace islandbench::bench {
namespace {

/// Load steps of one instant that together reach this share of the former's rating are a half step.
constexpr double half = 0.5;

/// "home1.inverter" is of home1.
std::string owner_of(const std::string& home_or_device) {
    return home_or_device.substr(0, home_or_device.find('.'));
}

plant::OutageKind kind_of(OutageKind kind) {
    switch (kind) {
        case OutageKind::upstream_break: return plant::OutageKind::upstream_break;
        case OutageKind::exact_balance: return plant::OutageKind::exact_balance;
        case OutageKind::bolted_fault: return plant::OutageKind::bolted_fault;
    }
    return plant::OutageKind::upstream_break;
}

}  // namespace

Sequencer::Sequencer(const Scenario& scenario, World& world, Signals& signals, Operator panel,
                     Controller controller, Permission permission, Listener listener)
    : scenario_(scenario),
      world_(world),
      signals_(signals),
      panel_(std::move(panel)),
      controller_(std::move(controller)),
      permission_(std::move(permission)),
      listener_(std::move(listener)),
      bad_links_(world) {
    silent_ = signals_.add_event("silent");
    audible_ = signals_.add_event("audible");
    link_bad_ = signals_.add_event("link_bad");
    link_mended_ = signals_.add_event("link_mended");
    consent_ = signals_.add_event("consent");
    stop_ = signals_.add_event("stop");
    permitted_ = signals_.add_event("permitted");
    grid_frequency_ = signals_.add_event("grid_frequency");
    island_requested_ = signals_.add_event("island_requested");
    return_requested_ = signals_.add_event("return_requested");
    controller_lost_event_ = signals_.add_event("controller_lost");
    controller_back_event_ = signals_.add_event("controller_back");
    half_step_ = signals_.add_event("half_step");
    recalibrated_ = signals_.add_event("recalibrated");
    opt_out_ = signals_.add_event("opt_out");
    emergency_ = signals_.add_event("emergency");
    storm_announced_ = signals_.add_event("storm_announced");
    storm_ = signals_.add_event("storm");
    storm_passed_ = signals_.add_event("storm_passed");
    for (const HomeSpec& home : world_.street().site().homes) {
        home_silent_.push_back(signals_.add_event("silent." + home.name));
        home_audible_.push_back(signals_.add_event("audible." + home.name));
        home_stop_.push_back(signals_.add_event("stop." + home.name));
        opted_out_.push_back({});
        if (!home.hybrid) continue;
        opted_out_.back() = signals_.add({"truth." + home.name + ".opted_out", Dimension::none, 0});
        signals_.set(opted_out_.back(), 0.0);
    }
    for (const Step& step : scenario_.steps) {
        Pending pending;
        pending.step = &step;
        if (step.fault) pending.event = signals_.add_event("fault." + step.fault->id);
        if (step.silence) pending.event = silent_;
        if (step.link) pending.event = link_bad_;
        if (step.consent) pending.event = consent_;
        if (step.grid_frequency) pending.event = grid_frequency_;
        if (step.request) {
            pending.event = step.request->island ? island_requested_ : return_requested_;
        }
        if (step.stop) pending.event = stop_;
        if (step.controller) pending.event = controller_lost_event_;
        if (step.opt_out) pending.event = opt_out_;
        if (step.storm) pending.event = storm_announced_;
        if (step.emergency) pending.event = emergency_;
        pending_.push_back(std::move(pending));
    }
}

void Sequencer::compile(const acceptance::Figures& figures, Diagnostics& diagnostics) {
    for (Pending& pending : pending_) {
        if (!pending.step->when) continue;
        auto condition = acceptance::Condition::parse(*pending.step->when, signals_, figures);
        if (condition) {
            pending.when.emplace(std::move(*condition));
        } else {
            const json::Place& place = pending.step->place;
            diagnostics.add({place.file, place.line, place.path + ".when", condition.error().what});
        }
    }
}

void Sequencer::apply_due(Instant now) {
    // The story begins behind its first boundary: before that nothing is kept or judged.
    if (now <= begin_) return;
    end_silences(now);
    end_bad_links(now);
    bring_controller_back(now);
    end_stops(now);
    tell_storm(now);
    for (Pending& pending : pending_) {
        if (pending.done) continue;
        const bool due = pending.when ? pending.when->step(now)
                                      : pending.step->at && now >= begin_ + *pending.step->at;
        if (due) carry_out(pending, now);
    }
    look_for_half_step();
    tell_jumps();
}

void Sequencer::carry_out(Pending& pending, Instant now) {
    pending.done = true;
    const Step& step = *pending.step;
    plant::Street& street = world_.street();
    std::string event;
    if (step.outage) {
        carry_out(*step.outage);
        event = "outage";
    } else if (step.grid_back) {
        street.restore_grid(step.grid_back->f);
        event = "grid_back";
    } else if (step.grid_frequency) {
        world_.move_grid_frequency(*step.grid_frequency);
        event = "grid_frequency";
    } else if (step.flicker) {
        if (!street.dip_grid(step.flicker->duration, step.flicker->remaining)) {
            without_effect_.push_back(describe(step) +
                                      " (that changed nothing: it was lost already)");
            return;
        }
        event = "flicker";
    } else if (step.load_step) {
        carry_out(*step.load_step);
        event = "load_step";
    } else if (step.silence) {
        carry_out(*step.silence, now);
        event = "silent";
    } else if (step.link) {
        bad_links_.begin(*step.link, now);
        event = "link_bad";
    } else if (step.consent) {
        panel_({step.consent->island, step.consent->reclose, std::nullopt, std::nullopt});
        event = "consent";
    } else if (step.request) {
        InterconnectCommand wish;
        wish.island_request = step.request->island;
        panel_(wish);
        event = step.request->island ? "island_requested" : "return_requested";
    } else if (step.stop) {
        carry_out(*step.stop, now);
        event = "stop";
    } else if (step.controller) {
        carry_out(*step.controller, now);
        event = "controller_lost";
    } else if (step.opt_out) {
        carry_out(*step.opt_out);
        event = "opt_out";
    } else if (step.storm) {
        carry_out(*step.storm, now);
        event = "storm_announced";
    } else if (step.emergency) {
        street.declare_emergency(step.emergency->on);
        desk_.emergency(step.emergency->on);
        event = "emergency";
    } else if (step.fault) {
        world_.apply(*step.fault);
        event = "fault." + step.fault->id;
    }
    listener_(event, describe(step));
    // The plant counts its own events; the others happen here.
    if (pending.event) signals_.happened(*pending.event);
}

void Sequencer::carry_out(const OutageStep& s) {
    plant::Outage outage;
    outage.kind = kind_of(s.kind);
    outage.neighbour_p = s.neighbour_p;
    outage.neighbour_q = s.neighbour_q;
    world_.street().lose_grid(outage);
}

void Sequencer::carry_out(const LoadStepStep& s) {
    plant::Street& street = world_.street();
    bool reaches_the_street = true;
    if (const auto home = street.find_home(s.at)) {
        // Behind an open contactor nothing moves.
        reaches_the_street = street.supply(*home).contact[static_cast<std::size_t>(s.tier)];
        street.step_home_load(*home, s.tier, s.p, s.q, s.duration, s.motor);
    } else {
        street.step_priority_load(*street.find_priority_site(s.at), s.p, s.q, s.duration);
    }
    if (!reaches_the_street) return;
    if (s.motor) {  // what the street meets is its start
        const double va = s.motor->locked_rotor * std::hypot(s.p.value(), s.q.value());
        const double pf = s.motor->locked_rotor_pf;
        stepped_p_ += ActivePower{va * pf};
        stepped_q_ += ReactivePower{va * std::sqrt(1.0 - pf * pf)};
        return;
    }
    stepped_p_ += s.p;
    stepped_q_ += s.q;
}

/// Several load steps of one instant are one step to the street.
void Sequencer::look_for_half_step() {
    const double va = std::hypot(stepped_p_.value(), stepped_q_.value());
    stepped_p_ = {};
    stepped_q_ = {};
    const FormerSpec& former = world_.street().site().former;
    if (va < half * former.rating.value()) return;
    listener_("half_step", format_measure(ApparentPower{va}) + " at once, of " +
                               format_measure(former.rating) + " that " + former.name + " can");
    signals_.happened(half_step_);
}

/// A fault may set a BMS to recalibrate later, when its cells say so.
void Sequencer::tell_jumps() {
    for (; jumps_told_ < world_.jumps().size(); ++jumps_told_) {
        const World::Jumped& one = world_.jumps()[jumps_told_];
        listener_("recalibrated", one.device + " reported a state of charge of " +
                                      format_measure(one.by.from) + " and now reports " +
                                      format_measure(one.by.to));
        signals_.happened(recalibrated_);
    }
}

void Sequencer::carry_out(const ControllerStep& s, Instant now) {
    controller_lost_ = true;
    controller_restarts_ = s.restarts;
    controller_back_at_ = s.lost_for ? now + *s.lost_for : never;
    controller_(false);
}

void Sequencer::bring_controller_back(Instant now) {
    if (!controller_lost_ || now < controller_back_at_) return;
    controller_lost_ = false;
    if (controller_restarts_) desk_.restart();
    controller_(true);
    listener_("controller_back", controller_restarts_
                                     ? "the dispatch core has started anew, and answers"
                                     : "the dispatch core answers again");
    signals_.happened(controller_back_event_);
}

void Sequencer::carry_out(const StopStep& s, Instant now) {
    Instant& until = stops_[s.of];
    until = std::max(until, now + s.duration);
    permission_(s.of, false);
    signals_.happened(home_stop_[*world_.street().find_home(s.of)]);
}

void Sequencer::end_stops(Instant now) {
    for (auto stop = stops_.begin(); stop != stops_.end();) {
        if (stop->second > now) {
            ++stop;
            continue;
        }
        permission_(stop->first, true);
        listener_("permitted", stop->first + " may be in service again");
        signals_.happened(permitted_);
        stop = stops_.erase(stop);
    }
}

void Sequencer::carry_out(const OptOutStep& s) {
    const auto home = world_.street().find_home(s.home);
    signals_.set(opted_out_[*home], s.out ? 1.0 : 0.0);
    desk_.opt_out(s.home, s.out);
}

void Sequencer::carry_out(const StormStep& s, Instant now) {
    storm_at_ = s.in ? now + *s.in : never;
    storm_over_ = s.in ? storm_at_ + s.lasts : never;
    desk_.storm(storm_at_, storm_over_);
}

void Sequencer::tell_storm(Instant now) {
    if (now >= storm_at_) {
        storm_at_ = never;
        listener_("storm", "the storm is here");
        signals_.happened(storm_);
    }
    if (now >= storm_over_) {
        storm_over_ = never;
        listener_("storm_passed", "the storm is over");
        signals_.happened(storm_passed_);
    }
}

void Sequencer::carry_out(const SilenceStep& s, Instant now) {
    world_.set_silent(s.of, true);
    silences_.push_back({s.of, now + s.duration});
    if (const auto home = world_.street().find_home(owner_of(s.of))) {
        signals_.happened(home_silent_[*home]);
    }
}

void Sequencer::end_silences(Instant now) {
    bool any_ended = false;
    for (const Silence& silence : silences_) {
        if (silence.until > now) continue;
        any_ended = true;
        world_.set_silent(silence.of, false);
        listener_("audible", silence.of + " can be heard again");
        signals_.happened(audible_);
    }
    if (!any_ended) return;
    const auto over =
        std::stable_partition(silences_.begin(), silences_.end(),
                              [now](const Silence& silence) { return silence.until > now; });
    const std::vector<Silence> ended(over, silences_.end());
    silences_.erase(over, silences_.end());
    // Of two silences that overlap, the end of one does not end the other.
    for (const Silence& silence : silences_) world_.set_silent(silence.of, true);
    tell_homes_audible(ended);
}

void Sequencer::end_bad_links(Instant now) {
    for (const std::string& of : bad_links_.end(now)) {
        listener_("link_mended", "the link of " + of + " is as it was");
        signals_.happened(link_mended_);
    }
}

/// A home can be heard once nothing of it is silent.
void Sequencer::tell_homes_audible(const std::vector<Silence>& ended) {
    std::set<std::size_t> homes;
    for (const Silence& silence : ended) {
        if (const auto home = world_.street().find_home(owner_of(silence.of))) homes.insert(*home);
    }
    for (const Silence& silence : silences_) {
        if (const auto home = world_.street().find_home(owner_of(silence.of))) homes.erase(*home);
    }
    for (const std::size_t home : homes) signals_.happened(home_audible_[home]);
}

std::vector<std::string> Sequencer::not_told() const {
    std::vector<std::string> list = without_effect_;
    for (const Pending& pending : pending_) {
        if (!pending.done) list.push_back(describe(*pending.step) + " (that never came)");
    }
    return list;
}

}  // namespace islandbench::bench
