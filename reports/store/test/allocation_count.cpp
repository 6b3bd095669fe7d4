#include "reports/store/test/allocation_count.hpp"

#include <cstdlib>
#include <new>

// In a file of its own: where the compiler can look into one of a pair, it warns of the other.
namespace {
std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t& /*unused*/) noexcept {
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

std::size_t islandbench::reports::allocation_count() {
    return allocations;
}
