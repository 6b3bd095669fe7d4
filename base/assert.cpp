#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace islandbench {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
    std::fprintf(stderr, "islandbench: broken promise in %s:%d: %s\n", file, line, expression);
    std::abort();
}

}  // namespace islandbench
