#include "emulators/plant/tree_reduction.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "base/random.hpp"

namespace islandbench::plant {
namespace {

constexpr std::size_t none = 0;

TreeReduction::Branch below(std::size_t parent, double ohm) {
    return {parent, from_sequence({ohm, 0.4 * ohm}, {3.0 * ohm, ohm})};
}

TEST(TreeReduction, KeepsForksAndWhatIsConnected) {
    //  0 - 1 - 2 - 3 - 4     3 carries a load, 4 is a dead end, 2 forks to 5 - 6 with a load at 6
    //          \ 5 - 6       7 - 8 hang dead on 1
    const std::vector<TreeReduction::Branch> tree{below(none, 0), below(0, 0.1), below(1, 0.2),
                                                  below(2, 0.1),  below(3, 0.5), below(2, 0.3),
                                                  below(5, 0.1),  below(1, 0.2), below(7, 0.2)};
    TreeReduction wires(tree, {1, 0, 0, 1, 0, 0, 1, 0, 0});
    EXPECT_EQ(wires.network().size(), 4U) << "0, the fork at 2, and the loads at 3 and 6";
    EXPECT_EQ(wires.bus(0), Network::root);
    EXPECT_NE(wires.bus(3), wires.bus(6));

    Network& network = wires.network();
    network.set_shunt(Network::root, diagonal(Phasor{50.0, 0.0}));
    network.injection(Network::root) = balanced({50.0 * 230.0, 0.0});
    network.injection(wires.bus(3)) = {{-20.0, 0.0}, {}, {}};
    network.factorise();
    network.solve();
    EXPECT_EQ(wires.voltage(4), wires.voltage(3)) << "no current beyond the last load";
    EXPECT_EQ(wires.voltage(8), wires.voltage(1));
    // A third of the way from 0 to the fork, which both branches together are.
    const Phasor third = (2.0 / 3.0) * wires.voltage(0)[0] + (1.0 / 3.0) * wires.voltage(2)[0];
    EXPECT_LT(abs(wires.voltage(1)[0] - third), 1e-9);
    EXPECT_GT(abs(wires.voltage(0)[0] - wires.voltage(2)[0]), 1.0);
}

/// A tree with few things connected, switches among them, and the same tree with all its buses.
struct Pair {
    explicit Pair(std::uint64_t seed) : random(seed, "reduction") {
        const auto buses = static_cast<std::size_t>(random.uniform(2.0, 120.0));
        std::vector<char> connected(buses);
        connected[0] = 1;
        for (std::size_t k = 0; k < buses; ++k) {
            // Mostly in a row, as joints of a cable are; some cables have no impedance.
            const bool row = random.chance(0.8);
            const auto any = static_cast<std::size_t>(random.uniform(0.0, static_cast<double>(k)));
            const Phasor z1{random.uniform(0.0, 0.1), random.uniform(0.0, 0.05)};
            const Phasor z0 = z1 + Phasor{random.uniform(0.0, 0.3), random.uniform(0.0, 0.1)};
            tree.push_back({row && k > 0 ? k - 1 : any,
                            random.chance(0.1) ? Matrix3{} : from_sequence(z1, z0)});
            if (k > 0) (void)whole.add_bus(tree[k].parent, tree[k].ohm);
            if (random.chance(0.12)) connected[k] = 1;
            if (k > 0 && random.chance(0.05)) switches.push_back(k);
        }
        for (const std::size_t k : switches) connected[k] = connected[tree[k].parent] = 1;
        reduced.emplace(tree, connected);
        for (std::size_t k = 0; k < buses; ++k) {
            if (connected[k]) connect(k);
        }
    }

    void connect(std::size_t k) {
        const auto p = static_cast<std::size_t>(random.uniform(0.0, 3.0));
        Matrix3 y;
        y[p][p] = {random.uniform(0.0, 0.2), random.uniform(-0.1, 0.1)};
        Phasor3 j;
        j[p] = {random.uniform(-30.0, 10.0), random.uniform(-10.0, 10.0)};
        // Each part that a switch may make has a source of its own.
        const bool part = std::find(switches.begin(), switches.end(), k) != switches.end();
        if (k == 0 || part || random.chance(0.1)) {
            const Matrix3 norton = inverse(from_sequence({0.02, 0.1}, {0.05, 0.2}));
            y += norton;
            j += norton * balanced(polar(230.0, random.uniform(-0.05, 0.05)));
        }
        whole.set_shunt(k, y);
        whole.injection(k) = j;
        reduced->network().set_shunt(reduced->bus(k), y);
        reduced->network().injection(reduced->bus(k)) = j;
    }

    void solve() {
        for (Network* one : {&whole, &reduced->network()}) {
            one->factorise();
            one->solve();
        }
    }

    Random random;
    std::vector<TreeReduction::Branch> tree;
    std::vector<std::size_t> switches;
    Network whole;
    std::optional<TreeReduction> reduced;
};

/// The network's leak at each bus that is gone (network.hpp) makes this much on long thin cables.
constexpr double leaks_volt = 5e-5;

double worst_difference(const Pair& pair) {
    double worst = 0.0;
    std::vector<Phasor3> all(pair.tree.size());
    pair.reduced->voltages(all);
    for (std::size_t k = 0; k < pair.tree.size(); ++k) {
        EXPECT_EQ(all[k], pair.reduced->voltage(k));
        worst =
            std::fmax(worst, largest_magnitude(pair.whole.voltage(k) - pair.reduced->voltage(k)));
    }
    return worst;
}

TEST(TreeReduction, LosesNothingOnRandomTrees) {
    std::size_t buses = 0, kept = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Pair pair(seed);
        pair.solve();
        buses += pair.tree.size();
        kept += pair.reduced->network().size();
        EXPECT_LT(worst_difference(pair), leaks_volt) << "seed " << seed;
        EXPECT_LT(pair.reduced->network().mismatch(), 1e-7);

        for (const std::size_t k : pair.switches) {
            pair.whole.set_closed(k, false);
            pair.reduced->network().set_closed(pair.reduced->bus(k), false);
        }
        pair.solve();
        EXPECT_LT(worst_difference(pair), leaks_volt) << "open, seed " << seed;
    }
    EXPECT_LT(kept, buses / 2) << kept << " of " << buses;
}

TEST(TreeReduction, StandsWhenEverythingIsConnectedOrNothing) {
    const std::vector<TreeReduction::Branch> row{below(none, 0), below(0, 0.1), below(1, 0.1)};
    EXPECT_EQ(TreeReduction(row, {1, 1, 1}).network().size(), 3U);
    const TreeReduction bare(row, {1, 0, 0});
    EXPECT_EQ(bare.network().size(), 1U);
    EXPECT_EQ(bare.voltage(2), bare.network().voltage(Network::root));
}

}  // namespace
}  // namespace islandbench::plant
