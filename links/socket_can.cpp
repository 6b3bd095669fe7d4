#include "links/socket_can.hpp"

#include <linux/can.h>
#include <linux/can/error.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

namespace islandbench::links {
namespace {

constexpr Duration between_attempts = 200ms;
constexpr Duration between_writes = 1ms;  // about four frames at 500 kbit/s
constexpr std::size_t transmit_queue_max = 32;
constexpr std::size_t receive_queue_max = 256;
constexpr int burst = 64;

::can_frame to_kernel(const can::CanFrame& frame) {
    ::can_frame raw{};
    raw.can_id = frame.id;
    if (frame.extended) raw.can_id |= CAN_EFF_FLAG;
    if (frame.remote) raw.can_id |= CAN_RTR_FLAG;
    if (frame.error) raw.can_id |= CAN_ERR_FLAG;
    raw.can_dlc = frame.length;
    std::copy(frame.data.begin(), frame.data.end(), std::begin(raw.data));
    return raw;
}

can::CanFrame from_kernel(const ::can_frame& raw) {
    can::CanFrame frame;
    frame.error = (raw.can_id & CAN_ERR_FLAG) != 0;
    frame.extended = !frame.error && (raw.can_id & CAN_EFF_FLAG) != 0;
    frame.remote = !frame.error && (raw.can_id & CAN_RTR_FLAG) != 0;
    frame.id = raw.can_id & CAN_EFF_MASK;
    frame.length = std::min<std::uint8_t>(raw.can_dlc, CAN_MAX_DLEN);
    if (!frame.remote) std::copy_n(std::begin(raw.data), frame.length, frame.data.begin());
    return frame;
}

std::string words_of(int error) {
    switch (error) {
        case EAFNOSUPPORT:
        case EPROTONOSUPPORT: return "this kernel has no SocketCAN (AF_CAN)";
        case ENODEV: return "no such CAN interface";
        case ENETDOWN: return "the interface is down";
        default: return std::strerror(error);
    }
}

template <class T>
bool set(int descriptor, int level, int option, const T& value) {
    return setsockopt(descriptor, level, option, &value, sizeof value) == 0;
}

/// Filters, error frames, receive times, the drop counter.
bool configure(int descriptor, const std::vector<std::uint32_t>& ids) {
    std::vector<can_filter> filters;
    for (const std::uint32_t id : ids) filters.push_back({id, CAN_EFF_MASK});
    const auto size = static_cast<socklen_t>(filters.size() * sizeof(can_filter));
    const bool filtered = filters.empty() || setsockopt(descriptor, SOL_CAN_RAW, CAN_RAW_FILTER,
                                                        filters.data(), size) == 0;
    const can_err_mask_t every_error = CAN_ERR_MASK;
    return filtered && set(descriptor, SOL_CAN_RAW, CAN_RAW_ERR_FILTER, every_error) &&
           set(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, 1) &&
           set(descriptor, SOL_SOCKET, SO_RXQ_OVFL, 1);
}

/// Binding to an interface that is down succeeds, and leaves an error on the socket.
bool bind_to(int descriptor, unsigned index) {
    sockaddr_can address{};
    address.can_family = AF_CAN;
    address.can_ifindex = static_cast<int>(index);
    if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return false;
    }
    int pending = 0;
    socklen_t size = sizeof pending;
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &pending, &size);
    errno = pending;
    return pending == 0;
}

int open_raw() {
    return socket(PF_CAN, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, CAN_RAW);
}

/// What the kernel says beside a frame.
struct Beside {
    std::chrono::nanoseconds since_1970{};
    std::optional<std::uint32_t> drops;
};

Beside beside(msghdr& message) {
    Beside found;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET) continue;
        if (c->cmsg_type == SCM_TIMESTAMPNS) {
            timespec stamp{};
            std::memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
            found.since_1970 = std::chrono::seconds(stamp.tv_sec) + Duration(stamp.tv_nsec);
        } else if (c->cmsg_type == SO_RXQ_OVFL) {
            found.drops.emplace();
            std::memcpy(&*found.drops, CMSG_DATA(c), sizeof *found.drops);
        }
    }
    return found;
}

}  // namespace

SocketCanPort::SocketCanPort(Scheduler& clock, TcpNetwork& network, std::string interface,
                             std::vector<std::uint32_t> ids)
    : clock_(clock),
      network_(network),
      interface_(std::move(interface)),
      ids_(std::move(ids)),
      trouble_("not opened yet"),
      arrived_(clock),
      lost_(clock),
      queued_(clock),
      tasks_(clock) {
    tasks_.spawn(keep_open());
    tasks_.spawn(send_waiting());
}

bool SocketCanPort::is_supported() {
    const int descriptor = open_raw();
    if (descriptor < 0) return false;
    close(descriptor);
    return true;
}

Task<> SocketCanPort::keep_open() {
    for (;;) {
        const Result<void> opened = open();
        if (opened) {
            trouble_.clear();
            if (std::exchange(opened_before_, true)) ++reconnects_;
            while (trouble_.empty()) (void)co_await lost_.wait_until(never);
            watch_.reset();
            drops_before_ += std::exchange(drops_, 0);
        } else {
            trouble_ = opened.error().what;
        }
        co_await clock_.sleep_for(between_attempts);
    }
}

Result<void> SocketCanPort::open() {
    const int descriptor = open_raw();
    if (descriptor < 0) return failure(ErrorCode::io, words_of(errno));
    const unsigned index = if_nametoindex(interface_.c_str());
    if (index == 0) errno = ENODEV;
    if (index == 0 || !configure(descriptor, ids_) || !bind_to(descriptor, index)) {
        const int error = errno;
        close(descriptor);
        return failure(ErrorCode::io, words_of(error));
    }
    auto watch = network_.watch(descriptor, [this] { take_arrived(); });
    if (!watch) return tl::unexpected(watch.error());
    watch_ = std::move(*watch);
    descriptor_ = descriptor;
    return {};
}

/// Called inside the pump: fills the inbox, resumes nobody.
void SocketCanPort::take_arrived() {
    for (int i = 0; i < burst; ++i) {
        if (!take_one()) return;
    }
}

bool SocketCanPort::take_one() {
    ::can_frame raw{};
    iovec place{&raw, sizeof raw};
    alignas(cmsghdr) std::array<char, 256> control{};
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = recvmsg(descriptor_, &message, 0);
    if (size < 0) {
        if (errno != EAGAIN && errno != EINTR) lose(errno);
        return errno == EINTR;
    }
    if (size != sizeof raw) return true;  // not a classic frame: none is asked for
    const Beside also = beside(message);
    drops_ = also.drops.value_or(drops_);
    hear({from_kernel(raw), network_.run_time_of(also.since_1970)});
    return true;
}

void SocketCanPort::hear(const ReceivedFrame& frame) {
    if (received_.size() == receive_queue_max) {
        received_.pop_front();
        ++overruns_;
    }
    received_.push_back(frame);
    arrived_.notify_all();
}

void SocketCanPort::lose(int error) {
    trouble_ = words_of(error);
    to_send_.clear();
    lost_.notify_all();
}

Task<Result<ReceivedFrame>> SocketCanPort::receive(Instant deadline) {
    while (received_.empty()) {
        const bool arrived = co_await arrived_.wait_until(deadline);
        if (arrived || !received_.empty()) continue;
        const std::string place = "can:" + interface_ + ": ";
        if (!trouble_.empty()) co_return failure(ErrorCode::closed, place + trouble_);
        co_return failure(ErrorCode::timed_out, place + "no frame on the bus in time");
    }
    ReceivedFrame frame = received_.front();
    received_.pop_front();
    co_return frame;
}

bool SocketCanPort::send(const can::CanFrame& frame) {
    if (!trouble_.empty() || to_send_.size() == transmit_queue_max) return false;
    if (to_send_.empty() && write(frame)) return trouble_.empty();
    to_send_.push_back(frame);
    queued_.notify_all();
    return true;
}

/// What the interface had no room for (ENOBUFS) waits here: it does not say when it has some.
Task<> SocketCanPort::send_waiting() {
    for (;;) {
        while (to_send_.empty()) (void)co_await queued_.wait_until(never);
        co_await clock_.sleep_for(between_writes);
        while (!to_send_.empty() && write(to_send_.front())) {
            if (!to_send_.empty()) to_send_.pop_front();
        }
    }
}

bool SocketCanPort::write(const can::CanFrame& frame) {
    const ::can_frame raw = to_kernel(frame);
    const ssize_t size = ::send(descriptor_, &raw, sizeof raw, MSG_DONTWAIT);
    if (size >= 0) return true;
    if (errno == ENOBUFS || errno == EAGAIN || errno == EINTR) return false;
    lose(errno);
    return true;
}

}  // namespace islandbench::links
