#include "reports/residents.hpp"

#include <algorithm>
#include <set>

#include "reports/chart/trace.hpp"
#include "reports/ledger.hpp"
#include "reports/street_view.hpp"
#include "reports/text.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Outcome;
using acceptance::Verdict;

constexpr std::string_view always_asked[] = {"C1", "H1", "H2"};

bool is_of_safety(const Verdict& verdict) {
    return verdict.severity == acceptance::Severity::s0 ||
           std::find(std::begin(always_asked), std::end(always_asked), verdict.id) !=
               std::end(always_asked);
}

/// What holds, in words that nobody has to look up.
std::string held_text(const Verdict& verdict) {
    if (verdict.id == "C1") return "The dead grid was not fed from the street (C1).";
    if (verdict.id == "H1")
        return "The street went back only to a grid that had been healthy (H1).";
    if (verdict.id == "H2") return "It closed in step with the grid (H2).";
    return printable(verdict.title, 100) + " (" + printable(verdict.id, 12) + "): held.";
}

std::string broken_text(const Verdict& verdict) {
    const std::string where = where_text(verdict);
    return printable(verdict.title, 100) + " (" + printable(verdict.id, 12) + ") " +
           (verdict.outcome == Outcome::fail ? "was broken" : "could not be judged") +
           (where.empty() ? "" : ", " + printable(where, 80)) + ": " +
           printable(reason_of(verdict), 300) + ".";
}

/// A former that stops is not unsafe, and people want to know of it.
void add_trips(const RunRecord& run, const StreetView& street, SafetyAnswer& answer) {
    const Series* tripped = run.find("truth." + street.former + ".tripped");
    if (tripped == nullptr) return;
    Duration off{};
    Instant first = never;
    each_hold(*tripped, story_start, run.end.at, [&](Instant from, Instant to, double value) {
        if (value < 0.5) return;
        first = std::min(first, from);
        off += to - from;
    });
    if (off == 0ns) return;
    answer.because.push_back("The " + printable(street.former, 40) + " was off, first at " +
                             plain_text(first) + ", for " + plain_text(off) + " in all.");
}

SafetyAnswer safety_of(const RunRecord& run) {
    SafetyAnswer answer;
    std::set<std::string_view> missing(std::begin(always_asked), std::end(always_asked));
    Outcome worst = Outcome::pass;
    for (const Verdict* verdict : worst_first(run.end.verdict)) {
        if (!is_of_safety(*verdict)) continue;
        missing.erase(verdict->id);
        worst = acceptance::worse(worst, verdict->outcome);
        answer.judged.push_back(verdict->id);
        answer.because.push_back(verdict->outcome == Outcome::pass ? held_text(*verdict)
                                                                   : broken_text(*verdict));
    }
    std::string list;
    for (const std::string_view id : missing) {
        answer.not_judged.emplace_back(id);
        list += (list.empty() ? "" : ", ") + std::string(id);
    }
    if (!list.empty()) answer.because.push_back("Not judged in this story: " + list + ".");
    const bool complete = run.end.reason == EndReason::completed;
    const bool fail = std::any_of(
        run.end.verdict.criteria.begin(), run.end.verdict.criteria.end(),
        [](const Verdict& one) { return is_of_safety(one) && one.outcome == Outcome::fail; });
    if (fail) {
        answer.safety = Safety::unsafe;
    } else if (worst == Outcome::pass && complete && !answer.judged.empty()) {
        answer.safety = Safety::nothing_seen;
    }
    if (!complete) answer.because.push_back(end_text(run));
    add_trips(run, StreetView(run), answer);
    return answer;
}

json::Value reserve_json(const Reserve& reserve) {
    json::Value object = json::Value::object();
    object.set("at_s", to_seconds(reserve.at));
    object.set("left_kwh", reserve.left.value() / 1e3);
    object.set("p50_h", to_seconds(reserve.p50) / 3600.0);
    object.set("p90_h", to_seconds(reserve.p90) / 3600.0);
    return object;
}

json::Value hours_json(const HoursLeft& hours) {
    const bool known = hours.unknown.empty();
    const auto or_null = [known](json::Value value) { return known ? value : json::Value{}; };
    json::Value object = json::Value::object();
    object.set("known", known);
    object.set("reason", hours.unknown);
    object.set("minutes", hours.minutes);
    object.set("demand_p50_w", or_null(json::Value{hours.demand_p50.value()}));
    object.set("demand_p90_w", or_null(json::Value{hours.demand_p90.value()}));
    object.set("worst", or_null(reserve_json(hours.worst)));
    object.set("last", or_null(reserve_json(hours.last)));
    object.set("reclosed", hours.reclosed);
    const auto said = [](const std::optional<Duration>& time) {
        return time ? json::Value{to_seconds(*time) / 3600.0} : json::Value{};
    };
    object.set("said_p50_h", said(hours.said_p50));
    object.set("said_p90_h", said(hours.said_p90));
    return object;
}

json::Value cuts_json(const std::vector<Cut>& cuts) {
    json::Value list = json::Value::array();
    for (const Cut& cut : cuts) {
        json::Value row = json::Value::object();
        row.set("home", cut.home);
        row.set("tier", cut.tier);
        row.set("from_s", to_seconds(cut.from));
        row.set("to_s", cut.to ? json::Value{to_seconds(*cut.to)} : json::Value{});
        row.set("lasted_s", to_seconds(cut.lasted));
        row.set("cause", json::enum_text(cut.cause));
        row.set("why", cut.why);
        list.push(std::move(row));
    }
    return list;
}

json::Value texts_json(const std::vector<std::string>& texts) {
    json::Value list = json::Value::array();
    for (const std::string& text : texts) list.push(text);
    return list;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

/// Longer than a load of class T3 may be without supply at a transfer.
constexpr Duration dark_is_harm = 2101ms;

/// What harmed somebody, whether a criterion was there to say so or not; "" where nothing did.
std::string harm_of(const Residents& answers) {
    std::set<std::string> homes;
    for (const Cut& cut : answers.cuts) {
        if (cut.tier == 0) homes.insert(cut.home);
    }
    if (!homes.empty()) {
        return "tier 0 was off in " + joined({homes.begin(), homes.end()});
    }
    if (answers.darkness.places == 0 || answers.darkness.longest < dark_is_harm) return "";
    return counted(answers.darkness.places, "place") + " dark for up to " +
           plain_text(answers.darkness.longest);
}

/// Harm is unsafe even where no criterion was there to say so.
void add_harm(Residents& answers) {
    SafetyAnswer& safety = answers.safety;
    safety.harm = harm_of(answers);
    if (safety.harm.empty()) return;
    safety.safety = Safety::unsafe;
    safety.because.insert(safety.because.begin(), "Somebody was harmed: " + safety.harm + ".");
}

}  // namespace

Residents residents_of(const RunRecord& run) {
    Residents answers;
    answers.known = run.end.energy.known;
    answers.hours = hours_left(run);
    if (answers.known) {
        answers.cuts = cuts_of(run);
        answers.darkness = darkness_of(run);
    }
    answers.safety = safety_of(run);
    add_harm(answers);
    return answers;
}

std::string hours_line(const Residents& answers) {
    const HoursLeft& hours = answers.hours;
    if (!hours.unknown.empty()) return "not known: " + hours.unknown;
    return plain_text(hours.worst.p50) + " at usual demand (P50), " + plain_text(hours.worst.p90) +
           " at high (P90), at the tightest, " + plain_text(hours.worst.at);
}

std::string cuts_line(const Residents& answers) {
    if (!answers.known) return "not known here";
    if (answers.cuts.empty()) return "nobody";
    std::set<std::string> homes;
    std::set<std::string> causes;
    Duration longest{};
    for (const Cut& cut : answers.cuts) {
        homes.insert(cut.home);
        causes.emplace(json::enum_text(cut.cause));
        longest = std::max(longest, cut.lasted);
    }
    return "a part of " + (homes.size() == 1 ? *homes.begin() : counted(homes.size(), "home")) +
           ", for " + plain_text(longest) +
           " at most; cause: " + joined({causes.begin(), causes.end()});
}

std::string safety_line(const Residents& answers) {
    const SafetyAnswer& safety = answers.safety;
    const std::string missing =
        safety.not_judged.empty() ? "" : "; not judged: " + joined(safety.not_judged);
    if (!safety.harm.empty()) return "yes: " + safety.harm + missing;
    if (safety.judged.empty()) return "not known" + missing;
    const std::string list = " (" + joined(safety.judged) + ")" + missing;
    switch (safety.safety) {
        case Safety::nothing_seen: return "nothing seen" + list;
        case Safety::unsafe: return "yes" + list;
        case Safety::not_known: break;
    }
    return "not known" + list;
}

json::Value residents_json(const Residents& answers) {
    json::Value darkness = json::Value::object();
    const bool dark = answers.darkness.places > 0;
    darkness.set("places", static_cast<std::int64_t>(answers.darkness.places));
    darkness.set("of", static_cast<std::int64_t>(answers.darkness.of));
    darkness.set("first_s", dark ? json::Value{to_seconds(answers.darkness.first)} : json::Value{});
    darkness.set("longest_s", to_seconds(answers.darkness.longest));
    json::Value safety = json::Value::object();
    safety.set("answer", json::enum_text(answers.safety.safety));
    safety.set("because", texts_json(answers.safety.because));
    safety.set("judged", texts_json(answers.safety.judged));
    safety.set("not_judged", texts_json(answers.safety.not_judged));
    json::Value object = json::Value::object();
    object.set("known", answers.known);
    object.set("hours_left", hours_json(answers.hours));
    object.set("cuts", cuts_json(answers.cuts));
    object.set("without_voltage", std::move(darkness));
    object.set("safety", std::move(safety));
    return object;
}

}  // namespace islandbench::reports
