#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace islandbench {

/// The whole file as text. Fails with the file's name and the reason.
Result<std::string> read_text_file(const std::filesystem::path& path);

/// Finds the project's data files: a path as given, then the name in the working folder, then the
/// name in the installed fixtures. Folders: sites, scenarios, profiles, gridcodes, criteria,
/// feeders (folders themselves).
class Fixtures {
  public:
    explicit Fixtures(std::filesystem::path installed) : installed_(std::move(installed)) {}

    /// `name` may be a path, a file name or a bare name without ".json". `beside`: a file that
    /// names this one; its folder comes after the working folder.
    [[nodiscard]] std::optional<std::filesystem::path> find(
        std::string_view folder, std::string_view name,
        const std::filesystem::path& beside = {}) const;
    /// A folder as given, else that of this name among the installed ones.
    [[nodiscard]] std::optional<std::filesystem::path> find_folder(std::string_view folder,
                                                                   std::string_view name) const;
    /// The file is one of the installed ones, not somebody's own.
    [[nodiscard]] bool is_installed(const std::filesystem::path& file) const;
    /// Bare names of the installed files of a folder, sorted.
    [[nodiscard]] std::vector<std::string> list(std::string_view folder) const;
    /// Names of the installed folders in a folder, sorted.
    [[nodiscard]] std::vector<std::string> list_folders(std::string_view folder) const;

  private:
    std::filesystem::path installed_;
};

}  // namespace islandbench
