#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/signals.hpp"
#include "base/time.hpp"
#include "reports/store/run_store.hpp"

namespace islandbench::reports {

/// How much is kept.
struct RecorderPolicy {
    Duration resolution{1ms};  ///< at most one row per millisecond: the first tick in it
    Duration heartbeat{1s};    ///< every signal is written at the first row of a second
    Duration before{2s};       ///< full resolution so long before an event ...
    Duration after{2s};        ///< ... and after it
    double fine = 0.02;        ///< there, changes count beyond this share of a dead band
    /// Tests: a recorder that loses samples. None is lost where this is absent.
    using Loses = bool (*)(Instant at, SignalId signal);
    Loses loses = nullptr;
};

/// Decides which values are worth keeping, and keeps them. At the end of every tick:
///
///     Signals signals;                                   // all signals added, then:
///     auto store = RunStore::create("runs/outage-1", header, signals);
///     if (!store) return complain(store.error());
///     Recorder recorder(std::move(*store), signals);
///     recorder.describe("outage", "upstream break, 60 kW left on our side");
///     while (engine.tick()) {
///         recorder.record(engine.now());                 // each tick; never fails, never
///         allocates if (a_wall_second_has_passed()) {
///             if (auto kept = recorder.commit(); !kept) return stop(kept.error());
///         }
///     }
///     const auto trace = recorder.finish({.reason = EndReason::completed, .at = engine.now(),
///     ...}); const auto record = RunReader::open("runs/outage-1")->read();
///     write_reports("runs/outage-1", *record);
///
/// A signal is written when it has changed beyond its dead band, and once in every full second. In
/// the window around an event (an `event.` count that rises) changes are written beyond a fiftieth
/// of the dead band: what creeps, such as a state of charge, needs no thousand samples a second. A
/// value that has not changed is not written again, so between two samples a value holds.
///
/// Rows wait in memory for `before`, because an event may still make them matter; a bench that is
/// killed loses them. Memory: 16 bytes for each change within `before`.
class Recorder {
  public:
    /// `signals` is complete and outlives the recorder.
    Recorder(RunStore store, const Signals& signals, RecorderPolicy policy = {});
    /// Without finish() the run stays unfinished, with all its rows.
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Gives events of that name (without "event.") a text for people; no such event: nothing
    /// happens.
    void describe(std::string_view event, std::string detail);
    /// An event that no signal counts, such as "interrupted"; it opens no window.
    void note(Instant now, std::string_view event, std::string_view detail = {});

    /// Looks at all signals. `now` rises from call to call.
    void record(Instant now);
    /// Puts everything so far on the disk, except the rows that still wait.
    Result<void> commit() { return store_.commit(); }
    /// Writes the rows that wait and puts all on the disk: the whole run can be read. Nothing is
    /// recorded any more.
    Result<void> flush();
    /// Samples that were worth keeping so far.
    [[nodiscard]] std::int64_t kept() const noexcept { return kept_; }
    /// Writes the rows that wait and closes the run. Returns the trace hash.
    Result<std::string> finish(const RunEnd& end);

  private:
    struct Event {
        SignalId signal;
        std::string name;
        std::string detail;
        double count = 0.0;
    };

    [[nodiscard]] std::int64_t slot_of(Instant t, Duration width) const noexcept;
    void look_for_events(Instant now);
    void push_row(Instant now) noexcept;
    void write_oldest_row() noexcept;
    void keep(std::size_t signal, Instant t) noexcept;
    void write_if_worth(std::size_t signal, Instant t, bool every_change) noexcept;
    void write_waiting_rows() noexcept;
    [[nodiscard]] bool worth_writing(std::size_t signal, double value,
                                     bool every_change) const noexcept;

    RunStore store_;
    const Signals& signals_;
    RecorderPolicy policy_;
    std::vector<Event> events_;

    // Rows that wait, as what changed from each to the next: of a street's signals few move in a
    // millisecond. Two rings, of rows and of changes; the second has room for everything to change
    // in every row, and memory that was never needed is never touched.
    struct Row {
        Instant at;
        std::uint32_t changes = 0;
    };
    struct Change {
        std::uint32_t signal;
        double value;
    };
    std::vector<Row> rows_;
    std::unique_ptr<Change[]> changes_;
    std::size_t change_room_ = 0;
    std::size_t oldest_change_ = 0, newest_change_ = 0;
    std::vector<double> newest_;         ///< all signals at the newest row
    std::vector<double> oldest_values_;  ///< all signals at the row that was written last
    bool wrote_every_change_ = false;
    std::size_t oldest_ = 0;
    std::size_t waiting_ = 0;
    std::int64_t newest_slot_ = INT64_MIN;

    // What was written last.
    std::vector<double> dead_bands_;
    std::vector<double> written_;
    std::int64_t kept_ = 0;
    std::int64_t written_heartbeat_ = INT64_MIN;
    Instant window_end_ = Instant::min();
};

}  // namespace islandbench::reports
