#pragma once

#include <cstddef>
#include <vector>

#include "emulators/plant/network.hpp"

namespace islandbench::plant {

/// A feeder as built has a bus at every joint. Most carry nothing: what matters is where something
/// is connected, and where the tree forks. This makes the Network of those buses alone, and knows
/// the voltages of all others from its solution. Nothing is lost:
/// - a bus with one branch below and nothing connected is merged: its two branches become one with
///   the sum of their impedances (of different cables, maybe), and its voltage follows from the
///   current through them;
/// - a branch with nothing connected below carries no current: the voltage there is its parent's.
class TreeReduction {
  public:
    /// The branch above a bus. Parents come before their children; tree[0] is the root, whose
    /// branch is not looked at.
    struct Branch {
        std::size_t parent = 0;
        Matrix3 ohm;
    };

    /// `connected`: something is at that bus, or a switch is in the branch above it (its parent
    /// then counts as connected, too).
    TreeReduction(const std::vector<Branch>& tree, const std::vector<char>& connected);

    [[nodiscard]] Network& network() noexcept { return network_; }
    [[nodiscard]] const Network& network() const noexcept { return network_; }
    /// The network's bus of a connected bus of the tree.
    [[nodiscard]] Network::Bus bus(std::size_t of) const;
    /// Of any bus of the tree, in the network's last solution.
    [[nodiscard]] Phasor3 voltage(std::size_t of) const noexcept;
    /// Of all buses of the tree at once; `all` has room for them.
    void voltages(std::vector<Phasor3>& all) const noexcept;

  private:
    /// V = V(above) - ohm I, I into the network's branch above `below`. `above` and `below` are
    /// one, and ohm is nothing, where the bus is the network's own.
    struct Place {
        Network::Bus above = Network::root, below = Network::root;
        Matrix3 ohm;
    };
    Network network_;
    std::vector<Place> places_;
    std::vector<char> own_;  ///< is a bus of the network
};

}  // namespace islandbench::plant
