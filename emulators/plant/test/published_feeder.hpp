#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/feeder/files.hpp"
#include "emulators/plant/tree_reduction.hpp"

namespace islandbench::plant {

std::vector<FeederModel> feeders_in(const std::string& folder, Diagnostics& problems);

/// Power flow of a feeder with constant-power loads, as test feeders are published: everything at
/// the low-voltage bus that the transformer feeds is linear, loads are currents that iterate from
/// the last solution.
class PublishedFeeder {
  public:
    /// `source_angle`: of phase a without load, radians. Dyn1 turns it by -30 degrees.
    PublishedFeeder(const FeederModel& model, double source_angle);

    PublishedFeeder(const PublishedFeeder&) = delete;
    PublishedFeeder& operator=(const PublishedFeeder&) = delete;

    /// Constant loads stand as in the model; those with a day as in its minute, from 0.
    void set_minute(std::size_t minute);
    /// Passes until no load's voltage moves by `volt`.
    int solve(double volt);
    /// The next solution begins from the voltages without load.
    void forget() noexcept { solved_ = false; }

    /// Of any bus of the feeder.
    [[nodiscard]] Phasor3 voltage(const std::string& bus) const;
    /// From the transformer into the feeder, its loads at its own bus included.
    [[nodiscard]] Phasor3 current() const;
    /// Kirchhoff's and Ohm's laws over all buses of the feeder, not only those that were solved.
    [[nodiscard]] double mismatch() const;
    [[nodiscard]] std::size_t buses() const noexcept { return tree_.size(); }
    [[nodiscard]] const std::map<std::string, std::size_t>& names() const noexcept { return at_; }
    [[nodiscard]] const TreeReduction& wires() const noexcept { return wires_; }

  private:
    struct Load {
        std::size_t bus = 0;  ///< of the tree
        Network::Bus solved = 0;
        std::size_t phase = 0;
        const FeederLoad* of = nullptr;
        double share = 1.0;
        Phasor s;  ///< consumption, VA
        Phasor v;  ///< that its current was reckoned from
    };
    void feed(double source_angle);
    TreeReduction reduce();
    [[nodiscard]] Phasor3 load_current(std::size_t bus) const;

    FeederModel model_;
    std::map<std::string, std::size_t> at_;
    std::vector<TreeReduction::Branch> tree_;
    std::vector<Load> loads_;
    TreeReduction wires_;
    Matrix3 source_y_;
    Phasor3 source_;  ///< Norton current at the transformer's bus
    bool solved_ = false;
};

}  // namespace islandbench::plant
