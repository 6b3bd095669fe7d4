#pragma once

#include <cstdint>
#include <span>

/// Who fed whom, in one interval of settlement. Meters tell what flowed at each connection; the
/// ledger makes whole watt-hours of it, double entry: what is given and what is taken add up to the
/// same, to the watt-hour. Integers only; no allocation.
///
/// What a meter says is a fact. Who fed whom in a common cable is derived: everybody who takes is
/// fed by all who give, in proportion. So each line can be checked with a pocket calculator, and
/// the whole can be computed again from the facts.
namespace islandbench::dispatch::core {

/// A watt for a millisecond is 1000 of them.
inline constexpr std::int64_t microjoules_per_wh = 3'600'000'000;

/// Larger sums of an interval do not fit (2 GWh).
inline constexpr std::int64_t most_wh = std::int64_t{1} << 31;

/// What crossed one connection, both directions, each >= 0.
struct Measured {
    std::int64_t given_uj = 0;  ///< into the street
    std::int64_t taken_uj = 0;  ///< out of it
};

/// The same in whole watt-hours.
struct Balance {
    std::int64_t given_wh = 0, taken_wh = 0;
    bool operator==(const Balance&) const = default;
};

/// Shares out `total` in proportion to `weights` (each >= 0): every part is its exact share rounded
/// down or up, the largest remainders up, of equal ones the first. The parts add up to `total`.
/// Without any weight nothing is shared out. `order` is room to work in; all spans are as long.
///
/// `total` is at most most_wh, a weight at most its square.
void apportion(std::int64_t total, std::span<const std::int64_t> weights,
               std::span<std::int64_t> parts, std::span<std::uint32_t> order) noexcept;

/// Where the ledger works. Each span as long as `balances`.
struct LedgerRoom {
    std::span<std::int64_t> energy, whole, given;
    std::span<std::uint32_t> order;
};

/// Settles an interval. balances[i] belongs to accounts[i]; behind them stands one more: losses in
/// the cables, which take what was given and nobody took. (Where the meters err so that more was
/// taken than given, that account gives.) Every entry is within a watt-hour of what was measured,
/// and all that was given equals all that was taken. Returns that sum.
std::int64_t settle(std::span<const Measured> accounts, std::span<Balance> balances,
                    LedgerRoom room) noexcept;

/// Who fed whom: fed[from * n + to], of n balances that settle() made. Each row adds up to what
/// `from` gave, each column to what `to` took; each entry is in proportion, but for what
/// rounding moves (a few watt-hours at most, made up for by the next taker).
void share_out(std::span<const Balance> balances, std::span<std::int64_t> fed,
               LedgerRoom room) noexcept;

}  // namespace islandbench::dispatch::core
