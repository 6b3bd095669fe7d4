#include <algorithm>
#include <cctype>
#include <set>

#include "base/feeder/shapes.hpp"
#include "base/feeder/sheet.hpp"
#include "base/unit_text.hpp"

/// The CSV package of the IEEE European low-voltage test feeder.
namespace islandbench::feeder {
namespace {

constexpr double percent = 0.01;

/// Metres in a unit of length.
std::optional<double> metres_in(Sheet& sheet, const Sheet::Row& row, Sheet::Column column) {
    const auto unit = sheet.text(row, column);
    if (!unit) return std::nullopt;
    if (lower(*unit) == "m") return 1.0;
    if (lower(*unit) == "km") return 1000.0;
    sheet.complain(row, column, "unknown unit " + csv::quoted(*unit) + "; expected m or km");
    return std::nullopt;
}

std::map<std::string, LineCode> read_codes(const FeederTexts& texts, Diagnostics& diagnostics) {
    std::map<std::string, LineCode> codes;
    Sheet sheet(texts, "LineCodes.csv", diagnostics);
    const auto name = sheet.need("Name"), units = sheet.need("Units");
    const auto count = sheet.may("nphases");
    const std::array values{sheet.need("R1"), sheet.need("X1"), sheet.need("R0"), sheet.need("X0")};
    for (const Sheet::Row& row : sheet.rows()) {
        const auto key = sheet.text(row, name);
        const auto metres = metres_in(sheet, row, units);
        sheet.expect(row, count, "3");
        for (const char* c : {"C1", "C0"}) {
            const auto column = sheet.may(c);
            if (column == csv::Table::nowhere || sheet.raw(row, column).empty()) continue;
            if (sheet.number(row, column).value_or(0.0) != 0.0) {
                sheet.complain(row, column,
                               "the capacitance of cables is not modelled; expected 0");
            }
        }
        std::array<double, 4> per_km{};
        for (std::size_t k = 0; k < values.size(); ++k) {
            per_km[k] =
                sheet.not_negative(row, values[k]).value_or(0.0) * 1000.0 / metres.value_or(1000.0);
        }
        if (!key) continue;
        const auto put = [&](std::size_t k) { return ImpedancePerLength{per_km[k]}; };
        if (!codes.emplace(*key, LineCode{put(0), put(1), put(2), put(3)}).second) {
            sheet.complain(row, name, "duplicate line code " + csv::quoted(*key));
        }
    }
    return codes;
}

std::vector<RawLine> read_lines(const FeederTexts& texts, Diagnostics& diagnostics) {
    std::vector<RawLine> lines;
    Sheet sheet(texts, "Lines.csv", diagnostics);
    const auto from = sheet.need("Bus1"), to = sheet.need("Bus2"), code = sheet.need("LineCode");
    const auto length = sheet.need("Length"), units = sheet.need("Units");
    const auto on = sheet.may("Phases");
    for (const Sheet::Row& row : sheet.rows()) {
        sheet.expect(row, on, "ABC");
        const auto metres = metres_in(sheet, row, units);
        const double l = sheet.positive(row, length).value_or(1.0) * metres.value_or(1.0);
        const auto a = sheet.text(row, from), b = sheet.text(row, to), c = sheet.text(row, code);
        if (!a || !b) continue;
        lines.push_back({{*a, *b, c.value_or(""), Length{l}},
                         sheet.spot(row, from),
                         sheet.spot(row, to),
                         sheet.spot(row, code)});
    }
    return lines;
}

/// "Voltage=11 kV", one a line, under a heading in brackets.
class SourceReader {
  public:
    SourceReader(const FeederTexts& texts, Diagnostics& diagnostics) : complaints_(diagnostics) {
        const auto* file = find_file(texts, "Source.csv");
        at_.file = path_of(texts, file ? file->first : "Source.csv");
        if (file == nullptr) {
            complaints_.add(at_, "is not there");
            return;
        }
        csv::Lines lines(file->second);
        while (const auto line = lines.next()) {
            at_.line = lines.number();
            const std::string_view cell = csv::cells_of(*line, 1).front();
            if (!cell.empty() && cell.front() != '[') read(cell);
        }
        at_.line = 0;
        if (!voltage_seen_) complaints_.add(at_, "no line \"Voltage=... kV\"");
    }
    [[nodiscard]] FeederSource source() const { return source_; }

  private:
    void read(std::string_view cell) {
        const std::size_t equal = cell.find('=');
        std::string key(cell.substr(0, equal));
        key.erase(key.find_last_not_of(' ') + 1);
        at_.column = key.substr(0, 40);
        const std::string_view value =
            equal == std::string_view::npos ? std::string_view{} : cell.substr(equal + 1);
        const std::string what = lower(key);
        if (what == "voltage") {
            voltage_seen_ = true;
            source_.fault_v = Voltage{measure(value, Dimension::voltage, 1.0)};
        } else if (what == "isc3") {
            source_.fault_current = Current{measure(value, Dimension::current, 1.0)};
        } else if (what == "isc1") {
            // The delta winding keeps it out; still it has to be a current.
            (void)measure(value, Dimension::current, 1.0);
        } else if (what == "pu" || what == "x1r1") {
            (what == "pu" ? v_ : source_.x_over_r) = plain(value);
            source_.v = Ratio{v_};
        } else {
            complaints_.add(at_, "unknown entry " + csv::quoted(key) +
                                     suggestion(key, {"Voltage", "pu", "ISC3", "ISC1", "X1R1"}));
        }
    }

    double measure(std::string_view text, Dimension dimension, double otherwise) {
        const auto found = parse_measure(text);
        if (!found) {
            complaints_.add(at_, found.error().what);
        } else if (found->dimension != dimension) {
            complaints_.add(
                at_, csv::quoted(text) + ": expected a " + std::string(dimension_name(dimension)));
        } else if (!(found->value > 0.0 && found->value < 1e9)) {
            complaints_.add(at_, "must be greater than zero, and no more than a network has");
        } else {
            return found->value;
        }
        return otherwise;
    }

    double plain(std::string_view text) {
        const auto value = csv::number_in(csv::cells_of(text, 1).front());
        if (value && *value > 0.0 && *value < 1e6) return *value;
        complaints_.add(at_, csv::quoted(text) + ": expected a number greater than zero");
        return 1.0;
    }

    Complaints complaints_;
    Spot at_;
    FeederSource source_;
    double v_ = 1.0;
    bool voltage_seen_ = false;
};

void read_transformers(const FeederTexts& texts, const FeederSource& source, RawFeeder& into,
                       Diagnostics& diagnostics) {
    Sheet sheet(texts, "Transformer.csv", diagnostics);
    const auto name = sheet.need("Name"), bus = sheet.need("bus2"), rating = sheet.need("MVA");
    const auto high = sheet.need("kV_pri"), low = sheet.need("kV_sec");
    const auto x = sheet.need("%XHL"), r = sheet.need("% resistance");
    const auto delta = sheet.may("Conn_pri"), star = sheet.may("Conn_sec");
    const auto count = sheet.may("phases");
    for (const Sheet::Row& row : sheet.rows()) {
        sheet.expect(row, count, "3");
        sheet.expect(row, delta, "Delta");
        sheet.expect(row, star, "Wye");
        FeederModel one{.source = source};
        FeederTransformer& t = one.transformer;
        t.name = sheet.text(row, name).value_or("");
        t.bus = sheet.text(row, bus).value_or("");
        t.rating = ApparentPower{1e6 * sheet.positive(row, rating).value_or(1.0)};
        t.high = Voltage{1e3 * sheet.positive(row, high).value_or(1.0)};
        t.low = Voltage{1e3 * sheet.positive(row, low).value_or(1.0)};
        t.x = Ratio{percent * sheet.positive(row, x).value_or(1.0)};
        t.r = Ratio{percent * sheet.not_negative(row, r).value_or(0.0)};
        // What Source.csv says of the voltage is on its own base.
        one.source.v = source.v * (source.fault_v / t.high);
        into.transformers.push_back(std::move(one));
        into.transformer_spots.push_back(sheet.spot(row, bus));
    }
}

/// The power of a load and, where it names a shape, its day.
void read_power(Sheet& sheet, const Sheet::Row& row, Sheet::Column kw, Sheet::Column pf,
                Sheet::Column shape, Shapes& shapes, FeederLoad& load) {
    load.p = ActivePower{1e3 * sheet.positive(row, kw).value_or(1.0)};
    load.power_factor = sheet.positive(row, pf).value_or(1.0);
    if (!(load.power_factor >= 0.1 && load.power_factor <= 1.0)) {
        sheet.complain(row, pf, "must be between 0.1 and 1");
        load.power_factor = 1.0;
    }
    if (shape == csv::Table::nowhere || sheet.raw(row, shape).empty()) return;
    const std::string name(sheet.raw(row, shape));
    const auto day = shapes.day_of(name, load.p, sheet.spot(row, shape));
    if (day) set_day(load, *day);
}

std::vector<RawLoad> read_loads(const FeederTexts& texts, Diagnostics& diagnostics) {
    std::vector<RawLoad> loads;
    std::set<std::string> seen;
    Sheet sheet(texts, "Loads.csv", diagnostics);
    const auto name = sheet.need("Name"), bus = sheet.need("Bus"), on = sheet.need("phases");
    const auto kw = sheet.need("kW"), pf = sheet.need("PF"), shape = sheet.may("Yearly");
    const auto count = sheet.may("numPhases");
    const auto model = sheet.may("Model"), connection = sheet.may("Connection");
    const bool any_shape =
        shape != csv::Table::nowhere &&
        std::any_of(sheet.rows().begin(), sheet.rows().end(),
                    [&](const Sheet::Row& row) { return !sheet.raw(row, shape).empty(); });
    Shapes shapes(texts, any_shape, diagnostics);
    for (const Sheet::Row& row : sheet.rows()) {
        sheet.expect(row, model, "1");
        sheet.expect(row, connection, "wye");
        RawLoad raw;
        raw.load.name = sheet.text(row, name).value_or("");
        if (!raw.load.name.empty() && !seen.insert(raw.load.name).second) {
            sheet.complain(row, name, "duplicate load " + csv::quoted(raw.load.name));
        }
        raw.load.bus = sheet.text(row, bus).value_or("");
        raw.bus = sheet.spot(row, bus);
        read_phase(sheet, row, on, raw.load.phase);
        if (count != csv::Table::nowhere) sheet.expect(row, count, raw.load.phase ? "1" : "3");
        read_power(sheet, row, kw, pf, shape, shapes, raw.load);
        if (!raw.load.bus.empty()) loads.push_back(std::move(raw));
    }
    return loads;
}

}  // namespace

RawFeeder read_ieee(const FeederTexts& texts, Diagnostics& diagnostics) {
    RawFeeder raw;
    raw.line_codes = read_codes(texts, diagnostics);
    raw.lines = read_lines(texts, diagnostics);
    const FeederSource source = SourceReader(texts, diagnostics).source();
    read_transformers(texts, source, raw, diagnostics);
    raw.loads = read_loads(texts, diagnostics);
    return raw;
}

}  // namespace islandbench::feeder
