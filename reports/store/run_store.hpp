#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/signals.hpp"
#include "base/time.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// Keeps a run in `<folder>/run.sqlite` while it goes on. The bench does not use it directly: it
/// hands it to a Recorder, which decides what is worth keeping.
///
/// The first thing that goes wrong on disk ends the recording: every later call is a no-op and
/// reports that first error, which names the file. What was committed before stays readable.
class RunStore {
  public:
    /// Makes the folder and the file, and writes the header and the table of signals: all signals
    /// must be there. Fails, naming the path, rather than touch a folder with something in it.
    /// From now on a file size limit (ulimit -f) is an error, no longer a signal that kills.
    static Result<RunStore> create(const std::filesystem::path& folder, const RunHeader& header,
                                   const Signals& signals);
    ~RunStore();
    RunStore(RunStore&&) noexcept;
    RunStore& operator=(RunStore&&) noexcept;

    /// Adds a sample, in the order (time, signal), each pair once. Does not allocate; every 32,768
    /// samples it packs a chunk and hands it to SQLite.
    void append(SignalId signal, Instant t, double value) noexcept;
    /// Adds an event, in the order of time.
    void add_event(Instant t, std::string_view name, std::string_view detail = {});

    /// Puts everything so far on the disk. A process killed after this loses nothing of it; with
    /// RunHeader::hardware power may go too.
    Result<void> commit();

    /// Writes what is known at the end, leaves SQLite's WAL mode, closes the file, and returns the
    /// trace hash. Whoever moves from here on gets the error "closed".
    Result<std::string> finish(const RunEnd& end);

    [[nodiscard]] const std::filesystem::path& folder() const noexcept;

  private:
    struct Writer;
    explicit RunStore(std::unique_ptr<Writer> writer);
    std::unique_ptr<Writer> writer_;
};

}  // namespace islandbench::reports
