#include "reports/store/private_copy.hpp"

#include <stdlib.h>

#include <array>
#include <fstream>
#include <string>

#include "reports/store/schema.hpp"

namespace islandbench::reports {
namespace {

namespace fs = std::filesystem;

fs::path beside(const fs::path& file, const char* suffix) {
    return file.string() + suffix;
}

/// Changes whenever the file does.
struct Stamp {
    std::uintmax_t size = 0;
    fs::file_time_type written;
    bool operator==(const Stamp&) const = default;

    static Stamp of(const fs::path& file) {
        std::error_code absent;
        return {fs::file_size(file, absent), fs::last_write_time(file, absent)};
    }
};

Result<void> copy_with_journals(const fs::path& file, const fs::path& copy) {
    for (const char* suffix : {"", "-wal", "-journal"}) {
        const fs::path from = beside(file, suffix);
        std::error_code code;
        if (!fs::exists(from, code)) continue;
        fs::copy_file(from, beside(copy, suffix), fs::copy_options::overwrite_existing, code);
        if (code) return failure(ErrorCode::io, from.string() + ": " + code.message());
    }
    return {};
}

}  // namespace

/// Bytes 18 and 19 of SQLite's header say the mode: 1 = rollback journal, 2 = WAL.
Result<bool> is_closed(const fs::path& file) {
    std::array<char, 20> head{};
    std::ifstream in(file, std::ios::binary);
    if (!in) return failure(ErrorCode::io, file.string() + ": cannot be opened");
    in.read(head.data(), head.size());
    if (!in) return failure(ErrorCode::bad_input, file.string() + ": too short for a run");
    std::error_code ignored;
    return head[18] == 1 && !fs::exists(beside(file, "-wal"), ignored) &&
           !fs::exists(beside(file, "-journal"), ignored);
}

Result<PrivateCopy> PrivateCopy::of(const fs::path& file) {
    std::error_code code;
    std::string name = (fs::temp_directory_path(code) / "islandbench-XXXXXX").string();
    if (code || mkdtemp(name.data()) == nullptr) {
        return failure(ErrorCode::io, name + ": no room for a private copy");
    }
    PrivateCopy copy{fs::path(name)};
    for (int attempt = 0; attempt < 5; ++attempt) {
        const Stamp before = Stamp::of(file);
        if (auto done = copy_with_journals(file, copy.file()); !done) {
            return tl::unexpected(done.error());
        }
        if (Stamp::of(file) == before) return copy;
    }
    return failure(ErrorCode::io, file.string() + ": changes faster than it can be copied");
}

PrivateCopy::~PrivateCopy() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

fs::path PrivateCopy::file() const {
    return folder_ / run_file_name;
}

}  // namespace islandbench::reports
