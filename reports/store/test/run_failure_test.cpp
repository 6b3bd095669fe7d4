#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "base/fixtures.hpp"
#include "base/random.hpp"
#include "reports/store/run_reader.hpp"
#include "reports/store/run_store.hpp"
#include "reports/store/sha256.hpp"
#include "reports/store/test/run_samples.hpp"
#include "reports/store/test/temporary_folder.hpp"

/// What can happen to a run on disk: killed writers, full disks, damaged files.
namespace islandbench::reports {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

/// Noise, which does not compress: about 8 bytes a sample reach the disk.
void append_noise(RunStore& store, const SignalsOfARun& s, int second) {
    Random chance(static_cast<std::uint64_t>(second), "noise");
    for (int ms = 0; ms < 1000; ++ms) {
        const Instant t = at_seconds(second) + ms * 1ms;
        store.append(s.v, t, chance.normal());
        store.append(s.soc, t, chance.normal());
    }
}

/// Forks a writer that commits a second at a time and says so on a pipe, kills it after `seconds`
/// commits, and returns how many it had acknowledged.
int kill_a_writer(const fs::path& folder, int seconds) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    const pid_t child = fork();
    if (child == 0) {
        const SignalsOfARun s;
        auto store = RunStore::create(folder, header_of_a_run(), s.signals);
        for (int second = 0;; ++second) {
            append_noise(*store, s, second);
            store->add_event(at_seconds(second), "second");
            if (!store->commit() || write(ends[1], "x", 1) != 1) _exit(1);
        }
    }
    int acknowledged = 0;
    char mark = 0;
    while (acknowledged < seconds && read(ends[0], &mark, 1) == 1) ++acknowledged;
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ends[1]);
    while (read(ends[0], &mark, 1) == 1) ++acknowledged;
    close(ends[0]);
    return acknowledged;
}

std::string hash_of_folder(const fs::path& folder) {
    std::string all;
    for (const char* name : {"run.sqlite", "run.sqlite-wal"}) {
        all += read_text_file(folder / name).value_or("") + "|";
    }
    return to_hex(sha256(all));
}

TEST(KilledWriter, LosesNothingThatWasCommitted) {
    for (int attempt = 0; attempt < 12; ++attempt) {
        const TemporaryFolder folder;
        const int acknowledged = kill_a_writer(folder / "run", 1 + 3 * attempt);
        const std::string before = hash_of_folder(folder / "run");

        const auto reader = RunReader::open(folder / "run");
        ASSERT_TRUE(reader) << reader.error().what;
        const auto run = reader->read();

        ASSERT_TRUE(run) << run.error().what;
        EXPECT_FALSE(reader->finished());
        EXPECT_GE(run->find("truth.home1.v")->values.size(), 1000u * acknowledged);
        EXPECT_GE(run->events.size(), static_cast<std::size_t>(acknowledged));
        EXPECT_EQ(reader->verify().error().code, ErrorCode::not_available);
        EXPECT_EQ(hash_of_folder(folder / "run"), before) << "reading left the original alone";
    }
}

TEST(RunReader, ReadsARunThatStillGoesOn) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    auto store = RunStore::create(folder / "run", header_of_a_run(), s.signals);
    for (int second = 0; second < 30; ++second) {
        append_noise(*store, s, second);
        ASSERT_TRUE(store->commit());

        const auto reader = RunReader::open(folder / "run");
        ASSERT_TRUE(reader) << reader.error().what;
        ASSERT_EQ(reader->read()->find("truth.home1.v")->values.size(), 1000u * (second + 1));
    }
    EXPECT_TRUE(store->finish({}));
}

/// A limit on the size of files, as `ulimit -f` sets it and as a full disk feels.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit now{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
};

TEST(FullDisk, IsAnErrorThatNamesTheFileAndKeepsWhatWasCommitted) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    auto store = RunStore::create(folder / "run", header_of_a_run(), s.signals);
    Result<void> kept;
    int seconds = 0;
    {
        const FileSizeLimit limit(1 << 20);
        for (; kept && seconds < 1000; ++seconds) {
            append_noise(*store, s, seconds);
            kept = store->commit();
        }
    }

    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, ErrorCode::io);
    EXPECT_THAT(kept.error().what, HasSubstr("run/run.sqlite"));
    const Error first = kept.error();
    append_noise(*store, s, 2000);
    EXPECT_EQ(store->commit().error(), first) << "space or not, the recording has ended";
    EXPECT_EQ(store->finish(end_of_a_run()).error(), first);
    const auto run = RunReader::open(folder / "run")->read();
    ASSERT_TRUE(run) << run.error().what;
    EXPECT_GT(seconds, 5);
    EXPECT_EQ(run->find("truth.home1.v")->values.size(), 1000u * (seconds - 1));
}

TEST(FullDisk, MayComeAtTheVeryEnd) {
    const TemporaryFolder folder;
    const SignalsOfARun s;
    auto store = RunStore::create(folder / "run", header_of_a_run(), s.signals);
    append_noise(*store, s, 0);
    ASSERT_TRUE(store->commit());
    RunEnd end = end_of_a_run();
    end.detail = std::string(1 << 21, 'x');
    {
        const FileSizeLimit limit(1 << 20);
        EXPECT_EQ(store->finish(end).error().code, ErrorCode::io);
    }

    const auto run = RunReader::open(folder / "run")->read();

    EXPECT_EQ(run->end.reason, EndReason::unfinished);
    EXPECT_EQ(run->find("truth.home1.v")->values.size(), 1000u);
}

TEST(RunReader, SaysWhyItCannotOpen) {
    const TemporaryFolder folder;
    std::ofstream(folder / "short") << "SQLite format 3";
    std::ofstream(folder / "other") << std::string(5000, 'x');

    EXPECT_THAT(RunReader::open(folder / "none").error().what, HasSubstr("none: cannot be opened"));
    EXPECT_THAT(RunReader::open(folder / "short").error().what, HasSubstr("too short for a run"));
    EXPECT_THAT(RunReader::open(folder / "other").error().what, HasSubstr("not a database"));
}

/// A finished run in one string.
std::string finished_run(const fs::path& folder) {
    const SignalsOfARun s;
    auto store = RunStore::create(folder, header_of_a_run(), s.signals);
    for (int second = 0; second < 60; ++second) append_noise(*store, s, second);
    store->add_event(at_seconds(60), "outage", "");
    EXPECT_TRUE(store->finish(end_of_a_run()));
    return read_text_file(folder / "run.sqlite").value();
}

/// Reads everything there is; true when nothing complains.
bool reads_well(const fs::path& folder) {
    const auto reader = RunReader::open(folder);
    return reader && reader->read() && reader->verify();
}

TEST(RunReader, SurvivesDamageAndFindsItInTheSamples) {
    const TemporaryFolder folder;
    const std::string good = finished_run(folder / "run");
    ASSERT_TRUE(reads_well(folder / "run"));
    fs::create_directories(folder / "damaged");
    Random chance(3, "damage");
    int found = 0;
    constexpr int attempts = 100;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        std::string bytes = good;
        bytes[static_cast<std::size_t>(chance.bits() % bytes.size())] ^=
            static_cast<char>(1 + chance.bits() % 255);
        std::ofstream(folder / "damaged/run.sqlite", std::ios::binary) << bytes;
        if (!reads_well(folder / "damaged")) ++found;
    }
    // Nine tenths of the file are samples, which the hash guards; the rest is text and free space.
    EXPECT_GT(found, attempts * 8 / 10);
}

TEST(RunReader, SurvivesTruncation) {
    const TemporaryFolder folder;
    const std::string good = finished_run(folder / "run");
    fs::create_directories(folder / "cut");
    for (std::size_t size = 0; size < good.size(); size += 19999) {
        std::ofstream(folder / "cut/run.sqlite", std::ios::binary) << good.substr(0, size);
        EXPECT_FALSE(reads_well(folder / "cut")) << size;
    }
}

}  // namespace
}  // namespace islandbench::reports
