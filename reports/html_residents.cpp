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
                           clock_text(hours.worst.at) + ", " + reserve_text(hours.worst));
    } else {
        sentence(page, "At the tightest moment, " + clock_text(hours.worst.at) + ", " +
                           reserve_text(hours.worst));
        sentence(page, "Later, " + std::string(last) + ", " + clock_text(hours.last.at) + ", " +
                           reserve_text(hours.last));
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
           clock_text(darkness.first) + ", for " + plain_text(darkness.longest) +
           " at the longest.";
}

std::string cause_text(CutCause cause) {
    switch (cause) {
        case CutCause::overload: return "to relieve an overload";
        case CutCause::saving: return "to save energy";
        case CutCause::restart: return "to restart a dead street gently";
        case CutCause::local_stage: return "because the frequency was low";
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

void cut_table(Markup& page, const std::vector<Cut>& cuts) {
    constexpr std::size_t most = 72;
    page.open("div").attr("class", "wide").open("table").line().open("thead").open("tr");
    for (const char* name : {"Home", "Tier"}) words::head(page, name);
    for (const char* name : {"From", "To", "For"}) words::head(page, name, "number");
    words::head(page, "Why");
    page.close().close().line().open("tbody").line();
    for (std::size_t i = 0; i < std::min(cuts.size(), most); ++i) {
        const Cut& cut = cuts[i];
        page.open("tr").open("td").attr("class", "nowrap");
        words::foreign(page, cut.home, 40);
        page.close();
        words::cell(page, std::to_string(cut.tier));
        words::cell(page, words::moment(cut.from), "number");
        words::cell(page, cut.to ? words::moment(cut.to) : "still off", "number");
        words::cell(page, plain_text(cut.lasted), "number");
        page.open("td").attr("class", "reason");
        words::foreign(page, cut.why, 240);
        page.close().close().line();
    }
    page.close().close().close().line();
    if (cuts.size() <= most) return;
    sentence(page, std::to_string(cuts.size() - most) + " more in results.json", "small");
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
