#include "conformance/controls.hpp"

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

const Controls& controls_of(const Snapshot& device) {
    const bool old =
        device.find(704) == nullptr && (device.find(123) != nullptr || device.find(124) != nullptr);
    return old ? basic : der;
}

double rated_power(const Snapshot& device) {
    return first_of(device, {{702, "WMaxRtg"}, {120, "WRtg"}});
}

double power_base(const Snapshot& device) {
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
