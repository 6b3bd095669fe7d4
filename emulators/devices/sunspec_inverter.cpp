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
      power_{{point<704>("WSetEna"), point<704>("WSetEnaRvrt")},
             {{point<704>("WSet"), point<704>("WSetRvrt")},
              {point<704>("WSetPct"), point<704>("WSetPctRvrt")}},
             point<704>("WSetRvrtTms"),
             point<704>("WSetRvrtRem"),
             std::nullopt},
      limit_{{point<704>("WMaxLimPctEna"), point<704>("WMaxLimPctEnaRvrt")},
             {{point<704>("WMaxLimPct"), point<704>("WMaxLimPctRvrt")}},
             point<704>("WMaxLimPctRvrtTms"),
             point<704>("WMaxLimPctRvrtRem"),
             std::nullopt} {
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

/// Control set 1 is the one in force and read-only; set 2 is the workspace.
void SunSpecInverter::build_droop() {
    const InverterBody::FrequencyWatt settings = *body_->frequency_watt();
    must_set(image_, point<711>("Db_SF"), -3);
    must_set(image_, point<711>("K_SF"), -3);
    must_set(image_, point<711>("RspTms_SF"), -1);
    must_set(image_, point<711>("Ena"), symbol<711>("Ena", "ENABLED"));
    must_set(image_, point<711>("AdptCtlReq"), 1);
    must_set(image_, point<711>("AdptCtlRslt"), symbol<711>("AdptCtlRslt", "COMPLETED"));
    const Frequency above = settings.above.start - nominal_f_;
    const Frequency below = settings.below ? nominal_f_ - settings.below->start : above;
    const Ratio below_droop = settings.below ? settings.below->droop : settings.above.droop;
    for (int i = 0; i < 2; ++i) {
        must_set(image_, repeated_point<711>("Ctl.DbOf")[i], above.value());
        must_set(image_, repeated_point<711>("Ctl.DbUf")[i], below.value());
        must_set(image_, repeated_point<711>("Ctl.KOf")[i], settings.above.droop.value());
        must_set(image_, repeated_point<711>("Ctl.KUf")[i], below_droop.value());
        must_set(image_, repeated_point<711>("Ctl.RspTms")[i], 0.5);
        must_set(image_, repeated_point<711>("Ctl.ReadOnly")[i], i == 0 ? 1 : 0);
    }
}

void SunSpecInverter::refresh(Instant now) {
    const Duration step = now_ == Instant{} ? Duration::zero() : now - now_;
    now_ = now;
    const InverterMeasurement m = measure();
    p_mean_.push(m.p.value());
    (m.p.value() > 0 ? injected_ : absorbed_) += ActivePower{std::fabs(m.p.value())} * step;
    if (!cadence_.due(now)) return;
    count_down(power_);
    count_down(limit_);
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
    const auto state = m.fault      ? symbol<701>("InvSt", "FAULT")
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

void SunSpecInverter::count_down(Reversion& r) {
    if (!r.ends) return;
    if (now_ < *r.ends) {
        image_.measure(r.left, std::ceil(to_seconds(*r.ends - now_)));
        return;
    }
    r.ends.reset();
    const auto fall_back = [this](const Value& value) {
        must_set(image_, value.now, controls().number(value.after).value_or(0.0));
    };
    for (const Value& value : r.values) fall_back(value);
    fall_back(r.enable);
    must_set(image_, r.left, 0.0);
}

void SunSpecInverter::restart_if_written(Reversion& r) {
    const bool wrote_value = std::any_of(r.values.begin(), r.values.end(),
                                         [this](const Value& v) { return image_.wrote(v.now); });
    if (!wrote_value && !image_.wrote(r.enable.now) && !image_.wrote(r.time)) return;
    const double seconds = controls().number(r.time).value_or(0.0);
    const bool runs = seconds > 0.0 && controls().raw(r.enable.now) == 1u;
    r.ends = runs ? std::optional(now_ + from_seconds(seconds)) : std::nullopt;
    must_set(image_, r.left, runs ? seconds : 0.0);
}

/// What the unit does, as its registers say now.
void SunSpecInverter::obey() {
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

/// Whole control sets are read-only by their ReadOnly point, which the table of points cannot know.
bool SunSpecInverter::wrote_read_only_droop() const {
    return std::any_of(image_.touched().begin(), image_.touched().end(), [](const auto& t) {
        constexpr auto first = repeated_point<711>("Ctl.DbOf")[0];
        constexpr auto last = repeated_point<711>("Ctl.ReadOnly")[0];
        return t.point.model == 711 && t.point.offset >= first.offset &&
               t.point.offset < last.offset;
    });
}

void SunSpecInverter::adopt_droop() {
    if (!image_.wrote(point<711>("AdptCtlReq"))) return;
    const sunspec::ModelView view = image_.view(711);
    const auto request = view.raw(point<711>("AdptCtlReq"));
    const auto number = [&view](const auto& p) { return view.number(p[1]).value_or(-1.0); };
    const double db_of = number(repeated_point<711>("Ctl.DbOf"));
    const double db_uf = number(repeated_point<711>("Ctl.DbUf"));
    const double k_of = number(repeated_point<711>("Ctl.KOf"));
    const double k_uf = number(repeated_point<711>("Ctl.KUf"));
    const bool two_sided = body_->frequency_watt()->below.has_value();
    const bool good =
        request == 2u && db_of >= 0.0 && k_of > 0.0 && (!two_sided || (db_uf >= 0.0 && k_uf > 0.0));
    if (request == 1u) return;
    must_set(image_, point<711>("AdptCtlRslt"),
             good ? symbol<711>("AdptCtlRslt", "COMPLETED") : symbol<711>("AdptCtlRslt", "FAILED"));
    if (!good) return;
    for (const auto& p : {repeated_point<711>("Ctl.DbOf"), repeated_point<711>("Ctl.DbUf"),
                          repeated_point<711>("Ctl.KOf"), repeated_point<711>("Ctl.KUf")}) {
        must_set(image_, p[0], *image_.view(711).number(p[1]));
    }
    InverterBody::FrequencyWatt settings{.above = {nominal_f_ + Frequency{db_of}, Ratio{k_of}}};
    if (two_sided) settings.below = {nominal_f_ - Frequency{db_uf}, Ratio{k_uf}};
    body_->set_frequency_watt(settings);
}

modbus::Served SunSpecInverter::read_holding_registers(std::uint16_t address,
                                                       std::span<std::uint16_t> into) {
    return image_.read(address, into);
}

modbus::Served SunSpecInverter::write_registers(std::uint16_t address,
                                                std::span<const std::uint16_t> values) {
    const auto done = image_.write(address, values);
    if (!done) return done;
    if (wrote_read_only_droop()) {
        image_.undo_write();
        return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    }
    if (!accepts_set_point()) {
        image_.undo_write();
        return modbus::refuse(modbus::ExceptionCode::illegal_data_value);
    }
    if (body_->frequency_watt()) adopt_droop();
    restart_if_written(power_);
    restart_if_written(limit_);
    obey();
    return {};
}

}  // namespace islandbench::devices
