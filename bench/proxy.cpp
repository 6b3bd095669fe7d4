#include "bench/proxy.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "base/link_address.hpp"
#include "base/unit_text.hpp"
#include "bench/run.hpp"
#include "links/modbus_proxy.hpp"
#include "links/tcp_network.hpp"

namespace islandbench::bench {
namespace {

/// Reads the options; all that is wrong with them is told at once.
class OptionReader {
  public:
    std::string device(const std::string& text) {
        const auto link = parse_link_address(text);
        if (link && link->kind == LinkAddress::Kind::tcp) return modbus_place(*link);
        complain("DEVICE " + text + ": expected tcp://host:port");
        return {};
    }
    Duration time(const std::optional<std::string>& text, const char* option, Duration otherwise) {
        if (!text) return otherwise;
        const auto measure = parse_measure(*text);
        if (measure && measure->dimension == Dimension::time && measure->value > 0.0) {
            return from_seconds(measure->value);
        }
        complain(std::string(option) + " " + *text + ": expected a time such as \"200 ms\"");
        return otherwise;
    }
    double share(const std::optional<std::string>& text, const char* option) {
        if (!text) return 0.0;
        const auto measure = parse_measure(*text);
        if (measure && measure->dimension == Dimension::ratio && measure->value >= 0.0 &&
            measure->value <= 1.0) {
            return measure->value;
        }
        complain(std::string(option) + " " + *text + ": expected a share such as \"5 %\"");
        return 0.0;
    }
    void complain(const std::string& problem) {
        std::cerr << "islandbench: " << problem << "\n";
        good_ = false;
    }
    [[nodiscard]] bool good() const noexcept { return good_; }

  private:
    bool good_ = true;
};

links::LinkCondition condition_of(const ProxyOptions& options, OptionReader& reader) {
    links::LinkCondition condition = links::LinkCondition::perfect();
    condition.delay_median = reader.time(options.delay_median, "--delay-median", 0s);
    // Without a spread every reply is as late as every other.
    condition.delay_p99 = reader.time(options.delay_p99, "--delay-p99", condition.delay_median);
    if (condition.delay_p99 < condition.delay_median) {
        reader.complain("--delay-p99 is below the median");
    }
    if (options.delay_p99 && !options.delay_median) {
        reader.complain("--delay-p99 goes with --delay-median");
    }
    condition.loss = reader.share(options.loss, "--loss");
    condition.corrupt = reader.share(options.corrupt, "--corrupt");
    condition.reorder = reader.share(options.reorder, "--reorder");
    condition.reset = reader.share(options.reset, "--reset");
    condition.drip = reader.time(options.drip, "--drip", 0s);
    return condition;
}

void tell(Instant now, const std::string& line) {
    std::fprintf(stderr, "%9.3f s  %s\n", to_seconds(now - story_start), line.c_str());
}

void sum_up(const links::ModbusProxy::Traffic& traffic) {
    const links::LinkTally& r = traffic.replies;
    std::printf("%d requests, %d replies: %d lost, %d corrupted, %d out of order, %d resets\n",
                traffic.requests, r.messages, r.lost, r.corrupted, r.held_back, r.resets);
}

}  // namespace

int proxy(const ProxyOptions& options) {
    OptionReader reader;
    const std::string device = reader.device(options.device);
    links::LinkCondition condition = condition_of(options, reader);
    const Duration every = reader.time(options.half_open_every, "--half-open-every", 0s);
    const Duration duration = reader.time(options.duration, "--duration", 0s);
    if (!reader.good()) return exit_usage;

    Scheduler clock;
    links::TcpNetwork network(clock);
    const auto started = links::ModbusProxy::start(
        clock, network, options.listen, device, condition, Random{options.seed, "proxy"},
        [&clock](const std::string& line) { tell(clock.now(), line); });
    if (!started) {
        std::cerr << "islandbench: LISTEN " << started.error().what << "\n";
        return started.error().code == ErrorCode::bad_input ? exit_usage : exit_bench_error;
    }
    const links::ModbusProxy& between = **started;
    tell(clock.now(),
         "tcp://" + between.address() + " leads to tcp://" + device + "; Ctrl-C ends it");
    const Instant end = duration > 0s ? clock.now() + duration : never;
    Instant half_open = every > 0s ? clock.now() + every : never;
    while (stop_requests == 0 && clock.now() < end) {
        const Instant next = std::min({clock.next_timer(), end, half_open, clock.now() + 100ms});
        clock.advance_to(network.wait(next));
        clock.run_ready();
        if (clock.now() < half_open) continue;
        half_open += every;
        ++condition.half_open;
        tell(clock.now(), "all connections are half open from now on");
    }
    sum_up(between.traffic());
    return stop_requests > 0 ? exit_interrupted : exit_pass;
}

}  // namespace islandbench::bench
