#include <algorithm>
#include <map>
#include <set>

#include "reports/energy_summary.hpp"
#include "reports/html_sections.hpp"
#include "reports/html_words.hpp"
#include "reports/residents.hpp"
#include "reports/street_picture.hpp"
#include "reports/text.hpp"

namespace islandbench::reports::sections {
namespace {

void question(Markup& page, std::string_view asked, const std::string& answer) {
    page.open("div").attr("class", "paper question").line().leaf("h3", asked).line();
    page.open("p").attr("class", "answer");
    words::foreign(page, answer, 400);
    page.close().line();
}

void sentence(Markup& page, const std::string& text, std::string_view css_class = {}) {
    page.open("p");
    if (!css_class.empty()) page.attr("class", css_class);
    words::foreign(page, text, 600);
    page.close().line();
}

std::string reserve_text(const Reserve& reserve) {
    return "the batteries still held " + plain_text(reserve.left) +
           " above what they must keep. That is " + plain_text(reserve.p50) +
           " at the usual demand, and " + plain_text(reserve.p90) + " at a high one.";
}

void hours(Markup& page, const HoursLeft& hours) {
    if (!hours.unknown.empty()) {
        question(page, "How many hours were left?", "Not known.");
        sentence(page, "Because " + hours.unknown + ".");
        page.close().line();
        return;
    }
    question(page, "How many hours were left?",
             plain_text(hours.worst.p50) + " (P50), " + plain_text(hours.worst.p90) + " (P90)");
    const char* last =
        hours.reclosed ? "when the grid took over again" : "at the end of the run, still an island";
    if (hours.last.at - hours.worst.at < 1s) {
        sentence(page, "At the tightest moment, which was " + std::string(last) + ", " +
                           plain_text(hours.worst.at) + ", " + reserve_text(hours.worst));
    } else {
        sentence(page, "At the tightest moment, " + plain_text(hours.worst.at) + ", " +
                           reserve_text(hours.worst));
        sentence(page, "Later, " + std::string(last) + ", " + plain_text(hours.last.at) + ", " +
                           reserve_text(hours.last));
    }
    if (hours.said_p50 && hours.said_p90) {
        sentence(page,
                 "The dispatch core, which looks ahead and trusts a state of charge less, said "
                 "then: " +
                     plain_text(*hours.said_p50) + " (P50), " + plain_text(*hours.said_p90) +
                     " (P90).");
    }
    sentence(
        page,
        "Demand as it was in the island, with what was switched off left out: " +
            plain_text(hours.demand_p50) + " or less in half of its " +
            std::to_string(hours.minutes) + " whole minutes (P50), " +
            plain_text(hours.demand_p90) +
            " or less in nine of ten (P90). As if no sun shone, every battery could feed every "
            "home, and nothing was lost on the way.",
        "small");
    page.close().line();
}

std::string darkness_text(const Darkness& darkness) {
    if (darkness.places == 0) return "The voltage was good enough for everybody all the time.";
    const std::string who = darkness.places == darkness.of
                                ? "Everybody"
                                : std::to_string(darkness.places) + " of " +
                                      std::to_string(darkness.of) + " homes and sites";
    return who +
           (darkness.places == 1             ? " was"
            : darkness.places == darkness.of ? " was"
                                             : " were") +
           " without usable voltage (85 % of what it should be), first at " +
           plain_text(darkness.first) + ", for " + plain_text(darkness.longest) +
           " at the longest.";
}

std::string cause_text(CutCause cause) {
    switch (cause) {
        case CutCause::overload: return "to relieve an overload";
        case CutCause::saving: return "to save energy";
        case CutCause::restart: return "to restart a dead street gently";
        case CutCause::local_stage: return "because the frequency was low";
        case CutCause::no_supply: return "because there was no supply";
        case CutCause::fault: return "by a fault that the story put there";
        case CutCause::unknown: break;
    }
    return "for a reason that the record does not show";
}

/// "A part of 3 homes, for 48 s at most: to relieve an overload (2), to save energy (1)."
std::string cuts_sentence(const std::vector<Cut>& cuts) {
    std::set<std::string> homes;
    std::map<CutCause, std::set<std::string>> homes_by_cause;
    Duration longest{};
    for (const Cut& cut : cuts) {
        homes.insert(cut.home);
        homes_by_cause[cut.cause].insert(cut.home);
        longest = std::max(longest, cut.lasted);
    }
    std::string why;
    for (const auto& [cause, of] : homes_by_cause) {
        why += (why.empty() ? "" : ", ") + cause_text(cause);
        if (homes_by_cause.size() > 1) why += " (" + counted(of.size(), "home") + ")";
    }
    return "A part of " +
           (homes.size() == 1 ? printable(*homes.begin(), 40) : counted(homes.size(), "home")) +
           ", for " + plain_text(longest) + " at most: " + why + ".";
}

/// Cuts of one tier that began together, for one reason.
struct CutGroup {
    std::vector<const Cut*> cuts;
    [[nodiscard]] const Cut& shortest() const {
        return **std::min_element(cuts.begin(), cuts.end(), is_shorter);
    }
    [[nodiscard]] const Cut& longest() const {
        return **std::max_element(cuts.begin(), cuts.end(), is_shorter);
    }
    static bool is_shorter(const Cut* a, const Cut* b) { return a->lasted < b->lasted; }
};

std::vector<CutGroup> grouped_cuts(const std::vector<Cut>& cuts) {
    constexpr Duration together = 1s;
    std::vector<CutGroup> groups;
    for (const Cut& cut : cuts) {
        const auto found = std::find_if(groups.begin(), groups.end(), [&](const CutGroup& group) {
            const Cut& first = *group.cuts.front();
            return first.tier == cut.tier && first.why == cut.why &&
                   cut.from - first.from <= together;
        });
        if (found == groups.end()) {
            groups.push_back({{&cut}});
        } else {
            found->cuts.push_back(&cut);
        }
    }
    return groups;
}

/// "home1", or "12 homes: home1, home4, ..."
void homes_of_group(Markup& page, const CutGroup& group) {
    constexpr std::size_t most = 40;
    std::string names;
    for (std::size_t i = 0; i < std::min(group.cuts.size(), most); ++i) {
        names += (i == 0 ? "" : ", ") + group.cuts[i]->home;
    }
    if (group.cuts.size() > most) names += ", \u2026";
    if (group.cuts.size() == 1) return words::foreign(page, names, 40);
    page.text(counted(group.cuts.size(), "home")).open("div").attr("class", "reason");
    words::foreign(page, names, 600);
    page.close();
}

std::string end_text(const Cut& cut) {
    return cut.to ? plain_text(*cut.to) : "still off";
}

/// "48 s", or "12 s to 5 min"
std::string span_text(const std::string& from, const std::string& to) {
    return from == to ? from : from + " to " + to;
}

void cut_row(Markup& page, const CutGroup& group) {
    page.open("tr").open("td").attr("class", "homes");
    homes_of_group(page, group);
    page.close();
    words::cell(page, std::to_string(group.shortest().tier), "number");
    words::cell(page, plain_text(group.cuts.front()->from), "number");
    words::cell(page, span_text(end_text(group.shortest()), end_text(group.longest())), "number");
    words::cell(page,
                span_text(plain_text(group.shortest().lasted), plain_text(group.longest().lasted)),
                "number");
    page.open("td").attr("class", "reason why");
    words::foreign(page, group.shortest().why, 240);
    page.close().close().line();
}

void cut_table(Markup& page, const std::vector<Cut>& cuts) {
    constexpr std::size_t most = 60;
    const std::vector<CutGroup> groups = grouped_cuts(cuts);
    page.open("div").attr("class", "wide").open("table").line().open("thead").open("tr");
    words::head(page, "Home");
    for (const char* name : {"Tier", "From", "To", "For"}) words::head(page, name, "number");
    words::head(page, "Why");
    page.close().close().line().open("tbody").line();
    for (std::size_t i = 0; i < std::min(groups.size(), most); ++i) cut_row(page, groups[i]);
    page.close().close().close().line();
    if (groups.size() <= most) return;
    sentence(page, std::to_string(groups.size() - most) + " more rows in results.json", "small");
}

void cuts(Markup& page, const Residents& answers) {
    const char* none = answers.known ? "Nobody." : "Not known here.";
    question(page, "Who was cut, when, how long and why?",
             answers.cuts.empty() ? none : cuts_sentence(answers.cuts));
    if (answers.known) sentence(page, darkness_text(answers.darkness));
    if (!answers.cuts.empty()) {
        sentence(page, "Tier 0 is what a life may hang on, tier 4 what can wait: hot water, a car.",
                 "small");
        cut_table(page, answers.cuts);
    }
    page.close().line();
}

std::string answer_of(const SafetyAnswer& safety) {
    switch (safety.safety) {
        case Safety::nothing_seen:
            return safety.not_judged.empty() ? "No." : "Not in what was judged; not all of it was.";
        case Safety::unsafe: return "Yes.";
        case Safety::not_known: break;
    }
    return "Not known.";
}

void safety(Markup& page, const SafetyAnswer& safety) {
    question(page, "Was anything unsafe?", answer_of(safety));
    page.open("ul").line();
    for (const std::string& because : safety.because) {
        page.open("li");
        words::foreign(page, because, 500);
        page.close().line();
    }
    page.close().line();
    page.close().line();
}

}  // namespace

void residents(Markup& page, const RunRecord& run) {
    const Residents answers = residents_of(run);
    page.open("section").line().leaf("h2", "What residents ask").line();
    page.open("div").attr("class", "questions").line();
    hours(page, answers.hours);
    safety(page, answers.safety);
    cuts(page, answers);
    page.close().line().close().line();
}

void street(Markup& page, const RunRecord& run) {
    page.open("section").attr("class", "street").line().leaf("h2", "Who fed whom").line();
    const std::vector<PartSummary> parts = parts_of(run);
    if (parts.empty()) {
        page.open("p").attr("class", "lead");
        page.text(run.end.reason == EndReason::unfinished
                      ? "Not known: the run was never finished."
                      : "Not known here: a device outside the bench took part, and nobody measured "
                        "every connection of its street.");
        page.close().close().line();
        return;
    }
    page.open("p").attr("class", "lead");
    page.text(
        "Energy through every connection, from the true power of every millisecond. What a home "
        "makes and uses itself is not in it.");
    page.close().line();
    page.open("figure").attr("class", "paper").raw(street_picture_svg(run)).close().line();
    page.open("dl").attr("class", "facts flows").line();
    for (const PartSummary& part : parts) {
        page.leaf("dt", part.name + ", " + plain_text(part.lasted)).open("dd");
        words::foreign(page, flow_sentence(run, part), 600);
        page.close().line();
    }
    page.close().line().close().line();
}

}  // namespace islandbench::reports::sections
