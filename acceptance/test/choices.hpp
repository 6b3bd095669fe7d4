#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace islandbench::acceptance::test {

/// Random choices out of a list of bytes. rapidcheck makes the list, and makes it shorter and its
/// bytes smaller where a test fails: behind its end, and where it is 0, every choice is the
/// simplest one, so that formula and trace shrink with it.
class Choices {
  public:
    explicit Choices(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

    /// In [0, 1).
    double uniform() { return next() / 256.0; }
    bool chance(double probability) { return uniform() >= 1.0 - probability; }

  private:
    std::uint8_t next() { return at_ < bytes_.size() ? bytes_[at_++] : std::uint8_t{0}; }

    std::vector<std::uint8_t> bytes_;
    std::size_t at_ = 0;
};

}  // namespace islandbench::acceptance::test
