#include "dispatch/core/state.hpp"

#include <algorithm>
#include <utility>

namespace islandbench::dispatch::core {
namespace {

/// Ids and the places that have them, in order; those without an id are left out.
template <class T>
std::vector<std::pair<std::uint32_t, std::size_t>> places(const std::vector<T>& all) {
    std::vector<std::pair<std::uint32_t, std::size_t>> result;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].id != 0) result.emplace_back(all[i].id, i);
    }
    std::sort(result.begin(), result.end());
    return result;
}

/// Memory in the order of a new configuration. Who has an id keeps his memory wherever he moves; of
/// two with one id the first is meant.
template <class Memory, class Part>
std::vector<Memory> moved(const std::vector<Memory>& old, const std::vector<Part>& parts,
                          std::size_t most) {
    std::vector<Memory> fresh(std::min(parts.size(), most));
    const auto known = places(old);
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        const std::uint32_t id = parts[i].id;
        if (id == 0 && i < old.size() && old[i].id == 0) fresh[i] = old[i];
        if (id == 0) continue;
        const auto at = std::lower_bound(known.begin(), known.end(), std::pair(id, std::size_t{0}));
        if (at != known.end() && at->first == id) fresh[i] = old[at->second];
        fresh[i].id = id;
        fresh[i].barred = 0;
    }
    const auto now = places(fresh);
    for (std::size_t n = 1; n < now.size(); ++n) {
        if (now[n].first != now[n - 1].first) continue;
        Memory& second = fresh[now[n].second];
        second = Memory{};  // what is remembered is the first one's
        second.id = now[n].first;
        second.barred = 1;
    }
    return fresh;
}

}  // namespace

void State::fit(const Config& config) {
    units = moved(units, config.units, max_units);
    homes = moved(homes, config.homes, max_homes);
    scratch.formers.resize(units.size());
    list_formers(config);
    scratch.box.resize(units.size());
    scratch.want_w.resize(units.size());
    scratch.p_before_w.resize(units.size());
    scratch.tiers_before.resize(homes.size());
    scratch.shares.resize(units.size());
    scratch.parts.resize(units.size());
    scratch.by_group.resize(units.size());
    scratch.candidates.resize(units.size());
    const std::size_t branches = std::min(config.branches.size(), max_branches);
    scratch.branch_loads.resize(branches);
    scratch.branches.resize(branches * max_groups);
    scratch.split.fit(units.size(), scratch.branches.size());
}

void State::list_formers(const Config& config) noexcept {
    const std::size_t count = std::min(config.units.size(), scratch.formers.size());
    scratch.former_count = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (config.units[i].role != UnitRole::former) continue;
        scratch.formers[scratch.former_count++] = static_cast<std::uint32_t>(i);
    }
}

}  // namespace islandbench::dispatch::core
