#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// Opens a run folder (or its run.sqlite) without changing a byte of it. A finished run is read in
/// place, also from read-only media. An unfinished one - killed, or still going - is read from a
/// private copy, because SQLite would fold its -wal file into the original.
///
///     auto reader = RunReader::open("runs/2026-11-21-outage");
///     if (!reader) return complain(reader.error());
///     const auto record = reader->read();          // everything, in memory: 16 bytes a sample
///     const auto some = reader->read([](std::string_view name) { return name == "truth.island.f";
///     }); if (auto good = reader->verify(); !good) ...  // somebody or something changed the file
///
/// Damage of any kind is an error that names the file, never a crash.
class RunReader {
  public:
    static Result<RunReader> open(const std::filesystem::path& folder);
    ~RunReader();
    RunReader(RunReader&&) noexcept;
    RunReader& operator=(RunReader&&) noexcept;

    /// The run was closed properly; else verdicts, links and figures are empty.
    [[nodiscard]] bool finished() const noexcept;

    using Filter = std::function<bool(std::string_view signal)>;
    /// The run, with the samples of the signals that `wanted` names (all, without a filter).
    Result<RunRecord> read(const Filter& wanted = {}) const;

    /// What was recorded, by SignalId.
    Result<std::vector<SignalInfo>> signals() const;
    /// Hands over all samples in the order of their times, one chunk in memory at a time.
    using TakeSample = std::function<void(Instant at, SignalId signal, double value)>;
    Result<void> replay(const TakeSample& take) const;

    /// Computes the trace hash of what is in the file.
    Result<std::string> trace_hash() const;
    /// Nothing was changed since the run was closed, as far as its own hashes tell: the seal, the
    /// inputs, the samples, and the verdict of the run. The error says all that does not fit. An
    /// unfinished run has no seal: error "not available".
    Result<void> verify() const;

  private:
    struct File;
    explicit RunReader(std::unique_ptr<File> file);
    std::unique_ptr<File> file_;
};

}  // namespace islandbench::reports
