#pragma once

#include "protocols/sunspec/point.hpp"

/// Inverters as they were before IEEE 1547-2018: measurements with scale factors (103), in float32
/// (111, 113), and of their DC inputs (160).
/// Derived from the model files of the SunSpec Alliance, github.com/sunspec/models, commit 7abdf89
/// (Apache-2.0, see NOTICE).
namespace islandbench::sunspec::tables {

/// Models 101, 102 and 103: one layout, of which 103 demands the most points.
inline constexpr auto model_103 = std::to_array<Point>({
    {103, "ID", 0, 1, Type::uint16, "", "", r, must},
    {103, "L", 1, 1, Type::uint16, "", "", r, must},
    {103, "A", 2, 1, Type::uint16, "A_SF", "A", r, must},
    {103, "AphA", 3, 1, Type::uint16, "A_SF", "A", r, must},
    {103, "AphB", 4, 1, Type::uint16, "A_SF", "A", r, must},
    {103, "AphC", 5, 1, Type::uint16, "A_SF", "A", r, must},
    {103, "A_SF", 6, 1, Type::sunssf, "", "", r, must},
    {103, "PPVphAB", 7, 1, Type::uint16, "V_SF", "V", r, may},
    {103, "PPVphBC", 8, 1, Type::uint16, "V_SF", "V", r, may},
    {103, "PPVphCA", 9, 1, Type::uint16, "V_SF", "V", r, may},
    {103, "PhVphA", 10, 1, Type::uint16, "V_SF", "V", r, must},
    {103, "PhVphB", 11, 1, Type::uint16, "V_SF", "V", r, must},
    {103, "PhVphC", 12, 1, Type::uint16, "V_SF", "V", r, must},
    {103, "V_SF", 13, 1, Type::sunssf, "", "", r, must},
    {103, "W", 14, 1, Type::int16, "W_SF", "W", r, must},
    {103, "W_SF", 15, 1, Type::sunssf, "", "", r, must},
    {103, "Hz", 16, 1, Type::uint16, "Hz_SF", "Hz", r, must},
    {103, "Hz_SF", 17, 1, Type::sunssf, "", "", r, must},
    {103, "VA", 18, 1, Type::int16, "VA_SF", "VA", r, may},
    {103, "VA_SF", 19, 1, Type::sunssf, "", "", r, may},
    {103, "VAr", 20, 1, Type::int16, "VAr_SF", "var", r, may},
    {103, "VAr_SF", 21, 1, Type::sunssf, "", "", r, may},
    {103, "PF", 22, 1, Type::int16, "PF_SF", "Pct", r, may},
    {103, "PF_SF", 23, 1, Type::sunssf, "", "", r, may},
    {103, "WH", 24, 2, Type::acc32, "WH_SF", "Wh", r, must},
    {103, "WH_SF", 26, 1, Type::sunssf, "", "", r, must},
    {103, "DCA", 27, 1, Type::uint16, "DCA_SF", "A", r, may},
    {103, "DCA_SF", 28, 1, Type::sunssf, "", "", r, may},
    {103, "DCV", 29, 1, Type::uint16, "DCV_SF", "V", r, may},
    {103, "DCV_SF", 30, 1, Type::sunssf, "", "", r, may},
    {103, "DCW", 31, 1, Type::int16, "DCW_SF", "W", r, may},
    {103, "DCW_SF", 32, 1, Type::sunssf, "", "", r, may},
    {103, "TmpCab", 33, 1, Type::int16, "Tmp_SF", "C", r, must},
    {103, "TmpSnk", 34, 1, Type::int16, "Tmp_SF", "C", r, may},
    {103, "TmpTrns", 35, 1, Type::int16, "Tmp_SF", "C", r, may},
    {103, "TmpOt", 36, 1, Type::int16, "Tmp_SF", "C", r, may},
    {103, "Tmp_SF", 37, 1, Type::sunssf, "", "", r, must},
    {103, "St", 38, 1, Type::enum16, "", "", r, must,
     "1=OFF;2=SLEEPING;3=STARTING;4=MPPT;5=THROTTLED;6=SHUTTING_DOWN;7=FAULT;8=STANDBY"},
    {103, "StVnd", 39, 1, Type::enum16, "", "", r, may},
    {103, "Evt1", 40, 2, Type::bitfield32, "", "", r, must,
     "0=GROUND_FAULT;1=DC_OVER_VOLT;2=AC_DISCONNECT;3=DC_DISCONNECT;4=GRID_DISCONNECT;"
     "5=CABINET_OPEN;6=MANUAL_SHUTDOWN;7=OVER_TEMP;8=OVER_FREQUENCY;9=UNDER_FREQUENCY;"
     "10=AC_OVER_VOLT;11=AC_UNDER_VOLT;12=BLOWN_STRING_FUSE;13=UNDER_TEMP;"
     "14=MEMORY_LOSS;15=HW_TEST_FAILURE"},
    {103, "Evt2", 42, 2, Type::bitfield32, "", "", r, must},
    {103, "EvtVnd1", 44, 2, Type::bitfield32, "", "", r, may},
    {103, "EvtVnd2", 46, 2, Type::bitfield32, "", "", r, may},
    {103, "EvtVnd3", 48, 2, Type::bitfield32, "", "", r, may},
    {103, "EvtVnd4", 50, 2, Type::bitfield32, "", "", r, may},
});

inline constexpr auto model_111 = std::to_array<Point>({
    {111, "ID", 0, 1, Type::uint16, "", "", r, must},
    {111, "L", 1, 1, Type::uint16, "", "", r, must},
    {111, "A", 2, 2, Type::float32, "", "A", r, must},
    {111, "AphA", 4, 2, Type::float32, "", "A", r, must},
    {111, "AphB", 6, 2, Type::float32, "", "A", r, may},
    {111, "AphC", 8, 2, Type::float32, "", "A", r, may},
    {111, "PPVphAB", 10, 2, Type::float32, "", "V", r, may},
    {111, "PPVphBC", 12, 2, Type::float32, "", "V", r, may},
    {111, "PPVphCA", 14, 2, Type::float32, "", "V", r, may},
    {111, "PhVphA", 16, 2, Type::float32, "", "V", r, must},
    {111, "PhVphB", 18, 2, Type::float32, "", "V", r, may},
    {111, "PhVphC", 20, 2, Type::float32, "", "V", r, may},
    {111, "W", 22, 2, Type::float32, "", "W", r, must},
    {111, "Hz", 24, 2, Type::float32, "", "Hz", r, must},
    {111, "VA", 26, 2, Type::float32, "", "VA", r, may},
    {111, "VAr", 28, 2, Type::float32, "", "var", r, may},
    {111, "PF", 30, 2, Type::float32, "", "Pct", r, may},
    {111, "WH", 32, 2, Type::float32, "", "Wh", r, must},
    {111, "DCA", 34, 2, Type::float32, "", "A", r, may},
    {111, "DCV", 36, 2, Type::float32, "", "V", r, may},
    {111, "DCW", 38, 2, Type::float32, "", "W", r, may},
    {111, "TmpCab", 40, 2, Type::float32, "", "C", r, must},
    {111, "TmpSnk", 42, 2, Type::float32, "", "C", r, may},
    {111, "TmpTrns", 44, 2, Type::float32, "", "C", r, may},
    {111, "TmpOt", 46, 2, Type::float32, "", "C", r, may},
    {111, "St", 48, 1, Type::enum16, "", "", r, must,
     "1=ggOFF;2=ggSLEEPING;3=ggSTARTING;4=ggMPPT;5=ggTHROTTLED;6=ggSHUTTING_DOWN;"
     "7=ggFAULT;8=ggSTANDBY"},
    {111, "StVnd", 49, 1, Type::enum16, "", "", r, may},
    {111, "Evt1", 50, 2, Type::bitfield32, "", "", r, must,
     "0=GROUND_FAULT;1=DC_OVER_VOLT;2=AC_DISCONNECT;3=DC_DISCONNECT;4=GRID_DISCONNECT;"
     "5=CABINET_OPEN;6=MANUAL_SHUTDOWN;7=OVER_TEMP;8=OVER_FREQUENCY;9=UNDER_FREQUENCY;"
     "10=AC_OVER_VOLT;11=AC_UNDER_VOLT;12=BLOWN_STRING_FUSE;13=UNDER_TEMP;"
     "14=MEMORY_LOSS;15=HW_TEST_FAILURE"},
    {111, "Evt2", 52, 2, Type::bitfield32, "", "", r, must},
    {111, "EvtVnd1", 54, 2, Type::bitfield32, "", "", r, may},
    {111, "EvtVnd2", 56, 2, Type::bitfield32, "", "", r, may},
    {111, "EvtVnd3", 58, 2, Type::bitfield32, "", "", r, may},
    {111, "EvtVnd4", 60, 2, Type::bitfield32, "", "", r, may},
});

/// Models 112 and 113.
inline constexpr auto model_113 = std::to_array<Point>({
    {113, "ID", 0, 1, Type::uint16, "", "", r, must},
    {113, "L", 1, 1, Type::uint16, "", "", r, must},
    {113, "A", 2, 2, Type::float32, "", "A", r, must},
    {113, "AphA", 4, 2, Type::float32, "", "A", r, must},
    {113, "AphB", 6, 2, Type::float32, "", "A", r, must},
    {113, "AphC", 8, 2, Type::float32, "", "A", r, must},
    {113, "PPVphAB", 10, 2, Type::float32, "", "V", r, may},
    {113, "PPVphBC", 12, 2, Type::float32, "", "V", r, may},
    {113, "PPVphCA", 14, 2, Type::float32, "", "V", r, may},
    {113, "PhVphA", 16, 2, Type::float32, "", "V", r, must},
    {113, "PhVphB", 18, 2, Type::float32, "", "V", r, must},
    {113, "PhVphC", 20, 2, Type::float32, "", "V", r, must},
    {113, "W", 22, 2, Type::float32, "", "W", r, must},
    {113, "Hz", 24, 2, Type::float32, "", "Hz", r, must},
    {113, "VA", 26, 2, Type::float32, "", "VA", r, may},
    {113, "VAr", 28, 2, Type::float32, "", "var", r, may},
    {113, "PF", 30, 2, Type::float32, "", "Pct", r, may},
    {113, "WH", 32, 2, Type::float32, "", "Wh", r, must},
    {113, "DCA", 34, 2, Type::float32, "", "A", r, may},
    {113, "DCV", 36, 2, Type::float32, "", "V", r, may},
    {113, "DCW", 38, 2, Type::float32, "", "W", r, may},
    {113, "TmpCab", 40, 2, Type::float32, "", "C", r, must},
    {113, "TmpSnk", 42, 2, Type::float32, "", "C", r, may},
    {113, "TmpTrns", 44, 2, Type::float32, "", "C", r, may},
    {113, "TmpOt", 46, 2, Type::float32, "", "C", r, may},
    {113, "St", 48, 1, Type::enum16, "", "", r, must,
     "1=OFF;2=SLEEPING;3=STARTING;4=MPPT;5=THROTTLED;6=SHUTTING_DOWN;7=FAULT;8=STANDBY"},
    {113, "StVnd", 49, 1, Type::enum16, "", "", r, may},
    {113, "Evt1", 50, 2, Type::bitfield32, "", "", r, must,
     "0=GROUND_FAULT;1=DC_OVER_VOLT;2=AC_DISCONNECT;3=DC_DISCONNECT;4=GRID_DISCONNECT;"
     "5=CABINET_OPEN;6=MANUAL_SHUTDOWN;7=OVER_TEMP;8=OVER_FREQUENCY;9=UNDER_FREQUENCY;"
     "10=AC_OVER_VOLT;11=AC_UNDER_VOLT;12=BLOWN_STRING_FUSE;13=UNDER_TEMP;"
     "14=MEMORY_LOSS;15=HW_TEST_FAILURE"},
    {113, "Evt2", 52, 2, Type::bitfield32, "", "", r, must},
    {113, "EvtVnd1", 54, 2, Type::bitfield32, "", "", r, may},
    {113, "EvtVnd2", 56, 2, Type::bitfield32, "", "", r, may},
    {113, "EvtVnd3", 58, 2, Type::bitfield32, "", "", r, may},
    {113, "EvtVnd4", 60, 2, Type::bitfield32, "", "", r, may},
});

inline constexpr auto model_160 = std::to_array<Point>({
    {160, "ID", 0, 1, Type::uint16, "", "", r, must},
    {160, "L", 1, 1, Type::uint16, "", "", r, must},
    {160, "DCA_SF", 2, 1, Type::sunssf, "", "", r, may},
    {160, "DCV_SF", 3, 1, Type::sunssf, "", "", r, may},
    {160, "DCW_SF", 4, 1, Type::sunssf, "", "", r, may},
    {160, "DCWH_SF", 5, 1, Type::sunssf, "", "", r, may},
    {160, "Evt", 6, 2, Type::bitfield32, "", "", r, may,
     "0=GROUND_FAULT;1=INPUT_OVER_VOLTAGE;2=RESERVED_2;3=DC_DISCONNECT;4=RESERVED_4;"
     "5=CABINET_OPEN;6=MANUAL_SHUTDOWN;7=OVER_TEMP;8=RESERVED_8;9=RESERVED_9;"
     "10=RESERVED_10;11=RESERVED_11;12=BLOWN_FUSE;13=UNDER_TEMP;14=MEMORY_LOSS;"
     "15=ARC_DETECTION;16=RESERVED_16;17=RESERVED_17;18=RESERVED_18;19=RESERVED_19;"
     "20=TEST_FAILED;21=INPUT_UNDER_VOLTAGE;22=INPUT_OVER_CURRENT"},
    {160, "N", 8, 1, Type::count, "", "", r, may},
    {160, "TmsPer", 9, 1, Type::uint16, "", "", r, may},
    {160, "module.ID", 10, 1, Type::uint16, "", "", r, may},
    {160, "module.IDStr", 11, 8, Type::string, "", "", r, may},
    {160, "module.DCA", 19, 1, Type::uint16, "DCA_SF", "A", r, may},
    {160, "module.DCV", 20, 1, Type::uint16, "DCV_SF", "V", r, may},
    {160, "module.DCW", 21, 1, Type::uint16, "DCW_SF", "W", r, may},
    {160, "module.DCWH", 22, 2, Type::acc32, "DCWH_SF", "Wh", r, may},
    {160, "module.Tms", 24, 2, Type::uint32, "", "Secs", r, may},
    {160, "module.Tmp", 26, 1, Type::int16, "", "C", r, may},
    {160, "module.DCSt", 27, 1, Type::enum16, "", "", r, may,
     "1=OFF;2=SLEEPING;3=STARTING;4=MPPT;5=THROTTLED;6=SHUTTING_DOWN;7=FAULT;"
     "8=STANDBY;9=TEST;10=RESERVED_10"},
    {160, "module.DCEvt", 28, 2, Type::bitfield32, "", "", r, may,
     "0=GROUND_FAULT;1=INPUT_OVER_VOLTAGE;2=RESERVED_2;3=DC_DISCONNECT;4=RESERVED_4;"
     "5=CABINET_OPEN;6=MANUAL_SHUTDOWN;7=OVER_TEMP;8=RESERVED_8;9=RESERVED_9;"
     "10=RESERVED_10;11=RESERVED_11;12=BLOWN_FUSE;13=UNDER_TEMP;14=MEMORY_LOSS;"
     "15=ARC_DETECTION;16=RESERVED_16;17=RESERVED_17;18=RESERVED_18;19=RESERVED_19;"
     "20=TEST_FAILED;21=INPUT_UNDER_VOLTAGE;22=INPUT_OVER_CURRENT"},
});

}  // namespace islandbench::sunspec::tables
