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
        positive(code_.nominal.v.value(), code_.place, "nominal.v");
        positive(code_.nominal.f.value(), code_.place, "nominal.f");
        std::set<std::string> ids;
        for (TripStage& stage : code_.trip) {
            stage.at = measure(stage.limit, stage.quantity, stage.place, "limit");
            range(stage);
            if (!ids.insert(stage.id).second) {
                complain(stage.place, "id", "duplicate id \"" + stage.id + "\"");
            }
        }
        for (NoTripPoint& point : code_.no_trip) read(point);
        for (NoTripPoint& point : code_.enter_service.not_at) read(point);
        for (RideThrough& row : code_.ride_through) read(row);
        band(code_.enter_service.voltage, GridQuantity::voltage);
        band(code_.enter_service.frequency, GridQuantity::frequency);
        positive(to_seconds(code_.enter_service.observation.value), code_.place,
                 "enter_service.observation.value");
    }

  private:
    void complain(const json::Place& place, const std::string& key, std::string message) {
        diagnostics_.add({place.file, place.line, place.path + "." + key, std::move(message)});
    }

    void positive(double value, const json::Place& place, const std::string& key) {
        if (!(value > 0.0)) complain(place, key, "must be greater than zero");
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
        if (text.empty()) return {};  // a missing key has been told
        const auto read = parse_measure(text);
        if (!read) {
            complain(place, key, read.error().what);
            return {};
        }
        const Dimension wanted = dimension_of(quantity);
        if (wanted == Dimension::ratio && read->dimension == Dimension::voltage) {
            return {read->value / code_.nominal.v.value(), Dimension::ratio};
        }
        if (read->dimension != wanted) {
            complain(
                place, key,
                "wrong unit: \"" + text + "\" is no " + std::string(json::enum_text(quantity)));
        }
        return *read;
    }

    void range(TripStage& stage) {
        if (stage.limit_range.size() != 2 && !stage.limit_range.empty()) {
            complain(stage.place, "limit_range", "a lowest and a highest setting");
        }
        for (const std::string& end : stage.limit_range) {
            (void)measure(end, stage.quantity, stage.place, "limit_range");
        }
        if (stage.delay_range.size() != 2 && !stage.delay_range.empty()) {
            complain(stage.place, "delay_range", "a shortest and a longest setting");
        }
    }

    void read(NoTripPoint& point) {
        point.at = measure(point.value, point.quantity, point.place, "value");
    }

    void read(RideThrough& row) {
        row.low = measure(row.from, row.quantity, row.place, "from");
        row.high = measure(row.to, row.quantity, row.place, "to");
        if (row.low.value > row.high.value) complain(row.place, "to", "is below \"from\"");
    }

    void band(ServiceBand& band, GridQuantity quantity) {
        band.low = measure(band.min, quantity, band.place, "min");
        band.high = measure(band.max, quantity, band.place, "max");
        const bool is_read = !band.min.empty() && !band.max.empty();
        if (is_read && !(band.low.value < band.high.value)) {
            complain(band.place, "max", "must be above \"min\"");
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
    const EnterService& window = code.enter_service;
    const double nominal = code.nominal.v.value();
    return lowest.value() >= window.voltage.low.value * nominal &&
           highest.value() <= window.voltage.high.value * nominal &&
           frequency.value() >= window.frequency.low.value &&
           frequency.value() <= window.frequency.high.value;
}

}  // namespace islandbench::acceptance
