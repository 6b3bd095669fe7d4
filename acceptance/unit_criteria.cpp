#include "acceptance/unit_criteria.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace islandbench::acceptance {
namespace {

std::string number(double x) {
    std::string text = write_measure(x, Dimension::none);
    text.erase(text.find_last_not_of(' ') + 1);  // it has no unit
    return text;
}
std::string seconds(double x) {
    return number(std::max(x, 0.0)) + " s";
}
std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// How far a measurement may be off, and a time.
struct Off {
    double voltage = 0.0;            ///< of nominal
    double frequency = 0.0;          ///< Hz
    double early = 0.0, late = 0.0;  ///< s
    Certainty certainty = Certainty::s;
};

class Writer {
  public:
    explicit Writer(const GridCode& code) : code_(code) {}

    std::vector<CriterionSpec> all() {
        std::vector<CriterionSpec> list;
        if (!code_.trip.empty()) {
            list.push_back(trips("B2", "Trips at each stage", false));
            const bool any = std::any_of(code_.trip.begin(), code_.trip.end(), on_a_mean);
            if (any) list.push_back(trips("B2M", "Trips on the mean of 10 minutes", true));
            list.push_back(stays());
        }
        if (code_.enter_service) list.push_back(waits());
        return list;
    }

  private:
    static bool on_a_mean(const TripStage& stage) {
        return stage.quantity == GridQuantity::voltage_10min;
    }

    CriterionSpec criterion(const char* id, const char* title) const {
        CriterionSpec made;
        made.id = id;
        made.title = title;
        made.severity = Severity::s2;
        made.clause = code_.title;
        made.certainty = Certainty::s;
        made.place = code_.place;
        return made;
    }
    static void less_sure(CriterionSpec& of, Certainty certainty) {
        of.certainty = std::max(of.certainty, certainty);
    }

    /// What a stage's measurement may be off. IEEE 1547.1 tests 2 of the accuracy beside a limit;
    /// its times of less than 5 s are measured in cycles.
    [[nodiscard]] Off off(const TripStage& stage) const {
        if (code_.trip_tolerance) {
            const TripTolerance& t = *code_.trip_tolerance;
            return {t.voltage.value(), t.frequency.value(), 0.0, to_seconds(t.late), t.certainty};
        }
        if (!code_.accuracy) return {0.0, 0.0, 0.0, 0.0, Certainty::s};
        const MeasurementAccuracy& a = *code_.accuracy;
        const bool fast = stage.delay < 5s;
        const double time = fast ? a.time_transient_cycles / code_.nominal->f.value()
                                 : a.time.value() * to_seconds(stage.delay);
        return {2.0 * (fast ? a.voltage_transient : a.voltage).value(),
                2.0 * (fast ? a.frequency_transient : a.frequency).value(), 2.0 * time, 2.0 * time,
                a.certainty};
    }

    /// The quantity of a stage beyond its limit, moved outwards by `out` (inwards if negative). A
    /// reason to leave may be a mean that is not full yet.
    [[nodiscard]] std::string beyond(const TripStage& stage, double out, bool early = false) const {
        const bool above = stage.beyond == Beyond::above;
        const std::string limit = "profile.trip." + lower(stage.id) + ".limit";
        const std::string sign = above == (out >= 0.0) ? " + " : " - ";
        const std::string compare = above ? " > " : " < ";
        const std::string moved = number(std::fabs(out));
        switch (stage.quantity) {
            case GridQuantity::voltage:
                return "truth.{hybrid}.v" + compare + "(" + limit + sign + moved +
                       " pu) * profile.nominal_v";
            case GridQuantity::voltage_10min:
                return std::string("mean(truth.{hybrid}.v, 10 min") +
                       (early ? ", at least 1 s)" : ")") + compare + "(" + limit + sign + moved +
                       " pu) * profile.nominal_v";
            case GridQuantity::frequency:
                return "(truth.island.f is known and truth.island.f" + compare + limit + sign +
                       moved + " Hz)";
            case GridQuantity::rocof:
                return "abs(change(truth.island.f, 0.5 s)) / 0.5 s" + compare + limit;
            case GridQuantity::phase_step: break;
        }
        return "";
    }

    static double of(const TripStage& stage, const Off& off) {
        return stage.quantity == GridQuantity::frequency ? off.frequency : off.voltage;
    }

    /// A mean says nothing before it is full: its stage is a criterion of its own.
    CriterionSpec trips(const char* id, const char* title, bool of_means) const {
        CriterionSpec made = criterion(id, title);
        made.basis = "beyond a stage's limit for its time, no inverter feeds";
        for (const TripStage& stage : code_.trip) {
            if (on_a_mean(stage) != of_means) continue;
            const Off may = off(stage);
            double late = may.late;
            if (stage.disconnected) {
                late = to_seconds(*stage.disconnected - stage.delay);
            } else if (code_.delays_are != DelayMeaning::clearing && !code_.trip_tolerance) {
                late = to_seconds(opening_allowance);
                less_sure(made, Certainty::ej);
            }
            less_sure(made, may.certainty);
            const std::string delay = "profile.trip." + lower(stage.id) + ".delay";
            const std::string out = beyond(stage, of(stage, may));
            if (!of_means) made.triggered_by.push_back("for any hybrid: " + out);
            made.formulas.push_back("for every hybrid: always: " + out + " held for " + delay +
                                    " + " + seconds(late + to_seconds(bench_delay)) +
                                    " implies truth.{hybrid}.inverter_on is false");
        }
        if (made.certainty == Certainty::ej) {
            made.notes.push_back("the code gives no time from the end of a delay to no current: " +
                                 format_duration(opening_allowance) + " are allowed");
        }
        return made;
    }

    CriterionSpec stays() const {
        CriterionSpec made = criterion("B3", "No nuisance trip");
        made.basis = "an inverter that leaves has a reason that the code gives";
        std::string reasons;
        const auto reason = [&reasons](const std::string& one) {
            reasons += (reasons.empty() ? "" : " or ") + one;
        };
        for (const TripStage& stage : code_.trip) {
            // With a clearing time the ride-through says how long it must stay.
            const bool by_bands = code_.delays_are == DelayMeaning::clearing;
            if (by_bands) continue;
            const Off may = off(stage);
            less_sure(made, may.certainty);
            less_sure(made, stage.certainty);
            const std::string out = beyond(stage, -of(stage, may), true);
            reason("(" + out + held(to_seconds(stage.delay)) + ")");
        }
        for (const RideThrough& row : code_.ride_through) {
            for (const std::string& one : exhausted(row)) reason("(" + one + ")");
            less_sure(made, row.certainty);
        }
        for (const std::string& one : beyond_the_points(made)) reason(one);
        reason("count of stop.{hybrid} in 10 s >= 1");  // it was told to
        made.formulas.push_back(
            "for every hybrid: always: truth.{hybrid}.inverter_connected becomes false implies (" +
            reasons + ")");
        return made;
    }

    static std::string held(double s) {
        const double own = s - to_seconds(bench_delay);
        return own > 0.0 ? " held for " + seconds(own) : "";
    }

    [[nodiscard]] std::string outside(GridQuantity quantity, double edge, bool above,
                                      double inwards) const {
        const double limit = above ? edge - inwards : edge + inwards;
        const std::string compare = above ? " > " : " < ";
        if (quantity == GridQuantity::frequency) {
            return "(truth.island.f is known and truth.island.f" + compare + number(limit) + " Hz)";
        }
        return "truth.{hybrid}.v" + compare + number(limit) + " * profile.nominal_v";
    }

    /// When a unit has done what the band asks for. A time that rises along the band is taken in
    /// four steps, each at its shortest.
    [[nodiscard]] std::vector<std::string> exhausted(const RideThrough& row) const {
        const bool volts = row.quantity == GridQuantity::voltage;
        const double nominal = volts ? 1.0 : code_.nominal->f.value();
        const bool above = row.low.value >= nominal;
        if (row.low.value < nominal && row.high.value > nominal) return {};  // without end
        double off = 0.0, early = 0.0;
        if (code_.accuracy) {
            const MeasurementAccuracy& a = *code_.accuracy;
            off = 2.0 * (volts ? a.voltage_transient.value() : a.frequency.value());
            early = 2.0 * a.time_transient_cycles / code_.nominal->f.value();
        }
        const double inner = above ? row.low.value : row.high.value;
        if (row.mode == RideMode::cease) return {outside(row.quantity, inner, above, off)};
        if (!row.duration) return {};
        std::vector<std::string> list;
        const int parts = row.longer_per_pu > 0s ? 4 : 1;
        const double width = (row.high.value - row.low.value) / parts;
        for (int i = 0; i < parts; ++i) {
            const double part_low = row.low.value + i * width;
            const double edge = above ? part_low : part_low + width;
            const double stay = to_seconds(*row.duration) +
                                to_seconds(row.longer_per_pu) * (part_low - row.low.value);
            const double time =
                code_.accuracy && stay >= 5.0 ? 2.0 * code_.accuracy->time.value() * stay : early;
            list.push_back(outside(row.quantity, edge, above, off) + held(stay - time));
        }
        if (code_.delays_are == DelayMeaning::clearing && is_outermost(row, above)) {
            // Beyond the last band nothing is asked for; elsewhere the stages speak.
            const double outer = above ? row.high.value : row.low.value;
            if (outer > 0.0) list.push_back(outside(row.quantity, outer, above, off));
        }
        return list;
    }

    [[nodiscard]] bool is_outermost(const RideThrough& row, bool above) const {
        return std::none_of(
            code_.ride_through.begin(), code_.ride_through.end(), [&](const RideThrough& other) {
                if (other.quantity != row.quantity) return false;
                return above ? other.high.value > row.high.value : other.low.value < row.low.value;
            });
    }

    /// Where a code has points and no bands, nothing is asked for beyond the farthest point.
    [[nodiscard]] std::vector<std::string> beyond_the_points(CriterionSpec& made) const {
        double lowest = 1.0, highest = 1.0;
        for (const NoTripPoint& point : code_.no_trip) {
            if (point.quantity != GridQuantity::voltage) continue;
            lowest = std::min(lowest, point.at.value);
            highest = std::max(highest, point.at.value);
            less_sure(made, point.certainty);
        }
        std::vector<std::string> list;
        if (lowest < 1.0) list.push_back(outside(GridQuantity::voltage, lowest, false, 0.0));
        if (highest > 1.0) list.push_back(outside(GridQuantity::voltage, highest, true, 0.0));
        return list;
    }

    CriterionSpec waits() const {
        CriterionSpec made = criterion("H7", "Inverters wait before they connect");
        made.basis =
            "voltage and frequency in the code's window for the observation time, without "
            "a break, less 50 ms of the bench's measurement";
        const auto near = [](const char* limit, const char* sign, const char* off) {
            return std::string("profile.enter_service.") + limit + sign + off;
        };
        made.formulas.push_back(
            "for every hybrid: always: truth.{hybrid}.inverter_connected becomes true implies "
            "((" +
            near("v_min", " - ", "0.002 pu) * profile.nominal_v <= truth.{hybrid}.v <= (") +
            near("v_max", " + ", "0.002 pu) * profile.nominal_v and truth.island.f is known and ") +
            near("f_min", " - ", "0.02 Hz <= truth.island.f <= ") +
            near("f_max", " + ", "0.02 Hz)") + " held for profile.obs - 50 ms");
        return made;
    }

    const GridCode& code_;
};

}  // namespace

std::vector<CriterionSpec> unit_criteria(const GridCode& code) {
    return Writer(code).all();
}

void add_unit_criteria(Catalogue& catalogue, const GridCode& code) {
    for (CriterionSpec& one : unit_criteria(code)) {
        const auto known = [&one](const CriterionSpec& other) { return other.id == one.id; };
        if (std::none_of(catalogue.criteria.begin(), catalogue.criteria.end(), known)) {
            catalogue.criteria.push_back(std::move(one));
        }
    }
}

}  // namespace islandbench::acceptance
