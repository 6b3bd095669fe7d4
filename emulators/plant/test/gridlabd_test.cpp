#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "base/test/published.hpp"
#include "base/test/reference_data.hpp"
#include "emulators/plant/former.hpp"
#include "emulators/plant/hybrid.hpp"
#include "emulators/plant/network.hpp"

/// Converter cases of GridLAB-D's own tests: an island of a former and a follower with load steps,
/// and an interface protection that trips.
namespace islandbench::plant {
namespace {

constexpr double nominal_hz = 60.0;

// ------------------------------------------------------------------------------------------------

constexpr double nominal_v = 277.1363;
constexpr double rating = 200e3;
constexpr double follower_p = 60e3, follower_q = 10e3;

/// Never in the way, and still of the converter's size.
BatterySpec large_battery() {
    BatterySpec battery;
    battery.capacity = Energy{1e9};
    battery.cells_in_series = 400;
    battery.charge_limit = battery.discharge_limit = Current{500.0};
    return battery;
}

FormerSpec former_spec() {
    FormerSpec spec;
    spec.rating = ApparentPower{rating};
    spec.rf = spec.r0 = Ratio{0.014};  // the same in each phase, so in each sequence
    spec.xf = spec.x0 = Ratio{0.1636};
    spec.control.kpp = 0.0;
    spec.control.kip = 90.9;
    spec.control.p_min = Ratio{};
    spec.battery = large_battery();
    return spec;
}

/// A third of the reference's three-phase follower.
HybridSpec follower_spec() {
    HybridSpec spec;
    spec.rating = ApparentPower{rating / 3.0};
    spec.battery = large_battery();
    ProtectionSpec& protection = spec.protection.emplace();
    protection.uf1 = protection.uf2 = {Frequency{55.0}, 10s};
    protection.of = {Frequency{65.0}, 10s};
    // Its response times are time constants; ours reach 90 %.
    const auto response = [](double tau) { return from_seconds(tau * std::numbers::ln10); };
    spec.f_filter = 50ms;
    spec.frequency_droop = {.db_of = {}, .db_uf = {}, .k_of = Ratio{0.01}, .k_uf = Ratio{0.01}};
    spec.frequency_droop->response = response(0.5);
    spec.volt_var = {.dead_band = {}, .k = Ratio{0.05}, .q_max = Ratio{1.0}};
    spec.volt_var->response = response(0.2);
    spec.volt_var->filter = 50ms;
    spec.current_loop = {.rf = Ratio{0.01}, .xf = Ratio{0.10}, .kp = 0.05, .ki = 5.0};
    return spec;
}

/// Former, two loads and the follower on their lines. It begins where the reference does: settled
/// on a power flow whose slack is the former's bus at nominal voltage.
class Island {
  public:
    Island() {
        loads_ = network_.add_bus(Network::root,
                                  diagonal({{0.01, 0.01}, {0.0106, 0.0103}, {0.0106, 0.0103}}));
        follower_ = network_.add_bus(loads_, diagonal(Phasor{0.0035, 0.0034}));
        stepped_ =
            network_.add_bus(Network::root, diagonal(Phasor{0.0189 + 0.0350, 0.0968 + 0.0116}));
        for (std::size_t p = 0; p < phases; ++p) {
            hybrids_.emplace_back(follower_spec(), nominal_v, nominal_hz, Ratio{0.5});
            hybrids_[p].control().p_set = ActivePower{follower_p / 3.0};
            hybrids_[p].control().p_ramp = ActivePower{100e3};
            hybrids_[p].control().q_set = ReactivePower{follower_q / 3.0};
        }
        set_load({5.76, 0.0});
        set_points();
        former_.control().p_set = ActivePower{rating * p_set_};
        former_.start_beside(balanced(Phasor{nominal_v, 0.0}), nominal_hz);
        solve();
        for (Duration t{}; t < 20s; t += plant::step) step();
    }

    void set_load(Phasor ohm) {
        load_ = Phasor{1.0, 0.0} / ohm;
        stale_ = true;
    }
    void step() {
        const Interconnect::Line line{.df_hz = p_set_ * 0.01 * nominal_hz, .connected = false};
        (void)former_.advance(bus(Network::root), current_, false, line);
        for (std::size_t p = 0; p < phases; ++p) hybrids_[p].advance(bus(follower_)[p], 0.0);
        solve();
    }
    [[nodiscard]] double power_a() const { return power(bus(Network::root)[0], current_[0]).re; }

  private:
    [[nodiscard]] const Phasor3& bus(Network::Bus b) const { return network_.voltage(b); }
    static Former make() {
        Site site;
        site.nominal_v = Voltage{nominal_v};
        site.nominal_f = Frequency{nominal_hz};
        site.former = former_spec();
        return {site, Ratio{0.5}, site.nominal_v};
    }
    /// Former a slack, follower constant power.
    void set_points() {
        constexpr Phasor stiff{1e9, 0.0};
        factorise({}, diagonal(stiff));
        const Phasor3 slack = balanced(Phasor{nominal_v, 0.0});
        network_.injection(Network::root) = diagonal(stiff) * slack;
        const Phasor s{follower_p / 3.0, follower_q / 3.0};
        Phasor3 v = slack;
        for (int pass = 0; pass < 50; ++pass) {
            for (std::size_t p = 0; p < phases; ++p) {
                network_.injection(follower_)[p] = conj(s / v[p]);
            }
            network_.solve();
            v = bus(follower_);
        }
        const Phasor given = power(slack, diagonal(stiff) * (slack - bus(Network::root)));
        p_set_ = given.re / rating;
        former_.control().v_set = Voltage{nominal_v * (1.0 + 0.05 * given.im / rating)};
        for (std::size_t p = 0; p < phases; ++p) {
            hybrids_[p].control().volt_var->v_ref = Ratio{abs(v[p]) / nominal_v};
        }
        stale_ = true;
    }
    void solve() {
        Phasor3 y;
        for (std::size_t p = 0; p < phases; ++p) {
            network_.injection(follower_)[p] = hybrids_[p].injection();
            y[p] = hybrids_[p].admittance();
        }
        if (stale_ || !(y == follower_y_)) factorise(y, former_.admittance());
        network_.injection(Network::root) = former_.admittance() * former_.emf();
        network_.solve();
        current_ = former_.admittance() * (former_.emf() - bus(Network::root));
        for (std::size_t p = 0; p < phases; ++p) hybrids_[p].measure(bus(follower_)[p]);
    }
    void factorise(const Phasor3& y, const Matrix3& source) {
        network_.set_shunt(Network::root, source);
        network_.set_shunt(loads_, diagonal(Phasor{1.0 / 2.42, 0.0}));
        network_.set_shunt(follower_, diagonal(y));
        network_.set_shunt(stepped_, diagonal(load_));
        network_.factorise();
        follower_y_ = y;
        stale_ = false;
    }

    Network network_;
    Network::Bus loads_ = 0, follower_ = 0, stepped_ = 0;
    Former former_ = make();
    std::vector<Hybrid> hybrids_;
    Phasor load_;
    Phasor3 follower_y_, current_;
    double p_set_ = 0.0;
    bool stale_ = true;
};

/// The reference's column: sample times in its own seconds since 13:00.
std::vector<std::pair<Duration, double>> reference_power() {
    std::vector<std::pair<Duration, double>> column;
    for (const auto& row : reference::rows("gridlabd_gfm_gfl/reference_A1_power_A_real_W.csv")) {
        const double s = std::stod(row[0].substr(row[0].find(':') + 4));
        column.emplace_back(std::lround(1000.0 * s) * 1ms, std::stod(row[1]));
    }
    return column;
}

TEST(PublishedGridlabd, AFormerAndAFollowerShareAnIsland) {
    const char* source = "GridLAB-D test_inverter_dyn_GFM_GFL";
    const published::Row worst{"converter.gridlabd_gfm_gfl.power", source,
                               "former's phase A: largest error outside 12 ms after each step", 1.5,
                               "%"};
    const published::Row rms{"converter.gridlabd_gfm_gfl.rms", source,
                             "the same: root mean square, of the mean power", 0.5, "%"};
    published::expect(worst);
    published::expect(rms);
    IB_NEEDS_REFERENCE("gridlabd_gfm_gfl/reference_A1_power_A_real_W.csv");
    Island island;
    double most = 0.0, squares = 0.0, sum = 0.0;
    int compared = 0;
    Duration now{};
    for (const auto& [t, theirs] : reference_power()) {
        for (; now < t;) {
            now += plant::step;
            if (now == 2s) island.set_load({2.304, 4.608});
            if (now == 4s) island.set_load({2.304, 0.0});
            island.step();
        }
        const double error = island.power_a() - theirs;
        const bool just_stepped = (t >= 2s && t < 2012ms) || (t >= 4s && t < 4012ms);
        if (just_stepped) continue;
        most = published::worse(most, std::fabs(error / theirs));
        squares += error * error;
        sum += theirs;
        ++compared;
    }
    ASSERT_EQ(compared, 2002 - 12);
    IB_EXPECT_PUBLISHED(worst, 100.0 * most);
    IB_EXPECT_PUBLISHED(rms, 100.0 * std::sqrt(squares / compared) / (sum / compared));
}

// ------------------------------------------------------------------------------------------------

/// IEEE 1547a-2014 as GridLAB-D has it.
ProtectionSpec ieee_1547a() {
    ProtectionSpec spec;
    spec.uv = {Ratio{0.88}, 2s};
    spec.uv2 = {Ratio{0.60}, 1s};
    spec.uv3 = {Ratio{0.45}, 160ms};
    spec.ov1 = {Ratio{1.10}, 1s};
    spec.ov2 = {Ratio{1.20}, 160ms};
    spec.uf1 = {Frequency{59.5}, 2s};
    spec.uf2 = {Frequency{57.0}, 160ms};
    spec.of = {Frequency{60.5}, 2s};
    spec.of2 = {Frequency{62.0}, 160ms};
    spec.rocof.limit = Rocof{};
    return spec;
}

/// "+7200.0000-0.0324d"
Phasor polar_degrees(const std::string& text) {
    const std::size_t sign = text.find_first_of("+-", 1);
    return polar(std::stod(text.substr(0, sign)),
                 std::stod(text.substr(sign)) / degrees_per_radian);
}
Duration of_minute(const std::string& stamp) {
    return std::lround(1000.0 * std::stod(stamp.substr(stamp.rfind(':') + 1))) * 1ms;
}

TEST(PublishedGridlabd, AnAngleThatSlidesTripsTheLowerUnderFrequencyStage) {
    const published::Row claim{"converter.gridlabd_1547_trip",
                               "GridLAB-D test_inverter_1547_child_test",
                               "time of the trip by under-frequency stage 2", 1.0, "ms"};
    published::expect(claim);
    const std::string folder = "gridlabd_1547_trip/";
    IB_NEEDS_REFERENCE(folder + "voltage_A_7200V_polar_deg.csv");
    const auto expected = reference::rows(folder + "expected_trip_code.csv");
    ASSERT_EQ(expected.back()[1], "4") << "code of the low under-frequency stage";

    constexpr double volt = 7200.0;
    Pll pll(volt, {.kp = 10.0, .ki = 100.0});  // of GridLAB-D's measurement at a bus
    Protection protection(ieee_1547a(), volt);
    Trip trip = Trip::none;
    Phasor v{volt, 0.0};
    Duration now{};
    for (const auto& row : reference::rows(folder + "voltage_A_7200V_polar_deg.csv")) {
        for (; now < of_minute(row[0]) && trip == Trip::none; now += plant::step) {
            pll.update(v);
            trip = protection.update(abs(v), nominal_hz + pll.deviation());
            if (trip != Trip::none) break;
        }
        v = polar_degrees(row[1]);
    }
    EXPECT_EQ(trip, Trip::uf2);
    const Duration late = now - of_minute(expected.back()[0]);
    IB_EXPECT_PUBLISHED(claim, std::fabs(1000.0 * to_seconds(late)));
}

}  // namespace
}  // namespace islandbench::plant
