#include "protocols/sunspec/points.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "protocols/sunspec/value.hpp"

namespace islandbench::sunspec {
namespace {

// Spot checks against the model files, while compiling.
static_assert(point<701>("W").offset == 10 && point<701>("W").scale_offset == 116);
static_assert(point<701>("Hz").registers == 2 && point<701>("TotWhInj").registers == 4);
static_assert(point<704>("WSet").offset == 24 && point<704>("WSet").writable());
static_assert(!point<704>("WSetRvrtRem").writable());
static_assert(point<704>("PFWAbsRvrt.PF").offset == 65);
static_assert(point<704>("PFWAbsRvrt.PF").scale_offset == 53);
static_assert(point<802>("SocRsvMax").scale_offset == 56);
static_assert(repeated_point<714>("Prt.DCW")[0].offset == 32);
static_assert(repeated_point<714>("Prt.DCW")[3].offset == 32 + 75);
static_assert(repeated_point<714>("Prt.DCW")[3].scale_offset == 17);
static_assert(repeated_point<711>("Ctl.KOf")[1].offset == 28);
static_assert(symbol<701>("InvSt", "OFF") == 0 && symbol<701>("InvSt", "STANDBY") == 7);
static_assert(symbol<701>("ThrotSrc", "DERATED") == 14);
static_assert(symbol<714>("Prt.PrtTyp", "ESS") == 1);

TEST(SunSpecModels, AreFoundById) {
    EXPECT_EQ(find_model(704)->id, 704);
    EXPECT_EQ(find_model(103), nullptr);
    EXPECT_EQ(find_model(714)->count_point().name, "NPrt");
}

TEST(SunSpecModels, HaveThePublishedLengths) {
    const std::map<int, int> lengths{{1, 66},   {203, 105}, {701, 153}, {702, 50}, {703, 17},
                                     {704, 65}, {711, 12},  {713, 7},   {714, 18}, {802, 62}};
    ASSERT_EQ(models.size(), lengths.size());
    for (const Model& model : models) EXPECT_EQ(model.size() - 2, lengths.at(model.id)) << model.id;
    EXPECT_EQ(find_model(711)->size(3) - 2, 12 + 3 * 10);
    EXPECT_EQ(find_model(714)->size(2) - 2, 18 + 2 * 25);
}

TEST(SunSpecModels, LeaveNoGapAndNoOverlap) {
    for (const Model& model : models) {
        int at = 0;
        std::set<std::string_view> names;
        for (const Point& p : model.points) {
            EXPECT_EQ(p.model, model.id);
            EXPECT_EQ(p.offset, at) << model.id << " " << p.name;
            EXPECT_TRUE(names.insert(p.name).second) << model.id << " " << p.name;
            const std::size_t taken = registers_of(p.type);
            EXPECT_TRUE(taken == 0 || taken == p.registers) << model.id << " " << p.name;
            at = p.end();
        }
        EXPECT_EQ(at, model.size(model.repetition.stride > 0 ? 1 : 0)) << model.id;
    }
}

TEST(SunSpecModels, ScaleWithScaleFactors) {
    for (const Model& model : models) {
        for (const Point& p : model.points) {
            if (p.scale.empty()) {
                EXPECT_EQ(p.scale_offset, 0) << model.id << " " << p.name;
                continue;
            }
            const auto at_scale = [&](const Point& q) { return q.offset == p.scale_offset; };
            const auto scale = std::find_if(model.points.begin(), model.points.end(), at_scale);
            ASSERT_NE(scale, model.points.end());
            EXPECT_EQ(scale->name, p.scale);
            EXPECT_EQ(scale->type, Type::sunssf);
        }
    }
}

/// The rows of a table made from the model files themselves, as "group.name offset size type sf
/// units access mandatory symbols".
class PointList {
  public:
    static std::filesystem::path path() {
        return std::filesystem::path(IB_SOURCE_DIR) / ".." / "shared" / "facts" /
               "sunspec_points.csv";
    }
    explicit PointList(const std::filesystem::path& path) {
        std::ifstream file(path);
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line)) {
            const std::vector<std::string> cell = cells(line);
            if (cell.size() < 14 || find_model(number(cell[0])) == nullptr) continue;
            rows_[number(cell[0])].push_back(row(cell));
        }
    }
    [[nodiscard]] const std::vector<std::string>& rows(std::uint16_t model) const {
        return rows_.at(model);
    }

  private:
    static std::uint16_t number(const std::string& text) {
        return static_cast<std::uint16_t>(std::strtol(text.c_str(), nullptr, 10));
    }
    static std::vector<std::string> cells(const std::string& line) {
        std::vector<std::string> cells{""};
        bool quoted = false;
        for (const char c : line) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.emplace_back();
            } else if (c != '\r') {
                cells.back() += c;
            }
        }
        return cells;
    }
    static std::string row(const std::vector<std::string>& cell) {
        const std::string group = cell[10].substr(0, cell[10].find('['));
        const bool relative = cell[11] == "group";
        const int offset = number(cell[2]) + (relative ? number(cell[12]) : 0);
        return (group.empty() ? "" : group + ".") + cell[1] + " " + std::to_string(offset) + " " +
               cell[3] + " " + cell[4] + " " + cell[5] + " " + cell[6] + " " + cell[7] + " " +
               cell[8] + " " + cell[9] + " " + (relative ? cell[13] : "0");
    }
    std::map<std::uint16_t, std::vector<std::string>> rows_;
};

std::string type_name(Type type) {
    constexpr std::string_view names[] = {
        "int16",      "int32",   "int64",   "uint16", "uint32", "uint64",     "count",
        "acc16",      "acc32",   "acc64",   "enum16", "enum32", "bitfield16", "bitfield32",
        "bitfield64", "float32", "float64", "sunssf", "string", "pad"};
    return std::string(names[static_cast<std::size_t>(type)]);
}

std::string row_of(const Point& p) {
    std::ostringstream out;
    out << p.name << ' ' << p.offset << ' ' << p.registers << ' ' << type_name(p.type) << ' '
        << p.scale << ' ' << p.unit << ' ' << (p.writable() ? "RW" : "R") << ' '
        << (p.mandatory ? "M" : "O") << ' ' << p.symbols << ' ' << p.stride;
    return out.str();
}

TEST(SunSpecModels, AgreeWithTheModelFiles) {
    if (!std::filesystem::exists(PointList::path())) {
        GTEST_SKIP() << "the list of points is not at " << PointList::path();
    }
    const PointList list(PointList::path());
    int compared = 0;
    for (const Model& model : models) {
        const auto& rows = list.rows(model.id);
        ASSERT_EQ(rows.size(), model.points.size()) << model.id;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            EXPECT_EQ(row_of(model.points[i]), rows[i]) << model.id;
            ++compared;
        }
    }
    EXPECT_EQ(compared, 382);
}

}  // namespace
}  // namespace islandbench::sunspec
