#pragma once

#include <string>

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// The street as one line, drawn once for each part of the story: grid, switch, former, homes with
/// batteries, homes without, priority sites. An arrow shows who gave (up into the line) and who
/// took (down from it), as wide as its mean power; a small cell per home shows how it fared. Empty
/// when it is not known who fed whom.
std::string street_picture_svg(const RunRecord& run);

}  // namespace islandbench::reports
