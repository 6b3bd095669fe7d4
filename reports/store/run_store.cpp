#include "reports/store/run_store.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <optional>
#include <vector>

#include "base/assert.hpp"
#include "reports/store/chunk_codec.hpp"
#include "reports/store/database.hpp"
#include "reports/store/record_seal.hpp"
#include "reports/store/run_files.hpp"
#include "reports/store/schema.hpp"
#include "reports/store/trace_hash.hpp"
#include "reports/store/verdict_json.hpp"

namespace islandbench::reports {
namespace {

constexpr std::size_t chunk_samples = 32768;

/// What the sqlite3 shell shows of a signal at the end.
struct SignalSummary {
    std::int64_t samples = 0;
    double minimum = Signals::no_value;
    double maximum = Signals::no_value;
    double last = Signals::no_value;

    void add(double value) noexcept {
        ++samples;
        last = value;
        minimum = std::fmin(minimum, value);  // fmin and fmax pass over NaN
        maximum = std::fmax(maximum, value);
    }
};

std::string setup_sql(const RunHeader& header) {
    return "PRAGMA page_size=8192; PRAGMA application_id=" + std::to_string(application_id) +
           "; PRAGMA user_version=" + std::to_string(format_version) +
           "; PRAGMA journal_mode=WAL; PRAGMA synchronous=" +
           (header.hardware ? "FULL" : "NORMAL") + "; BEGIN;" + std::string(schema_sql);
}

/// SIGXFSZ kills unless someone minds it; we want the write to fail instead.
void let_size_limits_be_errors() {
    struct sigaction now {};
    if (sigaction(SIGXFSZ, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
        std::signal(SIGXFSZ, SIG_IGN);
    }
}

}  // namespace

struct RunStore::Writer {
    std::filesystem::path folder;
    std::optional<Database> database;
    std::optional<Statement> insert_chunk;
    std::optional<Statement> insert_event;
    std::optional<Error> failed;

    std::vector<Sample> buffer;  ///< filled up to `used`
    std::size_t used = 0;
    std::optional<Sample> newest;
    Instant newest_event = Instant::min();
    ChunkEncoder encoder;
    TraceHash hash;
    std::vector<SignalSummary> summaries;

    explicit Writer(const Signals& signals)
        : buffer(chunk_samples),
          encoder(chunk_samples, signals.size()),
          hash(signals.infos()),
          summaries(signals.size()) {}

    /// Ends the recording with the first error.
    void fail(Error error) {
        if (failed) return;
        failed = std::move(error);
        insert_chunk.reset();
        insert_event.reset();
        if (!database) return;
        database->roll_back();
        database.reset();
    }
    bool keep(const Result<void>& done) {
        if (!done) fail(done.error());
        return done.has_value();
    }
    [[nodiscard]] Result<void> status() const {
        if (failed) return tl::unexpected(*failed);
        return {};
    }

    bool run(std::string_view sql) { return keep(database->execute(sql)); }
    std::optional<Statement> prepare(std::string_view sql);
    /// One row of texts.
    bool insert(std::string_view sql, std::initializer_list<std::string_view> values);
    bool set(std::string_view key, std::string_view value) {
        return insert("INSERT INTO run VALUES(?,?)", {key, value});
    }

    void open(const RunHeader& header, const Signals& signals);
    void write_header(const RunHeader& header);
    void write_signals(const Signals& signals);
    void seal_chunk();
    void write_end(const RunEnd& end, const std::string& trace);
    void write_summaries();
    void write_seal();
    void close();
};

std::optional<Statement> RunStore::Writer::prepare(std::string_view sql) {
    if (failed) return std::nullopt;
    auto statement = database->prepare(sql);
    if (statement) return std::move(*statement);
    fail(statement.error());
    return std::nullopt;
}

bool RunStore::Writer::insert(std::string_view sql,
                              std::initializer_list<std::string_view> values) {
    auto statement = prepare(sql);
    if (!statement) return false;
    int parameter = 0;
    for (const std::string_view value : values) statement->bind(++parameter, value);
    return keep(statement->run());
}

void RunStore::Writer::open(const RunHeader& header, const Signals& signals) {
    auto made = Database::create(folder / run_file_name);
    if (!made) return fail(made.error());
    database = std::move(*made);
    if (!run(setup_sql(header))) return;
    write_header(header);
    write_signals(signals);
    insert_chunk = prepare("INSERT INTO chunks(t0_ns,t1_ns,n,samples) VALUES(?,?,?,?)");
    insert_event = prepare("INSERT INTO events(t_ns,name,detail) VALUES(?,?,?)");
    if (!failed) run("COMMIT; BEGIN;");
}

void RunStore::Writer::write_header(const RunHeader& header) {
    set("scenario", header.scenario);
    set("scenario_title", header.scenario_title);
    set("site", header.site);
    set("site_title", header.site_title);
    set("clock", json::enum_text(header.clock));
    set("hardware", header.hardware ? "yes" : "no");
    set("strict", header.strict ? "yes" : "no");
    set("not_judged", header.not_judged);
    set("own_limits", header.own_limits);
    set("seed", std::to_string(header.seed));
    set("duration_ns", std::to_string(header.duration.count()));
    set("started_at", header.started_at);
    set("nominal_v", write_measure(header.nominal_v.value(), Dimension::voltage));
    set("nominal_f", write_measure(header.nominal_f.value(), Dimension::frequency));
    set("end_reason", json::enum_text(EndReason::unfinished));
    for (const auto& [name, version] : header.versions) {
        insert("INSERT INTO versions VALUES(?,?)", {name, version});
    }
    for (const RunInput& input : header.inputs) {
        insert("INSERT INTO inputs VALUES(?,?,?,?)",
               {input.name, input.kind, to_hex(sha256(input.text)), input.text});
    }
}

void RunStore::Writer::write_signals(const Signals& signals) {
    auto statement = prepare("INSERT INTO signals(id,name,unit,dead_band) VALUES(?,?,?,?)");
    for (std::size_t i = 0; i < signals.size() && !failed; ++i) {
        const SignalInfo& info = signals.infos()[i];
        statement->bind(1, static_cast<std::int64_t>(i)).bind(2, info.name);
        statement->bind(3, kept_unit(info.dimension)).bind(4, info.dead_band);
        keep(statement->run());
    }
}

void RunStore::Writer::seal_chunk() {
    if (failed || used == 0) return;
    const std::span<const Sample> samples(buffer.data(), used);
    hash.add(samples);
    for (const Sample& sample : samples) summaries[Signals::index(sample.signal)].add(sample.value);
    const auto packed = encoder.encode(samples);
    insert_chunk->bind(1, std::int64_t{samples.front().at.time_since_epoch().count()});
    insert_chunk->bind(2, std::int64_t{samples.back().at.time_since_epoch().count()});
    insert_chunk->bind(3, static_cast<std::int64_t>(used)).bind(4, packed);
    used = 0;
    keep(insert_chunk->run());
}

void RunStore::Writer::write_end(const RunEnd& end, const std::string& trace) {
    const auto replace = [this](std::string_view key, std::string_view value) {
        insert("INSERT OR REPLACE INTO run VALUES(?,?)", {key, value});
    };
    replace("end_reason", json::enum_text(end.reason));
    replace("end_detail", end.detail);
    replace("end_ns", std::to_string(end.at.time_since_epoch().count()));
    replace("simulated_ns", std::to_string(end.simulated.count()));
    replace("wall_ns", std::to_string(end.wall.count()));
    replace("trace_sha256", trace);
    replace("verdict", json::enum_text(end.verdict.conclusion));
    for (const acceptance::Verdict& verdict : end.verdict.criteria) {
        insert("INSERT INTO verdicts(criterion,json) VALUES(?,?)",
               {verdict.id, json::to_text(json::write_document(verdict))});
    }
    for (const LinkStatistics& link : end.links) {
        insert("INSERT INTO links(device,json) VALUES(?,?)",
               {link.device, json::to_text(json::write_document(link))});
    }
    const auto figure = [this](std::string_view name, const json::Value& value) {
        insert("INSERT INTO figures VALUES(?,?)", {name, json::to_text(value)});
    };
    figure(figure_golden, json::write_document(end.figures));
    figure(figure_energy, json::write_document(end.energy));
    figure(figure_settlement, json::write_document(end.settlement));
    figure(figure_pace, json::write_document(end.pace));
    figure(figure_laws, json::write_document(end.laws));
    write_summaries();
}

void RunStore::Writer::write_summaries() {
    auto statement =
        prepare("UPDATE signals SET samples=?, minimum=?, maximum=?, last=? WHERE id=?");
    for (std::size_t i = 0; i < summaries.size() && !failed; ++i) {
        const SignalSummary& summary = summaries[i];
        statement->bind(1, summary.samples).bind(2, summary.minimum).bind(3, summary.maximum);
        statement->bind(4, summary.last).bind(5, static_cast<std::int64_t>(i));
        keep(statement->run());
    }
}

/// The last row of all: it stands for the others.
void RunStore::Writer::write_seal() {
    if (failed) return;
    const auto seal = record_seal(*database);
    if (!seal) return fail(seal.error());
    set(seal_key, *seal);
}

/// One file without a -wal beside it, which opens from read-only media and keeps its hash.
void RunStore::Writer::close() {
    insert_chunk.reset();
    insert_event.reset();
    if (failed || !run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);")) return;
    {
        auto mode = prepare("PRAGMA journal_mode=DELETE");
        if (!mode) return;
        const auto row = mode->step();
        if (!row) return fail(row.error());
        if (mode->text(0) != "delete") {
            return fail({ErrorCode::io, (folder / run_file_name).string() +
                                            ": complete, but another program has it open, so it "
                                            "keeps its -wal file"});
        }
    }
    keep(database->close());
    database.reset();
}

RunStore::RunStore(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}
RunStore::~RunStore() {
    // An unfinished run keeps what was appended; an error here has nobody to go to.
    if (writer_ && writer_->database) (void)commit();
}
RunStore::RunStore(RunStore&&) noexcept = default;
RunStore& RunStore::operator=(RunStore&&) noexcept = default;

Result<RunStore> RunStore::create(const std::filesystem::path& folder, const RunHeader& header,
                                  const Signals& signals) {
    if (auto made = create_run_folder(folder); !made) return tl::unexpected(made.error());
    let_size_limits_be_errors();
    auto writer = std::make_unique<Writer>(signals);
    writer->folder = folder;
    writer->open(header, signals);
    if (writer->failed) return tl::unexpected(*writer->failed);
    return RunStore(std::move(writer));
}

const std::filesystem::path& RunStore::folder() const noexcept {
    return writer_->folder;
}

void RunStore::append(SignalId signal, Instant t, double value) noexcept {
    Writer& w = *writer_;
    if (w.failed) return;
    IB_ASSERT(Signals::index(signal) < w.summaries.size());
    IB_ASSERT(!w.newest || t > w.newest->at || (t == w.newest->at && signal > w.newest->signal));
    const Sample sample{t, value, signal};
    w.newest = sample;
    w.buffer[w.used++] = sample;
    if (w.used == w.buffer.size()) w.seal_chunk();
}

void RunStore::add_event(Instant t, std::string_view name, std::string_view detail) {
    Writer& w = *writer_;
    if (w.failed) return;
    IB_ASSERT(t >= w.newest_event);
    w.newest_event = t;
    w.insert_event->bind(1, std::int64_t{t.time_since_epoch().count()});
    w.insert_event->bind(2, name).bind(3, detail);
    w.keep(w.insert_event->run());
}

Result<void> RunStore::commit() {
    writer_->seal_chunk();
    if (!writer_->failed) writer_->run("COMMIT; BEGIN;");
    return writer_->status();
}

Result<std::string> RunStore::finish(const RunEnd& end) {
    Writer& w = *writer_;
    w.seal_chunk();
    std::string trace;
    if (!w.failed) {
        trace = w.hash.finish();
        w.write_end(end, trace);
        w.write_seal();
        w.close();
    }
    if (w.failed) return tl::unexpected(*w.failed);
    w.failed = Error{ErrorCode::closed, (w.folder / run_file_name).string() + ": finished"};
    return trace;
}

}  // namespace islandbench::reports
