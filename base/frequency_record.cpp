#include "base/frequency_record.hpp"

#include <chrono>
#include <optional>

#include "base/csv.hpp"
#include "base/time_of_day.hpp"

namespace islandbench {
namespace {

constexpr std::size_t most_told = 20;
/// Outside, it is a slip of a unit or a column.
constexpr double lowest_hz = 40.0, highest_hz = 70.0;

std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
    if (text.size() < from + count) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(from, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = 10 * value + (c - '0');
    }
    return value;
}

std::optional<std::chrono::sys_days> date_in(std::string_view text) {
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !year || !month || !day) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date};
}

/// "2019-08-09T15:51:00.25Z", with a blank for the T, with or without the Z or a time zone +01:00,
/// which is left out: what counts is the time between two rows of one file.
std::optional<Duration> date_and_time(std::string_view stamp) {
    if (stamp.size() < 19 || (stamp[10] != 'T' && stamp[10] != ' ')) return std::nullopt;
    const auto date = date_in(stamp.substr(0, 10));
    const auto time = parse_time_of_day(stamp.substr(11, 8));
    if (!date || !time) return std::nullopt;
    std::string_view rest = stamp.substr(19);
    double fraction = 0.0;
    if (rest.starts_with('.')) {
        const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        const auto value = csv::number_in("0" + std::string(rest.substr(0, end)));
        if (!value) return std::nullopt;
        fraction = *value;
        rest.remove_prefix(end);
    }
    const bool zone = rest.empty() || rest == "Z" || rest == " UTC" ||
                      (rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':');
    if (!zone) return std::nullopt;
    return date->time_since_epoch() + *time + from_seconds(fraction);
}

std::optional<Duration> time_in(std::string_view cell) {
    if (const auto seconds = csv::number_in(cell)) return from_seconds(*seconds);
    return date_and_time(cell);
}

class RecordReader {
  public:
    RecordReader(std::string_view text, const std::string& file, Diagnostics& diagnostics)
        : table_(text, file, diagnostics), diagnostics_(diagnostics) {}

    FrequencyRecord read() {
        if (table_.head_line() == 0) return {};
        for (const csv::Table::Row& row : table_.rows()) sample(row);
        if (record_.samples.size() < 2 && told_ == 0) {
            diagnostics_.add({table_.file(), 0, "", "needs two rows at least: time and hertz"});
        }
        if (told_ > most_told) {
            diagnostics_.add(
                {table_.file(), 0, "", std::to_string(told_ - most_told) + " more problems"});
        }
        return std::move(record_);
    }

  private:
    void sample(const csv::Table::Row& row) {
        const std::string_view stamp = table_.text(row, 0);
        const std::string_view cell = table_.text(row, 1);
        const auto time = time_in(stamp);
        const auto hz = csv::number_in(cell);
        if (!time) {
            return complain(row, "time",
                            csv::quoted(stamp) +
                                " is no time such as "
                                "\"2019-08-09T15:51:00Z\" or seconds");
        }
        if (!hz || *hz < lowest_hz || *hz > highest_hz) {
            return complain(row, "frequency", csv::quoted(cell) + " is no frequency in Hz");
        }
        if (!begin_) begin_ = *time;
        const Duration at = *time - *begin_;
        if (!record_.samples.empty() && at <= record_.samples.back().at) {
            return complain(row, "time", csv::quoted(stamp) + " is not after the row before");
        }
        record_.samples.push_back({at, Frequency{*hz}});
    }

    void complain(const csv::Table::Row& row, const char* where, std::string message) {
        if (told_++ < most_told) {
            diagnostics_.add({table_.file(), row.line, where, std::move(message)});
        }
    }

    csv::Table table_;
    Diagnostics& diagnostics_;
    FrequencyRecord record_;
    std::optional<Duration> begin_;
    std::size_t told_ = 0;
};

}  // namespace

FrequencyRecord read_frequency_record(std::string_view text, const std::string& file,
                                      Diagnostics& diagnostics) {
    return RecordReader(text, file, diagnostics).read();
}

}  // namespace islandbench
