#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>

#include "dispatch/core/test/mutant.hpp"

/// The program of scripts/mutate: IB_MUTANT is the number of the mutant that is switched on, 0 or
/// nothing of none; IB_MUTANT_ASKED names a file that then tells, test for test, how long it took
/// and which mutants it comes to at all.
namespace islandbench::mutant {

bool seen[most_mutants] = {};
int active = 0;

namespace {

/// Before any other constant is computed.
[[gnu::constructor(101)]] void read_environment() {
    const char* told = std::getenv("IB_MUTANT");
    active = told != nullptr ? std::atoi(told) : 0;
}

/// A line for each test: its name, its microseconds, its mutants.
class Notes : public ::testing::EmptyTestEventListener {
  public:
    explicit Notes(const char* path) : file_(path) {}

  private:
    void OnTestStart(const ::testing::TestInfo&) override {
        std::fill(std::begin(seen), std::end(seen), false);
        begin_ = std::chrono::steady_clock::now();
    }
    void OnTestEnd(const ::testing::TestInfo& test) override {
        const auto took = std::chrono::steady_clock::now() - begin_;
        file_ << test.test_suite_name() << '.' << test.name() << '\t'
              << std::chrono::duration_cast<std::chrono::microseconds>(took).count() << '\t';
        for (int id = 0; id < most_mutants; ++id) {
            if (seen[id]) file_ << id << ' ';
        }
        file_ << std::endl;
    }

    std::ofstream file_;
    std::chrono::steady_clock::time_point begin_;
};

}  // namespace

}  // namespace islandbench::mutant

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    if (const char* path = std::getenv("IB_MUTANT_ASKED")) {
        ::testing::UnitTest::GetInstance()->listeners().Append(
            new islandbench::mutant::Notes(path));
    }
    return RUN_ALL_TESTS();
}
