#include "base/test/published.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace islandbench::published {
namespace {

std::string digits(double value, int count) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*g", count, value);
    return text;
}

/// One file per row: tests run in processes of their own, side by side.
void write(const Row& row, const std::string& ours, const std::string& state) {
    const std::filesystem::path folder = IB_BINARY_DIR "/validation";
    std::filesystem::create_directories(folder);
    const std::string unit = row.unit.empty() ? "" : " " + row.unit;
    std::ofstream out(folder / (row.id + ".row"), std::ios::trunc);
    out << row.reference << '\t' << row.figure << '\t' << digits(row.limit, 10) << unit << '\t'
        << ours << (ours.empty() ? "" : unit) << '\t' << state << '\n';
}

}  // namespace

void expect(const Row& row) {
    write(row, "", "not run");
}

bool came_to(const Row& row, double ours) {
    const bool met = ours >= 0.0 && ours <= row.limit;
    // Two digits say how near; more would differ between machines (libm).
    write(row, digits(ours, 2), met ? "met" : "missed");
    return met;
}

}  // namespace islandbench::published
