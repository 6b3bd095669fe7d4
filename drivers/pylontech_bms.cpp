#include "drivers/pylontech_bms.hpp"

#include <algorithm>
#include <utility>

namespace islandbench::drivers {

namespace pylontech = can::pylontech;

PylontechBms::PylontechBms(Scheduler& clock, std::unique_ptr<links::CanPort> port, std::string name)
    : clock_(clock), port_(std::move(port)), name_(std::move(name)) {}

void PylontechBms::take(const links::ReceivedFrame& received) {
    const pylontech::Decoded decoded = pylontech::decode(received.frame);
    findings_ += decoded.findings.size();
    const Instant at = std::min(received.at, clock_.now());  // nothing was reported in the future
    if (have_ == 0) began_ = at;
    reading_.reported = at;
    if (const auto* m = std::get_if<pylontech::Limits>(&decoded.message)) {
        reading_.charge_limit = m->charge;
        reading_.discharge_limit = m->discharge;
        have_ |= limits;
    } else if (const auto* s = std::get_if<pylontech::ChargeState>(&decoded.message)) {
        if (!s->soc) return;  // not a value: the report stays incomplete
        reading_.soc = *s->soc;
        reading_.soh = s->soh.value_or(reading_.soh);
        have_ |= charge_state;
    } else if (const auto* v = std::get_if<pylontech::Measurements>(&decoded.message)) {
        reading_.v = v->v;
        reading_.i = v->i;
        reading_.temperature = v->temperature;
        have_ |= measurements;
    } else if (const auto* r = std::get_if<pylontech::Requests>(&decoded.message)) {
        reading_.charge_enabled = r->charge_enable;
        reading_.discharge_enabled = r->discharge_enable;
        have_ |= requests;
    } else if (const auto* a = std::get_if<pylontech::Alarms>(&decoded.message)) {
        reading_.alarm = !(a->protection == pylontech::Conditions{});
    }
    if (have_ != complete) return;
    have_ = 0;
    newest_ = reading_;
    ++statistics_.exchanges;
    statistics_.reconnects = port_->reconnects();
    statistics_.add_latency(reading_.reported - began_);
}

Task<Result<BmsReading>> PylontechBms::read(Instant deadline) {
    for (;;) {
        // A reader who comes late gets the newest report, so all that waits is taken first.
        for (;;) {
            const auto waiting = co_await port_->receive(clock_.now());
            if (!waiting) break;
            take(*waiting);
        }
        if (newest_) co_return *std::exchange(newest_, std::nullopt);
        const auto received = co_await port_->receive(deadline);
        if (!received) {
            statistics_.reconnects = port_->reconnects();
            if (received.error().code == ErrorCode::timed_out) ++statistics_.time_outs;
            co_return failure(received.error().code, name_ + ": " + received.error().what);
        }
        take(*received);
    }
}

}  // namespace islandbench::drivers
