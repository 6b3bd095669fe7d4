#pragma once

#include <string>

#include "bench/scenario.hpp"

namespace islandbench::bench {

/// "home1.bms is wrong from now on: reports a state of charge 15 points higher": for people.
std::string fault_words(const FaultStep& fault);

}  // namespace islandbench::bench
