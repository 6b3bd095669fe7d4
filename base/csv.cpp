#include "base/csv.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace islandbench::csv {
namespace {

constexpr std::size_t most_columns = 4000;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// A cell without what spreadsheets put around it.
std::string_view bare(std::string_view cell) {
    cell = trimmed(cell);
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
        cell = cell.substr(1, cell.size() - 2);
    }
    return trimmed(cell);
}

bool same_but_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

}  // namespace

Lines::Lines(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
}

std::optional<std::string_view> Lines::next() {
    while (!rest_.empty()) {
        ++number_;
        const std::size_t end = rest_.find('\n');
        std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!trimmed(line).empty() && line.front() != '#') return line;
    }
    return std::nullopt;
}

std::vector<std::string_view> cells_of(std::string_view line, std::size_t most) {
    std::vector<std::string_view> cells;
    while (cells.size() <= most) {
        const std::size_t comma = line.find(',');
        cells.push_back(bare(line.substr(0, comma)));
        if (comma == std::string_view::npos) break;
        line.remove_prefix(comma + 1);
    }
    return cells;
}

std::string quoted(std::string_view cell) {
    constexpr std::size_t most = 40;
    std::string text = "\"";
    for (const char c : cell.substr(0, most)) text += c >= ' ' && c < '\x7f' ? c : '?';
    return text + (cell.size() > most ? "...\"" : "\"");
}

std::optional<double> number_in(std::string_view cell) {
    if (cell.starts_with('+')) cell.remove_prefix(1);
    double value = 0.0;
    const char* end = cell.data() + cell.size();
    const auto [stopped, status] = std::from_chars(cell.data(), end, value);
    if (status != std::errc{} || stopped != end || !std::isfinite(value)) return std::nullopt;
    return value;
}

Table::Table(std::string_view text, std::string file, Diagnostics& diagnostics)
    : file_(std::move(file)) {
    Lines lines(text);
    const auto head = lines.next();
    if (!head) {
        diagnostics.add({file_, 0, "", "is empty; expected a line of column names"});
        return;
    }
    head_line_ = lines.number();
    columns_ = cells_of(*head, most_columns);
    while (const auto line = lines.next()) {
        Row row{lines.number(), cells_of(*line, most_columns)};
        // Spreadsheets end a line with commas for columns that nobody named.
        while (row.cells.size() > columns_.size() && row.cells.back().empty()) row.cells.pop_back();
        if (row.cells.size() > columns_.size()) {
            diagnostics.add({file_, row.line, "",
                             "has more cells than the " + std::to_string(columns_.size()) +
                                 " columns of line " + std::to_string(head_line_)});
        }
        rows_.push_back(std::move(row));
    }
}

std::optional<std::size_t> Table::find(std::string_view name) const {
    for (std::size_t k = 0; k < columns_.size(); ++k) {
        if (same_but_case(columns_[k], name)) return k;
    }
    return std::nullopt;
}

std::size_t Table::column(std::string_view name, Diagnostics& diagnostics) const {
    if (const auto at = find(name)) return *at;
    if (head_line_ == 0) return nowhere;  // an empty file has been complained about
    std::vector<std::string> known;
    for (const std::string_view one : columns_) known.emplace_back(one);
    diagnostics.add({file_, head_line_, "",
                     "no column " + quoted(name) + suggestion(std::string(name), known)});
    return nowhere;
}

std::string_view Table::text(const Row& row, std::size_t column) const {
    return column < row.cells.size() ? row.cells[column] : std::string_view{};
}

double Table::number(const Row& row, std::size_t column, Diagnostics& diagnostics) const {
    if (column == nowhere) return 0.0;
    const std::string_view cell = text(row, column);
    if (const auto value = number_in(cell)) return *value;
    diagnostics.add(
        {file_, row.line, place(column),
         cell.empty() ? "is empty; expected a number" : quoted(cell) + " is no number"});
    return 0.0;
}

std::string Table::place(std::size_t column) const {
    const std::string name = quoted(columns_.at(column));
    return "column " + std::to_string(column + 1) + " (" + name.substr(1, name.size() - 2) + ")";
}

}  // namespace islandbench::csv
