#include "emulators/devices/grid_settings.hpp"

#include <algorithm>
#include <cmath>

#include "base/json.hpp"
#include "base/unit_text.hpp"

namespace islandbench::devices {
namespace {

using json::Value;

/// From the decision of a stage to the open relay, filters included: what a clearing time has to
/// leave for.
constexpr Duration opening = 20ms;

/// A stage as the file has it.
struct Stage {
    std::string of;
    bool above = false;
    double limit = 0.0;
    Duration delay{};
};

class File {
  public:
    File(const Value& root, const std::string& file, Diagnostics& diagnostics)
        : root_(root), file_(file), diagnostics_(diagnostics) {
        nominal_v_ = number(root_, "nominal.v").value_or(0.0);
        nominal_f_ = number(root_, "nominal.f").value_or(0.0);
    }

    GridSettings read() {
        GridSettings settings;
        settings.name = text(root_, "name");
        if (!(nominal_v_ > 0.0 && nominal_f_ > 0.0)) {
            complain(root_, "nominal", "a unit cannot be set to a code without nominal values");
            return settings;
        }
        settings.nominal_v = Voltage{nominal_v_};
        settings.nominal_f = Frequency{nominal_f_};
        stages(settings);
        deep_dips(settings);
        service(settings);
        frequency_watt(settings);
        return settings;
    }

  private:
    void complain(const Value& at, const std::string& key, const std::string& message) {
        diagnostics_.add({file_, at.line(), "$." + key, message});
    }

    /// "enter_service.voltage.min" of an object; null where something on the way is missing.
    static const Value* find(const Value& in, std::string_view path) {
        const Value* value = &in;
        while (!path.empty()) {
            const std::string_view key = path.substr(0, path.find('.'));
            path.remove_prefix(std::min(key.size() + 1, path.size()));
            if (!value->is(json::Kind::object)) return nullptr;
            value = value->find(key);
            if (value == nullptr) return nullptr;
        }
        return value;
    }
    static std::string text(const Value& in, std::string_view path) {
        const Value* value = find(in, path);
        return value != nullptr && value->is(json::Kind::string) ? value->text() : std::string{};
    }
    /// In base units, as written; nothing for what is not a measure.
    static std::optional<double> number(const Value& in, std::string_view path) {
        const auto read = parse_measure(text(in, path));
        return read ? std::optional(read->value) : std::nullopt;
    }
    static std::optional<Duration> time(const Value& in, std::string_view path) {
        const auto seconds = number(in, path);
        return seconds ? std::optional(from_seconds(*seconds)) : std::nullopt;
    }
    /// Of nominal, whether the file says volts or a share.
    [[nodiscard]] std::optional<double> share(const Value& in, std::string_view path) const {
        const auto read = parse_measure(text(in, path));
        if (!read) return std::nullopt;
        return read->dimension == Dimension::voltage ? read->value / nominal_v_ : read->value;
    }
    static std::vector<const Value*> rows(const Value& in, std::string_view path) {
        std::vector<const Value*> list;
        const Value* value = find(in, path);
        if (value == nullptr || !value->is(json::Kind::array)) return list;
        for (const Value& one : value->items()) list.push_back(&one);
        return list;
    }

    [[nodiscard]] Duration own_delay(Duration of_file) const {
        if (text(root_, "delays_are") != "clearing time") return of_file;
        return std::max(of_file - opening, Duration{});
    }

    /// Nearest to nominal first.
    std::vector<Stage> stages_of(const std::string& quantity, bool above, std::size_t most) {
        std::vector<Stage> list;
        for (const Value* row : rows(root_, "trip")) {
            if (text(*row, "quantity") != quantity) continue;
            if ((text(*row, "beyond") == "above") != above) continue;
            const bool volts = quantity.starts_with("voltage");
            const auto limit = volts ? share(*row, "limit") : number(*row, "limit");
            const auto delay = time(*row, "delay");
            if (!limit || !delay) {
                complain(*row, "trip", "a stage needs a limit and a delay");
                continue;
            }
            list.push_back({quantity, above, *limit, own_delay(*delay)});
        }
        std::stable_sort(list.begin(), list.end(), [above](const Stage& a, const Stage& b) {
            return above ? a.limit < b.limit : a.limit > b.limit;
        });
        if (list.size() > most) {
            complain(root_, "trip",
                     "the unit has " + std::to_string(most) + " stages for " + quantity + " " +
                         (above ? "above" : "below") + " a limit, and the code asks for " +
                         std::to_string(list.size()));
            list.resize(most);
        }
        return list;
    }

    void stages(GridSettings& settings) {
        ProtectionSpec& p = settings.protection;
        const auto volts = [](const std::vector<Stage>& from, std::size_t i) {
            return i < from.size()
                       ? std::optional(VoltageStage{Ratio{from[i].limit}, from[i].delay})
                       : std::nullopt;
        };
        const auto hertz = [](const std::vector<Stage>& from, std::size_t i) {
            return i < from.size()
                       ? std::optional(FrequencyStage{Frequency{from[i].limit}, from[i].delay})
                       : std::nullopt;
        };
        const auto under_v = stages_of("voltage", false, 3);
        const auto over_v = stages_of("voltage", true, 2);
        const auto mean_v = stages_of("voltage_10min", true, 1);
        const auto under_f = stages_of("frequency", false, 2);
        const auto over_f = stages_of("frequency", true, 2);
        const auto rocof = stages_of("rocof", true, 1);
        p.uv = volts(under_v, 0).value_or(VoltageStage{});
        p.uv2 = volts(under_v, 1);
        p.uv3 = volts(under_v, 2);
        p.ov1 = volts(over_v, 0).value_or(VoltageStage{});
        p.ov2 = volts(over_v, 1).value_or(VoltageStage{});
        p.ov_mean = volts(mean_v, 0);
        p.uf1 = hertz(under_f, 0).value_or(FrequencyStage{});
        p.uf2 = hertz(under_f, 1).value_or(FrequencyStage{});
        p.of = hertz(over_f, 0).value_or(FrequencyStage{});
        p.of2 = hertz(over_f, 1);
        p.rocof = {};
        if (!rocof.empty()) p.rocof = {Rocof{rocof[0].limit}, rocof[0].delay};
    }

    /// Where it may stop its current, and for how long it must stay all the same.
    void deep_dips(GridSettings& settings) {
        double keeps_feeding = 1.0;
        bool any = false;
        for (const Value* row : rows(root_, "ride_through")) {
            if (text(*row, "quantity") != "voltage") continue;
            const std::string mode = text(*row, "mode");
            const auto from = share(*row, "from");
            if (!from) continue;
            if (mode == "mandatory" && *from < 1.0) {
                keeps_feeding = std::min(keeps_feeding, *from);
            }
            if (mode == "momentary cessation" && *from > 1.0) {
                settings.v_block_above = Ratio{*from};
            }
            any = any || (*from < 0.85 && mode != "cease");
        }
        if (keeps_feeding < 1.0) settings.v_block = Ratio{keeps_feeding};
        // What the code says of deep dips: by its bands; by points, of which none is that deep; or,
        // where it has neither, by its stages alone. Then these decide, and nothing before them.
        if (!any && !rows(root_, "no_trip").empty()) return;
        const ProtectionSpec& p = settings.protection;
        Duration longest = p.uv.delay;
        for (const auto& stage : {p.uv2, p.uv3}) {
            if (stage) longest = std::max(longest, stage->delay);
        }
        if (settings.v_block_above) longest = std::max({longest, p.ov1.delay, p.ov2.delay});
        settings.trip_after = longest;
    }

    void service(GridSettings& settings) {
        const Value* service = find(root_, "enter_service");
        if (service == nullptr) {
            return complain(root_, "enter_service",
                            "a unit cannot be set to a code that does not say when it may connect");
        }
        const auto v_min = share(*service, "voltage.min"), v_max = share(*service, "voltage.max");
        const auto f_min = number(*service, "frequency.min");
        const auto f_max = number(*service, "frequency.max");
        const auto observation = time(*service, "observation.value");
        if (!v_min || !v_max || !f_min || !f_max || !observation) {
            return complain(*service, "enter_service", "needs both windows and an observation");
        }
        settings.window = {Ratio{*v_min}, Ratio{*v_max}, Frequency{*f_min}, Frequency{*f_max}};
        settings.observation = *observation;
        settings.ramp = time(*service, "ramp_period.value");
        if (const auto per_minute = number(*service, "ramp.per_minute")) {
            settings.ramp = from_seconds(60.0 / *per_minute);
        }
    }

    void frequency_watt(GridSettings& settings) {
        std::optional<double> over, under, k_over, k_under, response;
        for (const Value* row : rows(root_, "frequency_response")) {
            const auto droop = number(*row, "droop");
            const auto dead_band = number(*row, "dead_band");
            const auto over_start = number(*row, "over_start");
            const auto under_start = number(*row, "under_start");
            const auto zero = number(*row, "over_zero"), full = number(*row, "under_full");
            if (dead_band) over = under = *dead_band;
            if (over_start) over = *over_start - nominal_f_;
            if (under_start) under = nominal_f_ - *under_start;
            if (droop && (over_start || dead_band)) k_over = droop;
            if (droop && (under_start || dead_band)) k_under = droop;
            // From full output to none between the two frequencies.
            if (zero && over_start) k_over = (*zero - *over_start) / nominal_f_;
            if (full && under_start) k_under = (*under_start - *full) / nominal_f_;
            if (const auto seconds = number(*row, "response")) response = seconds;
        }
        if (over && under && k_over && k_under) {
            settings.both_sides = FrequencyDroopSpec{
                .db_of = Frequency{*over},
                .db_uf = Frequency{*under},
                .k_of = Ratio{*k_over},
                .k_uf = Ratio{*k_under},
                .response = from_seconds(response.value_or(0.0)),
            };
        } else if (over && k_over) {
            settings.over_start = Frequency{nominal_f_ + *over};
            settings.over_droop = Ratio{*k_over};
        }
    }

    const Value& root_;
    std::string file_;
    Diagnostics& diagnostics_;
    double nominal_v_ = 0.0, nominal_f_ = 0.0;
};

template <class T, class U>
void set(std::optional<T>& key, const U& value) {
    if (!key) key = value;
}

}  // namespace

GridSettings read_grid_settings(std::string_view text, const std::string& file,
                                Diagnostics& diagnostics) {
    Diagnostics found;
    const Value root = json::parse(text, file, found);
    if (found.empty() && root.is(json::Kind::object)) return File(root, file, diagnostics).read();
    if (found.empty()) found.add({file, root.line(), "$", "expected an object"});
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    return {};
}

void set_up(HybridSpec& unit, const GridSettings& settings) {
    // One that was given stages by hand is inside its own, and not inside the code's window.
    if (!unit.protection) set(unit.rejoin_window, settings.window);
    set(unit.protection, settings.protection);
    set(unit.rejoin, settings.observation);
    set(unit.rejoin_ramp, settings.ramp);
    set(unit.v_block, settings.v_block);
    set(unit.v_block_above, settings.v_block_above);
    set(unit.trip_after, settings.trip_after);
    const bool by_hand = unit.frequency_droop || unit.fw_start || unit.fw_droop;
    if (by_hand) return;
    unit.frequency_droop = settings.both_sides;
    unit.fw_start = settings.over_start;
    unit.fw_droop = settings.over_droop;
}

}  // namespace islandbench::devices
