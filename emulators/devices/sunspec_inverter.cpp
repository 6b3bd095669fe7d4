#include "emulators/devices/sunspec_inverter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "emulators/devices/sunspec_common.hpp"

namespace islandbench::devices {

using sunspec::point;
using sunspec::repeated_point;
using sunspec::symbol;

namespace {

/// Dead band of a side that does not respond.
constexpr Frequency no_response{10.0};

/// int16 holds 32,767 W: beyond that the resolution is 10 W.
int watt_exponent(double rating_w) {
    return rating_w > 30000.0 ? 1 : 0;
}

double bit(std::uint32_t number) {
    return static_cast<double>(1U << number);
}

constexpr double pct = 100.0;

}  // namespace

void SunSpecInverter::SlidingMean::push(double sample) noexcept {
    if (count_ < samples_.size()) {
        ++count_;
    } else {
        sum_ -= samples_[next_];
    }
    samples_[next_] = sample;
    sum_ += sample;
    next_ = (next_ + 1) % samples_.size();
}

double SunSpecInverter::SlidingMean::value() const noexcept {
    return count_ == 0 ? 0.0 : sum_ / static_cast<double>(count_);
}

SunSpecInverter::SunSpecInverter(const DeviceProfile& profile, const std::string& serial,
                                 const EnterServiceSpec& enter_service, Frequency nominal_f,
                                 std::unique_ptr<InverterBody> body)
    : profile_(profile),
      nominal_f_(nominal_f),
      enter_service_(enter_service),
      body_(std::move(body)),
      image_(make_image(profile, serial)),
      cadence_(profile.cadence),
      power_(image_, {{point<704>("WSetEna"), point<704>("WSetEnaRvrt")},
                      {{point<704>("WSet"), point<704>("WSetRvrt")},
                       {point<704>("WSetPct"), point<704>("WSetPctRvrt")}},
                      point<704>("WSetRvrtTms"),
                      point<704>("WSetRvrtRem")}),
      limit_(image_, {{point<704>("WMaxLimPctEna"), point<704>("WMaxLimPctEnaRvrt")},
                      {{point<704>("WMaxLimPct"), point<704>("WMaxLimPctRvrt")}},
                      point<704>("WMaxLimPctRvrtTms"),
                      point<704>("WMaxLimPctRvrtRem")}) {
    build();
}

void SunSpecInverter::build() {
    for (const std::uint16_t model : std::array<std::uint16_t, 4>{701, 702, 703, 704}) {
        image_.add(model);
    }
    image_.add(711, 2);
    image_.add(713);
    image_.add(714, body_->has_pv() ? 2 : 1);
    build_ratings();
    build_controls();
    if (body_->frequency_watt()) build_droop();
    must_set(image_, point<713>("WH_SF"), 1);
    must_set(image_, point<713>("Pct_SF"), -1);
    for (const auto& scale : {point<714>("DCA_SF"), point<714>("DCV_SF")}) {
        must_set(image_, scale, -1);
    }
    must_set(image_, point<714>("DCW_SF"), watt_exponent(body_->rating().value()));
    if (body_->has_functions()) build_functions();
    publish();
}

void SunSpecInverter::build_ratings() {
    const double rating = body_->rating().value();
    const bool single = body_->phase().has_value();
    const int watt = watt_exponent(rating);
    for (const auto& scale : {point<701>("W_SF"), point<701>("VA_SF"), point<701>("Var_SF"),
                              point<702>("W_SF"), point<702>("VA_SF"), point<702>("Var_SF")}) {
        must_set(image_, scale, watt);
    }
    for (const auto& scale :
         {point<701>("A_SF"), point<701>("V_SF"), point<702>("V_SF"), point<703>("V_SF")}) {
        must_set(image_, scale, -1);
    }
    must_set(image_, point<701>("Hz_SF"), -3);
    must_set(image_, point<701>("PF_SF"), -3);
    must_set(image_, point<701>("TotWh_SF"), 0);
    must_set(image_, point<701>("ACType"),
             single ? symbol<701>("ACType", "SINGLE_PHASE") : symbol<701>("ACType", "THREE_PHASE"));
    for (const auto& ratings :
         {point<702>("WMaxRtg"), point<702>("WChaRteMaxRtg"), point<702>("WDisChaRteMaxRtg"),
          point<702>("WMax"), point<702>("VAMaxRtg"), point<702>("VAMax")}) {
        image_.measure(ratings, rating);
    }
    const double nominal_v = 230.0 * (single ? 1.0 : std::sqrt(3.0));
    image_.measure(point<702>("VNomRtg"), nominal_v);
    image_.measure(point<702>("VNom"), nominal_v);
    must_set(image_, point<702>("CtrlModes"),
             bit(symbol<702>("CtrlModes", "MAX_W")) + bit(symbol<702>("CtrlModes", "FIXED_W")) +
                 (body_->frequency_watt() ? bit(symbol<702>("CtrlModes", "FREQ_WATT")) : 0.0));
    must_set(image_, point<702>("IntIslandCatRtg"),
             body_->can_form() ? bit(symbol<702>("IntIslandCatRtg", "INT_ISL_CAPABLE"))
                               : bit(symbol<702>("IntIslandCatRtg", "UNCATEGORIZED")));
    must_set(image_, point<703>("Hz_SF"), -3);
    must_set(image_, point<703>("ES"), symbol<703>("ES", "ENABLED"));
    must_set(image_, point<703>("ESVHi"), pct * enter_service_.v_max.value());
    must_set(image_, point<703>("ESVLo"), pct * enter_service_.v_min.value());
    must_set(image_, point<703>("ESHzHi"), enter_service_.f_max.value());
    must_set(image_, point<703>("ESHzLo"), enter_service_.f_min.value());
    must_set(image_, point<703>("ESDlyTms"), to_seconds(enter_service_.observation));
}

void SunSpecInverter::build_controls() {
    must_set(image_, point<704>("WMaxLimPct_SF"), -1);
    must_set(image_, point<704>("WSet_SF"), 0);
    must_set(image_, point<704>("WSetPct_SF"), -1);
    for (const auto& zero :
         {point<704>("WSetEna"), point<704>("WSet"), point<704>("WSetRvrt"),
          point<704>("WSetEnaRvrt"), point<704>("WSetRvrtTms"), point<704>("WSetRvrtRem"),
          point<704>("WSetPct"), point<704>("WSetPctRvrt"), point<704>("WMaxLimPctEna"),
          point<704>("WMaxLimPctEnaRvrt"), point<704>("WMaxLimPctRvrtTms"),
          point<704>("WMaxLimPctRvrtRem")}) {
        must_set(image_, zero, 0.0);
    }
    must_set(image_, point<704>("WSetMod"), symbol<704>("WSetMod", "WATTS"));
    must_set(image_, point<704>("WMaxLimPct"), pct);
    must_set(image_, point<704>("WMaxLimPctRvrt"), pct);
    must_set(image_, point<704>("WRmp"), std::max(1.0, std::round(pct * profile_.ramp.value())));
    must_set(image_, point<704>("WRmpRef"), symbol<704>("WRmpRef", "W_MAX"));
}

/// They stand behind what there was before, so that nothing of that moves.
void SunSpecInverter::build_functions() {
    const double rating = body_->rating().value();
    for (const auto& most : {point<702>("VarMaxInjRtg"), point<702>("VarMaxAbsRtg"),
                             point<702>("VarMaxInj"), point<702>("VarMaxAbs")}) {
        image_.measure(most, plant::var_max_share * rating);
    }
    std::uint64_t modes = image_.view(702).raw(point<702>("CtrlModes")).value_or(0);
    for (const std::uint32_t mode :
         {symbol<702>("CtrlModes", "FIXED_VAR"), symbol<702>("CtrlModes", "FIXED_PF"),
          symbol<702>("CtrlModes", "VOLT_VAR"), symbol<702>("CtrlModes", "VOLT_WATT"),
          symbol<702>("CtrlModes", "WATT_VAR"), symbol<702>("CtrlModes", "LV_TRIP"),
          symbol<702>("CtrlModes", "HV_TRIP"), symbol<702>("CtrlModes", "LF_TRIP"),
          symbol<702>("CtrlModes", "HF_TRIP")}) {
        modes |= std::uint64_t{1} << mode;
    }
    must_set(image_, point<702>("CtrlModes"), static_cast<double>(modes));
    support_.emplace(image_, *body_, image_.view(1).text(point<1>("SN")));
}

/// Control set 1 is the one in force and read-only; set 2 is the workspace.
void SunSpecInverter::build_droop() {
    const InverterBody::FrequencyWatt settings = *body_->frequency_watt();
    droop_.emplace(image_, std::uint16_t{711},
                   AdoptableModel::Names{"AdptCtlReq", "AdptCtlRslt", "Ctl.ReadOnly", "RvrtCtl"},
                   [this](int set) { return makes_sense(set); });
    must_set(image_, point<711>("Db_SF"), -3);
    must_set(image_, point<711>("K_SF"), -3);
    must_set(image_, point<711>("RspTms_SF"), -1);
    droop_->set_enabled(settings.enabled);
    const Frequency above = settings.above.start - nominal_f_;
    // One that gives no more when the frequency is low shows a dead band that nothing leaves.
    const Frequency below = settings.below ? nominal_f_ - settings.below->start : no_response;
    const Ratio below_droop = settings.below ? settings.below->droop : settings.above.droop;
    for (int i = 0; i < 2; ++i) {
        must_set(image_, repeated_point<711>("Ctl.DbOf")[i], above.value());
        must_set(image_, repeated_point<711>("Ctl.DbUf")[i], below.value());
        must_set(image_, repeated_point<711>("Ctl.KOf")[i], settings.above.droop.value());
        must_set(image_, repeated_point<711>("Ctl.KUf")[i], below_droop.value());
        must_set(image_, repeated_point<711>("Ctl.RspTms")[i], to_seconds(settings.response));
    }
}

void SunSpecInverter::refresh(Instant now) {
    const Duration step = now_ == Instant{} ? Duration::zero() : now - now_;
    now_ = now;
    const InverterMeasurement m = measure();
    p_mean_.push(m.p.value());
    (m.p.value() > 0 ? injected_ : absorbed_) += ActivePower{std::fabs(m.p.value())} * step;
    if (!cadence_.due(now)) return;
    if (power_.count_down(now)) {
        fell_back_ = std::max(fell_back_.value_or(Duration{}), now - ordered_);
    }
    (void)limit_.count_down(now);
    if (droop_ && droop_->count_down(now)) obey_droop();
    if (support_) support_->count_down(now);
    obey();
    publish();
}

InverterMeasurement SunSpecInverter::measure() const {
    InverterMeasurement m = body_->measure();
    m.p = m.p * power_times_;
    for (ActivePower& p : m.p_phase) p = p * power_times_;
    return m;
}

void SunSpecInverter::publish() {
    const InverterMeasurement m = measure();
    publish_ac(m);
    publish_storage(m);
}

void SunSpecInverter::publish_ac(const InverterMeasurement& m) {
    const bool permitted = image_.view(703).raw(point<703>("ES")) == symbol<703>("ES", "ENABLED");
    const auto state = !permitted   ? symbol<701>("InvSt", "OFF")
                       : m.fault    ? symbol<701>("InvSt", "FAULT")
                       : m.starting ? symbol<701>("InvSt", "STARTING")
                       : !m.running ? symbol<701>("InvSt", "STANDBY")
                       : m.limited  ? symbol<701>("InvSt", "THROTTLED")
                                    : symbol<701>("InvSt", "RUNNING");
    must_set(image_, point<701>("St"), m.running ? 1 : 0);
    must_set(image_, point<701>("InvSt"), state);
    must_set(
        image_, point<701>("ConnSt"),
        m.connected ? symbol<701>("ConnSt", "CONNECTED") : symbol<701>("ConnSt", "DISCONNECTED"));
    must_set(image_, point<701>("Alrm"), m.fault ? bit(symbol<701>("Alrm", "AC_DISCONNECT")) : 0.0);
    must_set(image_, point<701>("DERMode"),
             m.forming ? bit(symbol<701>("DERMode", "GRID_FORMING"))
                       : bit(symbol<701>("DERMode", "GRID_FOLLOWING")));
    must_set(image_, point<701>("ThrotSrc"),
             m.frequency_watt ? bit(symbol<701>("ThrotSrc", "FREQ_WATT"))
             : m.volt_watt    ? bit(symbol<701>("ThrotSrc", "VOLT_WATT"))
             : m.limited      ? bit(symbol<701>("ThrotSrc", "DERATED"))
                              : 0.0);
    const double p = p_mean_.value();
    image_.measure(point<701>("W"), p);
    image_.measure(point<701>("Var"), m.q.value());
    image_.measure(point<701>("VA"), std::hypot(p, m.q.value()));
    image_.measure(point<701>("Hz"), m.f.value());
    image_.measure(point<701>("TotWhInj"), injected_.value());
    image_.measure(point<701>("TotWhAbs"), absorbed_.value());
    const std::array watt{point<701>("WL1"), point<701>("WL2"), point<701>("WL3")};
    const std::array volt{point<701>("VL1"), point<701>("VL2"), point<701>("VL3")};
    const std::array ampere{point<701>("AL1"), point<701>("AL2"), point<701>("AL3")};
    double current = 0.0, voltage = 0.0, n = 0.0;
    for (std::size_t i = 0; i < phases; ++i) {
        // A single-phase unit has its own phase only; the others stay not implemented.
        if (body_->phase() && static_cast<std::size_t>(*body_->phase()) != i) continue;
        image_.measure(watt[i], m.p_phase[i].value());
        image_.measure(volt[i], m.v_phase[i].value());
        image_.measure(ampere[i], m.i_phase[i].value());
        current += m.i_phase[i].value();
        voltage += m.v_phase[i].value();
        n += 1.0;
    }
    image_.measure(point<701>("A"), current);
    image_.measure(point<701>("LNV"), voltage / n);
}

void SunSpecInverter::publish_storage(const InverterMeasurement& m) {
    image_.measure(point<703>("ESDlyRemTms"), std::ceil(to_seconds(m.rejoin_left)));
    image_.measure(point<713>("WHRtg"), body_->capacity().value());
    // What its battery has not said, or not for too long, is not available.
    const double soc = m.soc.value_or(Ratio{std::numeric_limits<double>::quiet_NaN()}).value();
    image_.measure(point<713>("SoC"), pct * soc);
    image_.measure(point<713>("WHAvail"), body_->capacity().value() * soc * m.soh.value());
    image_.measure(point<713>("SoH"), pct * m.soh.value());
    must_set(image_, point<713>("Sta"), m.fault ? symbol<713>("Sta", "ERROR") : 0);

    const double pv = m.pv.value_or(ActivePower{}).value();
    image_.measure(point<714>("DCW"), m.battery_p.value() + pv);
    constexpr auto type = repeated_point<714>("Prt.PrtTyp");
    constexpr auto watt = repeated_point<714>("Prt.DCW");
    constexpr auto volt = repeated_point<714>("Prt.DCV");
    constexpr auto ampere = repeated_point<714>("Prt.DCA");
    must_set(image_, type[0], symbol<714>("Prt.PrtTyp", "ESS"));
    image_.measure(watt[0], m.battery_p.value());
    image_.measure(volt[0], m.dc_v.value());
    image_.measure(ampere[0], m.battery_p.value() / std::max(1.0, m.dc_v.value()));
    if (!body_->has_pv()) return;
    must_set(image_, type[1], symbol<714>("Prt.PrtTyp", "PV"));
    image_.measure(watt[1], pv);
}

/// What the unit does, as its registers say now.
void SunSpecInverter::obey() {
    if (feigns_orders_) return;
    const sunspec::ModelView view = controls();
    std::optional<ActivePower> p;
    if (view.raw(point<704>("WSetEna")) == 1u) {
        const bool watts = view.raw(point<704>("WSetMod")) == symbol<704>("WSetMod", "WATTS");
        const double share = view.number(point<704>("WSetPct")).value_or(0.0) / pct;
        p = ActivePower{watts ? view.number(point<704>("WSet")).value_or(0.0)
                              : share * body_->rating().value()};
    }
    body_->set_power(p);
    const bool capped = view.raw(point<704>("WMaxLimPctEna")) == 1u;
    const double limit = view.number(point<704>("WMaxLimPct")).value_or(pct) / pct;
    body_->set_limit(Ratio{capped ? limit : 1.0});
}

bool SunSpecInverter::accepts_set_point() const {
    const auto within = [this](const sunspec::Point& p, double bound) {
        return std::fabs(controls().number(p).value_or(0.0)) <= bound;
    };
    const double rating = body_->rating().value();
    return within(point<704>("WSet"), rating) && within(point<704>("WSetRvrt"), rating) &&
           within(point<704>("WSetPct"), pct) && within(point<704>("WSetPctRvrt"), pct) &&
           within(point<704>("WMaxLimPct"), pct) && within(point<704>("WMaxLimPctRvrt"), pct);
}

bool SunSpecInverter::makes_sense(int control_set) const {
    const auto number = [&](std::string_view name) { return droop_->number(name, control_set); };
    const bool above = number("Ctl.DbOf") >= 0.0 && number("Ctl.KOf") > 0.0;
    const bool below = number("Ctl.DbUf") >= 0.0 && number("Ctl.KUf") > 0.0;
    return above && (below || !body_->frequency_watt()->below);
}

void SunSpecInverter::obey_droop() {
    const auto number = [this](std::string_view name) { return droop_->number(name, 0); };
    InverterBody::FrequencyWatt settings = *body_->frequency_watt();
    settings.above = {nominal_f_ + Frequency{number("Ctl.DbOf")}, Ratio{number("Ctl.KOf")}};
    if (number("Ctl.KUf") > 0.0) {
        settings.below = {nominal_f_ - Frequency{number("Ctl.DbUf")}, Ratio{number("Ctl.KUf")}};
    }
    settings.response = from_seconds(number("Ctl.RspTms"));
    settings.enabled = droop_->enabled();
    body_->set_frequency_watt(settings);
}

modbus::Served SunSpecInverter::read_holding_registers(std::uint16_t address,
                                                       std::span<std::uint16_t> into) {
    return image_.read(address, into);
}

/// What the table of points cannot know.
modbus::Served SunSpecInverter::check_write() const {
    if (droop_ && droop_->wrote_read_only()) {
        return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    }
    if (!accepts_set_point()) return modbus::refuse(modbus::ExceptionCode::illegal_data_value);
    return support_ ? support_->check() : modbus::Served{};
}

modbus::Served SunSpecInverter::write_registers(std::uint16_t address,
                                                std::span<const std::uint16_t> values) {
    const auto done = image_.write(address, values);
    if (!done) return done;
    const auto allowed = check_write();
    if (!allowed || ignores_orders_) {
        image_.undo_write();
        return allowed;
    }
    if (droop_ && droop_->written(now_)) obey_droop();
    if (support_ && !feigns_orders_) support_->written(now_);
    if (power_.written(now_)) ordered_ = now_;
    (void)limit_.written(now_);
    if (image_.wrote(point<704>("WRmp"))) {
        body_->set_ramp(Ratio{controls().number(point<704>("WRmp")).value_or(pct) / pct});
    }
    obey();
    return {};
}

}  // namespace islandbench::devices
