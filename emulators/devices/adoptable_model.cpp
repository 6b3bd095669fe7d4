#include "emulators/devices/adoptable_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "emulators/devices/sunspec_common.hpp"

namespace islandbench::devices {
namespace {

constexpr double completed = 1, failed = 2;

}  // namespace

AdoptableModel::AdoptableModel(sunspec::Image& image, std::uint16_t model, const Names& names,
                               Check check)
    : image_(&image),
      model_(model),
      names_(names),
      check_(std::move(check)),
      slots_(image.view(model).slots()),
      entries_(image.view(model).repetitions()) {
    must_set(image, point("Ena"), 0);
    must_set(image, point(names_.request), 1);
    must_set(image, point(names_.result), completed);
    for (int i = 0; i < entries_; ++i) must_set(image, at(names_.read_only, i), i == 0 ? 1 : 0);
    if (names_.revert.empty()) return;
    must_set(image, point("RvrtTms"), 0);
    must_set(image, point("RvrtRem"), 0);
    must_set(image, point(names_.revert), 1);
}

const sunspec::Point& AdoptableModel::point(std::string_view name) const {
    return named_point(model_, name);
}

sunspec::Point AdoptableModel::at(std::string_view name, int entry, int slot) const {
    return sunspec::placed_point(point(name), entry, slots_, slot);
}

double AdoptableModel::number(std::string_view name, int entry, int slot) const {
    return view().number(at(name, entry, slot)).value_or(std::numeric_limits<double>::quiet_NaN());
}

bool AdoptableModel::enabled() const {
    return view().raw(point("Ena")) == 1u;
}
void AdoptableModel::set_enabled(bool on) {
    must_set(*image_, point("Ena"), on ? 1 : 0);
}

bool AdoptableModel::wrote_read_only() const {
    const auto& group = sunspec::find_model(model_)->repetition;
    return std::any_of(
        image_->touched().begin(), image_->touched().end(), [&](const auto& touched) {
            if (touched.point.model != model_ || touched.point.offset < group.base) return false;
            const int entry = (touched.point.offset - group.base) / group.size(slots_);
            return view().raw(at(names_.read_only, entry)) == 1u;
        });
}

bool AdoptableModel::written(Instant now) {
    const bool switched = image_->wrote(point("Ena"));
    const bool asked = image_->wrote(point(names_.request));
    const bool adopted = asked && adopt(view().raw(point(names_.request)).value_or(0));
    if (!names_.revert.empty() && (switched || asked || image_->wrote(point("RvrtTms")))) {
        start_timer(now);
    }
    return switched || adopted;
}

void AdoptableModel::start_timer(Instant now) {
    const double seconds = view().number(point("RvrtTms")).value_or(0.0);
    const bool runs = seconds > 0.0 && enabled();
    ends_ = runs ? std::optional(now + from_seconds(seconds)) : std::nullopt;
    must_set(*image_, point("RvrtRem"), runs ? seconds : 0.0);
}

bool AdoptableModel::count_down(Instant now) {
    if (!ends_) return false;
    if (now < *ends_) {
        image_->measure(point("RvrtRem"), std::ceil(to_seconds(*ends_ - now)));
        return false;
    }
    ends_.reset();
    must_set(*image_, point("RvrtRem"), 0.0);
    return adopt(view().raw(point(names_.revert)).value_or(0));
}

/// Requests count from 1, and 1 is in force already.
bool AdoptableModel::adopt(std::uint64_t request) {
    const bool there = request >= 1 && request <= static_cast<std::uint64_t>(entries_);
    const int entry = static_cast<int>(there ? request : 1) - 1;
    const bool good = there && (entry == 0 || check_(entry));
    must_set(*image_, point(names_.result), good ? completed : failed);
    if (!good || entry == 0) return false;
    copy(entry, 0);
    return true;
}

void AdoptableModel::copy(int from, int to) {
    const auto& group = sunspec::find_model(model_)->repetition;
    const int size = group.size(slots_);
    const std::size_t begin = image_->address_of(point("ID")) - std::size_t{image_->base()};
    const auto registers = image_->registers().subspan(begin + group.base);
    const auto of = [&](int entry) {
        return registers.subspan(static_cast<std::size_t>(entry * size),
                                 static_cast<std::size_t>(size));
    };
    const double kept = number(names_.read_only, to);
    std::copy(of(from).begin(), of(from).end(), of(to).begin());
    must_set(*image_, at(names_.read_only, to), kept);
}

void AdoptableModel::copy_to_workspaces() {
    for (int i = 1; i < entries_; ++i) copy(0, i);
}

}  // namespace islandbench::devices
