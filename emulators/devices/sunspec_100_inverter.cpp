#include "emulators/devices/sunspec_100_inverter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "emulators/devices/sunspec_common.hpp"
#include "emulators/plant/der_functions.hpp"

namespace islandbench::devices {

using sunspec::point;
using sunspec::repeated_point;
using sunspec::symbol;

namespace {

constexpr double pct = 100.0;
constexpr double absent = std::numeric_limits<double>::quiet_NaN();

/// uint16 and int16 hold 32,767 W: beyond that the resolution is 10 W.
int watt_exponent(double rating_w) {
    return rating_w > 30000.0 ? 1 : 0;
}

std::uint16_t ac_model_of(const DeviceProfile& profile, const InverterBody& body) {
    const bool single = body.phase().has_value();
    if (profile.protocol == Protocol::sunspec_100_float) return single ? 111 : 113;
    return single ? 101 : 103;
}

}  // namespace

SunSpec100Inverter::SunSpec100Inverter(const DeviceProfile& profile, const std::string& serial,
                                       Frequency nominal_f, std::unique_ptr<InverterBody> body)
    : profile_(profile),
      body_(std::move(body)),
      image_(make_image(profile, serial)),
      ac_model_(ac_model_of(profile, *body_)),
      nominal_f_(nominal_f),
      cadence_(profile.cadence) {
    build();
}

sunspec::Point SunSpec100Inverter::ac(std::string_view name) const {
    return named_point(ac_model_, name);
}

void SunSpec100Inverter::build() {
    for (const int model : {int{ac_model_}, 120, 121, 122, 123, 124}) {
        image_.add(static_cast<std::uint16_t>(model));
    }
    if (body_->has_pv()) image_.add(160, 1);
    build_ratings();
    controls_.emplace(image_, *body_, profile_.ramp, image_.view(1).text(point<1>("SN")));
    if (body_->has_pv()) {
        must_set(image_, point<160>("DCW_SF"), watt_exponent(body_->rating().value()));
        must_set(image_, point<160>("DCV_SF"), -1);
        must_set(image_, point<160>("DCA_SF"), -1);
    }
    publish();
}

void SunSpec100Inverter::build_ratings() {
    const double rating = body_->rating().value();
    const int watt = watt_exponent(rating);
    const bool integers = ac_model_ < 110;
    if (integers) {
        for (const char* scale : {"W_SF", "VA_SF", "VAr_SF", "DCW_SF"}) {
            must_set(image_, ac(scale), watt);
        }
        for (const char* scale : {"A_SF", "V_SF", "DCA_SF", "DCV_SF"}) {
            must_set(image_, ac(scale), -1);
        }
        must_set(image_, ac("Hz_SF"), -2);
        must_set(image_, ac("WH_SF"), 0);
        must_set(image_, ac("Tmp_SF"), 0);
    }
    must_set(image_, point<120>("DERTyp"), symbol<120>("DERTyp", "PV_STOR"));
    for (const auto& scale :
         {point<120>("WRtg_SF"), point<120>("VARtg_SF"), point<120>("VArRtg_SF"),
          point<120>("MaxChaRte_SF"), point<120>("MaxDisChaRte_SF"), point<121>("WMax_SF"),
          point<124>("WChaMax_SF")}) {
        must_set(image_, scale, watt);
    }
    must_set(image_, point<120>("ARtg_SF"), -1);
    must_set(image_, point<120>("PFRtg_SF"), -2);
    must_set(image_, point<120>("WHRtg_SF"), 1);
    for (const auto& power :
         {point<120>("WRtg"), point<120>("VARtg"), point<120>("MaxChaRte"),
          point<120>("MaxDisChaRte"), point<121>("WMax"), point<124>("WChaMax")}) {
        image_.measure(power, rating);
    }
    const double lines = body_->phase() ? 1.0 : 3.0;
    image_.measure(point<120>("ARtg"), rating / 230.0 / lines);
    image_.measure(point<120>("WHRtg"), body_->capacity().value());
    const double var = plant::var_max_share * rating;
    const std::array reactive{point<120>("VArRtgQ1"), point<120>("VArRtgQ2"),
                              point<120>("VArRtgQ3"), point<120>("VArRtgQ4")};
    const std::array factor{point<120>("PFRtgQ1"), point<120>("PFRtgQ2"), point<120>("PFRtgQ3"),
                            point<120>("PFRtgQ4")};
    for (std::size_t q = 0; q < reactive.size(); ++q) {
        // Quadrants 1 and 4 are positive in the producer's convention of these models (EEI).
        const double sign = q == 0 || q == 3 ? 1.0 : -1.0;
        image_.measure(reactive[q], sign * var);
        image_.measure(factor[q],
                       sign * std::sqrt(1.0 - plant::var_max_share * plant::var_max_share));
    }
    must_set(image_, point<121>("VRef_SF"), -1);
    must_set(image_, point<121>("VRefOfs_SF"), -1);
    must_set(image_, point<121>("VRef"), 230.0);
    must_set(image_, point<121>("VRefOfs"), 0.0);
    must_set(image_, point<121>("ECPNomHz_SF"), -2);
    must_set(image_, point<121>("ECPNomHz"), nominal_f_.value());
}

void SunSpec100Inverter::refresh(Instant now) {
    const Duration step = now_ == Instant{} ? Duration::zero() : now - now_;
    now_ = now;
    const double p = body_->measure().p.value() * power_times_;
    if (p > 0.0) injected_ += ActivePower{p} * step;
    if (!cadence_.due(now)) return;
    if (const auto longest = controls_->end_orders(now)) {
        fell_back_ = std::max(fell_back_.value_or(Duration{}), *longest);
    }
    if (!feigns_orders_) controls_->obey(now);
    publish();
}

void SunSpec100Inverter::publish() {
    InverterMeasurement m = body_->measure();
    m.p = m.p * power_times_;
    publish_ac(m);
    publish_storage(m);
}

double SunSpec100Inverter::state_of(const InverterMeasurement& m) const {
    const bool off = image_.view(123).raw(point<123>("Conn")) == symbol<123>("Conn", "DISCONNECT");
    if (off) return symbol<103>("St", "OFF");
    if (m.fault) return symbol<103>("St", "FAULT");
    if (m.starting) return symbol<103>("St", "STARTING");
    if (!m.running) return symbol<103>("St", "STANDBY");
    return m.limited ? symbol<103>("St", "THROTTLED") : symbol<103>("St", "MPPT");
}

void SunSpec100Inverter::publish_ac(const InverterMeasurement& m) {
    const double p = m.p.value();
    must_set(image_, ac("St"), state_of(m));
    must_set(image_, ac("Evt1"),
             m.fault ? static_cast<double>(1U << symbol<103>("Evt1", "AC_DISCONNECT")) : 0.0);
    must_set(image_, ac("Evt2"), 0.0);
    image_.measure(ac("W"), p);
    image_.measure(ac("VA"), std::hypot(p, m.q.value()));
    image_.measure(ac("VAr"), m.q.value());
    image_.measure(ac("Hz"), m.f.value());
    image_.measure(ac("WH"), injected_.value());
    image_.measure(ac("DCW"), m.battery_p.value() + m.pv.value_or(ActivePower{}).value());
    image_.measure(ac("DCV"), m.dc_v.value());
    // Inside it is warmer, the more so the more it does.
    image_.measure(ac("TmpCab"), 25.0 + 20.0 * std::fabs(p) / body_->rating().value());
    const std::array volt{"PhVphA", "PhVphB", "PhVphC"};
    const std::array ampere{"AphA", "AphB", "AphC"};
    double current = 0.0;
    std::size_t terminal = 0;
    for (std::size_t i = 0; i < phases; ++i) {
        // A single-phase unit has terminal A, whatever phase of the street that is wired to.
        if (body_->phase() && static_cast<std::size_t>(*body_->phase()) != i) continue;
        image_.measure(ac(volt[terminal]), m.v_phase[i].value());
        image_.measure(ac(ampere[terminal]), m.i_phase[i].value());
        current += m.i_phase[i].value();
        ++terminal;
    }
    image_.measure(ac("A"), current);
    // A field of bits by its type, and two values by its symbols.
    must_set(
        image_, point<122>("ECPConn"),
        m.connected ? symbol<122>("ECPConn", "CONNECTED") : symbol<122>("ECPConn", "DISCONNECTED"));
    must_set(image_, point<122>("StActCtl"), controls_->active(now_));
    image_.measure(point<122>("ActWh"), injected_.value());
    must_set(image_, point<122>("PVConn"), body_->has_pv() && m.running ? 7.0 : 0.0);
    must_set(image_, point<122>("StorConn"), m.soc ? 7.0 : 0.0);
}

void SunSpec100Inverter::publish_storage(const InverterMeasurement& m) {
    image_.measure(point<124>("ChaState"), m.soc ? pct * m.soc->value() : absent);
    image_.measure(point<124>("InBatV"), m.dc_v.value());
    const double battery = m.battery_p.value();
    constexpr double rests = 10.0;  // W
    const bool full = m.soc && m.soc->value() >= 0.995;
    must_set(image_, point<124>("ChaSt"),
             battery > rests    ? symbol<124>("ChaSt", "DISCHARGING")
             : battery < -rests ? symbol<124>("ChaSt", "CHARGING")
             : full             ? symbol<124>("ChaSt", "FULL")
                                : symbol<124>("ChaSt", "HOLDING"));
    if (!body_->has_pv()) return;
    const double pv = m.pv.value_or(ActivePower{absent}).value();
    image_.measure(repeated_point<160>("module.DCW")[0], pv);
}

modbus::Served SunSpec100Inverter::read_holding_registers(std::uint16_t address,
                                                          std::span<std::uint16_t> into) {
    return image_.read(address, into);
}

modbus::Served SunSpec100Inverter::write_registers(std::uint16_t address,
                                                   std::span<const std::uint16_t> values) {
    const auto done = image_.write(address, values);
    if (!done) return done;
    const bool sense = controls_->makes_sense();
    if (!sense || ignores_orders_) image_.undo_write();
    if (!sense) return modbus::refuse(modbus::ExceptionCode::illegal_data_value);
    if (ignores_orders_) return {};
    controls_->written(now_);
    if (!feigns_orders_) controls_->obey(now_);
    return {};
}

}  // namespace islandbench::devices
