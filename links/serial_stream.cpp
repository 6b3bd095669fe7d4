#include "links/serial_stream.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace islandbench::links {
namespace {

class SerialStream final : public ByteStream {
  public:
    explicit SerialStream(Scheduler& clock) : inbox_(clock) {}

    Result<void> start(TcpNetwork& network, int descriptor) {
        descriptor_ = descriptor;
        auto watch = network.watch(descriptor, [this] { take(); });
        if (!watch) return tl::unexpected(watch.error());
        watch_ = std::move(*watch);
        return {};
    }

    Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Instant deadline) override {
        co_return co_await inbox_.read_some(into, deadline);
    }
    /// A frame fits into what the kernel keeps for a line; what does not is lost, as on a line.
    void write(std::span<const std::uint8_t> bytes) override {
        if (!is_open()) return;
        const auto done = ::write(descriptor_, bytes.data(), bytes.size());
        if (done < 0 && errno != EAGAIN && errno != EINTR) inbox_.end();
    }
    void close() override {
        inbox_.end();
        watch_.reset();
    }
    [[nodiscard]] bool is_open() const override { return watch_ && !inbox_.ended(); }
    [[nodiscard]] bool peer_is_local() const override { return false; }

  private:
    void take() {
        std::array<std::uint8_t, 512> chunk{};
        for (;;) {
            const auto count = ::read(descriptor_, chunk.data(), chunk.size());
            if (count > 0) {
                inbox_.push({chunk.data(), static_cast<std::size_t>(count)});
                continue;
            }
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
            return inbox_.end();  // unplugged, or nobody has the other end of a pty
        }
    }

    Inbox inbox_;
    int descriptor_ = -1;  // of watch_
    std::unique_ptr<Watch> watch_;
};

std::optional<speed_t> speed_of(int baud) {
    switch (baud) {
        case 1200: return B1200;
        case 2400: return B2400;
        case 4800: return B4800;
        case 9600: return B9600;
        case 19200: return B19200;
        case 38400: return B38400;
        case 57600: return B57600;
        case 115200: return B115200;
        case 230400: return B230400;
        default: return std::nullopt;
    }
}

bool set_line(int descriptor, const SerialSettings& serial, speed_t speed) {
    termios line{};
    if (::tcgetattr(descriptor, &line) != 0) return false;
    ::cfmakeraw(&line);
    line.c_cflag &= ~static_cast<tcflag_t>(PARENB | PARODD | CSTOPB);
    line.c_cflag |= CREAD | CLOCAL;
    if (serial.parity != 'N') line.c_cflag |= PARENB;
    if (serial.parity == 'O') line.c_cflag |= PARODD;
    if (serial.stop_bits == 2) line.c_cflag |= CSTOPB;
    return ::cfsetspeed(&line, speed) == 0 && ::tcsetattr(descriptor, TCSANOW, &line) == 0;
}

}  // namespace

Result<std::unique_ptr<ByteStream>> serial_stream(Scheduler& clock, TcpNetwork& network,
                                                  int descriptor) {
    const int flags = ::fcntl(descriptor, F_GETFL);
    ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
    auto stream = std::make_unique<SerialStream>(clock);
    if (auto started = stream->start(network, descriptor); !started) {
        return tl::unexpected(started.error());
    }
    return stream;
}

Result<std::unique_ptr<ByteStream>> open_serial(Scheduler& clock, TcpNetwork& network,
                                                const LinkAddress& line) {
    const auto speed = speed_of(line.serial.baud);
    if (!speed) {
        return failure(ErrorCode::bad_input, line.host + ": no serial line has " +
                                                 std::to_string(line.serial.baud) + " baud here");
    }
    const int descriptor = ::open(line.host.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return failure(ErrorCode::refused, line.host + ": " + std::strerror(errno));
    }
    if (!set_line(descriptor, line.serial, *speed)) {
        const int error = errno;
        ::close(descriptor);
        return failure(ErrorCode::refused, line.host + ": " + std::strerror(error));
    }
    return serial_stream(clock, network, descriptor);
}

}  // namespace islandbench::links
