#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "dispatch/core/test/street.hpp"

namespace {
std::size_t allocations = 0;
}  // namespace

// Counts what this test program takes from the heap.
void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}

namespace islandbench::dispatch::core {
namespace {

TEST(Allocation, AStepTakesNothingFromTheHeapInAnyState) {
    static_assert(noexcept(step(std::declval<const Config&>(), std::declval<const SiteIn&>(), {},
                                {}, std::declval<State&>(), {}, {}, std::declval<SiteOut&>())));
    test::Street street;
    street.add_former(100000, 250000, 600);
    for (int i = 0; i < 60; ++i) street.add_hybrid(static_cast<std::uint8_t>(i % 3), 600);
    for (int h = 0; h < 36; ++h) {
        street.add_home(static_cast<std::uint8_t>(h % 3), {100, 100, 500, 500, 2000});
    }
    const std::size_t before = allocations;

    street.to_grid();
    street.to_island();
    street.set_former(0, {60000, 20000, 20000});
    street.run(20000);
    street.grid_back();
    street.site.permit_reclose = true;
    street.run(2000);

    EXPECT_EQ(allocations, before);
    EXPECT_EQ(street.state.fsm, FsmState::syncing);
}

}  // namespace
}  // namespace islandbench::dispatch::core
