#include "dispatch/core/ledger.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace islandbench::dispatch::core {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t wh = microjoules_per_wh;

struct Book {
    explicit Book(std::vector<Measured> measured)
        : accounts(std::move(measured)),
          balances(accounts.size() + 1),
          energy(balances.size()),
          whole(balances.size()),
          given(balances.size()),
          order(balances.size()),
          fed(balances.size() * balances.size()) {
        total = settle(accounts, balances, room());
        share_out(balances, fed, room());
    }
    LedgerRoom room() { return {energy, whole, given, order}; }
    [[nodiscard]] std::int64_t of(std::size_t from, std::size_t to) const {
        return fed[from * balances.size() + to];
    }

    std::vector<Measured> accounts;
    std::vector<Balance> balances;
    std::vector<std::int64_t> energy, whole, given;
    std::vector<std::uint32_t> order;
    std::vector<std::int64_t> fed;
    std::int64_t total = 0;
};

TEST(Ledger, IsWhatAPocketCalculatorSays) {
    // A former gives 600 Wh, home 1 gives 200; home 2 takes 500, home 3 takes 280: 20 are lost.
    const Book book({{600 * wh, 0}, {200 * wh, 0}, {0, 500 * wh}, {0, 280 * wh}});
    EXPECT_EQ(book.total, 800);
    EXPECT_THAT(book.balances, ElementsAre(Balance{600, 0}, Balance{200, 0}, Balance{0, 500},
                                           Balance{0, 280}, Balance{0, 20}));
    EXPECT_EQ(book.of(0, 2), 375) << "500 of 800 were three quarters from the former";
    EXPECT_EQ(book.of(1, 2), 125);
    EXPECT_EQ(book.of(0, 3), 210);
    EXPECT_EQ(book.of(1, 3), 70);
    EXPECT_EQ(book.of(0, 4), 15) << "losses are everybody's";
    EXPECT_EQ(book.of(1, 4), 5);
}

TEST(Ledger, RoundsTheLargestRemaindersUpAndTheFirstOfEqualOnes) {
    std::vector<std::int64_t> parts(3);
    std::vector<std::uint32_t> order(3);
    const std::vector<std::int64_t> alike{1, 1, 1}, unlike{50, 27, 23};
    apportion(100, alike, parts, order);
    EXPECT_THAT(parts, ElementsAre(34, 33, 33));
    apportion(7, unlike, parts, order);  // 3.50, 1.89, 1.61
    EXPECT_THAT(parts, ElementsAre(3, 2, 2));
    const std::vector<std::int64_t> nobody{0, 0, 0};
    apportion(7, nobody, parts, order);
    EXPECT_THAT(parts, ElementsAre(0, 0, 0));
}

TEST(Ledger, CrumbsAddUpToo) {
    // Three times 0.4 Wh given, one taker: 1 Wh to settle.
    const std::int64_t crumb = wh * 2 / 5;
    const Book book({{crumb, 0}, {crumb, 0}, {crumb, 0}, {0, 3 * crumb}});
    EXPECT_EQ(book.total, 1);
    EXPECT_EQ(book.balances[0].given_wh, 1);
    EXPECT_EQ(book.balances[3].taken_wh, 1);
    EXPECT_EQ(book.balances[4], (Balance{0, 0}));
}

TEST(Ledger, OfMetersThatErrTheCablesSeemToGive) {
    const Book book({{100 * wh, 0}, {0, 103 * wh}});
    EXPECT_EQ(book.total, 103);
    EXPECT_EQ(book.balances[2], (Balance{3, 0}));
    EXPECT_EQ(book.of(2, 1), 3);
}

TEST(Ledger, WithNobodyAndWithNothing) {
    const Book empty({});
    EXPECT_EQ(empty.total, 0);
    const Book quiet({{0, 0}, {0, 0}});
    EXPECT_EQ(quiet.total, 0);
    EXPECT_EQ(quiet.of(0, 1), 0);
}

}  // namespace
}  // namespace islandbench::dispatch::core
