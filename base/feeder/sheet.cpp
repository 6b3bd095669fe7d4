#include "base/feeder/sheet.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace islandbench::feeder {

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

const std::pair<const std::string, std::string>* find_file(const FeederTexts& texts,
                                                           std::string_view name) {
    const std::string wanted = lower(name);
    for (const auto& file : texts.files) {
        if (lower(file.first) == wanted) return &file;
    }
    return nullptr;
}

std::string path_of(const FeederTexts& texts, const std::string& file) {
    return texts.folder + "/" + file;
}

Complaints::~Complaints() {
    constexpr std::size_t most = 20;
    const std::vector<Diagnostic>& all = list_.list();
    for (std::size_t k = 0; k < std::min(most, all.size()); ++k) to_.add(all[k]);
    if (all.size() > most) {
        to_.add({all.front().file, 0, "", std::to_string(all.size() - most) + " more problems"});
    }
}

void Complaints::add(const Spot& spot, std::string message) {
    list_.add({spot.file, spot.line, spot.column, std::move(message)});
}

Sheet::Sheet(const FeederTexts& texts, std::string_view name, Diagnostics& diagnostics)
    : complaints_(diagnostics) {
    const auto* file = find_file(texts, name);
    if (file == nullptr) {
        complaints_.add({path_of(texts, std::string(name)), 0, ""}, "is not there");
        return;
    }
    table_.emplace(file->second, path_of(texts, file->first), complaints_.list());
}

const std::vector<Sheet::Row>& Sheet::rows() const {
    static const std::vector<Row> none;
    return table_ ? table_->rows() : none;
}

Sheet::Column Sheet::need(std::string_view name) {
    return table_ ? table_->column(name, complaints_.list()) : csv::Table::nowhere;
}

Sheet::Column Sheet::may(std::string_view name) const {
    return table_ ? table_->find(name).value_or(csv::Table::nowhere) : csv::Table::nowhere;
}

std::string_view Sheet::raw(const Row& row, Column column) const {
    return table_->text(row, column);
}

std::optional<std::string> Sheet::text(const Row& row, Column column) {
    if (column == csv::Table::nowhere) return std::nullopt;
    const std::string_view cell = raw(row, column);
    if (!cell.empty()) return std::string(cell);
    complain(row, column, "is empty");
    return std::nullopt;
}

std::optional<double> Sheet::number(const Row& row, Column column) {
    if (column == csv::Table::nowhere) return std::nullopt;
    const std::size_t before = complaints_.list().list().size();
    const double value = table_->number(row, column, complaints_.list());
    if (complaints_.list().list().size() > before) return std::nullopt;
    constexpr double most = 1e9;  // no unit of these tables makes more of anything in a street
    if (std::fabs(value) <= most) return value;
    complain(row, column, csv::quoted(raw(row, column)) + " is beyond anything in a street");
    return std::nullopt;
}

std::optional<double> Sheet::positive(const Row& row, Column column) {
    const auto value = number(row, column);
    if (!value || *value > 0.0) return value;
    complain(row, column, "must be greater than zero");
    return std::nullopt;
}

std::optional<double> Sheet::not_negative(const Row& row, Column column) {
    const auto value = number(row, column);
    if (!value || *value >= 0.0) return value;
    complain(row, column, "must not be negative");
    return std::nullopt;
}

void Sheet::expect(const Row& row, Column column, std::string_view word) {
    if (column == csv::Table::nowhere || lower(raw(row, column)) == lower(word)) return;
    complain(row, column,
             csv::quoted(raw(row, column)) + ": only " + csv::quoted(word) + " is understood");
}

Spot Sheet::spot(const Row& row, Column column) const {
    if (column == csv::Table::nowhere) return {table_->file(), row.line, ""};
    return {table_->file(), row.line, table_->place(column)};
}

void Sheet::complain(const Row& row, Column column, std::string message) {
    complaints_.add(spot(row, column), std::move(message));
}

}  // namespace islandbench::feeder
