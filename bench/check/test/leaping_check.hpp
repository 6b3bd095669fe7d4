#pragma once

#include <set>
#include <string>
#include <vector>

#include "bench/check/solo_part.hpp"
#include "conformance/rules.hpp"

/// One emulated device and its check, both on loopback TCP in this process; time leaps.
namespace islandbench::bench::test {

struct Checked {
    bool ended = false;
    std::vector<conformance::Judged> judged;
    std::set<std::string> found;  ///< rules
    std::vector<conformance::Write> writes;
    std::ptrdiff_t silences = 0;
    bool device_written = false;  ///< it has carried out a write
};

/// `armed`: by the name "device". Fails the test where the device cannot be served.
Checked check_alone(const RunFiles& street, const SoloSpec& spec, bool patient, bool armed = true);

/// The clean device: no rule finds anything, each is asked but for those in `not_asked`, and all
/// that was written is set back.
void expect_nothing_found(const Checked& clean, const std::set<std::string>& not_asked);

}  // namespace islandbench::bench::test
