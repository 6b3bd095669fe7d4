#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>

#include "base/assert.hpp"

namespace islandbench {

/// A vector that lives in place and holds at most `bound` elements: what a protocol limits needs no
/// heap. Growing past the bound is our own bug; check what comes from a wire before it gets here.
template <class T, std::size_t bound>
class BoundedVector {
  public:
    using value_type = T;
    using iterator = T*;
    using const_iterator = const T*;

    constexpr BoundedVector() = default;
    constexpr BoundedVector(std::initializer_list<T> items) {
        append(std::span<const T>(items.begin(), items.size()));
    }
    constexpr explicit BoundedVector(std::span<const T> items) { append(items); }

    static constexpr std::size_t max_size() noexcept { return bound; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] constexpr T* data() noexcept { return items_.data(); }
    [[nodiscard]] constexpr const T* data() const noexcept { return items_.data(); }
    [[nodiscard]] constexpr iterator begin() noexcept { return items_.data(); }
    [[nodiscard]] constexpr iterator end() noexcept { return items_.data() + size_; }
    [[nodiscard]] constexpr const_iterator begin() const noexcept { return items_.data(); }
    [[nodiscard]] constexpr const_iterator end() const noexcept { return items_.data() + size_; }

    [[nodiscard]] constexpr T& operator[](std::size_t i) {
        IB_ASSERT(i < size_);
        return items_[i];
    }
    [[nodiscard]] constexpr const T& operator[](std::size_t i) const {
        IB_ASSERT(i < size_);
        return items_[i];
    }

    constexpr void push_back(T item) {
        IB_ASSERT(size_ < bound);
        items_[size_++] = item;
    }
    constexpr void append(std::span<const T> items) {
        IB_ASSERT(items.size() <= bound - size_);
        std::copy(items.begin(), items.end(), end());
        size_ += items.size();
    }
    /// New elements are T{}.
    constexpr void resize(std::size_t size) {
        IB_ASSERT(size <= bound);
        if (size > size_) std::fill(items_.begin() + size_, items_.begin() + size, T{});
        size_ = size;
    }

    friend constexpr bool operator==(const BoundedVector& a, const BoundedVector& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

  private:
    std::array<T, bound> items_{};
    std::size_t size_ = 0;
};

}  // namespace islandbench
