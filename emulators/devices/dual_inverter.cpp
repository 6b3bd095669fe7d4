#include "emulators/devices/dual_inverter.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "protocols/sunspec/chain.hpp"

namespace islandbench::devices {
namespace {

/// The address of the next model, or of the end of the chain.
std::uint16_t next_model(InverterFirmware& device, std::uint16_t at) {
    std::array<std::uint16_t, 2> head{};
    const auto read = device.read_holding_registers(at, head);
    IB_ASSERT(read.has_value());
    if (head[0] == sunspec::end_id) return at;
    return static_cast<std::uint16_t>(at + 2 + head[1]);
}

std::uint16_t end_of_chain(InverterFirmware& device, std::uint16_t at) {
    for (;;) {
        const std::uint16_t next = next_model(device, at);
        if (next == at) return at;
        at = next;
    }
}

}  // namespace

DualInverter::DualInverter(std::unique_ptr<InverterFirmware> newer,
                           std::unique_ptr<InverterFirmware> older, std::uint16_t base)
    : newer_(std::move(newer)), older_(std::move(older)) {
    const auto first = static_cast<std::uint16_t>(base + sunspec::marker_size);
    border_ = end_of_chain(*newer_, first);
    older_begin_ = next_model(*older_, first);  // behind its own model 1
    obey_last();
}

std::uint16_t DualInverter::in_older(std::uint16_t address) const noexcept {
    return static_cast<std::uint16_t>(address - border_ + older_begin_);
}

void DualInverter::refresh(Instant now) {
    newer_->refresh(now);
    older_->refresh(now);
}

modbus::Served DualInverter::read_holding_registers(std::uint16_t address,
                                                    std::span<std::uint16_t> into) {
    const std::size_t before = address < border_ ? std::size_t{border_} - address : 0;
    const std::size_t of_newer = std::min(before, into.size());
    if (of_newer > 0) {
        const auto read = newer_->read_holding_registers(address, into.first(of_newer));
        if (!read || of_newer == into.size()) return read;
    }
    const auto rest = static_cast<std::uint16_t>(address + of_newer);
    return older_->read_holding_registers(in_older(rest), into.subspan(of_newer));
}

modbus::Served DualInverter::write_registers(std::uint16_t address,
                                             std::span<const std::uint16_t> values) {
    const bool to_older = address >= border_;
    if (!to_older && address + values.size() > border_) {
        return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    }
    older_acts_ = to_older;
    obey_last();
    return to_older ? older_->write_registers(in_older(address), values)
                    : newer_->write_registers(address, values);
}

void DualInverter::obey_last() noexcept {
    newer_->feign_orders(feigns_ || older_acts_);
    older_->feign_orders(feigns_ || feigns_older_ || !older_acts_);
}

void DualInverter::report_power_times(double factor) noexcept {
    newer_->report_power_times(factor);
    older_->report_power_times(factor);
}

void DualInverter::ignore_orders(bool ignores) noexcept {
    newer_->ignore_orders(ignores);
    older_->ignore_orders(ignores);
}

void DualInverter::feign_orders(bool feigns) noexcept {
    feigns_ = feigns;
    obey_last();
}

void DualInverter::feign_older_orders() noexcept {
    feigns_older_ = true;
    obey_last();
}

std::optional<Duration> DualInverter::fell_back_after() const noexcept {
    return std::max(newer_->fell_back_after(), older_->fell_back_after());
}

}  // namespace islandbench::devices
