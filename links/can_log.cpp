#include "links/can_log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "protocols/can/candump.hpp"

namespace islandbench::links {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;

tl::unexpected<Error> disk_failure(const std::filesystem::path& path, int code) {
    return failure(ErrorCode::io, path.string() + ": " + std::strerror(code));
}

}  // namespace

Result<std::unique_ptr<CanLog>> CanLog::create(const std::filesystem::path& path,
                                               Scheduler& clock) {
    File file(std::fopen(path.c_str(), "wbxe"), &std::fclose);
    if (!file) return disk_failure(path, errno);
    std::setvbuf(file.get(), nullptr, _IOFBF, buffer_size);
    return std::unique_ptr<CanLog>(new CanLog(path, std::move(file), clock));
}

CanLog::CanLog(std::filesystem::path path, File file, Scheduler& clock)
    : path_(std::move(path)), file_(std::move(file)), listeners_(clock) {}

void CanLog::listen(std::string name, std::unique_ptr<CanPort> port) {
    std::replace(name.begin(), name.end(), ' ', '_');
    ports_.push_back(std::move(port));
    listeners_.spawn(write_all(std::move(name), *ports_.back()));
}

Task<> CanLog::write_all(std::string name, CanPort& port) {
    for (;;) {
        const auto received = co_await port.receive(never);
        if (!received) co_return;
        const Duration stamp = received->at - story_start;
        if (stamp < Duration::zero() || failed_ != 0) continue;
        const std::string line = can::to_candump({stamp, name, received->frame}) + '\n';
        if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size()) failed_ = errno;
        ++frames_;
    }
}

Result<void> CanLog::flush() {
    if (failed_ == 0 && std::fflush(file_.get()) != 0) failed_ = errno;
    if (failed_ != 0) return disk_failure(path_, failed_);
    return {};
}

}  // namespace islandbench::links
