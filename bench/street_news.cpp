#include "bench/street_news.hpp"

#include <cmath>
#include <set>

#include "base/unit_text.hpp"

namespace islandbench::bench {
namespace {

/// Contactors that move at one instant: beyond so many they are told together.
constexpr std::size_t most_told_apart = 4;

/// "4 degrees, 0.009 Hz and 0.3 % apart"; a dead side has no angle.
std::string apart(const plant::SyncTruth& sync) {
    if (std::isnan(sync.dphi.value())) return "one side was dead";
    return format_measure(sync.dphi) + ", " + format_measure(sync.df) + " and " +
           format_measure(sync.dv) + " apart";
}

}  // namespace

StreetNews::StreetNews(const World& world, TruthTap& tap, Listener listener)
    : world_(world), listener_(std::move(listener)), told_(world.street().events()) {
    tap.on_contact([this](std::size_t home, std::size_t tier, bool closed) {
        moves_.push_back({home, tier, closed});
    });
}

void StreetNews::look() {
    const plant::StreetEvents& events = world_.street().events();
    if (events.island > told_.island) listener_("island", "the interconnect opens");
    if (events.island_formed > told_.island_formed) {
        listener_("island_formed", "the street stands on its own");
    }
    if (events.reclosed > told_.reclosed) {
        listener_("reclosed", "the interconnect closes: " + apart(world_.street().last_closing()));
    }
    if (events.damaged > told_.damaged) tell_damage();
    told_ = events;
    if (moves_.empty()) return;
    tell_contacts(false);
    tell_contacts(true);
    moves_.clear();
}

void StreetNews::tell_damage() {
    const plant::Street& street = world_.street();
    const double surge = street.former().state().closing_surge.value();
    listener_("damaged", street.site().former.name + " is damaged and stays off: " +
                             format_measure(surge, Dimension::none) +
                             " times its rated current as the switch closed");
}

void StreetNews::tell_contacts(bool closed) {
    std::vector<Move> moves;
    for (const Move& move : moves_) {
        if (move.closed == closed) moves.push_back(move);
    }
    const char* event = closed ? "restore" : "shed";
    const char* what = closed ? " on again" : " off";
    if (moves.size() > most_told_apart) return listener_(event, many(moves) + what);
    for (const Move& move : moves) {
        const std::string& home = world_.street().site().homes[move.home].name;
        listener_(event, home + ": tier " + std::to_string(move.tier) + " is" + what);
    }
}

/// "12 homes: tiers 1 to 4 are"
std::string StreetNews::many(const std::vector<Move>& moves) const {
    std::set<std::size_t> homes, tiers_moved;
    for (const Move& move : moves) {
        homes.insert(move.home);
        tiers_moved.insert(move.tier);
    }
    const std::string lowest = std::to_string(*tiers_moved.begin());
    const std::string range =
        tiers_moved.size() == 1
            ? "tier " + lowest + " is"
            : "tiers " + lowest + " to " + std::to_string(*tiers_moved.rbegin()) + " are";
    return std::to_string(homes.size()) + (homes.size() == 1 ? " home: " : " homes: ") + range;
}

}  // namespace islandbench::bench
