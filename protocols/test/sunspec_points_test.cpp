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

#include "protocols/sunspec/model_view.hpp"
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
// The addresses of facts about curves: entry i, point k, room for n points.
static_assert(curve_point<705>("Crv.ReadOnly").at(0, 4).offset == 15 + 9);
static_assert(curve_point<705>("Crv.Pt.V").at(2, 4, 3).offset == 15 + 2 * (10 + 2 * 4) + 10 + 6);
static_assert(curve_point<705>("Crv.Pt.Var").at(2, 4, 3).scale_offset == 13);
static_assert(curve_point<706>("Crv.Pt.V").at(1, 2, 1).offset == 15 + (5 + 2 * 2) + 5 + 2);
static_assert(curve_point<707>("Crv.MustTrip.Pt.Tms").at(1, 5, 2).offset ==
              9 + (4 + 9 * 5) + 3 + 3 * 2);
static_assert(curve_point<708>("Crv.MayTrip.ActPt").at(0, 5).offset == 9 + 2 + 3 * 5);
static_assert(curve_point<708>("Crv.MomCess.Pt.V").at(0, 5, 4).offset == 9 + 4 + 6 * 5 + 3 * 4);
static_assert(curve_point<709>("Crv.MustTrip.Pt.Hz").at(0, 3, 2).offset == 9 + 2 + 4 * 2);
static_assert(curve_point<710>("Crv.MomCess.ActPt").at(1, 3).offset ==
              9 + (4 + 12 * 3) + 3 + 8 * 3);
static_assert(curve_point<712>("Crv.Pt.W").at(1, 6, 1).offset == 14 + (4 + 2 * 6) + 4 + 2);
static_assert(symbol<701>("InvSt", "OFF") == 0 && symbol<701>("InvSt", "STANDBY") == 7);
static_assert(symbol<701>("ThrotSrc", "DERATED") == 14);
static_assert(symbol<714>("Prt.PrtTyp", "ESS") == 1);

TEST(SunSpecModels, AreFoundById) {
    EXPECT_EQ(find_model(704)->id, 704);
    EXPECT_EQ(find_model(103)->id, 103);
    EXPECT_EQ(find_model(104), nullptr);
    EXPECT_EQ(find_model(709)->slots_point().name, "NPt");
    EXPECT_EQ(find_model(714)->count_point().name, "NPrt");
}

TEST(SunSpecModels, HaveThePublishedLengths) {
    const std::map<int, int> lengths{
        {1, 66},    {101, 50},  {102, 50},  {103, 50},  {111, 60},  {112, 60},  {113, 60},
        {120, 26},  {121, 30},  {122, 44},  {123, 24},  {124, 24},  {160, 8},   {201, 105},
        {202, 105}, {203, 105}, {204, 105}, {211, 124}, {212, 124}, {213, 124}, {214, 124},
        {701, 153}, {702, 50},  {703, 17},  {704, 65},  {705, 13},  {706, 13},  {707, 7},
        {708, 7},   {709, 7},   {710, 7},   {711, 12},  {712, 12},  {713, 7},   {714, 18},
        {715, 7},   {802, 62},  {803, 26}};
    ASSERT_EQ(models.size(), lengths.size());
    for (const Model& model : models) EXPECT_EQ(model.size() - 2, lengths.at(model.id)) << model.id;
    EXPECT_EQ(find_model(160)->size(3) - 2, 8 + 3 * 20);
    EXPECT_EQ(find_model(705)->size(2, 4) - 2, 13 + 2 * (10 + 4 * 2));
    EXPECT_EQ(find_model(706)->size(2, 3) - 2, 13 + 2 * (5 + 3 * 2));
    EXPECT_EQ(find_model(707)->size(2, 5) - 2, 7 + 2 * (4 + 5 * 3 * 3));
    EXPECT_EQ(find_model(710)->size(1, 5) - 2, 7 + (4 + 5 * 4 * 3));
    EXPECT_EQ(find_model(712)->size(3, 6) - 2, 12 + 3 * (4 + 6 * 2));
    EXPECT_EQ(find_model(803)->size(2) - 2, 26 + 2 * 32);
    EXPECT_EQ(find_model(711)->size(3) - 2, 12 + 3 * 10);
    EXPECT_EQ(find_model(714)->size(2) - 2, 18 + 2 * 25);
}

/// A model with two instances of its group and, in curves, room for three points.
void expect_no_gap(const Model& model) {
    const int slots = model.repetition.has_slots() ? 3 : 0;
    const int size = model.size(model.repetition.stride > 0 ? 2 : 0, slots);
    int at = 0;
    for_each_point(model, size, slots, [&](const Point& p) {
        EXPECT_EQ(p.offset, at) << model.id << " " << p.name;
        at = p.end();
    });
    EXPECT_EQ(at, size) << model.id;
}

TEST(SunSpecModels, LeaveNoGapAndNoOverlap) {
    for (const Model& model : models) {
        std::set<std::string_view> names;
        for (const Point& p : model.points) {
            EXPECT_EQ(p.model, model.id);
            EXPECT_TRUE(names.insert(p.name).second) << model.id << " " << p.name;
            const std::size_t taken = registers_of(p.type);
            EXPECT_TRUE(taken == 0 || taken == p.registers) << model.id << " " << p.name;
        }
        expect_no_gap(model);
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
    /// "Crv[NCrv].Pt[NPt]" without what says how many.
    static std::string without_counts(const std::string& group) {
        std::string kept;
        bool inside = false;
        for (const char c : group) {
            inside = inside || c == '[';
            if (!inside) kept += c;
            inside = inside && c != ']';
        }
        return kept;
    }
    /// "4 + NPt*3 + NPt*3": a constant and how often NPt.
    struct Sum {
        explicit Sum(const std::string& text) {
            std::string packed = text;
            std::erase(packed, ' ');
            std::istringstream terms(packed);
            for (std::string term; std::getline(terms, term, '+');) {
                const std::size_t times = term.find('*');
                (times == std::string::npos ? fixed : per_slot) +=
                    number(times == std::string::npos ? term : term.substr(times + 1));
            }
        }
        int fixed = 0, per_slot = 0;
    };
    /// Offsets of a curve's points count from the curve, of all else in a group from the model.
    std::string row(const std::vector<std::string>& cell) {
        const bool relative = cell[11] == "group";
        const bool slot = cell[10].find("Pt[") != std::string::npos;
        Sum at(cell[2]);
        const Sum base(relative ? cell[12] : "0");
        if (relative && !slot) curve_base_ = base.fixed;
        if (relative && !slot) stride_ = Sum(cell[13]);
        at.fixed += base.fixed + (slot ? curve_base_ : 0);
        at.per_slot += base.per_slot;
        const std::string group = without_counts(cell[10]);
        std::ostringstream out;
        out << (group.empty() ? "" : group + ".") << cell[1] << ' ' << at.fixed << '+'
            << at.per_slot << ' ' << cell[3] << ' ' << cell[4] << ' ' << cell[5] << ' ' << cell[6]
            << ' ' << cell[7] << ' ' << cell[8] << ' ' << cell[9] << ' ' << (slot ? cell[13] : "0")
            << ' ' << (relative ? stride_.fixed : 0) << '+' << (relative ? stride_.per_slot : 0);
        return out.str();
    }
    int curve_base_ = 0;
    Sum stride_{"0"};
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
    out << p.name << ' ' << p.offset << '+' << p.offset_per_slot << ' ' << p.registers << ' '
        << type_name(p.type) << ' ' << p.scale << ' ' << p.unit << ' '
        << (p.writable() ? "RW" : "R") << ' ' << (p.mandatory ? "M" : "O") << ' ' << p.symbols
        << ' ' << p.slot_stride << ' ' << p.stride << '+' << p.stride_per_slot;
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
    EXPECT_EQ(compared, 1445);
}

}  // namespace
}  // namespace islandbench::sunspec
