#include "bench/wear_meter.hpp"

#include <algorithm>

#include "bench/settlement.hpp"

namespace islandbench::bench {
namespace {

/// Calendar ageing of LFP grows from here on.
constexpr double high_soc = 0.9;

}  // namespace

WearMeter::WearMeter(const World& world, const Site& site)
    : world_(world), prices_(site.economics), seen_(world.street().now()) {
    const plant::Street& street = world.street();
    const auto watch = [this](const std::string& unit, Energy capacity,
                              const plant::PackState& pack) {
        Watch one{unit, capacity, &pack};
        one.loss_at_start = pack.cycle_loss.value();
        one.discharged_at_start = pack.discharged.value();
        one.charged_at_start = pack.charged.value();
        one.highest_soc = pack.soc.value();
        watches_.push_back(std::move(one));
    };
    watch(site.former.name, site.former.battery.capacity, street.former().pack());
    for (std::size_t i = 0; i < site.homes.size(); ++i) {
        const HomeSpec& home = site.homes[i];
        if (home.hybrid) watch(home.name, home.hybrid->battery.capacity, street.hybrid(i)->pack());
    }
}

void WearMeter::step() noexcept {
    const plant::Street& street = world_.street();
    const Duration passed = street.now() - seen_;
    seen_ = street.now();
    const bool open = !street.exchange().closed;
    for (Watch& watch : watches_) {
        const double loss = watch.pack->cycle_loss.value();
        const double discharged = watch.pack->discharged.value();
        const double soc = watch.pack->soc.value();
        if (open && !was_open_) {
            watch.loss_outside = loss - watch.loss_in_island;
            watch.discharged_outside = discharged - watch.discharged_in_island;
        }
        if (open) {
            watch.loss_in_island = loss - watch.loss_outside;
            watch.discharged_in_island = discharged - watch.discharged_outside;
        }
        watch.highest_soc = std::max(watch.highest_soc, soc);
        watch.deepest = std::max(watch.deepest, watch.highest_soc - soc);
        if (soc >= high_soc) watch.high += passed;
    }
    was_open_ = open;
}

std::vector<reports::BatteryUse> WearMeter::batteries() const {
    std::vector<reports::BatteryUse> list;
    for (const Watch& watch : watches_) {
        reports::BatteryUse use;
        use.unit = watch.unit;
        use.capacity = watch.capacity;
        use.discharged = Energy{watch.pack->discharged.value() - watch.discharged_at_start};
        use.charged = Energy{watch.pack->charged.value() - watch.charged_at_start};
        const double full = watch.capacity.value() * watch.pack->soh.value();
        use.full_cycles = (use.discharged + use.charged).value() / (2.0 * full);
        use.high = watch.high;
        use.deepest = Ratio{watch.deepest};
        use.wear = Ratio{watch.pack->cycle_loss.value() - watch.loss_at_start};
        use.wear_in_island = Ratio{watch.loss_in_island};
        use.discharged_in_island = Energy{watch.discharged_in_island};
        use.per_kwh = cost_per_kwh(prices_, use);
        list.push_back(std::move(use));
    }
    return list;
}

}  // namespace islandbench::bench
