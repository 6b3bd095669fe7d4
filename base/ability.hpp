#pragma once

#include <bitset>
#include <cstdint>

#include "base/json_binding.hpp"

namespace islandbench {

/// What a device must be able to do through a published local protocol to serve a street. The
/// golden figure "openness" is the share of these that were proven in a run.
enum class Ability : std::uint8_t {
    read_p,
    read_q,
    read_v,
    read_f,
    read_soc,
    read_limits,
    read_state,
    set_power,
    set_limit,
    set_reserve,
    reversion,
    island_state,
};
inline constexpr int ability_count = 12;

using Abilities = std::bitset<ability_count>;

constexpr auto enum_names(Ability /*of*/) {
    return json::EnumNames<Ability, ability_count>{{{Ability::read_p, "read P"},
                                                    {Ability::read_q, "read Q"},
                                                    {Ability::read_v, "read V"},
                                                    {Ability::read_f, "read f"},
                                                    {Ability::read_soc, "read SoC"},
                                                    {Ability::read_limits, "read limits"},
                                                    {Ability::read_state, "read state"},
                                                    {Ability::set_power, "set power"},
                                                    {Ability::set_limit, "set limit"},
                                                    {Ability::set_reserve, "set reserve"},
                                                    {Ability::reversion, "reversion"},
                                                    {Ability::island_state, "island state"}}};
}

}  // namespace islandbench
