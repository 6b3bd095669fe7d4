#include "acceptance/grid_code.hpp"

#include <cmath>
#include <set>

namespace islandbench::acceptance {
namespace {

/// Reads the texts into measures and says what does not fit together.
class Checker {
  public:
    Checker(GridCode& code, Diagnostics& diagnostics) : code_(code), diagnostics_(diagnostics) {}

    void run() {
        word(code_.name, code_.place, "name");
        if (code_.version < 1) complain(code_.place, "version", "must be at least 1");
        if (code_.nominal) {
            positive(code_.nominal->v.value(), code_.place, "nominal.v");
            positive(code_.nominal->f.value(), code_.place, "nominal.f");
        }
        units();
        if (code_.enter_service) read(*code_.enter_service);
        for (CodeCurve& curve : code_.curves) read(curve);
        quality();
        twice();
        has_something();
    }

  private:
    void complain(const json::Place& place, const std::string& key, std::string message) {
        diagnostics_.add({place.file, place.line, place.path + "." + key, std::move(message)});
    }

    static std::string lower(std::string text) {
        for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return text;
    }

    /// What becomes part of a figure's name.
    void word(const std::string& text, const json::Place& place, const std::string& key) {
        const auto good = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
        if (text.empty() || good != std::string::npos) {
            complain(place, key, "becomes part of names: made of a-z, 0-9 and _");
        }
    }

    void positive(double value, const json::Place& place, const std::string& key) {
        if (!(value > 0.0)) complain(place, key, "must be greater than zero");
    }

    void has_something() {
        const bool any = !code_.trip.empty() || code_.enter_service || code_.export_limit ||
                         !code_.quality.empty() || !code_.envelope.empty();
        if (!any) {
            complain(code_.place, "name",
                     "the file says nothing: needs trip, enter_service, export_limit, quality or "
                     "envelope");
        }
        const bool of_units = !code_.trip.empty() || code_.enter_service;
        if (of_units && !code_.nominal) {
            complain(code_.place, "nominal",
                     "is missing: trip table and enter_service are about nominal values");
        }
        if (!code_.trip.empty() && !code_.delays_are) {
            complain(code_.place, "delays_are", "is missing: the trip table needs it");
        }
    }

    void units() {
        std::set<std::string> ids;
        for (TripStage& stage : code_.trip) {
            stage.at = measure(stage.limit, stage.quantity, stage.place, "limit");
            range(stage);
            if (!ids.insert(lower(stage.id)).second) {  // figures are named in lower case
                complain(stage.place, "id", "duplicate id \"" + stage.id + "\"");
            }
        }
        for (NoTripPoint& point : code_.no_trip) read(point);
        for (RideThrough& row : code_.ride_through) read(row);
    }

    static Dimension dimension_of(GridQuantity quantity) {
        switch (quantity) {
            case GridQuantity::voltage:
            case GridQuantity::voltage_10min: return Dimension::ratio;
            case GridQuantity::frequency: return Dimension::frequency;
            case GridQuantity::rocof: return Dimension::rocof;
            case GridQuantity::phase_step: return Dimension::angle;
        }
        return Dimension::none;
    }

    Measure measure(const std::string& text, GridQuantity quantity, const json::Place& place,
                    const std::string& key) {
        return measure(text, dimension_of(quantity), std::string(json::enum_text(quantity)), place,
                       key);
    }

    Measure measure(const std::string& text, Dimension wanted, const std::string& what,
                    const json::Place& place, const std::string& key) {
        if (text.empty()) return {};  // a missing key has been told
        const auto read = parse_measure(text);
        if (!read) {
            complain(place, key, read.error().what);
            return {};
        }
        if (wanted == Dimension::ratio && read->dimension == Dimension::voltage) {
            if (code_.nominal) return {read->value / code_.nominal->v.value(), Dimension::ratio};
            complain(place, key, "is in volts, and the file names no nominal voltage");
        } else if (read->dimension != wanted) {
            complain(place, key, "wrong unit: \"" + text + "\" is no " + what);
        }
        return *read;
    }

    template <class T>
    void ends(const std::vector<T>& range, const json::Place& place, const char* key,
              const char* message) {
        if (range.size() != 2 && !range.empty()) complain(place, key, message);
    }

    void range(TripStage& stage) {
        ends(stage.limit_range, stage.place, "limit_range", "a lowest and a highest setting");
        for (const std::string& end : stage.limit_range) {
            (void)measure(end, stage.quantity, stage.place, "limit_range");
        }
        ends(stage.delay_range, stage.place, "delay_range", "a shortest and a longest setting");
    }

    void read(NoTripPoint& point) {
        point.at = measure(point.value, point.quantity, point.place, "value");
    }

    void read(RideThrough& row) {
        row.low = measure(row.from, row.quantity, row.place, "from");
        row.high = measure(row.to, row.quantity, row.place, "to");
        if (row.low.value > row.high.value) complain(row.place, "to", "is below \"from\"");
    }

    void read(EnterService& service) {
        band(service.voltage, GridQuantity::voltage);
        band(service.frequency, GridQuantity::frequency);
        positive(to_seconds(service.observation.value), code_.place,
                 "enter_service.observation.value");
        for (NoTripPoint& point : service.not_at) read(point);
        if (!service.normal_start) return;
        band(service.normal_start->voltage, GridQuantity::voltage);
        band(service.normal_start->frequency, GridQuantity::frequency);
    }

    void band(ServiceBand& band, GridQuantity quantity) {
        band.low = measure(band.min, quantity, band.place, "min");
        band.high = measure(band.max, quantity, band.place, "max");
        const bool is_read = !band.min.empty() && !band.max.empty();
        if (is_read && !(band.low.value < band.high.value)) {
            complain(band.place, "max", "must be above \"min\"");
        }
        ends(band.min_range, band.place, "min_range", "a lowest and a highest setting");
        ends(band.max_range, band.place, "max_range", "a lowest and a highest setting");
    }

    void read(CodeCurve& curve) {
        if (curve.points.size() < 2) complain(code_.place, "curves", "a curve has two points");
        double before = -1e9;
        for (CurvePoint& point : curve.points) {
            const bool by_voltage = curve.of != CurveOf::watt_var;
            point.x = measure(point.at, Dimension::ratio,
                              by_voltage ? "voltage" : "share of the rating", point.place, "at");
            if (point.x.value < before) complain(point.place, "at", "is below the point before");
            before = point.x.value;
        }
    }

    void quality() {
        std::set<std::string> names;
        for (QualityLimit& row : code_.quality) {
            const bool hertz = row.of == QualityOf::frequency;
            const auto read = [&](const std::string& text, const char* key) {
                return measure(text, hertz ? Dimension::frequency : Dimension::ratio,
                               std::string(json::enum_text(row.of)), row.place, key);
            };
            if (!row.min.empty()) row.low = read(row.min, "min");
            if (!row.max.empty()) row.high = read(row.max, "max");
            if (!row.low && !row.high) complain(row.place, "max", "needs a \"min\" or a \"max\"");
            if (row.low && row.high && !(row.low->value < row.high->value)) {
                complain(row.place, "max", "must be above \"min\"");
            }
            if (!row.name.empty()) word(row.name, row.place, "name");
            if (!names.insert(std::string(json::enum_text(row.of)) + "." + row.name).second) {
                complain(row.place, "name", "two rows of a kind need names of their own");
            }
        }
    }

    /// Rows that would be one figure.
    void twice() {
        std::set<std::pair<Beyond, long>> points;
        for (const EnvelopePoint& point : code_.envelope) {
            const long percent = std::lround(100.0 * point.voltage.value());
            if (points.insert({point.beyond, percent}).second) continue;
            complain(code_.place, "envelope", std::to_string(percent) + " % comes twice");
        }
        if (!code_.export_limit) return;
        for (const auto* rows :
             {&code_.export_limit->lock_out_counts, &code_.export_limit->warning_counts}) {
            std::set<Duration> times;
            for (const CodeCount& row : *rows) {
                if (row.within < 1min) {
                    complain(code_.place, "export_limit", "a count is taken over 1 min or more");
                }
                if (times.insert(row.within).second) continue;
                complain(code_.place, "export_limit",
                         "two counts within " + format_duration(row.within));
            }
        }
    }

    GridCode& code_;
    Diagnostics& diagnostics_;
};

}  // namespace

GridCode read_grid_code(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
    Diagnostics found;
    GridCode code = json::read_document<GridCode>(text, file, found);
    if (found.empty()) Checker(code, found).run();
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    return code;
}

bool may_enter_service(const GridCode& code, Voltage lowest, Voltage highest,
                       Frequency frequency) noexcept {
    const EnterService& window = *code.enter_service;
    const double nominal = code.nominal->v.value();
    return lowest.value() >= window.voltage.low.value * nominal &&
           highest.value() <= window.voltage.high.value * nominal &&
           frequency.value() >= window.frequency.low.value &&
           frequency.value() <= window.frequency.high.value;
}

}  // namespace islandbench::acceptance
