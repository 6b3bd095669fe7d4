#include "links/memory_network.hpp"

#include <deque>
#include <utility>

namespace islandbench::links {
namespace {

class MemoryStream final : public ByteStream {
  public:
    MemoryStream(std::shared_ptr<Inbox> own, std::shared_ptr<Inbox> peer)
        : own_(std::move(own)), peer_(std::move(peer)) {}
    ~MemoryStream() override { MemoryStream::close(); }

    Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Instant deadline) override {
        return own_->read_some(into, deadline);
    }

    void write(std::span<const std::uint8_t> bytes) override {
        if (!is_open()) return;
        if (peer_->size() + bytes.size() > write_queue_max) return close();
        peer_->push(bytes);
    }

    void close() override {
        if (std::exchange(open_, false)) {
            own_->end();
            peer_->end();
        }
    }

    [[nodiscard]] bool is_open() const override { return open_ && !own_->ended(); }
    [[nodiscard]] bool peer_is_local() const override { return true; }

  private:
    std::shared_ptr<Inbox> own_, peer_;
    bool open_ = true;
};

}  // namespace

/// What listeners and connectors of one name share.
class MemoryNetwork::Door {
  public:
    explicit Door(Scheduler& scheduler) : knocked(scheduler) {}
    Notifier knocked;
    std::deque<std::unique_ptr<ByteStream>> waiting;
};

class MemoryNetwork::DoorListener final : public Listener {
  public:
    DoorListener(std::shared_ptr<Door> door, std::string name)
        : door_(std::move(door)), name_(std::move(name)) {}

    Task<Result<std::unique_ptr<ByteStream>>> accept() override {
        while (door_->waiting.empty()) (void)co_await door_->knocked.wait_until(never);
        auto stream = std::move(door_->waiting.front());
        door_->waiting.pop_front();
        co_return std::move(stream);
    }
    [[nodiscard]] std::string address() const override { return name_; }

  private:
    std::shared_ptr<Door> door_;
    std::string name_;
};

Result<std::unique_ptr<Listener>> MemoryNetwork::listen(const std::string& where) {
    if (!doors_[where].expired()) {
        return failure(ErrorCode::in_use, "\"" + where + "\" is already listened on");
    }
    auto door = std::make_shared<Door>(scheduler_);
    doors_[where] = door;
    return std::make_unique<DoorListener>(std::move(door), where);
}

Task<Result<std::unique_ptr<ByteStream>>> MemoryNetwork::connect(std::string where,
                                                                 Instant /*deadline*/) {
    const auto found = doors_.find(where);
    const auto door = found == doors_.end() ? nullptr : found->second.lock();
    if (!door) co_return failure(ErrorCode::refused, "nobody listens on \"" + where + "\"");
    auto [ours, theirs] = make_pair(scheduler_);
    door->waiting.push_back(std::move(theirs));
    door->knocked.notify_all();
    co_return std::move(ours);
}

std::unique_ptr<CanPort> MemoryNetwork::can_port(const std::string& interface,
                                                 std::vector<std::uint32_t> /*ids*/) {
    return buses_.try_emplace(interface, scheduler_).first->second.attach();
}

std::pair<std::unique_ptr<ByteStream>, std::unique_ptr<ByteStream>> MemoryNetwork::make_pair(
    Scheduler& scheduler) {
    auto a = std::make_shared<Inbox>(scheduler);
    auto b = std::make_shared<Inbox>(scheduler);
    return {std::make_unique<MemoryStream>(a, b), std::make_unique<MemoryStream>(b, a)};
}

}  // namespace islandbench::links
