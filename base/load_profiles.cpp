#include "base/load_profiles.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "base/csv.hpp"
#include "base/time_of_day.hpp"

namespace islandbench {
namespace {

constexpr std::size_t most_columns = 2000;
constexpr std::size_t most_told = 20;
/// A home's main fuse is below; a file in watts is above at once.
constexpr double most_kw = 100.0;

/// Minutes since midnight; 1440 is the end of the day.
std::optional<int> minute_of(std::string_view stamp) {
    if (stamp == "24:00" || stamp == "24:00:00") return static_cast<int>(minutes_of_day);
    const auto time = parse_time_of_day(stamp);
    if (!time || *time % 1min != 0s) return std::nullopt;
    return static_cast<int>(*time / 1min);
}

std::string stamp_of(int minute) {
    return minute == static_cast<int>(minutes_of_day) ? "24:00"
                                                      : format_time_of_day(minute * Duration{1min});
}

class MatrixReader {
  public:
    MatrixReader(std::string_view text, const std::string& file, Diagnostics& diagnostics)
        : lines_(text), file_(file), diagnostics_(diagnostics) {}

    std::vector<LoadProfile> read() {
        if (!head()) return {};
        while (const auto line = lines_.next()) {
            if (!row(*line)) break;
        }
        const std::size_t rows = profiles_.front().minutes.size();
        if (rows != minutes_of_day && rows_seen_ <= minutes_of_day) {
            complain(0, "", "has " + std::to_string(rows) + " minutes, and a day has 1440");
        }
        if (untold_ > 0) {
            diagnostics_.add({file_, 0, "", std::to_string(untold_) + " more problems"});
        }
        return std::move(profiles_);
    }

  private:
    bool head();
    void name_columns(const std::vector<std::string_view>& cells);
    bool row(std::string_view line);
    void check_time(std::string_view stamp);
    std::optional<double> kilowatt(std::string_view cell, std::size_t column);

    void complain(int line, std::string where, std::string message) {
        if (told_++ < most_told) {
            diagnostics_.add({file_, line, std::move(where), std::move(message)});
        } else {
            ++untold_;
        }
    }
    [[nodiscard]] std::string place_of(std::size_t column) const {
        return "column " + std::to_string(column + 1 + (timed_ ? 1 : 0)) + " (" +
               profiles_[column].column + ")";
    }

    csv::Lines lines_;
    const std::string& file_;
    Diagnostics& diagnostics_;
    std::vector<LoadProfile> profiles_;
    bool timed_ = false;
    std::optional<int> expected_;  ///< minute of the next row, by its time
    std::size_t rows_seen_ = 0, told_ = 0, untold_ = 0;
};

bool MatrixReader::head() {
    const auto line = lines_.next();
    if (!line) {
        complain(0, "", "is empty; expected a line of column names and 1440 minutes");
        return false;
    }
    if (line->find(';') != std::string_view::npos) {
        complain(lines_.number(), "",
                 "has semicolons; expected commas between the columns, and "
                 "points in the numbers");
        return false;
    }
    const std::vector<std::string_view> cells = csv::cells_of(*line, most_columns + 1);
    if (cells.size() > most_columns) {
        complain(lines_.number(), "", "more than " + std::to_string(most_columns) + " columns");
        return false;
    }
    timed_ = cells.front() == "time";
    if (cells.size() == (timed_ ? 1U : 0U)) {
        complain(lines_.number(), "", "has no column beside the time");
        return false;
    }
    name_columns(cells);
    return true;
}

void MatrixReader::name_columns(const std::vector<std::string_view>& cells) {
    std::set<std::string_view> seen;
    for (std::size_t k = timed_ ? 1 : 0; k < cells.size(); ++k) {
        const std::string name = csv::quoted(cells[k]);
        profiles_.push_back({name.substr(1, name.size() - 2), {}});
        profiles_.back().minutes.reserve(minutes_of_day);
        const std::string where = "column " + std::to_string(k + 1);
        double number = 0.0;
        const char* end = cells[k].data() + cells[k].size();
        if (cells[k].empty()) {
            complain(lines_.number(), where, "has no name");
        } else if (std::from_chars(cells[k].data(), end, number).ptr == end) {
            complain(lines_.number(), where,
                     "is named " + name + ": the first line names the columns");
        } else if (!seen.insert(cells[k]).second) {
            complain(lines_.number(), where, "duplicate name " + name);
        }
    }
}

/// False: the rest is not worth reading.
bool MatrixReader::row(std::string_view line) {
    if (++rows_seen_ > minutes_of_day) {
        complain(lines_.number(), "", "is one minute too many: a day has 1440");
        return false;
    }
    const std::vector<std::string_view> cells = csv::cells_of(line, most_columns + 1);
    const std::size_t wanted = profiles_.size() + (timed_ ? 1 : 0);
    if (timed_) check_time(cells.front());
    if (cells.size() != wanted) {
        complain(lines_.number(), "",
                 "has " + std::to_string(cells.size()) + " cells, expected " +
                     std::to_string(wanted) + " as in the first line");
    }
    for (std::size_t k = 0; k < profiles_.size(); ++k) {
        const std::size_t at = k + (timed_ ? 1 : 0);
        const double kw = at < cells.size() ? kilowatt(cells[at], k).value_or(0.0) : 0.0;
        profiles_[k].minutes.push_back(ActivePower{kw * 1e3});
    }
    return true;
}

/// A gap is told once: the rows behind it are counted from there.
void MatrixReader::check_time(std::string_view stamp) {
    const auto minute = minute_of(stamp);
    if (!minute) {
        complain(lines_.number(), "column 1 (time)",
                 csv::quoted(stamp) + " is no whole minute such as \"00:01\" or \"00:01:00\"");
    } else if (!expected_ && *minute > 1) {
        complain(lines_.number(), "column 1 (time)",
                 "begins at " + stamp_of(*minute) + "; expected 00:00 or 00:01");
    } else if (expected_ && *minute != *expected_) {
        complain(lines_.number(), "column 1 (time)",
                 "expected " + stamp_of(*expected_) + ", found " + stamp_of(*minute));
    }
    if (minute) expected_ = *minute;
    if (expected_ && *expected_ < static_cast<int>(minutes_of_day)) ++*expected_;
}

std::optional<double> MatrixReader::kilowatt(std::string_view cell, std::size_t column) {
    double value = 0.0;
    const char* end = cell.data() + cell.size();
    const auto [stopped, status] = std::from_chars(cell.data(), end, value);
    const auto refuse = [&](const std::string& why) {
        complain(lines_.number(), place_of(column), why);
        return std::nullopt;
    };
    if (cell.empty()) return refuse("is empty");
    if (status != std::errc{} || stopped != end) return refuse(csv::quoted(cell) + " is no number");
    if (!std::isfinite(value)) return refuse(csv::quoted(cell) + " is no power");
    if (value < 0.0) return refuse(csv::quoted(cell) + " is negative; a home draws power here");
    if (value > most_kw) {
        return refuse(csv::quoted(cell) + " is too much for a home; the file's unit is kW");
    }
    return value;
}

}  // namespace

std::vector<LoadProfile> read_load_profiles(std::string_view text, const std::string& file,
                                            Diagnostics& diagnostics) {
    return MatrixReader(text, file, diagnostics).read();
}

std::string first_columns(std::string_view text, std::size_t count) {
    csv::Lines lines(text);
    std::string kept;
    std::optional<std::size_t> most;
    while (const auto line = lines.next()) {
        const std::vector<std::string_view> cells = csv::cells_of(*line, most_columns + 1);
        if (!most) most = count + (cells.front() == "time" ? 1 : 0);
        for (std::size_t k = 0; k < std::min(*most, cells.size()); ++k) {
            if (k > 0) kept += ',';
            kept += cells[k];
        }
        kept += '\n';
    }
    return kept;
}

}  // namespace islandbench
