#include "conformance/survey.hpp"

#include <algorithm>

#include "protocols/sunspec/chain.hpp"

namespace islandbench::conformance {
namespace {

using modbus::ExceptionCode;
using Outcome = Exchange::Outcome;

constexpr Duration busy_pause = 500ms;
constexpr Duration gone_pause = 5s;

bool is_busy(const Exchange& exchange) {
    return exchange.exception == ExceptionCode::server_device_busy ||
           exchange.exception == ExceptionCode::acknowledge;
}

/// A model that the tables know, of a length that they allow.
bool plausible(const sunspec::ModelAddress& where) {
    const sunspec::Model* const model = sunspec::find_model(where.id);
    if (model == nullptr) return false;
    const int more = where.size() - model->size();
    const sunspec::Repetition& group = model->repetition;
    if (group.stride == 0 || group.has_slots()) return more == 0 || (group.has_slots() && more > 0);
    return more >= 0 && more % group.stride == 0;
}

}  // namespace

Survey::Survey(Scheduler& clock, links::Network& network, const drivers::WriteGuard& guard,
               SurveyOptions options)
    : clock_(clock),
      network_(network),
      guard_(guard),
      options_(std::move(options)),
      wire_(clock, network, options_.where, options_.profile, snapshot_.journal) {
    snapshot_.profile = options_.profile;
    snapshot_.has_profile = options_.has_profile;
    snapshot_.patient = options_.patient;
    snapshot_.has_meter = options_.meter != nullptr;
    snapshot_.has_bms = options_.bms != nullptr;
    snapshot_.serial_line = options_.link.kind == LinkAddress::Kind::rtu;
    snapshot_.read_max = options_.profile.read_max;
}

Task<> Survey::run() {
    co_await greet();
    if (!over()) co_await discover();
    if (!over() && snapshot_.base) co_await read_map();
    if (snapshot_.base) ask_for_permit();
    if (wants("values")) co_await poll();
    if (wants("access")) co_await probe_access();
    if (wants("link")) co_await probe_link();
    if (wants("control") && permit_) co_await write_and_watch();
    if (!permit_) would_write();
    if (!over() && snapshot_.base) co_await walk();
    wire_.close();
    snapshot_.interrupted = asked_to_stop();
}

void Survey::note(const std::string& probe, Outcome outcome) {
    Exchange made;
    made.purpose = probe;
    made.sent = clock_.now();
    made.outcome = outcome;
    snapshot_.journal.push_back(std::move(made));
    snapshot_.probes[probe].push_back(snapshot_.journal.size() - 1);
}

Task<std::size_t> Survey::probe(std::string name, modbus::Pdu pdu) {
    for (int i = 0;; ++i) {
        const std::size_t index = co_await wire_.ask(name, options_.link.unit, pdu);
        snapshot_.probes[name].push_back(index);
        if (!is_busy(snapshot_.journal[index]) || i == 2) co_return index;
        co_await clock_.sleep_for(busy_pause);
    }
}

Task<std::size_t> Survey::probe_surely(std::string name, modbus::Pdu pdu) {
    std::size_t index = 0;
    for (int i = 0; i < 3; ++i) {
        index = co_await probe(name, pdu);
        const Outcome outcome = snapshot_.journal[index].outcome;
        if (outcome == Outcome::answered || outcome == Outcome::exception) break;
    }
    co_return index;
}

Task<bool> Survey::read(std::string purpose, int address, int count,
                        std::vector<std::uint16_t>& into, Steps* steps) {
    constexpr int attempts = 4;
    for (int i = 0; i < attempts && !over(); ++i) {
        const modbus::Pdu pdu = read_request(3, address, count);
        const std::size_t index = co_await wire_.ask(purpose, options_.link.unit, pdu);
        if (steps != nullptr) steps->push_back(index);
        const Exchange& one = snapshot_.journal[index];
        const bool lost = one.outcome != Outcome::answered && one.outcome != Outcome::exception;
        if (one.ok() && one.registers.size() == static_cast<std::size_t>(count)) {
            // Lost at first and then answered: this device wants more time between requests.
            if (i > 0 && snapshot_.probes["asked_again"].size() == 5) wire_.set_gap(busy_pause);
            if (i > 0) snapshot_.probes["asked_again"].push_back(index);
            into = one.registers;
            co_return true;
        }
        if (one.outcome == Outcome::exception && !is_busy(one)) co_return false;
        if (one.outcome == Outcome::exception) co_await clock_.sleep_for(busy_pause);
        if (one.outcome == Outcome::silent && i + 2 == attempts) wire_.close();
        if (lost && i + 2 == attempts) {
            const bool back = co_await outlast();
            if (!back) co_return false;
        }
    }
    co_return false;
}

Task<bool> Survey::outlast() {
    const Instant since = clock_.now();
    const Instant limit = since + (options_.patient ? Duration{5min} : Duration{60s});
    const int base =
        snapshot_.base.value_or(static_cast<std::uint16_t>(options_.profile.register_base));
    bool was_gone = false;
    for (int i = 0; !asked_to_stop(); ++i) {
        const modbus::Pdu pdu = read_request(3, base, 2);
        const std::size_t index = co_await wire_.ask("is it back", options_.link.unit, pdu);
        const Outcome outcome = snapshot_.journal[index].outcome;
        if (outcome == Outcome::answered || outcome == Outcome::exception) {
            if (was_gone) snapshot_.probes["came_back"].push_back(index);
            co_return true;
        }
        was_gone = true;
        snapshot_.probes["gone"].push_back(index);
        if (clock_.now() >= limit) break;
        // Some lose the first request of a connection, and answer the second.
        if (i % 2 == 1) wire_.close();
        co_await clock_.sleep_for(gone_pause);
    }
    gone_ = true;
    co_return false;
}

/// The very first request of a connection, without any pause: some devices lose it.
Task<> Survey::greet() {
    tell("first contact");
    const modbus::Pdu pdu = read_request(3, options_.profile.register_base, 2);
    std::size_t index = co_await probe("first_request", pdu);
    if (snapshot_.journal[index].outcome == Outcome::refused) {
        const bool back = co_await outlast();
        if (!back) co_return;
        wire_.close();
        index = co_await probe("first_request", pdu);
    }
    // Links lose a request now and then; a device that does it loses the first one every time.
    for (int i = 0; i < 2 && snapshot_.journal[index].outcome == Outcome::silent; ++i) {
        for (int k = 0; k < 2 && snapshot_.journal[index].outcome == Outcome::silent; ++k) {
            co_await clock_.sleep_for(2s);
            index = co_await probe("second_request", pdu);
        }
        wire_.close();
        index = co_await probe("first_request", pdu);
    }
}

Task<bool> Survey::looks_like_marker(std::uint8_t unit, int base) {
    for (int i = 0; i < 3 && !over(); ++i) {
        const modbus::Pdu pdu = read_request(3, base, 2);
        const std::size_t index = co_await wire_.ask("look for SunS", unit, pdu);
        snapshot_.probes["bases"].push_back(index);
        const Exchange& one = snapshot_.journal[index];
        if (one.registers.size() == 2) {
            co_return one.registers[0] == sunspec::marker_high&& one.registers[1] ==
                sunspec::marker_low;
        }
        if (one.outcome == Outcome::exception && !is_busy(one)) co_return false;
        if (is_busy(one)) co_await clock_.sleep_for(busy_pause);
    }
    co_return false;
}

Task<> Survey::discover() {
    tell("looking for SunS");
    const std::uint8_t own = options_.link.unit;
    // Where it should be, and where it is when somebody counts from one.
    for (const int base :
         {options_.profile.register_base, 40000, 0, 50000, 40001, 39999, 1, 50001, 49999}) {
        const bool found = co_await looks_like_marker(own, base);
        if (found) {
            snapshot_.base = static_cast<std::uint16_t>(base);
            co_return;
        }
        if (over()) co_return;
    }
    if (snapshot_.serial_line) co_return;  // other units there are other devices
    // SMA adds 123 to the id that a person configures; 1, 2 and 3 are common ones.
    for (const int unit : {own + 123, 126, 1, 2, 3}) {
        if (unit > 247 || unit == own || over()) continue;
        const bool found = co_await looks_like_marker(static_cast<std::uint8_t>(unit), 40000);
        if (!found) continue;
        snapshot_.other_unit = static_cast<std::uint8_t>(unit);
        co_return;
    }
}

Task<> Survey::read_map() {
    co_await walk();
    if (!over()) co_await look_behind();
    if (!over()) co_await find_read_max();
    if (!over()) co_await read_all_models();
    identify();
}

Task<> Survey::walk() {
    tell("walking the chain of models");
    Chain chain;
    chain.at = clock_.now();
    sunspec::Walk walk(*snapshot_.base);
    while (const auto next = walk.next()) {
        if (over()) break;
        std::vector<std::uint16_t> registers;
        Steps steps;
        const bool came = co_await read("walk", next->address, next->quantity, registers, &steps);
        if (came) {
            walk.feed(registers);
            continue;
        }
        Error why{ErrorCode::exception, "no answer"};
        if (!steps.empty() && snapshot_.journal[steps.back()].exception) {
            why.what = modbus::to_text(*snapshot_.journal[steps.back()].exception);
        }
        walk.refuse(why);
    }
    chain.models = walk.models();
    chain.findings = walk.findings();
    chain.end = static_cast<std::uint16_t>(*snapshot_.base + sunspec::marker_size);
    if (!chain.models.empty()) {
        const sunspec::ModelAddress& last = chain.models.back();
        chain.end = static_cast<std::uint16_t>(last.address + last.size());
    }
    std::vector<std::uint16_t> id;
    chain.ended = co_await read("end of the chain", chain.end, 1, id);
    if (chain.ended) chain.end_id = id[0];
    snapshot_.chains.push_back(std::move(chain));
}

/// The longest read that the largest model allows, and shorter ones until one is answered.
Task<> Survey::find_read_max() {
    tell("trying long reads");
    const sunspec::ModelAddress* longest = nullptr;
    const Chain& chain = snapshot_.chains.front();
    for (std::size_t i = 0; i < chain.trusted; ++i) {
        const auto& where = chain.models[i];
        if (sunspec::find_model(where.id) == nullptr || where.id == 1) continue;
        if (longest == nullptr || where.length > longest->length) longest = &where;
    }
    if (longest == nullptr) co_return;
    for (const int most : {options_.profile.read_max, 100, 80, 64, 50, 32, 16, 8}) {
        if (most > options_.profile.read_max) continue;
        const auto plan = sunspec::plan_reads(*longest, most);
        const auto piece =
            *std::max_element(plan.begin(), plan.end(),
                              [](const auto& a, const auto& b) { return a.quantity < b.quantity; });
        if (!over()) {
            const modbus::Pdu pdu = read_request(3, piece.address, piece.quantity);
            const std::size_t index = co_await probe_surely("long_read", pdu);
            snapshot_.read_max = most;
            if (snapshot_.journal[index].registers.size() == piece.quantity) co_return;
        }
    }
}

Task<bool> Survey::read_pieces(ModelData& into, std::vector<modbus::ReadHoldingRegisters> plan) {
    for (const modbus::ReadHoldingRegisters& piece : plan) {
        std::vector<std::uint16_t> registers;
        std::string purpose = "model " + std::to_string(into.where.id);
        const bool came = co_await read(std::move(purpose), piece.address, piece.quantity,
                                        registers, &into.steps);
        if (!came) co_return false;
        std::copy(registers.begin(), registers.end(),
                  into.registers.begin() + (piece.address - into.where.address));
    }
    co_return true;
}

Task<ModelData> Survey::read_model(sunspec::ModelAddress where) {
    ModelData data;
    data.where = where;
    data.model = sunspec::find_model(where.id);
    if (data.model == nullptr) co_return data;
    data.registers.assign(static_cast<std::size_t>(where.size()), 0);
    auto plan = sunspec::plan_reads(where, snapshot_.read_max);
    data.read = co_await read_pieces(data, std::move(plan));
    const int slots = data.read ? data.view().slots() : 0;
    if (slots > 0) {
        plan = sunspec::plan_reads(where, snapshot_.read_max, {}, slots);
        data.read = co_await read_pieces(data, std::move(plan));
    }
    if (!data.read && !data.steps.empty()) {
        const Exchange& last = snapshot_.journal[data.steps.back()];
        data.trouble = last.exception ? modbus::to_text(*last.exception) : "no answer";
    }
    co_return data;
}

Task<> Survey::read_all_models() {
    const Chain& chain = snapshot_.chains.front();
    for (std::size_t i = 0; i < chain.trusted; ++i) {
        const sunspec::ModelAddress where = chain.models[i];
        if (over()) co_return;
        tell("reading model " + std::to_string(where.id));
        ModelData data = co_await read_model(where);
        snapshot_.models.push_back(std::move(data));
    }
}

/// Where L and the table disagree, which of them leads to the next model? And what stands behind
/// the end?
Task<> Survey::look_behind() {
    Chain& chain = snapshot_.chains.front();
    for (const sunspec::ModelAddress& where : chain.models) {
        const sunspec::Model* const model = sunspec::find_model(where.id);
        if (model == nullptr || model->repetition.stride > 0) continue;
        if (where.size() == model->size() || over()) continue;
        std::vector<std::uint16_t> head;
        const int next = where.address + model->size();
        const bool came = co_await read("behind the table's length", next, 2, head);
        if (!came) continue;
        const sunspec::ModelAddress there{head[0], static_cast<std::uint16_t>(next), head[1]};
        const bool end = head[0] == sunspec::end_id && head[1] == 0;
        const bool led = std::any_of(chain.models.begin(), chain.models.end(),
                                     [&](const auto& w) { return w.address == next; });
        if (led || !(end || plausible(there))) continue;
        snapshot_.behind_lie.push_back(there);
        // What the chain says past a lie is no model of this device.
        chain.trusted = static_cast<std::size_t>(&where - chain.models.data()) + 1;
        break;
    }
    chain.trusted = std::min(chain.trusted, chain.models.size());
    if (chain.ended && !over()) co_await look_behind_end(chain.end);
}

Task<> Survey::look_behind_end(int end) {
    (void)co_await probe_surely("end_length", read_request(3, end + 1, 1));
    (void)co_await probe_surely("past_end", read_request(3, end + 2, 1));
    // Where ABB and FIMER keep model 160.
    for (const int offset : {122, 1104}) {
        const int address = *snapshot_.base + offset;
        if (address < end + 2 || address + 1 > 0xFFFF) continue;
        const std::size_t index = co_await probe_surely("off_chain", read_request(3, address, 2));
        const auto& head = snapshot_.journal[index].registers;
        if (head.size() != 2) continue;
        const sunspec::ModelAddress there{head[0], static_cast<std::uint16_t>(address), head[1]};
        if (plausible(there)) snapshot_.off_chain.push_back(there);
    }
}

void Survey::identify() {
    const ModelData* const common = snapshot_.find(1);
    if (common == nullptr || !common->read) return;
    const auto text = [&](std::string_view name) {
        for (const sunspec::Point& p : common->model->points) {
            if (p.name == name && p.end() <= common->where.size()) return common->view().text(p);
        }
        return std::string{};
    };
    snapshot_.identity.maker = text("Mn");
    snapshot_.identity.model = text("Md");
    snapshot_.identity.version = text("Vr");
    snapshot_.identity.serial = text("SN");
    snapshot_.identity.emulator = snapshot_.identity.maker == "islandbench";
}

}  // namespace islandbench::conformance
