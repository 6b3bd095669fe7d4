#pragma once

#include "protocols/sunspec/point.hpp"

/// Model 1: who the device is.
/// Derived from the model files of the SunSpec Alliance, github.com/sunspec/models, commit 7abdf89
/// (Apache-2.0, see NOTICE).
namespace islandbench::sunspec::tables {

inline constexpr auto model_1 = std::to_array<Point>({
    {1, "ID", 0, 1, Type::uint16, "", "", r, must},
    {1, "L", 1, 1, Type::uint16, "", "", r, must},
    {1, "Mn", 2, 16, Type::string, "", "", r, must},
    {1, "Md", 18, 16, Type::string, "", "", r, must},
    {1, "Opt", 34, 8, Type::string, "", "", r, may},
    {1, "Vr", 42, 8, Type::string, "", "", r, may},
    {1, "SN", 50, 16, Type::string, "", "", r, must},
    {1, "DA", 66, 1, Type::uint16, "", "", rw, may},
    {1, "Pad", 67, 1, Type::pad, "", "", r, may},
});

}  // namespace islandbench::sunspec::tables
