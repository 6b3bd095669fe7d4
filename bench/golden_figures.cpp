#include "bench/golden_figures.hpp"

#include "reports/golden.hpp"

namespace islandbench::bench {

namespace {

// What an island may do to a priority site: the limits of criteria D1 and D2.
constexpr Ratio v_low{0.85}, v_high{1.10};
constexpr Frequency f_low{47.5}, f_high{51.5};

bool is_inside(double value, double low, double high) {
    return value >= low && value <= high;
}

}  // namespace

void GoldenMeter::Watched::look(Instant t, double value) {
    const bool inside = is_inside(value, low, high);
    const bool was_inside = !series.values.empty() && is_inside(series.values.back(), low, high);
    if (!series.values.empty() && inside == was_inside) return;
    series.times.push_back(t);
    series.values.push_back(value);
}

GoldenMeter::GoldenMeter(const World& world, const Site& site, const EnergyMeter& energy,
                         const WearMeter& wear)
    : world_(world), site_(site), energy_(energy), wear_(wear) {
    const double v = site.nominal_v.value();
    voltages_.assign(site.priority_sites.size(), {{}, v_low.value() * v, v_high.value() * v});
    frequency_ = {{}, f_low.value(), f_high.value()};
}

void GoldenMeter::step() {
    watch_supply();
}

void GoldenMeter::watch_supply() {
    const plant::Street& street = world_.street();
    if (!outage_ && street.events().outage > 0) outage_ = street.now();
    if (!outage_) return;
    for (std::size_t i = 0; i < voltages_.size(); ++i) {
        voltages_[i].look(street.now(), street.priority_site(i).v.value());
    }
    frequency_.look(street.now(), street.island().f.value());
}

std::optional<reports::SustainedPower> GoldenMeter::sustained_power() const {
    if (!outage_) return std::nullopt;
    reports::SustainedPowerInputs inputs;
    for (std::size_t i = 0; i < voltages_.size(); ++i) {
        inputs.site_names.push_back(site_.priority_sites[i].name);
        inputs.site_voltages.push_back(&voltages_[i].series);
    }
    inputs.frequency = &frequency_.series;
    inputs.outage = *outage_;
    inputs.end = world_.street().now();
    inputs.v_min = site_.nominal_v * v_low.value();
    inputs.v_max = site_.nominal_v * v_high.value();
    inputs.f_min = f_low;
    inputs.f_max = f_high;
    return reports::sustained_power(inputs);
}

reports::EmergencyCost GoldenMeter::cost() const {
    std::vector<reports::PackWear> wear;
    for (const reports::BatteryUse& use : wear_.batteries()) {
        wear.push_back({use.unit, use.capacity, use.wear_in_island});
    }
    return reports::emergency_cost(site_.economics, energy_.delivered_in_island(), std::move(wear));
}

reports::Openness openness_of_units(const RunFiles& files, const dispatch::DispatchLoop& loop) {
    const std::vector<dispatch::DeviceReport> devices = loop.devices();
    std::vector<reports::DeviceOpenness> list;
    const auto add_unit = [&](const std::string& unit, ApparentPower rating,
                              const DeviceSpec& inverter, const DeviceSpec& bms) {
        reports::DeviceOpenness openness;
        openness.device = unit;
        openness.weight = ActivePower{rating.value()};
        openness.published =
            files.profile_of(inverter).published && files.profile_of(bms).published;
        Abilities proven;
        for (const dispatch::DeviceReport& device : devices) {
            const bool belongs =
                device.device == unit + ".inverter" || device.device == unit + ".bms";
            if (belongs) proven |= device.proven;
        }
        for (std::size_t i = 0; i < ability_count; ++i) {
            if (proven[i]) openness.proven.push_back(static_cast<Ability>(i));
        }
        list.push_back(std::move(openness));
    };
    const FormerSpec& former = files.site.former;
    add_unit(former.name, former.rating, former.inverter, former.bms);
    for (const HomeSpec& home : files.site.homes) {
        if (!home.hybrid) continue;
        add_unit(home.name, home.hybrid->rating, home.hybrid->inverter, home.hybrid->bms);
    }
    return reports::openness(std::move(list));
}

}  // namespace islandbench::bench
