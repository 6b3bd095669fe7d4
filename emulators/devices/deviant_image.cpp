#include "emulators/devices/deviant_image.hpp"

#include <algorithm>
#include <cmath>

#include "protocols/sunspec/chain.hpp"
#include "protocols/sunspec/model_view.hpp"
#include "protocols/sunspec/points.hpp"

namespace islandbench::devices {
namespace {

constexpr int marker_part = -1, end_part = 0xFFFF;

int model_of(const std::string& point) {
    return std::atoi(point.substr(0, point.find('.')).c_str());
}

}  // namespace

const sunspec::Point* DeviantImage::find_point(const std::string& name) {
    const std::size_t dot = name.find('.');
    const sunspec::Model* const model =
        sunspec::find_model(static_cast<std::uint16_t>(model_of(name)));
    if (model == nullptr || dot == std::string::npos) return nullptr;
    const auto found =
        std::find_if(model->points.begin(), model->points.end(),
                     [&](const sunspec::Point& p) { return p.name == name.substr(dot + 1); });
    return found == model->points.end() ? nullptr : &*found;
}

DeviantImage::Part* DeviantImage::part(int id) {
    const auto found =
        std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.id == id; });
    return found == parts_.end() ? nullptr : &*found;
}

const DeviantImage::Part* DeviantImage::part(int id) const {
    const auto found =
        std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.id == id; });
    return found == parts_.end() ? nullptr : &*found;
}

void DeviantImage::take_apart() {
    parts_.clear();
    const auto fetch = [this](int id, int address, int count) {
        std::vector<std::uint16_t> registers(static_cast<std::size_t>(count));
        const auto at = static_cast<std::uint16_t>(address);
        (void)healthy_.read_holding_registers(at, registers);
        Part part;
        part.id = id;
        for (int i = 0; i < count; ++i) {
            part.cells.push_back({registers[static_cast<std::size_t>(i)], address + i});
        }
        parts_.push_back(std::move(part));
    };
    fetch(marker_part, base_, sunspec::marker_size);
    int at = base_ + sunspec::marker_size;
    for (;;) {
        std::uint16_t head[2] = {sunspec::end_id, 0};
        (void)healthy_.read_holding_registers(static_cast<std::uint16_t>(at), head);
        if (head[0] == sunspec::end_id) break;
        fetch(head[0], at, head[1] + 2);
        at += head[1] + 2;
    }
    fetch(end_part, at, 2);
}

void DeviantImage::build(const std::vector<DeviationDeed>& deeds, Duration age,
                         std::uint16_t address, std::size_t count) {
    touched_ = address;
    touched_count_ = count;
    age_ = age;
    own_base_ = base_;
    ends_early_ = false;
    take_apart();
    for (const DeviationDeed& deed : deeds) change_layout(deed, age);
    put_together(deeds);
    for (const DeviationDeed& deed : deeds) change_values(deed);
}

void DeviantImage::change_layout(const DeviationDeed& deed, Duration age) {
    if (deed.what == Deed::base) own_base_ = static_cast<std::uint16_t>(deed.address);
    const auto place = std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) {
        return p.id == (deed.before != 0 ? deed.before : deed.model);
    });
    const auto found = part(deed.model);
    const auto resize = [&](std::size_t size) {
        found->cells.resize(size);
        found->cells[1].value = static_cast<std::uint16_t>(size - 2);
    };
    switch (deed.what) {
        case Deed::cut_model:
            if (found != nullptr) resize(static_cast<std::size_t>(deed.length) + 2);
            break;
        case Deed::extend_model:
            if (found != nullptr) resize(found->cells.size() + static_cast<std::size_t>(deed.add));
            break;
        case Deed::lie_length:
            if (found != nullptr) {
                found->cells[1].value =
                    static_cast<std::uint16_t>(found->cells[1].value + deed.add);
            }
            break;
        case Deed::insert_model: {
            const sunspec::Model* const model =
                sunspec::find_model(static_cast<std::uint16_t>(deed.model));
            Part made;
            made.id = deed.model;
            made.cells.resize(static_cast<std::size_t>(model->size()));
            sunspec::for_each_point(*model, model->size(), 0, [&](const sunspec::Point& p) {
                std::vector<std::uint16_t> none(p.registers);
                if (p.type != sunspec::Type::string) sunspec::encode_not_implemented(p.type, none);
                for (std::size_t i = 0; i < none.size(); ++i)
                    made.cells[p.offset + i].value = none[i];
            });
            made.cells[0].value = static_cast<std::uint16_t>(deed.model);
            made.cells[1].value = static_cast<std::uint16_t>(model->size() - 2);
            parts_.insert(place, std::move(made));
            break;
        }
        case Deed::repeat_model:
            if (found != nullptr) {
                const Part copy = *found;
                parts_.insert(place, copy);
            }
            break;
        case Deed::move_off_chain:
            if (found != nullptr) found->off_chain = deed.address;
            break;
        case Deed::hide_from:
            if (age < deed.time && place != parts_.end()) parts_.erase(place, parts_.end() - 1);
            break;
        default: break;
    }
}

void DeviantImage::put_together(const std::vector<DeviationDeed>& deeds) {
    int at = own_base_;
    for (Part& part : parts_) {
        part.address = part.off_chain < 0 ? at : own_base_ + part.off_chain;
        if (part.off_chain < 0) at += static_cast<int>(part.cells.size());
    }
    Part& end = parts_.back();
    end_ = static_cast<std::uint16_t>(end.address);
    for (const DeviationDeed& deed : deeds) {
        if (deed.what == Deed::end_zero) end.cells[0].value = 0;
        if (deed.what == Deed::end_zero || deed.what == Deed::end_bare) end.cells.resize(1);
        if (deed.what != Deed::end_before) continue;
        Part* const cut = part(deed.model);
        if (cut == nullptr) continue;
        cut->cells[0].value = sunspec::end_id;
        cut->cells[1].value = 0;
        end_ = static_cast<std::uint16_t>(cut->address);
    }
}

/// For a second out of so many: what a client sees of it does not hang on how many reads it takes.
bool DeviantImage::due(const DeviationDeed& deed) const {
    return deed.every <= 1 || age_ / 1s % deed.every == deed.every - 1;
}

void DeviantImage::change_values(const DeviationDeed& deed) {
    const bool of_point = deed.what == Deed::set || deed.what == Deed::rescale ||
                          deed.what == Deed::swap_words || deed.what == Deed::zero;
    if (!of_point && deed.what != Deed::freeze) return;
    Part* const found = part(of_point ? model_of(deed.point) : deed.model);
    if (found == nullptr) return;
    if (deed.what == Deed::freeze) {
        auto& kept = frozen_[found->id];
        if (kept.size() != found->cells.size()) kept = found->cells;
        for (std::size_t i = 2; i < kept.size(); ++i) found->cells[i].value = kept[i].value;
        return;
    }
    const sunspec::Point* const point = find_point(deed.point);
    if (point == nullptr || point->end() > found->cells.size()) return;
    const int begin = found->address + point->offset;
    const int end = begin + point->registers;
    const bool touched = touched_ < end && touched_ + static_cast<int>(touched_count_) > begin;
    if (!due(deed)) return;
    switch (deed.what) {
        case Deed::set: set(*found, deed); break;
        case Deed::rescale: rescale(*found, deed); break;
        case Deed::swap_words:
            std::swap(found->cells[point->offset].value, found->cells[point->offset + 1u].value);
            break;
        case Deed::zero:
            if (touched) zero(*found, deed);
            break;
        default: break;
    }
}

void DeviantImage::set(Part& part, const DeviationDeed& deed) const {
    const sunspec::Point& point = *find_point(deed.point);
    const std::size_t count = std::min<std::size_t>(deed.registers.size(), point.registers);
    for (std::size_t i = 0; i < count; ++i) {
        part.cells[point.offset + i].value = static_cast<std::uint16_t>(deed.registers[i]);
    }
    for (std::size_t i = 0; i < deed.text.size() && i / 2 < point.registers; ++i) {
        std::uint16_t& word = part.cells[point.offset + i / 2].value;
        const auto byte = static_cast<unsigned char>(deed.text[i]);
        word = static_cast<std::uint16_t>(i % 2 == 0 ? (byte << 8) : ((word & 0xFF00) | byte));
    }
}

/// All points of that scale factor keep their value, as far as the new exponent lets them.
void DeviantImage::rescale(Part& part, const DeviationDeed& deed) const {
    const sunspec::Point& factor = *find_point(deed.point);
    const sunspec::Model& model = *sunspec::find_model(static_cast<std::uint16_t>(part.id));
    std::vector<std::uint16_t> registers;
    for (const Cell& cell : part.cells) registers.push_back(cell.value);
    const sunspec::ModelView view(model, registers, {});
    const int slots = view.slots();
    const int exponent = static_cast<int>(std::lround(deed.value));
    sunspec::for_each_point(model, static_cast<int>(registers.size()), slots,
                            [&](const sunspec::Point& p) {
                                if (p.scale_offset != factor.offset) return;
                                const sunspec::Reading value = view.number(p);
                                if (!value) return;
                                std::vector<std::uint16_t> again(p.registers);
                                sunspec::encode_saturated(p.type, *value, exponent, again);
                                for (std::size_t i = 0; i < again.size(); ++i) {
                                    part.cells[p.offset + i].value = again[i];
                                }
                            });
    part.cells[factor.offset].value = static_cast<std::uint16_t>(exponent);
}

void DeviantImage::zero(Part& part, const DeviationDeed& deed) const {
    for (std::size_t i = 2; i < part.cells.size(); ++i) part.cells[i].value = 0;
    const sunspec::Point* const kept = find_point(deed.keep);
    if (kept != nullptr) {
        part.cells[kept->offset].value = static_cast<std::uint16_t>(std::lround(deed.value));
    }
}

modbus::Served DeviantImage::read(std::uint16_t address, std::span<std::uint16_t> into) const {
    for (std::size_t i = 0; i < into.size(); ++i) {
        const int at = address + static_cast<int>(i);
        const auto holds = std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) {
            return at >= p.address && at < p.address + static_cast<int>(p.cells.size());
        });
        if (holds == parts_.end())
            return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
        into[i] = holds->cells[static_cast<std::size_t>(at - holds->address)].value;
    }
    return {};
}

std::optional<std::uint16_t> DeviantImage::origin(std::uint16_t address) const {
    for (const Part& part : parts_) {
        const int offset = address - part.address;
        if (offset < 0 || offset >= static_cast<int>(part.cells.size())) continue;
        const int origin = part.cells[static_cast<std::size_t>(offset)].origin;
        if (origin >= 0) return static_cast<std::uint16_t>(origin);
    }
    return std::nullopt;
}

bool DeviantImage::inside(int model, std::uint16_t address, std::size_t count) const {
    const Part* const found = part(model);
    if (found == nullptr) return false;
    const int begin = found->address + 2;
    const int end = found->address + static_cast<int>(found->cells.size());
    return address < end && address + static_cast<int>(count) > begin;
}

template <class Visit>
void DeviantImage::each_point(std::uint16_t address, std::size_t count, Visit visit) const {
    const int end = address + static_cast<int>(count);
    for (const Part& part : parts_) {
        const int size = static_cast<int>(part.cells.size());
        const auto* const model = sunspec::find_model(static_cast<std::uint16_t>(part.id));
        if (model == nullptr || address >= part.address + size || end <= part.address) continue;
        std::vector<std::uint16_t> registers;
        for (const Cell& cell : part.cells) registers.push_back(cell.value);
        const int slots = sunspec::ModelView(*model, registers, {}).slots();
        sunspec::for_each_point(*model, size, slots, [&](const sunspec::Point& p) {
            const int at = part.address + p.offset;
            if (at < end && at + p.registers > address) visit(p, at);
        });
    }
}

bool DeviantImage::whole_points(std::uint16_t address, std::size_t count) const {
    const int end = address + static_cast<int>(count);
    bool whole = true;
    each_point(address, count, [&](const sunspec::Point& p, int at) {
        const bool text = p.type == sunspec::Type::string;
        if (!text && (at < address || at + p.registers > end)) whole = false;
    });
    return whole;
}

bool DeviantImage::writable(std::uint16_t address, std::size_t count) const {
    bool all = true;
    each_point(address, count,
               [&](const sunspec::Point& p, int /*at*/) { all = all && p.writable(); });
    return all;
}

void DeviantImage::translate(std::uint16_t address, std::vector<std::uint16_t>& values,
                             const std::vector<DeviationDeed>& deeds) const {
    const int end = address + static_cast<int>(values.size());
    for (const DeviationDeed& deed : deeds) {
        const auto* const factor =
            deed.what == Deed::rescale && deed.every == 1 ? find_point(deed.point) : nullptr;
        const auto stands = factor == nullptr ? std::nullopt : address_of(deed.point);
        if (!stands) continue;
        std::uint16_t healthy = 0;
        if (!healthy_.read_holding_registers(*origin(*stands), std::span(&healthy, 1))) continue;
        each_point(address, values.size(), [&](const sunspec::Point& p, int at) {
            const bool inside = at >= address && at + p.registers <= end;
            if (!inside || p.model != factor->model || p.scale_offset != factor->offset) return;
            const auto part =
                std::span(values).subspan(static_cast<std::size_t>(at - address), p.registers);
            const auto exponent = sunspec::decode_scale(healthy);
            const auto value =
                sunspec::decode_number(p.type, part, static_cast<int>(std::lround(deed.value)));
            if (exponent && value) sunspec::encode_saturated(p.type, *value, *exponent, part);
        });
    }
}

std::optional<std::uint16_t> DeviantImage::address_of(const std::string& name) const {
    const sunspec::Point* const point = find_point(name);
    const Part* const found = part(model_of(name));
    if (point == nullptr || found == nullptr) return std::nullopt;
    return static_cast<std::uint16_t>(found->address + point->offset);
}

}  // namespace islandbench::devices
