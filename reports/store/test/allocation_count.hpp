#pragma once

#include <cstddef>

namespace islandbench::reports {

/// How often this program has called operator new so far.
std::size_t allocation_count();

}  // namespace islandbench::reports
