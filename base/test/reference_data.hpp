#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/csv.hpp"

/// Data that others published, for tests only: never part of this tree. It lies in the folder that
/// ISLANDBENCH_REFERENCE_DATA names, or in ../shared/data beside the source tree.
namespace islandbench::reference {

/// Of the folder and what is in it.
std::string path(const std::string& name);
/// A file, or nothing where the data is absent.
std::optional<std::string> text(const std::string& name);

/// Rows of a CSV file, head and all, as texts; none where the data is absent.
std::vector<std::vector<std::string>> rows(const std::string& name);

}  // namespace islandbench::reference

/// At the beginning of a test that needs the file: it skips, and says why, where the data is
/// absent.
#define IB_NEEDS_REFERENCE(name)                                                                \
    if (!::islandbench::reference::text(name)) {                                                \
        GTEST_SKIP() << "Skipped: no reference data: " << ::islandbench::reference::path(name); \
    }
