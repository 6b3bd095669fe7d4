#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.hpp"

/// The files of a run folder. None is ever overwritten.
namespace islandbench::reports {

/// Makes the folder (its parents too). Fails when it exists and is not empty.
Result<void> create_run_folder(const std::filesystem::path& folder);

/// Writes a text beside the run. When `name` is taken the next free "name-2.ext" is used; the
/// result is the path written. A file that could not be written whole is removed.
Result<std::filesystem::path> write_run_file(const std::filesystem::path& folder,
                                             std::string_view name, std::string_view text);

}  // namespace islandbench::reports
