#include "drivers/polled_inverter.hpp"

namespace islandbench::drivers {
namespace {

/// Each of the slower models is read once in this time.
constexpr Duration slow_period = 1s;
/// A device may show the old value for this long after a write.
constexpr Duration read_back_patience = 5s;

}  // namespace

Result<void> set_all(sunspec::PointWriter& writer, std::span<const PointValue> values) {
    for (const PointValue& one : values) {
        if (auto set = writer.set(one.point, one.value); !set) return set;
    }
    return {};
}

Task<Done> PolledInverter::refresh_slow(Instant deadline) {
    if (clock().now() < slow_due_) co_return Done{};
    const auto slow = slow_models();
    PolledModel* const model = slow[slow_next_];
    slow_next_ = (slow_next_ + 1) % slow.size();
    if (slow_next_ == 0) slow_due_ = clock().now() + slow_period;
    if (model == nullptr) co_return Done{};
    co_return co_await refresh(*model, deadline);
}

Task<Result<InverterReading>> PolledInverter::read(Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return tl::unexpected(ready.error());
    const Done slow = co_await refresh_slow(deadline);
    if (!slow) co_return tl::unexpected(slow.error());
    co_return co_await read_fast(deadline);
}

Task<Result<InverterReading>> PolledInverter::read_fast(Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return tl::unexpected(ready.error());
    const Done fast = co_await refresh(*measurements_, deadline);
    if (!fast) co_return tl::unexpected(fast.error());
    co_return decode();
}

Task<Done> PolledInverter::command(InverterCommand command, Instant deadline) {
    const Done ready = co_await connect(deadline);
    if (!ready) co_return ready;
    const Done checked = check(command);
    if (!checked) co_return checked;
    const auto writer = set_point(command);
    if (!writer) co_return tl::unexpected(writer.error());
    const Done written = co_await write_all(*writer, deadline);
    if (!written) co_return written;
    co_return co_await read_back(command, deadline);
}

Task<Done> PolledInverter::read_back(const InverterCommand& command, Instant deadline) {
    const Instant patience = clock().now() + read_back_patience;
    for (;;) {
        for (PolledModel* const model : ordered_models()) {
            if (model == nullptr) continue;
            const Done read = co_await refresh(*model, deadline);
            if (!read) co_return read;
        }
        if (shows(command)) co_return Done{};
        if (clock().now() >= patience) break;
        co_await clock().sleep_for(500ms);
    }
    co_return tl::unexpected(
        complaint(ErrorCode::bad_reply, "does not show the set-point that was written"));
}

Done PolledInverter::check_order(std::initializer_list<ActivePower> powers,
                                 Duration valid_for) const {
    for (const ActivePower p : powers) {
        if (p <= limits_.p_discharge_max && p >= -limits_.p_charge_max) continue;
        return tl::unexpected(complaint(ErrorCode::out_of_range, "set-point " + format_measure(p) +
                                                                     " is outside its nameplate"));
    }
    if (valid_for < 2s) {
        return tl::unexpected(complaint(ErrorCode::out_of_range, "validity below 2 s"));
    }
    return {};
}

Task<Done> PolledInverter::write_all(const sunspec::PointWriter& writer, Instant deadline) {
    for (const modbus::WriteMultipleRegisters& request : writer.requests()) {
        const Done done = co_await write_holding(request.address, request.values, deadline);
        if (!done) co_return done;
    }
    co_return Done{};
}

Task<Done> PolledInverter::write_permission(PolledModel& model, sunspec::Point permission,
                                            std::uint32_t wanted, Instant deadline) {
    sunspec::PointWriter writer;
    writer.begin(model.block);
    const auto set = writer.set(permission, double(wanted));
    if (!set) co_return tl::unexpected(complaint(set.error().code, set.error().what));
    const Done written = co_await write_all(writer, deadline);
    if (!written) co_return written;
    const Done read = co_await refresh(model, deadline);
    if (!read) co_return read;
    if (model.block.view().raw(permission) == wanted) co_return Done{};
    co_return tl::unexpected(
        complaint(ErrorCode::bad_reply, "does not show the permission that was written"));
}

}  // namespace islandbench::drivers
