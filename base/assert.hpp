#pragma once

namespace islandbench {

/// Prints the broken promise with its place and aborts. Never returns.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace islandbench

/// A promise that our own code keeps, checked in every build. Never for input from a file, a wire
/// or a user: those are Result, Diagnostics or Verdict. (A macro because clang 14 has no
/// source_location.)
#define IB_ASSERT(expression) \
    ((expression) ? void(0) : ::islandbench::assertion_failed(#expression, __FILE__, __LINE__))
