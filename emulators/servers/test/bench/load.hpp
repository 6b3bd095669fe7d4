#pragma once

#include <chrono>
#include <cstdint>

namespace islandbench::servers::bench {

/// What a server did under load.
struct Load {
    double per_second = 0.0;  ///< right replies
    double p50_us = 0.0, p99_us = 0.0;
    std::uint64_t wrong = 0;  ///< replies that were not what was asked for, and lost connections
    int connections = 0;      ///< that were open until the end
};

/// Reads 125 holding registers from address 0 again and again, one request at a time on each of so
/// many connections to 127.0.0.1:port, from one thread by epoll. Every reply is looked at: its ids,
/// its length, and registers that count up from 0.
Load measure(std::uint16_t port, int connections, std::chrono::milliseconds time);

}  // namespace islandbench::servers::bench
