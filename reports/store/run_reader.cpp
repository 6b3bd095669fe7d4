#include "reports/store/run_reader.hpp"

#include <map>
#include <optional>

#include "reports/store/chunk_codec.hpp"
#include "reports/store/database.hpp"
#include "reports/store/private_copy.hpp"
#include "reports/store/record_seal.hpp"
#include "reports/store/run_keys.hpp"
#include "reports/store/schema.hpp"
#include "reports/store/trace_hash.hpp"
#include "reports/store/verdict_json.hpp"

namespace islandbench::reports {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> damaged(const std::string& name, const std::string& what) {
    return failure(ErrorCode::bad_input, name + ": " + what);
}

}  // namespace

struct RunReader::File {
    std::string name;  ///< for messages: the original
    std::optional<PrivateCopy> copy;
    std::optional<Database> database;
    EndReason end_reason = EndReason::unfinished;

    /// Calls `row` for each row of a query until one fails.
    template <class Row>
    Result<void> each(std::string_view sql, Row row) {
        auto statement = database->prepare(sql);
        if (!statement) return renamed(statement.error());
        for (;;) {
            const auto more = statement->step();
            if (!more) return renamed(more.error());
            if (!*more) return {};
            if (Result<void> done = row(*statement); !done) return done;
        }
    }
    /// Errors speak of the original, not of a copy in a temporary folder.
    [[nodiscard]] tl::unexpected<Error> renamed(Error error) const {
        if (copy) {
            const std::string path = copy->file().string();
            if (error.what.starts_with(path)) error.what.replace(0, path.size(), name);
        }
        return tl::unexpected(std::move(error));
    }

    Result<std::int64_t> pragma(std::string_view sql);
    Result<void> check_format();
    Result<RunKeys> keys();
    Result<void> read_header(RunRecord& into);
    Result<void> read_end(RunRecord& into);
    Result<void> read_lists(RunRecord& into);
    Result<std::vector<SignalInfo>> read_signals();
    Result<std::string> trace_hash();
    /// What verify() finds wrong, a sentence each.
    Result<void> find_misfits(RunKeys& kept, std::vector<std::string>& misfits);
    /// Hands the samples over chunk by chunk.
    template <class Take>
    Result<void> each_chunk(std::size_t signals, Take take);
};

Result<std::int64_t> RunReader::File::pragma(std::string_view sql) {
    std::int64_t value = 0;
    auto done = each(sql, [&value](Statement& row) -> Result<void> {
        value = row.integer(0);
        return {};
    });
    if (!done) return tl::unexpected(done.error());
    return value;
}

Result<void> RunReader::File::check_format() {
    const auto application = pragma("PRAGMA application_id");
    if (!application) return tl::unexpected(application.error());
    if (*application != application_id) return damaged(name, "not a run of islandbench");
    const auto version = pragma("PRAGMA user_version");
    if (!version) return tl::unexpected(version.error());
    if (*version != format_version) {
        return damaged(name, "written in format " + std::to_string(*version) +
                                 "; this program reads format " + std::to_string(format_version));
    }
    return {};
}

Result<RunKeys> RunReader::File::keys() {
    std::map<std::string, std::string> values;
    auto done = each("SELECT key,value FROM run", [&values](Statement& row) -> Result<void> {
        values.emplace(row.text(0), row.text(1));
        return {};
    });
    if (!done) return tl::unexpected(done.error());
    return RunKeys(std::move(values), name);
}

Result<void> RunReader::File::read_header(RunRecord& into) {
    auto kept = keys();
    if (!kept) return tl::unexpected(kept.error());
    RunHeader& header = into.header;
    header.scenario = kept->text("scenario");
    header.scenario_title = kept->text("scenario_title");
    header.site = kept->text("site");
    header.site_title = kept->text("site_title");
    header.clock = kept->name<ClockKind>("clock");
    header.hardware = kept->text("hardware") == "yes";
    header.strict = kept->text("strict") == "yes";
    header.not_judged = kept->text("not_judged");
    header.own_limits = kept->text("own_limits");
    header.seed = kept->integer<std::uint64_t>("seed");
    header.duration = kept->duration("duration_ns");
    header.started_at = kept->text("started_at");
    header.nominal_v = kept->quantity<Voltage>("nominal_v");
    header.nominal_f = kept->quantity<Frequency>("nominal_f");
    into.end.reason = kept->name<EndReason>("end_reason");
    if (into.end.reason != EndReason::unfinished) {
        into.end.detail = kept->text("end_detail");
        into.end.at = Instant{kept->duration("end_ns")};
        into.end.simulated = kept->duration("simulated_ns");
        into.end.wall = kept->duration("wall_ns");
        into.trace_sha256 = kept->text("trace_sha256");
        into.record_sha256 = kept->text(seal_key);
    }
    if (kept->problem()) return tl::unexpected(*kept->problem());
    return {};
}

Result<void> RunReader::File::read_end(RunRecord& into) {
    std::vector<acceptance::Verdict> criteria;
    auto done = each("SELECT json FROM verdicts ORDER BY id", [&](Statement& row) -> Result<void> {
        auto verdict = read_kept<acceptance::Verdict>(row.text(0), name + " verdicts");
        if (!verdict) return tl::unexpected(verdict.error());
        criteria.push_back(std::move(*verdict));
        return {};
    });
    if (!done) return done;
    into.end.verdict = acceptance::combine(std::move(criteria));
    done = each("SELECT json FROM links ORDER BY id", [&](Statement& row) -> Result<void> {
        auto link = read_kept<LinkStatistics>(row.text(0), name + " links");
        if (!link) return tl::unexpected(link.error());
        into.end.links.push_back(std::move(*link));
        return {};
    });
    if (!done) return done;
    return each("SELECT name,json FROM figures", [&](Statement& row) -> Result<void> {
        const std::string where = name + " figures";
        const auto keep = [&](auto& figure) -> Result<void> {
            auto read = read_kept<std::decay_t<decltype(figure)>>(row.text(1), where);
            if (!read) return tl::unexpected(read.error());
            figure = std::move(*read);
            return {};
        };
        if (row.text(0) == figure_golden) return keep(into.end.figures);
        if (row.text(0) == figure_energy) return keep(into.end.energy);
        if (row.text(0) == figure_settlement) return keep(into.end.settlement);
        if (row.text(0) == figure_pace) return keep(into.end.pace);
        if (row.text(0) == figure_laws) return keep(into.end.laws);
        return {};
    });
}

Result<void> RunReader::File::read_lists(RunRecord& into) {
    auto done = each("SELECT name,version FROM versions ORDER BY rowid",
                     [&into](Statement& row) -> Result<void> {
                         into.header.versions.emplace_back(row.text(0), row.text(1));
                         return {};
                     });
    if (!done) return done;
    done =
        each("SELECT name,kind,text FROM inputs ORDER BY rowid",
             [&into](Statement& row) -> Result<void> {
                 into.header.inputs.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                               std::string(row.text(2))});
                 return {};
             });
    if (!done) return done;
    return each("SELECT t_ns,name,detail FROM events ORDER BY t_ns,id",
                [&into](Statement& row) -> Result<void> {
                    into.events.push_back({Instant{Duration{row.integer(0)}},
                                           std::string(row.text(1)), std::string(row.text(2))});
                    return {};
                });
}

Result<std::vector<SignalInfo>> RunReader::File::read_signals() {
    std::vector<SignalInfo> infos;
    auto done = each("SELECT id,name,unit,dead_band FROM signals ORDER BY id",
                     [&](Statement& row) -> Result<void> {
                         const auto dimension = kept_dimension(row.text(2));
                         if (!dimension || row.integer(0) != static_cast<int>(infos.size())) {
                             return damaged(name, "table of signals");
                         }
                         infos.push_back({std::string(row.text(1)), *dimension, row.number(3)});
                         return {};
                     });
    if (!done) return tl::unexpected(done.error());
    return infos;
}

template <class Take>
Result<void> RunReader::File::each_chunk(std::size_t signals, Take take) {
    Instant newest = Instant::min();
    return each("SELECT t0_ns,n,samples FROM chunks ORDER BY sequence",
                [&](Statement& row) -> Result<void> {
                    const Instant t0{Duration{row.integer(0)}};
                    const auto n = static_cast<std::size_t>(row.integer(1));
                    const auto samples = decode_chunk(row.blob(2), t0, n, signals);
                    if (!samples) return damaged(name, samples.error().what);
                    if (samples->empty() || samples->front().at < newest) {
                        return damaged(name, "samples out of order");
                    }
                    newest = samples->back().at;
                    take(*samples);
                    return {};
                });
}

RunReader::RunReader(std::unique_ptr<File> file) : file_(std::move(file)) {}
RunReader::~RunReader() = default;
RunReader::RunReader(RunReader&&) noexcept = default;
RunReader& RunReader::operator=(RunReader&&) noexcept = default;

Result<RunReader> RunReader::open(const fs::path& folder) {
    std::error_code ignored;
    const bool is_folder = fs::is_directory(folder, ignored);
    const fs::path path = is_folder ? folder / run_file_name : folder;
    const auto closed = is_closed(path);
    if (!closed) return tl::unexpected(closed.error());

    auto file = std::make_unique<File>();
    file->name = path.string();
    if (!*closed) {
        auto copy = PrivateCopy::of(path);
        if (!copy) return tl::unexpected(copy.error());
        file->copy = std::move(*copy);
    }
    auto database =
        *closed ? Database::open_read_only(path) : Database::open_copy(file->copy->file());
    if (!database) return file->renamed(database.error());
    file->database = std::move(*database);
    if (auto good = file->check_format(); !good) return tl::unexpected(good.error());
    RunRecord header;
    if (auto good = file->read_header(header); !good) return tl::unexpected(good.error());
    file->end_reason = header.end.reason;
    return RunReader(std::move(file));
}

bool RunReader::finished() const noexcept {
    return file_->end_reason != EndReason::unfinished;
}

Result<RunRecord> RunReader::read(const Filter& wanted) const {
    RunRecord record;
    if (auto done = file_->read_header(record); !done) return tl::unexpected(done.error());
    if (auto done = file_->read_lists(record); !done) return tl::unexpected(done.error());
    if (auto done = file_->read_end(record); !done) return tl::unexpected(done.error());
    const auto signals = file_->read_signals();
    if (!signals) return tl::unexpected(signals.error());

    constexpr std::size_t unwanted = SIZE_MAX;
    std::vector<std::size_t> place(signals->size(), unwanted);
    for (std::size_t i = 0; i < signals->size(); ++i) {
        const SignalInfo& info = (*signals)[i];
        if (wanted && !wanted(info.name)) continue;
        place[i] = record.series.size();
        record.series.push_back({info, {}, {}});
    }
    auto done = file_->each_chunk(signals->size(), [&](const std::vector<Sample>& samples) {
        for (const Sample& sample : samples) {
            const std::size_t at = place[Signals::index(sample.signal)];
            if (at == unwanted) continue;
            record.series[at].times.push_back(sample.at);
            record.series[at].values.push_back(sample.value);
        }
        if (!finished()) record.end.at = samples.back().at;
    });
    if (!done) return tl::unexpected(done.error());
    return record;
}

Result<std::vector<SignalInfo>> RunReader::signals() const {
    return file_->read_signals();
}

Result<void> RunReader::replay(const TakeSample& take) const {
    const auto known = signals();
    if (!known) return tl::unexpected(known.error());
    return file_->each_chunk(known->size(), [&take](const std::vector<Sample>& samples) {
        for (const Sample& one : samples) take(one.at, one.signal, one.value);
    });
}

Result<std::string> RunReader::File::trace_hash() {
    const auto signals = read_signals();
    if (!signals) return tl::unexpected(signals.error());
    TraceHash hash(*signals);
    auto done =
        each_chunk(signals->size(), [&hash](const std::vector<Sample>& one) { hash.add(one); });
    if (!done) return tl::unexpected(done.error());
    return hash.finish();
}

Result<std::string> RunReader::trace_hash() const {
    return file_->trace_hash();
}

Result<void> RunReader::File::find_misfits(RunKeys& kept, std::vector<std::string>& misfits) {
    const auto seal = record_seal(*database);
    if (!seal) return renamed(seal.error());
    if (kept.text(seal_key) != *seal) {
        misfits.emplace_back(
            "its keys, inputs, events, verdicts, links or figures do not fit its seal");
    }
    auto done = each("SELECT name,sha256,text FROM inputs", [&](Statement& row) -> Result<void> {
        if (to_hex(sha256(row.text(2))) != row.text(1)) {
            misfits.push_back("the text of input " + std::string(row.text(0)) +
                              " does not fit its SHA-256");
        }
        return {};
    });
    if (!done) return done;
    const auto trace = trace_hash();
    if (!trace) {
        misfits.push_back("the samples cannot be read (" + trace.error().what + ")");
    } else if (kept.text("trace_sha256") != *trace) {
        misfits.emplace_back("the samples do not fit the trace hash");
    }
    RunRecord end;
    if (done = read_end(end); !done) return done;
    const std::string_view verdict = json::enum_text(end.end.verdict.conclusion);
    if (kept.text("verdict") != verdict) {
        misfits.push_back("the run's verdict is \"" + kept.text("verdict") +
                          "\", but its rows give \"" + std::string(verdict) + "\"");
    }
    if (kept.problem()) return tl::unexpected(*kept.problem());
    return {};
}

Result<void> RunReader::verify() const {
    auto kept = file_->keys();
    if (!kept) return tl::unexpected(kept.error());
    if (!finished()) {
        if (kept->has(seal_key)) {
            return damaged(file_->name, "it has the seal of a finished run, but says unfinished");
        }
        return failure(ErrorCode::not_available, file_->name + ": unfinished run");
    }
    std::vector<std::string> misfits;
    if (auto done = file_->find_misfits(*kept, misfits); !done) return done;
    if (misfits.empty()) return {};
    std::string all;
    for (const std::string& one : misfits) all += (all.empty() ? "" : "; ") + one;
    return damaged(file_->name, all);
}

}  // namespace islandbench::reports
