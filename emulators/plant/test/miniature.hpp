#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/site.hpp"
#include "emulators/plant/street.hpp"

/// The street in miniature and what the tests of this room do with it.
namespace islandbench::plant {

/// fixtures/sites/miniature.json as text. Tests change it as text and read it with
/// read_test_site().
std::string miniature_text();
/// `text` with the first `what` replaced; it must be there.
std::string replaced(std::string text, std::string_view what, std::string_view instead);
/// Reads and checks; a complaint is a failed test.
Site read_test_site(const std::string& text);
/// The miniature with every appliance always on, so that powers are known: about 1.1 kW in tiers
/// 0-3 and tier 4 of each home, 4.5 kW at the clinic.
Site quiet_miniature();
/// The miniature without appliances and hybrids; the clinic draws 1 W per phase. What the street
/// carries is what a test switches on.
Site bare_miniature();
/// A start with no wander, so that the grid is exactly at `f`.
StreetStart quiet_start(double f = 50.0);

/// Steps for so long.
void run(Street& street, Duration d);
/// A street that has left the grid on request and has come to rest.
Street islanded(const Site& site, StreetStart start = quiet_start());
/// Mean over a probe period of some number of the street.
template <class Number>
double mean(Street& street, Number number, Duration over = 400ms) {
    double sum = 0.0;
    const int steps = static_cast<int>(over / step);
    for (int k = 0; k < steps; ++k) {
        street.step();
        sum += number(street);
    }
    return sum / steps;
}
/// Steps until the condition holds, at most `limit`; the time it took, or nothing.
template <class Condition>
std::optional<Duration> run_until(Street& street, Duration limit, Condition condition) {
    const Instant from = street.now();
    while (street.now() - from < limit) {
        street.step();
        if (condition()) return street.now() - from;
    }
    return std::nullopt;
}

}  // namespace islandbench::plant
