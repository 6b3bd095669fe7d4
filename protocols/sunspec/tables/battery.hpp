#pragma once

#include "protocols/sunspec/point.hpp"

/// Batteries: base model and strings.
/// Derived from the model files of the SunSpec Alliance, github.com/sunspec/models, commit 7abdf89
/// (Apache-2.0, see NOTICE).
namespace islandbench::sunspec::tables {

inline constexpr auto model_802 = std::to_array<Point>({
    {802, "ID", 0, 1, Type::uint16, "", "", r, must},
    {802, "L", 1, 1, Type::uint16, "", "", r, must},
    {802, "AHRtg", 2, 1, Type::uint16, "AHRtg_SF", "Ah", r, must},
    {802, "WHRtg", 3, 1, Type::uint16, "WHRtg_SF", "Wh", r, must},
    {802, "WChaRteMax", 4, 1, Type::uint16, "WChaDisChaMax_SF", "W", r, must},
    {802, "WDisChaRteMax", 5, 1, Type::uint16, "WChaDisChaMax_SF", "W", r, must},
    {802, "DisChaRte", 6, 1, Type::uint16, "DisChaRte_SF", "%WHRtg", r, may},
    {802, "SoCMax", 7, 1, Type::uint16, "SoC_SF", "%WHRtg", r, may},
    {802, "SoCMin", 8, 1, Type::uint16, "SoC_SF", "%WHRtg", r, may},
    {802, "SocRsvMax", 9, 1, Type::uint16, "SoC_SF", "%WHRtg", rw, may},
    {802, "SoCRsvMin", 10, 1, Type::uint16, "SoC_SF", "%WHRtg", rw, may},
    {802, "SoC", 11, 1, Type::uint16, "SoC_SF", "%WHRtg", r, must},
    {802, "DoD", 12, 1, Type::uint16, "DoD_SF", "%", r, may},
    {802, "SoH", 13, 1, Type::uint16, "SoH_SF", "%", r, may},
    {802, "NCyc", 14, 2, Type::uint32, "", "", r, may},
    {802, "ChaSt", 16, 1, Type::enum16, "", "", r, may,
     "1=OFF;2=EMPTY;3=DISCHARGING;4=CHARGING;5=FULL;6=HOLDING;7=TESTING"},
    {802, "LocRemCtl", 17, 1, Type::enum16, "", "", r, must, "0=REMOTE;1=LOCAL"},
    {802, "Hb", 18, 1, Type::uint16, "", "", r, may},
    {802, "CtrlHb", 19, 1, Type::uint16, "", "", rw, may},
    {802, "AlmRst", 20, 1, Type::uint16, "", "", rw, must},
    {802, "Typ", 21, 1, Type::enum16, "", "", r, must,
     "0=NOT APPLICABLE_UNKNOWN;1=LEAD_ACID;2=NICKEL_METAL_HYDRATE;3=NICKEL_CADMIUM;"
     "4=LITHIUM_ION;5=CARBON_ZINC;6=ZINC_CHLORIDE;7=ALKALINE;8=RECHARGEABLE_ALKALINE;"
     "9=SODIUM_SULFUR;10=FLOW;99=OTHER"},
    {802, "State", 22, 1, Type::enum16, "", "", r, must,
     "1=DISCONNECTED;2=INITIALIZING;3=CONNECTED;4=STANDBY;5=SOC PROTECTION;"
     "6=SUSPENDING;99=FAULT"},
    {802, "StateVnd", 23, 1, Type::enum16, "", "", r, may},
    {802, "WarrDt", 24, 2, Type::uint32, "", "", r, may},
    {802, "Evt1", 26, 2, Type::bitfield32, "", "", r, must,
     "0=COMMUNICATION_ERROR;1=OVER_TEMP_ALARM;2=OVER_TEMP_WARNING;3=UNDER_TEMP_ALARM;"
     "4=UNDER_TEMP_WARNING;5=OVER_CHARGE_CURRENT_ALARM;6=OVER_CHARGE_CURRENT_WARNING;"
     "7=OVER_DISCHARGE_CURRENT_ALARM;8=OVER_DISCHARGE_CURRENT_WARNING;"
     "9=OVER_VOLT_ALARM;10=OVER_VOLT_WARNING;11=UNDER_VOLT_ALARM;"
     "12=UNDER_VOLT_WARNING;13=UNDER_SOC_MIN_ALARM;14=UNDER_SOC_MIN_WARNING;"
     "15=OVER_SOC_MAX_ALARM;16=OVER_SOC_MAX_WARNING;17=VOLTAGE_IMBALANCE_WARNING;"
     "18=TEMPERATURE_IMBALANCE_ALARM;19=TEMPERATURE_IMBALANCE_WARNING;"
     "20=CONTACTOR_ERROR;21=FAN_ERROR;22=GROUND_FAULT;23=OPEN_DOOR_ERROR;"
     "24=CURRENT_IMBALANCE_WARNING;25=OTHER_ALARM;26=OTHER_WARNING;27=RESERVED_1;"
     "28=CONFIGURATION_ALARM;29=CONFIGURATION_WARNING"},
    {802, "Evt2", 28, 2, Type::bitfield32, "", "", r, must},
    {802, "EvtVnd1", 30, 2, Type::bitfield32, "", "", r, must},
    {802, "EvtVnd2", 32, 2, Type::bitfield32, "", "", r, must},
    {802, "V", 34, 1, Type::uint16, "V_SF", "V", r, must},
    {802, "VMax", 35, 1, Type::uint16, "V_SF", "V", r, may},
    {802, "VMin", 36, 1, Type::uint16, "V_SF", "V", r, may},
    {802, "CellVMax", 37, 1, Type::uint16, "CellV_SF", "V", r, may},
    {802, "CellVMaxStr", 38, 1, Type::uint16, "", "", r, may},
    {802, "CellVMaxMod", 39, 1, Type::uint16, "", "", r, may},
    {802, "CellVMin", 40, 1, Type::uint16, "CellV_SF", "V", r, may},
    {802, "CellVMinStr", 41, 1, Type::uint16, "", "", r, may},
    {802, "CellVMinMod", 42, 1, Type::uint16, "", "", r, may},
    {802, "CellVAvg", 43, 1, Type::uint16, "CellV_SF", "V", r, may},
    {802, "A", 44, 1, Type::int16, "A_SF", "A", r, must},
    {802, "AChaMax", 45, 1, Type::uint16, "AMax_SF", "A", r, may},
    {802, "ADisChaMax", 46, 1, Type::uint16, "AMax_SF", "A", r, may},
    {802, "W", 47, 1, Type::int16, "W_SF", "W", r, must},
    {802, "ReqInvState", 48, 1, Type::enum16, "", "", r, may, "0=NO REQUEST;1=START;2=STOP"},
    {802, "ReqW", 49, 1, Type::int16, "W_SF", "W", r, may},
    {802, "SetOp", 50, 1, Type::enum16, "", "", rw, must, "1=CONNECT;2=DISCONNECT"},
    {802, "SetInvState", 51, 1, Type::enum16, "", "", rw, must,
     "1=INVERTER_STOPPED;2=INVERTER_STANDBY;3=INVERTER_STARTED"},
    {802, "AHRtg_SF", 52, 1, Type::sunssf, "", "", r, must},
    {802, "WHRtg_SF", 53, 1, Type::sunssf, "", "", r, must},
    {802, "WChaDisChaMax_SF", 54, 1, Type::sunssf, "", "", r, must},
    {802, "DisChaRte_SF", 55, 1, Type::sunssf, "", "", r, may},
    {802, "SoC_SF", 56, 1, Type::sunssf, "", "", r, must},
    {802, "DoD_SF", 57, 1, Type::sunssf, "", "", r, may},
    {802, "SoH_SF", 58, 1, Type::sunssf, "", "", r, may},
    {802, "V_SF", 59, 1, Type::sunssf, "", "", r, must},
    {802, "CellV_SF", 60, 1, Type::sunssf, "", "", r, must},
    {802, "A_SF", 61, 1, Type::sunssf, "", "", r, must},
    {802, "AMax_SF", 62, 1, Type::sunssf, "", "", r, must},
    {802, "W_SF", 63, 1, Type::sunssf, "", "", r, may},
});

inline constexpr auto model_803 = std::to_array<Point>({
    {803, "ID", 0, 1, Type::uint16, "", "", r, must},
    {803, "L", 1, 1, Type::uint16, "", "", r, must},
    {803, "NStr", 2, 1, Type::uint16, "", "", r, must},
    {803, "NStrCon", 3, 1, Type::uint16, "", "", r, must},
    {803, "ModTmpMax", 4, 1, Type::int16, "ModTmp_SF", "C", r, must},
    {803, "ModTmpMaxStr", 5, 1, Type::uint16, "", "", r, may},
    {803, "ModTmpMaxMod", 6, 1, Type::uint16, "", "", r, may},
    {803, "ModTmpMin", 7, 1, Type::int16, "ModTmp_SF", "C", r, must},
    {803, "ModTmpMinStr", 8, 1, Type::uint16, "", "", r, may},
    {803, "ModTmpMinMod", 9, 1, Type::uint16, "", "", r, may},
    {803, "ModTmpAvg", 10, 1, Type::int16, "ModTmp_SF", "C", r, may},
    {803, "StrVMax", 11, 1, Type::uint16, "V_SF", "V", r, may},
    {803, "StrVMaxStr", 12, 1, Type::uint16, "", "", r, may},
    {803, "StrVMin", 13, 1, Type::uint16, "V_SF", "V", r, may},
    {803, "StrVMinStr", 14, 1, Type::uint16, "", "", r, may},
    {803, "StrVAvg", 15, 1, Type::uint16, "V_SF", "V", r, may},
    {803, "StrAMax", 16, 1, Type::int16, "A_SF", "A", r, may},
    {803, "StrAMaxStr", 17, 1, Type::uint16, "", "", r, may},
    {803, "StrAMin", 18, 1, Type::int16, "A_SF", "A", r, may},
    {803, "StrAMinStr", 19, 1, Type::uint16, "", "", r, may},
    {803, "StrAAvg", 20, 1, Type::int16, "A_SF", "A", r, may},
    {803, "NCellBal", 21, 1, Type::uint16, "", "", r, may},
    {803, "CellV_SF", 22, 1, Type::sunssf, "", "", r, must},
    {803, "ModTmp_SF", 23, 1, Type::sunssf, "", "", r, must},
    {803, "A_SF", 24, 1, Type::sunssf, "", "", r, must},
    {803, "SoH_SF", 25, 1, Type::sunssf, "", "", r, may},
    {803, "SoC_SF", 26, 1, Type::sunssf, "", "", r, must},
    {803, "V_SF", 27, 1, Type::sunssf, "", "", r, may},
    {803, "string.StrNMod", 28, 1, Type::uint16, "", "", r, must},
    {803, "string.StrSt", 29, 2, Type::bitfield32, "", "", r, must,
     "0=STRING_ENABLED;1=CONTACTOR_STATUS"},
    {803, "string.StrConFail", 31, 1, Type::enum16, "", "", r, may,
     "0=NO_FAILURE;1=BUTTON_PUSHED;2=STR_GROUND_FAULT;3=OUTSIDE_VOLTAGE_RANGE;"
     "4=STRING_NOT_ENABLED;5=FUSE_OPEN;6=CONTACTOR_FAILURE;7=PRECHARGE_FAILURE;"
     "8=STRING_FAULT"},
    {803, "string.StrSoC", 32, 1, Type::uint16, "SoC_SF", "%", r, must},
    {803, "string.StrSoH", 33, 1, Type::uint16, "SoH_SF", "%", r, may},
    {803, "string.StrA", 34, 1, Type::int16, "A_SF", "A", r, must},
    {803, "string.StrCellVMax", 35, 1, Type::uint16, "CellV_SF", "V", r, must},
    {803, "string.StrCellVMaxMod", 36, 1, Type::uint16, "", "", r, may},
    {803, "string.StrCellVMin", 37, 1, Type::uint16, "CellV_SF", "V", r, must},
    {803, "string.StrCellVMinMod", 38, 1, Type::uint16, "", "", r, may},
    {803, "string.StrCellVAvg", 39, 1, Type::uint16, "CellV_SF", "V", r, must},
    {803, "string.StrModTmpMax", 40, 1, Type::int16, "ModTmp_SF", "C", r, must},
    {803, "string.StrModTmpMaxMod", 41, 1, Type::uint16, "", "", r, may},
    {803, "string.StrModTmpMin", 42, 1, Type::int16, "ModTmp_SF", "C", r, must},
    {803, "string.StrModTmpMinMod", 43, 1, Type::uint16, "", "", r, may},
    {803, "string.StrModTmpAvg", 44, 1, Type::int16, "ModTmp_SF", "C", r, must},
    {803, "string.StrDisRsn", 45, 1, Type::enum16, "", "", r, may,
     "0=NONE;1=FAULT;2=MAINTENANCE;3=EXTERNAL;4=OTHER"},
    {803, "string.StrConSt", 46, 2, Type::bitfield32, "", "", r, may,
     "0=CONTACTOR_0;1=CONTACTOR_1;2=CONTACTOR_2;3=CONTACTOR_3;4=CONTACTOR_4;"
     "5=CONTACTOR_5;6=CONTACTOR_6;7=CONTACTOR_7;8=CONTACTOR_8;9=CONTACTOR_9;"
     "10=CONTACTOR_10;11=CONTACTOR_11;12=CONTACTOR_12;13=CONTACTOR_13;14=CONTACTOR_14;"
     "15=CONTACTOR_15;16=CONTACTOR_16;17=CONTACTOR_17;18=CONTACTOR_18;19=CONTACTOR_19;"
     "20=CONTACTOR_20;21=CONTACTOR_21;22=CONTACTOR_22;23=CONTACTOR_23;24=CONTACTOR_24;"
     "25=CONTACTOR_25;26=CONTACTOR_26;27=CONTACTOR_27;28=CONTACTOR_28;29=CONTACTOR_29;"
     "30=CONTACTOR_30"},
    {803, "string.StrEvt1", 48, 2, Type::bitfield32, "", "", r, must,
     "0=COMMUNICATION_ERROR;1=OVER_TEMP_ALARM;2=OVER_TEMP_WARNING;3=UNDER_TEMP_ALARM;"
     "4=UNDER_TEMP_WARNING;5=OVER_CHARGE_CURRENT_ALARM;6=OVER_CHARGE_CURRENT_WARNING;"
     "7=OVER_DISCHARGE_CURRENT_ALARM;8=OVER_DISCHARGE_CURRENT_WARNING;"
     "9=OVER_VOLT_ALARM;10=OVER_VOLT_WARNING;11=UNDER_VOLT_ALARM;"
     "12=UNDER_VOLT_WARNING;13=UNDER_SOC_MIN_ALARM;14=UNDER_SOC_MIN_WARNING;"
     "15=OVER_SOC_MAX_ALARM;16=OVER_SOC_MAX_WARNING;17=VOLTAGE_IMBALANCE_WARNING;"
     "18=TEMPERATURE_IMBALANCE_ALARM;19=TEMPERATURE_IMBALANCE_WARNING;"
     "20=CONTACTOR_ERROR;21=FAN_ERROR;22=GROUND_FAULT;23=OPEN_DOOR_ERROR;"
     "24=RESERVED_1;25=OTHER_ALARM;26=OTHER_WARNING;27=RESERVED_2;"
     "28=CONFIGURATION_ALARM;29=CONFIGURATION_WARNING"},
    {803, "string.StrEvt2", 50, 2, Type::bitfield32, "", "", r, may},
    {803, "string.StrEvtVnd1", 52, 2, Type::bitfield32, "", "", r, may},
    {803, "string.StrEvtVnd2", 54, 2, Type::bitfield32, "", "", r, may},
    {803, "string.StrSetEna", 56, 1, Type::enum16, "", "", rw, may,
     "1=ENABLE_STRING;2=DISABLE_STRING"},
    {803, "string.StrSetCon", 57, 1, Type::enum16, "", "", rw, may,
     "1=CONNECT_STRING;2=DISCONNECT_STRING"},
    {803, "string.Pad1", 58, 1, Type::pad, "", "", r, must},
    {803, "string.Pad2", 59, 1, Type::pad, "", "", r, must},
});

}  // namespace islandbench::sunspec::tables
