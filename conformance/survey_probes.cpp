#include <algorithm>

#include "conformance/survey.hpp"

/// Values over time, what may be read how, and what the link does.
namespace islandbench::conformance {
namespace {

using Outcome = Exchange::Outcome;

constexpr int polls = 20;
constexpr Duration poll_period = 1s;
constexpr Duration fast_period = 20ms;

}  // namespace

Task<> Survey::poll() {
    tell("watching what it measures");
    std::vector<sunspec::ModelAddress> watched;
    for (const sunspec::ModelAddress& where : snapshot_.chains.front().models) {
        const bool measures = std::find(measuring_models.begin(), measuring_models.end(),
                                        where.id) != measuring_models.end();
        const ModelData* const known = snapshot_.find(where.id);
        if (measures && known != nullptr && known->read) watched.push_back(where);
    }
    for (int i = 0; i < polls && !over(); ++i) {
        Poll round;
        round.at = clock_.now();
        for (const sunspec::ModelAddress& where : watched) {
            ModelData data = co_await read_model(where);
            if (data.read) round.models.push_back(std::move(data));
        }
        co_await ask_witnesses(round);
        snapshot_.polls.push_back(std::move(round));
        co_await clock_.sleep_for(poll_period);
    }
    if (!over()) co_await poll_fast();
}

Task<> Survey::ask_witnesses(Poll& round) {
    const Instant limit = clock_.now() + 2s;
    if (options_.meter != nullptr) {
        auto reading = co_await options_.meter->read(limit);
        if (reading) round.meter = *reading;
    }
    if (options_.bms != nullptr) {
        auto reading = co_await options_.bms->read(limit);
        if (reading) round.bms = *reading;
    }
}

/// How often a measurement is renewed shows in how long its registers stand still.
Task<> Survey::poll_fast() {
    const ModelData* const ac = ac_of(snapshot_);
    if (ac == nullptr) co_return;
    // Voltage moves where a coarse frequency stands still.
    int begin = ac->where.size(), end_of = 0;
    for (const sunspec::Point& p : ac->model->points) {
        const bool watched =
            p.name == "Hz" || p.name == "W" || p.name == "LNV" || p.name == "PhVphA";
        if (!watched || p.end() > ac->where.size()) continue;
        begin = std::min<int>(begin, p.offset);
        end_of = std::max<int>(end_of, p.end());
    }
    const int count = end_of - begin;
    if (count <= 0 || count > snapshot_.read_max) co_return;
    const int address = ac->where.address + begin;
    const Instant end = clock_.now() + 5s;
    while (clock_.now() < end && !over()) {
        (void)co_await probe("fast_poll", read_request(3, address, count));
        co_await clock_.sleep_for(fast_period);
    }
}

Task<> Survey::probe_access() {
    tell("trying odd requests");
    const int base = *snapshot_.base;
    (void)co_await probe_surely("function_4", read_request(4, base, 2));
    if (!snapshot_.serial_line) {  // a line carries no request that it does not know
        const modbus::Pdu nobodys{0x41, 0, 0};
        (void)co_await probe_surely("illegal_function", nobodys);
        (void)co_await probe_surely("count_zero", read_request(3, base, 0));
        (void)co_await probe_surely("count_126", read_request(3, base, 126));
    }
    // Inside a number of two registers, and across the border of two models.
    for (const ModelData& model : snapshot_.models) {
        if (over()) co_return;
        if (!model.read || model.where.id == 1) continue;
        const auto points = model.model->points;
        const auto wide = std::find_if(points.begin(), points.end(), [&](const sunspec::Point& p) {
            return p.registers == 2 && p.stride == 0 && p.end() <= model.where.size();
        });
        if (wide == points.end()) continue;
        (void)co_await probe_surely("inside_point",
                                    read_request(3, model.where.address + wide->offset + 1, 1));
        (void)co_await probe_surely("across_models", read_request(3, model.where.address - 1, 3));
        break;
    }
}

Task<> Survey::probe_link() {
    tell("trying the link");
    co_await probe_pace();
    if (snapshot_.serial_line) co_return;  // a line has one master
    if (!over()) co_await probe_second_client();
    if (!over()) co_await probe_abandoned();
    if (!over()) co_await probe_quiet_clients();
}

Task<> Survey::probe_pace() {
    const modbus::Pdu marker = read_request(3, *snapshot_.base, 2);
    wire_.close();  // from the same start, whatever went before
    const bool opened = co_await wire_.open();
    if (!opened) co_return;
    co_await clock_.sleep_for(1s);
    wire_.set_gap(1s);
    for (int i = 0; i < 8 && !over(); ++i) (void)co_await probe("paced", marker);
    wire_.set_gap(0ns);
    for (int i = 0; i < 8 && !over(); ++i) (void)co_await probe("burst", marker);
    const bool wants_gap = snapshot_.probes["asked_again"].size() > 5;
    wire_.set_gap(wants_gap ? Duration{500ms} : options_.profile.request_gap);
}

Task<> Survey::probe_second_client() {
    const modbus::Pdu marker = read_request(3, *snapshot_.base, 2);
    (void)co_await probe("first_client", marker);
    Wire second(clock_, network_, options_.where, options_.profile, snapshot_.journal);
    const bool opened = co_await second.open();
    if (opened) co_await clock_.sleep_for(2s);  // past what some need after a connection
    for (int i = 0; i < 2; ++i) {
        const std::size_t index = co_await second.ask("second client", options_.link.unit, marker);
        snapshot_.probes["second_client"].push_back(index);
        if (snapshot_.journal[index].ok()) break;
    }
    for (int i = 0; i < 2 && wire_.is_open(); ++i) {
        const std::size_t index = co_await probe("first_client_beside", marker);
        if (snapshot_.journal[index].outcome != Outcome::silent) break;
    }
    if (!wire_.is_open()) {
        note("first_client_beside", Outcome::closed);
    }
    second.close();
    co_await clock_.sleep_for(1s);
}

/// A client that dies in the middle of a request must not keep the port.
Task<> Survey::probe_abandoned() {
    const modbus::Pdu marker = read_request(3, *snapshot_.base, 2);
    const std::size_t gone = co_await wire_.abandon("abandoned", options_.link.unit, marker);
    snapshot_.probes["abandoned"].push_back(gone);
    for (int i = 0; i < 3 && !over(); ++i) {
        const std::size_t index = co_await probe("after_abandoned", marker);
        if (snapshot_.journal[index].ok()) co_return;
        co_await clock_.sleep_for(2s);
    }
    const bool back = co_await outlast();
    if (back) (void)co_await probe("after_abandoned_later", marker);
}

Task<> Survey::probe_quiet_clients() {
    const modbus::Pdu marker = read_request(3, *snapshot_.base, 2);
    wire_.close();
    co_await clock_.sleep_for(1s);
    const bool opened = co_await wire_.open();
    if (!opened) co_return;
    co_await clock_.sleep_for(3s);
    note("quiet_at_first", wire_.is_open() ? Outcome::answered : Outcome::closed);
    if (!options_.patient || over()) co_return;
    tell("waiting five minutes in silence");
    (void)co_await probe("before_idle", marker);
    const Instant end = clock_.now() + 5min;
    while (clock_.now() < end && !over()) co_await clock_.sleep_for(1s);
    if (wire_.is_open()) {
        (void)co_await probe_surely("idle", marker);
    } else {
        note("idle", Outcome::closed);
    }
}

}  // namespace islandbench::conformance
