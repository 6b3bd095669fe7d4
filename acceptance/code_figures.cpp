#include "acceptance/code_figures.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace islandbench::acceptance {
namespace {

Figure figure(Measure measure, Certainty certainty) {
    Figure made;
    made.measure = measure;
    made.certainty = certainty;
    return made;
}
template <Dimension D>
Figure figure(Quantity<D> value, Certainty certainty) {
    return figure(Measure{value.value(), D}, certainty);
}
Figure figure(Duration value, Certainty certainty) {
    return figure(Measure{to_seconds(value), Dimension::time}, certainty);
}
Figure figure(int count, Certainty certainty) {
    return figure(Measure{double(count), Dimension::none}, certainty);
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

Figure observation(const GridCode& code, std::optional<Duration> other) {
    const CodeDuration& own = code.enter_service->observation;
    Figure made = figure(other.value_or(own.value), own.certainty);
    if (other && *other != own.value) {
        // Nobody but the scenario says that so long is long enough.
        if (*other < own.value) made.certainty = std::max(made.certainty, Certainty::ej);
        made.note = std::string("observation time ") +
                    (*other < own.value ? "shortened" : "lengthened") + " to " +
                    format_duration(*other) + " by the scenario (" + code.name + ": " +
                    format_duration(own.value) + ")";
    }
    return made;
}

/// Of the rating per minute, whichever way the code says it.
std::optional<Figure> ramp(const EnterService& service) {
    if (service.ramp) return figure(service.ramp->per_minute, service.ramp->certainty);
    if (service.ramp_period) {
        return figure(Ratio{60.0 / to_seconds(service.ramp_period->value)},
                      service.ramp_period->certainty);
    }
    if (!service.project_ramp) return std::nullopt;
    return figure(service.project_ramp->per_minute, service.project_ramp->certainty);
}

void add_enter_service(Figures& figures, const GridCode& code, std::optional<Duration> other) {
    const EnterService& service = *code.enter_service;
    figures.add("profile.obs", observation(code, other));
    const auto add_band = [&figures](const std::string& of, const ServiceBand& band) {
        figures.add("profile.enter_service." + of + "_min", figure(band.low, band.certainty));
        figures.add("profile.enter_service." + of + "_max", figure(band.high, band.certainty));
    };
    add_band("v", service.voltage);
    add_band("f", service.frequency);
    if (const auto rate = ramp(service)) figures.add("profile.ramp", *rate);
}

void add_trip(Figures& figures, const GridCode& code) {
    for (const TripStage& stage : code.trip) {
        const std::string name = "profile.trip." + lower(stage.id);
        figures.add(name + ".limit", figure(stage.at, stage.certainty));
        figures.add(name + ".delay", figure(stage.delay, stage.certainty));
        if (stage.disconnected) {
            figures.add(name + ".disconnected", figure(*stage.disconnected, stage.certainty));
        }
    }
    if (!code.trip_tolerance) return;
    const TripTolerance& off = *code.trip_tolerance;
    figures.add("profile.trip_tolerance.late", figure(off.late, off.certainty));
    figures.add("profile.trip_tolerance.voltage", figure(off.voltage, off.certainty));
    figures.add("profile.trip_tolerance.frequency", figure(off.frequency, off.certainty));
}

void add(Figures& figures, const std::string& name, const std::optional<CodeDuration>& row) {
    if (row) figures.add(name, figure(row->value, row->certainty));
}

void add_times(Figures& figures, const UnitTimes& times) {
    add(figures, "profile.island_max", times.island_max);
    add(figures, "profile.open_phase", times.open_phase);
    add(figures, "profile.stop", times.stop);
    add(figures, "profile.limit", times.limit);
    add(figures, "profile.report", times.report);
}

/// "10min", "24h", "30d": part of a name.
std::string compact(Duration d) {
    const auto minutes = std::llround(to_seconds(d) / 60.0);
    if (minutes % (24 * 60) == 0 && minutes > 24 * 60) {
        return std::to_string(minutes / (24 * 60)) + "d";
    }
    return minutes % 60 == 0 ? std::to_string(minutes / 60) + "h" : std::to_string(minutes) + "min";
}

void add_export(Figures& figures, const std::string& code, const ExportLimit& limit) {
    const std::string name = code + ".export.";
    add(figures, name + "counted_after", limit.counted_after);
    add(figures, name + "lock_out_after", limit.lock_out_after);
    add(figures, name + "correct_within", limit.correct_within);
    add(figures, name + "fail_safe_within", limit.fail_safe_within);
    add(figures, name + "commercial_hold", limit.commercial_hold);
    const auto count = [&](const std::string& what, const CodeCount& row) {
        figures.add(name + what + compact(row.within), figure(row.count, row.certainty));
    };
    for (const CodeCount& row : limit.lock_out_counts) count("lock_out_count_", row);
    for (const CodeCount& row : limit.warning_counts) count("warning_count_", row);
    if (limit.user_resets) count("user_resets_", *limit.user_resets);
}

void add_quality(Figures& figures, const std::string& code, const QualityLimit& row) {
    const std::string name = code + "." + std::string(json::enum_text(row.of)) +
                             (row.name.empty() ? "" : "." + lower(row.name));
    if (row.low) figures.add(name + ".min", figure(*row.low, row.certainty));
    if (row.high) figures.add(name + ".max", figure(*row.high, row.certainty));
    if (row.mean_over) figures.add(name + ".mean_over", figure(*row.mean_over, row.certainty));
    figures.add(name + ".share", figure(row.share, row.certainty));
}

/// "below_70.for" is how long 70 % is borne.
void add_envelope(Figures& figures, const std::string& code, const EnvelopePoint& point) {
    const std::string name = code + "." + std::string(json::enum_text(point.beyond)) + "_" +
                             std::to_string(std::lround(100.0 * point.voltage.value()));
    figures.add(name + ".limit", figure(point.voltage, point.certainty));
    if (point.duration) figures.add(name + ".for", figure(*point.duration, point.certainty));
}

}  // namespace

void add_own_code(Figures& figures, const GridCode& code, std::optional<Duration> observation) {
    if (code.nominal) {
        figures.add("profile.nominal_v", figure(code.nominal->v, Certainty::s));
        figures.add("profile.nominal_f", figure(code.nominal->f, Certainty::s));
    }
    if (code.enter_service) add_enter_service(figures, code, observation);
    add_trip(figures, code);
    if (!code.rocof_withstand.empty()) {
        const CodeRocof& rocof = code.rocof_withstand.front();
        figures.add("profile.rocof", figure(rocof.value, rocof.certainty));
    }
    add_times(figures, code.times);
}

void add_other_code(Figures& figures, const GridCode& code) {
    const std::string name = "profile." + code.name;
    if (code.export_limit) add_export(figures, name, *code.export_limit);
    for (const QualityLimit& row : code.quality) add_quality(figures, name, row);
    for (const EnvelopePoint& point : code.envelope) add_envelope(figures, name, point);
}

}  // namespace islandbench::acceptance
