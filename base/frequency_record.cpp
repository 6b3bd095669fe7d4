#include "base/frequency_record.hpp"

#include <cctype>
#include <chrono>
#include <cmath>
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

/// What a cell of the time column says. Only times of one kind have a distance.
struct Stamp {
    enum class Kind { seconds, local, zoned };
    Kind kind = Kind::seconds;
    Duration at{};  ///< since 1970 in UTC for `zoned`
};

const char* text_of(Stamp::Kind kind) {
    switch (kind) {
        case Stamp::Kind::seconds: return "seconds";
        case Stamp::Kind::local: return "dates without a time zone";
        case Stamp::Kind::zoned: return "dates with a time zone";
    }
    return "";
}

/// "+01:00", how far ahead of UTC; beyond 14 h there is no zone on Earth.
std::optional<Duration> zone_in(std::string_view text) {
    if (text == "Z" || text == " UTC") return Duration{};
    const auto hours = digits(text, 1, 2), minutes = digits(text, 4, 2);
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || !hours ||
        !minutes || *hours > 14 || *minutes > 59) {
        return std::nullopt;
    }
    const Duration ahead = *hours * 1h + *minutes * 1min;
    return text[0] == '-' ? -ahead : ahead;
}

/// "2019-08-09T15:51:00.25Z", with a blank for the T, with or without the Z or a time zone +01:00.
std::optional<Stamp> date_and_time(std::string_view stamp) {
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
    const Duration at = date->time_since_epoch() + *time + from_seconds(fraction);
    if (rest.empty()) return Stamp{Stamp::Kind::local, at};
    const auto ahead = zone_in(rest);
    if (!ahead) return std::nullopt;
    return Stamp{Stamp::Kind::zoned, at - *ahead};
}

std::optional<Stamp> time_in(std::string_view cell) {
    constexpr double most_seconds = 1e9;  // a lifetime; integer time holds some more
    const auto seconds = csv::number_in(cell);
    if (!seconds) return date_and_time(cell);
    if (!(std::fabs(*seconds) <= most_seconds)) return std::nullopt;
    return Stamp{Stamp::Kind::seconds, from_seconds(*seconds)};
}

/// By its name, a column of frequencies: "f", "f_hz", "frequency", "Hz".
bool names_a_frequency(std::string_view name) {
    std::string lower(name);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower.starts_with('f') || lower.find("hz") != std::string::npos;
}

class RecordReader {
  public:
    RecordReader(std::string_view text, const std::string& file, Diagnostics& diagnostics)
        : table_(text, file, diagnostics), diagnostics_(diagnostics) {}

    FrequencyRecord read() {
        if (table_.head_line() == 0 || !good_head()) return {};
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
    /// A head that is data would cost a row without a word; swapped columns would read as times of
    /// 50 s where seconds and hertz look alike.
    bool good_head() {
        const std::size_t before = diagnostics_.list().size();
        const auto complain_of_head = [&](const std::string& what) {
            diagnostics_.add({table_.file(), table_.head_line(), "", what});
        };
        if (table_.columns().size() != 2) {
            complain_of_head("has " + std::to_string(table_.columns().size()) +
                             " columns; expected two: time and hertz");
        } else if (time_in(table_.columns()[0])) {
            complain_of_head("is a row of data; the first line names the two columns");
        } else if (names_a_frequency(table_.columns()[0])) {
            complain_of_head("begins with " + csv::quoted(table_.columns()[0]) +
                             "; time comes first, then the frequency");
        }
        return diagnostics_.list().size() == before;
    }

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
        if (time->kind != begin_->kind) {
            return complain(row, "time",
                            csv::quoted(stamp) + " among " + text_of(begin_->kind) +
                                ": one record has times of one kind");
        }
        const Duration at = time->at - begin_->at;
        if (!record_.samples.empty() && at <= record_.samples.back().at) {
            return complain(row, "time", csv::quoted(stamp) + " is not after the row before");
        }
        gap(row, *time, at);
        record_.samples.push_back({at, Frequency{*hz}});
    }

    /// What was measured is joined by straight lines, and a line over a gap is nobody's
    /// measurement. A curve in seconds may be drawn by hand, from corner to corner.
    void gap(const csv::Table::Row& row, const Stamp& time, Duration at) {
        constexpr Duration longest = 60s;
        if (record_.samples.empty() || time.kind == Stamp::Kind::seconds) return;
        const Duration since = at - record_.samples.back().at;
        if (since <= longest) return;
        complain(row, "time",
                 "nothing is recorded for " + format_duration(since) + " before this row");
    }

    void complain(const csv::Table::Row& row, const char* where, std::string message) {
        if (told_++ < most_told) {
            diagnostics_.add({table_.file(), row.line, where, std::move(message)});
        }
    }

    csv::Table table_;
    Diagnostics& diagnostics_;
    FrequencyRecord record_;
    std::optional<Stamp> begin_;
    std::size_t told_ = 0;
};

}  // namespace

FrequencyRecord read_frequency_record(std::string_view text, const std::string& file,
                                      Diagnostics& diagnostics) {
    return RecordReader(text, file, diagnostics).read();
}

}  // namespace islandbench
