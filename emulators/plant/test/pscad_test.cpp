#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/test/published.hpp"
#include "base/test/reference_data.hpp"
#include "emulators/plant/former.hpp"
#include "emulators/plant/hybrid.hpp"
#include "emulators/plant/network.hpp"

/// A converter of 2.75 MVA on an infinite bus, against the electromagnetic-transient simulations
/// (PSCAD, with all inner loops and filters) that PowerSimulationsDynamics.jl publishes.
namespace islandbench::plant {
namespace {

constexpr double nominal_v = 690.0 / std::numbers::sqrt3;
constexpr double nominal_hz = 60.0;
constexpr double rating = 2.75e6;
constexpr double base_ohm = 690.0 * 690.0 / rating;
constexpr const char* source = "PowerSimulationsDynamics.jl, PSCAD benchmark";

/// Per unit of the converter. The line has 0.075 pu on 100 MVA.
constexpr Phasor line_z{0.0, 0.075 * 2.75 / 100.0}, grid_side{0.01, 0.2}, virtual_z{0.0, 0.2};
constexpr Phasor infinite_v{1.00001, 0.0};
constexpr double p_before = 0.5, p_after = 0.7;  // the set-point's step, at 1 s

/// A column of the reference, from its ninth second on.
std::vector<std::pair<Duration, double>> trace(const std::string& name) {
    std::vector<std::pair<Duration, double>> column;
    for (const auto& row : reference::rows("psid_pscad/" + name)) {
        const auto ms = std::lround(1000.0 * (std::stod(row[0]) - 9.0));
        column.emplace_back(ms * 1ms, std::stod(row[1]));
    }
    return column;
}

/// The power flow that the reference starts from: 0.5 pu at terminals with 1 pu.
struct PowerFlow {
    PowerFlow() {
        const Phasor terminal = polar(1.0, std::asin(p_before * line_z.im / infinite_v.re));
        const Phasor i = (terminal - infinite_v) / line_z;
        const Phasor capacitor = terminal + grid_side * i;
        emf = abs(capacitor + virtual_z * i);
        v = abs(capacitor);
        s = power(capacitor, i);
    }
    double emf = 0.0;  ///< behind the virtual impedance
    double v = 0.0;    ///< of the filter's capacitor
    Phasor s;          ///< there
};

/// Our former in the place of the reference's. Its voltage control holds the filter's capacitor at
/// the internal voltage less the virtual impedance, so the capacitor is our former's bus and the
/// grid side of the filter a piece of the network.
class OnInfiniteBus {
  public:
    OnInfiniteBus(FormerSpec spec, double droop) : droop_(droop), former_(make(std::move(spec))) {
        bus_ = network_.add_bus(Network::root, diagonal(base_ohm * grid_side));
        const Phasor y = Phasor{1.0, 0.0} / (base_ohm * line_z);
        network_.set_shunt(Network::root, diagonal(y));
        network_.set_shunt(bus_, former_.admittance());
        network_.factorise();
        network_.injection(Network::root) = balanced(y * nominal_v * infinite_v);
        former_.start_beside(balanced(Phasor{nominal_v, 0.0}), nominal_hz);
        solve();
    }

    /// One step; `p`: power that the droop line gives at nominal frequency, `v` without load.
    void step(double p, double v) {
        former_.control().v_set = Voltage{v * nominal_v};
        const Interconnect::Line line{.df_hz = droop_ * nominal_hz * p, .connected = false};
        (void)former_.advance(network_.voltage(bus_), current(), false, line);
        solve();
    }
    /// Settles, then follows the trace; our value less the reference's at each of its rows.
    template <class Value>
    std::vector<double> errors(const std::string& name, double p, double v, Value value) {
        for (Duration t{}; t < 20s; t += plant::step) step(p, v);
        std::vector<double> list;
        Duration now{};
        for (const auto& [t, theirs] : trace(name)) {
            for (; now < t; now += plant::step) step(now < 1s ? p : p_after, v);
            list.push_back(value(former_) - theirs);
        }
        EXPECT_TRUE(former_.running());
        return list;
    }

  private:
    static Former make(FormerSpec spec) {
        Site site;
        site.nominal_v = Voltage{nominal_v};
        site.nominal_f = Frequency{nominal_hz};
        spec.rating = ApparentPower{rating};
        spec.rf = spec.r0 = Ratio{};
        spec.x0 = Ratio{0.2};
        spec.battery.capacity = Energy{1e9};
        spec.battery.cells_in_series = 400;
        spec.battery.charge_limit = spec.battery.discharge_limit = Current{1e5};
        site.former = std::move(spec);
        return {site, Ratio{0.5}, site.nominal_v};
    }
    void solve() {
        network_.injection(bus_) = former_.admittance() * former_.emf();
        network_.solve();
    }
    [[nodiscard]] Phasor3 current() const {
        return former_.admittance() * (former_.emf() - network_.voltage(bus_));
    }

    double droop_;
    Former former_;
    Network network_;
    Network::Bus bus_ = 0;
};

double norm_of(const std::vector<double>& errors) {
    double sum = 0.0;
    for (const double e : errors) sum += e * e;
    return errors.empty() ? NAN : std::sqrt(sum);
}
double largest_of(const std::vector<double>& errors) {
    double most = errors.empty() ? NAN : 0.0;
    for (const double e : errors) most = published::worse(most, std::fabs(e));
    return most;
}

TEST(PublishedPscad, FrequencyOfAVirtualSynchronousMachine) {
    const published::Row furthest{"converter.pscad.test08", source,
                                  "VSM, step of the power set-point: largest error of frequency",
                                  2.0, "mHz"};
    const published::Row norm{
        "converter.pscad.test08_norm", source,
        "VSM: 2-norm of the frequency's error, 801 samples (source's own limit)", 1e-4, "pu"};
    published::expect(furthest);
    published::expect(norm);
    IB_NEEDS_REFERENCE("psid_pscad/Test08_omega.csv");
    FormerSpec spec;
    spec.control.law = FormingLaw::vsm;
    spec.xf = Ratio{};
    spec.control.vsm = {.ta = 2.0, .kd = 400.0, .kw = 20.0, .kq = 0.2, .wf = 1000.0};
    spec.control.vsm.lv = Ratio{virtual_z.im};
    const double rated = 2.0 * std::numbers::pi * nominal_hz;
    spec.control.vsm.pll = {.kp = 0.084 * rated, .ki = 4.69 * rated, .w_lp = 500.0};
    const PowerFlow start;
    OnInfiniteBus machine(spec, 1.0 / 20.0);
    const auto errors =
        machine.errors("Test08_omega.csv", start.s.re, start.emf + 0.2 * start.s.im,
                       [](const Former& f) { return f.emf_frequency() / nominal_hz; });
    ASSERT_EQ(errors.size(), 801U);
    IB_EXPECT_PUBLISHED(furthest, 1000.0 * nominal_hz * largest_of(errors));
    IB_EXPECT_PUBLISHED(norm, norm_of(errors));
}

TEST(PublishedPscad, AngleOfDroop) {
    const published::Row claim{"converter.pscad.test23", source,
                               "droop, step of the power set-point: 2-norm of the angle's error",
                               3e-2, "rad"};
    published::expect(claim);
    IB_NEEDS_REFERENCE("psid_pscad/Test23_theta.csv");
    FormerSpec spec;
    spec.droop = Ratio{0.05};
    spec.voltage_droop = Ratio{0.2};
    spec.xf = Ratio{virtual_z.im};
    spec.control.tp = from_seconds(1.0 / (2.0 * std::numbers::pi * 5.0));
    spec.control.tq = 1ms;
    const PowerFlow start;
    OnInfiniteBus converter(spec, 0.05);
    const auto errors = converter.errors("Test23_theta.csv", start.s.re, start.v + 0.2 * start.s.im,
                                         [](const Former& f) { return arg(f.emf()[0]); });
    ASSERT_EQ(errors.size(), 801U);
    IB_EXPECT_PUBLISHED(claim, norm_of(errors));
}

/// The follower of the reference: filter 0.009 + j 2.5 + 0.002 pu, current control 0.37 and 0.7,
/// and around it PI control of the power (2, 30 1/s) on a measurement with a corner of 0.132 x 100
/// pi rad/s, which is also what it publishes. Ours asks for the current that gives the power at the
/// present voltage, and has it in 5 ms: the reference's current control settles in 65 us, which no
/// step of 1 ms shows.
///
/// The row is missed, and that outer loop alone would not close it. All equations that the source
/// lists, the filter's as well (eleven states, 20 us), come no nearer than 0.29: the published
/// power rises with hardly any proportional part. Its modes (-27 +- 75j, -14 1/s) are those of the
/// listed outer loop with another 27 rad/s lag inside and 2.6 times the gain, which no listed
/// parameter gives. What would close it is the block diagram of that PSCAD model, and then an outer
/// loop as an option of the hybrid.
TEST(PublishedPscad, PowerOfAFollower) {
    const published::Row claim{"converter.pscad.test24", source,
                               "follower, step of the set-point: 2-norm of the power's error", 5e-3,
                               "pu"};
    published::expect(claim);
    IB_NEEDS_REFERENCE("psid_pscad/Test24_p.csv");
    constexpr Phasor capacitor{0.0, 2.5}, cable{0.003, 0.002};
    HybridSpec spec;
    spec.rating = ApparentPower{rating / 3.0};
    spec.battery.capacity = Energy{1e9};
    spec.battery.cells_in_series = 400;
    spec.battery.charge_limit = spec.battery.discharge_limit = Current{2000.0};
    spec.protection.emplace().of = {Frequency{65.0}, 10s};
    spec.frequency_droop = {.db_of = Frequency{5.0}, .db_uf = Frequency{5.0}};
    Hybrid hybrid(spec, nominal_v, nominal_hz, Ratio{0.5});  // phase a; the case is balanced
    hybrid.control().p_ramp = ActivePower{1e12};

    Network network;  // root: the capacitor, with the rest behind it as a Norton equivalent
    const Phasor outside = Phasor{1.0, 0.0} / (base_ohm * (cable + line_z));
    network.injection(Network::root)[0] = outside * nominal_v * infinite_v;
    Phasor v{nominal_v, 0.0};
    Lag measured(1.0 / (0.132 * 100.0 * std::numbers::pi), p_before);
    double measured_p = p_before;
    // The power at the capacitor is what it sends through the cable.
    const auto step = [&](double p) {
        hybrid.control().p_set = ActivePower{p * rating / 3.0};
        hybrid.advance(v, 0.0);
        network.set_shunt(Network::root,
                          diagonal(outside + (1.0 / base_ohm) * capacitor + hybrid.admittance()));
        network.factorise();
        Phasor3& in = network.injection(Network::root);
        in = {};
        in[0] = outside * nominal_v * infinite_v + hybrid.injection();
        network.solve();
        v = network.voltage(Network::root)[0];
        hybrid.measure(v);
        const Phasor sent = outside * (v - nominal_v * infinite_v);
        measured_p = measured.update(power(v, sent).re / (rating / 3.0));
    };
    const auto theirs = trace("Test24_p.csv");
    ASSERT_EQ(theirs.size(), 401U);
    for (Duration t{}; t < 5s; t += plant::step) step(theirs.front().second);
    std::vector<double> errors;
    Duration now{};
    for (const auto& [t, p] : theirs) {
        for (; now < t; now += plant::step) step(now < 1s ? theirs.front().second : p_after);
        errors.push_back(measured_p - p);
    }
    EXPECT_NEAR(errors.front(), 0.0, 1e-3);
    EXPECT_NEAR(errors.back(), 0.0, 1e-3);
    EXPECT_LT(norm_of(errors), 0.5);
    (void)published::came_to(claim, norm_of(errors));
}

}  // namespace
}  // namespace islandbench::plant
