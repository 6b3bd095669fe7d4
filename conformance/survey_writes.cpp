#include <algorithm>
#include <cmath>

#include "conformance/survey.hpp"

/// What a device does when it is told to: the writes, and looking at what comes of them.
namespace islandbench::conformance {
namespace {

using Outcome = Exchange::Outcome;

constexpr std::uint8_t many_registers = 16;
constexpr Duration between = 1s;

std::string value_text(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

}  // namespace

/// A person arms by the name that they gave, or by one that the device gives itself. Here even an
/// emulator on this machine has to be named: a check is told what it may write.
void Survey::ask_for_permit() {
    if (!options_.may_write) {
        snapshot_.not_armed = "nobody has armed it";
        return;
    }
    const Identity& says = snapshot_.identity;
    for (const std::string& name :
         {options_.name, says.model, says.maker + " " + says.model, says.serial}) {
        if (name.empty() || permit_) continue;
        const drivers::Peer peer{name, options_.link, false, says};
        auto permit = guard_.permit(peer);
        if (permit) permit_ = *permit;
        if (!permit && snapshot_.not_armed.empty()) snapshot_.not_armed = permit.error().what;
    }
    snapshot_.armed = permit_.has_value();
}

bool Survey::has(std::uint16_t model, std::string_view point) const {
    const ModelData* const data = snapshot_.find(model);
    return data != nullptr && static_cast<bool>(number(data, point));
}

const sunspec::Point* Survey::writable(std::uint16_t model, std::string_view name) const {
    const ModelData* const data = snapshot_.find(model);
    if (data == nullptr || data->model == nullptr || !has(model, name)) return nullptr;
    for (const sunspec::Point& p : data->model->points) {
        if (p.name == name && p.end() <= data->where.size()) return &p;
    }
    return nullptr;
}

/// One write request; the registers as they were are kept for restore().
Task<bool> Survey::put(Experiment* experiment, std::string what, std::uint16_t address,
                       std::vector<std::uint16_t> registers,
                       std::optional<std::uint8_t> as_function) {
    const bool single = registers.size() == 1;
    const std::uint8_t function = as_function.value_or(single ? write_function_ : many_registers);
    const auto known = std::find_if(undo_.begin(), undo_.end(), [&](const Undo& u) {
        return u.address == address && u.registers.size() == registers.size();
    });
    std::size_t undo = static_cast<std::size_t>(known - undo_.begin());
    if (known == undo_.end()) {
        std::vector<std::uint16_t> before;
        const bool came =
            co_await read("before a write", address, static_cast<int>(registers.size()), before);
        if (!came) co_return false;
        undo_.push_back({address, std::move(before), snapshot_.writes.size()});
        snapshot_.writes.push_back({what, false, false});
    }
    const modbus::Pdu pdu = write_request(function, address, registers);
    for (int i = 0; i < 3; ++i) {
        const std::size_t index =
            co_await wire_.write(*permit_, "write " + what, options_.link.unit, pdu);
        if (experiment != nullptr) experiment->writes.push_back(index);
        const Exchange& one = snapshot_.journal[index];
        if (one.outcome == Outcome::answered) {
            snapshot_.writes[undo_[undo].write].done = true;
            co_return true;
        }
        // What was not answered may have been done.
        if (one.outcome != Outcome::exception) snapshot_.writes[undo_[undo].write].done = true;
        const bool again = one.outcome != Outcome::exception ||
                           one.exception == modbus::ExceptionCode::server_device_busy;
        if (!again) break;
        co_await clock_.sleep_for(500ms);
    }
    co_return false;
}

/// Sets points in their order, the enable last. False: the device did not take one of them.
Task<bool> Survey::set(Experiment& experiment, std::uint16_t model, std::vector<Setting> settings) {
    const ModelData* const data = snapshot_.find(model);
    sunspec::Block block(data->where);
    block.begin();
    block.put({data->where.address, static_cast<std::uint16_t>(data->where.size())},
              data->registers);
    for (std::size_t i = 0; i < settings.size(); ++i) {
        sunspec::PointWriter writer;
        writer.begin(block);
        const Setting first = settings[i];
        const sunspec::Point* point = writable(model, first.point);
        if (point == nullptr) continue;
        auto fits = writer.set(*point, first.value);
        while (fits && settings[i].with_next && i + 1 < settings.size()) {
            ++i;
            point = writable(model, settings[i].point);
            if (point != nullptr) fits = writer.set(*point, settings[i].value);
        }
        std::string what = std::to_string(model) + " ";
        what += first.point;
        if (!fits) {
            experiment.not_done = what + ": " + fits.error().what;
            co_return false;
        }
        const modbus::WriteMultipleRegisters& request = writer.requests().front();
        std::vector<std::uint16_t> registers(request.values.begin(), request.values.end());
        const bool written = co_await put(&experiment, what, request.address, std::move(registers));
        if (!written) {
            experiment.not_done = what + ": the device did not take " + value_text(first.value);
            co_return false;
        }
    }
    experiment.written = clock_.now();
    co_return true;
}

Task<> Survey::watch(Experiment& experiment, std::uint16_t model, std::string_view point,
                     Duration duration) {
    const ModelData* const data = snapshot_.find(model);
    const sunspec::Point* const found = writable(model, point);
    const Instant end = clock_.now() + duration;
    while (clock_.now() < end && !over()) {
        ModelData now = *data;
        std::vector<std::uint16_t> registers;
        std::string purpose = "read back " + std::to_string(model);
        const bool came = co_await read(std::move(purpose), data->where.address + found->offset,
                                        found->registers, registers);
        if (came) {
            std::copy(registers.begin(), registers.end(), now.registers.begin() + found->offset);
            const sunspec::Reading shown = number(&now, point);
            if (shown) experiment.shown.push_back({clock_.now(), *shown});
        }
        co_await watch_power(experiment, 0ns);
        co_await clock_.sleep_for(between);
    }
}

/// One look for no duration.
Task<> Survey::watch_power(Experiment& experiment, Duration duration) {
    const Instant end = clock_.now() + duration;
    do {
        co_await look(experiment);
        if (duration > 0ns) co_await clock_.sleep_for(between);
    } while (clock_.now() < end && !over());
}

/// Its power and, in 122, what it says about it; the power of PV beside, and a meter's.
Task<> Survey::look(Experiment& experiment) {
    const ModelData* const ac = ac_of(snapshot_);
    if (ac == nullptr) co_return;
    const sunspec::ModelAddress where = ac->where;
    const ModelData now = co_await read_model(where);
    const sunspec::Reading w = number(&now, "W");
    if (w) experiment.measured.push_back({clock_.now(), *w});
    const sunspec::Reading var = number(&now, where.id == 701 ? "Var" : "VAr");
    if (var) experiment.reactive.push_back({clock_.now(), *var});
    if (controls_of(snapshot_).basic()) co_await look_beside(experiment);
    if (options_.meter == nullptr) co_return;
    const Instant limit = clock_.now() + 2s;
    const auto metered = co_await options_.meter->read(limit);
    if (metered && std::isfinite(metered->p.value())) {
        experiment.metered.push_back({clock_.now(), metered->p.value()});
    }
}

Task<> Survey::look_beside(Experiment& experiment) {
    const ModelData* const status = snapshot_.find(122);
    if (status != nullptr && status->read) {
        const sunspec::ModelAddress where = status->where;
        const ModelData now = co_await read_model(where);
        for (const char* const name : {"StActCtl", "ECPConn", "StorConn"}) {
            const auto told = raw(&now, name);
            if (told) experiment.told[name].push_back({clock_.now(), static_cast<double>(*told)});
        }
    }
    const ModelData* const inputs = snapshot_.find(160);
    if (inputs != nullptr && inputs->read) {
        const sunspec::ModelAddress where = inputs->where;
        const ModelData now = co_await read_model(where);
        if (const auto pv = pv_power(now)) experiment.pv.push_back({clock_.now(), *pv});
    }
}

}  // namespace islandbench::conformance
