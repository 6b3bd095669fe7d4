#include "emulators/plant/tree_reduction.hpp"

#include "base/assert.hpp"

namespace islandbench::plant {

TreeReduction::TreeReduction(const std::vector<Branch>& tree, const std::vector<char>& connected)
    : places_(tree.size()), own_(tree.size()) {
    IB_ASSERT(!tree.empty() && connected.size() == tree.size());
    // From the leaves: where anything is connected at or below, and through how many branches.
    std::vector<char> alive(connected);
    std::vector<int> ways(tree.size());
    for (std::size_t k = tree.size(); k-- > 1;) {
        IB_ASSERT(tree[k].parent < k);
        if (!alive[k]) continue;
        alive[tree[k].parent] = 1;
        ++ways[tree[k].parent];
    }
    // From the root: the buses that stay, and what lies between them.
    own_[0] = 1;
    for (std::size_t k = 1; k < tree.size(); ++k) {
        const std::size_t up = tree[k].parent;
        Place& place = places_[k];
        place = places_[up];
        if (!alive[k]) continue;
        if (own_[up]) place = {places_[up].below, places_[up].below, Matrix3{}};
        place.ohm += tree[k].ohm;
        own_[k] = connected[k] || ways[k] > 1;
        if (!own_[k]) continue;
        const Network::Bus bus = network_.add_bus(place.above, place.ohm);
        place = {bus, bus, Matrix3{}};
    }
    // From the leaves again: a merged bus learns which branch it lies in, and what hangs dead on it
    // with it.
    for (std::size_t k = tree.size(); k-- > 1;) {
        const std::size_t up = tree[k].parent;
        if (alive[k] && !own_[up]) places_[up].below = places_[k].below;
    }
    for (std::size_t k = 1; k < tree.size(); ++k) {
        if (!alive[k]) places_[k] = places_[tree[k].parent];
    }
}

Network::Bus TreeReduction::bus(std::size_t of) const {
    IB_ASSERT(own_[of]);
    return places_[of].below;
}

Phasor3 TreeReduction::voltage(std::size_t of) const noexcept {
    const Place& place = places_[of];
    if (place.above == place.below) return network_.voltage(place.below);
    return network_.voltage(place.above) - place.ohm * network_.branch_current(place.below);
}

void TreeReduction::voltages(std::vector<Phasor3>& all) const noexcept {
    IB_ASSERT(all.size() == places_.size());
    // The buses that were merged into one branch mostly follow each other.
    Network::Bus branch = Network::root;
    Phasor3 current;
    for (std::size_t k = 0; k < places_.size(); ++k) {
        const Place& place = places_[k];
        const Phasor3& above = network_.voltage(place.above);
        if (place.above == place.below) {
            all[k] = above;
            continue;
        }
        if (place.below != branch) current = network_.branch_current(branch = place.below);
        all[k] = above - place.ohm * current;
    }
}

}  // namespace islandbench::plant
