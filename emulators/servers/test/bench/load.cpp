#include "emulators/servers/test/bench/load.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

namespace islandbench::servers::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t reply_size = 9 + 250;

struct Client {
    int socket = -1;
    std::uint16_t id = 0;
    Clock::time_point asked{};
    std::array<std::uint8_t, reply_size + 1> reply{};
    std::size_t have = 0;
};

int connect_to(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
    if (::connect(socket, generic, sizeof address) != 0) {
        ::close(socket);
        return -1;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

bool ask(Client& client) {
    ++client.id;
    client.have = 0;
    const std::array<std::uint8_t, 12> request{static_cast<std::uint8_t>(client.id >> 8),
                                               static_cast<std::uint8_t>(client.id),
                                               0,
                                               0,
                                               0,
                                               6,
                                               1,
                                               3,
                                               0,
                                               0,
                                               0,
                                               125};
    client.asked = Clock::now();
    return ::send(client.socket, request.data(), request.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(request.size());
}

bool right(const Client& client) {
    const auto& r = client.reply;
    const std::array<std::uint8_t, 9> head{static_cast<std::uint8_t>(client.id >> 8),
                                           static_cast<std::uint8_t>(client.id),
                                           0,
                                           0,
                                           0,
                                           253,
                                           1,
                                           3,
                                           250};
    if (!std::equal(head.begin(), head.end(), r.begin())) return false;
    for (std::size_t i = 0; i < 125; ++i) {
        if (r[9 + 2 * i] != 0 || r[10 + 2 * i] != i) return false;
    }
    return true;
}

class Meter {
  public:
    Meter(std::uint16_t port, int connections)
        : epoll_(::epoll_create1(0)), clients_(static_cast<std::size_t>(connections)) {
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            clients_[i].socket = connect_to(port);
            if (clients_[i].socket < 0) continue;
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[i].socket, &event);
        }
    }
    ~Meter() {
        for (const Client& client : clients_) {
            if (client.socket >= 0) ::close(client.socket);
        }
        ::close(epoll_);
    }
    Meter(const Meter&) = delete;
    Meter& operator=(const Meter&) = delete;

    Load run(std::chrono::milliseconds time) {
        for (Client& client : clients_) {
            if (client.socket >= 0 && !ask(client)) lose(client);
        }
        const Clock::time_point begin = Clock::now();
        const Clock::time_point end = begin + time;
        std::array<epoll_event, 256> events{};
        while (Clock::now() < end) {
            const int n = ::epoll_wait(epoll_, events.data(), events.size(), 100);
            for (int i = 0; i < n; ++i)
                hear(clients_[events[static_cast<std::size_t>(i)].data.u64]);
        }
        return sum_up(std::chrono::duration<double>(Clock::now() - begin).count());
    }

  private:
    void lose(Client& client) {
        ++wrong_;
        ::close(client.socket);
        client.socket = -1;
    }

    void hear(Client& client) {
        if (client.socket < 0) return;
        const ssize_t n = ::recv(client.socket, client.reply.data() + client.have,
                                 client.reply.size() - client.have, 0);
        if (n <= 0) return lose(client);
        client.have += static_cast<std::size_t>(n);
        if (client.have < reply_size) return;
        if (client.have > reply_size || !right(client)) return lose(client);
        const auto took = Clock::now() - client.asked;
        took_us_.push_back(std::chrono::duration<float, std::micro>(took).count());
        if (!ask(client)) lose(client);
    }

    Load sum_up(double seconds) {
        Load load;
        load.wrong = wrong_;
        load.per_second = static_cast<double>(took_us_.size()) / seconds;
        for (const Client& client : clients_) load.connections += client.socket >= 0 ? 1 : 0;
        if (took_us_.empty()) return load;
        std::sort(took_us_.begin(), took_us_.end());
        load.p50_us = static_cast<double>(took_us_[took_us_.size() / 2]);
        load.p99_us = static_cast<double>(took_us_[took_us_.size() * 99 / 100]);
        return load;
    }

    int epoll_;
    std::vector<Client> clients_;
    std::vector<float> took_us_;
    std::uint64_t wrong_ = 0;
};

}  // namespace

Load measure(std::uint16_t port, int connections, std::chrono::milliseconds time) {
    return Meter(port, connections).run(time);
}

}  // namespace islandbench::servers::bench
