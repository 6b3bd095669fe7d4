#pragma once

#include <optional>

#include "base/json_binding.hpp"
#include "base/units.hpp"

/// How converters are controlled: laws and their parameters, in standard terms. Per unit is of the
/// unit's rating, of nominal voltage and of nominal frequency. Equations: docs/plant-models.md.
namespace islandbench {

/// A phase-locked loop in the synchronous frame.
struct PllSpec {
    double kp = 50.0;   ///< rad/s per unit of voltage (or radian, with a filter)
    double ki = 900.0;  ///< rad/s^2 per unit of voltage (or radian, with a filter)
    double w_lp = 0.0;  ///< rad/s, low-pass on the voltage in the frame; 0: none
};
template <class V>
void declare(V& v, PllSpec& s) {
    v.optional("kp", s.kp, "proportional gain, rad/s");
    v.optional("ki", s.ki, "integral gain, rad/s^2");
    v.optional("w_lp", s.w_lp, "corner of its low-pass, rad/s; 0: none");
}

/// Virtual synchronous machine (D'Arco, Suul, Fosso, Electric Power Systems Research 122, 2015).
struct VsmSpec {
    double ta = 2.0;           ///< acceleration time constant (twice the inertia constant), s
    double kd = 400.0;         ///< damping against the frequency of the PLL, pu power per pu f
    std::optional<double> kw;  ///< pu power per pu frequency; absent: 1 / droop of the unit
    std::optional<double> kq;  ///< pu voltage per pu reactive power; absent: its voltage droop
    double wf = 1000.0;        ///< corner of the reactive power's low-pass, rad/s
    Ratio rv, lv;              ///< virtual impedance, in series with the coupling impedance
    PllSpec pll{31.7, 1770.0, 500.0};
};
template <class V>
void declare(V& v, VsmSpec& s) {
    v.optional("ta", s.ta, "acceleration time constant, s");
    v.optional("kd", s.kd, "damping against the PLL's frequency");
    v.optional("kw", s.kw, "power per frequency deviation; absent: 1 / droop");
    v.optional("kq", s.kq, "voltage per reactive power; absent: voltage_droop");
    v.optional("wf", s.wf, "corner of the reactive power's low-pass, rad/s");
    v.optional("rv", s.rv, "virtual resistance");
    v.optional("lv", s.lv, "virtual reactance");
    v.optional("pll", s.pll, "phase-locked loop of the damping");
}

enum class FormingLaw { droop, vsm };
constexpr auto enum_names(FormingLaw /*of*/) {
    return json::EnumNames<FormingLaw, 2>{{{FormingLaw::droop, "droop"}, {FormingLaw::vsm, "vsm"}}};
}

/// How a former controls frequency and voltage: droop is REGFM_A1 (WECC), but at the current limit.
struct FormingSpec {
    FormingLaw law = FormingLaw::droop;
    Duration tp{10ms}, tq{10ms}, tv{10ms};  ///< droop: filters of P, Q and V
    double kpv = 0.0, kiv = 5.86;           ///< droop: voltage control, 1 and 1/s
    Ratio e_max{1.25};                      ///< highest internal voltage
    double kpp = 3.0, kip = 30.0;           ///< overload mitigation, rad/s and rad/s^2 per pu
    Ratio p_min{-1.0}, p_max{1.0};          ///< it acts outside, or earlier if the battery asks so
    bool stays_in_step = true;  ///< at its current limit; false: as REGFM_A1 has it, it slips
    VsmSpec vsm;
};
template <class V>
void declare(V& v, FormingSpec& s) {
    v.optional("law", s.law,
               "droop (REGFM_A1, but see stays_in_step) or virtual synchronous machine");
    v.optional("tp", s.tp, "droop: filter of the active power");
    v.optional("tq", s.tq, "droop: filter of the reactive power");
    v.optional("tv", s.tv, "droop: filter of the voltage");
    v.optional("kpv", s.kpv, "droop: proportional gain of the voltage control");
    v.optional("kiv", s.kiv, "droop: integral gain of the voltage control, 1/s");
    v.optional("e_max", s.e_max, "highest internal voltage");
    v.optional("kpp", s.kpp, "overload mitigation, rad/s per pu");
    v.optional("kip", s.kip, "overload mitigation, rad/s^2 per pu");
    v.optional("p_min", s.p_min, "lower end of the power window");
    v.optional("p_max", s.p_max, "upper end of the power window");
    v.optional("stays_in_step", s.stays_in_step,
               "at its current limit; false: droop answers to the power that is left, and slips");
    v.optional("vsm", s.vsm, "the virtual synchronous machine");
}

/// Frequency-droop of a follower, both sides (IEEE 1547-2018 6.5.2.7, SunSpec model 711: DbOf,
/// DbUf, KOf, KUf, RspTms).
struct FrequencyDroopSpec {
    Frequency db_of{0.036}, db_uf{0.036};  ///< dead band above and below nominal
    Ratio k_of{0.05}, k_uf{0.05};          ///< pu frequency per pu power
    Duration response{5s};                 ///< open loop: 90 % of a change; 0: at once
    bool absorb = true;                    ///< above nominal it may go on to charge
};
template <class V>
void declare(V& v, FrequencyDroopSpec& s) {
    v.optional("db_of", s.db_of, "dead band above nominal");
    v.optional("db_uf", s.db_uf, "dead band below nominal");
    v.optional("k_of", s.k_of, "droop above nominal");
    v.optional("k_uf", s.k_uf, "droop below nominal");
    v.optional("response", s.response, "open-loop response time (90 %)");
    v.optional("absorb", s.absorb, "above nominal it may go on to charge");
}

/// Volt-var as a droop (IEEE 1547-2018 5.3.3, whose curve of four points it is where the slopes are
/// equal): outside the dead band around `v_ref` so much reactive power that brings it back.
struct VoltVarSpec {
    Ratio v_ref{1.0};
    Ratio dead_band{0.02};   ///< to each side
    Ratio k{0.1364};         ///< pu voltage per pu reactive power (category B: 0.06 / 0.44)
    Ratio q_max{0.44};       ///< of the rating, to each side
    Duration response{5s};   ///< open loop: 90 % of a change; 0: at once
    Duration filter{100ms};  ///< of the measured voltage
};
template <class V>
void declare(V& v, VoltVarSpec& s) {
    v.optional("v_ref", s.v_ref, "reference voltage");
    v.optional("dead_band", s.dead_band, "to each side of the reference");
    v.optional("k", s.k, "voltage per reactive power");
    v.optional("q_max", s.q_max, "most reactive power, of the rating");
    v.optional("response", s.response, "open-loop response time (90 %)");
    v.optional("filter", s.filter, "filter of the measured voltage");
}

/// A follower's current control as a voltage behind its filter (GridLAB-D inverter_dyn, grid
/// following): PI on the current, terminal voltage fed forward.
struct CurrentLoopSpec {
    Ratio rf{0.01}, xf{0.10};  ///< filter impedance on the rating
    double kp = 0.05;          ///< pu voltage per pu current
    double ki = 5.0;           ///< 1/s
};
template <class V>
void declare(V& v, CurrentLoopSpec& s) {
    v.optional("rf", s.rf, "filter resistance");
    v.optional("xf", s.xf, "filter reactance");
    v.optional("kp", s.kp, "proportional gain");
    v.optional("ki", s.ki, "integral gain, 1/s");
}

}  // namespace islandbench
