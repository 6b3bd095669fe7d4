#include "links/libmodbus_link.hpp"

#include "links/libmodbus_bus.hpp"

namespace islandbench::links {
namespace {

constexpr std::string_view rtu_scheme = "rtu:";
constexpr std::string_view tcp_scheme = "libmodbus:";

/// Outlives its stream for as long as the bus has an answer on the way to it.
struct Mailbox {
    explicit Mailbox(Scheduler& clock) : inbox(clock) {}
    Inbox inbox;
    bool open = true;
};

class LibmodbusStream final : public ByteStream {
  public:
    LibmodbusStream(Scheduler& clock, std::shared_ptr<LibmodbusBus> bus)
        : bus_(std::move(bus)), mailbox_(std::make_shared<Mailbox>(clock)) {}
    ~LibmodbusStream() override { LibmodbusStream::close(); }

    Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Instant deadline) override {
        co_return co_await mailbox_->inbox.read_some(into, deadline);
    }

    void write(std::span<const std::uint8_t> bytes) override {
        if (!mailbox_->open) return;
        requests_.push(bytes);
        for (;;) {
            const auto adu = requests_.pull();
            IB_ASSERT(adu.has_value());  // our own client writes whole frames
            if (!*adu) return;
            ask(**adu);
        }
    }

    void close() override {
        mailbox_->open = false;
        mailbox_->inbox.end();
    }
    [[nodiscard]] bool is_open() const override { return mailbox_->open; }
    /// A serial line ends at real hardware; of a second opinion nobody knows.
    [[nodiscard]] bool peer_is_local() const override { return false; }

  private:
    void ask(const modbus::Adu& adu) {
        const std::weak_ptr<Mailbox> to = mailbox_;
        bus_->ask(this, adu, [to](const LibmodbusBus::Answer& answer) {
            const auto mailbox = to.lock();
            if (!mailbox || !mailbox->open) return;
            if (!answer) {
                mailbox->open = false;
                return mailbox->inbox.end();
            }
            if (*answer) mailbox->inbox.push(modbus::encode(**answer));
        });
    }

    std::shared_ptr<LibmodbusBus> bus_;
    std::shared_ptr<Mailbox> mailbox_;
    modbus::AduStream requests_;
};

/// How opening a line ended.
struct Opening {
    explicit Opening(Scheduler& clock) : done(clock) {}
    Notifier done;
    std::optional<LibmodbusBus::Answer> answer;
};

}  // namespace

LibmodbusLinks::LibmodbusLinks(Scheduler& clock, Post post)
    : clock_(clock), post_(std::move(post)) {}
LibmodbusLinks::~LibmodbusLinks() = default;

bool LibmodbusLinks::serves(const std::string& where) {
    return where.starts_with(rtu_scheme) || where.starts_with(tcp_scheme);
}

/// A second opinion has a connection of its own; on a serial device there is one bus, whoever asks.
std::shared_ptr<LibmodbusBus> LibmodbusLinks::bus_at(const std::string& where) {
    if (where.starts_with(tcp_scheme)) {
        const std::string rest = where.substr(tcp_scheme.size());
        const std::size_t colon = rest.rfind(':');
        if (colon == std::string::npos) return nullptr;
        return LibmodbusBus::on_tcp(rest.substr(0, colon), rest.substr(colon + 1), post_);
    }
    const auto line = parse_link_address(where);
    if (!line) return nullptr;
    std::shared_ptr<LibmodbusBus> bus = buses_[line->host].lock();
    if (bus) return bus;
    bus = LibmodbusBus::on_serial(*line, post_);
    buses_[line->host] = bus;
    return bus;
}

Task<Result<std::unique_ptr<ByteStream>>> LibmodbusLinks::connect(std::string where,
                                                                  Instant deadline) {
    std::shared_ptr<LibmodbusBus> bus = bus_at(where);
    if (!bus) co_return failure(ErrorCode::bad_input, where + ": no such link");
    const auto opening = std::make_shared<Opening>(clock_);
    bus->open([opening](const LibmodbusBus::Answer& answer) {
        opening->answer = answer;
        opening->done.notify_all();
    });
    while (!opening->answer) {
        const bool told = co_await opening->done.wait_until(deadline);
        if (!told && !opening->answer) {
            co_return failure(ErrorCode::timed_out, where + ": did not open in time");
        }
    }
    if (!*opening->answer) co_return tl::unexpected(opening->answer->error());
    co_return std::make_unique<LibmodbusStream>(clock_, std::move(bus));
}

}  // namespace islandbench::links
