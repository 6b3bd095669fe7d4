#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "links/serial_stream.hpp"

namespace islandbench::drivers::test {

/// One end of a serial line: a device's path for one side, a stream of bytes for the other.
class SerialEnd {
  public:
    SerialEnd(Scheduler& clock, links::TcpNetwork& network)
        : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
        EXPECT_EQ(::grantpt(master_), 0);
        EXPECT_EQ(::unlockpt(master_), 0);
        path_ = ::ptsname(master_);
        kept_ = ::open(path_.c_str(), O_RDWR | O_NOCTTY);  // no hang-up while nobody reads
        termios raw{};
        ::tcgetattr(kept_, &raw);
        ::cfmakeraw(&raw);  // no echo while nobody has opened it
        ::tcsetattr(kept_, TCSANOW, &raw);
        auto stream = links::serial_stream(clock, network, master_);
        EXPECT_TRUE(stream.has_value());
        stream_ = std::move(*stream);
    }
    ~SerialEnd() { ::close(kept_); }
    SerialEnd(const SerialEnd&) = delete;
    SerialEnd& operator=(const SerialEnd&) = delete;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The bytes, to be given away once.
    std::unique_ptr<links::ByteStream> take() { return std::move(stream_); }

  private:
    int master_, kept_;
    std::string path_;
    std::unique_ptr<links::ByteStream> stream_;
};

/// A line between two paths: what one end is told, the other hears.
class SerialCable {
  public:
    SerialCable(Scheduler& clock, links::TcpNetwork& network)
        : a_(clock, network),
          b_(clock, network),
          from_a_(a_.take()),
          from_b_(b_.take()),
          tasks_(clock) {
        tasks_.spawn(carry(*from_a_, *from_b_));
        tasks_.spawn(carry(*from_b_, *from_a_));
    }
    [[nodiscard]] const std::string& a() const noexcept { return a_.path(); }
    [[nodiscard]] const std::string& b() const noexcept { return b_.path(); }

  private:
    static Task<> carry(links::ByteStream& from, links::ByteStream& to) {
        std::array<std::uint8_t, 512> buffer{};
        for (;;) {
            const auto count = co_await from.read_some(buffer, never);
            if (!count) co_return;
            to.write(std::span<const std::uint8_t>(buffer).first(*count));
        }
    }

    SerialEnd a_, b_;
    std::unique_ptr<links::ByteStream> from_a_, from_b_;
    TaskGroup tasks_;
};

}  // namespace islandbench::drivers::test
