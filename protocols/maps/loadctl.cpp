#include "protocols/maps/loadctl.hpp"

#include <cmath>

namespace islandbench::maps::loadctl {
namespace {

consteval const MapPoint& point(std::string_view name) {
    return point_of(table, name);
}

constexpr std::array tier_powers{point("p_0"), point("p_1"), point("p_2"), point("p_3"),
                                 point("p_4")};
static_assert(tier_powers.size() == tiers);

MapPoint stage_point(MapPoint first, std::size_t stage) {
    first.address = static_cast<std::uint16_t>(first.address + stage * stage_stride);
    return first;
}

void put_bits(Target target, const MapPoint& point, const std::array<bool, tiers>& bits) {
    unsigned packed = 0;
    for (std::size_t i = 0; i < tiers; ++i) packed |= unsigned{bits[i]} << i;
    put(target, point, packed);
}

Result<std::array<bool, tiers>> bits(Source source, const MapPoint& point) {
    const unsigned packed = source.of(point)[0];
    if ((packed >> tiers) != 0) {
        return failure(ErrorCode::bad_reply,
                       std::string(point.name) + " has bits beyond the last tier");
    }
    std::array<bool, tiers> bits{};
    for (std::size_t i = 0; i < tiers; ++i) bits[i] = ((packed >> i) & 1U) != 0;
    return bits;
}

bool inside(std::uint16_t address, const modbus::Bits& coils) {
    return address >= first_coil && address - first_coil + coils.size() <= tiers;
}

}  // namespace

void put_state(std::span<std::uint16_t> map, const State& state) {
    const Target target{0, map};
    put(target, point("v"), state.v.value());
    put(target, point("f"), state.f.value());
    put_bits(target, point("closed"), state.closed);
    put_bits(target, point("requested"), state.requested);
    put_bits(target, point("local_stage"), state.local_stage);
    put(target, point("p_total"), state.p_total.value());
    for (std::size_t i = 0; i < tiers; ++i) put(target, tier_powers[i], state.p[i].value());
}

Result<State> decode_state(std::span<const std::uint16_t> block) {
    IB_ASSERT(block.size() == state_size);
    const Source source{state_address, block};
    const auto closed = bits(source, point("closed"));
    const auto requested = bits(source, point("requested"));
    const auto local_stage = bits(source, point("local_stage"));
    for (const auto* part : {&closed, &requested, &local_stage}) {
        if (!*part) return tl::unexpected<Error>(part->error());
    }
    State state;
    state.v = Voltage{number(source, point("v"))};
    state.f = Frequency{number(source, point("f"))};
    state.closed = *closed;
    state.requested = *requested;
    state.local_stage = *local_stage;
    state.p_total = ActivePower{number(source, point("p_total"))};
    for (std::size_t i = 0; i < tiers; ++i) {
        state.p[i] = ActivePower{number(source, tier_powers[i])};
    }
    return state;
}

void put_settings(std::span<std::uint16_t> map, std::span<const UnderFrequencyStage> stages) {
    IB_ASSERT(stages.size() <= max_stages);
    const Target target{0, map};
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = 0; i < max_stages; ++i) {
        const bool used = i < stages.size();
        put(target, stage_point(point("stage_tier"), i), used ? stages[i].tier : none);
        put(target, stage_point(point("stage_below"), i), used ? stages[i].below.value() : none);
        put(target, stage_point(point("stage_delay"), i),
            used ? to_seconds(stages[i].delay) : none);
    }
}

Result<std::vector<UnderFrequencyStage>> decode_settings(std::span<const std::uint16_t> block) {
    IB_ASSERT(block.size() == settings_size);
    const Source source{settings_address, block};
    std::vector<UnderFrequencyStage> stages;
    for (std::size_t i = 0; i < max_stages; ++i) {
        const double tier = number(source, stage_point(point("stage_tier"), i));
        const double below = number(source, stage_point(point("stage_below"), i));
        const double delay = number(source, stage_point(point("stage_delay"), i));
        if (std::isnan(tier) || std::isnan(below) || std::isnan(delay)) continue;
        if (tier >= tiers) {
            return failure(ErrorCode::bad_reply,
                           "under-frequency stage " + std::to_string(i) + ": no such tier");
        }
        stages.push_back({static_cast<int>(tier), Frequency{below}, from_seconds(delay)});
    }
    return stages;
}

modbus::WriteSingleCoil write_tier(int tier, bool closed) {
    IB_ASSERT(tier >= 0 && tier < tiers);
    return {static_cast<std::uint16_t>(first_coil + tier), closed};
}

tl::expected<TierRequest, modbus::ExceptionCode> decode_tiers(std::uint16_t address,
                                                              const modbus::Bits& values) {
    if (!inside(address, values)) {
        return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    }
    TierRequest request;
    for (std::size_t i = 0; i < values.size(); ++i) request[address - first_coil + i] = values[i];
    return request;
}

modbus::Served read_tiers(const State& state, std::uint16_t address, modbus::Bits& into) {
    if (!inside(address, into)) return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
    for (std::size_t i = 0; i < into.size(); ++i)
        into.set(i, state.closed[address - first_coil + i]);
    return {};
}

}  // namespace islandbench::maps::loadctl
