#include "reports/golden.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

#include "reports/chart/trace.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

constexpr std::size_t lines_most = 6;

struct Spell {
    Instant from, to;
    [[nodiscard]] Duration length() const { return to - from; }
};

/// 1 while every site has voltage and frequency inside the limits.
Series supplied(const SustainedPowerInputs& inputs) {
    std::vector<const Series*> parts = inputs.site_voltages;
    parts.push_back(inputs.frequency);
    return combined({"supplied", Dimension::none, 0}, parts, [&](std::span<const double> values) {
        bool good = values.back() >= inputs.f_min.value() && values.back() <= inputs.f_max.value();
        for (const double v : values.first(values.size() - 1)) {
            good = good && v >= inputs.v_min.value() && v <= inputs.v_max.value();
        }
        return good ? 1.0 : 0.0;
    });
}

std::vector<Spell> spells_of(const Series& flag, Instant from, Instant to) {
    std::vector<Spell> spells;
    each_hold(flag, from, to, [&spells](Instant begin, Instant end, double value) {
        if (value == 0.0) return;
        if (!spells.empty() && spells.back().to == begin) {
            spells.back().to = end;
        } else {
            spells.push_back({begin, end});
        }
    });
    return spells;
}

std::string not_sustained(const std::vector<Spell>& spells, Instant end) {
    if (spells.empty()) return "no priority site had power after the outage";
    const auto longest =
        std::max_element(spells.begin(), spells.end(),
                         [](const Spell& a, const Spell& b) { return a.length() < b.length(); });
    const std::string at_longest =
        format_duration(longest->length()) + " from " + clock_text(longest->from);
    const Spell& last = spells.back();
    if (last.to != end) return "it never lasted; longest " + at_longest;
    const std::string held =
        "held only " + format_duration(last.length()) + " by the end of the run";
    const bool held_longer_before = longest->from != last.from;
    return held + (held_longer_before ? "; before that longest " + at_longest : "");
}

/// What the sites were without after the spell that counts.
void find_losses(SustainedPower& figure, std::span<const Spell> from_counted, Instant end) {
    for (std::size_t i = 0; i < from_counted.size(); ++i) {
        const bool is_last = i + 1 == from_counted.size();
        const Spell dark{from_counted[i].to, is_last ? end : from_counted[i + 1].from};
        if (dark.length() <= 0ns) continue;
        if (!figure.lost_again) {
            figure.lost_again = dark.from;
            figure.lost_again_for = dark.length();
        }
        ++figure.losses;
        figure.lost_in_all += dark.length();
        figure.lost_at_end = is_last;
    }
}

std::string price_text(EnergyPrice price) {
    char text[48];
    std::snprintf(text, sizeof text, "%.3f EUR/kWh", price.value());
    return text;
}

/// "; lost again at 12:31.000 for 3 min 20 s, to the end of the run"
std::string losses_text(const SustainedPower& figure) {
    if (!figure.lost_again) return {};
    std::string text = "; lost again at " + clock_text(*figure.lost_again) + " for " +
                       format_duration(figure.lost_again_for);
    if (figure.losses > 1) {
        text += ", " + std::to_string(figure.losses) + " times for " +
                format_duration(figure.lost_in_all) + " in all";
    }
    if (figure.lost_at_end) {
        text +=
            figure.losses > 1 ? ", the last time to the end of the run" : ", to the end of the run";
    }
    return text;
}

FigureText text_of(const std::optional<SustainedPower>& figure) {
    FigureText text{
        "Time to sustained power", "no value", "no outage was measured in this run", {}};
    if (!figure) return text;
    const std::string held = format_duration(figure->held);
    if (figure->reached) {
        text.value =
            format_duration(figure->from_outage) + (figure->lost_again ? ", but lost again" : "");
        text.meaning = "after the outage every priority site had power, and kept it for " + held +
                       (figure->run_ended_first ? ", to the end of the run" : "");
        if (figure->run_ended_first && figure->held < figure->required) {
            text.meaning = "after the outage; held " + held + ", run ended";
        }
        text.meaning += losses_text(*figure);
    } else {
        // Lit at the very end, or nobody to light: neither reached nor failed.
        const bool undecided = figure->run_ended_first || figure->sites.empty();
        text.value = undecided ? "no value" : "not reached";
        text.meaning = figure->reason;
    }
    std::string sites;
    for (const std::string& site : figure->sites) sites += (sites.empty() ? "" : ", ") + site;
    text.inputs = {
        {"priority sites", sites},
        {"voltage", format_measure(figure->v_min) + " to " + format_measure(figure->v_max)},
        {"frequency", format_measure(figure->f_min) + " to " + format_measure(figure->f_max)},
        {"sustained means", format_duration(figure->required) +
                                " without a break, or to the end of the run for at least " +
                                format_duration(figure->required_at_end)}};
    return text;
}

std::string text_of(const DeviceOpenness& device) {
    std::string text = device.weight.value() > 0 ? format_measure(device.weight) + ": " : "";
    if (!device.published) return text + "protocol not published";
    text += std::to_string(device.proven.size()) + " of " + std::to_string(ability_count);
    std::string missing;
    for (const auto& name : enum_names(Ability{})) {
        const bool proven = std::find(device.proven.begin(), device.proven.end(), name.value) !=
                            device.proven.end();
        if (!proven) missing += (missing.empty() ? "" : ", ") + std::string(name.text);
    }
    return text + (missing.empty() ? "" : "; not proven: " + missing);
}

using TextLines = std::vector<std::pair<std::string, std::string>>;

/// Units of which the same is to be said share a line when there are many: "home1 and 23 more".
TextLines folded(const TextLines& units) {
    if (units.size() <= lines_most) return units;
    std::map<std::string, std::size_t> count;
    for (const auto& unit : units) ++count[unit.second];
    TextLines lines;
    for (const auto& [name, said] : units) {
        const std::size_t n = count[said];
        if (n == 0) continue;  // stands in the line of an earlier one
        lines.emplace_back(n == 1 ? name : name + " and " + std::to_string(n - 1) + " more", said);
        count[said] = 0;
    }
    return lines;
}

FigureText text_of(const std::optional<Openness>& figure) {
    FigureText text{"Openness", "no value", "not measured in this run", {}};
    if (!figure) return text;
    text.value = percent_text(figure->share.value());
    text.meaning = "of " + std::to_string(ability_count) +
                   " needed abilities proven in this run through a published local protocol, "
                   "weighted by power";
    TextLines units;
    for (const DeviceOpenness& device : figure->devices) {
        units.emplace_back(device.device, text_of(device));
    }
    for (const auto& line : folded(units)) text.inputs.push_back(line);
    return text;
}

FigureText text_of(const std::optional<EmergencyCost>& figure) {
    FigureText text{"Cost per kWh delivered", "no value", "not measured in this run", {}};
    if (!figure) return text;
    text.meaning = "nothing was delivered in the emergency";
    if (figure->per_kwh) {
        text.value = price_text(*figure->per_kwh);
        text.meaning = "for " + format_measure(figure->delivered) +
                       " delivered in the emergency: energy " + price_text(figure->energy) +
                       ", wear " + price_text(figure->wear) + ", fixed " +
                       price_text(figure->fixed);
    }
    const EconomicsSpec& prices = figure->prices;
    text.inputs = {{"energy stored", price_text(prices.energy_in)},
                   {"round trip", format_measure(prices.round_trip)},
                   {"battery", price_text(prices.battery_price) + " of capacity"},
                   {"replaced at", format_measure(prices.end_of_life) + " state of health"},
                   {"fixed cost", format_measure(prices.per_event) + " per event"}};
    const bool many = figure->packs.size() > lines_most;
    TextLines packs;
    for (const PackWear& pack : figure->packs) {
        char lost[48];
        // Of many, those alike in the first digit are told together.
        std::snprintf(lost, sizeof lost, ", %.*g ppm of its health", many ? 1 : 2,
                      pack.soh_lost.value() * 1e6);
        packs.emplace_back(pack.device, format_measure(pack.capacity) + lost);
    }
    for (const auto& line : folded(packs)) text.inputs.push_back(line);
    return text;
}

}  // namespace

SustainedPower sustained_power(const SustainedPowerInputs& inputs) {
    SustainedPower figure;
    figure.required = inputs.required;
    figure.required_at_end = inputs.required_at_end;
    figure.sites = inputs.site_names;
    figure.v_min = inputs.v_min;
    figure.v_max = inputs.v_max;
    figure.f_min = inputs.f_min;
    figure.f_max = inputs.f_max;
    if (inputs.site_voltages.empty()) {
        figure.reason = "there was an outage, but the site file names no priority sites";
        return figure;
    }
    if (inputs.frequency == nullptr) {
        figure.reason = "the frequency of the island is not known";
        return figure;
    }
    const auto spells = spells_of(supplied(inputs), inputs.outage, inputs.end);
    const auto long_enough = [&](const Spell& spell) {
        const bool at_end = spell.to == inputs.end;
        return spell.length() >=
               (at_end ? std::min(inputs.required, inputs.required_at_end) : inputs.required);
    };
    const auto found = std::find_if(spells.begin(), spells.end(), long_enough);
    if (found == spells.end()) {
        figure.reason = not_sustained(spells, inputs.end);
        figure.run_ended_first = !spells.empty() && spells.back().to == inputs.end;
        if (figure.run_ended_first) figure.held = spells.back().length();
        return figure;
    }
    figure.reached = true;
    figure.from_outage = found->from - inputs.outage;
    figure.held = found->length();
    figure.run_ended_first = found->to == inputs.end;
    find_losses(figure, std::span(found, spells.end()), inputs.end);
    return figure;
}

double openness_of(const DeviceOpenness& device) {
    return device.published ? static_cast<double>(device.proven.size()) / ability_count : 0.0;
}

Openness openness(std::vector<DeviceOpenness> devices) {
    double sum = 0.0;
    double weights = 0.0;
    const bool rated = std::any_of(devices.begin(), devices.end(), [](const DeviceOpenness& one) {
        return one.weight.value() > 0.0;
    });
    for (const DeviceOpenness& device : devices) {
        const double weight = rated ? device.weight.value() : 1.0;
        sum += weight * openness_of(device);
        weights += weight;
    }
    return {Ratio{weights > 0.0 ? sum / weights : 0.0}, std::move(devices)};
}

EmergencyCost emergency_cost(const EconomicsSpec& prices, Energy delivered,
                             std::vector<PackWear> packs) {
    EmergencyCost cost;
    cost.delivered = delivered;
    cost.prices = prices;
    cost.packs = std::move(packs);
    const double kwh = delivered.value() / 1e3;
    if (!(kwh > 0.0)) return cost;
    double wear = 0.0;
    for (const PackWear& pack : cost.packs) {
        wear += prices.battery_price.value() * pack.capacity.value() / 1e3 * pack.soh_lost.value() /
                (1.0 - prices.end_of_life.value());
    }
    cost.energy = EnergyPrice{prices.energy_in.value() / prices.round_trip.value()};
    cost.wear = EnergyPrice{wear / kwh};
    cost.fixed = EnergyPrice{prices.per_event.value() / kwh};
    cost.per_kwh = cost.energy + cost.wear + cost.fixed;
    return cost;
}

Energy energy_of(const Series& power, Instant from, Instant to) {
    Energy sum;
    each_hold(power, from, to, [&sum](Instant begin, Instant end, double watts) {
        sum += ActivePower{watts} * (end - begin);
    });
    return sum;
}

std::vector<FigureText> figure_texts(const GoldenFigures& figures) {
    return {text_of(figures.sustained), text_of(figures.openness), text_of(figures.cost)};
}

}  // namespace islandbench::reports
