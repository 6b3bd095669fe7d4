// How many reads of 125 registers a second our server answers, beside libmodbus and pymodbus, each
// in a process of its own on one core, asked by the same load from the other one.
// scripts/bench/server.
#include <arpa/inet.h>
#include <modbus.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string>

#include "emulators/servers/test/bench/load.hpp"
#include "emulators/servers/modbus_server.hpp"
#include "links/tcp_network.hpp"

namespace islandbench::servers::bench {
namespace {

constexpr std::uint16_t first_port = 15300;
constexpr auto time_of_one = std::chrono::milliseconds(2000);

/// Registers that count up from 0.
class Counting final : public modbus::DataModel {
  public:
    Counting() { std::iota(registers_.begin(), registers_.end(), std::uint16_t{0}); }
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override {
        return modbus::read_range(registers_, 0, address, into);
    }

  private:
    std::array<std::uint16_t, 200> registers_{};
};

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}
const sockaddr* generic(const sockaddr_in& address) {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

void stay_on(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    ::sched_setaffinity(0, sizeof set, &set);
}

void serve_ours(std::uint16_t port) {
    Scheduler clock;
    links::TcpNetwork network(clock);
    Counting registers;
    modbus::Responder responder;
    responder.serve(1, registers);
    const auto condition = links::LinkCondition::perfect();
    const auto server = ModbusServer::start(clock, network, "127.0.0.1:" + std::to_string(port),
                                            responder, condition, Random{1, "bench"});
    while (server) {
        clock.run_ready();
        clock.advance_to(network.wait(std::min(clock.next_timer(), clock.now() + Duration{1s})));
    }
}

/// As libmodbus's own example for several connections does it: select, receive, reply.
void serve_libmodbus(std::uint16_t port) {
    modbus_t* context = modbus_new_tcp("127.0.0.1", port);
    modbus_mapping_t* map = modbus_mapping_new(0, 0, 200, 0);
    for (int i = 0; i < 200; ++i) map->tab_registers[i] = static_cast<std::uint16_t>(i);
    const int door = modbus_tcp_listen(context, 1024);
    fd_set all;
    FD_ZERO(&all);
    FD_SET(door, &all);
    int highest = door;
    for (;;) {
        fd_set ready = all;
        if (::select(highest + 1, &ready, nullptr, nullptr, nullptr) < 0) continue;
        for (int socket = 0; socket <= highest; ++socket) {
            if (!FD_ISSET(socket, &ready)) continue;
            if (socket == door) {
                const int client = ::accept(door, nullptr, nullptr);
                if (client < 0 || client >= FD_SETSIZE) continue;
                FD_SET(client, &all);
                highest = std::max(highest, client);
                continue;
            }
            modbus_set_socket(context, socket);
            std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> request{};
            const int size = modbus_receive(context, request.data());
            if (size > 0) {
                modbus_reply(context, request.data(), size, map);
            } else if (size < 0) {
                FD_CLR(socket, &all);
                ::close(socket);
            }
        }
    }
}

void serve_pymodbus(std::uint16_t port) {
    const std::string script = IB_SOURCE_DIR "/emulators/servers/test/bench/pymodbus_server.py";
    ::execl("/usr/bin/python3", "python3", script.c_str(), std::to_string(port).c_str(), nullptr);
    ::_exit(1);
}

/// What sockets alone cost: whatever comes is answered with the same registers, unread but for its
/// transaction id.
void serve_bare(std::uint16_t port) {
    const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const sockaddr_in address = loopback(port);
    ::bind(door, generic(address), sizeof address);
    ::listen(door, 1024);
    std::array<std::uint8_t, 9 + 250> reply{0, 0, 0, 0, 0, 253, 1, 3, 250};
    for (std::size_t i = 0; i < 125; ++i) reply[10 + 2 * i] = static_cast<std::uint8_t>(i);
    const int epoll = ::epoll_create1(0);
    const auto watch = [epoll](int socket) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
    };
    watch(door);
    std::array<epoll_event, 256> events{};
    for (;;) {
        const int n = ::epoll_wait(epoll, events.data(), events.size(), -1);
        for (int i = 0; i < n; ++i) {
            const int socket = events[static_cast<std::size_t>(i)].data.fd;
            if (socket == door) {
                const int client = ::accept(door, nullptr, nullptr);
                if (client >= 0) watch(client);
                continue;
            }
            std::array<std::uint8_t, 260> request{};
            if (::recv(socket, request.data(), request.size(), 0) <= 0) {
                ::close(socket);
                continue;
            }
            std::copy_n(request.begin(), 2, reply.begin());
            (void)::send(socket, reply.data(), reply.size(), MSG_NOSIGNAL);
        }
    }
}

bool listens(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(port);
    const bool there = ::connect(socket, generic(address), sizeof address) == 0;
    ::close(socket);
    return there;
}

/// A server in a process of its own, for the time of this.
class ServerProcess {
  public:
    ServerProcess(const std::function<void(std::uint16_t)>& serve, std::uint16_t port)
        : pid_(::fork()) {
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            stay_on(0);
            serve(port);
            ::_exit(1);
        }
        for (int i = 0; i < 100 && !listens(port); ++i) ::usleep(50000);
    }
    /// Processor time that it has taken so far, seconds.
    [[nodiscard]] double cpu() const {
        clockid_t clock{};
        timespec time{};
        if (::clock_getcpuclockid(pid_, &clock) != 0) return 0.0;
        ::clock_gettime(clock, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    }
    ~ServerProcess() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

  private:
    pid_t pid_;
};

struct Server {
    const char* name;
    void (*serve)(std::uint16_t port);
};

/// `cpu_us`: the server's processor time for a read, which says the same whatever else the machine
/// does.
void print(const char* name, int connections, const Load& load, double cpu_us) {
    std::printf("%-12s %5d %10.0f %9.0f %9.0f %9.1f %8llu %6d\n", name, connections,
                load.per_second, load.p50_us, load.p99_us, cpu_us,
                static_cast<unsigned long long>(load.wrong), load.connections);
    std::fflush(stdout);
}

void run() {
    constexpr std::array servers{
        Server{"islandbench", serve_ours}, Server{"libmodbus", serve_libmodbus},
        Server{"pymodbus", serve_pymodbus}, Server{"bare sockets", serve_bare}};
    std::printf("%-12s %5s %10s %9s %9s %9s %8s %6s\n", "server", "conns", "reads/s", "p50 us",
                "p99 us", "cpu us", "wrong", "open");
    std::uint16_t port = first_port;
    std::array<double, servers.size()> rate{}, cpu{};
    for (const int connections : {1, 50, 400, 1000}) {
        for (std::size_t i = 0; i < servers.size(); ++i) {
            // Its select() holds no more than FD_SETSIZE.
            if (connections == 1000 && (i == 1 || i == 2)) continue;
            const ServerProcess process(servers[i].serve, ++port);
            const double before = process.cpu();
            const Load load = measure(port, connections, time_of_one);
            const double reads =
                load.per_second * std::chrono::duration<double>(time_of_one).count();
            const double cpu_us = 1e6 * (process.cpu() - before) / reads;
            print(servers[i].name, connections, load, cpu_us);
            if (connections != 50) continue;
            rate[i] = load.per_second;
            cpu[i] = cpu_us;
        }
    }
    std::printf(
        "at 50 connections: %.1f times libmodbus, %.1f times pymodbus; by processor time %.1f "
        "and %.1f times, %.2f of bare sockets\n",
        rate[0] / rate[1], rate[0] / rate[2], cpu[1] / cpu[0], cpu[2] / cpu[0], cpu[3] / cpu[0]);
}

}  // namespace
}  // namespace islandbench::servers::bench

int main() {
    rlimit files{4096, 4096};
    ::setrlimit(RLIMIT_NOFILE, &files);
    islandbench::servers::bench::stay_on(1);
    islandbench::servers::bench::run();
}
