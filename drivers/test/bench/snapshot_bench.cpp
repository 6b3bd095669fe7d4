// How long one thread takes to read 256 inverters once over TCP with our driver, beside the same
// reads on bare sockets from the same server. scripts/bench/snapshot.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "drivers/sunspec_inverter.hpp"
#include "emulators/devices/hybrid_body.hpp"
#include "emulators/devices/sunspec_inverter.hpp"
#include "emulators/plant/test/miniature.hpp"
#include "emulators/servers/modbus_server.hpp"
#include "links/memory_network.hpp"
#include "links/tcp_network.hpp"

namespace islandbench::drivers::bench {
namespace {

constexpr std::size_t inverters = 256;
constexpr int rounds = 100;

struct Read {
    std::uint16_t address = 0, count = 0;
};

/// An inverter of the street in miniature at rest; it notes what it is asked.
class Inverter final : public modbus::DataModel {
  public:
    Inverter() {
        DeviceProfile profile;
        profile.cadence = 100ms;
        profile.model = "hybrid 5k";
        const HomeSpec& home = site_.homes[0];
        auto body = std::make_unique<devices::HybridBody>(*home.hybrid, home.phase, Ratio{1.0},
                                                          *street_.hybrid(0));
        device_ = std::make_unique<devices::SunSpecInverter>(profile, "home1.inverter",
                                                             site_.interconnect.enter_service,
                                                             site_.nominal_f, std::move(body));
        device_->refresh(story_start + 1s);
    }
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override {
        asked.push_back({address, static_cast<std::uint16_t>(into.size())});
        return device_->read_holding_registers(address, into);
    }
    std::vector<Read> asked;

  private:
    Site site_ = plant::quiet_miniature();
    plant::Street street_{site_, {.at = story_start}};
    std::unique_ptr<devices::SunSpecInverter> device_;
};

DeviceSettings settings(const std::string& where) {
    DeviceSettings settings;
    settings.name = "inverter";
    settings.where = where;
    settings.profile.protocol = Protocol::sunspec;
    return settings;
}

Task<> read_once(SunSpecInverter& driver, Scheduler& clock, int& done) {
    const auto reading = co_await driver.read_fast(clock.now() + 60s);
    if (reading) ++done;
}

/// What the driver asks for one fast reading, once it knows the device.
std::vector<Read> reads_of_the_driver() {
    Scheduler clock;
    links::MemoryNetwork network(clock);
    Inverter inverter;
    modbus::Responder responder;
    responder.serve(1, inverter);
    const auto condition = links::LinkCondition::perfect();
    const auto server =
        servers::ModbusServer::start(clock, network, "i", responder, condition, Random{1, "i"});
    const WriteGuard nobody{{}};
    SunSpecInverter driver(clock, network, nobody, settings("i"));
    TaskGroup tasks(clock);
    int done = 0;
    for (int i = 1; i <= 2; ++i) {
        inverter.asked.clear();
        tasks.spawn(read_once(driver, clock, done));
        while (done < i) {
            clock.run_ready();
            if (done < i) clock.advance_to(clock.next_timer());
        }
    }
    return inverter.asked;
}

void stay_on(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    ::sched_setaffinity(0, sizeof set, &set);
}

using Ports = std::array<std::uint16_t, inverters>;

/// Tells its ports through `ready`, and dies with its parent.
[[noreturn]] void serve(int ready) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    stay_on(0);
    Ports ports{};
    Scheduler clock;
    links::TcpNetwork network(clock);
    Inverter inverter;
    modbus::Responder responder;
    responder.serve(1, inverter);
    const auto condition = links::LinkCondition::perfect();
    std::vector<std::unique_ptr<servers::ModbusServer>> all;
    for (std::size_t i = 0; i < inverters; ++i) {
        auto server = servers::ModbusServer::start(clock, network, "127.0.0.1:0", responder,
                                                   condition, Random{i, "bench"});
        if (!server) {
            std::fprintf(stderr, "%s\n", server.error().what.c_str());
            ::_exit(1);
        }
        const std::string& address = (*server)->address();
        const std::string port = address.substr(address.rfind(':') + 1);
        ports[i] = static_cast<std::uint16_t>(std::stoi(port));
        all.push_back(std::move(*server));
    }
    (void)!::write(ready, ports.data(), sizeof ports);
    for (;;) {
        inverter.asked.clear();
        clock.run_ready();
        clock.advance_to(network.wait(std::min(clock.next_timer(), clock.now() + Duration{1s})));
    }
}

struct Took {
    double wall_ms = 0.0, cpu_ms = 0.0;
};

/// Wall and processor time of this thread, for one round of so many.
template <class Round>
Took measure(Round round) {
    const auto cpu = [] {
        rusage use{};
        ::getrusage(RUSAGE_THREAD, &use);
        return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e3 +
               static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-3;
    };
    const double cpu_before = cpu();
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) round();
    const auto wall = std::chrono::steady_clock::now() - begin;
    return {std::chrono::duration<double, std::milli>(wall).count() / rounds,
            (cpu() - cpu_before) / rounds};
}

Took with_drivers(const Ports& ports) {
    Scheduler clock;
    links::TcpNetwork network(clock);
    const WriteGuard nobody{{}};
    std::vector<std::unique_ptr<SunSpecInverter>> drivers;
    for (std::size_t i = 0; i < inverters; ++i) {
        drivers.push_back(std::make_unique<SunSpecInverter>(
            clock, network, nobody, settings("127.0.0.1:" + std::to_string(ports[i]))));
    }
    TaskGroup tasks(clock);
    const auto round = [&] {
        int done = 0;
        for (const auto& driver : drivers) tasks.spawn(read_once(*driver, clock, done));
        while (tasks.size() > 0) {
            clock.run_ready();
            if (tasks.size() == 0) break;
            clock.advance_to(network.wait(std::min(clock.next_timer(), clock.now() + 100ms)));
        }
        if (done != static_cast<int>(inverters)) std::printf("only %d answered\n", done);
    };
    round();  // identifies all
    return measure(round);
}

/// The same reads, one after another on each connection, all connections at once.
class BareSockets {
  public:
    BareSockets(std::vector<Read> reads, const Ports& ports)
        : reads_(std::move(reads)), epoll_(::epoll_create1(0)), lines_(inverters) {
        for (std::size_t i = 0; i < inverters; ++i) {
            lines_[i].socket = ::socket(AF_INET, SOCK_STREAM, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(ports[i]);
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
            (void)::connect(lines_[i].socket, generic, sizeof address);
            const int on = 1;
            ::setsockopt(lines_[i].socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, lines_[i].socket, &event);
        }
    }
    ~BareSockets() {
        for (const Line& line : lines_) ::close(line.socket);
        ::close(epoll_);
    }
    BareSockets(const BareSockets&) = delete;
    BareSockets& operator=(const BareSockets&) = delete;

    void round() {
        std::size_t open = inverters;
        for (Line& line : lines_) {
            line.at = 0;
            ask(line);
        }
        std::array<epoll_event, 256> events{};
        while (open > 0) {
            const int n = ::epoll_wait(epoll_, events.data(), events.size(), -1);
            for (int i = 0; i < n; ++i) {
                Line& line = lines_[events[static_cast<std::size_t>(i)].data.u64];
                if (!hear(line)) continue;
                if (++line.at == reads_.size()) {
                    --open;
                } else {
                    ask(line);
                }
            }
        }
    }

  private:
    struct Line {
        int socket = -1;
        std::size_t at = 0;    ///< which read
        std::size_t have = 0;  ///< bytes of its reply
    };

    void ask(Line& line) {
        const auto [address, count] = reads_[line.at];
        const std::array<std::uint8_t, 12> request{0,
                                                   1,
                                                   0,
                                                   0,
                                                   0,
                                                   6,
                                                   1,
                                                   3,
                                                   static_cast<std::uint8_t>(address >> 8),
                                                   static_cast<std::uint8_t>(address),
                                                   0,
                                                   static_cast<std::uint8_t>(count)};
        line.have = 0;
        (void)::send(line.socket, request.data(), request.size(), MSG_NOSIGNAL);
    }
    bool hear(Line& line) {
        std::array<std::uint8_t, 300> reply{};
        const ssize_t n = ::recv(line.socket, reply.data(), reply.size(), 0);
        if (n <= 0) ::_exit(1);
        line.have += static_cast<std::size_t>(n);
        return line.have >= 9 + 2 * std::size_t{reads_[line.at].count};
    }

    std::vector<Read> reads_;
    int epoll_;
    std::vector<Line> lines_;
};

int run() {
    rlimit files{4096, 4096};
    ::setrlimit(RLIMIT_NOFILE, &files);
    const std::vector<Read> reads = reads_of_the_driver();
    std::array<int, 2> ready{};
    if (::pipe(ready.data()) != 0) return 1;
    const pid_t server = ::fork();
    if (server == 0) serve(ready[1]);
    Ports ports{};
    if (::read(ready[0], ports.data(), sizeof ports) != sizeof ports) return 1;
    stay_on(1);
    BareSockets bare(reads, ports);
    bare.round();
    const Took floor = measure([&bare] { bare.round(); });
    const Took ours = with_drivers(ports);
    ::kill(server, SIGKILL);
    ::waitpid(server, nullptr, 0);
    std::printf("%zu inverters, %zu reads each\n%-14s %8s %8s   one snapshot, ms\n", inverters,
                reads.size(), "", "wall", "cpu");
    std::printf("%-14s %8.2f %8.2f\n", "driver", ours.wall_ms, ours.cpu_ms);
    std::printf("%-14s %8.2f %8.2f\n", "bare sockets", floor.wall_ms, floor.cpu_ms);
    std::printf(
        "the driver reaches %.0f %% of the floor, %.0f %% by processor time of the client\n",
        100.0 * floor.wall_ms / ours.wall_ms, 100.0 * floor.cpu_ms / ours.cpu_ms);
    return 0;
}

}  // namespace
}  // namespace islandbench::drivers::bench

int main() {
    return islandbench::drivers::bench::run();
}
