#include "emulators/devices/der_support.hpp"

#include <algorithm>
#include <cmath>

#include "emulators/devices/sunspec_common.hpp"
#include "emulators/devices/trip_points.hpp"

namespace islandbench::devices {

using plant::Protection;
using plant::ReactiveControl;
using sunspec::Image;
using sunspec::point;
using sunspec::symbol;

namespace {

constexpr double pct = 100.0;
constexpr int entries = 3;  // in force, and two workspaces
constexpr std::array<std::uint16_t, 4> trip_models{707, 708, 709, 710};

/// Adds a model before something refers to it.
Image& with(Image& image, std::uint16_t model, int slots) {
    image.add(model, entries, slots);
    return image;
}

plant::VarReference reference_of(double dept_ref) {
    switch (static_cast<int>(dept_ref)) {
        case 1: return plant::VarReference::var_max;
        case 2: return plant::VarReference::var_available;
        default: return plant::VarReference::rating;
    }
}

}  // namespace

DerSupport::DerSupport(Image& image, InverterBody& body, const std::string& serial)
    : image_(image),
      body_(body),
      random_(0, "enter service " + serial),
      volt_var_(with(image, 705, der_curve_points), 705, {},
                [this](int entry) {
                    plant::SupportCurve curve;
                    const bool known = volt_var_.number("Crv.DeptRef", entry) <= 3;
                    return known && read_curve(volt_var_, entry, "Crv.Pt.V", "Crv.Pt.Var", curve);
                }),
      volt_watt_(with(image, 706, der_curve_points), 706, {},
                 [this](int entry) {
                     plant::SupportCurve curve;
                     const bool known = volt_watt_.number("Crv.DeptRef", entry) <= 1;
                     return known && read_curve(volt_watt_, entry, "Crv.Pt.V", "Crv.Pt.W", curve);
                 }),
      watt_var_(with(image, 712, der_curve_points), 712, {},
                [this](int entry) {
                    plant::SupportCurve curve;
                    const bool known = watt_var_.number("Crv.DeptRef", entry) <= 3;
                    return known && read_curve(watt_var_, entry, "Crv.Pt.W", "Crv.Pt.Var", curve);
                }),
      factor_injecting_(image, {{point<704>("PFWInjEna"), point<704>("PFWInjEnaRvrt")},
                                {{point<704>("PFWInj.PF"), point<704>("PFWInjRvrt.PF")},
                                 {point<704>("PFWInj.Ext"), point<704>("PFWInjRvrt.Ext")}},
                                point<704>("PFWInjRvrtTms"),
                                point<704>("PFWInjRvrtRem")}),
      factor_absorbing_(image, {{point<704>("PFWAbsEna"), point<704>("PFWAbsEnaRvrt")},
                                {{point<704>("PFWAbs.PF"), point<704>("PFWAbsRvrt.PF")},
                                 {point<704>("PFWAbs.Ext"), point<704>("PFWAbsRvrt.Ext")}},
                                point<704>("PFWAbsRvrtTms"),
                                point<704>("PFWAbsRvrtRem")}),
      constant_(image, {{point<704>("VarSetEna"), point<704>("VarSetEnaRvrt")},
                        {{point<704>("VarSet"), point<704>("VarSetRvrt")},
                         {point<704>("VarSetPct"), point<704>("VarSetPctRvrt")}},
                        point<704>("VarSetRvrtTms"),
                        point<704>("VarSetRvrtRem")}) {
    for (std::size_t i = 0; i < trip_models.size(); ++i) {
        const auto kind = static_cast<Protection::Kind>(i);
        const int slots = static_cast<int>(Protection::most_of(kind));
        trips_.emplace_back(with(image, trip_models[i], slots), trip_models[i],
                            AdoptableModel::Names{.revert = ""}, [this, kind](int entry) {
                                std::vector<Protection::Setting> stages;
                                return read_stages(trips_[static_cast<std::size_t>(kind)], kind,
                                                   entry, stages);
                            });
    }
    build_enter_service();
    build_constants();
    build_volt_var();
    build_volt_watt();
    build_watt_var();
    for (std::size_t i = 0; i < trips_.size(); ++i) {
        build_trips(trips_[i], static_cast<Protection::Kind>(i));
    }
}

/// Voltages, and powers as x, in percent.
bool DerSupport::read_curve(const AdoptableModel& model, int entry, std::string_view x,
                            std::string_view y, plant::SupportCurve& into) const {
    const double count = model.number("Crv.ActPt", entry);
    if (!(count >= 1 && count <= der_curve_points)) return false;
    std::array<plant::SupportCurve::Point, der_curve_points> points{};
    const auto used = std::span(points).first(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < used.size(); ++i) {
        const int slot = static_cast<int>(i);
        used[i] = {model.number(x, entry, slot) / pct, model.number(y, entry, slot) / pct};
        if (!(std::fabs(used[i].x) <= 2.0 && std::fabs(used[i].y) <= 1.0)) return false;
    }
    return into.set(used);
}

bool DerSupport::read_stages(const AdoptableModel& model, Protection::Kind kind, int entry,
                             std::vector<Protection::Setting>& into) const {
    const double count = model.number("Crv.MustTrip.ActPt", entry);
    if (!(count >= 1 && count <= static_cast<double>(Protection::most_of(kind)))) return false;
    for (int i = 0; i < static_cast<int>(count); ++i) {
        const double limit = model.number(limit_name(kind), entry, i) / limit_unit(kind);
        const double delay = model.number("Crv.MustTrip.Pt.Tms", entry, i);
        if (!(limit > 0.0 && delay >= 0.0)) return false;
        into.push_back({limit, from_seconds(delay)});
    }
    std::sort(into.begin(), into.end(), [kind](const auto& a, const auto& b) {
        return is_above(kind) ? a.limit < b.limit : a.limit > b.limit;
    });
    return std::is_sorted(into.begin(), into.end(),
                          [](const auto& a, const auto& b) { return a.delay > b.delay; });
}

bool DerSupport::wrote_model(std::uint16_t model) const {
    return std::any_of(image_.touched().begin(), image_.touched().end(),
                       [model](const auto& touched) { return touched.point.model == model; });
}

modbus::Served DerSupport::check() const {
    const auto read_only = [](const AdoptableModel& m) { return m.wrote_read_only(); };
    if (read_only(volt_var_) || read_only(volt_watt_) || read_only(watt_var_) ||
        std::any_of(trips_.begin(), trips_.end(), read_only)) {
        return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    }
    // Factor and excitation belong together: they come in one request, or not at all.
    const auto apart = [this](const sunspec::Point& pf, const sunspec::Point& ext) {
        return image_.wrote(pf) != image_.wrote(ext);
    };
    const sunspec::ModelView view = image_.view(704);
    const auto is_factor = [&view](const sunspec::Point& p) {
        const double cos_phi = view.number(p).value_or(0.0);
        return cos_phi >= 0.5 && cos_phi <= 1.0;
    };
    const auto within = [&view](const sunspec::Point& p, double most) {
        return std::fabs(view.number(p).value_or(0.0)) <= most;
    };
    const double rating = body_.rating().value();
    const bool good =
        !apart(point<704>("PFWInj.PF"), point<704>("PFWInj.Ext")) &&
        !apart(point<704>("PFWInjRvrt.PF"), point<704>("PFWInjRvrt.Ext")) &&
        !apart(point<704>("PFWAbs.PF"), point<704>("PFWAbs.Ext")) &&
        !apart(point<704>("PFWAbsRvrt.PF"), point<704>("PFWAbsRvrt.Ext")) &&
        is_factor(point<704>("PFWInj.PF")) && is_factor(point<704>("PFWInjRvrt.PF")) &&
        is_factor(point<704>("PFWAbs.PF")) && is_factor(point<704>("PFWAbsRvrt.PF")) &&
        within(point<704>("VarSet"), rating) && within(point<704>("VarSetRvrt"), rating) &&
        within(point<704>("VarSetPct"), pct) && within(point<704>("VarSetPctRvrt"), pct);
    if (!good) return modbus::refuse(modbus::ExceptionCode::illegal_data_value);
    return {};
}

void DerSupport::written(Instant now) {
    keep_one_way();
    bool changed = false;
    for (AdoptableModel* model : {&volt_var_, &volt_watt_, &watt_var_}) {
        changed = model->written(now) || changed;
    }
    for (Reversion* reversion : {&factor_injecting_, &factor_absorbing_, &constant_}) {
        changed = reversion->written(now) || changed;
    }
    changed =
        changed || image_.wrote(point<704>("VarSetMod")) || image_.wrote(point<704>("VarSetPri"));
    if (changed) apply();
    for (std::size_t i = 0; i < trips_.size(); ++i) {
        if (trips_[i].written(now)) apply_trips(trips_[i], static_cast<Protection::Kind>(i));
    }
    if (wrote_model(703)) apply_enter_service();
}

void DerSupport::count_down(Instant now) {
    bool changed = false;
    for (AdoptableModel* model : {&volt_var_, &volt_watt_, &watt_var_}) {
        changed = model->count_down(now) || changed;
    }
    for (Reversion* reversion : {&factor_injecting_, &factor_absorbing_, &constant_}) {
        changed = reversion->count_down(now) || changed;
    }
    if (changed) apply();
}

/// The one that was enabled by the last write stays; both factors go together.
void DerSupport::keep_one_way() {
    const auto enabled_now = [this](const sunspec::Point& ena) {
        return image_.wrote(ena) && image_.view(ena.model).raw(ena) == 1u;
    };
    const bool factor =
        enabled_now(point<704>("PFWInjEna")) || enabled_now(point<704>("PFWAbsEna"));
    const bool constant = enabled_now(point<704>("VarSetEna"));
    const bool volt_var = enabled_now(point<705>("Ena"));
    const bool watt_var = enabled_now(point<712>("Ena"));
    if (!factor && !constant && !volt_var && !watt_var) return;
    if (!factor) must_set(image_, point<704>("PFWInjEna"), 0);
    if (!factor) must_set(image_, point<704>("PFWAbsEna"), 0);
    if (factor || !constant) must_set(image_, point<704>("VarSetEna"), 0);
    if (factor || constant || !volt_var) volt_var_.set_enabled(false);
    if (factor || constant || volt_var || !watt_var) watt_var_.set_enabled(false);
}

plant::ReactiveControl DerSupport::constant_power_factor() const {
    const sunspec::ModelView view = image_.view(704);
    ReactiveControl control;
    control.mode = ReactiveControl::Mode::power_factor;
    const auto factor = [&view](const sunspec::Point& pf, const sunspec::Point& ext) {
        return ReactiveControl::Factor{view.number(pf).value_or(1.0),
                                       view.raw(ext) != symbol<704>("PFWInj.Ext", "UNDER_EXCITED")};
    };
    if (factor_injecting_.enabled()) {
        control.injecting = factor(point<704>("PFWInj.PF"), point<704>("PFWInj.Ext"));
    }
    if (factor_absorbing_.enabled()) {
        control.absorbing = factor(point<704>("PFWAbs.PF"), point<704>("PFWAbs.Ext"));
    }
    return control;
}

plant::ReactiveControl DerSupport::constant_reactive_power() const {
    const sunspec::ModelView view = image_.view(704);
    ReactiveControl control;
    const auto mode = view.raw(point<704>("VarSetMod"));
    control.reactive_first =
        view.raw(point<704>("VarSetPri")) == symbol<704>("VarSetPri", "REACTIVE");
    control.share = view.number(point<704>("VarSetPct")).value_or(0.0) / pct;
    if (mode == symbol<704>("VarSetMod", "VARS")) {
        control.share = view.number(point<704>("VarSet")).value_or(0.0) / body_.rating().value();
    } else if (mode == symbol<704>("VarSetMod", "VAR_MAX_PCT")) {
        control.of = plant::VarReference::var_max;
    } else if (mode == symbol<704>("VarSetMod", "VAR_AVAIL_PCT")) {
        control.of = plant::VarReference::var_available;
    }
    return control;
}

std::optional<plant::ReactiveControl> DerSupport::reactive() const {
    if (factor_injecting_.enabled() || factor_absorbing_.enabled()) return constant_power_factor();
    if (constant_.enabled()) return constant_reactive_power();
    const bool by_voltage = volt_var_.enabled();
    if (!by_voltage && !watt_var_.enabled()) return std::nullopt;
    const AdoptableModel& model = by_voltage ? volt_var_ : watt_var_;
    ReactiveControl control;
    control.mode = by_voltage ? ReactiveControl::Mode::volt_var : ReactiveControl::Mode::watt_var;
    control.of = reference_of(model.number("Crv.DeptRef", 0));
    control.reactive_first = model.number("Crv.Pri", 0) == 1.0;
    const bool good =
        read_curve(model, 0, by_voltage ? "Crv.Pt.V" : "Crv.Pt.W", "Crv.Pt.Var", control.curve);
    IB_ASSERT(good);  // nothing else gets into entry 1
    if (!by_voltage) return control;
    control.v_ref = Ratio{model.number("Crv.VRef", 0) / pct};
    control.response = from_seconds(model.number("Crv.RspTms", 0));
    return control;
}

std::optional<plant::VoltWatt> DerSupport::volt_watt() const {
    if (!volt_watt_.enabled()) return std::nullopt;
    plant::VoltWatt control;
    const bool good = read_curve(volt_watt_, 0, "Crv.Pt.V", "Crv.Pt.W", control.curve);
    IB_ASSERT(good);
    control.of_available = volt_watt_.number("Crv.DeptRef", 0) == 1.0;
    control.response = from_seconds(volt_watt_.number("Crv.RspTms", 0));
    return control;
}

void DerSupport::apply() {
    functions_.reactive = reactive();
    functions_.volt_watt = volt_watt();
    body_.set_functions(functions_);
}

void DerSupport::apply_trips(const AdoptableModel& model, Protection::Kind kind) {
    std::vector<Protection::Setting> stages;
    if (model.enabled()) {
        const bool good = read_stages(model, kind, 0, stages);
        IB_ASSERT(good);
    }
    body_.set_trips(kind, stages);
}

void DerSupport::apply_enter_service() {
    const sunspec::ModelView view = image_.view(703);
    const auto number = [&view](const sunspec::Point& p) { return view.number(p).value_or(0.0); };
    body_.permit(view.raw(point<703>("ES")) == symbol<703>("ES", "ENABLED"));
    const double random = random_.uniform() * number(point<703>("ESRndTms"));
    functions_.enter_service =
        plant::EnterService{.v_min = Ratio{number(point<703>("ESVLo")) / pct},
                            .v_max = Ratio{number(point<703>("ESVHi")) / pct},
                            .f_min = Frequency{number(point<703>("ESHzLo"))},
                            .f_max = Frequency{number(point<703>("ESHzHi"))},
                            .delay = from_seconds(number(point<703>("ESDlyTms")) + random),
                            .ramp = from_seconds(number(point<703>("ESRmpTms")))};
    body_.set_functions(functions_);
}

}  // namespace islandbench::devices
