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

StreetNews::StreetNews(const World& world, Listener listener)
    : world_(world), listener_(std::move(listener)) {
    const plant::Street& street = world_.street();
    told_ = street.events();
    for (std::size_t i = 0; i < street.homes(); ++i) contacts_.push_back(street.home(i).contact);
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
    told_ = events;
    look_at_contacts();
}

void StreetNews::look_at_contacts() {
    const plant::Street& street = world_.street();
    for (std::size_t i = 0; i < contacts_.size(); ++i) {
        const std::array<bool, tiers> now = street.home(i).contact;
        for (std::size_t t = 0; t < tiers; ++t) {
            if (now[t] == contacts_[i][t]) continue;
            listener_(now[t] ? "restore" : "shed", street.site().homes[i].name + ": tier " +
                                                       std::to_string(t) +
                                                       (now[t] ? " is on again" : " is off"));
        }
        contacts_[i] = now;
    }
}

}  // namespace islandbench::bench
