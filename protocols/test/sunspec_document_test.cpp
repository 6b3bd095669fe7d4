// docs/sunspec.md is written from the tables and must not say anything else.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "protocols/sunspec/points.hpp"

namespace islandbench::sunspec {
namespace {

constexpr std::string_view head = R"(# SunSpec models, point by point

Made from the tables in `protocols/sunspec/tables/` by a test (`scripts/update-docs` writes it anew). Emulators and
drivers know their models by these tables alone. The chain begins at register 40000 (profiles: `register_base`), other devices are also looked for
at 0 and 50000; addresses are those on the wire, counted from 0.

`off` counts registers with the model's ID at 0, `n` is how many the point takes. Of a repeating group it is that of the first instance, in a
curve that of its first point: *s* is the number of points that each curve has room for (`NPt`), *i* the instance and *k* the point, both from 0.
`scale` names the point that holds the decimal exponent. `M`: the model demands it; every other point may be not implemented.

Not implemented is 0x8000 (signed, scale factors, padding), all ones (unsigned, enums, bitfields), 0 (acc, strings), NaN (floats), over all
registers of the point. The most significant register comes first, the high byte first in each.

Register facts from github.com/sunspec/models, see NOTICE.
)";

std::string_view type_name(Type type) {
    constexpr std::string_view names[] = {
        "int16",      "int32",   "int64",   "uint16", "uint32", "uint64",     "count",
        "acc16",      "acc32",   "acc64",   "enum16", "enum32", "bitfield16", "bitfield32",
        "bitfield64", "float32", "float64", "sunssf", "string", "pad"};
    return names[static_cast<std::size_t>(type)];
}

/// "15 + i*(10 + 2s) + 2k"
std::string offset_of(const Point& p) {
    std::ostringstream out;
    out << p.offset;
    if (p.offset_per_slot > 0) out << " + " << p.offset_per_slot << "s";
    if (p.stride > 0 && p.stride_per_slot > 0) {
        out << " + i(" << p.stride << " + " << p.stride_per_slot << "s)";
    } else if (p.stride > 0) {
        out << " + " << p.stride << "i";
    }
    if (p.slot_stride > 0) out << " + " << p.slot_stride << "k";
    return out.str();
}

std::string spaced(std::string_view symbols) {
    std::string text;
    for (const char c : symbols) {
        text += c;
        if (c == ';') text += ' ';
    }
    return text;
}

bool same_layout(const Model& a, const Model& b) {
    return std::equal(a.points.begin(), a.points.end(), b.points.begin(), b.points.end(),
                      [](Point x, Point y) {
                          y.model = x.model;
                          y.mandatory = x.mandatory;
                          return x == y;
                      });
}

const Model& first_of_its_layout(const Model& model) {
    return *std::find_if(models.begin(), models.end(),
                         [&](const Model& other) { return same_layout(other, model); });
}

std::string length_of(const Model& model) {
    const Repetition& group = model.repetition;
    std::string text = std::to_string(model.size() - 2);
    if (group.stride == 0) return text;
    text += " + " + std::string(group.count) + " * ";
    if (!group.has_slots()) return text + std::to_string(group.stride);
    return text + "(" + std::to_string(group.stride) + " + " +
           std::to_string(group.stride_per_slot) + " * " + std::string(group.slots) + ")";
}

void write_points(std::ostream& out, const Model& model) {
    out << "\n| off | point | n | type | scale | unit | access | M | values |\n"
           "|---|---|---|---|---|---|---|---|---|\n";
    for (const Point& p : model.points) {
        out << "| " << offset_of(p) << " | " << p.name << " | " << p.registers << " | "
            << type_name(p.type) << " | " << p.scale << " | " << p.unit << " | "
            << (p.writable() ? "RW" : "R") << " | " << (p.mandatory ? "M" : "") << " | "
            << spaced(p.symbols) << " |\n";
    }
}

void write_difference(std::ostream& out, const Model& model, const Model& like) {
    out << "\nLaid out as model " << like.id << ".";
    for (const bool demands : {true, false}) {
        std::string names;
        for (std::size_t i = 0; i < model.points.size(); ++i) {
            const Point& p = model.points[i];
            if (p.mandatory == like.points[i].mandatory || p.mandatory != demands) continue;
            names += (names.empty() ? "" : ", ") + std::string(p.name);
        }
        if (!names.empty())
            out << (demands ? " It also demands " : " Not demanded: ") << names << ".";
    }
    out << "\n";
}

std::string document() {
    std::ostringstream out;
    out << head;
    for (const Model& model : models) {
        out << "\n## " << model.id << ": " << model.label << "\n\nL = " << length_of(model)
            << ".\n";
        const Model& like = first_of_its_layout(model);
        if (&like == &model) {
            write_points(out, model);
        } else {
            write_difference(out, model, like);
        }
    }
    return out.str();
}

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(SunSpecDocument, SaysWhatTheTablesSay) {
    const std::string fresh = document();
    std::ofstream(IB_BINARY_DIR "/sunspec.md", std::ios::binary) << fresh;
    const std::string kept = content(IB_SOURCE_DIR "/docs/sunspec.md");
    EXPECT_TRUE(fresh == kept) << "docs/sunspec.md is not what the tables say: scripts/update-docs "
                                  "writes it anew";
}

}  // namespace
}  // namespace islandbench::sunspec
