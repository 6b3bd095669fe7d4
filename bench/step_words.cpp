#include "base/unit_text.hpp"
#include "bench/fault_words.hpp"
#include "bench/sequencer.hpp"

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

std::string words(const GridFrequencyStep& s) {
    if (!s.record.empty()) return "the grid's frequency follows " + s.record;
    return "the grid's frequency goes to " + format_measure(*s.to) +
           (s.rate ? " at " + format_measure(*s.rate) : std::string(" at once"));
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
    if (step.stop) {
        return "the network operator tells the inverter of " + step.stop->of + " to cease for " +
               format_duration(step.stop->duration);
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
    if (step.emergency) {
        return step.emergency->on ? "the operator lets promises at risk use the owners' reserves"
                                  : "the operator ends the use of the owners' reserves";
    }
    if (step.fault) return fault_words(*step.fault);
    return "";
}

int things_in(const Step& step) {
    int things = 0;
    const auto count = [&](const auto&... what) { ((things += what.has_value()), ...); };
    count(step.outage, step.grid_back, step.grid_frequency, step.flicker, step.load_step,
          step.silence, step.link, step.consent, step.request, step.stop, step.controller,
          step.fault, step.opt_out, step.storm, step.emergency);
    return things;
}

}  // namespace islandbench::bench
