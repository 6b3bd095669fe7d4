#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acceptance/grid_code_quality.hpp"
#include "acceptance/grid_code_rows.hpp"
#include "acceptance/grid_code_support.hpp"
#include "base/diagnostics.hpp"

/// What stands in a grid-code file (fixtures/gridcodes): the figures of a code as data, every row
/// with how sure it is. Voltages may be written in volts, phase to neutral, or as shares of
/// nominal; the reader resolves them to shares. The emulators read the same files by code of their
/// own (emulators/devices/grid_settings.hpp): a row that one of the two gets wrong is noticed by
/// the other.
namespace islandbench::acceptance {

/// May an island leave early, on a dip that its units must ride through?
enum class FastIsland { yes, no, conditional, unknown };
constexpr auto enum_names(FastIsland /*of*/) {
    return json::EnumNames<FastIsland, 4>{{{FastIsland::yes, "yes"},
                                           {FastIsland::no, "no"},
                                           {FastIsland::conditional, "conditional"},
                                           {FastIsland::unknown, "unknown"}}};
}

struct Nominal {
    Voltage v{230.0};
    Frequency f{50.0};
};
template <class V>
void declare(V& v, Nominal& s) {
    v.required("v", s.v, "phase to neutral");
    v.required("f", s.f, "frequency");
}

/// A code that speaks of units has a trip table and says when they may enter service; others have
/// neither. Which codes a site may name as its own: Site::grid_code, Site::codes.
struct GridCode {
    std::string name;
    std::string title;
    int version = 1;      ///< of the file; rises with every figure that changes
    std::string edition;  ///< of the documents
    std::optional<Nominal> nominal;
    std::optional<DelayMeaning> delays_are;
    std::vector<TripStage> trip;
    std::optional<TripTolerance> trip_tolerance;
    std::optional<MeasurementAccuracy> accuracy;
    std::vector<NoTripPoint> no_trip;
    std::vector<RideThrough> ride_through;
    std::optional<CodeShare> mandatory_current;  ///< kept in mandatory operation, of that before
    std::optional<OutputRestored> restored;
    std::optional<ConsecutiveDips> consecutive;
    std::vector<CodeRocof> rocof_withstand;  ///< the shortest window first
    std::optional<PhaseJump> phase_jump;
    std::optional<EnterService> enter_service;
    std::vector<SyncRow> sync;
    std::vector<FrequencyResponse> frequency_response;
    std::vector<CodeCurve> curves;
    UnitTimes times;
    FastIsland fast_island = FastIsland::unknown;
    std::optional<ExportLimit> export_limit;
    std::vector<QualityLimit> quality;
    std::vector<EnvelopePoint> envelope;
    json::Place place;
};
template <class V>
void declare(V& v, GridCode& s) {
    v.place(s.place);
    v.required("name", s.name, "name that site files use");
    v.required("title", s.title, "one line for reports");
    v.required("version", s.version, "of this file; rises with every figure that changes");
    v.required("edition", s.edition, "documents and their editions");
    v.optional("nominal", s.nominal, "nominal voltage and frequency");
    v.optional("delays_are", s.delays_are, "what the delays of the trip table mean");
    v.optional("trip", s.trip, "interface protection");
    v.optional("trip_tolerance", s.trip_tolerance, "accuracy asked for in type tests");
    v.optional("accuracy", s.accuracy, "least accuracy of a unit's own measurement");
    v.optional("no_trip", s.no_trip, "points at which a unit must not trip");
    v.optional("ride_through", s.ride_through, "bands that a unit must ride through");
    v.optional("mandatory_current", s.mandatory_current, "kept in mandatory operation");
    v.optional("restored", s.restored, "output behind a dip");
    v.optional("consecutive", s.consecutive, "disturbances in a row");
    v.optional("rocof_withstand", s.rocof_withstand, "rates of change to withstand");
    v.optional("phase_jump", s.phase_jump, "jump of the angle to withstand");
    v.optional("enter_service", s.enter_service, "when a unit may connect");
    v.optional("sync", s.sync, "synchronising limits, smallest rating first");
    v.optional("frequency_response", s.frequency_response, "power against frequency");
    v.optional("curves", s.curves, "power against voltage and the like");
    v.optional("times", s.times, "how soon a unit obeys, and is gone");
    v.optional("fast_island", s.fast_island, "may an island leave early");
    v.optional("export_limit", s.export_limit, "limit of export or import");
    v.optional("quality", s.quality, "bands of the supply");
    v.optional("envelope", s.envelope, "voltages that equipment bears");
}

/// Reads and checks a grid-code file.
GridCode read_grid_code(std::string_view text, const std::string& file, Diagnostics& diagnostics);

/// Is the grid inside the window in which a unit may enter service? Phase-to-neutral voltages;
/// anything without a value is outside. The code must have such a window, and nominal values.
bool may_enter_service(const GridCode& code, Voltage lowest, Voltage highest,
                       Frequency frequency) noexcept;

}  // namespace islandbench::acceptance
