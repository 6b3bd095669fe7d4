#include "base/fixtures.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace islandbench {

namespace fs = std::filesystem;

Result<std::string> read_text_file(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
        return failure(ErrorCode::io, path.string() + ": is a folder");
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) return failure(ErrorCode::io, path.string() + ": " + std::strerror(errno));
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in.bad()) return failure(ErrorCode::io, path.string() + ": cannot be read");
    return text;
}

std::optional<fs::path> Fixtures::find(std::string_view folder, std::string_view name,
                                       const fs::path& beside) const {
    const fs::path given(name);
    const fs::path with_ending = given.extension() == ".json" ? given : fs::path(given) += ".json";
    const fs::path near = beside.parent_path();
    for (const fs::path& candidate : {given, with_ending, near / given, near / with_ending,
                                      installed_ / folder / with_ending}) {
        std::error_code ignored;
        if (fs::is_regular_file(candidate, ignored)) return candidate;
    }
    return std::nullopt;
}

std::optional<fs::path> Fixtures::find_folder(std::string_view folder,
                                              std::string_view name) const {
    for (const fs::path& candidate : {fs::path(name), installed_ / folder / name}) {
        std::error_code ignored;
        if (!name.empty() && fs::is_directory(candidate, ignored)) return candidate;
    }
    return std::nullopt;
}

std::vector<std::string> Fixtures::list_folders(std::string_view folder) const {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(installed_ / folder, ignored)) {
        if (entry.is_directory(ignored)) names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

bool Fixtures::is_installed(const fs::path& file) const {
    std::error_code ignored;
    const fs::path relative = fs::relative(file, installed_, ignored);
    return !relative.empty() && *relative.begin() != "..";
}

std::vector<std::string> Fixtures::list(std::string_view folder) const {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(installed_ / folder, ignored)) {
        if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace islandbench
