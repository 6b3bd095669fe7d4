#include "links/impaired_stream.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace islandbench::links {
namespace {

class ImpairedStream final : public ByteStream {
  public:
    ImpairedStream(std::unique_ptr<ByteStream> inner, Scheduler& scheduler,
                   const LinkCondition& condition, Random& random, LinkTally* tally)
        : inner_(std::move(inner)),
          scheduler_(scheduler),
          condition_(condition),
          random_(random),
          tally_(tally == nullptr ? own_tally_ : *tally),
          born_(condition.half_open),
          queued_(scheduler),
          carrier_(scheduler) {
        carrier_.spawn(carry());
    }

    Task<Result<std::size_t>> read_some(std::span<std::uint8_t> into, Instant deadline) override {
        for (;;) {
            const auto n = co_await inner_->read_some(into, deadline);
            // On a silent link a request is swallowed as well as its answer.
            if (!n || !dead()) co_return n;
        }
    }

    void write(std::span<const std::uint8_t> bytes) override {
        ++tally_.messages;
        if (dead() || random_.chance(condition_.loss)) {
            ++tally_.lost;
            return;
        }
        if (happens(condition_.reset, tally_.resets)) return inner_->reset();
        std::vector<std::uint8_t> message(bytes.begin(), bytes.end());
        if (happens(condition_.corrupt, tally_.corrupted)) flip_a_bit(message);
        if (held_.empty() && happens(condition_.reorder, tally_.held_back)) {
            held_ = std::move(message);
            return;
        }
        enqueue(std::move(message));
        if (!held_.empty()) enqueue(std::exchange(held_, {}));
    }

    void reset() override { inner_->reset(); }
    void close() override { inner_->close(); }
    [[nodiscard]] bool is_open() const override { return inner_->is_open(); }
    [[nodiscard]] bool peer_is_local() const override { return inner_->peer_is_local(); }

  private:
    struct Message {
        Instant due;
        std::vector<std::uint8_t> bytes;
    };

    [[nodiscard]] bool dead() const { return condition_.silent || condition_.half_open != born_; }

    /// Chance that a link does not have takes no number, so that what it has stays the same.
    bool happens(double share, int& count) {
        if (share <= 0.0 || !random_.chance(share)) return false;
        ++count;
        return true;
    }

    void flip_a_bit(std::vector<std::uint8_t>& message) {
        if (message.empty()) return;
        const std::uint64_t bit = random_.bits() % (message.size() * 8);
        message[bit / 8] = static_cast<std::uint8_t>(message[bit / 8] ^ (1U << (bit % 8)));
    }

    void enqueue(std::vector<std::uint8_t> message) {
        last_due_ = std::max(scheduler_.now() + delay(), last_due_);
        queue_.push_back({last_due_, std::move(message)});
        queued_.notify_all();
    }

    Duration delay() {
        if (condition_.delay_median <= 0ns) return 0ns;
        return from_seconds(random_.lognormal(to_seconds(condition_.delay_median),
                                              to_seconds(condition_.delay_p99)));
    }

    Task<> carry() {
        for (;;) {
            while (queue_.empty()) (void)co_await queued_.wait_until(never);
            co_await scheduler_.sleep_until(queue_.front().due);
            if (condition_.drip > 0ns) {
                co_await drip(queue_.front().bytes);
            } else if (!dead()) {
                inner_->write(queue_.front().bytes);
            }
            queue_.pop_front();
        }
    }

    Task<> drip(const std::vector<std::uint8_t>& bytes) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (i > 0) co_await scheduler_.sleep_until(scheduler_.now() + condition_.drip);
            if (!dead()) inner_->write({&bytes[i], 1});
        }
    }

    std::unique_ptr<ByteStream> inner_;
    Scheduler& scheduler_;
    const LinkCondition& condition_;
    Random& random_;
    LinkTally own_tally_;
    LinkTally& tally_;
    const int born_;  ///< LinkCondition::half_open when this connection began
    Notifier queued_;
    std::deque<Message> queue_;
    std::vector<std::uint8_t> held_;  ///< goes behind the next message
    Instant last_due_{Instant::min()};
    TaskGroup carrier_;  // dies first: its task uses the rest
};

}  // namespace

std::unique_ptr<ByteStream> impair(std::unique_ptr<ByteStream> inner, Scheduler& scheduler,
                                   const LinkCondition& condition, Random& random,
                                   LinkTally* tally) {
    return std::make_unique<ImpairedStream>(std::move(inner), scheduler, condition, random, tally);
}

}  // namespace islandbench::links
