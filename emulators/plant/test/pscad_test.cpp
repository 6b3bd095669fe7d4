#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/test/published.hpp"
#include "base/test/reference_data.hpp"
#include "emulators/plant/former.hpp"
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
    for (const double e : errors) most = std::max(most, std::fabs(e));
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

}  // namespace
}  // namespace islandbench::plant
