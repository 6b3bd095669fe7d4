#include "reports/store/record_seal.hpp"

#include "reports/store/sha256.hpp"

namespace islandbench::reports {
namespace {

struct SealedTable {
    std::string_view name;
    int columns;
    std::string_view query;
};

constexpr SealedTable sealed_tables[] = {
    {"run", 2, "SELECT key,value FROM run WHERE key<>'record_sha256' ORDER BY key"},
    {"versions", 2, "SELECT name,version FROM versions ORDER BY rowid"},
    {"inputs", 4, "SELECT name,kind,sha256,text FROM inputs ORDER BY rowid"},
    {"signals", 4,
     "SELECT id,name,unit,CAST(round(dead_band*1e9) AS INTEGER) FROM signals ORDER BY id"},
    {"events", 4, "SELECT id,t_ns,name,detail FROM events ORDER BY id"},
    {"verdicts", 3, "SELECT id,criterion,json FROM verdicts ORDER BY id"},
    {"links", 3, "SELECT id,device,json FROM links ORDER BY id"},
    {"figures", 2, "SELECT name,json FROM figures ORDER BY name"},
};

/// With its length in front, no text can pass for the end of one and the beginning of the next.
void add(Sha256& hash, std::string_view text) {
    hash.update(std::to_string(text.size()) + ":");
    hash.update(text);
}

Result<void> add(Sha256& hash, Database& database, const SealedTable& table) {
    auto rows = database.prepare(table.query);
    if (!rows) return tl::unexpected(rows.error());
    for (;;) {
        const auto more = rows->step();
        if (!more) return tl::unexpected(more.error());
        if (!*more) return {};
        add(hash, table.name);
        for (int column = 0; column < table.columns; ++column) add(hash, rows->text(column));
    }
}

}  // namespace

Result<std::string> record_seal(Database& database) {
    Sha256 hash;
    for (const SealedTable& table : sealed_tables) {
        if (auto done = add(hash, database, table); !done) return tl::unexpected(done.error());
    }
    return to_hex(hash.finish());
}

}  // namespace islandbench::reports
