#include "emulators/plant/test/published_feeder.hpp"

#include <cmath>

#include "emulators/plant/feeder.hpp"

namespace islandbench::plant {

std::vector<FeederModel> feeders_in(const std::string& folder, Diagnostics& problems) {
    return read_feeders(load_feeder_texts(folder, problems), problems);
}

PublishedFeeder::PublishedFeeder(const FeederModel& model, double source_angle)
    : model_(model), wires_(reduce()) {
    for (Load& load : loads_) load.solved = wires_.bus(load.bus);
    feed(source_angle);
    set_minute(0);
}

TreeReduction PublishedFeeder::reduce() {
    at_[model_.transformer.bus] = 0;
    tree_.resize(1);
    for (const FeederLine& line : model_.lines) {
        at_[line.to] = tree_.size();
        tree_.push_back(
            {at_.at(line.from), cable_ohm(model_.line_codes.at(line.code), line.length)});
    }
    std::vector<char> connected(tree_.size());
    for (const FeederLoad& load : model_.loads) {
        const std::size_t bus = at_.at(load.bus);
        connected[bus] = 1;
        for (std::size_t p = 0; p < 3; ++p) {
            if (load.phase && static_cast<std::size_t>(*load.phase) != p) continue;
            loads_.push_back(
                {.bus = bus, .phase = p, .of = &load, .share = load.phase ? 1.0 : 1.0 / 3.0});
        }
    }
    return {tree_, connected};
}

/// A voltage behind the network above, seen through the transformer; its delta keeps the zero
/// sequence of that network out.
void PublishedFeeder::feed(double source_angle) {
    const FeederTransformer& t = model_.transformer;
    const double base = t.low.value() * t.low.value() / t.rating.value();
    const Phasor own = base * Phasor{t.r.value(), t.x.value()};
    Phasor above;
    if (const FeederSource& s = model_.source; s.fault_current) {
        const double ratio = t.low / t.high;
        const double ohm = s.fault_v.value() / std::numbers::sqrt3 / s.fault_current->value();
        above = polar(ohm * ratio * ratio, std::atan(s.x_over_r));
    }
    source_y_ = inverse(from_sequence(own + above, own));
    const double e = model_.source.v.value() * t.low.value() / std::numbers::sqrt3;
    source_ = source_y_ * balanced(polar(e, source_angle));
    wires_.network().set_shunt(Network::root, source_y_);
    wires_.network().factorise();
}

void PublishedFeeder::set_minute(std::size_t minute) {
    for (Load& load : loads_) {
        const double watt = load.share * load.of->at(minute).value();
        load.s = {watt, watt * std::tan(std::acos(load.of->power_factor))};
    }
}

int PublishedFeeder::solve(double volt) {
    Network& network = wires_.network();
    constexpr int most = 100;
    if (!solved_) {
        network.clear_injections();
        network.injection(Network::root) = source_;
        network.solve();
        solved_ = true;
    }
    for (int passes = 1; passes <= most; ++passes) {
        for (const Load& load : loads_) network.injection(load.solved) = {};
        network.injection(Network::root) = source_;
        for (Load& load : loads_) {
            load.v = network.voltage(load.solved)[load.phase];
            network.injection(load.solved)[load.phase] -= conj(load.s / load.v);
        }
        network.solve();
        double moved = 0.0;
        for (const Load& load : loads_) {
            moved = std::fmax(moved, norm(network.voltage(load.solved)[load.phase] - load.v));
        }
        if (moved <= volt * volt) return passes;
    }
    return most;
}

Phasor3 PublishedFeeder::voltage(const std::string& bus) const {
    return wires_.voltage(at_.at(bus));
}

Phasor3 PublishedFeeder::current() const {
    return source_ - source_y_ * wires_.voltage(0);
}

Phasor3 PublishedFeeder::load_current(std::size_t bus) const {
    Phasor3 sum;
    for (const Load& load : loads_) {
        if (load.bus == bus) sum[load.phase] += conj(load.s / wires_.voltage(bus)[load.phase]);
    }
    return sum;
}

double PublishedFeeder::mismatch() const {
    std::vector<Phasor3> into(tree_.size());
    double worst = 0.0;
    for (std::size_t bus = tree_.size(); bus-- > 1;) {
        into[bus] += load_current(bus);
        const std::size_t up = tree_[bus].parent;
        const Phasor3 drop = tree_[bus].ohm * into[bus];
        worst =
            std::fmax(worst, largest_magnitude(wires_.voltage(up) - wires_.voltage(bus) - drop));
        into[up] += into[bus];
    }
    const Phasor3 off = current() - load_current(0) - into[0];
    return std::fmax(worst, largest_magnitude(inverse(source_y_) * off));
}

}  // namespace islandbench::plant
