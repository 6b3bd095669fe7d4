#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/site.hpp"

namespace islandbench::bench {

/// Every device of the site becomes one of this process, whatever its link says.
void emulate_all(Site& site);

/// The text of a site file with other links, by device name. Keys keep their order; comments go.
/// The text must be that of `site`.
std::string with_links(std::string_view text, const Site& site,
                       const std::map<std::string, std::string>& links);

}  // namespace islandbench::bench
