#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace islandbench::bench {

/// Texts as a person gives them: times such as "200 ms", shares such as "5 %". What is not given is
/// not wrong with the link.
struct ProxyOptions {
    std::string listen;  ///< "127.0.0.1:1502"; port 0: any free one
    std::string device;  ///< "tcp://192.168.1.20:502"
    std::optional<std::string> delay_median, delay_p99, drip, half_open_every, duration;
    std::optional<std::string> loss, corrupt, reorder, reset;
    std::uint64_t seed = 1;
};

/// Stands between clients and a Modbus TCP device and makes the link between them bad on purpose,
/// until Ctrl-C or the duration ends it; then it tells what it did. Returns the exit code: 0, 2 for
/// wrong options, 3 where it cannot listen, 130 when it was interrupted.
int proxy(const ProxyOptions& options);

}  // namespace islandbench::bench
