#include "reports/store/run_record.hpp"

#include <algorithm>

namespace islandbench::reports {

double Series::at(Instant t) const {
    const auto after = std::upper_bound(times.begin(), times.end(), t);
    if (after == times.begin()) return Signals::no_value;
    return values[static_cast<std::size_t>(after - times.begin()) - 1];
}

const Series* RunRecord::find(std::string_view name) const {
    const auto found = std::find_if(series.begin(), series.end(),
                                    [name](const Series& one) { return one.info.name == name; });
    return found == series.end() ? nullptr : &*found;
}

}  // namespace islandbench::reports
