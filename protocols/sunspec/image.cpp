#include "protocols/sunspec/image.hpp"

#include <algorithm>

#include "protocols/sunspec/chain.hpp"

namespace islandbench::sunspec {
namespace {

bool is_implemented(const Point& point, std::span<const std::uint16_t> registers) {
    if (point.type == Type::string) return true;
    return static_cast<bool>(decode_number(point.type, registers));
}

}  // namespace

Image::Image(std::uint16_t base, ForbiddenWrite forbidden_write)
    : base_(base), forbidden_write_(forbidden_write) {
    registers_ = {marker_high, marker_low, end_id, 0};
}

Image::Placed& Image::append(std::uint16_t id, std::uint16_t length) {
    const auto same = [&](const Placed& p) { return p.id == id; };
    const auto instance = std::count_if(models_.begin(), models_.end(), same);
    const std::size_t begin = registers_.size() - 2;  // where the end model stands now
    const std::size_t size = std::size_t{length} + 2;
    IB_ASSERT(base_ + begin + size + 2 <= 0x10000);
    registers_.resize(begin);
    registers_.push_back(id);
    registers_.push_back(length);
    registers_.resize(begin + size, 0);
    registers_.push_back(end_id);
    registers_.push_back(0);
    models_.push_back({id, find_model(id), static_cast<int>(instance), begin, size, 0});
    return models_.back();
}

void Image::add(std::uint16_t id, int repetitions, int slots) {
    const Model* const model = find_model(id);
    IB_ASSERT(model != nullptr && repetitions >= 0);
    IB_ASSERT(repetitions == 0 || model->repetition.stride > 0);
    add_of_length(id, static_cast<std::uint16_t>(model->size(repetitions, slots) - 2), slots);
}

void Image::add_of_length(std::uint16_t id, std::uint16_t length, int slots) {
    const Model* const model = find_model(id);
    IB_ASSERT(model != nullptr && model->repetition.has_slots() == (slots > 0));
    Placed& added = append(id, length);
    added.slots = slots;
    for_each_point(*model, static_cast<int>(added.size), slots, [&](const Point& p) {
        if (p.offset >= 2) encode_not_implemented(p.type, registers_of(added, p));
    });
    if (slots > 0) measure(model->slots_point(), slots, added.instance);
    if (model->repetition.stride > 0) {
        measure(model->count_point(), view_of(added).repetitions(), added.instance);
    }
}

void Image::add_foreign(std::uint16_t id, std::span<const std::uint16_t> content) {
    Placed& added = append(id, static_cast<std::uint16_t>(content.size()));
    added.model = nullptr;
    std::copy(content.begin(), content.end(),
              registers_.begin() + static_cast<std::ptrdiff_t>(added.begin + 2));
}

const Image::Placed* Image::find(std::uint16_t model, int instance) const {
    const auto at = std::find_if(models_.begin(), models_.end(), [&](const Placed& p) {
        return p.id == model && p.instance == instance && p.model != nullptr;
    });
    return at == models_.end() ? nullptr : &*at;
}

const Image::Placed& Image::placed(const Point& point, int instance) const {
    const Placed* const found = find(point.model, instance);
    IB_ASSERT(found != nullptr);
    return *found;
}

ModelView Image::view_of(const Placed& placed) const {
    return {*placed.model,
            std::span<const std::uint16_t>(registers_).subspan(placed.begin, placed.size)};
}

std::span<std::uint16_t> Image::registers_of(const Placed& placed, const Point& point) {
    IB_ASSERT(point.end() <= placed.size);
    return std::span<std::uint16_t>(registers_)
        .subspan(placed.begin + point.offset, point.registers);
}

Result<void> Image::set(const Point& point, double value, int instance) {
    const Placed& at = placed(point, instance);
    const auto exponent = view_of(at).exponent(point);
    if (point.end() > at.size || !exponent) {
        const Problem problem = exponent ? Problem::not_there : exponent.error();
        return failure(ErrorCode::not_available, describe(point, problem));
    }
    return encode_number(point.type, value, *exponent, registers_of(at, point));
}

void Image::measure(const Point& point, double value, int instance) {
    const Placed& at = placed(point, instance);
    const auto exponent = view_of(at).exponent(point);
    if (point.end() > at.size || !exponent) return;
    encode_saturated(point.type, value, *exponent, registers_of(at, point));
}

Result<void> Image::set_text(const Point& point, std::string_view text, int instance) {
    IB_ASSERT(point.type == Type::string);
    const Placed& at = placed(point, instance);
    if (point.end() > at.size) {
        return failure(ErrorCode::not_available, describe(point, Problem::not_there));
    }
    return encode_text(text, registers_of(at, point));
}

void Image::set_not_implemented(const Point& point, int instance) {
    const Placed& at = placed(point, instance);
    if (point.end() <= at.size) encode_not_implemented(point.type, registers_of(at, point));
}

bool Image::has(std::uint16_t model, int instance) const {
    return find(model, instance) != nullptr;
}

ModelView Image::view(std::uint16_t model, int instance) const {
    const Placed* const found = find(model, instance);
    IB_ASSERT(found != nullptr);
    return view_of(*found);
}

std::uint16_t Image::address_of(const Point& point, int instance) const {
    return static_cast<std::uint16_t>(base_ + placed(point, instance).begin + point.offset);
}

modbus::Served Image::read(std::uint16_t address, std::span<std::uint16_t> into) const {
    return modbus::read_range(registers_, base_, address, into);
}

modbus::Served Image::check_point(const Placed& placed, const Point& point,
                                  std::span<const std::uint16_t> values) {
    const bool allowed = point.writable() && is_implemented(point, registers_of(placed, point));
    if (!allowed) {
        if (forbidden_write_ == ForbiddenWrite::ignore) return {};
        return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    }
    if (!is_implemented(point, values)) {
        return modbus::refuse(modbus::ExceptionCode::illegal_data_value);
    }
    touched_.push_back({point, placed.instance});
    return {};
}

modbus::Served Image::check_write(std::uint16_t address, std::span<const std::uint16_t> values) {
    const auto out_of_place = modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    if (address < base_) return out_of_place;
    const std::size_t begin = std::size_t{address} - base_;
    std::size_t covered = 0;
    modbus::Served served;
    for (const Placed& placed : models_) {
        if (placed.model == nullptr) continue;
        for_each_point(
            *placed.model, static_cast<int>(placed.size), placed.slots, [&](const Point& p) {
                const std::size_t from = placed.begin + p.offset;
                const std::size_t to = from + p.registers;
                if (!served || to <= begin || from >= begin + values.size()) return;
                if (from < begin || to > begin + values.size()) {  // it would split the point
                    served = out_of_place;
                    return;
                }
                covered += p.registers;
                served = check_point(placed, p, values.subspan(from - begin, p.registers));
            });
    }
    if (served && covered != values.size()) return out_of_place;
    return served;
}

modbus::Served Image::write(std::uint16_t address, std::span<const std::uint16_t> values) {
    touched_.clear();
    overwritten_.clear();
    const auto checked = check_write(address, values);
    if (!checked) {
        touched_.clear();
        return checked;
    }
    const std::size_t begin = std::size_t{address} - base_;
    for (const auto& [point, instance] : touched_) {
        const Placed& at = placed(point, instance);
        const auto kept = registers_of(at, point);
        overwritten_.insert(overwritten_.end(), kept.begin(), kept.end());
        const auto sent = values.subspan(at.begin + point.offset - begin, point.registers);
        std::copy(sent.begin(), sent.end(), kept.begin());
    }
    return {};
}

bool Image::wrote(const Point& point, int instance) const {
    return std::any_of(touched_.begin(), touched_.end(), [&](const Touched& t) {
        return t.point == point && t.instance == instance;
    });
}

void Image::undo_write() {
    std::span<const std::uint16_t> before = overwritten_;
    for (const auto& [point, instance] : touched_) {
        const auto now = registers_of(placed(point, instance), point);
        std::copy(before.begin(), before.begin() + point.registers, now.begin());
        before = before.subspan(point.registers);
    }
    touched_.clear();
    overwritten_.clear();
}

}  // namespace islandbench::sunspec
