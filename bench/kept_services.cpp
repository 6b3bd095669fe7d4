#include "bench/kept_services.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/fixtures.hpp"
#include "dispatch/loop/inputs.hpp"
#include "dispatch/loop/service_memory.hpp"

namespace islandbench::bench {
namespace {

namespace fs = std::filesystem;
using dispatch::core::ServiceState;

constexpr Duration between_writes = 60s;

/// What somebody has counted or decided; the rest is filters.
bool counts_alike(const ServiceState& a, const ServiceState& b) {
    return a.limit == b.limit && a.excursions == b.excursions && a.counted_ms == b.counted_ms &&
           a.locked_until_ms == b.locked_until_ms && a.highest_w == b.highest_w &&
           a.storm == b.storm && a.storm_until_ms == b.storm_until_ms;
}

tl::unexpected<Error> trouble(const fs::path& path) {
    return failure(ErrorCode::io, path.string() + ": " + std::strerror(errno));
}

class File {
  public:
    File(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    [[nodiscard]] bool write_all(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t n = ::write(fd_, text.data(), text.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }
    [[nodiscard]] bool open() const { return fd_ >= 0; }
    [[nodiscard]] bool on_disk() const { return ::fsync(fd_) == 0; }

  private:
    int fd_;
};

Result<void> replace(const fs::path& path, std::string_view text) {
    const fs::path next = path.string() + ".new";
    {
        const File file(next, O_WRONLY | O_CREAT | O_TRUNC);
        if (!file.open() || !file.write_all(text) || !file.on_disk()) return trouble(next);
    }
    if (::rename(next.c_str(), path.c_str()) != 0) return trouble(path);
    // The move itself; a file system that has no such thing has moved it already.
    const File folder(path.has_parent_path() ? path.parent_path() : fs::path("."), O_RDONLY);
    (void)folder.on_disk();
    return {};
}

}  // namespace

std::int64_t KeptServices::wall_s() const noexcept {
    return on_wall_ ? static_cast<std::int64_t>(std::time(nullptr)) : 0;
}

Result<std::string> KeptServices::take_up(Instant now) {
    std::error_code ignored;
    if (path_.has_parent_path()) fs::create_directories(path_.parent_path(), ignored);
    std::string told;
    if (fs::exists(path_, ignored)) {
        const auto text = read_text_file(path_);
        if (!text) return tl::unexpected(text.error());
        auto kept = dispatch::service_memory(*text, dispatch::to_ms(now), wall_s());
        if (kept) {
            told = "what was counted is known from " + path_.string();
        } else {
            const fs::path aside = path_.string() + ".unreadable";
            if (::rename(path_.c_str(), aside.c_str()) != 0) return trouble(path_);
            told = path_.string() + " " + kept.error().what +
                   ": nobody knows what was counted, so batteries and PV rest as in a lock-out. "
                   "It is kept as " +
                   aside.filename().string();
            kept = dispatch::locked_services(loop_.config().services, dispatch::to_ms(now));
        }
        loop_.restart(*kept);
    }
    if (auto written = write(now); !written) return tl::unexpected(written.error());
    return told;
}

Result<void> KeptServices::keep(Instant now) {
    if (loop_.steps() == steps_) return {};
    steps_ = loop_.steps();
    if (now < due_ && written_ && counts_alike(*written_, loop_.services())) return {};
    return write(now);
}

Result<void> KeptServices::write(Instant now) {
    written_ = loop_.services();
    due_ = now + between_writes;
    return replace(path_, dispatch::to_text(*written_, dispatch::to_ms(now), wall_s()));
}

}  // namespace islandbench::bench
