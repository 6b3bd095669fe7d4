#include "bench/street_news.hpp"

#include <cmath>

#include "base/unit_text.hpp"

namespace islandbench::bench {
namespace {

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
        tell_contact(home, tier, closed);
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
}

void StreetNews::tell_damage() {
    const plant::Street& street = world_.street();
    const double surge = street.former().state().closing_surge.value();
    listener_("damaged", street.site().former.name + " is damaged and stays off: " +
                             format_measure(surge, Dimension::none) +
                             " times its rated current as the switch closed");
}

void StreetNews::tell_contact(std::size_t home, std::size_t tier, bool closed) {
    listener_(closed ? "restore" : "shed", world_.street().site().homes[home].name + ": tier " +
                                               std::to_string(tier) +
                                               (closed ? " is on again" : " is off"));
}

}  // namespace islandbench::bench
