#include "drivers/sunspec_inverter.hpp"

#include <cmath>

namespace islandbench::drivers {
namespace {

using sunspec::point;
using sunspec::repeated_point;
using sunspec::symbol;

constexpr std::array measured_points{
    point<701>("InvSt"), point<701>("ConnSt"),  point<701>("Alrm"), point<701>("DERMode"),
    point<701>("W"),     point<701>("Var"),     point<701>("Hz"),   point<701>("WL1"),
    point<701>("VL1"),   point<701>("WL2"),     point<701>("VL2"),  point<701>("WL3"),
    point<701>("VL3"),   point<701>("ThrotSrc")};

constexpr std::array control_points{
    point<704>("WMaxLimPctEna"), point<704>("WMaxLimPct"),  point<704>("WSetEna"),
    point<704>("WSetMod"),       point<704>("WSet"),        point<704>("WSetRvrt"),
    point<704>("WSetEnaRvrt"),   point<704>("WSetRvrtTms"), point<704>("WSetRvrtRem")};

constexpr std::array service_points{point<703>("ES")};
constexpr auto db_of = repeated_point<711>("Ctl.DbOf");
constexpr auto db_uf = repeated_point<711>("Ctl.DbUf");
constexpr auto k_of = repeated_point<711>("Ctl.KOf");
constexpr auto k_uf = repeated_point<711>("Ctl.KUf");
constexpr auto response_time = repeated_point<711>("Ctl.RspTms");
/// Control set 1 is in force and read-only, the second is workspace.
constexpr int in_force = 0, workspace = 1;

constexpr auto port_type = repeated_point<714>("Prt.PrtTyp");
constexpr auto port_power = repeated_point<714>("Prt.DCW");

/// Devices may know whole percents only.
constexpr double limit_step = 0.005;

}  // namespace

Task<Done> SunSpecInverter::adopt(const sunspec::Walk& chain, Instant deadline) {
    auto ratings = require(chain, 702);
    if (!ratings) co_return tl::unexpected(ratings.error());
    const Done read = co_await refresh(*ratings, deadline);
    if (!read) co_return read;
    auto measurements = require(chain, 701, measured_points);
    if (!measurements) co_return tl::unexpected(measurements.error());
    auto controls = require(chain, 704, control_points);
    if (!controls) co_return tl::unexpected(controls.error());

    const sunspec::ModelView view = ratings->block.view();
    const auto w_max = view.required(point<702>("WMaxRtg"));
    if (!w_max) co_return tl::unexpected(complaint(w_max.error().code, w_max.error().what));
    limits_.s_max = ApparentPower{view.number(point<702>("VAMaxRtg")).value_or(*w_max)};
    limits_.p_discharge_max =
        ActivePower{view.number(point<702>("WDisChaRteMaxRtg")).value_or(*w_max)};
    limits_.p_charge_max = ActivePower{view.number(point<702>("WChaRteMaxRtg")).value_or(0.0)};

    measurements_.emplace(std::move(*measurements));
    controls_.emplace(std::move(*controls));
    service_.reset();
    if (auto service = require(chain, 703, service_points)) service_.emplace(std::move(*service));
    storage_.reset();
    if (auto storage = require(chain, 713)) storage_.emplace(std::move(*storage));
    dc_.reset();
    if (auto dc = require(chain, 714)) dc_.emplace(std::move(*dc));
    droop_.reset();
    if (auto droop = require(chain, 711)) droop_.emplace(std::move(*droop));
    find_functions(chain);
    co_return co_await refresh(*controls_, deadline);
}

std::array<PolledModel*, 3> SunSpecInverter::slow_models() {
    return {&*controls_, storage_ ? &*storage_ : nullptr, dc_ ? &*dc_ : nullptr};
}

Result<InverterReading> SunSpecInverter::decode() const {
    const sunspec::ModelView ac = measurements_->block.view();
    const auto p = ac.required(point<701>("W"));
    const auto f = ac.required(point<701>("Hz"));
    if (!p) return tl::unexpected(complaint(p.error().code, p.error().what));
    if (!f) return tl::unexpected(complaint(f.error().code, f.error().what));
    InverterReading reading;
    reading.reported = clock().now();
    reading.connected = ac.raw(point<701>("ConnSt")) == symbol<701>("ConnSt", "CONNECTED");
    reading.forming = ac.bit(point<701>("DERMode"), symbol<701>("DERMode", "GRID_FORMING"));
    reading.throttled = ac.raw(point<701>("ThrotSrc")).value_or(0) != 0;
    reading.fault = ac.raw(point<701>("InvSt")) == symbol<701>("InvSt", "FAULT");
    reading.p = ActivePower{*p};
    reading.q = ReactivePower{ac.number(point<701>("Var")).value_or(not_told)};
    reading.f = Frequency{*f};
    const std::array power{point<701>("WL1"), point<701>("WL2"), point<701>("WL3")};
    const std::array voltage{point<701>("VL1"), point<701>("VL2"), point<701>("VL3")};
    for (std::size_t i = 0; i < phases; ++i) {
        reading.p_phase[i] = ActivePower{ac.number(power[i]).value_or(0.0)};
        reading.v_phase[i] = Voltage{ac.number(voltage[i]).value_or(not_told)};
    }
    if (storage_) {
        if (const auto soc = storage_->block.view().number(point<713>("SoC"))) {
            reading.soc = Ratio{*soc / 100.0};
        }
    }
    if (dc_) {
        const sunspec::ModelView view = dc_->block.view();
        for (int i = 0; i < view.repetitions(); ++i) {
            const auto w = view.number(port_power[i]);
            if (view.raw(port_type[i]) == symbol<714>("Prt.PrtTyp", "PV") && w) {
                reading.pv = ActivePower{reading.pv.value_or(ActivePower{}).value() + *w};
            }
        }
    }
    const sunspec::ModelView controls = controls_->block.view();
    const auto w_set = controls.number(point<704>("WSet"));
    if (controls.raw(point<704>("WSetEna")) == 1u && w_set) {
        reading.p_setpoint = ActivePower{*w_set};
        if (const auto left = controls.number(point<704>("WSetRvrtRem"))) {
            reading.reversion_left = from_seconds(*left);
        }
    }
    return reading;
}

Done SunSpecInverter::check(const InverterCommand& command) const {
    return check_order({command.p, command.p_default}, command.valid_for);
}

Result<sunspec::PointWriter> SunSpecInverter::set_point(const InverterCommand& command) const {
    sunspec::PointWriter writer;
    writer.begin(controls_->block);
    auto set = set_all(writer, {{point<704>("WSetEnaRvrt"), 1.0},
                                {point<704>("WSetRvrtTms"), to_seconds(command.valid_for)}});
    if (set && !shows_limit(command.curtail_to)) {
        const double percent = 100.0 * command.curtail_to.value();
        set = set_all(writer, {{point<704>("WMaxLimPctEna"), percent < 100.0 ? 1.0 : 0.0},
                               {point<704>("WMaxLimPct"), percent}});
    }
    if (set) {
        set = set_all(writer, {{point<704>("WSetEna"), 1.0},
                               {point<704>("WSetMod"), double(symbol<704>("WSetMod", "WATTS"))},
                               {point<704>("WSet"), command.p.value()},
                               {point<704>("WSetRvrt"), command.p_default.value()}});
    }
    if (!set) return tl::unexpected(complaint(set.error().code, set.error().what));
    return writer;
}

bool SunSpecInverter::shows_limit(Ratio asked) const {
    const sunspec::ModelView view = controls_->block.view();
    const bool limited = view.raw(point<704>("WMaxLimPctEna")) == 1u;
    const double shown = view.number(point<704>("WMaxLimPct")).value_or(100.0) / 100.0;
    return std::fabs((limited ? shown : 1.0) - asked.value()) <= limit_step;
}

std::array<PolledModel*, 2> SunSpecInverter::ordered_models() {
    return {&*controls_, nullptr};
}

bool SunSpecInverter::shows(const InverterCommand& command) const {
    const sunspec::ModelView view = controls_->block.view();
    const auto w_set = view.number(point<704>("WSet"));
    const bool enabled = view.raw(point<704>("WSetEna")) == 1u;
    const bool follows = w_set && std::fabs(*w_set - command.p.value()) <= 1.0;
    return enabled && follows && shows_limit(command.curtail_to);
}

Task<Done> SunSpecInverter::release(Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return ready;
    sunspec::PointWriter writer;
    writer.begin(controls_->block);
    auto set = set_all(writer, {{point<704>("WSetEna"), 0.0}});
    if (set && controls_->block.view().raw(point<704>("WMaxLimPctEna"))) {
        set = set_all(writer, {{point<704>("WMaxLimPctEna"), 0.0}});
    }
    if (!set) co_return tl::unexpected(complaint(set.error().code, set.error().what));
    co_return co_await write_all(writer, deadline);
}

Task<Done> SunSpecInverter::permit(bool in_service, Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return ready;
    if (!service_) {
        co_return tl::unexpected(
            complaint(ErrorCode::not_available, "has no model 703: nobody can stop it"));
    }
    const Done known = co_await refresh(*service_, deadline);
    if (!known) co_return known;
    const std::uint32_t wanted =
        in_service ? symbol<703>("ES", "ENABLED") : symbol<703>("ES", "DISABLED");
    co_return co_await write_permission(*service_, point<703>("ES"), wanted, deadline);
}

SunSpecInverter::DroopSet SunSpecInverter::droop_in_force() const {
    const sunspec::ModelView view = droop_->block.view();
    const auto number = [&view](const sunspec::Point& p) { return view.number(p).value_or(0.0); };
    return {number(db_of[in_force]),         number(db_uf[in_force]),
            number(k_of[in_force]),          number(k_uf[in_force]),
            number(response_time[in_force]), view.raw(point<711>("Ena")) == 1u};
}

Task<Done> SunSpecInverter::adopt_droop(DroopSet set, Instant deadline) {
    sunspec::PointWriter writer;
    writer.begin(droop_->block);
    auto done = set_all(writer, {{db_of[workspace], set.db_of},
                                 {db_uf[workspace], set.db_uf},
                                 {k_of[workspace], set.k_of},
                                 {k_uf[workspace], set.k_uf},
                                 {response_time[workspace], set.response}});
    if (!done) co_return tl::unexpected(complaint(done.error().code, done.error().what));
    Done written = co_await write_all(writer, deadline);
    if (!written) co_return written;
    writer.begin(droop_->block);
    done = set_all(writer, {{point<711>("Ena"), set.enabled ? 1.0 : 0.0},
                            {point<711>("AdptCtlReq"), workspace + 1.0}});
    if (!done) co_return tl::unexpected(complaint(done.error().code, done.error().what));
    written = co_await write_all(writer, deadline);
    if (!written) co_return written;
    const Done read = co_await refresh(*droop_, deadline);
    if (!read) co_return read;
    const DroopSet shown = droop_in_force();
    const bool same = std::fabs(shown.db_uf - set.db_uf) < 0.005 &&
                      std::fabs(shown.k_uf - set.k_uf) < 0.005 && shown.enabled == set.enabled;
    if (same) co_return Done{};
    co_return tl::unexpected(
        complaint(ErrorCode::bad_reply, "does not show the frequency response that was written"));
}

Task<Done> SunSpecInverter::arm(std::optional<FrequencyResponse> response, Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return ready;
    if (!droop_) {
        co_return tl::unexpected(complaint(ErrorCode::not_available, "has no model 711"));
    }
    if (!droop_before_ && !response) co_return Done{};  // nothing of ours is in force
    const Done read = co_await refresh(*droop_, deadline);
    if (!read) co_return read;
    if (droop_->block.view().repetitions() <= workspace) {
        co_return tl::unexpected(
            complaint(ErrorCode::not_available, "has no workspace in model 711"));
    }
    if (!droop_before_) droop_before_ = droop_in_force();
    DroopSet wanted = *droop_before_;
    if (response) {
        const double band = response->dead_band.value(), droop = response->droop.value();
        wanted = {band, band, droop, droop, to_seconds(response->response), true};
    }
    const Done adopted = co_await adopt_droop(wanted, deadline);
    if (adopted && !response) droop_before_.reset();
    co_return adopted;
}

}  // namespace islandbench::drivers
