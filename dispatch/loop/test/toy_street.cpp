#include "dispatch/loop/test/toy_street.hpp"

#include <algorithm>
#include <cmath>

namespace islandbench::dispatch::test {
namespace {

constexpr double nominal_v = 230.0;

Error no_answer() {
    return {ErrorCode::timed_out, "no answer"};
}

Site street_of_three() {
    Site site;
    site.name = "toy";
    site.former.rating = ApparentPower{30e3};
    site.former.battery.capacity = Energy{60e3};
    site.meters.push_back({.name = "meter_grid"});
    for (int i = 0; i < 3; ++i) {
        HomeSpec home;
        home.name = "home" + std::to_string(i + 1);
        home.phase = static_cast<Phase>(i);
        if (i < 2) {
            HybridSpec hybrid;
            hybrid.rating = ApparentPower{5000.0};
            hybrid.battery.capacity = Energy{13500.0};
            if (i == 0) hybrid.pv_peak = ActivePower{3500.0};
            home.hybrid = hybrid;
        }
        site.homes.push_back(home);
    }
    return site;
}

}  // namespace

// ---- Links

Task<bool> ToyLink::wait(double seconds, Instant deadline) {
    const Instant at = clock_.now() + from_seconds(seconds);
    if (silent || at > deadline) {
        co_await clock_.sleep_until(deadline);
        --open;
        co_return false;
    }
    co_await clock_.sleep_until(at);
    co_return true;
}

Task<bool> ToyLink::there(Instant deadline) {
    ++exchanges;
    most_open = std::max(most_open, ++open);
    const bool lost = random_.chance(model_.loss);
    half_ = random_.lognormal(model_.median, model_.p99) / 2.0;
    co_return co_await wait(lost ? 1e6 : half_, deadline);
}

Task<bool> ToyLink::back(Instant deadline) {
    const bool ok = co_await wait(half_, deadline);
    if (ok) --open;
    co_return ok;
}

void ToyLink::note(const std::string& what, double value) {
    writes.push_back({clock_.now(), what, value});
}

// ---- Devices

double ToyHybrid::setpoint(Instant now) const {
    if (!command) return 0.0;
    const bool in_force = now <= commanded_at + command->valid_for;
    return in_force ? command->p.value() : command->p_default.value();
}

void ToyHybrid::advance(Instant now, double dt) {
    const double step = 0.2 * rating * dt;
    if (!ignores) p += std::clamp(setpoint(now) - p, -step, step);
    soc -= (p - pv) * dt / 3600.0 / capacity_wh;
}

double ToyHome::load() const {
    double sum = 0.0;
    for (std::size_t t = 0; t < tiers; ++t) sum += closed[t] ? draw[t] : 0.0;
    return sum;
}

class ToyStreet::InverterFake final : public InverterPort {
  public:
    InverterFake(ToyStreet& street, ToyLink& link, std::size_t index)
        : street_(street), link_(link), index_(index) {}

    Task<Result<InverterReading>> read(Instant deadline) override {
        InverterReading r;
        for (int exchange = 0; exchange < 2; ++exchange) {
            const bool there = co_await link_.there(deadline);
            if (!there) co_return tl::unexpected(no_answer());
            if (exchange == 0) r = now();
            const bool back = co_await link_.back(deadline);
            if (!back) co_return tl::unexpected(no_answer());
        }
        co_return r;
    }
    Task<Done> command(InverterCommand command, Instant deadline) override {
        const bool there = co_await link_.there(deadline);
        if (!there) co_return tl::unexpected(no_answer());
        ToyHybrid& h = street_.hybrids[index_];
        h.command = command;
        h.commanded_at = street_.clock.now();
        link_.note("p", command.p.value());
        const bool back = co_await link_.back(deadline);
        if (!back) co_return tl::unexpected(no_answer());
        const Done done;
        co_return done;
    }
    Task<Done> release(Instant deadline) override {
        const bool there = co_await link_.there(deadline);
        if (!there) co_return tl::unexpected(no_answer());
        street_.hybrids[index_].command.reset();
        link_.note("release", 0.0);
        const bool back = co_await link_.back(deadline);
        if (!back) co_return tl::unexpected(no_answer());
        const Done done;
        co_return done;
    }
    Task<Done> permit(bool /*in_service*/, Instant /*deadline*/) override {
        const Done nobody_asks;
        co_return nobody_asks;
    }
    [[nodiscard]] InverterLimits limits() const override {
        return {ActivePower{5000.0}, ActivePower{5000.0}, ApparentPower{5000.0}};
    }

  private:
    InverterReading now() const {
        const ToyHybrid& h = street_.hybrids[index_];
        InverterReading r;
        r.reported = street_.clock.now();
        r.connected = true;
        r.p = r.p_phase[h.phase] = ActivePower{h.p};
        r.v_phase[h.phase] = Voltage{nominal_v};
        r.f = Frequency{50.0};
        r.soc = Ratio{h.soc + h.soc_offset};
        r.pv = ActivePower{h.pv};
        if (!h.command) return r;
        r.p_setpoint = ActivePower{h.setpoint(r.reported)};
        const Duration left = h.commanded_at + h.command->valid_for - r.reported;
        r.reversion_left = std::max<Duration>(left, 0ns);
        return r;
    }
    ToyStreet& street_;
    ToyLink& link_;
    std::size_t index_;
};

class ToyStreet::FormerFake final : public InverterPort {
  public:
    FormerFake(ToyStreet& street, ToyLink& link) : street_(street), link_(link) {}

    Task<Result<InverterReading>> read(Instant deadline) override { return exchanges(3, deadline); }
    Task<Result<InverterReading>> read_fast(Instant deadline) override {
        return exchanges(1, deadline);
    }
    Task<Done> command(InverterCommand /*command*/, Instant /*deadline*/) override {
        link_.note("command", 0.0);
        const Done done;
        co_return done;
    }
    Task<Done> release(Instant /*deadline*/) override {
        link_.note("release", 0.0);
        const Done done;
        co_return done;
    }
    Task<Done> permit(bool /*in_service*/, Instant /*deadline*/) override {
        const Done nobody_asks;
        co_return nobody_asks;
    }
    [[nodiscard]] InverterLimits limits() const override {
        return {ActivePower{30e3}, ActivePower{30e3}, ApparentPower{30e3}};
    }

  private:
    Task<Result<InverterReading>> exchanges(int count, Instant deadline) {
        InverterReading r;
        for (int exchange = 0; exchange < count; ++exchange) {
            const bool there = co_await link_.there(deadline);
            if (!there) co_return tl::unexpected(no_answer());
            if (exchange == 0) r = now();
            const bool back = co_await link_.back(deadline);
            if (!back) co_return tl::unexpected(no_answer());
        }
        co_return r;
    }
    InverterReading now() const {
        InverterReading r;
        r.reported = street_.clock.now();
        r.connected = r.forming = true;
        for (std::size_t p = 0; p < phases; ++p) {
            r.p_phase[p] = ActivePower{street_.former_mean[p]};
            r.p += r.p_phase[p];
            r.v_phase[p] = Voltage{street_.former_tripped ? 0.0 : nominal_v};
        }
        r.f = Frequency{50.0 - 0.5 * r.p.value() / street_.former_rating};
        r.soc = Ratio{street_.former_soc};
        return r;
    }
    ToyStreet& street_;
    ToyLink& link_;
};

class ToyStreet::BmsFake final : public BmsPort {
  public:
    BmsFake(ToyStreet& street, ToyLink& link, const double& soc, const double& offset, double v)
        : street_(street), link_(link), soc_(soc), offset_(offset), v_(v) {}
    Task<Result<BmsReading>> read(Instant deadline) override {
        const bool there = co_await link_.there(deadline);
        if (!there) co_return tl::unexpected(no_answer());
        BmsReading r;
        r.reported = street_.clock.now();
        r.soc = Ratio{soc_ + offset_};
        r.soh = Ratio{1.0};
        r.v = Voltage{v_};
        r.charge_limit = r.discharge_limit = Current{200.0};
        r.charge_enabled = r.discharge_enabled = true;
        const bool back = co_await link_.back(deadline);
        if (!back) co_return tl::unexpected(no_answer());
        co_return r;
    }

  private:
    ToyStreet& street_;
    ToyLink& link_;
    const double& soc_;
    const double& offset_;
    double v_;
};

class ToyStreet::MeterFake final : public MeterPort {
  public:
    MeterFake(ToyStreet& street, ToyLink& link) : street_(street), link_(link) {}
    Task<Result<MeterReading>> read(Instant deadline) override {
        const bool there = co_await link_.there(deadline);
        if (!there) co_return tl::unexpected(no_answer());
        MeterReading r;
        r.reported = street_.clock.now();
        r.p = ActivePower{street_.tie_p};
        const bool back = co_await link_.back(deadline);
        if (!back) co_return tl::unexpected(no_answer());
        co_return r;
    }

  private:
    ToyStreet& street_;
    ToyLink& link_;
};

class ToyStreet::SwitchFake final : public InterconnectPort {
  public:
    SwitchFake(ToyStreet& street, ToyLink& link) : street_(street), link_(link) {}

    Task<Result<InterconnectReading>> read(Instant deadline) override {
        const bool there = co_await link_.there(deadline);
        if (!there) co_return tl::unexpected(no_answer());
        const InterconnectReading r = now();
        const bool back = co_await link_.back(deadline);
        if (!back) co_return tl::unexpected(no_answer());
        co_return r;
    }
    Task<Done> command(InterconnectCommand c, Instant deadline) override {
        const bool there = co_await link_.there(deadline);
        if (!there) co_return tl::unexpected(no_answer());
        const auto note = [&](const char* what, const std::optional<bool>& value, bool& target) {
            if (!value) return;
            target = *value;
            link_.note(what, *value ? 1.0 : 0.0);
        };
        bool permit_island = true;
        note("permit_island", c.permit_island, permit_island);
        note("permit_reclose", c.permit_reclose, street_.permit_reclose);
        note("sync_request", c.sync_request, street_.sync_request);
        note("island_request", c.island_request, street_.island_request);
        const bool back = co_await link_.back(deadline);
        if (!back) co_return tl::unexpected(no_answer());
        const Done done;
        co_return done;
    }

  private:
    InterconnectReading now() const {
        const ToyStreet& s = street_;
        InterconnectReading r;
        r.reported = s.clock.now();
        r.closed = s.closed;
        const bool stands = !s.former_tripped || (s.closed && s.grid);
        r.island_stable = !s.closed && stands;
        r.grid_ok = s.grid;
        r.permit_island = true;
        r.permit_reclose = s.permit_reclose;
        r.sync_requested = s.sync_request;
        r.sync_ok = s.sync_for > 0.2;
        r.timer_remaining = from_seconds(std::max(0.0, s.observation - s.grid_ok_for));
        r.v_grid = Voltage{s.grid ? nominal_v : 0.0};
        r.f_grid = Frequency{s.grid ? 50.0 : std::nan("")};
        r.v_island = Voltage{stands ? nominal_v : 0.0};
        r.f_island = Frequency{stands ? 49.9 : std::nan("")};
        return r;
    }
    ToyStreet& street_;
    ToyLink& link_;
};

class ToyStreet::LoadControlFake final : public LoadControlPort {
  public:
    LoadControlFake(ToyStreet& street, ToyLink& link, std::size_t index)
        : street_(street), link_(link), index_(index) {}

    Task<Result<LoadControlReading>> read(Instant deadline) override {
        const bool there = co_await link_.there(deadline);
        if (!there) co_return tl::unexpected(no_answer());
        const ToyHome& home = street_.homes[index_];
        LoadControlReading r;
        r.reported = street_.clock.now();
        for (std::size_t t = 0; t < tiers; ++t) {
            r.closed[t] = home.coil[t];
            r.p[t] = ActivePower{home.closed[t] ? home.draw[t] : 0.0};
            r.p_total += r.p[t];
        }
        r.v = Voltage{nominal_v};
        r.f = Frequency{50.0};
        const bool back = co_await link_.back(deadline);
        if (!back) co_return tl::unexpected(no_answer());
        co_return r;
    }
    Task<Done> set_tier(int tier, bool close, Instant deadline) override {
        const bool there = co_await link_.there(deadline);
        if (!there) co_return tl::unexpected(no_answer());
        ToyHome& home = street_.homes[index_];
        const auto t = static_cast<std::size_t>(tier);
        home.coil[t] = close;
        home.closed[static_cast<std::size_t>(home.acts_on[t])] = close;
        link_.note("tier" + std::to_string(tier), close ? 1.0 : 0.0);
        const bool back = co_await link_.back(deadline);
        if (!back) co_return tl::unexpected(no_answer());
        const Done done;
        co_return done;
    }

  private:
    ToyStreet& street_;
    ToyLink& link_;
    std::size_t index_;
};

// ---- The street

ToyStreet::ToyStreet(Scheduler& scheduler, std::uint64_t seed, LinkModel model)
    : clock(scheduler), site_(street_of_three()), seed_(seed), model_(model) {
    hybrids.resize(2);
    hybrids[1].phase = 1;
    homes.resize(3);
    for (std::size_t h = 0; h < homes.size(); ++h) {
        homes[h].phase = h;
        homes[h].draw = {200, 200, 400, 200, 1500};
    }
    homes[2].draw[4] = 3500;
    meter_ = std::make_unique<MeterFake>(*this, new_link("meter_grid"));
    switch_ = std::make_unique<SwitchFake>(*this, new_link("pcc"));
    inverters_.push_back(std::make_unique<FormerFake>(*this, new_link("former.inverter")));
    bms_.push_back(std::make_unique<BmsFake>(*this, new_link("former.bms"), former_soc,
                                             former_soc_offset, 700.0));
    for (std::size_t i = 0; i < hybrids.size(); ++i) {
        const std::string home = "home" + std::to_string(i + 1);
        inverters_.push_back(
            std::make_unique<InverterFake>(*this, new_link(home + ".inverter"), i));
        bms_.push_back(std::make_unique<BmsFake>(*this, new_link(home + ".bms"), hybrids[i].soc,
                                                 hybrids[i].soc_offset, 51.2));
    }
    for (std::size_t h = 0; h < homes.size(); ++h) {
        const std::string device = "home" + std::to_string(h + 1) + ".loadctl";
        loadctls_.push_back(std::make_unique<LoadControlFake>(*this, new_link(device), h));
    }
}

ToyStreet::~ToyStreet() = default;

ToyLink& ToyStreet::new_link(const std::string& device) {
    auto link = std::make_unique<ToyLink>(clock, seed_, device, model_);
    return *links_.emplace(device, std::move(link)).first->second;
}

std::vector<std::string> ToyStreet::device_names() const {
    std::vector<std::string> names;
    for (const auto& [name, link] : links_) names.push_back(name);
    return names;
}

Ports ToyStreet::ports() {
    PortSettings common;
    common.time_out = 2s;
    PortSettings fast = common;
    fast.poll = fast.poll_island = 500ms;
    PortSettings former = common;
    former.poll_island = 250ms;
    PortSettings coils = common;
    coils.write_gap = 0s;
    Ports p;
    p.interconnect = {switch_.get(), fast};
    p.meters["meter_grid"] = {meter_.get(), common};
    p.inverters["former.inverter"] = {inverters_[0].get(), former};
    p.bms["former.bms"] = {bms_[0].get(), common};
    for (std::size_t i = 0; i < hybrids.size(); ++i) {
        const std::string home = "home" + std::to_string(i + 1);
        p.inverters[home + ".inverter"] = {inverters_[i + 1].get(), common};
        p.bms[home + ".bms"] = {bms_[i + 1].get(), common};
    }
    for (std::size_t h = 0; h < homes.size(); ++h) {
        p.loadctls["home" + std::to_string(h + 1) + ".loadctl"] = {loadctls_[h].get(), coils};
    }
    return p;
}

void ToyStreet::move_switch(double dt) {
    grid_ok_for = grid ? grid_ok_for + dt : 0.0;
    constexpr double pull_in = 3.0;  // seconds until the street is in step with the grid
    if (closed) {
        sync_for = -pull_in;
        dead_for_ = grid ? 0.0 : dead_for_ + dt;
        if (dead_for_ > 0.5 || island_request) closed = false;
        return;
    }
    const bool may = sync_request && permit_reclose && grid && grid_ok_for >= observation;
    sync_for = may ? sync_for + dt : -pull_in;
    if (sync_for < 0.4) return;
    closed = true;
    dead_for_ = 0.0;
}

void ToyStreet::carry(double dt) {
    std::array<double, phases> load{};
    for (std::size_t p = 0; p < phases; ++p) load[p] = priority;
    for (const ToyHome& home : homes) load[home.phase] += home.load();
    for (ToyHybrid& hybrid : hybrids) {
        hybrid.advance(clock.now(), dt);
        load[hybrid.phase] -= hybrid.p;
    }
    tie_p = closed ? load[0] + load[1] + load[2] : 0.0;
    double worst = 0.0;
    for (std::size_t p = 0; p < phases; ++p) {
        former_p[p] = closed ? 0.0 : load[p];
        worst = std::max(worst, former_p[p] / (former_rating / phases));
        former_soc -= former_p[p] * dt / 3600.0 / former_capacity_wh;
    }
    former_worst = std::max(former_worst, worst);
    // 1.25 of the rating for 10 s, 1.5 for 1 s; recovers in 60 s.
    if (worst > 1.25) overload_left -= 10.0 * dt;
    overload_left = worst > 1.0 ? overload_left - dt : std::min(10.0, overload_left + dt / 6.0);
    former_tripped = former_tripped || overload_left < 0.0;
}

void ToyStreet::advance(double dt) {
    move_switch(dt);
    carry(dt);
    recent_.push_back(former_p);
    if (recent_.size() > 40) recent_.pop_front();
    for (std::size_t p = 0; p < phases; ++p) {
        former_mean[p] = 0.0;
        for (const auto& one : recent_) former_mean[p] += one[p];
        former_mean[p] /= static_cast<double>(recent_.size());
    }
}

Task<> ToyStreet::live() {
    for (;;) {
        advance(0.01);
        co_await clock.sleep_for(10ms);
    }
}

}  // namespace islandbench::dispatch::test
