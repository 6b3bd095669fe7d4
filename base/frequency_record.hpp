#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/units.hpp"

/// A recorded grid frequency: a CSV table of two columns, time and hertz, as network operators
/// publish it. The columns may have any names.
///
///     utc_time,frequency_hz          dtm,f                          t_s,f_hz
///     2019-08-09T15:51:00Z,50.013    2019-08-09 15:51:00,50.013     0,50.013
///     2019-08-09T15:51:01Z,50.011    2019-08-09 15:51:01,50.011     1,50.011
///
/// Times are dates with a time of day, or seconds from any beginning, fractions of a second
/// included: all of one kind, all with a time zone or none, and they must rise. Between dates may
/// lie a minute at most: what was not recorded is not guessed at.
namespace islandbench {

struct FrequencySample {
    Duration at{};  ///< since the first one
    Frequency f;
};

struct FrequencyRecord {
    std::vector<FrequencySample> samples;  ///< two at least

    /// Of the last sample.
    [[nodiscard]] Duration length() const noexcept { return samples.back().at; }
};

/// Every problem with its line and column; a file that is wrong everywhere is cut short. The record
/// is of use only when there was none.
FrequencyRecord read_frequency_record(std::string_view text, const std::string& file,
                                      Diagnostics& diagnostics);

}  // namespace islandbench
