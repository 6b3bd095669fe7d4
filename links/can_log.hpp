#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <list>
#include <memory>
#include <string>

#include "base/task.hpp"
#include "links/can_bus.hpp"

namespace islandbench::links {

/// Listens to buses and writes what they carry into one file, in the format of candump -L:
/// canplayer, log2asc and python-can read it. Stamps count from the start of the story; what was on
/// a bus before is left out. In memory waits no more than the file's buffer of 64 KiB.
///
/// The first thing that goes wrong on disk ends the writing: every later flush() reports it.
class CanLog {
  public:
    /// Makes the file. Fails, naming it, also when there is one.
    static Result<std::unique_ptr<CanLog>> create(const std::filesystem::path& file,
                                                  Scheduler& clock);

    /// Hears a bus through a port of its own; `name` stands for the interface. Blanks, which would
    /// end the name, become '_'. The bus outlives the log.
    void listen(std::string name, std::unique_ptr<CanPort> port);

    /// Puts everything so far into the file.
    Result<void> flush();
    [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }

  private:
    using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

    CanLog(std::filesystem::path path, File file, Scheduler& clock);
    Task<> write_all(std::string name, CanPort& port);

    std::filesystem::path path_;
    File file_;
    int failed_ = 0;  ///< errno of the first failure
    std::uint64_t frames_ = 0;
    std::list<std::unique_ptr<CanPort>> ports_;
    TaskGroup listeners_;  // dies first: its tasks use the rest
};

}  // namespace islandbench::links
