#include "links/tcp_network.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "links/libmodbus_link.hpp"
#include "links/place.hpp"
#include "links/socket_can.hpp"

namespace islandbench::links {

namespace asio = boost::asio;
using asio::ip::tcp;
using SystemError = boost::system::error_code;
using WallClock = std::chrono::steady_clock;

struct TcpNetwork::Io {
    Io(Scheduler& s, Pace p)
        : scheduler(s), pace(p), alarm(context), libmodbus(s, [this](std::function<void()> later) {
              asio::post(context, std::move(later));
          }) {}

    [[nodiscard]] Instant now() const {
        return run_start + std::chrono::duration_cast<Duration>(WallClock::now() - *wall_start);
    }

    /// Time stands while something is on its way; what never arrives is written off after a while.
    Instant leap(Instant next_event) {
        context.poll();
        while (!scheduler.has_ready() && on_the_way > 0) {
            if (context.run_one_for(std::chrono::milliseconds(20)) == 0) on_the_way = 0;
            context.poll();
        }
        return scheduler.has_ready() ? scheduler.now() : next_event;
    }

    asio::io_context context{1};
    /// An idle context must not stop: the run goes on without any socket.
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    Scheduler& scheduler;
    Pace pace;
    std::int64_t on_the_way = 0;  ///< bytes, connections and their ends, sent and not arrived
    asio::steady_timer alarm;
    LibmodbusLinks libmodbus;
    std::optional<WallClock::time_point> wall_start;
    Instant run_start{};
    Duration late{};
    /// Of the run's clock before the system's, as last compared.
    mutable std::optional<Duration> ahead;
};

namespace {

using Io = TcpNetwork::Io;

Error error_of(const SystemError& status, const std::string& where) {
    ErrorCode code = ErrorCode::closed;
    if (status == asio::error::connection_refused) code = ErrorCode::refused;
    if (status == asio::error::address_in_use) code = ErrorCode::in_use;
    if (status == asio::error::timed_out) code = ErrorCode::timed_out;
    return Error{code, where + ": " + status.message()};
}

/// What a socket's pending operations need; it lives until the last of them has completed.
struct Connection : std::enable_shared_from_this<Connection> {
    static constexpr std::size_t inbox_max = 64 * 1024;

    Connection(std::shared_ptr<Io> i, tcp::socket s)
        : io(std::move(i)), socket(std::move(s)), inbox(io->scheduler) {}

    void start() {
        SystemError ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        socket.non_blocking(true, ignored);
        peer_is_local = socket.remote_endpoint(ignored).address().is_loopback();
        read_more();
    }

    void read_more() {
        reading = true;
        socket.async_read_some(asio::buffer(chunk), [self = shared_from_this()](
                                                        const SystemError& status, std::size_t n) {
            self->reading = false;
            self->io->on_the_way -= static_cast<std::int64_t>(n) + (status ? 1 : 0);
            if (!self->open) return;
            self->inbox.push({self->chunk.data(), n});
            if (status) return self->shut();
            if (self->inbox.size() < inbox_max) self->read_more();
        });
    }

    /// What is queued, as far as the system takes it: almost always all, and nobody is called back.
    void send() {
        SystemError status;
        const auto n = socket.write_some(asio::buffer(queued), status);
        if (status && status != asio::error::would_block) return shut();
        io->on_the_way += static_cast<std::int64_t>(n);
        queued.erase(queued.begin(), queued.begin() + static_cast<std::ptrdiff_t>(n));
        writing = !queued.empty();
        if (!writing) return;
        socket.async_wait(tcp::socket::wait_write,
                          [self = shared_from_this()](const SystemError& failed) {
                              if (self->open) return failed ? self->shut() : self->send();
                          });
    }

    /// `at_once`: the peer sees a reset.
    void shut(bool at_once = false) {
        if (!std::exchange(open, false)) return;
        ++io->on_the_way;
        SystemError ignored;
        if (at_once) socket.set_option(asio::socket_base::linger(true, 0), ignored);
        if (!at_once) socket.shutdown(tcp::socket::shutdown_both, ignored);
        socket.close(ignored);
        inbox.end();
    }

    std::shared_ptr<Io> io;
    tcp::socket socket;
    Inbox inbox;
    std::array<std::uint8_t, 4096> chunk{};
    std::vector<std::uint8_t> queued;
    bool reading = false, writing = false, open = true, peer_is_local = false;
};

class TcpStream final : public ByteStream {
  public:
    explicit TcpStream(std::shared_ptr<Connection> c) : connection_(std::move(c)) {
        connection_->start();
    }
    ~TcpStream() override { TcpStream::close(); }

    Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Instant deadline) override {
        const auto n = co_await connection_->inbox.read_some(into, deadline);
        const bool idle = connection_->open && !connection_->reading;
        if (idle && connection_->inbox.size() < Connection::inbox_max) connection_->read_more();
        co_return n;
    }

    void write(std::span<const std::uint8_t> bytes) override {
        if (!connection_->open) return;
        auto& queue = connection_->queued;
        if (queue.size() + bytes.size() > write_queue_max) return close();
        queue.insert(queue.end(), bytes.begin(), bytes.end());
        if (!connection_->writing) connection_->send();
    }

    void close() override { connection_->shut(); }
    void reset() override { connection_->shut(true); }
    [[nodiscard]] bool is_open() const override { return connection_->open; }
    [[nodiscard]] bool peer_is_local() const override { return connection_->peer_is_local; }

  private:
    std::shared_ptr<Connection> connection_;
};

/// Accepted sockets that nobody has asked for yet.
struct Acceptor : std::enable_shared_from_this<Acceptor> {
    explicit Acceptor(std::shared_ptr<Io> i)
        : io(std::move(i)), acceptor(io->context), arrived(io->scheduler) {}

    void accept_more() {
        acceptor.async_accept(
            [self = shared_from_this()](const SystemError& status, tcp::socket socket) {
                --self->io->on_the_way;
                if (!self->open) return;
                if (!status) self->sockets.push_back(std::move(socket));
                self->arrived.notify_all();
                self->accept_more();
            });
    }

    std::shared_ptr<Io> io;
    tcp::acceptor acceptor;
    Notifier arrived;
    std::deque<tcp::socket> sockets;
    bool open = true;
};

class TcpListener final : public Listener {
  public:
    explicit TcpListener(std::shared_ptr<Acceptor> acceptor) : acceptor_(std::move(acceptor)) {
        acceptor_->accept_more();
    }
    ~TcpListener() override {
        acceptor_->open = false;
        SystemError ignored;
        acceptor_->acceptor.close(ignored);
    }

    Task<Result<std::unique_ptr<ByteStream>>> accept() override {
        while (acceptor_->sockets.empty()) (void)co_await acceptor_->arrived.wait_until(never);
        auto connection =
            std::make_shared<Connection>(acceptor_->io, std::move(acceptor_->sockets.front()));
        acceptor_->sockets.pop_front();
        co_return std::make_unique<TcpStream>(std::move(connection));
    }

    [[nodiscard]] std::string address() const override {
        SystemError ignored;
        const auto endpoint = acceptor_->acceptor.local_endpoint(ignored);
        return endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
    }

  private:
    std::shared_ptr<Acceptor> acceptor_;
};

/// One attempt to resolve and connect.
struct Attempt : std::enable_shared_from_this<Attempt> {
    explicit Attempt(std::shared_ptr<Io> i)
        : io(std::move(i)), resolver(io->context), socket(io->context), done(io->scheduler) {}

    void start(const std::string& host, const std::string& port) {
        io->on_the_way += 2;  // the answer to us, and the connection at the other side
        resolver.async_resolve(
            host, port,
            [self = shared_from_this()](const SystemError& failed, const auto& endpoints) {
                if (failed) return self->finish(failed);
                asio::async_connect(self->socket, endpoints,
                                    [self](const SystemError& result, const tcp::endpoint&) {
                                        self->finish(result);
                                    });
            });
    }
    void finish(const SystemError& s) {
        io->on_the_way -= s ? 2 : 1;
        status = s;
        done.notify_all();
    }

    std::shared_ptr<Io> io;
    tcp::resolver resolver;
    tcp::socket socket;
    Notifier done;
    std::optional<SystemError> status;
};

/// Ends an attempt that nobody waits for any more, also when the waiting coroutine is destroyed.
struct EndAttempt {
    void operator()(Attempt* attempt) const {
        if (attempt->status) return;
        attempt->resolver.cancel();
        SystemError ignored;
        attempt->socket.close(ignored);
    }
};

/// What is watched, until its last wait has completed.
struct Watched : std::enable_shared_from_this<Watched> {
    Watched(std::shared_ptr<Io> i, std::function<void()> r)
        : io(std::move(i)), descriptor(io->context), ready(std::move(r)) {}

    void wait() {
        descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                              [self = shared_from_this()](const SystemError& status) {
                                  if (!self->open || status) return;
                                  self->ready();
                                  if (self->open) self->wait();
                              });
    }

    std::shared_ptr<Io> io;
    asio::posix::stream_descriptor descriptor;
    std::function<void()> ready;
    bool open = true;
};

class DescriptorWatch final : public Watch {
  public:
    explicit DescriptorWatch(std::shared_ptr<Watched> watched) : watched_(std::move(watched)) {
        watched_->wait();
    }
    ~DescriptorWatch() override {
        watched_->open = false;
        SystemError ignored;
        watched_->descriptor.close(ignored);
    }

  private:
    std::shared_ptr<Watched> watched_;
};

}  // namespace

TcpNetwork::TcpNetwork(Scheduler& scheduler, Pace pace)
    : io_(std::make_shared<Io>(scheduler, pace)) {}

TcpNetwork::~TcpNetwork() {
    // Handlers hold their connections, and those hold the context: let the aborted ones run.
    io_->alarm.cancel();
    io_->context.poll();
}

Result<std::unique_ptr<Listener>> TcpNetwork::listen(const std::string& where) {
    const auto [host, port] = split_place(where);
    SystemError status;
    const auto address = asio::ip::make_address(host, status);
    if (status) return failure(ErrorCode::bad_input, where + ": not an address to listen on");
    auto state = std::make_shared<Acceptor>(io_);
    tcp::acceptor& acceptor = state->acceptor;
    const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(std::atoi(port.c_str())));
    acceptor.open(endpoint.protocol(), status);
    // A port whose last run has just ended is free; one that is listened on is not.
    if (!status) acceptor.set_option(tcp::acceptor::reuse_address(true), status);
    if (!status) acceptor.bind(endpoint, status);
    if (!status) acceptor.listen(tcp::acceptor::max_listen_connections, status);
    if (status) return tl::unexpected(error_of(status, where));
    return std::make_unique<TcpListener>(std::move(state));
}

Task<Result<std::unique_ptr<ByteStream>>> TcpNetwork::connect(std::string where, Instant deadline) {
    if (LibmodbusLinks::serves(where)) co_return co_await io_->libmodbus.connect(where, deadline);
    const auto [host, port] = split_place(where);
    const auto attempt = std::make_shared<Attempt>(io_);
    const std::unique_ptr<Attempt, EndAttempt> guard(attempt.get());
    attempt->start(host, port);
    while (!attempt->status) {
        const bool finished = co_await attempt->done.wait_until(deadline);
        if (!finished && !attempt->status) {
            co_return failure(ErrorCode::timed_out, where + ": no connection in time");
        }
    }
    if (*attempt->status) co_return tl::unexpected(error_of(*attempt->status, where));
    auto connection = std::make_shared<Connection>(io_, std::move(attempt->socket));
    co_return std::make_unique<TcpStream>(std::move(connection));
}

std::unique_ptr<CanPort> TcpNetwork::can_port(const std::string& interface,
                                              std::vector<std::uint32_t> ids) {
    return std::make_unique<SocketCanPort>(io_->scheduler, *this, interface, std::move(ids));
}

Result<std::unique_ptr<Watch>> TcpNetwork::watch(int descriptor, std::function<void()> ready) {
    auto watched = std::make_shared<Watched>(io_, std::move(ready));
    SystemError status;
    watched->descriptor.assign(descriptor, status);
    if (status) {
        ::close(descriptor);
        return tl::unexpected(error_of(status, "descriptor " + std::to_string(descriptor)));
    }
    return std::make_unique<DescriptorWatch>(std::move(watched));
}

Instant TcpNetwork::run_time_of(std::chrono::nanoseconds since_1970) const {
    // One comparison of the clocks serves all stamps, so that their differences stay exact, until
    // somebody moves the system's clock. A pause between the two readings looks like that: once
    // more, then.
    constexpr Duration moved = 10ms;
    constexpr int attempts = 3;
    Instant now = io_->scheduler.now();
    for (int i = 0; i < attempts; ++i) {
        if (io_->wall_start) now = io_->now();
        const Duration ahead =
            now.time_since_epoch() - std::chrono::system_clock::now().time_since_epoch();
        if (io_->ahead && std::chrono::abs(ahead - *io_->ahead) < moved) break;
        if (!io_->ahead || i + 1 == attempts) io_->ahead = ahead;
    }
    return std::min(Instant{since_1970 + *io_->ahead}, now);
}

Instant TcpNetwork::wait(Instant next_event) {
    Io& io = *io_;
    if (io.pace == Pace::leaping) return io.leap(next_event);
    if (!io.wall_start) {
        io.wall_start = WallClock::now();
        io.run_start = io.scheduler.now();
    }
    io.context.poll();
    bool rang = false;
    while (!io.scheduler.has_ready() && io.now() < next_event) {
        rang = false;
        io.alarm.expires_at(*io.wall_start + (next_event - io.run_start));
        io.alarm.async_wait([&rang](const SystemError& status) { rang = !status; });
        while (!rang && !io.scheduler.has_ready()) io.context.run_one();
        io.alarm.cancel();
        io.context.poll();  // collects the cancelled wait before `rang` goes out of scope
    }
    io.late = std::max(io.now() - next_event, Duration::zero());
    return std::clamp(io.now(), io.scheduler.now(), next_event);
}

Duration TcpNetwork::lateness() const noexcept {
    return io_->late;
}

}  // namespace islandbench::links
