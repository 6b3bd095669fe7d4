#include "emulators/devices/deviant.hpp"

#include <algorithm>

#include "protocols/sunspec/points.hpp"

namespace islandbench::devices {
namespace {

using modbus::ExceptionCode;

/// Code 0, which no device has, where there is to be silence.
tl::unexpected<ExceptionCode> refusal(const DeviationDeed& deed) {
    return modbus::refuse(static_cast<ExceptionCode>(deed.exception.value_or(0)));
}

}  // namespace

Deviant::Deviant(std::unique_ptr<ModbusFirmware> healthy, std::uint16_t base,
                 std::vector<Deviation> deviations)
    : healthy_(std::move(healthy)), image_(*healthy_, base) {
    deviate(std::move(deviations));
}

void Deviant::deviate(std::vector<Deviation> deviations) {
    deviations_ = std::move(deviations);
    deeds_.clear();
    began_.reset();
    stuck_ = false;
    image_.build({}, Duration::zero(), 0, 0);
    const bool older = !image_.address_of("701.W") && image_.address_of("120.WRtg");
    for (const Deviation& one : deviations_) {
        const auto& deeds = older && !one.deeds_100.empty() ? one.deeds_100 : one.deeds;
        deeds_.insert(deeds_.end(), deeds.begin(), deeds.end());
    }
}

void Deviant::check(const Deviation& deviation, Diagnostics& diagnostics) {
    std::vector<DeviationDeed> all = deviation.deeds;
    all.insert(all.end(), deviation.deeds_100.begin(), deviation.deeds_100.end());
    for (const DeviationDeed& deed : all) {
        const auto complain = [&](const char* key, const std::string& message) {
            diagnostics.add(
                {deed.place.file, deed.place.line, deed.place.path + "." + key, message});
        };
        for (const auto& [key, name] : {std::pair{"point", deed.point}, {"keep", deed.keep}}) {
            if (!name.empty() && DeviantImage::find_point(name) == nullptr) {
                complain(key, "no table has a point \"" + name + "\"");
            }
        }
        const bool inserts = deed.what == Deed::insert_model;
        if (inserts && sunspec::find_model(static_cast<std::uint16_t>(deed.model)) == nullptr) {
            complain("model", "no table has a model " + std::to_string(deed.model));
        }
    }
}

const DeviationDeed* Deviant::deed(Deed what) const {
    const auto found = std::find_if(deeds_.begin(), deeds_.end(),
                                    [&](const DeviationDeed& d) { return d.what == what; });
    return found == deeds_.end() ? nullptr : &*found;
}

void Deviant::refresh(Instant now) {
    if (!began_) began_ = now;
    now_ = now;
    while (!late_.empty() && late_.front().due <= now) {
        write_healthy(late_.front().address, late_.front().values);
        late_.pop_front();
    }
    healthy_->refresh(now);
}

/// It stands still for good: permission to serve is gone, whatever is written later.
void Deviant::withdraw_permission() {
    for (const char* const point : {"703.ES", "123.Conn"}) {
        const auto permission = image_.address_of(point);
        const auto origin = permission ? image_.origin(*permission) : std::nullopt;
        if (origin) write_healthy(*origin, {0});
    }
}

void Deviant::write_healthy(std::uint16_t address, const std::vector<std::uint16_t>& values) {
    (void)healthy_->write_registers(address, values);
}

modbus::Served Deviant::may_read(std::uint16_t address, std::size_t count) {
    for (const DeviationDeed& one : deeds_) {
        const bool refuses =
            (one.what == Deed::read_max && count > static_cast<std::size_t>(one.count)) ||
            (one.what == Deed::refuse_model && image_.inside(one.model, address, count)) ||
            (one.what == Deed::whole_points && !image_.whole_points(address, count));
        if (refuses) return refusal(one);
    }
    return {};
}

modbus::Served Deviant::read_holding_registers(std::uint16_t address,
                                               std::span<std::uint16_t> into) {
    if (deeds_.empty()) return healthy_->read_holding_registers(address, into);
    image_.build(deeds_, began_ ? now_ - *began_ : Duration::zero(), address, into.size());
    if (const auto allowed = may_read(address, into.size()); !allowed) return allowed;
    return image_.read(address, into);
}

modbus::Served Deviant::write_registers(std::uint16_t address,
                                        std::span<const std::uint16_t> values) {
    const DeviationDeed* const no = deed(Deed::no_function);
    if (no != nullptr && no->count == 16) return refusal(*no);
    return write(address, values);
}

modbus::Served Deviant::write_register(std::uint16_t address, std::uint16_t value) {
    const DeviationDeed* const no = deed(Deed::no_function);
    if (no != nullptr && no->count == 6) return refusal(*no);
    return write(address, std::span<const std::uint16_t>(&value, 1));
}

modbus::Served Deviant::write(std::uint16_t address, std::span<const std::uint16_t> values) {
    if (deeds_.empty()) return healthy_->write_registers(address, values);
    image_.build(deeds_, began_ ? now_ - *began_ : Duration::zero(), address, values.size());
    const auto origin = image_.origin(address);
    if (!origin) return modbus::refuse(ExceptionCode::illegal_data_address);
    std::vector<std::uint16_t> wanted(values.begin(), values.end());
    for (const DeviationDeed& one : deeds_) {
        const bool of_point = one.what == Deed::refuse_above || one.what == Deed::stuck_below;
        const auto at = of_point ? image_.address_of(one.point) : std::nullopt;
        if (at && *at >= address && *at < address + wanted.size()) {
            const double value = wanted[*at - std::size_t{address}];
            if (one.what == Deed::refuse_above && value > one.value) return refusal(one);
            stuck_ = stuck_ || (one.what == Deed::stuck_below && value < one.value);
        }
    }
    image_.translate(address, wanted, deeds_);
    std::vector<std::uint16_t> before(wanted.size());
    (void)healthy_->read_holding_registers(*origin, before);
    if (deed(Deed::write_ignored) != nullptr) return {};
    const DeviationDeed* const lag = deed(Deed::write_lag);
    if (lag != nullptr && image_.writable(address, wanted.size())) {
        late_.push_back({now_ + lag->time, *origin, wanted});
        return {};
    }
    const auto done = healthy_->write_registers(*origin, wanted);
    if (!done && deed(Deed::ignore_read_only) != nullptr &&
        done.error() == ExceptionCode::illegal_data_address) {
        return {};
    }
    const DeviationDeed* const undone = deed(Deed::write_undone);
    if (done && undone != nullptr) late_.push_back({now_ + undone->time, *origin, before});
    if (stuck_) withdraw_permission();
    return done;
}

}  // namespace islandbench::devices
