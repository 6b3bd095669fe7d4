#include "links/impaired_stream.hpp"

#include <algorithm>
#include <deque>

namespace islandbench::links {
namespace {

class ImpairedStream final : public ByteStream {
  public:
    ImpairedStream(std::unique_ptr<ByteStream> inner, Scheduler& scheduler,
                   const LinkCondition& condition, Random& random)
        : inner_(std::move(inner)),
          scheduler_(scheduler),
          condition_(condition),
          random_(random),
          queued_(scheduler),
          carrier_(scheduler) {
        carrier_.spawn(carry());
    }

    Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Instant deadline) override {
        for (;;) {
            const auto n = co_await inner_->read_some(into, deadline);
            // On a silent link a request is swallowed as well as its answer.
            if (!n || !condition_.silent) co_return n;
        }
    }

    void write(std::span<const std::uint8_t> bytes) override {
        if (condition_.silent || random_.chance(condition_.loss)) return;
        const Instant due = std::max(scheduler_.now() + delay(), last_due_);
        last_due_ = due;
        queue_.push_back({due, {bytes.begin(), bytes.end()}});
        queued_.notify_all();
    }

    void close() override { inner_->close(); }
    [[nodiscard]] bool is_open() const override { return inner_->is_open(); }
    [[nodiscard]] bool peer_is_local() const override { return inner_->peer_is_local(); }

  private:
    struct Message {
        Instant due;
        std::vector<std::uint8_t> bytes;
    };

    Duration delay() {
        if (condition_.delay_median <= 0ns) return 0ns;
        return from_seconds(random_.lognormal(to_seconds(condition_.delay_median),
                                              to_seconds(condition_.delay_p99)));
    }

    Task<> carry() {
        for (;;) {
            while (queue_.empty()) (void)co_await queued_.wait_until(never);
            co_await scheduler_.sleep_until(queue_.front().due);
            if (!condition_.silent) inner_->write(queue_.front().bytes);
            queue_.pop_front();
        }
    }

    std::unique_ptr<ByteStream> inner_;
    Scheduler& scheduler_;
    const LinkCondition& condition_;
    Random& random_;
    Notifier queued_;
    std::deque<Message> queue_;
    Instant last_due_{Instant::min()};
    TaskGroup carrier_;  // dies first: its task uses the rest
};

}  // namespace

std::unique_ptr<ByteStream> impair(std::unique_ptr<ByteStream> inner, Scheduler& scheduler,
                                   const LinkCondition& condition, Random& random) {
    return std::make_unique<ImpairedStream>(std::move(inner), scheduler, condition, random);
}

}  // namespace islandbench::links
