#pragma once

#include <string>
#include <utility>

namespace islandbench::links {

/// Host and port of "127.0.0.1:502", "inverter.local:502" or "[::1]:502"; 502 where none is said.
std::pair<std::string, std::string> split_place(const std::string& where);

}  // namespace islandbench::links
