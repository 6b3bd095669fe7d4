#include <cmath>
#include <set>

#include "base/feeder/shapes.hpp"
#include "base/feeder/sheet.hpp"

/// Tables as power-system tools keep them: pandapower's names of columns.
namespace islandbench::feeder {
namespace {

constexpr double percent = 0.01;
/// Zero sequence of a cable whose neutral is like its phases: the loop of phase and neutral has
/// twice the impedance of a phase, and that loop is (2 z1 + z0) / 3.
constexpr double four_equal_wires = 4.0;

std::map<std::string, LineCode> read_types(const FeederTexts& texts, Diagnostics& diagnostics) {
    std::map<std::string, LineCode> codes;
    Sheet sheet(texts, "line_types.csv", diagnostics);
    const auto type = sheet.need("type");
    const auto r1 = sheet.need("r_ohm_per_km"), x1 = sheet.need("x_ohm_per_km");
    const auto r0 = sheet.may("r0_ohm_per_km"), x0 = sheet.may("x0_ohm_per_km");
    const auto zero = [&](const Sheet::Row& row, Sheet::Column column, double positive) {
        const bool given = column != csv::Table::nowhere && !sheet.raw(row, column).empty();
        return given ? sheet.not_negative(row, column).value_or(0.0) : four_equal_wires * positive;
    };
    for (const Sheet::Row& row : sheet.rows()) {
        const auto key = sheet.text(row, type);
        const double r = sheet.not_negative(row, r1).value_or(0.0);
        const double x = sheet.not_negative(row, x1).value_or(0.0);
        const LineCode code{ImpedancePerLength{r}, ImpedancePerLength{x},
                            ImpedancePerLength{zero(row, r0, r)},
                            ImpedancePerLength{zero(row, x0, x)}};
        if (key && !codes.emplace(*key, code).second) {
            sheet.complain(row, type, "duplicate line type " + csv::quoted(*key));
        }
    }
    return codes;
}

std::vector<RawLine> read_lines(const FeederTexts& texts, Diagnostics& diagnostics) {
    std::vector<RawLine> lines;
    Sheet sheet(texts, "lines.csv", diagnostics);
    const auto from = sheet.need("from_bus"), to = sheet.need("to_bus");
    const auto length = sheet.need("length_km"), type = sheet.need("type");
    for (const Sheet::Row& row : sheet.rows()) {
        const double km = sheet.positive(row, length).value_or(1.0);
        const auto a = sheet.text(row, from), b = sheet.text(row, to), c = sheet.text(row, type);
        if (!a || !b) continue;
        lines.push_back({{*a, *b, c.value_or(""), Length{1e3 * km}},
                         sheet.spot(row, from),
                         sheet.spot(row, to),
                         sheet.spot(row, type)});
    }
    return lines;
}

void read_transformers(const FeederTexts& texts, RawFeeder& into, Diagnostics& diagnostics) {
    Sheet sheet(texts, "transformers.csv", diagnostics);
    const auto bus = sheet.need("lv_bus"), rating = sheet.need("sn_mva"), name = sheet.may("name");
    const auto high = sheet.need("vn_hv_kv"), low = sheet.need("vn_lv_kv");
    const auto r = sheet.need("vkr_percent"), z = sheet.need("vk_percent");
    for (const Sheet::Row& row : sheet.rows()) {
        FeederModel one;
        FeederTransformer& t = one.transformer;
        t.bus = sheet.text(row, bus).value_or("");
        const bool named = name != csv::Table::nowhere && !sheet.raw(row, name).empty();
        t.name = named ? std::string(sheet.raw(row, name)) : t.bus;
        t.rating = ApparentPower{1e6 * sheet.positive(row, rating).value_or(1.0)};
        t.high = Voltage{1e3 * sheet.positive(row, high).value_or(1.0)};
        t.low = Voltage{1e3 * sheet.positive(row, low).value_or(1.0)};
        const double vk = percent * sheet.positive(row, z).value_or(4.0);
        const double vkr = percent * sheet.not_negative(row, r).value_or(0.0);
        if (vkr >= vk) sheet.complain(row, r, "must be below vk_percent");
        t.r = Ratio{vkr};
        t.x = Ratio{std::sqrt(std::fmax(vk * vk - vkr * vkr, 0.0))};
        into.transformers.push_back(std::move(one));
        into.transformer_spots.push_back(sheet.spot(row, bus));
    }
}

/// Of a load without one: its bus, with a number behind it where the bus has several.
std::string name_of(const FeederLoad& load, const std::set<std::string>& taken) {
    std::string name = load.bus;
    for (int k = 2; taken.contains(name); ++k) name = load.bus + "_" + std::to_string(k);
    return name;
}

std::vector<RawLoad> read_loads(const FeederTexts& texts, Diagnostics& diagnostics) {
    std::vector<RawLoad> loads;
    std::set<std::string> seen;
    Sheet sheet(texts, "loads.csv", diagnostics);
    const auto bus = sheet.need("bus"), p = sheet.need("p_w"), q = sheet.need("q_var");
    const auto name = sheet.may("name"), phase = sheet.may("phase");
    for (const Sheet::Row& row : sheet.rows()) {
        RawLoad raw;
        FeederLoad& load = raw.load;
        load.bus = sheet.text(row, bus).value_or("");
        const bool named = name != csv::Table::nowhere && !sheet.raw(row, name).empty();
        raw.bus = sheet.spot(row, bus);
        read_phase(sheet, row, phase, load.phase);
        load.name = named ? std::string(sheet.raw(row, name)) : name_of(load, seen);
        if (!seen.insert(load.name).second) {
            sheet.complain(row, name, "duplicate load " + csv::quoted(load.name));
        }
        const double watt = sheet.positive(row, p).value_or(1.0);
        const double var = sheet.not_negative(row, q).value_or(0.0);
        load.p = ActivePower{watt};
        load.power_factor = watt / std::hypot(watt, var);
        if (load.power_factor < 0.1) sheet.complain(row, q, "is far greater than the active power");
        if (!load.bus.empty()) loads.push_back(std::move(raw));
    }
    return loads;
}

}  // namespace

RawFeeder read_tables(const FeederTexts& texts, Diagnostics& diagnostics) {
    RawFeeder raw;
    raw.line_codes = read_types(texts, diagnostics);
    raw.lines = read_lines(texts, diagnostics);
    read_transformers(texts, raw, diagnostics);
    raw.loads = read_loads(texts, diagnostics);
    return raw;
}

}  // namespace islandbench::feeder
