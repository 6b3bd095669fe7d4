#include "reports/store/run_store.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/fixtures.hpp"
#include "base/random.hpp"
#include "reports/store/run_files.hpp"
#include "reports/store/run_reader.hpp"
#include "reports/store/sha256.hpp"
#include "reports/store/test/run_samples.hpp"
#include "reports/store/test/temporary_folder.hpp"
#include "reports/store/verdict_json.hpp"

namespace islandbench::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

/// Appends `n` rows of all signals.
void append_rows(RunStore& store, const SignalsOfARun& s, int n) {
    Random chance(1, "rows");
    for (int row = 0; row < n; ++row) {
        const Instant t = at_seconds(-10.0) + row * 1ms;
        store.append(s.v, t, 230.0 + chance.normal());
        store.append(s.soc, t, row % 7 == 0 ? Signals::no_value : 0.5);
        store.append(s.closed, t, row % 2 == 0 ? 1.0 : 0.0);
    }
}

std::string hash_of_file(const fs::path& path) {
    return to_hex(sha256(read_text_file(path).value()));
}

TEST(RunStore, GivesBackWhatItWasGiven) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    const RunHeader header = header_of_a_run();
    auto store = RunStore::create(folder / "run", header, s.signals);
    ASSERT_TRUE(store) << store.error().what;
    append_rows(*store, s, 20000);
    store->add_event(at_seconds(1), "outage", "upstream <break>");

    const auto trace = store->finish(end_of_a_run());
    ASSERT_TRUE(trace) << trace.error().what;
    const auto reader = RunReader::open(folder / "run");
    ASSERT_TRUE(reader) << reader.error().what;
    const auto run = reader->read();
    ASSERT_TRUE(run) << run.error().what;

    EXPECT_EQ(run->header.seed, header.seed);
    EXPECT_EQ(run->header.not_judged, header.not_judged);
    EXPECT_EQ(run->header.own_limits, header.own_limits);
    EXPECT_EQ(run->header.clock, ClockKind::wall);
    EXPECT_EQ(run->header.duration, 300s);
    EXPECT_EQ(run->header.versions, header.versions);
    EXPECT_EQ(run->header.inputs[0].text, "{\"a\": 1}");
    EXPECT_EQ(run->trace_sha256, *trace);
    EXPECT_THAT(run->events, ElementsAre(RunEvent{at_seconds(1), "outage", "upstream <break>"}));
    ASSERT_EQ(run->series.size(), 4u);
    EXPECT_EQ(run->series[1].info.dimension, Dimension::ratio);
    EXPECT_EQ(run->series[0].times.size(), 20000u);
    EXPECT_TRUE(std::isnan(run->find("truth.former.soc")->values[7]));
    EXPECT_EQ(run->find("truth.pcc.closed")->at(at_seconds(-9.9985)), 0.0);
    EXPECT_TRUE(reader->verify());
}

TEST(RunStore, GivesBackTheEnd) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    const RunEnd end = end_of_a_run();
    auto store = RunStore::create(folder / "run", header_of_a_run(), s.signals);
    ASSERT_TRUE(store->finish(end));

    const auto run = RunReader::open(folder / "run")->read();

    ASSERT_TRUE(run) << run.error().what;
    EXPECT_EQ(run->end.reason, EndReason::interrupted);
    EXPECT_EQ(run->end.at, end.at);
    EXPECT_EQ(run->end.simulated, end.simulated);
    EXPECT_EQ(run->end.wall, end.wall);
    const Lateness ticks{1us, 20us, 300us, 12345678ns}, dispatch{2us, 30us, 400us, 2ms};
    EXPECT_EQ(run->end.pace.ticks, ticks);
    EXPECT_EQ(run->end.pace.dispatch, dispatch);
    const StreetEnergy& energy = run->end.energy;
    EXPECT_TRUE(energy.known);
    EXPECT_EQ(energy.island.lasted, 144s);
    EXPECT_DOUBLE_EQ(energy.island.former_out.value(), 312.5);
    ASSERT_EQ(energy.island.homes.size(), 1u);
    EXPECT_TRUE(energy.island.homes[0].battery);
    EXPECT_DOUBLE_EQ(energy.island.homes[0].given.value(), 7.25);
    EXPECT_EQ(energy.island.homes[0].dark, 151ms);
    ASSERT_EQ(energy.after.priority.size(), 1u);
    EXPECT_EQ(energy.after.priority[0].site, "clinic");
    ASSERT_EQ(energy.units.size(), 1u);
    EXPECT_DOUBLE_EQ(energy.units[0].capacity.value(), 57000);
    EXPECT_EQ(run->end.pace.dispatch_steps, 640);
    EXPECT_EQ(run->end.pace.dispatch_steps_late, 7);
    const acceptance::Verdict& read = run->end.verdict.criteria.at(0);
    const acceptance::Verdict& kept = end.verdict.criteria.at(0);
    EXPECT_EQ(json::to_text(json::write_document(read)), json::to_text(json::write_document(kept)));
    EXPECT_EQ(read.margin, kept.margin);
    EXPECT_EQ(read.first, kept.first);
    EXPECT_EQ(read.worst, kept.worst);
    EXPECT_EQ(read.devices[0].margin, kept.devices[0].margin);
    EXPECT_EQ(read.devices[1].margin, std::nullopt);
    EXPECT_EQ(run->end.verdict.failed, 1);
    EXPECT_EQ(run->end.links[0].bad_replies, 4);
    EXPECT_EQ(run->end.links[0].exceptions, 5);
    EXPECT_EQ(run->end.links[0].p95, 90ms);
    EXPECT_EQ(run->end.links[0].p99, std::nullopt);
    EXPECT_EQ(run->end.links[0].identity, "Pylon\xef\xbf\xbd") << "what is no UTF-8 is replaced";
    EXPECT_EQ(run->end.figures.sustained->lost_again, at_seconds(751));
    EXPECT_EQ(run->end.figures.sustained->lost_in_all, 200s);
    EXPECT_EQ(run->end.figures.sustained->required_at_end, 30s);
    EXPECT_EQ(run->end.figures.cost->per_kwh, EnergyPrice{0.31});
    EXPECT_EQ(run->end.figures.openness->devices[0].proven[1], Ability::island_state);
}

TEST(RunStore, ReadsOnlyTheSignalsAskedFor) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    auto store = RunStore::create(folder / "run", header_of_a_run(), s.signals);
    append_rows(*store, s, 100);
    ASSERT_TRUE(store->finish({}));

    const auto run = RunReader::open(folder / "run")->read([](std::string_view name) {
        return name == "truth.pcc.closed";
    });

    ASSERT_EQ(run->series.size(), 1u);
    EXPECT_EQ(run->series[0].values.size(), 100u);
    EXPECT_EQ(run->series[0].values[1], 0.0);
}

TEST(RunStore, HasOneHashHoweverItIsChunked) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    auto rare = RunStore::create(folder / "rare", header_of_a_run(), s.signals);
    append_rows(*rare, s, 15000);
    RunHeader other_times = header_of_a_run();
    other_times.started_at = "2027-01-01T00:00:00Z";
    auto often = RunStore::create(folder / "often", other_times, s.signals);
    Random chance(1, "rows");
    for (int row = 0; row < 15000; ++row) {
        const Instant t = at_seconds(-10.0) + row * 1ms;
        often->append(s.v, t, 230.0 + chance.normal());
        if (row % 1000 == 0) {
            ASSERT_TRUE(often->commit());
        }
        often->append(s.soc, t, row % 7 == 0 ? -Signals::no_value : 0.5);
        often->append(s.closed, t, row % 2 == 0 ? 1.0 : 0.0);
    }

    EXPECT_EQ(*rare->finish({}), *often->finish({}));
}

// The hash as the header describes it, computed with coreutils:
// printf 'a\0b\0' ; then 20 bytes a sample | sha256sum
TEST(RunStore, HashesWhatItSaysItHashes) {
    const TemporaryFolder folder;
    Signals signals;
    const SignalId a = signals.add({"a", Dimension::none, 0});
    const SignalId b = signals.add({"b", Dimension::none, 0});
    auto store = RunStore::create(folder / "run", {}, signals);
    store->append(a, Instant{1ns}, 1.5);
    store->append(b, Instant{-1ns + 2ns + 257ns}, 0.0);
    std::string bytes("a\0b\0", 4);
    bytes += std::string("\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\xf8\x3f", 20);
    bytes += std::string("\1\0\0\0\2\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);

    EXPECT_EQ(*store->finish({}), to_hex(sha256(bytes)));
}

TEST(RunStore, ChangesItsHashWithEveryPartOfASample) {
    const TemporaryFolder folder;
    int number = 0;
    const auto hash_of = [&](const char* name, std::uint32_t signal, Duration t, double value) {
        Signals signals;
        signals.add({name, Dimension::none, 0});
        signals.add({"other", Dimension::none, 0});
        auto store = RunStore::create(folder / std::to_string(number++), {}, signals);
        store->append(SignalId{signal}, Instant{t}, value);
        return *store->finish({});
    };

    const std::string hash = hash_of("x", 0, 1s, 1.0);
    EXPECT_EQ(hash_of("x", 0, 1s, 1.0), hash);
    EXPECT_NE(hash_of("y", 0, 1s, 1.0), hash);
    EXPECT_NE(hash_of("x", 1, 1s, 1.0), hash);
    EXPECT_NE(hash_of("x", 0, 1s + 1ns, 1.0), hash);
    EXPECT_NE(hash_of("x", 0, 1s, std::nextafter(1.0, 2.0)), hash);
}

TEST(RunStore, OverwritesNothing) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    fs::create_directories(folder / "run");
    std::ofstream(folder / "run/notes.txt") << "mine";

    const auto store = RunStore::create(folder / "run", header_of_a_run(), s.signals);

    ASSERT_FALSE(store);
    EXPECT_THAT(store.error().what, HasSubstr((folder / "run").string()));
    EXPECT_FALSE(fs::exists(folder / "run/run.sqlite"));
}

TEST(RunStore, NamesAFolderItCannotMake) {
    const SignalsOfARun s;

    const auto store = RunStore::create("/proc/no/such", header_of_a_run(), s.signals);

    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::io);
    EXPECT_THAT(store.error().what, HasSubstr("/proc/no/such"));
}

/// Runs `body` in a process that may write nowhere in `folder`, also when the tests run as root.
template <class Body>
bool as_a_guest_who_may_only_read(const fs::path& folder, Body body) {
    const fs::perms readable{0444};
    const fs::perms enterable{0555};
    fs::permissions(folder, enterable);
    fs::permissions(folder / "run", enterable);
    fs::permissions(folder / "run/run.sqlite", readable);
    const pid_t child = fork();
    if (child == 0) {
        const bool guest = geteuid() != 0 || setuid(65534) == 0;
        const bool locked = !std::ofstream(folder / "run/new");
        _exit(guest && locked && body() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    fs::permissions(folder, fs::perms::owner_all);
    fs::permissions(folder / "run", fs::perms::owner_all);
    return status == 0;
}

TEST(RunStore, LeavesOneFileThatReadingDoesNotChange) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    auto store = RunStore::create(folder / "run", header_of_a_run(), s.signals);
    append_rows(*store, s, 1000);
    ASSERT_TRUE(store->finish(end_of_a_run()));
    const std::string before = hash_of_file(folder / "run/run.sqlite");

    EXPECT_TRUE(as_a_guest_who_may_only_read(folder.path(), [&] {
        bool good = true;
        for (int i = 0; i < 20; ++i) good = good && RunReader::open(folder / "run")->read();
        return good;
    }));

    EXPECT_EQ(hash_of_file(folder / "run/run.sqlite"), before);
    const auto files = std::distance(fs::directory_iterator(folder / "run"), {});
    EXPECT_EQ(files, 1) << "no -wal, no -shm, no -journal";
}

TEST(RunStore, RefusesFurtherWorkAfterFinish) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    auto store = RunStore::create(folder / "run", header_of_a_run(), s.signals);
    ASSERT_TRUE(store->finish({}));

    append_rows(*store, s, 40000);
    store->add_event(at_seconds(1), "late");

    EXPECT_EQ(store->commit().error().code, ErrorCode::closed);
    EXPECT_EQ(store->finish({}).error().code, ErrorCode::closed);
    EXPECT_TRUE(RunReader::open(folder / "run")->read()->events.empty());
}

using RunStoreDeathTest = ::testing::Test;
TEST_F(RunStoreDeathTest, InsistsOnTheOrderOfTimeAndSignal) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    auto store = RunStore::create(folder / "run", {}, s.signals);
    store->append(s.soc, at_seconds(1), 1.0);

    EXPECT_DEATH(store->append(s.soc, at_seconds(1), 2.0), "broken promise");
    EXPECT_DEATH(store->append(s.v, at_seconds(1), 2.0), "broken promise");
    EXPECT_DEATH(store->append(s.closed, at_seconds(0.5), 2.0), "broken promise");
    EXPECT_DEATH(store->append(SignalId{4}, at_seconds(2), 2.0), "broken promise");
}

void write_a_run(const fs::path& folder) {
    const SignalsOfARun s;
    auto store = RunStore::create(folder, header_of_a_run(), s.signals);
    append_rows(*store, s, 1000);
    store->add_event(at_seconds(2.5), "outage", "upstream break");
    ASSERT_TRUE(store->finish(end_of_a_run()));
}

/// What the sqlite3 shell prints for a query, "|" between columns.
std::vector<std::string> query(const fs::path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
    std::vector<std::string> rows;
    const auto add = [](void* list, int n, char** values, char**) {
        std::string row;
        for (int i = 0; i < n; ++i) {
            row += (i > 0 ? "|" : "") + std::string(values[i] ? values[i] : "");
        }
        static_cast<std::vector<std::string>*>(list)->push_back(row);
        return 0;
    };
    char* problem = nullptr;
    sqlite3_exec(database, sql.c_str(), add, &rows, &problem);
    if (problem != nullptr) rows.push_back(problem);
    sqlite3_free(problem);
    sqlite3_close(database);
    return rows;
}

TEST(RunStore, ShowsSomethingUsefulInAPlainSqliteShell) {
    const TemporaryFolder folder;
    write_a_run(folder / "run");
    const fs::path file = folder / "run/run.sqlite";

    EXPECT_THAT(query(file, "SELECT * FROM story"), ElementsAre("2.5|outage|upstream break"));
    EXPECT_THAT(query(file, "SELECT criterion,verdict,margin,unit,device FROM ledger"),
                ElementsAre("H2|fail|-4.1|deg|pcc"));
    EXPECT_THAT(query(file, "SELECT device,exchanges,time_outs,p95_s FROM wire"),
                ElementsAre("home1.bms|100|3|0.09"));
    EXPECT_THAT(query(file, "SELECT name,unit,samples,minimum,last FROM signals WHERE id=2"),
                ElementsAre("truth.pcc.closed||1000|0.0|0.0"));
    EXPECT_THAT(query(file, "PRAGMA application_id; PRAGMA user_version; PRAGMA journal_mode"),
                ElementsAre("1232290386", "2", "delete"));
}

/// The ```sql blocks of a document, a statement each.
std::vector<std::string> statements_in(const std::string& document) {
    std::vector<std::string> list;
    std::istringstream lines(document);
    bool sql = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) {
            sql = line == "```sql";
        } else if (sql) {
            list.push_back(line);
        }
    }
    return list;
}

TEST(RunFormat, AnswersTheQueriesOfItsDocument) {
    const TemporaryFolder folder;
    write_a_run(folder / "run");
    const auto document = read_text_file(std::string(IB_SOURCE_DIR) + "/docs/run-format.md");

    const auto statements = statements_in(document.value());

    EXPECT_GE(statements.size(), 8u);
    for (const std::string& statement : statements) {
        const auto rows = query(folder / "run/run.sqlite", statement);
        ASSERT_FALSE(rows.empty()) << statement;
        EXPECT_THAT(rows.front(), ::testing::Not(HasSubstr("no such"))) << statement;
        EXPECT_THAT(rows.front(), ::testing::Not(HasSubstr("error"))) << statement;
    }
}

TEST(RunFormat, CanBeReadFromItsDocumentAlone) {
    if (std::system("/usr/bin/python3 -c 'import sqlite3, ctypes; "
                    "ctypes.CDLL(\"libzstd.so.1\")' >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "python3 with sqlite3 and libzstd.so.1 is not installed";
    }
    const TemporaryFolder folder;
    const SignalsOfARun s;
    auto store = RunStore::create(folder / "run", header_of_a_run(), s.signals);
    append_rows(*store, s, 12000);
    const auto trace = store->finish(end_of_a_run());

    const std::string command =
        "/usr/bin/python3 " + std::string(IB_SOURCE_DIR) + "/reports/store/test/read_run.py " +
        (folder / "run/run.sqlite").string() + " > " + (folder / "out").string() + " 2>&1";
    (void)std::system(command.c_str());

    EXPECT_EQ(
        read_text_file(folder / "out").value(),
        *trace + " 36000 " +
            query(folder / "run/run.sqlite", "SELECT value FROM run WHERE key='record_sha256'")
                .at(0) +
            "\n");
}

TEST(RunFiles, TakeTheNextFreeName) {
    const TemporaryFolder folder;

    EXPECT_EQ(*write_run_file(folder.path(), "report.html", "one"), folder / "report.html");
    EXPECT_EQ(*write_run_file(folder.path(), "report.html", "two"), folder / "report-2.html");

    EXPECT_EQ(*read_text_file(folder / "report.html"), "one");
    EXPECT_EQ(*read_text_file(folder / "report-2.html"), "two");
    EXPECT_THAT(write_run_file(folder / "none", "report.html", "").error().what,
                HasSubstr("none/report.html: No such file"));
}

}  // namespace
}  // namespace islandbench::reports
