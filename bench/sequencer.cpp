#include "bench/sequencer.hpp"

namespace islandbench::bench {
namespace {

plant::OutageKind kind_of(OutageKind kind) {
    switch (kind) {
        case OutageKind::upstream_break: return plant::OutageKind::upstream_break;
        case OutageKind::exact_balance: return plant::OutageKind::exact_balance;
        case OutageKind::bolted_fault: return plant::OutageKind::bolted_fault;
    }
    return plant::OutageKind::upstream_break;
}

std::string words(const OutageStep& s) {
    switch (s.kind) {
        case OutageKind::upstream_break:
            return "the line above the transformer opens; " + format_measure(s.neighbour_p) +
                   " and " + format_measure(s.neighbour_q) + " stay on our side";
        case OutageKind::exact_balance:
            return "the line above the transformer opens; neighbours take just what flowed";
        case OutageKind::bolted_fault: return "three-phase fault at the busbar";
    }
    return "";
}

std::string words(const FaultStep& s) {
    std::string text = s.device + " is wrong from now on: ";
    if (s.sync_angle_error) {
        text += "measures the angle " + format_measure(*s.sync_angle_error) + " off";
    }
    if (s.detection_off) text += "does not detect islanding";
    if (s.miswired) text += "a coil acts on another tier's contactor";
    if (s.soc_report_offset)
        text += "reports a state of charge " +
                format_measure(100.0 * s.soc_report_offset->value(), Dimension::none) +
                " points higher";
    return text;
}

}  // namespace

std::string describe(const Step& step) {
    if (step.outage) return words(*step.outage);
    if (step.grid_back) return "the grid is back at " + format_measure(step.grid_back->f);
    if (step.flicker) {
        return "the grid falls to " + format_measure(step.flicker->remaining) + " for " +
               format_duration(step.flicker->duration);
    }
    if (step.load_step) {
        return step.load_step->at + " switches on " + format_measure(step.load_step->p) + " for " +
               format_duration(step.load_step->duration);
    }
    if (step.silence) {
        return "the link of " + step.silence->of + " carries nothing for " +
               format_duration(step.silence->duration);
    }
    if (step.consent) {
        std::string text = "the operator";
        if (step.consent->island) {
            text += *step.consent->island ? " permits the island" : " forbids the island";
        }
        if (step.consent->reclose) {
            text += *step.consent->reclose ? " permits reclosing" : " forbids reclosing";
        }
        return text;
    }
    if (step.fault) return words(*step.fault);
    return "";
}

Sequencer::Sequencer(const Scenario& scenario, World& world, Signals& signals, Operator panel,
                     Listener listener)
    : scenario_(scenario),
      world_(world),
      signals_(signals),
      panel_(std::move(panel)),
      listener_(std::move(listener)) {
    silent_ = signals_.add_event("silent");
    audible_ = signals_.add_event("audible");
    consent_ = signals_.add_event("consent");
    for (const Step& step : scenario_.steps) {
        Pending pending;
        pending.step = &step;
        if (step.fault) pending.event = signals_.add_event("fault." + step.fault->id);
        if (step.silence) pending.event = silent_;
        if (step.consent) pending.event = consent_;
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
    if (now <= story_start) return;
    end_silences(now);
    for (Pending& pending : pending_) {
        if (pending.done) continue;
        const bool due = pending.when ? pending.when->step(now)
                                      : pending.step->at && now >= story_start + *pending.step->at;
        if (due) carry_out(pending, now);
    }
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
    } else if (step.consent) {
        panel_({step.consent->island, step.consent->reclose, std::nullopt, std::nullopt});
        event = "consent";
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
    if (const auto home = street.find_home(s.at)) {
        street.step_home_load(*home, s.tier, s.p, s.q, s.duration);
    } else {
        street.step_priority_load(*street.find_priority_site(s.at), s.p, s.q, s.duration);
    }
}

void Sequencer::carry_out(const SilenceStep& s, Instant now) {
    world_.set_silent(s.of, true);
    silences_.push_back({s.of, now + s.duration});
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
    std::erase_if(silences_, [now](const Silence& silence) { return silence.until <= now; });
    // Of two silences that overlap, the end of one does not end the other.
    for (const Silence& silence : silences_) world_.set_silent(silence.of, true);
}

std::vector<std::string> Sequencer::not_told() const {
    std::vector<std::string> list = without_effect_;
    for (const Pending& pending : pending_) {
        if (!pending.done) list.push_back(describe(*pending.step) + " (that never came)");
    }
    return list;
}

}  // namespace islandbench::bench
