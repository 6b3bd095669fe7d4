#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"

/// Comma-separated text, as spreadsheets and power-system tools pass tables on. Empty lines and
/// lines that begin with # are left out; a cell may stand in quotes, but holds no comma.
namespace islandbench::csv {

/// Goes through the lines that carry something.
class Lines {
  public:
    explicit Lines(std::string_view text);
    std::optional<std::string_view> next();
    /// Of the line that came last, from 1.
    [[nodiscard]] int number() const noexcept { return number_; }

  private:
    std::string_view rest_;
    int number_ = 0;
};

/// The cells of a line without what spreadsheets put around them; one more than `most` at most.
std::vector<std::string_view> cells_of(std::string_view line, std::size_t most);

/// For messages: short, and nothing that a terminal would obey.
std::string quoted(std::string_view cell);

/// The whole cell is one finite number.
std::optional<double> number_in(std::string_view cell);

/// A table whose first line names its columns. Cells belong to the text, which must outlive it.
class Table {
  public:
    struct Row {
        int line = 0;
        std::vector<std::string_view> cells;
    };

    /// Complains about a missing head and rows with more cells than it. Rows may be shorter: what
    /// is not there is empty.
    Table(std::string_view text, std::string file, Diagnostics& diagnostics);

    [[nodiscard]] const std::string& file() const noexcept { return file_; }
    [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }
    [[nodiscard]] int head_line() const noexcept { return head_line_; }
    [[nodiscard]] const std::vector<std::string_view>& columns() const noexcept { return columns_; }

    /// The place of a column; upper and lower case count alike. Complains when it is not there.
    std::size_t column(std::string_view name, Diagnostics& diagnostics) const;
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

    /// A cell, empty where the row is too short or the column was not found.
    [[nodiscard]] std::string_view text(const Row& row, std::size_t column) const;
    /// A cell that must be a number; 0 and a complaint where it is none.
    double number(const Row& row, std::size_t column, Diagnostics& diagnostics) const;
    /// "column 4 (Length)"
    [[nodiscard]] std::string place(std::size_t column) const;

    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  private:
    std::string file_;
    std::vector<std::string_view> columns_;
    std::vector<Row> rows_;
    int head_line_ = 0;
};

}  // namespace islandbench::csv
