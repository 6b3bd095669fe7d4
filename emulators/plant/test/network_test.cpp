#include "emulators/plant/network.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "emulators/plant/test/dense_solution.hpp"

namespace islandbench::plant {
namespace {

constexpr Phasor e{230.0, 0.0};

/// A stiff voltage at the root: Norton equivalent of `e` behind z1, z0.
void feed(Network& network, Phasor z1, Phasor z0) {
    const Matrix3 y = inverse(from_sequence(z1, z0));
    network.set_shunt(Network::root, y);
    network.injection(Network::root) = y * balanced(e);
}

TEST(Network, TwoBusesByHand) {
    // 230 V behind 0.1 ohm, a line of 0.4 + j0.3 ohm, a balanced load of 10 ohm per phase:
    // V = 230 * 10 / (10.5 + j0.3).
    Network network;
    const auto load = network.add_bus(Network::root, from_sequence({0.4, 0.3}, {0.4, 0.3}));
    feed(network, {0.1, 0.0}, {0.1, 0.0});
    network.set_shunt(load, diagonal(Phasor{0.1, 0.0}));

    network.factorise();
    network.solve();

    const Phasor expected = e * Phasor{10.0, 0.0} / Phasor{10.5, 0.3};
    EXPECT_LT(abs(network.voltage(load)[0] - expected), 1e-5);
    EXPECT_LT(abs(network.branch_current(load)[0] - 0.1 * expected), 1e-4);
    EXPECT_LT(abs(network.voltage(load)[1] - expected * conj(turn_120)), 1e-4);
}

TEST(Network, SinglePhaseLoadSeesTheLoopOfPhaseAndNeutral) {
    // One loaded phase: its loop is (2 z1 + z0) / 3, and the others move by (z0 - z1) / 3 times the
    // current.
    const Phasor z1{0.4, 0.1};
    const Phasor z0{1.6, 0.4};
    Network network;
    const auto load = network.add_bus(Network::root, from_sequence(z1, z0));
    feed(network, {1e-6, 0.0}, {1e-6, 0.0});
    network.set_shunt(load, diagonal({{0.1, 0.0}, {}, {}}));

    network.factorise();
    network.solve();

    const Phasor self = (1.0 / 3.0) * (2.0 * z1 + z0);
    const Phasor mutual = (1.0 / 3.0) * (z0 - z1);
    const Phasor current = e / (Phasor{10.0, 0.0} + self);
    EXPECT_LT(abs(network.voltage(load)[0] - 10.0 * current), 1e-3);
    EXPECT_LT(abs(network.voltage(load)[1] - (e * conj(turn_120) - mutual * current)), 1e-3);
}

TEST(Network, FourBusesInARowDropInAStraightLine) {
    // The same current through three equal lines: equal drops.
    Network network;
    const Matrix3 line = from_sequence({0.2, 0.1}, {0.2, 0.1});
    const auto b1 = network.add_bus(Network::root, line);
    const auto b2 = network.add_bus(b1, line);
    const auto b3 = network.add_bus(b2, line);
    feed(network, {1e-6, 0.0}, {1e-6, 0.0});
    network.injection(b3) = balanced({-20.0, 5.0});

    network.factorise();
    network.solve();

    const Phasor drop = Phasor{0.2, 0.1} * Phasor{20.0, -5.0};
    EXPECT_LT(abs(network.voltage(b1)[0] - (e - drop)), 1e-3);
    EXPECT_LT(abs(network.voltage(b2)[0] - (e - 2.0 * drop)), 1e-3);
    EXPECT_LT(abs(network.voltage(b3)[0] - (e - 3.0 * drop)), 1e-3);
}

TEST(Network, BranchWithoutImpedanceJoinsItsBuses) {
    Network network;
    const auto joined = network.add_bus(Network::root, Matrix3{});
    feed(network, {0.1, 0.0}, {0.1, 0.0});
    network.set_shunt(joined, diagonal(Phasor{0.1, 0.0}));

    network.factorise();
    network.solve();

    EXPECT_EQ(network.voltage(joined), network.voltage(Network::root));
    EXPECT_NEAR(abs(network.branch_current(joined)[0]), 230.0 / 10.1, 1e-4);
}

TEST(Network, OpenBranchMakesTwoNetworksOfOne) {
    Network network;
    const auto street = network.add_bus(Network::root, Matrix3{});
    feed(network, {0.1, 0.0}, {0.1, 0.0});
    network.set_shunt(street, diagonal(Phasor{0.5, 0.0}));
    network.set_closed(street, false);

    network.factorise();
    network.solve();
    EXPECT_LT(largest_magnitude(network.voltage(street)), 1e-12);
    EXPECT_EQ(network.branch_current(street), Phasor3{});

    network.injection(street) = balanced({10.0, 0.0});  // a source of its own
    network.solve();
    EXPECT_NEAR(network.voltage(street)[0].re, 20.0, 1e-4);
    EXPECT_NEAR(network.voltage(Network::root)[0].re, 230.0, 1e-4);
}

/// A random tree with loads of all kinds on single phases, sources in several places and some
/// branches open.
struct RandomTree {
    explicit RandomTree(std::uint64_t seed) : random(seed, "tree") {
        const auto buses = static_cast<std::size_t>(random.uniform(2.0, 40.0));
        for (std::size_t bus = 0; bus < buses; ++bus) {
            add(bus);
            source(bus);
        }
        network.factorise();
    }

    Phasor some(double re, double im) {
        return {random.uniform(0.1, 1.0) * re, random.uniform(-1.0, 1.0) * im};
    }

    void add(std::size_t bus) {
        DenseNetwork::Branch branch;
        if (bus > 0) {
            branch.parent = static_cast<std::size_t>(random.uniform(0.0, static_cast<double>(bus)));
            const Phasor z1 = some(0.05, 0.05);
            branch.ohm = from_sequence(z1, z1 + some(0.2, 0.1));
            branch.closed = !random.chance(0.15);
            (void)network.add_bus(branch.parent, branch.ohm);
            network.set_closed(bus, branch.closed);
        }
        branches.push_back(branch);
    }

    void source(std::size_t bus) {
        Matrix3 y = diagonal({some(0.1, 0.05), some(0.1, 0.05), some(0.1, 0.05)});
        Phasor3 j{some(20.0, 10.0), {}, some(-5.0, 5.0)};
        if (random.chance(0.3)) {
            const Matrix3 norton = inverse(from_sequence(some(0.2, 0.8), some(0.1, 0.4)));
            y += norton;
            j += norton * balanced(polar(random.uniform(200.0, 250.0), random.uniform(-3.0, 3.0)));
        }
        shunts.push_back(y);
        injections.push_back(j);
        network.set_shunt(bus, y);
        network.injection(bus) = j;
    }

    Random random;
    Network network;
    std::vector<DenseNetwork::Branch> branches;
    std::vector<Matrix3> shunts;
    std::vector<Phasor3> injections;
};

TEST(Network, AgreesWithTheDenseSolutionOnRandomTrees) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        RandomTree tree(seed);
        tree.network.solve();
        const auto expected = DenseNetwork(tree.branches, tree.shunts).solve(tree.injections);

        double worst = 0.0;
        for (std::size_t bus = 0; bus < expected.size(); ++bus) {
            worst = std::fmax(worst, largest_magnitude(tree.network.voltage(bus) - expected[bus]));
        }
        EXPECT_LT(worst, 1e-8) << "seed " << seed << ", " << expected.size() << " buses";
        EXPECT_LT(tree.network.mismatch(), 1e-8);
    }
}

TEST(Network, DrivingPointIsTheChangePerAmpere) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RandomTree tree(seed);
        const Network::Bus bus = tree.network.size() - 1;
        tree.network.solve();
        const Phasor3 before = tree.network.voltage(bus);
        const Matrix3 impedance = tree.network.driving_point(bus);
        const Phasor3 more{{3.0, 1.0}, {-2.0, 0.0}, {0.0, 4.0}};

        tree.network.injection(bus) += more;
        tree.network.solve();

        const Phasor3 expected = before + impedance * more;
        EXPECT_LT(largest_magnitude(tree.network.voltage(bus) - expected), 1e-8) << seed;
    }
}

TEST(Network, MismatchSeesAWrongVoltage) {
    // The check that other tests lean on can fail: a change of the elements without new factors.
    RandomTree tree(5);
    tree.network.solve();
    tree.network.injection(0) += balanced({1.0, 0.0});
    EXPECT_GT(tree.network.mismatch(), 1e-3);
}

}  // namespace
}  // namespace islandbench::plant
