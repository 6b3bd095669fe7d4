#include "base/test/reference_data.hpp"

#include <cstdlib>

#include "base/fixtures.hpp"

namespace islandbench::reference {

std::string path(const std::string& name) {
    const char* set = std::getenv("ISLANDBENCH_REFERENCE_DATA");
    return (set ? std::string(set) : std::string(IB_SOURCE_DIR "/../shared/data")) + "/" + name;
}

std::optional<std::string> text(const std::string& name) {
    auto found = read_text_file(path(name));
    if (!found) return std::nullopt;
    return std::move(*found);
}

std::vector<std::vector<std::string>> rows(const std::string& name) {
    const std::string all = text(name).value_or("");
    std::vector<std::vector<std::string>> table;
    csv::Lines lines(all);
    while (const auto line = lines.next()) {
        const auto cells = csv::cells_of(*line, 10'000);
        table.emplace_back(cells.begin(), cells.end());
    }
    return table;
}

}  // namespace islandbench::reference
