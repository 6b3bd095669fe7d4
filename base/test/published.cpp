#include "base/test/published.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace islandbench::published {
namespace {

/// Two digits say how near; more would differ between machines (libm).
std::string two_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", value);
    return text;
}

/// One file per row: tests run in processes of their own, side by side.
void write(const Row& row, const std::string& ours, const std::string& state) {
    const std::filesystem::path folder = IB_BINARY_DIR "/validation";
    std::filesystem::create_directories(folder);
    const std::string unit = row.unit.empty() ? "" : " " + row.unit;
    std::ofstream out(folder / (row.id + ".row"), std::ios::trunc);
    out << row.reference << '\t' << row.figure << '\t' << two_digits(row.limit) << unit << '\t'
        << ours << (ours.empty() ? "" : unit) << '\t' << state << '\n';
}

}  // namespace

void expect(const Row& row) {
    write(row, "", "not run");
}

bool came_to(const Row& row, double ours) {
    const bool met = ours <= row.limit;
    write(row, two_digits(ours), met ? "met" : "missed");
    return met;
}

}  // namespace islandbench::published
