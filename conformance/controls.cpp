#include "conformance/controls.hpp"

#include <algorithm>

namespace islandbench::conformance {
namespace {

constexpr Controls der{
    .set_point = {704, "WSet", "WSetEna", "WSetRvrtTms", ""},
    .limit = {704, "WMaxLimPct", "WMaxLimPctEna", "WMaxLimPctRvrtTms", ""},
    .permission = {703, "ES", "", "", ""},
    .factor = {704, "PFWInj.PF", "PFWInjEna", "PFWInjRvrtTms", ""},
    .reactive = {704, "VarSetPct", "VarSetEna", "VarSetRvrtTms", ""},
    .read_only = "St",
};
constexpr Controls basic{
    .set_point = {124, "OutWRte", "StorCtl_Mod", "InOutWRte_RvrtTms", "InOutWRte_WinTms"},
    .limit = {123, "WMaxLimPct", "WMaxLim_Ena", "WMaxLimPct_RvrtTms", "WMaxLimPct_WinTms"},
    .permission = {123, "Conn", "", "Conn_RvrtTms", "Conn_WinTms"},
    .factor = {123, "OutPFSet", "OutPFSet_Ena", "OutPFSet_RvrtTms", "OutPFSet_WinTms"},
    .reactive = {123, "VArMaxPct", "VArPct_Ena", "VArPct_RvrtTms", "VArPct_WinTms"},
    .read_only = "St",
};

bool has_old(const Snapshot& device) {
    return device.find(123) != nullptr || device.find(124) != nullptr;
}
bool first_is_old(const Snapshot& device) {
    return device.find(704) == nullptr && has_old(device);
}

struct Place {
    std::uint16_t model;
    std::string_view point;
};
double first_of(const Snapshot& device, std::initializer_list<Place> places) {
    for (const Place& place : places) {
        const double value = number(device.find(place.model), place.point).value_or(0.0);
        if (value > 0.0) return value;
    }
    return 0.0;
}

}  // namespace

std::string Lever::text() const {
    return std::to_string(model) + " " + std::string(value);
}

std::string Controls::text() const {
    return basic() ? "123 and 124" : "703 and 704";
}

const Controls& controls_of(const Snapshot& device) {
    return first_is_old(device) != device.other_way ? basic : der;
}

std::vector<const Controls*> ways_of(const Snapshot& device) {
    const bool newer = device.find(703) != nullptr || device.find(704) != nullptr;
    std::vector<const Controls*> ways;
    if (newer) ways.push_back(&der);
    if (has_old(device)) ways.push_back(&basic);
    if (first_is_old(device)) std::reverse(ways.begin(), ways.end());
    return ways;
}

bool has_other_way(const Snapshot& device) {
    return ways_of(device).size() > 1;
}

std::string kind_of(const Snapshot& device) {
    std::string text;
    constexpr std::uint16_t telling[] = {701, 103, 102, 101, 113, 112, 111, 201, 202,
                                         203, 204, 211, 212, 213, 214, 802, 803};
    for (const std::uint16_t id : telling) {
        const ModelData* const model = device.find(id);
        if (model == nullptr || model->model == nullptr) continue;
        text += text.empty() ? "" : "; ";
        text += id == 701 ? "inverter of IEEE 1547-2018" : model->model->label;
        text += " (" + std::to_string(id) + ")";
    }
    return text;
}

double rated_power(const Snapshot& device) {
    return first_of(device, {{702, "WMaxRtg"}, {120, "WRtg"}});
}

double power_base(const Snapshot& device) {
    // Each way in has its own settings: a percent of 123 is one of 121.
    if (controls_of(device).basic()) {
        return first_of(device, {{121, "WMax"}, {120, "WRtg"}, {702, "WMax"}, {702, "WMaxRtg"}});
    }
    return first_of(device, {{702, "WMax"}, {702, "WMaxRtg"}, {121, "WMax"}, {120, "WRtg"}});
}

std::optional<double> pv_power(const ModelData& inputs) {
    std::optional<double> sum;
    bool battery = false;
    for_each_point(inputs, [&](const sunspec::Point& p) {
        // Some tell their battery as two inputs more, "StCha" and "StDisCha".
        if (p.name == "module.IDStr") battery = inputs.view().text(p).starts_with("St");
        if (p.name != "module.DCW" || battery) return;
        if (const auto w = inputs.view().number(p)) sum = sum.value_or(0.0) + *w;
    });
    return sum;
}

std::optional<State> state_of(const ModelData& ac) {
    const bool der_model = ac.where.id == 701;
    const std::string_view name = der_model ? "InvSt" : "St";
    const auto told = raw(&ac, name);
    if (!told) return std::nullopt;
    // The older models count the same states from 1.
    const std::uint64_t state = der_model ? *told : *told - 1;
    return State{
        std::to_string(ac.where.id) + " " + std::string(name) + " is " + std::to_string(*told),
        state == 0 || state == 1 || state == 7, state == 6};
}

}  // namespace islandbench::conformance
