#include "dispatch/loop/dispatch_loop.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "dispatch/loop/core_config.hpp"
#include "dispatch/loop/inputs.hpp"
#include "dispatch/loop/interconnect_agent.hpp"
#include "dispatch/loop/inverter_agent.hpp"
#include "dispatch/loop/loadctl_agent.hpp"

namespace islandbench::dispatch {

using BmsAgent = ReadingAgent<BmsPort, BmsReading, BmsTap>;
using MeterAgent = ReadingAgent<MeterPort, MeterReading, MeterTap>;

namespace {

std::vector<std::string> promises_of(const Site& site) {
    std::vector<std::string> names;
    for (const PrioritySiteSpec& one : site.priority_sites) names.push_back(one.name);
    return names;
}

}  // namespace

/// The agents, and which of them belong to which unit and home. Built once, in the site's order.
struct DispatchLoop::Devices {
    struct Unit {
        std::string owner;  ///< the former's or the home's name
        InverterAgent* inverter = nullptr;
        BmsAgent* bms = nullptr;
        bool opted_out = false;
    };

    Devices(const Site& site, const Ports& ports, const core::Config& config, AgentContext& context,
            Signals& signals)
        : tap(signals, promises_of(site)), context_(context), signals_(signals) {
        if (ports.interconnect.port != nullptr) {
            interconnect = add<InterconnectAgent>("pcc", ports.interconnect);
        }
        add_meters(site, ports);
        add_unit(site.former.name, ports, config.units[0]);
        std::optional<FrequencyResponse> response;
        if (const auto& agreed = site.services.response) {
            response = {agreed->dead_band, agreed->droop, agreed->response};
        }
        std::size_t unit = 1;
        for (const HomeSpec& home : site.homes) {
            if (home.hybrid) add_unit(home.name, ports, config.units[unit++], response);
            add_home(home.name + ".loadctl", ports);
        }
    }

    std::vector<std::unique_ptr<Agent>> all;
    CoreTap tap;
    InterconnectAgent* interconnect = nullptr;
    std::vector<MeterAgent*> meters;  ///< those on the grid side first
    std::vector<Unit> units;
    std::vector<LoadControlAgent*> homes;

  private:
    template <class A, class... Args>
    A* add(const std::string& device, const Args&... args) {
        auto agent = std::make_unique<A>(context_, signals_, device, args...);
        A* result = agent.get();
        all.push_back(std::move(agent));
        return result;
    }

    /// Null where the device cannot be reached.
    template <class Port>
    static const Slot<Port>* find(const std::map<std::string, Slot<Port>>& slots,
                                  const std::string& device) {
        const auto at = slots.find(device);
        return at == slots.end() || at->second.port == nullptr ? nullptr : &at->second;
    }

    void add_meters(const Site& site, const Ports& ports) {
        const ActivePower scale{site.former.rating.value()};
        for (const MeterSpec& meter : site.meters) {
            const auto* slot = find(ports.meters, meter.name);
            if (slot == nullptr) continue;
            auto* agent = add<MeterAgent>(meter.name, Role::meter, *slot,
                                          MeterTap(signals_, meter.name, scale));
            const bool grid_side = meter.side == MeterSide::grid;
            meters.insert(grid_side ? meters.begin() : meters.end(), agent);
        }
    }

    void add_unit(const std::string& owner, const Ports& ports, const core::UnitConfig& config,
                  const std::optional<FrequencyResponse>& response = std::nullopt) {
        Unit unit;
        unit.owner = owner;
        const std::string inverter = owner + ".inverter";
        const std::string bms = owner + ".bms";
        if (const auto* slot = find(ports.inverters, inverter)) {
            unit.inverter = add<InverterAgent>(inverter, *slot, config, response);
        }
        if (const auto* slot = find(ports.bms, bms)) {
            unit.bms = add<BmsAgent>(bms, Role::bms, *slot, BmsTap(signals_, bms));
        }
        units.push_back(std::move(unit));
    }

    void add_home(const std::string& device, const Ports& ports) {
        const auto* slot = find(ports.loadctls, device);
        homes.push_back(slot == nullptr ? nullptr : add<LoadControlAgent>(device, *slot));
    }

    AgentContext& context_;
    Signals& signals_;
};

DispatchLoop::DispatchLoop(const Site& site, const Ports& ports, Settings settings,
                           Scheduler& clock, Signals& signals)
    : settings_(std::move(settings)),
      clock_(clock),
      config_(core_config(site, ports, settings_)),
      context_(clock),
      devices_(std::make_unique<Devices>(site, ports, config_, context_, signals)),
      units_in_(devices_->units.size()),
      homes_in_(devices_->homes.size()),
      units_out_(devices_->units.size()),
      homes_out_(devices_->homes.size()),
      tasks_(clock) {}

DispatchLoop::~DispatchLoop() = default;

void DispatchLoop::start() {
    IB_ASSERT(!started_);
    started_ = true;
    for (const auto& agent : devices_->all) tasks_.spawn(agent->run());
    tasks_.spawn(step_forever());
}

void DispatchLoop::post(const InterconnectCommand& command) {
    if (command.island_request) island_wanted_ = *command.island_request;
    if (devices_->interconnect != nullptr) devices_->interconnect->consent(command);
}

void DispatchLoop::opt_out(std::string_view home, bool out) {
    for (Devices::Unit& unit : devices_->units) {
        if (unit.owner == home) unit.opted_out = out;
    }
}

bool DispatchLoop::permit(std::string_view home, bool in_service) {
    for (Devices::Unit& unit : devices_->units) {
        if (unit.owner != home || unit.inverter == nullptr) continue;
        unit.inverter->permit(in_service);
        return true;
    }
    return false;
}

void DispatchLoop::announce_storm(Instant from, Instant until) noexcept {
    storm_from_ms_ = to_ms(from);
    storm_until_ms_ = to_ms(until);
}

void DispatchLoop::call_off_storm() noexcept {
    storm_from_ms_ = storm_until_ms_ = core::never_reported;
}

void DispatchLoop::restart(const core::ServiceState& kept) {
    *state_ = core::State(config_);
    state_->services = kept;
}

Task<> DispatchLoop::step_forever() {
    Instant due = clock_.now();
    Duration period = settings_.grid_period;
    while (!context_.stopping) {
        if (may_step()) {
            judge_lateness(due, period);
            step();
        } else {
            // What was said last grows old, whether the core looks at it or not.
            for (const auto& agent : devices_->all) agent->note_age();
        }
        period = std::chrono::milliseconds{site_out_.period_ms};
        // A missed instant is not made up for: the next step works on newer data anyway.
        due = std::max(due + period, clock_.now());
        co_await clock_.sleep_until(due);
    }
}

void DispatchLoop::set_answering(bool on) noexcept {
    if (context_.answering == on) return;
    context_.answering = on;
    if (!on) return;
    first_look_ = true;
    for (const auto& agent : devices_->all) agent->come_back();
}

bool DispatchLoop::may_step() noexcept {
    if (!context_.answering) return false;
    first_look_ = first_look_ && !std::all_of(devices_->all.begin(), devices_->all.end(),
                                              [](const auto& agent) { return agent->asked(); });
    return !first_look_;
}

void DispatchLoop::judge_lateness(Instant due, Duration period) noexcept {
    Duration late = clock_.now() - due;
    if (settings_.lateness) late += settings_.lateness();
    latenesses_.add(late);
    if (late <= period / 10) return;
    ++late_steps_;
    devices_->tap.late();
}

void DispatchLoop::step() {
    gather();
    settings_.step(config_, site_in_, units_in_, homes_in_, *state_, units_out_, homes_out_,
                   site_out_);
    ++steps_;
    // The core says by its period what it takes the street for, where its two periods tell that.
    const bool told = config_.tuning.grid_period_ms > config_.tuning.island_period_ms;
    context_.islanded =
        told ? site_out_.period_ms <= config_.tuning.island_period_ms : !site_in_.closed;
    hand_out();
}

void DispatchLoop::gather() {
    std::optional<InterconnectReading> interconnect;
    if (devices_->interconnect != nullptr) interconnect = devices_->interconnect->reading();
    std::optional<MeterReading> meter;
    if (!devices_->meters.empty()) meter = devices_->meters.front()->reading();
    site_in_ = site_in(interconnect, meter);
    site_in_.now_ms = to_ms(clock_.now());
    site_in_.island_wanted = island_wanted_;
    site_in_.emergency = emergency_;
    site_in_.storm_from_ms = storm_from_ms_;
    site_in_.storm_until_ms = storm_until_ms_;
    for (std::size_t i = 0; i < units_in_.size(); ++i) {
        const Devices::Unit& unit = devices_->units[i];
        units_in_[i] = {};
        if (unit.inverter == nullptr) continue;
        std::optional<BmsReading> bms;
        if (unit.bms != nullptr) bms = unit.bms->reading();
        units_in_[i] =
            unit_in(unit.inverter->reading(), bms, unit.inverter->limits(), config_.units[i]);
        units_in_[i].opted_out = unit.opted_out;
        units_in_[i].id = config_.units[i].id;
    }
    for (std::size_t h = 0; h < homes_in_.size(); ++h) {
        const LoadControlAgent* home = devices_->homes[h];
        homes_in_[h] =
            home == nullptr ? core::HomeIn{} : home_in(home->reading(), home->carried_out());
        homes_in_[h].id = config_.homes[h].id;
    }
}

void DispatchLoop::hand_out() {
    if (devices_->interconnect != nullptr) devices_->interconnect->order(site_out_);
    for (std::size_t i = 0; i < units_out_.size(); ++i) {
        if (devices_->units[i].inverter != nullptr) {
            devices_->units[i].inverter->order(units_out_[i]);
        }
        if (devices_->units[i].bms != nullptr) devices_->units[i].bms->note_age();
    }
    for (std::size_t h = 0; h < homes_out_.size(); ++h) {
        if (devices_->homes[h] != nullptr) devices_->homes[h]->order(homes_out_[h]);
    }
    for (MeterAgent* meter : devices_->meters) meter->note_age();
    devices_->tap.stepped(site_out_);
}

Task<bool> DispatchLoop::safe_state(Instant deadline) {
    context_.stopping = true;
    context_.stop_deadline = deadline;
    for (const auto& agent : devices_->all) agent->wake();
    const auto all_done = [this] {
        return !started_ || std::all_of(devices_->all.begin(), devices_->all.end(),
                                        [](const auto& agent) { return agent->finished(); });
    };
    while (!all_done()) {
        const bool news = co_await context_.done.wait_until(deadline);
        if (!news) break;
    }
    co_return all_done();
}

std::vector<DeviceReport> DispatchLoop::devices() const {
    std::vector<DeviceReport> reports;
    for (const auto& agent : devices_->all) reports.push_back(agent->report());
    return reports;
}

}  // namespace islandbench::dispatch
