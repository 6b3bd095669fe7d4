#include "emulators/plant/interconnect.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "emulators/plant/frequency_meter.hpp"

namespace islandbench::plant {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
/// Of the street in the island, as state().island_stable says it.
constexpr double stable_v_min = 0.85, stable_v_max = 1.10;
constexpr double stable_f_min = 47.5, stable_f_max = 52.0;
/// A street counts as dead after this, and is then connected without synchronism.
constexpr Duration dead_for = 1s;
/// A contact that has not opened this long after its opening time is welded.
constexpr Duration opening_grace = 100ms;

std::array<double, phases> magnitudes(const Phasor3& v) {
    return {abs(v[0]), abs(v[1]), abs(v[2])};
}

bool within(const std::array<double, phases>& v, double low, double high) {
    return std::all_of(v.begin(), v.end(), [=](double one) { return one >= low && one <= high; });
}

}  // namespace

Interconnect::Interconnect(const Site& site)
    : spec_(site.interconnect),
      nominal_v_(site.nominal_v.value()),
      nominal_f_(site.nominal_f.value()),
      detector_(spec_),
      sync_(spec_) {}

void Interconnect::request_island(bool wanted) noexcept {
    if (wanted) (void)request_sync(false);
    state_.island_requested = wanted;
}

bool Interconnect::request_sync(bool wanted) noexcept {
    if (state_.sync_stage == SyncStage::closing) return wanted;  // the contact is on its way
    if (wanted && state_.contact != Contact::open) return false;
    if (wanted) state_.island_requested = false;
    if (!wanted) sync_.stop();
    const bool again = wanted && !state_.sync_requested;
    if (!wanted || again) state_.sync_stage = wanted ? SyncStage::waiting : SyncStage::idle;
    state_.sync_requested = wanted;
    return true;
}

void Interconnect::set_observation(Duration d) noexcept {
    spec_.enter_service.observation = d;
}

bool Interconnect::advance(const Measured& measured) {
    const bool was = main_closed_;
    measure(measured);
    observe(measured.f_grid);
    if (state_.contact == Contact::closed) {
        while_closed(measured);
    } else if (state_.contact == Contact::open) {
        while_open(measured);
    } else {
        moving_ += step;
        if (state_.contact == Contact::opening) finish_opening();
        if (state_.contact == Contact::closing) finish_closing();
    }
    publish(measured);
    return main_closed_ != was;
}

bool Interconnect::alive(const std::array<double, phases>& v) const noexcept {
    return *std::min_element(v.begin(), v.end()) > dead_share * nominal_v_;
}

void Interconnect::measure(const Measured& measured) {
    v_grid_ = magnitudes(measured.v_grid);
    v_street_ = magnitudes(measured.v_street);
    comparable_ = alive(v_grid_) && alive(v_street_) && !measured.phases_apart &&
                  is_three_phase(measured.v_grid) && is_three_phase(measured.v_street);
    if (!comparable_) return;
    const double mean_difference =
        mean_magnitude(measured.v_street) - mean_magnitude(measured.v_grid);
    const double angle =
        arg(positive_sequence(measured.v_street) * conj(positive_sequence(measured.v_grid)));
    difference_.df = measured.f_street - measured.f_grid;
    difference_.dv = mean_difference / nominal_v_;
    difference_.dphi = std::remainder(angle * degrees_per_radian + angle_error_, 360.0);
}

/// The grid is watched while the switch is open; as long as it is closed, the street would be seen.
void Interconnect::observe(double f_grid) {
    const EnterServiceSpec& s = spec_.enter_service;
    state_.grid_ok = within(v_grid_, s.v_min.value() * nominal_v_, s.v_max.value() * nominal_v_) &&
                     f_grid >= s.f_min.value() && f_grid <= s.f_max.value();  // NaN: no
    grid_ok_.update(state_.grid_ok && !main_closed_);
    const Duration left = s.observation - grid_ok_.held();
    state_.timer_remaining = main_closed_ ? Duration{} : std::max(left, Duration{});
}

OpenReason Interconnect::reason_to_open(const Measured& measured) {
    const double f = measured.f_street;
    voltage_out_.update(
        !within(v_street_, spec_.v_min.value() * nominal_v_, spec_.v_max.value() * nominal_v_));
    frequency_out_.update(f < spec_.f_min.value() || f > spec_.f_max.value());  // NaN: no
    if (measured.former_running) {
        detector_.advance(std::isnan(f) ? 0.0 : f - nominal_f_);
    } else {
        detector_.reset();
    }
    const bool asked = state_.island_requested && state_.permit_island;
    resting_ = asked ? resting_ + step : Duration{};
    if (resting_ >= spec_.probe_period) return OpenReason::request;
    if (detection_off_) return OpenReason::none;
    if (voltage_out_.reached(spec_.trip_delay)) return OpenReason::voltage;
    if (frequency_out_.reached(spec_.trip_delay)) return OpenReason::frequency;
    return detector_.grid_gone() ? OpenReason::probe : OpenReason::none;
}

void Interconnect::while_closed(const Measured& measured) {
    const OpenReason reason = reason_to_open(measured);
    if (reason == OpenReason::none) return;
    state_.opened_by = reason;
    begin(Contact::opening);
}

void Interconnect::begin(Contact movement) noexcept {
    state_.contact = movement;
    moving_ = {};
    if (movement == Contact::closing) {
        state_.ne_link = false;  // never two earthings of the neutral
        state_.sync_stage = SyncStage::closing;
    }
}

void Interconnect::finish_opening() noexcept {
    if (moving_ < spec_.opening_time) return;
    if (welded_) {
        state_.failed_to_open = moving_ >= spec_.opening_time + opening_grace;
        return;
    }
    state_.failed_to_open = false;
    state_.contact = Contact::open;
    main_closed_ = false;
    state_.ne_link = spec_.ne_link;
    grid_ok_.reset();
    street_dead_.reset();
}

/// By truth: what the device believes of the angle does not count.
bool Interconnect::in_phase() const noexcept {
    const double dphi = std::remainder(difference_.dphi - angle_error_, 360.0);
    return std::fabs(difference_.df) <= spec_.sync.df.value() &&
           std::fabs(difference_.dv) <= spec_.sync.dv.value() &&
           std::fabs(dphi) <= spec_.sync.dphi.value();
}

void Interconnect::finish_closing() noexcept {
    if (moving_ < spec_.closing_time) return;
    state_.contact = Contact::closed;
    main_closed_ = true;
    state_.out_of_phase = comparable_ && !in_phase();
    state_.sync_requested = false;
    state_.sync_stage = SyncStage::idle;
    on_to_dead_ = false;
    sync_.stop();
    sync_.hand_over();
    detector_.reset();
    resting_ = {};
    voltage_out_.reset();
    frequency_out_.reset();
}

bool Interconnect::may_close() const noexcept {
    return state_.sync_requested && state_.permit_reclose && state_.grid_ok &&
           grid_ok_.reached(spec_.enter_service.observation);
}

void Interconnect::while_open(const Measured& measured) {
    const bool dead =
        *std::max_element(v_street_.begin(), v_street_.end()) < dead_share * nominal_v_;
    street_dead_.update(dead && !measured.former_running);
    synchronise();
    if (may_close() && street_dead_.reached(dead_for)) {
        on_to_dead_ = true;
        begin(Contact::closing);
    }
}

void Interconnect::synchronise() {
    const bool possible = may_close() && comparable_;
    if (possible && !sync_.running() && state_.sync_stage != SyncStage::timed_out) {
        sync_.start();
        state_.sync_stage = SyncStage::trimming;
    } else if (!possible && sync_.running()) {
        sync_.stop();
        state_.sync_stage = state_.sync_requested ? SyncStage::waiting : SyncStage::idle;
    }
    sync_.advance(difference_);
    if (sync_.timed_out()) {
        sync_.stop();
        state_.sync_requested = false;
        state_.sync_stage = SyncStage::timed_out;
    } else if (sync_.ready()) {
        begin(Contact::closing);
    }
}

void Interconnect::publish(const Measured& measured) {
    for (std::size_t p = 0; p < phases; ++p) {
        state_.v_grid[p] = Voltage{v_grid_[p]};
        state_.v_street[p] = Voltage{v_street_[p]};
    }
    state_.closed = main_closed_;
    state_.f_grid = Frequency{measured.f_grid};
    state_.f_street = Frequency{measured.f_street};
    state_.df = Frequency{comparable_ ? difference_.df : unknown};
    state_.dv = Ratio{comparable_ ? difference_.dv : unknown};
    state_.dphi = Angle{comparable_ ? difference_.dphi : unknown};
    state_.sync_ok = sync_.ready();
    state_.island_stable =
        !main_closed_ && within(v_street_, stable_v_min * nominal_v_, stable_v_max * nominal_v_) &&
        measured.f_street >= stable_f_min && measured.f_street <= stable_f_max;
    state_.former_mode = main_closed_           ? FormerMode::grid
                         : state_.permit_island ? FormerMode::island
                                                : FormerMode::stopped;
    state_.following = detector_.following();
}

Interconnect::Line Interconnect::line() const noexcept {
    const bool probing = state_.contact == Contact::closed && resting_ == Duration{};
    return {.df_hz = sync_.frequency_trim() + (probing ? detector_.probe() : 0.0),
            .dv = sync_.voltage_trim(),
            .connected = main_closed_,
            .run = main_closed_ || ((state_.permit_island || ignores_consent_) && !on_to_dead_)};
}

}  // namespace islandbench::plant
