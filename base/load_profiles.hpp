#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/units.hpp"

/// One-minute load profiles: a CSV matrix with a column for each home and a row for each minute of
/// one day, in kW (mean over the minute, consumption positive). This is how the IEEE European LV
/// test feeder's profiles and the output of residential demand models are commonly passed on:
///
///     time,p1,p2,p3
///     00:01:00,0.036,0.044,0.054
///     ...
///     24:00:00,0.041,0.060,0.055
///
/// A first column named "time" is checked: a row each minute, its time that of the minute's begin
/// (the first is 00:00) or of its end (the first is 00:01). Empty lines and lines that begin with #
/// are left out.
namespace islandbench {

inline constexpr std::size_t minutes_of_day = 1440;

/// A column of the matrix.
struct LoadProfile {
    std::string column;                ///< its name
    std::vector<ActivePower> minutes;  ///< minutes_of_day of them, from midnight; consumption, >= 0
};

/// Every problem with its line and column; a file that is wrong everywhere is cut short. The
/// profiles are of use only when there was none.
std::vector<LoadProfile> read_load_profiles(std::string_view text, const std::string& file,
                                            Diagnostics& diagnostics);

/// The same matrix with its first `count` profiles only, cell by cell as it was.
std::string first_columns(std::string_view text, std::size_t count);

}  // namespace islandbench
