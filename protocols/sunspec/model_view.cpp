#include "protocols/sunspec/model_view.hpp"

#include <algorithm>

namespace islandbench::sunspec {

std::string describe(const Point& point, Problem problem) {
    return "model " + std::to_string(point.model) + " " + std::string(point.name) + ": " +
           std::string(to_text(problem));
}

Problem ModelView::presence(const Point& point) const {
    IB_ASSERT(point.model == model_->id);
    if (point.end() > registers_.size()) return Problem::not_there;
    if (marks_.empty()) return Problem::none;
    const auto marks = marks_.subspan(point.offset, point.registers);
    // A text may come in pieces; a number may not, or its halves could be of different moments.
    const bool whole = std::all_of(marks.begin(), marks.end(), [&](const ReadMark& mark) {
        return mark.last > 0 && (mark.last == marks[0].last || point.type == Type::string);
    });
    return whole ? Problem::none : Problem::not_read;
}

tl::expected<int, Problem> ModelView::exponent(const Point& point) const {
    IB_ASSERT(point.model == model_->id);
    const std::size_t at = point.scale_offset;
    if (at == 0) return 0;
    if (at >= registers_.size()) return tl::unexpected<Problem>(Problem::scale_not_implemented);
    if (!marks_.empty()) {
        if (marks_[at].changed) return tl::unexpected<Problem>(Problem::scale_changed);
        if (marks_[at].last == 0) return tl::unexpected<Problem>(Problem::scale_not_read);
    }
    return decode_scale(registers_[at]);
}

bool ModelView::scale_came_along(const Point& point) const {
    if (marks_.empty() || point.scale_offset == 0) return true;
    const ReadMark& scale = marks_[point.scale_offset];
    const std::uint32_t read = marks_[point.offset].last;
    return scale.first <= read && read <= scale.last;
}

Reading ModelView::number(const Point& point) const {
    IB_ASSERT(point.type != Type::string);
    const Problem problem = presence(point);
    if (problem != Problem::none) return Reading::without(problem);
    // Not implemented comes before the scale factor: it stays so whatever the exponent says.
    if (!decode_number(point.type, registers_of(point))) {
        return Reading::without(Problem::not_implemented);
    }
    const auto scale = exponent(point);
    if (!scale) return Reading::without(scale.error());
    if (!scale_came_along(point)) return Reading::without(Problem::scale_not_read);
    return decode_number(point.type, registers_of(point), *scale);
}

Result<double> ModelView::required(const Point& point) const {
    const Reading reading = number(point);
    if (reading) return *reading;
    return failure(reading.absent() ? ErrorCode::not_available : ErrorCode::bad_reply,
                   describe(point, reading.problem()));
}

std::optional<std::uint64_t> ModelView::raw(const Point& point) const {
    if (presence(point) != Problem::none) return std::nullopt;
    return decode_raw(point.type, registers_of(point));
}

bool ModelView::bit(const Point& point, std::uint32_t number) const {
    IB_ASSERT(number < 64);
    return ((raw(point).value_or(0) >> number) & 1U) != 0;
}

std::string ModelView::text(const Point& point) const {
    IB_ASSERT(point.type == Type::string);
    if (presence(point) != Problem::none) return {};
    return decode_text(registers_of(point));
}

int ModelView::repetitions() const {
    const Repetition& repetition = model_->repetition;
    const int behind = static_cast<int>(registers_.size()) - repetition.base;
    if (repetition.stride == 0 || behind < 0) return 0;
    const int slot_count = slots();
    if (repetition.has_slots() && slot_count == 0) return 0;
    const int fit = behind / repetition.size(slot_count);
    const auto said = raw(model_->count_point());
    return said ? static_cast<int>(std::min<std::uint64_t>(*said, static_cast<unsigned>(fit)))
                : fit;
}

int ModelView::slots() const {
    if (!model_->repetition.has_slots()) return 0;
    const auto said = raw(model_->slots_point());
    // More than the registers that are there is nonsense, whatever the device says.
    return said ? static_cast<int>(std::min<std::uint64_t>(*said, registers_.size())) : 0;
}

}  // namespace islandbench::sunspec
