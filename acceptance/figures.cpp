#include "acceptance/figures.hpp"

#include <algorithm>
#include <cctype>

#include "acceptance/code_figures.hpp"
#include "base/assert.hpp"

namespace islandbench::acceptance {
namespace {

Figure figure(double value, Dimension dimension, Certainty certainty = Certainty::s) {
    Figure made;
    made.measure = {value, dimension};
    made.certainty = certainty;
    return made;
}

template <Dimension D>
Figure figure(Quantity<D> value, Certainty certainty = Certainty::s) {
    return figure(value.value(), D, certainty);
}

Figure figure(Duration value, Certainty certainty = Certainty::s) {
    return figure(to_seconds(value), Dimension::time, certainty);
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

void add_battery(Figures& figures, const std::string& unit, const BatterySpec& battery) {
    const std::string name = "site." + unit;
    figures.add(name + ".normal_floor", figure(battery.normal_floor));
    figures.add(name + ".normal_ceiling", figure(battery.normal_ceiling));
    figures.add(name + ".island_floor", figure(battery.island_floor));
    figures.add(name + ".technical_floor", figure(battery.technical_floor));
    figures.add(name + ".owner_reserve", figure(battery.owner_reserve));
    figures.add(name + ".discharge_limit", figure(battery.discharge_limit));
    // Whose owner uses it up himself, or lends it in an emergency, has agreed to more.
    const bool more = battery.own_use || battery.emergency_release;
    figures.add(name + ".event_dod", figure(more ? Ratio{1.0} : battery.event_dod));
}

/// T_det of criterion C1. Nobody allows more than 2 s without an agreement (IEEE 1547-2018 8.1,
/// IEC 62116), so a site cannot make itself green by writing a longer one.
Figure detection(Duration longest) {
    Figure made = figure(longest, longest <= 2s ? Certainty::s : Certainty::ej);
    if (longest > 2s) {
        made.note = "the site allows " + format_duration(longest) +
                    " to feed a dead grid, longer than the 2 s of IEEE 1547 and IEC 62116";
    }
    return made;
}

/// What the site file says about the street as built is what its owner answers for: sure.
void add_site(Figures& figures, const Site& site) {
    figures.add("site.nominal_v", figure(site.nominal_v));
    figures.add("site.nominal_f", figure(site.nominal_f));
    figures.add("site.t_detect", detection(site.t_detect));
    figures.add("site.pcc.rating", figure(site.interconnect.rating));
    if (site.interconnect.export_limit) {
        figures.add("site.pcc.export_limit", figure(*site.interconnect.export_limit));
    }
    if (site.services.import_limit) {
        figures.add("site.services.import_limit", figure(*site.services.import_limit));
    }
    if (site.services.peak_target) {
        figures.add("site.services.peak_target", figure(*site.services.peak_target));
    }
    figures.add("site." + site.former.name + ".rating", figure(site.former.rating));
    figures.add("site." + site.former.name + ".share_limit", figure(site.former.share_limit));
    const OverloadStep& first = site.former.overload.front();
    figures.add("site." + site.former.name + ".overload", figure(Ratio{first.multiple}));
    figures.add("site." + site.former.name + ".overload_time", figure(first.duration));
    ApparentPower der = site.former.rating;
    for (const HomeSpec& home : site.homes) {
        if (home.hybrid) der += home.hybrid->rating;
    }
    figures.add("site.der.rating", figure(der));
    add_battery(figures, site.former.name, site.former.battery);
    for (const HomeSpec& home : site.homes) {
        if (!home.hybrid) continue;
        figures.add("site." + home.name + ".rating", figure(home.hybrid->rating));
        add_battery(figures, home.name, home.hybrid->battery);
    }
}

std::string class_figure(LoadClass load_class) {
    return "class." + lower(std::string(json::enum_text(load_class))) + ".gap";
}

void add_gaps(Figures& figures, const Site& site) {
    for (const LoadClass one : {LoadClass::t1, LoadClass::t2, LoadClass::t3, LoadClass::t4}) {
        figures.add(class_figure(one), gap_of(one));
    }
    const auto add = [&](const std::string& load, LoadClass load_class) {
        Figure gap = gap_of(load_class);
        // Who agreed the class agreed it for each of its loads.
        const auto agreed = site.agreed.find(class_figure(load_class));
        if (agreed != site.agreed.end()) gap.agreed_by = agreed->second;
        figures.add("site." + load + ".gap", gap);
    };
    for (const HomeSpec& home : site.homes) add(home.name, home.load_class);
    for (const PrioritySiteSpec& one : site.priority_sites) add(one.name, one.load_class);
}

}  // namespace

void Figures::add(std::string name, Figure figure) {
    const bool is_new = figures_.emplace(std::move(name), std::move(figure)).second;
    IB_ASSERT(is_new);
}

void Figures::agree(const std::string& name, const std::string& who) {
    agreed_[name] = who;
    const auto at = figures_.find(name);
    if (at != figures_.end()) at->second.agreed_by = who;
}

const Figure* Figures::find(std::string_view name) const {
    const auto at = figures_.find(name);
    return at == figures_.end() ? nullptr : &at->second;
}

std::string Figures::agreed_by(std::string_view criterion) const {
    const auto at = agreed_.find(criterion);
    return at == agreed_.end() ? std::string{} : at->second;
}

std::vector<std::string> Figures::names() const {
    std::vector<std::string> names;
    for (const auto& [name, figure] : figures_) names.push_back(name);
    return names;
}

Figure gap_of(LoadClass load_class) {
    switch (load_class) {
        case LoadClass::t1: return figure(20ms, Certainty::kh);
        case LoadClass::t2: return figure(100ms, Certainty::ej);
        case LoadClass::t3: return figure(2s, Certainty::ej);
        case LoadClass::t4: return figure(15s, Certainty::s);
    }
    return {};
}

Figures figures_of(const GridCode& code, const Site& site, std::optional<Duration> observation,
                   const std::vector<GridCode>& other_codes) {
    Figures figures;
    add_own_code(figures, code, observation);
    for (const GridCode& other : other_codes) add_other_code(figures, other);
    add_site(figures, site);
    add_gaps(figures, site);
    for (const auto& [name, who] : site.agreed) figures.agree(name, who);
    return figures;
}

std::string group_name(const Groups& groups, const std::string& written) {
    if (groups.contains(written) || !written.ends_with('s')) return written;
    const std::string singular = written.substr(0, written.size() - 1);
    return groups.contains(singular) ? singular : written;
}

std::string unknown_group(const Groups& groups, const std::string& written) {
    std::vector<std::string> known;
    for (const auto& [name, members] : groups) known.push_back(name);
    return "unknown group \"" + written + "\"" + suggestion(written, known);
}

Groups groups_of(const Site& site) {
    Groups groups{{"former", {}}, {"home", {}},     {"hybrid", {}}, {"follower", {}},
                  {"load", {}},   {"priority", {}}, {"unit", {}},   {"meter", {}}};
    groups["former"].push_back(site.former.name);
    groups["unit"].push_back(site.former.name);
    for (const HomeSpec& home : site.homes) {
        groups["home"].push_back(home.name);
        groups["load"].push_back(home.name);
        if (!home.hybrid) continue;
        groups["hybrid"].push_back(home.name);
        groups["follower"].push_back(home.name);
        groups["unit"].push_back(home.name);
    }
    for (const PrioritySiteSpec& one : site.priority_sites) {
        groups["priority"].push_back(one.name);
        groups["load"].push_back(one.name);
    }
    for (const MeterSpec& one : site.meters) groups["meter"].push_back(one.name);
    return groups;
}

}  // namespace islandbench::acceptance
