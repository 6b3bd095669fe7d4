#include "reports/store/run_files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace islandbench::reports {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> system_failure(const fs::path& path, int code) {
    return failure(ErrorCode::io, path.string() + ": " + std::strerror(code));
}

/// "report.html" -> "report-2.html"
fs::path numbered(const fs::path& path, int number) {
    return path.parent_path() /
           (path.stem().string() + "-" + std::to_string(number) + path.extension().string());
}

Result<void> write_whole(std::FILE* file, const fs::path& path, std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const int write_error = errno;
    const bool closed = std::fclose(file) == 0;
    const int close_error = errno;
    if (written && closed) return {};
    std::error_code ignored;
    fs::remove(path, ignored);
    return system_failure(path, written ? close_error : write_error);
}

}  // namespace

Result<void> create_run_folder(const fs::path& folder) {
    std::error_code code;
    fs::create_directories(folder, code);
    if (code) return failure(ErrorCode::io, folder.string() + ": " + code.message());
    const bool empty = fs::is_empty(folder, code);
    if (code) return failure(ErrorCode::io, folder.string() + ": " + code.message());
    if (!empty) {
        return failure(ErrorCode::io,
                       folder.string() + ": exists and is not empty; nothing is overwritten");
    }
    return {};
}

Result<fs::path> write_run_file(const fs::path& folder, std::string_view name,
                                std::string_view text) {
    const fs::path wanted = folder / fs::path(name);
    for (int number = 1; number < 1000; ++number) {
        const fs::path path = number == 1 ? wanted : numbered(wanted, number);
        std::FILE* file = std::fopen(path.c_str(), "wbx");
        if (file == nullptr && errno == EEXIST) continue;
        if (file == nullptr) return system_failure(path, errno);
        if (auto done = write_whole(file, path, text); !done) return tl::unexpected(done.error());
        return path;
    }
    return failure(ErrorCode::io, wanted.string() + ": too many of that name");
}

}  // namespace islandbench::reports
