#include "dispatch/core/ledger.hpp"

#include <algorithm>
#include <numeric>

namespace islandbench::dispatch::core {
namespace {

/// A product of two watt-hours and a third.
__extension__ using Wide = __int128;

/// Gives one more to the `left` parts with the largest remainders, of equal ones to the first.
template <class Remainder>
void round_up(std::int64_t left, const Remainder& remainder, std::span<std::int64_t> parts,
              std::span<std::uint32_t> order) noexcept {
    if (left <= 0) return;
    std::iota(order.begin(), order.end(), 0u);
    const auto larger = [&remainder](std::uint32_t a, std::uint32_t b) {
        const auto of_a = remainder(a), of_b = remainder(b);
        return of_a != of_b ? of_a > of_b : a < b;
    };
    const auto end = order.begin() + std::min<std::int64_t>(left, std::ssize(order));
    if (end != order.end()) std::nth_element(order.begin(), end, order.end(), larger);
    std::for_each(order.begin(), end, [parts](std::uint32_t i) { ++parts[i]; });
}

/// One side of the book: whole watt-hours of room.energy that add up to `total`, which is the sum
/// of that, rounded.
void make_whole(std::int64_t total, LedgerRoom room) noexcept {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < room.energy.size(); ++i) {
        room.whole[i] = room.energy[i] / microjoules_per_wh;
        sum += room.whole[i];
        room.energy[i] %= microjoules_per_wh;
    }
    round_up(
        total - sum, [&room](std::uint32_t i) { return room.energy[i]; }, room.whole, room.order);
}

}  // namespace

void apportion(std::int64_t total, std::span<const std::int64_t> weights,
               std::span<std::int64_t> parts, std::span<std::uint32_t> order) noexcept {
    const Wide sum = std::accumulate(weights.begin(), weights.end(), Wide{0});
    std::fill(parts.begin(), parts.end(), 0);
    if (sum <= 0) return;
    const auto product = [&](std::size_t i) { return Wide{total} * weights[i]; };
    std::int64_t left = total;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        parts[i] = static_cast<std::int64_t>(product(i) / sum);
        left -= parts[i];
    }
    round_up(
        left, [&](std::uint32_t i) { return product(i) % sum; }, parts, order);
}

std::int64_t settle(std::span<const Measured> accounts, std::span<Balance> balances,
                    LedgerRoom room) noexcept {
    const std::size_t losses = accounts.size();
    std::int64_t given = 0, taken = 0;
    for (const Measured& one : accounts) {
        given += one.given_uj;
        taken += one.taken_uj;
    }
    const std::int64_t lost = given - taken;
    const std::int64_t through = std::max(given, taken);
    const std::int64_t total = (through + microjoules_per_wh / 2) / microjoules_per_wh;
    for (std::size_t i = 0; i < losses; ++i) room.energy[i] = accounts[i].given_uj;
    room.energy[losses] = std::max<std::int64_t>(0, -lost);
    make_whole(total, room);
    for (std::size_t i = 0; i <= losses; ++i) balances[i].given_wh = room.whole[i];
    for (std::size_t i = 0; i < losses; ++i) room.energy[i] = accounts[i].taken_uj;
    room.energy[losses] = std::max<std::int64_t>(0, lost);
    make_whole(total, room);
    for (std::size_t i = 0; i <= losses; ++i) balances[i].taken_wh = room.whole[i];
    return total;
}

void share_out(std::span<const Balance> balances, std::span<std::int64_t> fed,
               LedgerRoom room) noexcept {
    const std::size_t n = balances.size();
    std::int64_t total = 0;
    for (const Balance& one : balances) total += one.given_wh;
    std::fill(fed.begin(), fed.end(), 0);
    std::fill(room.given.begin(), room.given.end(), 0);
    // Taker by taker, each giver is asked for what it is then due to have given in all: rounding
    // is made up for by the next, and the last taker finds just what is left. Nobody is asked for
    // more than it is due, rounded up, so no entry is negative and none is more than was given.
    std::int64_t taken = 0;
    for (std::size_t to = 0; to < n; ++to) {
        if (balances[to].taken_wh == 0) continue;
        taken += balances[to].taken_wh;
        for (std::size_t i = 0; i < n; ++i) {
            const std::int64_t due = balances[i].given_wh * taken - room.given[i] * total;
            room.energy[i] = std::max<std::int64_t>(0, due);
        }
        apportion(balances[to].taken_wh, room.energy, room.whole, room.order);
        for (std::size_t from = 0; from < n; ++from) {
            fed[from * n + to] = room.whole[from];
            room.given[from] += room.whole[from];
        }
    }
}

}  // namespace islandbench::dispatch::core
