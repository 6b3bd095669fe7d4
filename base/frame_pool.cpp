#include "base/frame_pool.hpp"

#include <array>
#include <new>
#include <vector>

namespace islandbench {
namespace {

constexpr std::size_t granule = 64;
constexpr std::size_t classes = 64;  // frames up to 4 KiB are pooled

struct FreeBlock {
    FreeBlock* next;
};

struct Pool {
    std::array<FreeBlock*, classes + 1> free{};
    std::size_t blocks = 0;

    ~Pool() {
        for (FreeBlock* block : free) {
            while (block != nullptr) {
                FreeBlock* next = block->next;
                ::operator delete(block);
                block = next;
            }
        }
    }
};

Pool& pool() {
    thread_local Pool instance;
    return instance;
}

constexpr std::size_t class_of(std::size_t size) {
    return (size + granule - 1) / granule;
}

}  // namespace

void* FramePool::allocate(std::size_t size) {
    const std::size_t index = class_of(size);
    Pool& own = pool();
    if (index > classes) {
        ++own.blocks;
        return ::operator new(size);
    }
    if (FreeBlock* block = own.free[index]) {
        own.free[index] = block->next;
        return block;
    }
    ++own.blocks;
    return ::operator new(index* granule);
}

void FramePool::release(void* frame, std::size_t size) noexcept {
    const std::size_t index = class_of(size);
    if (index > classes) return ::operator delete(frame);
    Pool& own = pool();
    own.free[index] = ::new (frame) FreeBlock{own.free[index]};
}

std::size_t FramePool::blocks_from_heap() noexcept {
    return pool().blocks;
}

}  // namespace islandbench
