#include "drivers/sunspec_device.hpp"

#include <utility>

namespace islandbench::drivers {
namespace {

using sunspec::point;

/// Who a device is should not depend on how many registers it hands out at once: no product is
/// known that refuses so few.
constexpr int patient_read = 32;

Identity identity_of(const sunspec::ModelView& common) {
    Identity identity;
    identity.maker = common.text(point<1>("Mn"));
    identity.model = common.text(point<1>("Md"));
    identity.version = common.text(point<1>("Vr"));
    identity.serial = common.text(point<1>("SN"));
    identity.emulator = identity.maker == emulator_maker;
    return identity;
}

}  // namespace

Error SunSpecDevice::complaint(ErrorCode code, const std::string& what) const {
    return {code, settings().name + ": " + what};
}

Result<PolledModel> SunSpecDevice::require(const sunspec::Walk& chain, std::uint16_t model,
                                           std::span<const sunspec::Point> wanted) const {
    const auto where = chain.find(model);
    if (!where) {
        return tl::unexpected(
            complaint(ErrorCode::not_available, "has no SunSpec model " + std::to_string(model)));
    }
    return PolledModel(*where, settings().profile.read_max, wanted);
}

Task<Done> SunSpecDevice::refresh(PolledModel& model, Instant deadline) {
    model.next.begin();
    for (const modbus::ReadHoldingRegisters& piece : model.plan) {
        const auto registers = co_await read_holding(piece.address, piece.quantity, deadline);
        if (!registers) co_return tl::unexpected(registers.error());
        model.next.put(piece, *registers);
    }
    std::swap(model.block, model.next);
    co_return Done{};
}

Task<Result<sunspec::Walk>> SunSpecDevice::walk(Instant deadline) {
    sunspec::Walk chain(static_cast<std::uint16_t>(settings().profile.register_base));
    while (const auto next = chain.next()) {
        const auto registers = co_await read_holding(next->address, next->quantity, deadline);
        if (registers) {
            chain.feed(*registers);
        } else if (registers.error().code == ErrorCode::exception) {
            chain.refuse(registers.error());
        } else {
            co_return tl::unexpected(registers.error());
        }
    }
    if (chain.outcome() != sunspec::Walk::Outcome::found) {
        co_return tl::unexpected(
            complaint(ErrorCode::not_available, "answers, but has no SunSpec map"));
    }
    co_return std::move(chain);
}

Task<Result<Identity>> SunSpecDevice::identify(bool again, Instant deadline) {
    if (again && common_) {
        const Done read = co_await refresh(*common_, deadline);
        if (!read) co_return tl::unexpected(read.error());
        Identity same = identity_of(common_->block.view());
        if (same == adopted_) co_return std::move(same);
    }
    common_.reset();  // a chain that was adopted in part is walked again
    auto chain = co_await walk(deadline);
    if (!chain) co_return tl::unexpected(chain.error());
    findings_ = chain->findings();
    auto common = require(*chain, 1);
    if (!common) co_return tl::unexpected(common.error());
    Done read = co_await refresh(*common, deadline);
    if (!read && read.error().code == ErrorCode::exception) {
        common->plan = sunspec::plan_reads(common->block.where(), patient_read);
        read = co_await refresh(*common, deadline);
    }
    if (!read) co_return tl::unexpected(read.error());
    const Done adopted = co_await adopt(*chain, deadline);
    if (!adopted) co_return tl::unexpected(adopted.error());
    common_.emplace(std::move(*common));
    adopted_ = identity_of(common_->block.view());
    co_return adopted_;
}

}  // namespace islandbench::drivers
