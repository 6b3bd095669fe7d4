#include "reports/store/database.hpp"

#include <sqlite3.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "base/assert.hpp"

namespace islandbench::reports {
namespace {

/// "runs/x/run.sqlite: database or disk is full (No space left on device)"
std::string describe(sqlite3* handle, const std::string& file) {
    std::string what = file + ": " + sqlite3_errmsg(handle);
    const int system = sqlite3_system_errno(handle);
    const int kind = sqlite3_extended_errcode(handle) & 0xff;
    const bool from_system = kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN || kind == SQLITE_FULL;
    if (from_system && system != 0) what += std::string(" (") + std::strerror(system) + ")";
    return what;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* handle) const noexcept {
    sqlite3_finalize(handle);
}

Statement::Statement(sqlite3_stmt* handle, std::string file)
    : handle_(handle), file_(std::move(file)) {}

// Binding fails only on a wrong number, a running statement or no memory: all our own bugs.
Statement& Statement::bind(int parameter, std::int64_t value) {
    IB_ASSERT(sqlite3_bind_int64(handle_.get(), parameter, value) == SQLITE_OK);
    return *this;
}
Statement& Statement::bind(int parameter, double value) {
    IB_ASSERT(sqlite3_bind_double(handle_.get(), parameter, value) == SQLITE_OK);
    return *this;
}
Statement& Statement::bind(int parameter, std::string_view text) {
    IB_ASSERT(sqlite3_bind_text64(handle_.get(), parameter, text.data() ? text.data() : "",
                                  text.size(), SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
    return *this;
}
Statement& Statement::bind(int parameter, std::span<const std::byte> blob) {
    // The bytes outlive the step(): nothing to copy.
    IB_ASSERT(sqlite3_bind_blob64(handle_.get(), parameter, blob.data(), blob.size(),
                                  SQLITE_STATIC) == SQLITE_OK);
    return *this;
}
Statement& Statement::bind_null(int parameter) {
    IB_ASSERT(sqlite3_bind_null(handle_.get(), parameter) == SQLITE_OK);
    return *this;
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        sqlite3_reset(handle_.get());
        return false;
    }
    std::string what = describe(sqlite3_db_handle(handle_.get()), file_);
    sqlite3_reset(handle_.get());
    return failure(ErrorCode::io, std::move(what));
}

Result<void> Statement::run() {
    const auto row = step();
    if (!row) return tl::unexpected(row.error());
    IB_ASSERT(!*row);
    return {};
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
}
double Statement::number(int column) const {
    return is_null(column) ? std::numeric_limits<double>::quiet_NaN()
                           : sqlite3_column_double(handle_.get(), column);
}
bool Statement::is_null(int column) const {
    return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}
std::string_view Statement::text(int column) const {
    const void* bytes = sqlite3_column_text(handle_.get(), column);
    const int size = sqlite3_column_bytes(handle_.get(), column);
    return bytes ? std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size))
                 : std::string_view{};
}
std::span<const std::byte> Statement::blob(int column) const {
    const void* bytes = sqlite3_column_blob(handle_.get(), column);
    const int size = sqlite3_column_bytes(handle_.get(), column);
    return {static_cast<const std::byte*>(bytes), bytes ? static_cast<std::size_t>(size) : 0};
}

void Database::Close::operator()(sqlite3* handle) const noexcept {
    sqlite3_close_v2(handle);
}

tl::unexpected<Error> Database::error() const {
    return failure(ErrorCode::io, describe(handle_.get(), file_));
}

Result<Database> Database::open(const std::filesystem::path& file, int flags) {
    Database database;
    database.file_ = file.string();
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(database.file_.c_str(), &handle,
                                     flags | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, nullptr);
    database.handle_.reset(handle);
    if (code != SQLITE_OK) return database.error();
    sqlite3_busy_timeout(handle, 5000);
    // A run may come from a stranger: nothing in its schema is trusted to call functions.
    if (auto done = database.execute("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;");
        !done) {
        return tl::unexpected(done.error());
    }
    return database;
}

Result<Database> Database::create(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        return failure(ErrorCode::io, file.string() + ": exists already");
    }
    return open(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
}
Result<Database> Database::open_read_only(const std::filesystem::path& file) {
    return open(file, SQLITE_OPEN_READONLY);
}
Result<Database> Database::open_copy(const std::filesystem::path& file) {
    return open(file, SQLITE_OPEN_READWRITE);
}

Result<void> Database::execute(std::string_view sql) {
    const int code =
        sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error();
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        &handle, nullptr);
    if (code != SQLITE_OK) return error();
    return Statement(handle, file_);
}

void Database::roll_back() noexcept {
    if (sqlite3_get_autocommit(handle_.get()) == 0) {
        sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

Result<void> Database::close() {
    sqlite3* handle = handle_.release();
    if (sqlite3_close(handle) == SQLITE_OK) return {};
    auto failed = failure(ErrorCode::io, describe(handle, file_));
    sqlite3_close_v2(handle);
    return failed;
}

}  // namespace islandbench::reports
