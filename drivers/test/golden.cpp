#include "drivers/test/golden.hpp"

#include <gtest/gtest.h>

namespace islandbench::drivers::test {
namespace {

constexpr int not_implemented_u16 = 0xFFFF;
constexpr int not_implemented_s16 = 0x8000;

void put_701(RegisterDevice& device) {
    EXPECT_EQ(device.put_model(m701, 701, 153), m702);
    device.put(m701 + 4, {3});          // InvSt: running
    device.put(m701 + 5, {1});          // ConnSt: connected
    device.put(m701 + 10, {1234});      // W
    device.put(m701 + 12, {-210});      // Var
    device.put(m701 + 17, {0, 49987});  // Hz, 32 bits, high word first
    for (const int phase : {41, 87}) device.put(m701 + phase, {not_implemented_s16});  // WL1, WL3
    for (const int phase : {47, 93}) device.put(m701 + phase, {not_implemented_u16});  // VL1, VL3
    device.put(m701 + 64, {1234});                                                     // WL2
    device.put(m701 + 70, {2315});                                                     // VL2
    device.put(m701 + 113, {0});                                                       // A_SF
    device.put(m701 + 114, {-1});                                                      // V_SF
    device.put(m701 + 115, {-3});                                                      // Hz_SF
    device.put(m701 + 116, {0, 0});  // W_SF, PF_SF
    device.put(m701 + 118, {0, 0});  // VA_SF, Var_SF
}

void put_702(RegisterDevice& device) {
    EXPECT_EQ(device.put_model(m702, 702, 50), m704);
    device.put(m702 + 2, {500});   // WMaxRtg
    device.put(m702 + 7, {5500});  // VAMaxRtg
    device.put(m702 + 10, {300});  // WChaRteMaxRtg
    device.put(m702 + 11, {480});  // WDisChaRteMaxRtg
    device.put(m702 + 45, {1});    // W_SF: 10 W
    device.put(m702 + 47, {0});    // VA_SF
}

void put_704(RegisterDevice& device) {
    EXPECT_EQ(device.put_model(m704, 704, 65), m713);
    device.put(m704 + 15, {1000, 1000});  // WMaxLimPct, WMaxLimPctRvrt
    device.put(m704 + 23, {1});           // WSetMod: watts
    device.put(m704 + 54, {-1, 0, -1});   // WMaxLimPct_SF, WSet_SF, WSetPct_SF
}

void put_713_and_714(RegisterDevice& device) {
    EXPECT_EQ(device.put_model(m713, 713, 7), m714);
    device.put(m713 + 2, {1350, 770, 573, 990, 0, 1, -1});  // WHRtg .. Sta, WH_SF, Pct_SF
    const int end = device.put_model(m714, 714, 68);
    device.put(m714 + 4, {2});           // NPrt
    device.put(m714 + 15, {-1, -1, 1});  // DCA_SF, DCV_SF, DCW_SF
    device.put(m714 + 20, {1});          // port 0: ESS
    device.put(m714 + 20 + 12, {-41});   // charging 410 W
    device.put(m714 + 45, {0});          // port 1: PV
    device.put(m714 + 45 + 12, {169});   // 1,690 W
    device.end_sunspec(end);
}

void put_identity(RegisterDevice& device, std::string_view kind, std::string_view maker,
                  bool emulator) {
    device.put_text(0, 6, "islandbench");
    device.put_text(6, 8, kind);
    device.put(14, {1});
    device.put_text(15, 16, maker);
    device.put_text(31, 16, "golden");
    device.put_text(47, 8, "2.0");
    device.put_text(55, 16, "0815");
    device.put(71, {emulator ? 1 : 0});
}

}  // namespace

void put_inverter(RegisterDevice& device, std::string_view maker) {
    EXPECT_EQ(device.begin_sunspec(maker, "hybrid 5k", "0815"), m701);
    put_701(device);
    put_702(device);
    put_704(device);
    put_713_and_714(device);
}

void put_meter(RegisterDevice& device, std::string_view maker) {
    EXPECT_EQ(device.begin_sunspec(maker, "meter", "0816"), m203);
    device.end_sunspec(device.put_model(m203, 203, 105));
    device.put(m203 + 2, {396, 123, 98, 175, -1});    // A, AphA .. AphC, A_SF
    device.put(m203 + 7, {2310, 2301, 2310, 2319});   // PhV, PhVphA .. PhVphC
    device.put(m203 + 15, {-1, 4998, -2});            // V_SF, Hz, Hz_SF
    device.put(m203 + 18, {912, 283, -226, 855, 1});  // W, WphA .. WphC, W_SF
    device.put(m203 + 28, {-45});                     // VAR
    device.put(m203 + 32, {2});                       // VAR_SF
}

/// Floats by hand: 0x460E8000 is 9,120, 0xC50D4000 is -2,260, 0x4367E666 is 231.9.
void put_float_meter(RegisterDevice& device, std::string_view maker) {
    EXPECT_EQ(device.begin_sunspec(maker, "meter", "0818"), m203);
    device.end_sunspec(device.put_model(m203, 213, 124));
    device.put(m203 + 4, {0x4144, 0xCCCD, 0x411C, 0xCCCD, 0x418C, 0x0000});   // AphA .. AphC
    device.put(m203 + 12, {0x4366, 0x199A, 0x4367, 0x0000, 0x4367, 0xE666});  // PhVphA .. PhVphC
    device.put(m203 + 26, {0x4247, 0xEB85});                                  // Hz
    device.put(m203 + 28, {0x460E, 0x8000});                                  // W
    device.put(m203 + 30, {0x4530, 0xE000, 0xC50D, 0x4000, 0x4605, 0x9800});  // WphA .. WphC
    device.put(m203 + 44, {0xC58C, 0xA000});                                  // VAR
    device.put(m203 + 46, {0x7FC0, 0x0000});                                  // VARphA: NaN
}

void put_single_phase_meter(RegisterDevice& device, std::string_view maker) {
    EXPECT_EQ(device.begin_sunspec(maker, "meter", "0819"), m203);
    device.end_sunspec(device.put_model(m203, 201, 105));
    device.put(m203 + 3, {48});                                        // AphA
    device.put(m203 + 4, {not_implemented_s16, not_implemented_s16});  // AphB, AphC
    device.put(m203 + 6, {-1});                                        // A_SF
    device.put(m203 + 8, {2302, not_implemented_s16, not_implemented_s16});
    device.put(m203 + 15, {-1, 4999, -2});  // V_SF, Hz, Hz_SF
    device.put(m203 + 18, {1100, 1100, not_implemented_s16, not_implemented_s16, 0});
    device.put(m203 + 28, {not_implemented_s16});  // VAR
}

void put_battery(RegisterDevice& device, std::string_view maker) {
    EXPECT_EQ(device.begin_sunspec(maker, "rack", "0817"), m802);
    device.end_sunspec(device.put_model(m802, 802, 62));
    device.put(m802 + 11, {513});       // SoC
    device.put(m802 + 13, {98});        // SoH
    device.put(m802 + 22, {3});         // State: connected
    device.put(m802 + 26, {0, 0x14});   // Evt1: two warnings (bits 2 and 4), no alarm
    device.put(m802 + 34, {7391});      // V
    device.put(m802 + 44, {125});       // A
    device.put(m802 + 45, {60, 80});    // AChaMax, ADisChaMax
    device.put(m802 + 56, {-1});        // SoC_SF
    device.put(m802 + 58, {0, -1});     // SoH_SF, V_SF
    device.put(m802 + 61, {-1, 0, 1});  // A_SF, AMax_SF, W_SF
}

void put_interconnect(RegisterDevice& device, std::string_view maker, bool emulator) {
    put_identity(device, "interconnect", maker, emulator);
    device.put(100, {1});                       // contact
    device.put(101, {2301, 2302, 2303, 2302});  // grid side
    device.put(105, {2291, 2292, 2293, 2292});  // street side
    device.put(109, {49990, 50010});            // Hz
    device.put(111, {20, -43, -150});           // df, dv, dphi
    device.put(114, {0, 12345});                // timer_remaining
    device.put(116, {0, 1, 0, 1, 1});           // sync_ok .. former_mode
    device.put(121, {1, 0, 0, 1});              // the commands
}

void put_load_controller(RegisterDevice& device, std::string_view maker, bool emulator) {
    put_identity(device, "loadctl", maker, emulator);
    device.put(100, {2287, 49950});                // V, Hz
    device.put(102, {0b01011, 0b11111, 0b10000});  // closed, requested, local stage
    device.put(105, {0, 1250});                    // p_total
    device.put(107, {0, 60, 0, 200, 0, 0, 0, 990, 0, 0});
    device.coils = {true, true, false, true, false};
}

}  // namespace islandbench::drivers::test
