#include "bench/measured_loads.hpp"

#include <charconv>

#include "base/fixtures.hpp"
#include "reports/store/sha256.hpp"

namespace islandbench::bench {
namespace fs = std::filesystem;
namespace {

/// 2000 columns of a day need less.
constexpr std::uintmax_t most_bytes = 64U << 20U;

/// Whole, and only when that is sensible: neither a device nor a file of many gigabytes.
Result<std::string> read_sensible(const fs::path& file) {
    std::error_code problem;
    const auto is = fs::status(file, problem);
    if (fs::exists(is) && !fs::is_directory(is)) {
        if (!fs::is_regular_file(is)) return failure(ErrorCode::io, "is no regular file");
        if (fs::file_size(file, problem) > most_bytes) {
            return failure(ErrorCode::io, "has more than 64 MiB, and no street's day needs that");
        }
    }
    auto text = read_text_file(file);
    if (text) return text;
    const std::string& what = text.error().what;  // "FILE: reason", and the file is said already
    const std::string name = file.string() + ": ";
    return failure(ErrorCode::io, what.starts_with(name) ? what.substr(name.size()) : what);
}

/// The columns that were used, under a line that says which they were and where they came from.
std::string record_of(const std::string& name, const std::string& text, std::size_t columns,
                      const Site& site) {
    std::string record = "# " + std::to_string(site.homes.size()) + " of " +
                         std::to_string(columns) + " columns of " + name + ", SHA-256 " +
                         reports::to_hex(reports::sha256(text)) + ", kW, for " +
                         site.homes.front().name + " to " + site.homes.back().name + " of " +
                         site.name + "\n";
    return record + first_columns(text, site.homes.size());
}

/// The shortest kW that is read back as exactly so many watts, which came from kW.
std::string kilowatts(ActivePower p) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, p.value() / 1e3).ptr};
}

}  // namespace

MeasuredLoads loads_of_feeder(std::vector<LoadProfile> days, const std::string& feeder,
                              const Site& site) {
    MeasuredLoads loads{feeder, std::move(days), {}};
    std::string& record = loads.record;
    record = "# " + std::to_string(loads.profiles.size()) + " days of feeder " + feeder +
             ", kW, for " + site.homes.front().name + " to " + site.homes.back().name + " of " +
             site.name + "\n";
    for (std::size_t k = 0; k < loads.profiles.size(); ++k) {
        record += (k == 0 ? "p" : ",p") + std::to_string(k + 1);
    }
    for (std::size_t minute = 0; minute < minutes_of_day; ++minute) {
        for (std::size_t k = 0; k < loads.profiles.size(); ++k) {
            record += (k == 0 ? "\n" : ",") + kilowatts(loads.profiles[k].minutes[minute]);
        }
    }
    record += "\n";
    return loads;
}

std::optional<MeasuredLoads> read_measured_loads(const fs::path& file, const Site* site,
                                                 Diagnostics& diagnostics) {
    const auto text = read_sensible(file);
    if (!text) {
        diagnostics.add({file.string(), 0, "", text.error().what});
        return std::nullopt;
    }
    Diagnostics found;
    MeasuredLoads loads{
        file.filename().string(), read_load_profiles(*text, file.string(), found), {}};
    const std::size_t columns = loads.profiles.size();
    if (site != nullptr && columns > 0 && columns < site->homes.size()) {
        found.add({file.string(), 0, "",
                   "has " + std::to_string(columns) + " profiles, and site \"" + site->name +
                       "\" has " + std::to_string(site->homes.size()) + " homes"});
    }
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    if (!found.empty() || site == nullptr) return std::nullopt;
    loads.record = record_of(loads.file, *text, columns, *site);
    loads.profiles.resize(site->homes.size());
    return loads;
}

}  // namespace islandbench::bench
