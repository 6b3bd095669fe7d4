#include <algorithm>
#include <cmath>

#include "drivers/sunspec_inverter.hpp"

/// Curves that an inverter adopts (705 to 710, 712), and its constant reactive power (704).
namespace islandbench::drivers {
namespace {

using Kind = SupportFunction::Kind;
using sunspec::named_point;
using sunspec::point;
using sunspec::symbol;

constexpr double pct = 100.0;
constexpr int in_force = 0;
/// A device may check for so long whether it takes a curve.
constexpr Duration adoption_patience = 10s;
constexpr std::uint64_t in_progress = 0, completed = 1;

/// The points of a curve; both axes times `x_unit` and `y_unit` are in the model's units.
struct CurveShape {
    std::uint16_t model;
    std::string_view count, x, y;
    double x_unit, y_unit;
    bool has_reference, has_response;
};
CurveShape shape_of(Kind kind) {
    constexpr std::string_view trip = "Crv.MustTrip.ActPt", volts = "Crv.MustTrip.Pt.V",
                               hertz = "Crv.MustTrip.Pt.Hz", delay = "Crv.MustTrip.Pt.Tms";
    switch (kind) {
        case Kind::volt_var:
            return {705, "Crv.ActPt", "Crv.Pt.V", "Crv.Pt.Var", pct, pct, true, true};
        case Kind::volt_watt:
            return {706, "Crv.ActPt", "Crv.Pt.V", "Crv.Pt.W", pct, pct, true, true};
        case Kind::watt_var:
            return {712, "Crv.ActPt", "Crv.Pt.W", "Crv.Pt.Var", pct, pct, true, false};
        case Kind::under_voltage_trip: return {707, trip, volts, delay, pct, 1.0, false, false};
        case Kind::over_voltage_trip: return {708, trip, volts, delay, pct, 1.0, false, false};
        case Kind::under_frequency_trip: return {709, trip, hertz, delay, 1.0, 1.0, false, false};
        case Kind::over_frequency_trip: return {710, trip, hertz, delay, 1.0, 1.0, false, false};
    }
    IB_ASSERT(false);
    return {};
}

/// Of one entry, with its slots; all that shape() writes to it.
std::vector<PointValue> values_of(const SupportFunction& function, const CurveShape& shape,
                                  int entry, int slots) {
    std::vector<PointValue> values;
    const auto put = [&](std::string_view name, double value, int slot = 0) {
        values.push_back(
            {sunspec::placed_point(named_point(shape.model, name), entry, slots, slot), value});
    };
    put(shape.count, static_cast<double>(function.points.size()));
    if (shape.has_reference) put("Crv.DeptRef", 0.0);  // percent of WMax, in each of them
    if (shape.has_response && function.response) {
        put("Crv.RspTms", to_seconds(*function.response));
    }
    for (std::size_t i = 0; i < function.points.size(); ++i) {
        put(shape.x, shape.x_unit * function.points[i].x, static_cast<int>(i));
        put(shape.y, shape.y_unit * function.points[i].y, static_cast<int>(i));
    }
    return values;
}

/// What a register of three digits keeps of a number.
bool shows_number(const sunspec::ModelView& view, const PointValue& wanted) {
    const auto shown = view.number(wanted.point);
    return shown && std::fabs(*shown - wanted.value) <= 0.051 + 0.001 * std::fabs(wanted.value);
}

}  // namespace

void SunSpecInverter::find_functions(const sunspec::Walk& chain) {
    static constexpr std::array reactive_points{
        point<704>("PFWInjEna"),  point<704>("PFWInjRvrtTms"), point<704>("PFWInj.PF"),
        point<704>("PFWInj.Ext"), point<704>("PFWAbsEna"),     point<704>("PFWAbsRvrtTms"),
        point<704>("PFWAbs.PF"),  point<704>("PFWAbs.Ext"),    point<704>("VarSetEna"),
        point<704>("VarSetMod"),  point<704>("VarSetPct"),     point<704>("VarSetRvrtTms")};
    curves_.clear();
    for (const int id : {705, 706, 707, 708, 709, 710, 712}) {
        const auto number = static_cast<std::uint16_t>(id);
        if (auto model = require(chain, number)) curves_.emplace(number, std::move(*model));
    }
    reactive_.reset();
    if (auto model = require(chain, 704, reactive_points)) reactive_.emplace(std::move(*model));
}

/// How many points its curves have room for stands before them.
Task<Done> SunSpecInverter::read_curves(PolledModel& model, Instant deadline) {
    const Done head = co_await refresh(model, deadline);
    if (!head) co_return head;
    const int slots = model.block.view().slots();
    model.plan = sunspec::plan_reads(model.block.where(), settings().profile.read_max, {}, slots);
    co_return co_await refresh(model, deadline);
}

Task<Done> SunSpecInverter::write_points(PolledModel& model, std::vector<PointValue> values,
                                         Instant deadline) {
    sunspec::PointWriter writer;
    writer.begin(model.block);
    const auto set = set_all(writer, values);
    if (!set) co_return tl::unexpected(complaint(set.error().code, set.error().what));
    co_return co_await write_all(writer, deadline);
}

/// Requests count from 1.
Task<Done> SunSpecInverter::request_adoption(PolledModel& model, int entry, Instant deadline) {
    const std::uint16_t id = model.block.where().id;
    std::vector<PointValue> request{{named_point(id, "AdptCrvReq"), entry + 1.0}};
    const Done asked = co_await write_points(model, std::move(request), deadline);
    if (!asked) co_return asked;
    const sunspec::Point result = named_point(id, "AdptCrvRslt");
    const Instant patience = clock().now() + adoption_patience;
    for (;;) {
        const Done read = co_await refresh(model, deadline);
        if (!read) co_return read;
        const auto says = model.block.view().raw(result);
        if (says == completed) co_return Done{};
        if (says != in_progress) break;
        if (clock().now() >= patience) break;
        co_await clock().sleep_for(200ms);
    }
    co_return tl::unexpected(
        complaint(ErrorCode::refused, "does not adopt a curve of model " + std::to_string(id)));
}

Result<int> SunSpecInverter::find_workspace(const PolledModel& model, std::size_t points) const {
    const std::uint16_t id = model.block.where().id;
    const std::string which = "model " + std::to_string(id);
    const sunspec::ModelView view = model.block.view();
    const int slots = view.slots();
    if (points == 0 || points > static_cast<std::size_t>(slots)) {
        return tl::unexpected(complaint(
            ErrorCode::out_of_range, which + " takes 1 to " + std::to_string(slots) + " points"));
    }
    const sunspec::Point read_only = named_point(id, "Crv.ReadOnly");
    for (int entry = in_force + 1; entry < view.repetitions(); ++entry) {
        if (view.raw(sunspec::placed_point(read_only, entry, slots)) == 0u) return entry;
    }
    return tl::unexpected(complaint(ErrorCode::not_available, "has no workspace in " + which));
}

Task<Done> SunSpecInverter::expect_shown(PolledModel& model, std::vector<PointValue> values,
                                         std::string what, Instant deadline) {
    const Done read = co_await refresh(model, deadline);
    if (!read) co_return read;
    const sunspec::ModelView view = model.block.view();
    const bool all = std::all_of(values.begin(), values.end(),
                                 [&](const PointValue& one) { return shows_number(view, one); });
    if (all) co_return Done{};
    co_return tl::unexpected(complaint(ErrorCode::bad_reply, "does not show " + what));
}

Task<Done> SunSpecInverter::shape(SupportFunction function, Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return ready;
    const CurveShape shape = shape_of(function.kind);
    const std::string which = "model " + std::to_string(shape.model);
    const auto found = curves_.find(shape.model);
    if (found == curves_.end()) {
        co_return tl::unexpected(complaint(ErrorCode::not_available, "has no " + which));
    }
    PolledModel& model = found->second;
    const Done read = co_await read_curves(model, deadline);
    if (!read) co_return read;
    const auto entry = find_workspace(model, function.points.size());
    if (!entry) co_return tl::unexpected(entry.error());
    const int slots = model.block.view().slots();
    std::vector<PointValue> curve = values_of(function, shape, *entry, slots);
    const Done written = co_await write_points(model, std::move(curve), deadline);
    if (!written) co_return written;
    const Done adopted = co_await request_adoption(model, *entry, deadline);
    if (!adopted) co_return adopted;
    std::vector<PointValue> on{{named_point(shape.model, "Ena"), function.enabled ? 1.0 : 0.0}};
    std::vector<PointValue> wanted = values_of(function, shape, in_force, slots);
    wanted.push_back(on.front());
    const Done switched = co_await write_points(model, std::move(on), deadline);
    if (!switched) co_return switched;
    std::string what = "the curve of " + which + " that was written";
    co_return co_await expect_shown(model, std::move(wanted), std::move(what), deadline);
}

Task<Done> SunSpecInverter::order_reactive(std::optional<ReactiveOrder> order, Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return ready;
    if (!reactive_) {
        co_return tl::unexpected(complaint(ErrorCode::not_available, "has no model 704"));
    }
    const Done known = co_await refresh(*reactive_, deadline);
    if (!known) co_return known;
    std::vector<PointValue> values;
    const auto put = [&](const sunspec::Point& p, double value) {
        if (reactive_->block.view().number(p)) values.push_back({p, value});
    };
    const double time = order ? to_seconds(order->valid_for) : 0.0;
    const bool factor = order && order->cos_phi;
    if (factor) {
        const double cos_phi = order->cos_phi->value();
        const double side = order->over_excited
                                ? double(symbol<704>("PFWInj.Ext", "OVER_EXCITED"))
                                : double(symbol<704>("PFWInj.Ext", "UNDER_EXCITED"));
        put(point<704>("PFWInjRvrtTms"), time);
        put(point<704>("PFWInj.PF"), cos_phi);
        put(point<704>("PFWInj.Ext"), side);
        put(point<704>("PFWAbsRvrtTms"), time);
        put(point<704>("PFWAbs.PF"), cos_phi);
        put(point<704>("PFWAbs.Ext"), side);
    } else if (order) {
        put(point<704>("VarSetRvrtTms"), time);
        put(point<704>("VarSetMod"), symbol<704>("VarSetMod", "W_MAX_PCT"));
        put(point<704>("VarSetPct"), pct * order->of_rating.value());
    }
    put(point<704>("PFWInjEna"), factor ? 1.0 : 0.0);
    put(point<704>("PFWAbsEna"), factor ? 1.0 : 0.0);
    put(point<704>("VarSetEna"), order && !factor ? 1.0 : 0.0);
    std::vector<PointValue> wanted = values;
    const Done written = co_await write_points(*reactive_, std::move(values), deadline);
    if (!written) co_return written;
    std::string what = "the reactive power that was ordered";
    co_return co_await expect_shown(*reactive_, std::move(wanted), std::move(what), deadline);
}

}  // namespace islandbench::drivers
