#include "reports/store/recorder.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/assert.hpp"
#include "base/unit_text.hpp"

namespace islandbench::reports {
namespace {

constexpr std::string_view event_prefix = "event.";

bool same_bits(double a, double b) noexcept {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
           (std::isnan(a) && std::isnan(b));
}

}  // namespace

Recorder::Recorder(RunStore store, const Signals& signals, RecorderPolicy policy)
    : store_(std::move(store)), signals_(signals), policy_(policy) {
    IB_ASSERT(policy_.resolution > 0ns && policy_.heartbeat > 0ns);
    IB_ASSERT(policy_.before >= 0ns && policy_.after >= 0ns);
    // The rows of a closed span of `before`, and the one that pushes the oldest out.
    const auto rows = static_cast<std::size_t>(policy_.before / policy_.resolution) + 2;
    rows_.resize(rows);
    change_room_ = rows * signals.size();
    changes_ = std::make_unique_for_overwrite<Change[]>(change_room_);
    newest_.assign(signals.size(), Signals::no_value);
    oldest_values_ = written_ = newest_;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        const SignalInfo& info = signals.infos()[i];
        dead_bands_.push_back(info.dead_band);
        if (!info.name.starts_with(event_prefix)) continue;
        const SignalId id{static_cast<std::uint32_t>(i)};
        events_.push_back({id, info.name.substr(event_prefix.size()), {}, signals.get(id)});
    }
}

Recorder::~Recorder() {
    write_waiting_rows();
}

void Recorder::describe(std::string_view event, std::string detail) {
    for (Event& one : events_) {
        if (one.name == event) one.detail = std::move(detail);
    }
}

void Recorder::note(Instant now, std::string_view event, std::string_view detail) {
    store_.add_event(now, event, detail);
}

/// Which multiple of `width` the time is in; rounds down also before zero.
std::int64_t Recorder::slot_of(Instant t, Duration width) const noexcept {
    const std::int64_t ns = t.time_since_epoch().count();
    const std::int64_t slot = ns / width.count();
    return ns % width.count() < 0 ? slot - 1 : slot;
}

void Recorder::record(Instant now) {
    IB_ASSERT(signals_.size() == written_.size());
    // First let go what no event from now on can make matter, then look for events.
    while (waiting_ > 0 && now - rows_[oldest_].at > policy_.before) write_oldest_row();
    look_for_events(now);
    const std::int64_t slot = slot_of(now, policy_.resolution);
    IB_ASSERT(slot >= newest_slot_);
    if (slot == newest_slot_) return;
    newest_slot_ = slot;
    push_row(now);
}

void Recorder::look_for_events(Instant now) {
    for (Event& event : events_) {
        const double count = signals_.get(event.signal);
        if (!(count > event.count)) continue;
        const double times = count - event.count;
        event.count = count;
        window_end_ = now + policy_.after;
        if (times > 1.0) {
            const std::string several = format_measure(times, Dimension::none) + " times at once";
            const char* between = event.detail.empty() ? "" : ", ";
            store_.add_event(now, event.name, event.detail + between + several);
        } else {
            store_.add_event(now, event.name, event.detail);
        }
    }
}

void Recorder::push_row(Instant now) noexcept {
    IB_ASSERT(waiting_ < rows_.size());
    Row& row = rows_[(oldest_ + waiting_) % rows_.size()];
    row = {now, 0};
    const auto values = signals_.values();
    constexpr std::size_t block = 8;  // a cache line: most of them have not moved
    for (std::size_t from = 0; from < values.size(); from += block) {
        const std::size_t n = std::min(block, values.size() - from);
        if (std::memcmp(&values[from], &newest_[from], n * sizeof(double)) == 0) continue;
        for (std::size_t i = from; i < from + n; ++i) {
            if (same_bits(values[i], newest_[i])) continue;
            newest_[i] = values[i];
            changes_[newest_change_] = {static_cast<std::uint32_t>(i), values[i]};
            newest_change_ = newest_change_ + 1 == change_room_ ? 0 : newest_change_ + 1;
            ++row.changes;
        }
    }
    ++waiting_;
}

bool Recorder::worth_writing(std::size_t signal, double value, bool every_change) const noexcept {
    const double last = written_[signal];
    if (same_bits(value, last)) return false;
    const double band = dead_bands_[signal] * (every_change ? policy_.fine : 1.0);
    // With NaN on one side the comparison is false: value and no value always differ.
    return !(std::fabs(value - last) <= band);
}

void Recorder::write_if_worth(std::size_t signal, Instant t, bool every_change) noexcept {
    const double value = oldest_values_[signal];
    if (worth_writing(signal, value, every_change)) keep(signal, t);
}

void Recorder::keep(std::size_t signal, Instant t) noexcept {
    const SignalId id{static_cast<std::uint32_t>(signal)};
    written_[signal] = oldest_values_[signal];
    ++kept_;
    if (policy_.loses == nullptr || !policy_.loses(t, id)) store_.append(id, t, written_[signal]);
}

void Recorder::write_oldest_row() noexcept {
    const Row row = rows_[oldest_];
    const Instant t = row.at;
    // A row still waiting when an event came is at most `before` older than it, and a row within
    // `after` of it is not yet past the window's end: one comparison serves both sides.
    const bool every_change = t <= window_end_;
    const std::int64_t second = slot_of(t, policy_.heartbeat);
    const bool heartbeat = second != written_heartbeat_;
    written_heartbeat_ = second;
    // Where a window of full resolution begins, changes that were too small before are due.
    const bool catches_up = every_change && !wrote_every_change_;
    wrote_every_change_ = every_change;
    for (std::uint32_t k = 0; k < row.changes; ++k) {
        const Change& change = changes_[oldest_change_];
        oldest_change_ = oldest_change_ + 1 == change_room_ ? 0 : oldest_change_ + 1;
        oldest_values_[change.signal] = change.value;
        if (!heartbeat && !catches_up) write_if_worth(change.signal, t, every_change);
    }
    for (std::size_t i = 0; catches_up && !heartbeat && i < written_.size(); ++i) {
        write_if_worth(i, t, true);
    }
    for (std::size_t i = 0; heartbeat && i < written_.size(); ++i) {
        keep(i, t);
    }
    oldest_ = (oldest_ + 1) % rows_.size();
    --waiting_;
}

void Recorder::write_waiting_rows() noexcept {
    while (waiting_ > 0) write_oldest_row();
}

Result<void> Recorder::flush() {
    write_waiting_rows();
    return store_.commit();
}

Result<std::string> Recorder::finish(const RunEnd& end) {
    write_waiting_rows();
    return store_.finish(end);
}

}  // namespace islandbench::reports
