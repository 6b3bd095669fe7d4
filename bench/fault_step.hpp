#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_binding.hpp"

/// A step of a story after which a device is wrong on purpose.
namespace islandbench::bench {

/// A BMS sets its state of charge anew, rightly or wrongly, and what it reports jumps.
struct RecalibrationFault {
    Ratio to;
    std::optional<Voltage> cell;  ///< when the mean cell voltage reaches this; without it, at once
};
template <class V>
void declare(V& v, RecalibrationFault& s) {
    v.required("to", s.to, "SoC that it reports from then on");
    v.optional("cell", s.cell, "mean cell voltage that sets it off; without it, at once");
}

/// A device that is wrong on purpose, from this step on. Exactly one of the kinds.
struct FaultStep {
    std::string id;                            ///< becomes the event fault.<id>
    std::string device;                        ///< such as pcc, home3.loadctl, home1.bms
    std::optional<Angle> sync_angle_error;     ///< switch: measures the angle wrong by so much
    std::optional<bool> detection_off;         ///< switch: does not see that the grid is gone
    std::optional<bool> welded;                ///< switch: its contact does not open
    std::optional<std::vector<int>> miswired;  ///< loadctl: coil k acts on contactor miswired[k]
    std::optional<bool> ignores_consent;       ///< switch: lets the street form without it
    std::optional<bool> ignores_orders;        ///< loadctl, inverter: acknowledges, does nothing
    std::optional<bool> feigns_orders;         ///< inverter: shows them, does what it did
    std::optional<bool> ignores_bms;           ///< inverter: takes no limit from its battery
    std::optional<bool> out_of_service;        ///< inverter: fails and stays away
    std::optional<Duration> trips_late;        ///< inverter: each stage so much later
    std::optional<Duration> rides_through;     ///< inverter: leaves after this at the latest
    std::optional<Duration>
        reconnects_after;                ///< inverter, switch: in place of its observation time
    std::optional<double> power_report;  ///< inverter: reports its power times this
    std::optional<ActivePower> meter_offset;  ///< meter: reports so much too much import
    std::optional<Ratio> soc_report_offset;   ///< bms: adds so much to what it reports
    std::optional<Current> sensor_offset;     ///< bms: its current sensor is so far off
    std::optional<ActivePower> unseen_load;   ///< bms: drawn from the pack past its sensor
    std::optional<bool> soc_frozen;           ///< bms: goes on reporting what it reports now
    std::optional<Ratio> soc_stuck;           ///< bms: reports this, whatever it counts
    std::optional<Ratio> soc_resolution;      ///< bms: reports in whole steps of this
    std::optional<RecalibrationFault> soc_recalibration;
    /// Any SunSpec device: deviates like this from now on, and no more as before; [] ends it.
    std::optional<std::vector<std::string>> deviations;
};
template <class V>
void declare(V& v, FaultStep& s) {
    v.required("id", s.id, "name of the event");
    v.required("device", s.device, "the device that is wrong");
    v.optional("sync_angle_error", s.sync_angle_error, "error of its angle measurement");
    v.optional("detection_off", s.detection_off, "islanding is not detected");
    v.optional("welded", s.welded, "the main contact does not open");
    v.optional("miswired", s.miswired, "contactor that each of the five coils acts on");
    v.optional("ignores_consent", s.ignores_consent, "the street forms without consent");
    v.optional("ignores_orders", s.ignores_orders, "acknowledges and does nothing");
    v.optional("feigns_orders", s.feigns_orders, "shows what was ordered and does what it did");
    v.optional("ignores_bms", s.ignores_bms, "takes no limit from its battery");
    v.optional("trips_late", s.trips_late, "added to the delay of each stage; 0 s ends that");
    v.optional("rides_through", s.rides_through, "it trips after this at the latest");
    v.optional("reconnects_after", s.reconnects_after, "in place of its observation time");
    v.optional("power_report", s.power_report, "it reports its power times this, such as -1");
    v.optional("meter_offset", s.meter_offset, "added to the import that it reports");
    v.optional("out_of_service", s.out_of_service, "the inverter fails; false: it works again");
    v.optional("soc_report_offset", s.soc_report_offset, "added to the reported SoC");
    v.optional("sensor_offset", s.sensor_offset,
               "error of its current sensor; positive sees too much discharge");
    v.optional("unseen_load", s.unseen_load, "drawn from the battery past the BMS's sensor");
    v.optional("soc_frozen", s.soc_frozen, "the reported SoC stays where it is; false ends that");
    v.optional("soc_stuck", s.soc_stuck, "reported SoC, whatever it is");
    v.optional("soc_resolution", s.soc_resolution, "the SoC is reported in whole steps of this");
    v.optional("soc_recalibration", s.soc_recalibration, "the reported SoC jumps");
    v.optional(
        "deviations", s.deviations,
        "ids of docs/deviations.md: it deviates like this, and no more as before; [] ends it");
}

}  // namespace islandbench::bench
