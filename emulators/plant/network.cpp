#include "emulators/plant/network.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace islandbench::plant {
namespace {

constexpr Phasor leak{Network::leak_siemens, 0.0};
constexpr Matrix3 leak_matrix = diagonal(leak);

}  // namespace

Network::Network() {
    (void)add_bus(root, Matrix3{});
    closed_[root] = 0;
}

Network::Bus Network::add_bus(Bus parent, const Matrix3& ohm) {
    const Bus bus = size();
    IB_ASSERT(bus == root || parent < bus);
    parent_.push_back(parent);
    closed_.push_back(1);
    series_.push_back(ohm);
    shunt_.push_back(leak_matrix);
    injection_.emplace_back();
    voltage_.emplace_back();
    subtree_.emplace_back();
    transfer_.emplace_back();
    response_.emplace_back();
    gathered_.emplace_back();
    stale_ = true;
    return bus;
}

void Network::set_closed(Bus bus, bool closed) {
    IB_ASSERT(bus != root && bus < size());
    closed_[bus] = closed ? 1 : 0;
    stale_ = true;
}

void Network::set_shunt(Bus bus, const Matrix3& siemens) {
    IB_ASSERT(bus < size());
    shunt_[bus] = siemens + leak_matrix;
    stale_ = true;
}

void Network::factorise() {
    std::copy(shunt_.begin(), shunt_.end(), subtree_.begin());
    for (Bus bus = size(); bus-- > 0;) {
        if (closed_[bus]) {
            transfer_[bus] = inverse(identity() + series_[bus] * subtree_[bus]);
            response_[bus] = transfer_[bus] * series_[bus];
            subtree_[parent_[bus]] += subtree_[bus] * transfer_[bus];
        } else {
            transfer_[bus] = Matrix3{};
            response_[bus] = inverse(subtree_[bus]);
        }
    }
    stale_ = false;
}

void Network::solve() {
    IB_ASSERT(!stale_);
    std::copy(injection_.begin(), injection_.end(), gathered_.begin());
    for (Bus bus = size(); bus-- > 1;) {
        if (closed_[bus]) {
            gathered_[parent_[bus]] += transposed_times(transfer_[bus], gathered_[bus]);
        }
    }
    voltage_[root] = response_[root] * gathered_[root];
    for (Bus bus = 1; bus < size(); ++bus) {
        voltage_[bus] = transfer_[bus] * voltage_[parent_[bus]] + response_[bus] * gathered_[bus];
    }
}

void Network::clear_injections() noexcept {
    std::fill(injection_.begin(), injection_.end(), Phasor3{});
}

void Network::turn(Phasor root_by, Phasor rest_by) noexcept {
    for (Bus bus = 0; bus < size(); ++bus) {
        const Phasor by = bus == root ? root_by : rest_by;
        injection_[bus] = by * injection_[bus];
        voltage_[bus] = by * voltage_[bus];
        gathered_[bus] = by * gathered_[bus];
    }
}

Phasor3 Network::branch_current(Bus bus) const noexcept {
    if (!closed_[bus]) return {};
    return subtree_[bus] * voltage_[bus] - gathered_[bus];
}

Matrix3 Network::driving_point(Bus bus) const noexcept {
    // V = transfer V_parent + response J, and the parent sees J through transfer^T; both unrolled
    // along the path, the part above in `seen`:  Z = response + transfer Z_parent transfer^T.
    Matrix3 impedance = response_[bus];
    Matrix3 seen = transfer_[bus];
    for (Bus at = bus; closed_[at];) {
        at = parent_[at];
        impedance += seen * response_[at] * transposed(seen);
        seen = seen * transfer_[at];
    }
    return impedance;
}

double Network::mismatch() const {
    std::vector<Phasor3> into(size());  // current from the parent, summed from the leaves
    double worst = 0.0;
    for (Bus bus = size(); bus-- > 0;) {
        into[bus] += shunt_[bus] * voltage_[bus] - injection_[bus];
        if (!closed_[bus]) {
            worst = std::max(worst, largest_magnitude(response_[bus] * into[bus]));
            continue;
        }
        const Phasor3 drop = series_[bus] * into[bus];
        const Phasor3 off = voltage_[parent_[bus]] - voltage_[bus] - drop;
        worst = std::max(worst, largest_magnitude(off));
        into[parent_[bus]] += into[bus];
    }
    return worst;
}

}  // namespace islandbench::plant
