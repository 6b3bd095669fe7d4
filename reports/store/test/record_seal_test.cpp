#include <gmock/gmock.h>
#include <sqlite3.h>

#include <fstream>

#include "base/fixtures.hpp"
#include "reports/store/run_reader.hpp"
#include "reports/store/run_store.hpp"
#include "reports/store/test/run_samples.hpp"
#include "reports/store/test/temporary_folder.hpp"

/// Somebody edits a finished run with the sqlite3 shell: RunReader::verify() says what does not
/// fit.
namespace islandbench::reports {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class Tampering : public ::testing::Test {
  protected:
    Tampering() {
        const SignalsOfARun s;
        auto store = RunStore::create(folder_ / "run", header_of_a_run(), s.signals);
        for (int ms = 0; ms < 100; ++ms) store->append(s.v, at_seconds(1) + ms * 1ms, ms);
        EXPECT_TRUE(store->commit());
        for (int ms = 100; ms < 200; ++ms) store->append(s.v, at_seconds(1) + ms * 1ms, ms);
        store->add_event(at_seconds(1), "outage", "upstream break");
        EXPECT_TRUE(store->finish(end_of_a_run()));
        good_ = read_text_file(file()).value();
    }

    [[nodiscard]] fs::path file() const { return folder_ / "run/run.sqlite"; }

    /// What the reader says of the run after that SQL; "" when it finds nothing wrong.
    std::string after(const std::string& sql) const {
        std::ofstream(file(), std::ios::binary) << good_;
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sql;
        EXPECT_TRUE(sql.empty() || sqlite3_total_changes(database) > 0) << sql;
        sqlite3_close(database);
        const auto reader = RunReader::open(folder_ / "run");
        if (!reader) return reader.error().what;
        const auto fits = reader->verify();
        return fits ? "" : fits.error().what;
    }

    const TemporaryFolder folder_;
    std::string good_;
};

TEST_F(Tampering, IsNotSeenWhereThereWasNone) {
    EXPECT_EQ(after(""), "");
    EXPECT_EQ(RunReader::open(folder_ / "run")->read()->record_sha256.size(), 64u);
}

TEST_F(Tampering, ShowsInTheSealWhateverWasEdited) {
    for (const char* sql : {
             "UPDATE run SET value='1' WHERE key='seed'",
             "UPDATE run SET value='no' WHERE key='strict'",
             "UPDATE run SET value='completed' WHERE key='end_reason'",
             "UPDATE run SET value='somebody else' WHERE key='end_detail'",
             "UPDATE figures SET json=replace(json,'\"dispatch_steps_late\": "
             "7','\"dispatch_steps_late\": 0')",
             "UPDATE figures SET json=replace(json,'0.3125','0.5125') WHERE name='street_energy'",
             "INSERT INTO run VALUES('witness','nobody')",
             "DELETE FROM versions WHERE name='sqlite'",
             "UPDATE versions SET version='0.2.0' WHERE name='islandbench'",
             "UPDATE inputs SET name='other.json' WHERE kind='site'",
             "UPDATE signals SET unit='A' WHERE name='truth.home1.v'",
             "DELETE FROM events",
             "UPDATE events SET t_ns=t_ns+1",
             "UPDATE events SET detail='' WHERE name='outage'",
             "UPDATE verdicts SET json=replace(json,'24.1 deg','4.1 deg')",
             "UPDATE verdicts SET criterion='H1'",
             "UPDATE links SET json=replace(json,'Pylon','Other')",
             "DELETE FROM links",
             "UPDATE figures SET json=replace(json,'0.31','0.13')",
             "UPDATE run SET value='' WHERE key='record_sha256'",
         }) {
        EXPECT_THAT(after(sql), AllOf(HasSubstr("run.sqlite: "), HasSubstr("do not fit its seal")))
            << sql;
    }
}

TEST_F(Tampering, ShowsInTheVerdictOfTheRun) {
    EXPECT_THAT(after("UPDATE verdicts SET json=replace(json,'\"fail\"','\"pass\"')"),
                AllOf(HasSubstr("fit its seal"),
                      HasSubstr("the run's verdict is \"fail\", but its rows give \"pass\"")));
    EXPECT_THAT(after("DELETE FROM verdicts"), HasSubstr("its rows give \"inconclusive\""));
    EXPECT_THAT(after("UPDATE run SET value='pass' WHERE key='verdict'"),
                HasSubstr("the run's verdict is \"pass\", but its rows give \"fail\""));
}

TEST_F(Tampering, ShowsInTheInputThatWasEdited) {
    EXPECT_THAT(after("UPDATE inputs SET text='[]' WHERE kind='site'"),
                AllOf(HasSubstr("the text of input site.json does not fit its SHA-256"),
                      Not(HasSubstr("outage.json"))));
}

TEST_F(Tampering, ShowsInTheSamples) {
    EXPECT_THAT(after("DELETE FROM chunks WHERE sequence=1"),
                AllOf(HasSubstr("the samples do not fit the trace hash"), Not(HasSubstr("seal"))));
    EXPECT_THAT(after("DELETE FROM chunks"), HasSubstr("the samples do not fit the trace hash"));
    EXPECT_THAT(after("UPDATE chunks SET samples=x'00'"), HasSubstr("the samples cannot be read ("))
        << "damage is told like the rest";
}

TEST_F(Tampering, DoesNotHideBehindAnUnfinishedRun) {
    EXPECT_THAT(after("UPDATE run SET value='unfinished' WHERE key='end_reason'"),
                HasSubstr("it has the seal of a finished run, but says unfinished"));
    EXPECT_THAT(after("DELETE FROM run WHERE key='record_sha256'"),
                HasSubstr("run.record_sha256 is missing"));
}

// Two texts side by side hash differently from their parts shifted by a character.
TEST_F(Tampering, ShowsWhereTextMovedFromOneColumnToTheNext) {
    EXPECT_THAT(after("UPDATE events SET name='outageu', detail='pstream break'"),
                HasSubstr("fit its seal"));
}

}  // namespace
}  // namespace islandbench::reports
