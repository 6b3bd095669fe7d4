#pragma once

#include <cstddef>

namespace islandbench {

/// Memory for coroutine frames: free lists by size class, so that a running bench asks the heap for
/// nothing. One pool per thread; a frame must die on the thread that made it.
class FramePool {
  public:
    static void* allocate(std::size_t size);
    static void release(void* frame, std::size_t size) noexcept;
    /// How many blocks this thread has taken from the heap so far: constant once a run is warm.
    static std::size_t blocks_from_heap() noexcept;
};

}  // namespace islandbench
