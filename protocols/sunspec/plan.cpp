#include <algorithm>

#include "protocols/sunspec/block.hpp"

namespace islandbench::sunspec {
namespace {

/// Registers that must come in one read, by offset from the model's ID.
struct Run {
    int begin = 0;
    int end = 0;
    int scale = 0;  ///< offset of the scale factor; 0 = none
};
using Runs = std::vector<Run>;

void add_point(Runs& runs, const Point& p, int read_max) {
    if (p.registers <= read_max) {
        runs.push_back({p.offset, p.end(), p.scale_offset});
    } else if (p.type == Type::string) {
        for (int at = p.offset; at < p.end(); at += read_max) {
            runs.push_back({at, std::min<int>(at + read_max, p.end()), 0});
        }
    }
}

void add_scale(Runs& runs, int offset, int size) {
    if (offset > 0 && offset < size) runs.push_back({offset, offset + 1, 0});
}

Runs runs_of(const Model& model, int size, int read_max, std::span<const Point> wanted, int slots) {
    Runs runs;
    if (wanted.empty()) {
        for_each_point(model, size, slots, [&](const Point& p) { add_point(runs, p, read_max); });
    }
    for (const Point& p : wanted) {
        IB_ASSERT(p.model == model.id);
        if (p.end() > size) continue;  // the device's model is shorter
        add_point(runs, p, read_max);
        add_scale(runs, p.scale_offset, size);
    }
    return runs;
}

/// As few reads as possible: each begins at the first run not yet covered and takes what fits, with
/// what lies between if `bridging`.
Runs covered(Runs runs, int read_max, bool bridging) {
    std::sort(runs.begin(), runs.end(),
              [](const Run& a, const Run& b) { return a.begin < b.begin; });
    Runs reads;
    for (const Run& run : runs) {
        const bool adjoins = !reads.empty() && (bridging || run.begin <= reads.back().end);
        if (adjoins && run.end - reads.back().begin <= read_max) {
            reads.back().end = std::max(reads.back().end, run.end);
        } else {
            reads.push_back({run.begin, run.end, 0});
        }
    }
    return reads;
}

/// The number of the read that brings a register, from 1.
std::size_t read_of(const Runs& reads, int offset) {
    const auto next = std::upper_bound(reads.begin(), reads.end(), offset,
                                       [](int at, const Run& read) { return at < read.begin; });
    return static_cast<std::size_t>(next - reads.begin());
}

bool inside_one(const Runs& reads, const Run& run) {
    const std::size_t read = read_of(reads, run.begin);
    return read > 0 && run.end <= reads[read - 1].end;
}

}  // namespace

std::vector<modbus::ReadHoldingRegisters> plan_reads(const ModelAddress& where, int read_max,
                                                     std::span<const Point> wanted, int slots) {
    IB_ASSERT(read_max >= 1 && read_max <= modbus::max_read_registers);
    const Model* const model = find_model(where.id);
    IB_ASSERT(model != nullptr);
    const Runs runs = runs_of(*model, where.size(), read_max, wanted, slots);
    Runs reads = covered(runs, read_max, true);
    Runs apart;  // scale factors that come in another read than a value of theirs
    for (const Run& run : runs) {
        if (run.scale == 0 || read_of(reads, run.begin) == read_of(reads, run.scale)) continue;
        add_scale(apart, run.scale, where.size());
    }
    // Guards hold nothing but scale factors: each value is read once, between them.
    const Runs guards = covered(std::move(apart), read_max, false);
    std::erase_if(reads, [&](const Run& read) { return inside_one(guards, read); });

    std::vector<modbus::ReadHoldingRegisters> plan;
    const auto append = [&](const Runs& part) {
        for (const Run& read : part) {
            plan.push_back({static_cast<std::uint16_t>(where.address + read.begin),
                            static_cast<std::uint16_t>(read.end - read.begin)});
        }
    };
    append(guards);
    append(reads);
    append(guards);
    return plan;
}

}  // namespace islandbench::sunspec
