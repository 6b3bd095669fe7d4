#include "bench/fault_words.hpp"

#include <cmath>

namespace islandbench::bench {
namespace {

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

std::string words_of_inverter(const FaultStep& s) {
    if (s.trips_late) return "trips " + format_duration(*s.trips_late) + " late";
    if (s.rides_through) {
        return "rides through nothing that is longer than " + format_duration(*s.rides_through);
    }
    if (s.reconnects_after) {
        return "reconnects after " + format_duration(*s.reconnects_after) + " already";
    }
    if (s.feigns_orders) return "shows what it is ordered and does what it did";
    if (s.ignores_bms) return "takes no limit from its battery";
    if (!s.power_report) return "";
    return "reports its power times " + format_measure(*s.power_report, Dimension::none);
}

}  // namespace

std::string fault_words(const FaultStep& s) {
    std::string text = s.device + " is wrong from now on: ";
    if (s.sync_angle_error) {
        text += "measures the angle " + format_measure(*s.sync_angle_error) + " off";
    }
    if (s.detection_off) text += "does not detect islanding";
    if (s.welded) text += *s.welded ? "its contact is welded" : "its contact is free again";
    if (s.out_of_service) text += *s.out_of_service ? "it is out of service" : "it works again";
    if (s.miswired) text += "a coil acts on another tier's contactor";
    if (s.ignores_consent) text += "lets the street form without consent";
    if (s.ignores_orders) {
        text += *s.ignores_orders ? "acknowledges orders and does nothing" : "obeys again";
    }
    if (s.meter_offset) text += "reports " + format_measure(*s.meter_offset) + " too much import";
    if (s.deviations) {
        text += s.deviations->empty() ? "it is as it should be again" : "it deviates as";
        for (const std::string& id : *s.deviations) text += " " + id;
    }
    text += words_of_inverter(s);
    text += words_of_bms(s);
    return text;
}

}  // namespace islandbench::bench
