#pragma once

#include <algorithm>
#include <cmath>
#include <string>

/// The validation table: what others published, how near we must come, how near we are. Each row is
/// written by the test that finds the figure; scripts/update-docs makes docs/validation.md of them.
namespace islandbench::published {

/// A row before anything was computed. Rows stand in the order of their ids.
struct Row {
    std::string id;         ///< "feeder.ieee_eu_lv.0566": group, reference, case
    std::string reference;  ///< who published what
    std::string figure;     ///< what is compared, in words
    double limit = 0.0;     ///< ours must not be greater
    std::string unit;       ///< of limit and figure, "" for a plain number
};

/// At the beginning of a test: the row says "not run" until came_to() is called.
void expect(const Row& row);
/// Writes our figure, and whether it is within the limit: a difference, so not below zero. NaN never
/// is. Whoever compares many values also asserts how many: nothing compared is no difference.
bool came_to(const Row& row, double ours);

/// The larger of two differences; not a number as soon as one of them is (std::fmax forgets it).
inline double worse(double a, double b) {
    return std::isnan(a) || std::isnan(b) ? std::nan("") : std::max(a, b);
}

}  // namespace islandbench::published

/// The test fails unless our figure is within the row's limit.
#define IB_EXPECT_PUBLISHED(row, ours)                                                      \
    {                                                                                       \
        const double ours_ = (ours);                                                        \
        EXPECT_TRUE(::islandbench::published::came_to(row, ours_))                          \
            << (row).id << ": " << ours_ << " " << (row).unit << ", limit " << (row).limit; \
    }
