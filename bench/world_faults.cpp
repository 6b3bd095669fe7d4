#include <algorithm>

#include "bench/world.hpp"

/// What the steps of a story do to the grid's frequency, and to devices that are wrong on purpose.
namespace islandbench::bench {

void World::move_grid_frequency(const GridFrequencyStep& step) {
    if (step.to) return street_.move_grid_frequency(*step.to, step.rate.value_or(Rocof{}));
    street_.follow_grid_frequency(files_.records.at(step.record).record);
}

void World::apply(const FaultStep& fault) {
    if (fault.sync_angle_error) {
        street_.interconnect().set_sync_angle_error(*fault.sync_angle_error);
    }
    if (fault.detection_off) street_.interconnect().set_detection_off(*fault.detection_off);
    if (fault.deviations) deviate(fault.device, *fault.deviations);
    if (fault.welded) street_.interconnect().set_welded(*fault.welded);
    if (fault.ignores_consent) street_.interconnect().set_ignores_consent(*fault.ignores_consent);
    if (fault.reconnects_after && fault.device == "pcc") {
        street_.interconnect().set_observation(*fault.reconnects_after);
    }
    if (fault.out_of_service) fail_inverter(fault.device, *fault.out_of_service);
    if (inverters_.contains(fault.device)) apply_to_inverter(fault);
    if (bms_cores_.contains(fault.device)) apply_to_bms(fault);
    if (fault.meter_offset && meters_.contains(fault.device)) {
        meters_.at(fault.device)->report_offset(*fault.meter_offset);
    }
    if (fault.ignores_orders && load_controllers_.contains(fault.device)) {
        load_controllers_.at(fault.device)->ignore_orders(*fault.ignores_orders);
    }
    if (fault.miswired) {
        std::array<int, tiers> acts_on{};
        std::copy_n(fault.miswired->begin(), tiers, acts_on.begin());
        const std::string home = fault.device.substr(0, fault.device.find('.'));
        street_.miswire(*street_.find_home(home), acts_on);
    }
}

void World::apply_to_inverter(const FaultStep& fault) {
    if (fault.power_report) inverters_.at(fault.device)->report_power_times(*fault.power_report);
    const auto home = street_.find_home(fault.device.substr(0, fault.device.find('.')));
    if (!home) return;
    plant::Hybrid& unit = *street_.hybrid(*home);
    plant::Hybrid::WrongSettings wrong = unit.wrong();
    if (fault.trips_late) wrong.late = *fault.trips_late;
    if (fault.rides_through) wrong.at_most = fault.rides_through;
    if (fault.reconnects_after) wrong.rejoin = fault.reconnects_after;
    unit.set_wrong(wrong);
    if (fault.feigns_orders) inverters_.at(fault.device)->feign_orders(*fault.feigns_orders);
    if (fault.ignores_orders) inverters_.at(fault.device)->ignore_orders(*fault.ignores_orders);
    if (fault.ignores_bms) ignore_bms(street_.site().homes[*home].name, *fault.ignores_bms);
}

void World::fail_inverter(const std::string& device, bool fails) {
    if (const auto home = street_.find_home(device.substr(0, device.find('.')))) {
        street_.hybrid(*home)->set_out_of_service(fails);
    } else {
        street_.former().set_out_of_service(fails);
    }
}

void World::apply_to_bms(const FaultStep& fault) {
    devices::BmsCore& bms = *bms_cores_.at(fault.device);
    if (fault.soc_report_offset) bms.report_offset(*fault.soc_report_offset);
    if (fault.sensor_offset) bms.sensor_offset(*fault.sensor_offset);
    if (fault.soc_frozen) bms.freeze(*fault.soc_frozen);
    if (fault.soc_stuck) bms.stick(*fault.soc_stuck);
    if (fault.soc_resolution) bms.report_in_steps(*fault.soc_resolution);
    if (const auto& recalibration = fault.soc_recalibration) {
        bms.recalibrate(recalibration->to, recalibration->cell);
        may_jump_.push_back(fault.device);
    }
    if (!fault.unseen_load) return;
    const std::string unit = fault.device.substr(0, fault.device.find('.'));
    if (const auto home = street_.find_home(unit)) {
        street_.hybrid(*home)->set_unseen_load(*fault.unseen_load);
    } else {
        street_.former().set_unseen_load(*fault.unseen_load);
    }
}

}  // namespace islandbench::bench
