#pragma once

#include <optional>
#include <string>

#include "base/site/device.hpp"
#include "base/units.hpp"

/// The wires of a site: cables, grid connection, and the switch between street and grid.
namespace islandbench {

struct LineCode {
    ImpedancePerLength r1, x1, r0, x0;
};
template <class V>
void declare(V& v, LineCode& s) {
    v.required("r1", s.r1, "positive-sequence resistance");
    v.required("x1", s.x1, "positive-sequence reactance");
    v.required("r0", s.r0, "zero-sequence resistance, neutral return included");
    v.required("x0", s.x0, "zero-sequence reactance, neutral return included");
}

/// A cable between two buses; three phases and neutral, the neutral folded into r0 and x0.
struct LineSpec {
    std::string from, to, code;
    Length length;
    /// What the dispatch lets through each of its phases at most, either way. What hangs behind it
    /// is a branch of the street: homes only, and no second cable with a limit.
    std::optional<ActivePower> phase_limit;
    json::Place place;
};
template <class V>
void declare(V& v, LineSpec& s) {
    v.place(s.place);
    v.required("from", s.from, "bus nearer to the transformer");
    v.required("to", s.to, "bus");
    v.required("code", s.code, "line code");
    v.required("length", s.length, "route length");
    v.optional("phase_limit", s.phase_limit, "largest power per phase that dispatch plans with");
}

/// Upstream network and Dyn transformer, seen from the low-voltage busbar.
struct GridSpec {
    std::string bus;  ///< the busbar on the grid side of the interconnect device
    Voltage no_load_v{240.0};
    ApparentPower transformer_rating;
    Ratio transformer_r{0.012};
    Ratio transformer_x{0.04};
    ApparentPower fault_level{50e6};  ///< of the upstream network
    double x_over_r = 4.0;            ///< of the upstream network
    json::Place place;
};
template <class V>
void declare(V& v, GridSpec& s) {
    v.place(s.place);
    v.required("bus", s.bus, "busbar on the grid side");
    v.optional("no_load_v", s.no_load_v, "phase-to-neutral voltage without load");
    v.required("transformer_rating", s.transformer_rating, "rating of the transformer");
    v.optional("transformer_r", s.transformer_r, "short-circuit resistance on its rating");
    v.optional("transformer_x", s.transformer_x, "short-circuit reactance on its rating");
    v.optional("fault_level", s.fault_level, "short-circuit power of the upstream network");
    v.optional("x_over_r", s.x_over_r, "X/R of the upstream network");
}

/// Limits inside which the interconnect device closes.
struct SyncLimits {
    Frequency df{0.1};
    Ratio dv{0.03};
    Angle dphi{10.0};
    Duration hold{200ms};
};
template <class V>
void declare(V& v, SyncLimits& s) {
    v.optional("df", s.df, "frequency difference");
    v.optional("dv", s.dv, "voltage difference of nominal");
    v.optional("dphi", s.dphi, "phase angle");
    v.optional("hold", s.hold, "time inside all three before closing");
}

/// When the grid counts as healthy again (enter service), as set in the interconnect device. The
/// defaults are those of G98/G99 Type A.
struct EnterServiceSpec {
    Ratio v_min{0.80}, v_max{1.14};
    Frequency f_min{47.5}, f_max{52.0};
    Duration observation{20s};
};
template <class V>
void declare(V& v, EnterServiceSpec& s) {
    v.optional("v_min", s.v_min, "lowest voltage of nominal");
    v.optional("v_max", s.v_max, "highest voltage of nominal");
    v.optional("f_min", s.f_min, "lowest frequency");
    v.optional("f_max", s.f_max, "highest frequency");
    v.optional("observation", s.observation, "time in the window before reclosing");
}

/// The switch between street and grid. It detects islanding, opens, earths, synchronises, closes.
struct InterconnectSpec {
    std::string bus;  ///< the bus on the street side
    Current rating{160.0};
    /// That the network operator allows to flow from the street into the grid (EREC G100: MEL).
    std::optional<ActivePower> export_limit;
    Ratio v_min{0.85}, v_max{1.12};
    Frequency f_min{49.0}, f_max{51.0};
    Duration trip_delay{100ms};
    Frequency probe{0.02};  ///< square wave on the former's raise/lower line while closed
    Duration probe_period{400ms};
    int probe_periods = 3;  ///< the bus frequency followed for so long: the grid is gone
    Duration opening_time{50ms};
    Duration closing_time{60ms};
    SyncLimits sync;
    EnterServiceSpec enter_service;
    bool ne_link = true;  ///< closes the neutral-earth link in the island
    DeviceSpec device;
    json::Place place;
};
template <class V>
void declare(V& v, InterconnectSpec& s) {
    v.place(s.place);
    v.required("bus", s.bus, "bus on the street side");
    v.optional("rating", s.rating, "rated current");
    v.optional("export_limit", s.export_limit, "largest power into the grid that is allowed");
    v.optional("v_min", s.v_min, "opens below this voltage");
    v.optional("v_max", s.v_max, "opens above this voltage");
    v.optional("f_min", s.f_min, "opens below this frequency");
    v.optional("f_max", s.f_max, "opens above this frequency");
    v.optional("trip_delay", s.trip_delay, "time outside before it opens");
    v.optional("probe", s.probe, "amplitude of the islanding probe");
    v.optional("probe_period", s.probe_period, "period of the islanding probe");
    v.optional("probe_periods", s.probe_periods, "periods the bus must follow");
    v.optional("opening_time", s.opening_time, "from command to open contact");
    v.optional("closing_time", s.closing_time, "from command to closed contact");
    v.optional("sync", s.sync, "synchronism check");
    v.optional("enter_service", s.enter_service, "when the grid is healthy again");
    v.optional("ne_link", s.ne_link, "closes the neutral-earth link in the island");
    v.required("device", s.device, "its communication");
}

}  // namespace islandbench
