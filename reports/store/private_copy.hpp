#pragma once

#include <filesystem>
#include <utility>

#include "base/result.hpp"

namespace islandbench::reports {

/// A finished run is one SQLite file in rollback mode with no journal of either kind beside it.
Result<bool> is_closed(const std::filesystem::path& file);

/// A copy of an unfinished run with its journals, in a folder of its own that goes with the object.
/// Opening the original would fold its -wal into it and so destroy evidence.
class PrivateCopy {
  public:
    /// Also while the bench still writes: its main file changes only at a checkpoint, and a copy
    /// that one fell into is made again.
    static Result<PrivateCopy> of(const std::filesystem::path& file);
    ~PrivateCopy();
    PrivateCopy(PrivateCopy&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
    PrivateCopy& operator=(PrivateCopy&& other) noexcept {
        std::swap(folder_, other.folder_);
        return *this;
    }

    [[nodiscard]] std::filesystem::path file() const;

  private:
    explicit PrivateCopy(std::filesystem::path folder) : folder_(std::move(folder)) {}
    std::filesystem::path folder_;
};

}  // namespace islandbench::reports
