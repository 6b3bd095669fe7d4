#pragma once

#include <cstddef>

namespace islandbench::plant {

/// Calls of operator new in this test program so far.
std::size_t allocations() noexcept;

}  // namespace islandbench::plant
