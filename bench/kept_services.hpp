#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "dispatch/loop/dispatch_loop.hpp"

namespace islandbench::bench {

/// Keeps in a file what services must not forget when the process ends, however it ends: a new text
/// is written beside the old one, put on the disk, and takes its place in one move.
class KeptServices {
  public:
    /// In simulated time no time passes between two processes.
    KeptServices(std::filesystem::path path, dispatch::DispatchLoop& loop, bool on_wall)
        : path_(std::move(path)), loop_(loop), on_wall_(on_wall) {}

    /// Gives the loop, which has not begun, what the file holds. A file that cannot be understood
    /// is put aside ("<file>.unreadable"), and the services begin locked. Returns what a person
    /// should know of that, or nothing. Io: there can be no file.
    Result<std::string> take_up(Instant now);

    /// After a tick. Writes at once what was counted, and the rest once in a minute.
    Result<void> keep(Instant now);
    /// At the end.
    Result<void> write(Instant now);

  private:
    [[nodiscard]] std::int64_t wall_s() const noexcept;

    std::filesystem::path path_;
    dispatch::DispatchLoop& loop_;
    bool on_wall_;
    std::uint64_t steps_ = 0;
    std::optional<dispatch::core::ServiceState> written_;
    Instant due_{};
};

}  // namespace islandbench::bench
