#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "protocols/maps/interconnect.hpp"
#include "protocols/maps/loadctl.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::maps {
namespace {

using modbus::ExceptionCode;
using ::testing::HasSubstr;
using wire::Words;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

template <std::size_t n>
void expect_neat(const std::array<MapPoint, n>& table, int end) {
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t needed = sunspec::registers_of(table[i].type);
        EXPECT_TRUE(needed == 0 || needed == table[i].registers) << table[i].name;
        EXPECT_LE(table[i].end(), i + 1 < n ? table[i + 1].address : end) << table[i].name;
        EXPECT_FALSE(table[i].meaning.empty()) << table[i].name;
    }
}

TEST(Maps, HaveNeatTables) {
    expect_neat(identity_table, identity_size);
    expect_neat(interconnect::table, interconnect::map_size);
    expect_neat(loadctl::table, loadctl::settings_address + loadctl::stage_stride);
    EXPECT_EQ(interconnect::map_size, 125);
    EXPECT_EQ(loadctl::map_size, 152);
    EXPECT_TRUE(is_valid(read_identity) && is_valid(interconnect::read_state));
    EXPECT_TRUE(is_valid(loadctl::read_state) && is_valid(loadctl::read_settings));
}

/// "islandbench", "loadctl", version 1, maker "islandbench", model "lc", "1.0", "home1", emulator.
Words golden_identity() {
    Words words(72);
    const Words map{0x6973, 0x6C61, 0x6E64, 0x6265, 0x6E63, 0x6800};
    std::copy(map.begin(), map.end(), words.begin());
    std::copy(map.begin(), map.end(), words.begin() + 15);
    const Words device{0x6C6F, 0x6164, 0x6374, 0x6C00};
    std::copy(device.begin(), device.end(), words.begin() + 6);
    words[14] = 1;
    words[31] = 0x6C63;
    words[47] = 0x312E;
    words[48] = 0x3000;
    words[55] = 0x686F;
    words[56] = 0x6D65;
    words[57] = 0x3100;
    words[71] = 1;
    return words;
}

TEST(IdentityBlock, IsWrittenAsDocumented) {
    Words map(72);
    put_identity(map, loadctl::device, {"islandbench", "lc", "1.0", "home1", true});
    EXPECT_EQ(map, golden_identity());
}

TEST(IdentityBlock, IsReadAsDocumented) {
    const auto identity = decode_identity(loadctl::device, golden_identity());
    ASSERT_TRUE(identity.has_value()) << identity.error().what;
    EXPECT_EQ(identity->maker, "islandbench");
    EXPECT_EQ(identity->model, "lc");
    EXPECT_EQ(identity->version, "1.0");
    EXPECT_EQ(identity->serial, "home1");
    EXPECT_TRUE(identity->emulator);
}

TEST(IdentityBlock, TellsStrangersApart) {
    const auto complaint = [](std::size_t at, std::uint16_t word) {
        Words words = golden_identity();
        words[at] = word;
        const auto identity = decode_identity(loadctl::device, words);
        return identity ? "" : identity.error().what;
    };
    EXPECT_THAT(complaint(0, 0x5375), HasSubstr("map is \"Sulandbench\""));
    EXPECT_THAT(complaint(6, 0x6969), HasSubstr("device is \"iiadctl\", expected \"loadctl\""));
    EXPECT_THAT(complaint(14, 2), HasSubstr("map_version is \"2"));
    EXPECT_THAT(complaint(71, 2), HasSubstr("emulator is 2"));
    EXPECT_EQ(complaint(71, 0), "");
    EXPECT_FALSE(decode_identity(interconnect::device, golden_identity()).has_value());
    EXPECT_FALSE(decode_identity(loadctl::device, Words(72)).has_value());
}

TEST(IdentityBlock, CutsLongTexts) {
    Words map(72);
    put_identity(map, loadctl::device, {std::string(40, 'm'), "", "", std::string(33, 's'), false});
    const auto identity = decode_identity(loadctl::device, map);
    EXPECT_EQ(identity->maker, std::string(32, 'm'));
    EXPECT_EQ(identity->serial, std::string(32, 's'));
    EXPECT_FALSE(identity->emulator);
}

}  // namespace

namespace interconnect {
namespace {

/// An island, ready to be synchronised.
State island() {
    State s;
    s.v_grid_phase = {Voltage{229.9}, Voltage{230.1}, Voltage{230.3}};
    s.v_island_phase = {Voltage{228.0}, Voltage{231.0}, Voltage{229.5}};
    s.v_grid = Voltage{230.1};
    s.v_island = Voltage{229.5};
    s.f_grid = Frequency{49.98};
    s.f_island = Frequency{49.875};
    s.df = Frequency{-0.105};
    s.dv = Ratio{-0.0026};
    s.dphi = Angle{-170.25};
    s.timer_remaining = 70s;
    s.grid_ok = s.island_stable = s.ne_link_closed = true;
    s.former_mode = FormerMode::synchronise;
    s.permit_island = s.sync_request = true;
    return s;
}
const Words golden_state{0,     2299,  2301,   2303,   2301,   2280, 2310, 2295, 2295,
                         49980, 49875, 0xFF97, 0xFFE6, 0xBD7F, 1,    4464, 0,    1,
                         1,     1,     3,      1,      0,      0,    1};

TEST(InterconnectMap, IsWrittenAsDocumented) {
    Words map(map_size);
    put_state(map, island());
    EXPECT_EQ(Words(map.begin() + 100, map.end()), golden_state);
    EXPECT_EQ(Words(map.begin(), map.begin() + 100), Words(100));
}

TEST(InterconnectMap, IsReadAsDocumented) {
    const auto s = decode_state(golden_state);
    ASSERT_TRUE(s.has_value()) << s.error().what;
    const State expected = island();
    EXPECT_EQ(s->v_grid_phase, expected.v_grid_phase);
    EXPECT_EQ(s->v_island_phase, expected.v_island_phase);
    EXPECT_EQ(s->v_grid, expected.v_grid);
    EXPECT_EQ(s->v_island, expected.v_island);
    EXPECT_EQ(s->f_grid, expected.f_grid);
    EXPECT_EQ(s->f_island, expected.f_island);
    EXPECT_EQ(s->df, expected.df);
    EXPECT_EQ(s->dv, expected.dv);
    EXPECT_EQ(s->dphi, expected.dphi);
    EXPECT_EQ(s->timer_remaining, 70s);
    EXPECT_EQ(s->former_mode, FormerMode::synchronise);
}

TEST(InterconnectMap, HasEveryFlagInItsRegister) {
    const std::pair<std::size_t, bool State::*> flags[] = {
        {0, &State::closed},          {16, &State::sync_ok},        {17, &State::grid_ok},
        {18, &State::island_stable},  {19, &State::ne_link_closed}, {21, &State::permit_island},
        {22, &State::permit_reclose}, {23, &State::island_request}, {24, &State::sync_request}};
    for (const auto& [at, flag] : flags) {
        Words words(state_size);
        words[at] = 1;
        const auto s = decode_state(words);
        for (const auto& [other, other_flag] : flags) {
            EXPECT_EQ((*s).*other_flag, other == at) << at << " " << other;
        }
        State one;
        one.*flag = true;
        Words map(map_size);
        put_state(map, one);
        EXPECT_EQ(map[100 + at], 1) << at;
        words[at] = 2;
        EXPECT_EQ(error_code(decode_state(words)), ErrorCode::bad_reply) << at;
        words[at] = 0xFFFF;
        EXPECT_FALSE(decode_state(words).has_value()) << at;
    }
}

TEST(InterconnectMap, SaysWhatADeadSideCannotTell) {
    State s;
    s.f_grid = s.df = Frequency{none};
    s.dv = Ratio{none};
    s.dphi = Angle{none};
    Words map(map_size);
    put_state(map, s);
    EXPECT_EQ(map[109], 0xFFFF);
    EXPECT_EQ(Words(map.begin() + 111, map.begin() + 114), (Words{0x8000, 0x8000, 0x8000}));
    const auto back = decode_state(Words(map.begin() + 100, map.end()));
    EXPECT_TRUE(std::isnan(back->f_grid.value()) && std::isnan(back->df.value()));
    EXPECT_TRUE(std::isnan(back->dv.value()) && std::isnan(back->dphi.value()));
    EXPECT_EQ(back->f_island.value(), 0.0);
}

TEST(InterconnectMap, RefusesModesItDoesNotKnow) {
    Words words = golden_state;
    words[20] = 4;
    EXPECT_FALSE(decode_state(words).has_value());
    words[20] = 0xFFFF;
    EXPECT_FALSE(decode_state(words).has_value());
}

TEST(InterconnectCommands, AreWrittenAsDocumented) {
    InterconnectCommand command;
    command.permit_island = true;
    command.sync_request = false;
    EXPECT_TRUE(write_command(command) ==
                (modbus::WriteMultipleRegisters{121, {1, 0xFFFF, 0xFFFF, 0}}));
    EXPECT_TRUE(write_command({}) ==
                (modbus::WriteMultipleRegisters{121, {0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF}}));
}

TEST(InterconnectCommands, AreReadAsDocumented) {
    const auto all = decode_command(121, Words{1, 0xFFFF, 0, 1});
    ASSERT_TRUE(all.has_value());
    EXPECT_EQ(all->permit_island, true);
    EXPECT_EQ(all->permit_reclose, std::nullopt);
    EXPECT_EQ(all->island_request, false);
    EXPECT_EQ(all->sync_request, true);
    const auto one = decode_command(122, Words{1});
    EXPECT_EQ(one->permit_reclose, true);
    EXPECT_EQ(one->permit_island, std::nullopt);
}

TEST(InterconnectCommands, AreRefusedOutOfPlace) {
    EXPECT_EQ(error_of(decode_command(121, Words{2})), modbus::ExceptionCode::illegal_data_value);
    EXPECT_EQ(error_of(decode_command(124, Words{1, 1})),
              modbus::ExceptionCode::illegal_data_address);
    EXPECT_EQ(error_of(decode_command(120, Words{1})), modbus::ExceptionCode::illegal_data_address);
    EXPECT_EQ(error_of(decode_command(125, Words{1})), modbus::ExceptionCode::illegal_data_address);
    EXPECT_EQ(error_of(decode_command(0, Words{1})), modbus::ExceptionCode::illegal_data_address);
}

TEST(InterconnectMap, SurvivesAnyRegisters) {
    Random random(15, "registers");
    for (int round = 0; round < 20000; ++round) {
        Words words = wire::random_words(random, state_size);
        for (std::size_t i = 0; i < words.size(); ++i) {
            if ((i == 0 || i >= 16) && random.chance(0.99)) words[i] &= std::uint16_t{1};
        }
        const auto s = decode_state(words);
        if (!s) continue;
        Words map(map_size);
        put_state(map, *s);
        const bool timer_known = words[14] != 0xFFFF || words[15] != 0xFFFF;
        if (timer_known) {
            ASSERT_EQ(Words(map.begin() + 100, map.end()), words);
        }
    }
}

}  // namespace
}  // namespace interconnect

namespace loadctl {
namespace {

State home() {
    State s;
    s.v = Voltage{228.4};
    s.f = Frequency{49.123};
    s.closed = {true, true, true, false, false};
    s.requested = {true, true, true, true, false};
    s.local_stage = {false, false, false, true, false};
    s.p_total = ActivePower{70360};
    s.p = {ActivePower{60}, ActivePower{300}, ActivePower{70000}, ActivePower{0}, ActivePower{-2}};
    return s;
}
const Words golden_state{2284, 49123, 0x07, 0x0F, 0x08, 1, 4824,   0,     60,
                         0,    300,   1,    4464, 0,    0, 0xFFFF, 0xFFFE};

TEST(LoadControlMap, IsWrittenAsDocumented) {
    Words map(map_size);
    put_state(map, home());
    EXPECT_EQ(Words(map.begin() + 100, map.begin() + 117), golden_state);
}

TEST(LoadControlMap, IsReadAsDocumented) {
    const auto s = decode_state(golden_state);
    ASSERT_TRUE(s.has_value()) << s.error().what;
    const State expected = home();
    EXPECT_EQ(s->v, expected.v);
    EXPECT_EQ(s->f, expected.f);
    EXPECT_EQ(s->closed, expected.closed);
    EXPECT_EQ(s->requested, expected.requested);
    EXPECT_EQ(s->local_stage, expected.local_stage);
    EXPECT_EQ(s->p_total, expected.p_total);
    EXPECT_EQ(s->p, expected.p);
}

TEST(LoadControlMap, RefusesBitsOfTiersThatThereAreNot) {
    for (const std::size_t at : {2U, 3U, 4U}) {
        Words words = golden_state;
        words[at] = 0x20;
        EXPECT_EQ(error_code(decode_state(words)), ErrorCode::bad_reply) << at;
        words[at] = 0xFFFF;
        EXPECT_FALSE(decode_state(words).has_value()) << at;
    }
}

TEST(LoadControlMap, CarriesItsStages) {
    const std::vector<UnderFrequencyStage> stages{{4, Frequency{49.2}, 300ms},
                                                  {3, Frequency{48.9}, 70s}};
    Words map(map_size);
    put_settings(map, stages);
    EXPECT_EQ(Words(map.begin() + 120, map.begin() + 132),
              (Words{4, 49200, 0, 300, 3, 48900, 1, 4464, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF}));
    const auto back = decode_settings(Words(map.begin() + 120, map.end()));
    ASSERT_EQ(back->size(), 2U);
    EXPECT_EQ(back->at(1).tier, 3);
    EXPECT_EQ(back->at(1).below, Frequency{48.9});
    EXPECT_EQ(back->at(1).delay, Duration{70s});
    map[120] = 5;
    EXPECT_EQ(error_code(decode_settings(Words(map.begin() + 120, map.end()))),
              ErrorCode::bad_reply);
}

TEST(LoadControlCoils, AreRequestsAndPositions) {
    EXPECT_TRUE(write_tier(4, false) == (modbus::WriteSingleCoil{4, false}));
    const auto request = decode_tiers(2, modbus::Bits{1, 0});
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(*request, (TierRequest{std::nullopt, std::nullopt, true, false, std::nullopt}));
    modbus::Bits into;
    into.resize(3);
    EXPECT_TRUE(read_tiers(home(), 1, into).has_value());
    EXPECT_TRUE(into == (modbus::Bits{1, 1, 0}));
}

TEST(LoadControlCoils, EndAtTheLastTier) {
    modbus::Bits five{0, 0, 0, 0, 0};
    EXPECT_TRUE(decode_tiers(0, five).has_value());
    EXPECT_TRUE(read_tiers(home(), 0, five).has_value());
    EXPECT_EQ(error_of(decode_tiers(1, five)), modbus::ExceptionCode::illegal_data_address);
    EXPECT_EQ(error_of(read_tiers(home(), 1, five)), modbus::ExceptionCode::illegal_data_address);
    EXPECT_EQ(error_of(decode_tiers(5, modbus::Bits{1})),
              modbus::ExceptionCode::illegal_data_address);
}

TEST(LoadControlMap, SurvivesAnyRegisters) {
    Random random(16, "registers");
    for (int round = 0; round < 20000; ++round) {
        Words words = wire::random_words(random, state_size);
        for (std::size_t i = 2; i < 5; ++i) {
            if (random.chance(0.9)) words[i] &= std::uint16_t{0x1F};
        }
        const auto s = decode_state(words);
        if (s) {
            Words map(map_size);
            put_state(map, *s);
            ASSERT_EQ(Words(map.begin() + 100, map.begin() + 117), words);
        }
        const auto stages = decode_settings(wire::random_words(random, settings_size));
        if (stages) {
            ASSERT_LE(stages->size(), std::size_t{max_stages});
        }
    }
}

}  // namespace
}  // namespace loadctl
}  // namespace islandbench::maps
