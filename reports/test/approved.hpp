#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/fixtures.hpp"

namespace islandbench::reports {

/// Compares with reports/test/approved/<name>. What came instead is written into the build folder;
/// who finds it right copies it over the approved file.
inline void expect_approved(const std::string& name, const std::string& text) {
    const std::string approved = std::string(IB_SOURCE_DIR) + "/reports/test/approved/" + name;
    const auto expected = read_text_file(approved);
    if (expected && *expected == text) return;
    const std::string received = std::string(IB_BINARY_DIR) + "/received-" + name;
    std::ofstream(received, std::ios::binary) << text;
    ADD_FAILURE() << "diff " << approved << " " << received;
}

}  // namespace islandbench::reports
