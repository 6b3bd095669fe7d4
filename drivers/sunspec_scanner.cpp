#include "drivers/sunspec_scanner.hpp"

#include <algorithm>
#include <cstdio>

namespace islandbench::drivers {
namespace {

using sunspec::ModelView;
using sunspec::Point;
using sunspec::Type;

/// No device is known that answers no more than this at once.
constexpr int shortest_read = 8;

/// "Crv[1].Pt[2].V" of "Crv.Pt.V"
std::string name_of(const sunspec::Model& model, const Point& point, int slots) {
    std::string name(point.name);
    if (point.stride == 0) return name;
    const int instance = (point.offset - model.repetition.base) / model.repetition.size(slots);
    name.insert(name.find('.'), "[" + std::to_string(instance) + "]");
    if (point.slot_stride == 0) return name;
    const auto first = std::find_if(model.points.begin(), model.points.end(),
                                    [&](const Point& p) { return p.name == point.name; });
    const int slot = (point.offset - placed_point(*first, instance, slots).offset) /
                     std::max<int>(point.slot_stride, 1);
    name.insert(name.rfind('.'), "[" + std::to_string(slot) + "]");
    return name;
}

bool is_enum(Type type) {
    return type == Type::enum16 || type == Type::enum32;
}
bool is_bitfield(Type type) {
    return type == Type::bitfield16 || type == Type::bitfield32 || type == Type::bitfield64;
}

/// The names of an enum's value, or of a bitfield's bits, from "0=OFF;1=ON".
std::string symbols_of(const Point& point, std::uint64_t raw) {
    std::string names;
    std::string_view rest = point.symbols;
    while (!rest.empty()) {
        const std::string_view one = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        const std::size_t equals = one.find('=');
        const auto number = std::strtoull(std::string(one.substr(0, equals)).c_str(), nullptr, 10);
        const bool set =
            is_enum(point.type) ? raw == number : number < 64 && ((raw >> number) & 1U) != 0;
        if (!set) continue;
        names += (names.empty() ? "" : " ") + std::string(one.substr(equals + 1));
    }
    if (names.empty() && is_bitfield(point.type)) return raw == 0 ? "none" : std::to_string(raw);
    return names.empty() ? std::to_string(raw) : names;
}

std::string number_text(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.10g", value);
    return text;
}

ScannedPoint scanned(const sunspec::Model& model, const ModelView& view, const Point& point) {
    ScannedPoint one{name_of(model, point, view.slots()), point, {}, {}};
    if (point.type == Type::string) {
        one.value = view.text(point);
        if (one.value.empty()) one.problem = sunspec::Problem::not_implemented;
        return one;
    }
    const sunspec::Reading reading = view.number(point);
    one.problem = reading.problem();
    if (!reading) return one;
    const auto raw = sunspec::is_unsigned(point.type) ? view.raw(point) : std::nullopt;
    const bool named = raw && (is_enum(point.type) || is_bitfield(point.type));
    one.value = named ? symbols_of(point, *raw) : number_text(*reading);
    return one;
}

}  // namespace

SunSpecScanner::SunSpecScanner(Scheduler& clock, links::Network& network, const WriteGuard& guard,
                               DeviceSettings settings)
    : SunSpecDevice(clock, network, guard, std::move(settings)),
      read_max_(this->settings().profile.read_max) {}

Task<Result<PolledModel>> SunSpecScanner::read_model(sunspec::ModelAddress where,
                                                     Instant deadline) {
    PolledModel model(where, read_max_, {});
    int slots = 0;
    for (;;) {
        model.plan = sunspec::plan_reads(where, read_max_, {}, slots);
        const Done read = co_await refresh(model, deadline);
        if (!read) {
            const bool shorter =
                read.error().code == ErrorCode::exception && read_max_ / 2 >= shortest_read;
            if (!shorter) co_return tl::unexpected(read.error());
            read_max_ /= 2;
            continue;
        }
        if (slots > 0 || model.block.view().slots() == 0) co_return std::move(model);
        slots = model.block.view().slots();
    }
}

Task<Done> SunSpecScanner::adopt(const sunspec::Walk& chain, Instant deadline) {
    base_ = chain.base();
    models_.clear();
    for (const sunspec::ModelAddress& where : chain.models()) {
        ScannedModel scan{where, {}, {}, {}};
        const sunspec::Model* const model = sunspec::find_model(where.id);
        if (model != nullptr) {
            scan.label = model->label;
            const int before = read_max_;
            const auto read = co_await read_model(where, deadline);
            if (!read && read.error().code != ErrorCode::exception) {
                co_return tl::unexpected(read.error());
            }
            if (read) {
                const ModelView view = read->block.view();
                for_each_point(*model, where.size(), view.slots(), [&](const Point& p) {
                    if (p.type != Type::pad) scan.points.push_back(scanned(*model, view, p));
                });
            } else {
                scan.trouble = read.error().what;
                read_max_ = before;  // it was this model, not the length of the reads
            }
        }
        models_.push_back(std::move(scan));
    }
    co_return Done{};
}

}  // namespace islandbench::drivers
