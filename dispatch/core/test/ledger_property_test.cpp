#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <numeric>
#include <vector>

#include "dispatch/core/ledger.hpp"

/// Invariant 23: the ledger is double entry and conserves energy, whatever the meters say.
namespace islandbench::dispatch::core {
namespace {

/// From crumbs of a watt-hour to a large street's day, most accounts one-sided, some idle.
rc::Gen<Measured> measured() {
    const auto energy =
        rc::gen::map(rc::gen::pair(rc::gen::inRange(0, 15),
                                   rc::gen::inRange<std::int64_t>(0, microjoules_per_wh)),
                     [](const auto& p) { return p.first == 0 ? 0 : p.second << (p.first - 1); });
    return rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, 4), energy, energy), [](const auto& t) {
        const auto [sides, given, taken] = t;
        return Measured{sides == 0 || sides == 3 ? given : 0, sides != 0 ? taken : 0};
    });
}

struct Book {
    explicit Book(const std::vector<Measured>& accounts)
        : balances(accounts.size() + 1),
          energy(balances.size()),
          whole(balances.size()),
          given(balances.size()),
          order(balances.size()),
          fed(balances.size() * balances.size()) {
        const LedgerRoom room{energy, whole, given, order};
        total = settle(accounts, balances, room);
        share_out(balances, fed, room);
    }
    std::vector<Balance> balances;
    std::vector<std::int64_t> energy, whole, given;
    std::vector<std::uint32_t> order;
    std::vector<std::int64_t> fed;
    std::int64_t total = 0;
};

template <class Judge>
void holds_of_books(Judge judge) {
    const auto generator = rc::gen::container<std::vector<Measured>>(measured());
    EXPECT_TRUE(rc::check([&] {
        const std::vector<Measured> accounts = *generator;
        judge(accounts, Book(accounts));
    }));
}

TEST(Invariant, TheLedgerIsDoubleEntryAndAddsUpToZero) {
    holds_of_books([](const std::vector<Measured>&, const Book& book) {
        std::int64_t given = 0, taken = 0;
        for (const Balance& one : book.balances) {
            RC_ASSERT(one.given_wh >= 0 && one.taken_wh >= 0);
            given += one.given_wh;
            taken += one.taken_wh;
        }
        RC_ASSERT(given == taken);
        RC_ASSERT(given == book.total);
    });
}

TEST(Invariant, TheLedgerConservesEveryMeterToAWattHour) {
    holds_of_books([](const std::vector<Measured>& accounts, const Book& book) {
        std::int64_t given_uj = 0, taken_uj = 0;
        const auto close = [](std::int64_t in_wh, std::int64_t uj) {
            return std::abs(in_wh * microjoules_per_wh - uj) < microjoules_per_wh;
        };
        for (std::size_t i = 0; i < accounts.size(); ++i) {
            RC_ASSERT(close(book.balances[i].given_wh, accounts[i].given_uj));
            RC_ASSERT(close(book.balances[i].taken_wh, accounts[i].taken_uj));
            given_uj += accounts[i].given_uj;
            taken_uj += accounts[i].taken_uj;
        }
        const Balance& losses = book.balances.back();
        RC_ASSERT(losses.given_wh == 0 || losses.taken_wh == 0);
        RC_ASSERT(close(losses.taken_wh - losses.given_wh, given_uj - taken_uj));
        RC_ASSERT(close(book.total, std::max(given_uj, taken_uj)));
    });
}

TEST(Invariant, WhoFedWhomAddsUpToWhatEachGaveAndTook) {
    holds_of_books([](const std::vector<Measured>&, const Book& book) {
        const std::size_t n = book.balances.size();
        std::vector<std::int64_t> rows(n), columns(n);
        for (std::size_t from = 0; from < n; ++from) {
            for (std::size_t to = 0; to < n; ++to) {
                const std::int64_t fed = book.fed[from * n + to];
                RC_ASSERT(fed >= 0);
                rows[from] += fed;
                columns[to] += fed;
                // In proportion, up to what rounding and the order of takers move.
                const double exact = double(book.balances[from].given_wh) *
                                     double(book.balances[to].taken_wh) /
                                     double(std::max<std::int64_t>(1, book.total));
                RC_ASSERT(std::abs(double(fed) - exact) < 6.0);
            }
        }
        for (std::size_t i = 0; i < n; ++i) {
            RC_ASSERT(rows[i] == book.balances[i].given_wh);
            RC_ASSERT(columns[i] == book.balances[i].taken_wh);
        }
    });
}

}  // namespace
}  // namespace islandbench::dispatch::core
