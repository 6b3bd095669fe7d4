#include "bench/sequencer.hpp"

#include <cmath>

#include "base/unit_text.hpp"

/// What the steps of a story are in words.
namespace islandbench::bench {
namespace {

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

/// "2 A too much discharge".
std::string too_much(Current offset) {
    const bool discharge = offset.value() >= 0.0;
    return format_measure(Current{std::fabs(offset.value())}) + " too much " +
           (discharge ? "discharge" : "charge");
}

std::string words_of_bms(const FaultStep& s) {
    if (s.soc_report_offset) {
        return "reports a state of charge " +
               format_measure(100.0 * s.soc_report_offset->value(), Dimension::none) +
               " points higher";
    }
    if (s.sensor_offset) return "its current sensor sees " + too_much(*s.sensor_offset);
    if (s.unseen_load) {
        return format_measure(*s.unseen_load) + " are drawn from its battery past its sensor";
    }
    if (s.soc_frozen) {
        return *s.soc_frozen ? "the state of charge that it reports stays where it is"
                             : "the state of charge that it reports moves again";
    }
    if (s.soc_stuck) {
        return "reports a state of charge of " + format_measure(*s.soc_stuck) + ", whatever it is";
    }
    if (s.soc_resolution) {
        return "reports its state of charge in steps of " + format_measure(*s.soc_resolution);
    }
    if (!s.soc_recalibration) return "";
    const auto& cell = s.soc_recalibration->cell;
    return "sets its state of charge to " + format_measure(s.soc_recalibration->to) +
           (cell ? " when its cells reach " + format_measure(*cell) : std::string(" at once"));
}

std::string words(const GridFrequencyStep& s) {
    if (!s.record.empty()) return "the grid's frequency follows " + s.record;
    return "the grid's frequency goes to " + format_measure(*s.to) +
           (s.rate ? " at " + format_measure(*s.rate) : std::string(" at once"));
}

std::string words_of_inverter(const FaultStep& s) {
    if (s.trips_late) return "trips " + format_duration(*s.trips_late) + " late";
    if (s.rides_through) {
        return "rides through nothing that is longer than " + format_duration(*s.rides_through);
    }
    if (s.reconnects_after) {
        return "reconnects after " + format_duration(*s.reconnects_after) + " already";
    }
    if (!s.power_report) return "";
    return "reports its power times " + format_measure(*s.power_report, Dimension::none);
}

std::string words(const FaultStep& s) {
    std::string text = s.device + " is wrong from now on: ";
    if (s.sync_angle_error) {
        text += "measures the angle " + format_measure(*s.sync_angle_error) + " off";
    }
    if (s.detection_off) text += "does not detect islanding";
    if (s.welded) text += *s.welded ? "its contact is welded" : "its contact is free again";
    if (s.out_of_service) text += *s.out_of_service ? "it is out of service" : "it works again";
    if (s.miswired) text += "a coil acts on another tier's contactor";
    if (s.ignores_orders) {
        text += *s.ignores_orders ? "acknowledges orders and does nothing" : "obeys again";
    }
    if (s.meter_offset) text += "reports " + format_measure(*s.meter_offset) + " too much import";
    text += words_of_inverter(s);
    text += words_of_bms(s);
    return text;
}

}  // namespace

std::string describe(const Step& step) {
    if (step.outage) return words(*step.outage);
    if (step.grid_back) return "the grid is back at " + format_measure(step.grid_back->f);
    if (step.grid_frequency) return words(*step.grid_frequency);
    if (step.flicker) {
        return "the grid falls to " + format_measure(step.flicker->remaining) + " for " +
               format_duration(step.flicker->duration);
    }
    if (step.load_step) {
        return step.load_step->at + " switches on " + (step.load_step->motor ? "a motor of " : "") +
               format_measure(step.load_step->p) + " for " +
               format_duration(step.load_step->duration);
    }
    if (step.silence) {
        return "the link of " + step.silence->of + " carries nothing for " +
               format_duration(step.silence->duration);
    }
    if (step.link) return describe(*step.link);
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
    if (step.request) {
        return step.request->island ? "the operator asks for an island"
                                    : "the operator asks to return to the grid";
    }
    if (step.controller) {
        const auto& lost_for = step.controller->lost_for;
        return "the dispatch core stops answering" +
               (lost_for ? " for " + format_duration(*lost_for) : std::string(" for good"));
    }
    if (step.opt_out) {
        return "the owner of " + step.opt_out->home +
               (step.opt_out->out ? " lends nothing any more" : " takes part again");
    }
    if (step.storm) {
        return step.storm->in
                   ? "the operator announces a storm in " + format_duration(*step.storm->in) +
                         ", for " + format_duration(step.storm->lasts)
                   : std::string("the operator calls the storm off");
    }
    if (step.fault) return words(*step.fault);
    return "";
}

}  // namespace islandbench::bench
