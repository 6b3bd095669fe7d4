#include "reports/energy_summary.hpp"

#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

struct Flow {
    std::string who;
    Energy energy;
};

PartSummary summary_of(const std::string& name, bool closed, const PartEnergy& energy) {
    PartSummary part;
    part.name = name;
    part.closed = closed;
    part.lasted = energy.lasted;
    part.grid = {energy.grid_in, energy.grid_out};
    part.former = {energy.former_out, energy.former_in};
    for (const HomeEnergy& home : energy.homes) {
        Exchange& group = home.battery ? part.with_battery : part.without;
        group.given += home.given;
        group.taken += home.taken;
        ++(home.battery ? part.homes_with : part.homes_without);
    }
    Energy taken =
        part.grid.taken + part.former.taken + part.with_battery.taken + part.without.taken;
    for (const PriorityEnergy& site : energy.priority) {
        part.priority.emplace_back(site.site, site.taken);
        taken += site.taken;
    }
    part.through =
        part.grid.given + part.former.given + part.with_battery.given + part.without.given;
    part.lost = part.through - taken;
    return part;
}

/// Those worth a word, in the order of the picture.
std::vector<Flow> flows_of(const RunRecord& run, const PartSummary& part, bool given, bool brief) {
    std::vector<Flow> flows;
    const auto add = [&](const std::string& who, Energy energy) {
        if (!part.is_trifle(energy)) flows.push_back({who, energy});
    };
    const auto one = [given](const Exchange& exchange) {
        return given ? exchange.given : exchange.taken;
    };
    const auto homes = [brief](std::size_t n, bool battery) {
        return brief ? std::to_string(n) + (battery ? " with battery" : " without")
                     : homes_text(n, battery);
    };
    add(brief ? "grid" : "the grid", one(part.grid));
    add((brief ? "" : "the ") + printable(run.end.energy.former, 40), one(part.former));
    add(homes(part.homes_with, true), one(part.with_battery));
    add(homes(part.homes_without, false), one(part.without));
    if (given) return flows;
    for (const auto& [site, energy] : part.priority) {
        add((brief ? "" : "the ") + printable(site, 40), energy);
    }
    return flows;
}

std::string listed(const std::vector<Flow>& flows, const char* between) {
    std::string text;
    for (const Flow& flow : flows) {
        text += (text.empty() ? "" : between) + flow.who + " " + plain_text(flow.energy);
    }
    return text.empty() ? "nothing" : text;
}

std::string sentence_of(const std::vector<Flow>& flows, const char* verb, const char* nobody) {
    if (flows.empty()) return nobody;
    std::string text;
    for (std::size_t i = 0; i < flows.size(); ++i) {
        const bool last = i + 1 == flows.size();
        text += i == 0 ? "" : last ? " and " : ", ";
        text += flows[i].who + (i == 0 ? std::string(" ") + verb : "") + " " +
                plain_text(flows[i].energy);
    }
    return text;
}

std::string capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    }
    return text;
}

}  // namespace

bool PartSummary::is_trifle(Energy energy) const {
    constexpr double share = 0.01;
    return !(energy.value() > share * through.value());
}

std::vector<PartSummary> parts_of(const RunRecord& run) {
    const StreetEnergy& energy = run.end.energy;
    std::vector<PartSummary> parts;
    if (!energy.known) return parts;
    const auto add = [&parts](const char* name, bool closed, const PartEnergy& part) {
        if (part.lasted > 0ns) parts.push_back(summary_of(name, closed, part));
    };
    add(energy.island.lasted > 0ns ? "Before" : "On the grid", true, energy.before);
    add("In the island", false, energy.island);
    add("After reclosing", true, energy.after);
    return parts;
}

std::string homes_text(std::size_t homes, bool battery) {
    return counted(homes, "home") + (battery ? " with batteries" : " without");
}

std::string flow_text(const RunRecord& run, const PartSummary& part) {
    return listed(flows_of(run, part, true, true), " + ") + " \u2192 " +
           listed(flows_of(run, part, false, true), ", ");
}

std::string flow_sentence(const RunRecord& run, const PartSummary& part) {
    const std::string given =
        sentence_of(flows_of(run, part, true, false), "gave", "nobody gave anything");
    const std::string taken =
        sentence_of(flows_of(run, part, false, false), "took", "nobody took anything");
    std::string text = capital(given) + "; " + taken + ".";
    if (part.lost.value() > 0) {
        text += " The cables warmed themselves with " + plain_text(part.lost) + ".";
    }
    return text;
}

HomeState state_of(const HomeEnergy& home, Duration lasted) {
    // The gap of a transfer is no darkness to speak of, a tenth of the time is.
    if (home.dark > std::max(Duration{lasted / 10}, Duration{3s})) return HomeState::dark;
    if (home.shed > 0ns) return HomeState::shed;
    return home.given > home.taken ? HomeState::self_fed : HomeState::served;
}

}  // namespace islandbench::reports
