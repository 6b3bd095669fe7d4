#include <algorithm>
#include <cmath>

#include "conformance/survey.hpp"

/// What a device does when it is told to: written, read back, observed, and set back.
namespace islandbench::conformance {
namespace {

using Outcome = Exchange::Outcome;

constexpr std::uint8_t many_registers = 16;
constexpr std::uint16_t controls = 704, permission = 703, measurements = 701, ratings = 702;
/// A set-point that shows in the measured power of any healthy unit, of the rating.
constexpr double some_power = 0.3;
constexpr double low_limit_pct = 10.0;
constexpr double full_pct = 100.0;
constexpr Duration between = 1s;
/// Of what is written the device falls back by itself when the check dies.
constexpr double guard_s = 60.0, long_guard_s = 600.0;
constexpr double short_reversion_s = 6.0;

const sunspec::Point* find_point(const ModelData& model, std::string_view name) {
    if (model.model == nullptr) return nullptr;
    for (const sunspec::Point& p : model.model->points) {
        if (p.name == name && p.end() <= model.where.size()) return &p;
    }
    return nullptr;
}

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

double Survey::rating() const {
    const ModelData* const data = snapshot_.find(ratings);
    for (const std::string_view name : {"WMax", "WMaxRtg"}) {
        const double rating = number(data, name).value_or(0.0);
        if (rating > 0.0) return rating;
    }
    return 0.0;
}

/// The set-point that was tried; 0 where there is none.
double Survey::power_asked() const {
    const Experiment* const tried = snapshot_.experiment("set_point");
    return tried == nullptr || !tried->done() ? 0.0 : tried->asked;
}

/// What write_and_watch() would do, for a person who is asked to arm the device.
void Survey::would_write() {
    const auto list = [this](std::uint16_t model, std::initializer_list<std::string_view> points) {
        for (const std::string_view point : points) {
            if (!has(model, point)) continue;
            std::string what = std::to_string(model) + " ";
            what += point;
            snapshot_.writes.push_back({std::move(what), false, false});
        }
    };
    list(controls,
         {"WSetMod", "WSetRvrtTms", "WSetRvrt", "WSet", "WSetEna", "WMaxLimPct", "WMaxLimPctEna"});
    list(permission, {"ES"});
    for (const Curves& one : adoptable) list(one.model, {one.request});
}

Task<> Survey::write_and_watch() {
    co_await clock_.sleep_for(between);
    if (has(controls, "WMaxLimPct") && !over()) co_await try_functions();
    if (has(controls, "WSet") && has(controls, "WSetEna") && rating() > 0.0 && !over()) {
        co_await try_set_point();
        // A limit that could not be set back is not touched.
        const bool limits = has(controls, "WMaxLimPctEna") && takes_its_limit_;
        if (limits && !over()) co_await try_limit();
        if (limits && options_.patient && !over()) co_await try_low_cap();
        if (has(controls, "WSetRvrtTms") && !over()) co_await try_reversion();
    }
    if (has(permission, "ES") && !over()) co_await try_permission();
    if (!over()) co_await try_curves();
    tell("setting back what was written");
    co_await restore();
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
    for (const Setting& setting : settings) {
        const sunspec::Point* const point = find_point(*data, setting.point);
        if (point == nullptr || !has(model, setting.point)) continue;
        sunspec::PointWriter writer;
        writer.begin(block);
        const auto fits = writer.set(*point, setting.value);
        std::string what = std::to_string(model) + " ";
        what += setting.point;
        if (!fits) {
            experiment.not_done = what + ": " + fits.error().what;
            co_return false;
        }
        const modbus::WriteMultipleRegisters& request = writer.requests().front();
        std::vector<std::uint16_t> registers(request.values.begin(), request.values.end());
        const bool written = co_await put(&experiment, what, request.address, std::move(registers));
        if (!written) {
            experiment.not_done = what + ": the device did not take " + value_text(setting.value);
            co_return false;
        }
    }
    experiment.written = clock_.now();
    co_return true;
}

Task<> Survey::watch(Experiment& experiment, std::uint16_t model, std::string_view point,
                     Duration duration) {
    const ModelData* const data = snapshot_.find(model);
    const sunspec::Point* const found = find_point(*data, point);
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

Task<> Survey::watch_power(Experiment& experiment, Duration duration) {
    const ModelData* const data = snapshot_.find(measurements);
    if (data == nullptr || !data->read) co_return;
    const sunspec::ModelAddress where = data->where;
    const Instant end = clock_.now() + duration;
    do {
        const ModelData now = co_await read_model(where);
        const sunspec::Reading w = number(&now, "W");
        if (w) experiment.measured.push_back({clock_.now(), *w});
        if (options_.meter != nullptr) {
            const Instant limit = clock_.now() + 2s;
            const auto metered = co_await options_.meter->read(limit);
            if (metered && std::isfinite(metered->p.value())) {
                experiment.metered.push_back({clock_.now(), metered->p.value()});
            }
        }
        if (duration > 0ns) co_await clock_.sleep_for(between);
    } while (clock_.now() < end && !over());
}

/// Both write functions, a register that is read-only, and the largest value; nothing changes.
Task<> Survey::try_functions() {
    tell("trying to write");
    const ModelData& model = *snapshot_.find(controls);
    const sunspec::Point& limit = *find_point(model, "WMaxLimPct");
    const auto address = static_cast<std::uint16_t>(model.where.address + limit.offset);
    const auto same = registers(model, limit);
    for (const std::uint8_t function : {std::uint8_t{6}, std::uint8_t{16}}) {
        Experiment& one = snapshot_.experiments["function_" + std::to_string(function)];
        std::vector<std::uint16_t> values(same.begin(), same.end());
        const bool taken =
            co_await put(&one, "704 WMaxLimPct", address, std::move(values), function);
        if (taken) write_function_ = function;
        takes_its_limit_ = takes_its_limit_ || taken;
    }
    const ModelData* const ac = snapshot_.find(measurements);
    const sunspec::Point* const fixed =
        ac == nullptr || !ac->read ? nullptr : find_point(*ac, "St");
    if (fixed != nullptr && has(measurements, "St")) {
        const auto now = registers(*ac, *fixed);
        std::vector<std::uint16_t> values(now.begin(), now.end());
        const auto at = static_cast<std::uint16_t>(ac->where.address + fixed->offset);
        const modbus::Pdu pdu = write_request(16, at, values);
        const std::size_t index =
            co_await wire_.write(*permit_, "write 701 St", options_.link.unit, pdu);
        snapshot_.probes["read_only_write"].push_back(index);
    }
    const std::vector<Setting> most{{"WMaxLimPct", full_pct}};
    (void)co_await set(snapshot_.experiments["maximum"], controls, most);
}

Task<> Survey::try_set_point() {
    tell("setting a power");
    Experiment& one = snapshot_.experiments["set_point"];
    one.before = number(snapshot_.find(controls), "WSet").value_or(0.0);
    const double soc = number(snapshot_.find(713), "SoC").value_or(50.0);
    one.asked = std::floor((soc < 30.0 ? -some_power : some_power) * rating());
    if (options_.meter != nullptr) {
        co_await watch_power(snapshot_.experiments["before_set_point"], 6s);
    }
    const double falls_back = options_.patient ? long_guard_s : guard_s;
    if (has(controls, "WSetRvrtTms")) one.falls_back = from_seconds(falls_back);
    const std::vector<Setting> settings{
        {"WSetMod", 1.0}, {"WSetRvrtTms", falls_back}, {"WSet", one.asked}, {"WSetEna", 1.0}};
    const bool done = co_await set(one, controls, settings);
    if (!done) co_return;
    co_await watch(one, controls, "WSet", 20s);
    if (!options_.patient || over()) co_return;
    tell("watching for two minutes whether it stays");
    co_await watch(one, controls, "WSet", 130s);
}

Task<> Survey::try_limit() {
    tell("limiting the power");
    Experiment& one = snapshot_.experiments["limit"];
    one.before = number(snapshot_.find(controls), "WMaxLimPct").value_or(full_pct);
    one.asked = low_limit_pct;
    const std::vector<Setting> settings{{"WMaxLimPct", one.asked}, {"WMaxLimPctEna", 1.0}};
    const bool done = co_await set(one, controls, settings);
    if (!done) co_return;
    co_await watch(one, controls, "WMaxLimPct", 15s);
    Experiment& back = snapshot_.experiments["limit_back"];
    back.asked = full_pct;
    const std::vector<Setting> full{{"WMaxLimPct", full_pct}, {"WMaxLimPctEna", 0.0}};
    const bool lifted = co_await set(back, controls, full);
    if (lifted) co_await watch_power(back, 10s);
}

/// Some units take a very low limit for a stop, and never come back.
Task<> Survey::try_low_cap() {
    tell("limiting the power to almost nothing");
    Experiment& one = snapshot_.experiments["low_cap"];
    one.asked = 1.0;
    const std::vector<Setting> low{{"WMaxLimPct", one.asked}, {"WMaxLimPctEna", 1.0}};
    const bool done = co_await set(one, controls, low);
    if (!done) co_return;
    co_await watch_power(one, 10s);
    Experiment& back = snapshot_.experiments["low_cap_back"];
    back.asked = power_asked();
    const std::vector<Setting> full{
        {"WMaxLimPct", full_pct}, {"WMaxLimPctEna", 0.0}, {"WSet", back.asked}, {"WSetEna", 1.0}};
    const bool lifted = co_await set(back, controls, full);
    if (lifted) co_await watch_power(back, 60s);
}

Task<> Survey::try_reversion() {
    tell("letting a set-point run out");
    Experiment& one = snapshot_.experiments["reversion"];
    one.before = 0.0;
    one.asked = power_asked();
    const std::vector<Setting> settings{{"WSetRvrt", 0.0},
                                        {"WSetRvrtTms", short_reversion_s},
                                        {"WSet", one.asked},
                                        {"WSetEna", 1.0}};
    const bool done = co_await set(one, controls, settings);
    if (done) co_await watch(one, controls, "WSet", 18s);
}

/// Permission to be in service withdrawn and given again.
Task<> Survey::try_permission() {
    const double allowed = 1.0;
    if (number(snapshot_.find(permission), "ES").value_or(0.0) != allowed) co_return;
    tell("taking it out of service, and back");
    // With power, so that it shows.
    Experiment& power = snapshot_.experiments["permit_power"];
    power.asked = power_asked();
    if (power.asked != 0.0) {
        const std::vector<Setting> settings{
            {"WSetRvrtTms", long_guard_s}, {"WSet", power.asked}, {"WSetEna", 1.0}};
        (void)co_await set(power, controls, settings);
        co_await watch_power(power, 5s);
    }
    Experiment& off = snapshot_.experiments["permit_off"];
    off.asked = 0.0;
    const std::vector<Setting> none{{"ES", 0.0}};
    const bool stopped = co_await set(off, permission, none);
    if (stopped) co_await watch(off, permission, "ES", 12s);
    Experiment& on = snapshot_.experiments["permit_on"];
    on.asked = power.asked;
    const std::vector<Setting> again{{"ES", allowed}};
    const bool allowed_again = co_await set(on, permission, again);
    const double wait = number(snapshot_.find(permission), "ESDlyTms").value_or(60.0);
    const double longest = options_.patient ? 600.0 : 120.0;
    if (allowed_again) {
        co_await watch_power(on, from_seconds(std::min(wait + 40.0, longest)));
    }
}

}  // namespace islandbench::conformance
