#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace islandbench::reports {

/// A prepared statement. Parameters count from 1, columns from 0, as SQLite does.
class Statement {
  public:
    Statement(sqlite3_stmt* handle, std::string file);

    Statement& bind(int parameter, std::int64_t value);
    Statement& bind(int parameter, double value);  ///< NaN is NULL: SQLite has no NaN
    Statement& bind(int parameter, std::string_view text);
    Statement& bind(int parameter, std::span<const std::byte> blob);
    Statement& bind_null(int parameter);

    /// True with a row, false at the end; then the statement is ready for the next parameters.
    Result<bool> step();
    /// step() for statements without rows.
    Result<void> run();

    /// A column of the present row. Text and blob live until the next step().
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double number(int column) const;  ///< NULL is NaN
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::span<const std::byte> blob(int column) const;

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const noexcept;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
    std::string file_;
};

/// One open SQLite file. Errors name it.
class Database {
  public:
    /// Makes the file; it must not exist.
    static Result<Database> create(const std::filesystem::path& file);
    /// Opens for reading. Never with `immutable`, which hides what is still in a -wal beside it.
    static Result<Database> open_read_only(const std::filesystem::path& file);
    /// Opens a private copy, whose -wal or -journal SQLite may fold in.
    static Result<Database> open_copy(const std::filesystem::path& file);

    Result<void> execute(std::string_view sql);
    Result<Statement> prepare(std::string_view sql);
    /// Gives up the transaction, if there is one; used after an error, so it reports none.
    void roll_back() noexcept;
    /// Closes the file. All statements must be gone.
    Result<void> close();

  private:
    struct Close {
        void operator()(sqlite3* handle) const noexcept;
    };
    static Result<Database> open(const std::filesystem::path& file, int flags);
    [[nodiscard]] tl::unexpected<Error> error() const;

    std::unique_ptr<sqlite3, Close> handle_;
    std::string file_;
};

}  // namespace islandbench::reports
