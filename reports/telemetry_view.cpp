#include "reports/telemetry_view.hpp"

#include <algorithm>
#include <cmath>

namespace islandbench::reports {
namespace {

bool is_known(const Series* series) {
    if (series == nullptr) return false;
    return std::any_of(series->values.begin(), series->values.end(),
                       [](double value) { return !std::isnan(value); });
}

/// The series "seen.<device>.<quantity>", or nullptr.
const Series* seen(const RunRecord& run, const std::string& device, const std::string& quantity) {
    const std::string name = "seen." + device + "." + quantity;
    for (const Series& series : run.series) {
        if (series.info.name == name) return &series;
    }
    return nullptr;
}

}  // namespace

void see_by_telemetry(const RunRecord& run, StreetView& street) {
    const Series* closed = seen(run, "pcc", "closed");
    if (street.closed == nullptr || is_known(street.closed) || !is_known(closed)) return;
    street.from_telemetry = true;
    street.closed = closed;
    // One voltage of each side: the interconnect device tells the mean of its phases.
    street.grid_v = {seen(run, "pcc", "v_grid"), nullptr, nullptr};
    street.island_v = {seen(run, "pcc", "v_island"), nullptr, nullptr};
    street.grid_f = seen(run, "pcc", "f_grid");
    street.island_f = seen(run, "pcc", "f_island");
    street.grid_dead = street.pcc_p = nullptr;
    street.former_p = seen(run, street.former + ".inverter", "w");
    street.former_soc = seen(run, street.former + ".bms", "soc");
    for (HomeView& home : street.homes) {
        const std::string loadctl = home.name + ".loadctl";
        home.v = seen(run, loadctl, "v");
        home.load_p = seen(run, loadctl, "w");
        home.inverter_p = seen(run, home.name + ".inverter", "w");
        home.soc = seen(run, home.name + ".bms", "soc");
        for (std::size_t tier = 0; tier < home.shed.size(); ++tier) {
            home.shed[tier] = seen(run, loadctl, "shed" + std::to_string(tier));
        }
    }
    street.priority.clear();  // a priority site has no device
}

}  // namespace islandbench::reports
