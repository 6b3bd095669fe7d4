#pragma once

#include <cstdint>
#include <string_view>

/// The layout of run.sqlite (docs/run-format.md describes it for people).
namespace islandbench::reports {

inline constexpr std::string_view run_file_name = "run.sqlite";

/// "IsBR", in SQLite's application_id: `file` and others can tell a run from another database.
inline constexpr std::int64_t application_id = 0x49734252;
/// In SQLite's user_version; raised when the layout changes.
inline constexpr std::int64_t format_version = 2;

/// The rows of table figures.
inline constexpr std::string_view figure_golden = "golden";
inline constexpr std::string_view figure_energy = "street_energy";
inline constexpr std::string_view figure_settlement = "settlement";
inline constexpr std::string_view figure_pace = "pace";
inline constexpr std::string_view figure_laws = "plant_laws";

inline constexpr std::string_view schema_sql = R"sql(
CREATE TABLE run(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE versions(name TEXT NOT NULL, version TEXT NOT NULL);
CREATE TABLE inputs(name TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL,
                    text TEXT NOT NULL);
CREATE TABLE signals(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
                     unit TEXT NOT NULL, dead_band REAL NOT NULL,
                     samples INTEGER, minimum REAL, maximum REAL, last REAL);
CREATE TABLE chunks(sequence INTEGER PRIMARY KEY, t0_ns INTEGER NOT NULL, t1_ns INTEGER NOT NULL,
                    n INTEGER NOT NULL, samples BLOB NOT NULL);
CREATE TABLE events(id INTEGER PRIMARY KEY, t_ns INTEGER NOT NULL, name TEXT NOT NULL,
                    detail TEXT NOT NULL);
CREATE TABLE verdicts(id INTEGER PRIMARY KEY, criterion TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE links(id INTEGER PRIMARY KEY, device TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE figures(name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;

CREATE VIEW story AS
  SELECT t_ns / 1e9 AS t_s, name, detail FROM events ORDER BY t_ns, id;
CREATE VIEW ledger AS
  SELECT criterion, json_extract(json, '$.verdict') AS verdict,
         json_extract(json, '$.limit_verified') AS limit_verified,
         json_extract(json, '$.margin') AS margin, json_extract(json, '$.unit') AS unit,
         json_extract(json, '$.worst_s') AS worst_s, json_extract(json, '$.device') AS device,
         json_extract(json, '$.reason') AS reason
  FROM verdicts ORDER BY id;
CREATE VIEW wire AS
  SELECT device, json_extract(json, '$.exchanges') AS exchanges,
         json_extract(json, '$.time_outs') AS time_outs, json_extract(json, '$.retries') AS retries,
         json_extract(json, '$.reconnects') AS reconnects,
         json_extract(json, '$.p50_s') AS p50_s, json_extract(json, '$.p95_s') AS p95_s,
         json_extract(json, '$.p99_s') AS p99_s
  FROM links ORDER BY id;
)sql";

}  // namespace islandbench::reports
