#pragma once

#include "protocols/sunspec/point.hpp"

/// Distributed energy resources by IEEE 1547-2018: curves, control sets, storage, DC side,
/// heartbeat. Offsets in a curve are those of the first curve and its first point; the last two
/// numbers of a line are what each point that a curve has room for adds to them, and from one such
/// point to the next. Derived from the model files of the SunSpec Alliance,
/// github.com/sunspec/models, commit 7abdf89 (Apache-2.0, see NOTICE).
namespace islandbench::sunspec::tables {

inline constexpr auto model_705 = std::to_array<Point>({
    {705, "ID", 0, 1, Type::uint16, "", "", r, must},
    {705, "L", 1, 1, Type::uint16, "", "", r, must},
    {705, "Ena", 2, 1, Type::enum16, "", "", rw, must, "0=DISABLED;1=ENABLED"},
    {705, "AdptCrvReq", 3, 1, Type::uint16, "", "", rw, must},
    {705, "AdptCrvRslt", 4, 1, Type::enum16, "", "", r, must, "0=IN_PROGRESS;1=COMPLETED;2=FAILED"},
    {705, "NPt", 5, 1, Type::uint16, "", "", r, must},
    {705, "NCrv", 6, 1, Type::uint16, "", "", r, must},
    {705, "RvrtTms", 7, 2, Type::uint32, "", "Secs", rw, may},
    {705, "RvrtRem", 9, 2, Type::uint32, "", "Secs", r, may},
    {705, "RvrtCrv", 11, 1, Type::uint16, "", "", rw, may},
    {705, "V_SF", 12, 1, Type::sunssf, "", "", r, must},
    {705, "DeptRef_SF", 13, 1, Type::sunssf, "", "", r, must},
    {705, "RspTms_SF", 14, 1, Type::sunssf, "", "", r, must},
    {705, "Crv.ActPt", 15, 1, Type::uint16, "", "", rw, must},
    {705, "Crv.DeptRef", 16, 1, Type::enum16, "", "", rw, must,
     "0=W_MAX_PCT;1=VAR_MAX_PCT;2=VAR_AVAL_PCT;3=VA_MAX_PCT"},
    {705, "Crv.Pri", 17, 1, Type::enum16, "", "", rw, may, "0=ACTIVE;1=REACTIVE;2=VENDOR"},
    {705, "Crv.VRef", 18, 1, Type::uint16, "V_SF", "VNomPct", rw, may},
    {705, "Crv.VRefAuto", 19, 1, Type::uint16, "V_SF", "VNomPct", r, may},
    {705, "Crv.VRefAutoEna", 20, 1, Type::enum16, "", "", rw, may, "0=DISABLED;1=ENABLED"},
    {705, "Crv.VRefAutoTms", 21, 1, Type::uint16, "", "Secs", rw, may},
    {705, "Crv.RspTms", 22, 2, Type::uint32, "RspTms_SF", "Secs", rw, may},
    {705, "Crv.ReadOnly", 24, 1, Type::enum16, "", "", r, must, "0=RW;1=R"},
    {705, "Crv.Pt.V", 25, 1, Type::uint16, "V_SF", "VNomPct", rw, may, "", 0, 2},
    {705, "Crv.Pt.Var", 26, 1, Type::int16, "DeptRef_SF", "DeptRef", rw, may, "", 0, 2},
});

inline constexpr auto model_706 = std::to_array<Point>({
    {706, "ID", 0, 1, Type::uint16, "", "", r, must},
    {706, "L", 1, 1, Type::uint16, "", "", r, must},
    {706, "Ena", 2, 1, Type::enum16, "", "", rw, must, "0=DISABLED;1=ENABLED"},
    {706, "AdptCrvReq", 3, 1, Type::uint16, "", "", rw, must},
    {706, "AdptCrvRslt", 4, 1, Type::enum16, "", "", r, must, "0=IN_PROGRESS;1=COMPLETED;2=FAILED"},
    {706, "NPt", 5, 1, Type::uint16, "", "", r, must},
    {706, "NCrv", 6, 1, Type::uint16, "", "", r, must},
    {706, "RvrtTms", 7, 2, Type::uint32, "", "Secs", rw, may},
    {706, "RvrtRem", 9, 2, Type::uint32, "", "Secs", r, may},
    {706, "RvrtCrv", 11, 1, Type::uint16, "", "", rw, may},
    {706, "V_SF", 12, 1, Type::sunssf, "", "", r, must},
    {706, "DeptRef_SF", 13, 1, Type::sunssf, "", "", r, must},
    {706, "RspTms_SF", 14, 1, Type::sunssf, "", "", r, must},
    {706, "Crv.ActPt", 15, 1, Type::uint16, "", "", rw, must},
    {706, "Crv.DeptRef", 16, 1, Type::enum16, "", "", rw, must, "0=W_MAX_PCT;1=W_AVAL_PCT"},
    {706, "Crv.RspTms", 17, 2, Type::uint32, "RspTms_SF", "Secs", rw, may},
    {706, "Crv.ReadOnly", 19, 1, Type::enum16, "", "", r, must, "0=RW;1=R"},
    {706, "Crv.Pt.V", 20, 1, Type::uint16, "V_SF", "VNomPct", rw, may, "", 0, 2},
    {706, "Crv.Pt.W", 21, 1, Type::int16, "DeptRef_SF", "DeptRef", rw, may, "", 0, 2},
});

/// Models 707 and 708.
inline constexpr auto model_707 = std::to_array<Point>({
    {707, "ID", 0, 1, Type::uint16, "", "", r, must},
    {707, "L", 1, 1, Type::uint16, "", "", r, must},
    {707, "Ena", 2, 1, Type::enum16, "", "", rw, must, "0=DISABLED;1=ENABLED"},
    {707, "AdptCrvReq", 3, 1, Type::uint16, "", "", rw, must},
    {707, "AdptCrvRslt", 4, 1, Type::enum16, "", "", r, must, "0=IN_PROGRESS;1=COMPLETED;2=FAILED"},
    {707, "NPt", 5, 1, Type::uint16, "", "", r, must},
    {707, "NCrvSet", 6, 1, Type::uint16, "", "", r, must},
    {707, "V_SF", 7, 1, Type::sunssf, "", "", r, must},
    {707, "Tms_SF", 8, 1, Type::sunssf, "", "", r, must},
    {707, "Crv.ReadOnly", 9, 1, Type::enum16, "", "", r, must, "0=RW;1=R"},
    {707, "Crv.MustTrip.ActPt", 10, 1, Type::uint16, "", "", rw, may},
    {707, "Crv.MustTrip.Pt.V", 11, 1, Type::uint16, "V_SF", "VNomPct", rw, may, "", 0, 3},
    {707, "Crv.MustTrip.Pt.Tms", 12, 2, Type::uint32, "Tms_SF", "Secs", rw, may, "", 0, 3},
    {707, "Crv.MayTrip.ActPt", 11, 1, Type::uint16, "", "", rw, may, "", 3, 0},
    {707, "Crv.MayTrip.Pt.V", 12, 1, Type::uint16, "V_SF", "VNomPct", rw, may, "", 3, 3},
    {707, "Crv.MayTrip.Pt.Tms", 13, 2, Type::uint32, "Tms_SF", "Secs", rw, may, "", 3, 3},
    {707, "Crv.MomCess.ActPt", 12, 1, Type::uint16, "", "", rw, may, "", 6, 0},
    {707, "Crv.MomCess.Pt.V", 13, 1, Type::uint16, "V_SF", "VNomPct", rw, may, "", 6, 3},
    {707, "Crv.MomCess.Pt.Tms", 14, 2, Type::uint32, "Tms_SF", "Secs", rw, may, "", 6, 3},
});

/// Models 709 and 710.
inline constexpr auto model_709 = std::to_array<Point>({
    {709, "ID", 0, 1, Type::uint16, "", "", r, must},
    {709, "L", 1, 1, Type::uint16, "", "", r, must},
    {709, "Ena", 2, 1, Type::enum16, "", "", rw, must, "0=DISABLED;1=ENABLED"},
    {709, "AdptCrvReq", 3, 1, Type::uint16, "", "", rw, must},
    {709, "AdptCrvRslt", 4, 1, Type::enum16, "", "", r, must, "0=IN_PROGRESS;1=COMPLETED;2=FAILED"},
    {709, "NPt", 5, 1, Type::uint16, "", "", r, must},
    {709, "NCrvSet", 6, 1, Type::uint16, "", "", r, must},
    {709, "Hz_SF", 7, 1, Type::sunssf, "", "", r, must},
    {709, "Tms_SF", 8, 1, Type::sunssf, "", "", r, must},
    {709, "Crv.ReadOnly", 9, 1, Type::enum16, "", "", r, must, "0=RW;1=R"},
    {709, "Crv.MustTrip.ActPt", 10, 1, Type::uint16, "", "", rw, may},
    {709, "Crv.MustTrip.Pt.Hz", 11, 2, Type::uint32, "Hz_SF", "Hz", rw, may, "", 0, 4},
    {709, "Crv.MustTrip.Pt.Tms", 13, 2, Type::uint32, "Tms_SF", "Secs", rw, may, "", 0, 4},
    {709, "Crv.MayTrip.ActPt", 11, 1, Type::uint16, "", "", rw, may, "", 4, 0},
    {709, "Crv.MayTrip.Pt.Hz", 12, 2, Type::uint32, "Hz_SF", "Hz", rw, may, "", 4, 4},
    {709, "Crv.MayTrip.Pt.Tms", 14, 2, Type::uint32, "Tms_SF", "Secs", rw, may, "", 4, 4},
    {709, "Crv.MomCess.ActPt", 12, 1, Type::uint16, "", "", rw, may, "", 8, 0},
    {709, "Crv.MomCess.Pt.Hz", 13, 2, Type::uint32, "Hz_SF", "Hz", rw, may, "", 8, 4},
    {709, "Crv.MomCess.Pt.Tms", 15, 2, Type::uint32, "Tms_SF", "Secs", rw, may, "", 8, 4},
});

inline constexpr auto model_711 = std::to_array<Point>({
    {711, "ID", 0, 1, Type::uint16, "", "", r, must},
    {711, "L", 1, 1, Type::uint16, "", "", r, must},
    {711, "Ena", 2, 1, Type::enum16, "", "", rw, must, "0=DISABLED;1=ENABLED"},
    {711, "AdptCtlReq", 3, 1, Type::uint16, "", "", rw, must},
    {711, "AdptCtlRslt", 4, 1, Type::enum16, "", "", r, must, "0=IN_PROGRESS;1=COMPLETED;2=FAILED"},
    {711, "NCtl", 5, 1, Type::uint16, "", "", r, must},
    {711, "RvrtTms", 6, 2, Type::uint32, "", "Secs", rw, may},
    {711, "RvrtRem", 8, 2, Type::uint32, "", "Secs", r, may},
    {711, "RvrtCtl", 10, 1, Type::uint16, "", "", rw, may},
    {711, "Db_SF", 11, 1, Type::sunssf, "", "", r, must},
    {711, "K_SF", 12, 1, Type::sunssf, "", "", r, must},
    {711, "RspTms_SF", 13, 1, Type::sunssf, "", "", r, must},
    {711, "Ctl.DbOf", 14, 2, Type::uint32, "Db_SF", "Hz", rw, must},
    {711, "Ctl.DbUf", 16, 2, Type::uint32, "Db_SF", "Hz", rw, must},
    {711, "Ctl.KOf", 18, 1, Type::uint16, "K_SF", "", rw, must},
    {711, "Ctl.KUf", 19, 1, Type::uint16, "K_SF", "", rw, must},
    {711, "Ctl.RspTms", 20, 2, Type::uint32, "RspTms_SF", "Secs", rw, must},
    {711, "Ctl.PMin", 22, 1, Type::int16, "", "Pct", rw, may},
    {711, "Ctl.ReadOnly", 23, 1, Type::enum16, "", "", r, must, "0=RW;1=R"},
});

inline constexpr auto model_712 = std::to_array<Point>({
    {712, "ID", 0, 1, Type::uint16, "", "", r, must},
    {712, "L", 1, 1, Type::uint16, "", "", r, must},
    {712, "Ena", 2, 1, Type::enum16, "", "", rw, must, "0=DISABLED;1=ENABLED"},
    {712, "AdptCrvReq", 3, 1, Type::uint16, "", "", rw, must},
    {712, "AdptCrvRslt", 4, 1, Type::enum16, "", "", r, must, "0=IN_PROGRESS;1=COMPLETED;2=FAILED"},
    {712, "NPt", 5, 1, Type::uint16, "", "", r, must},
    {712, "NCrv", 6, 1, Type::uint16, "", "", r, must},
    {712, "RvrtTms", 7, 2, Type::uint32, "", "Secs", rw, may},
    {712, "RvrtRem", 9, 2, Type::uint32, "", "Secs", r, may},
    {712, "RvrtCrv", 11, 1, Type::uint16, "", "", rw, may},
    {712, "W_SF", 12, 1, Type::sunssf, "", "", r, must},
    {712, "DeptRef_SF", 13, 1, Type::sunssf, "", "", r, must},
    {712, "Crv.ActPt", 14, 1, Type::uint16, "", "", rw, must},
    {712, "Crv.DeptRef", 15, 1, Type::enum16, "", "", rw, must,
     "0=W_MAX_PCT;1=VAR_MAX_PCT;2=VAR_AVAL_PCT;3=VA_MAX_PCT"},
    {712, "Crv.Pri", 16, 1, Type::enum16, "", "", rw, may, "0=ACTIVE;1=REACTIVE"},
    {712, "Crv.ReadOnly", 17, 1, Type::enum16, "", "", r, must, "0=RW;1=R"},
    {712, "Crv.Pt.W", 18, 1, Type::int16, "W_SF", "WMaxPct", rw, may, "", 0, 2},
    {712, "Crv.Pt.Var", 19, 1, Type::int16, "DeptRef_SF", "VarPct", rw, may, "", 0, 2},
});

inline constexpr auto model_713 = std::to_array<Point>({
    {713, "ID", 0, 1, Type::uint16, "", "", r, must},
    {713, "L", 1, 1, Type::uint16, "", "", r, must},
    {713, "WHRtg", 2, 1, Type::uint16, "WH_SF", "WH", r, may},
    {713, "WHAvail", 3, 1, Type::uint16, "WH_SF", "WH", r, may},
    {713, "SoC", 4, 1, Type::uint16, "Pct_SF", "Pct", r, may},
    {713, "SoH", 5, 1, Type::uint16, "Pct_SF", "Pct", r, may},
    {713, "Sta", 6, 1, Type::enum16, "", "", r, may, "0=OK;1=WARNING;2=ERROR"},
    {713, "WH_SF", 7, 1, Type::sunssf, "", "", r, may},
    {713, "Pct_SF", 8, 1, Type::sunssf, "", "", r, may},
});

inline constexpr auto model_714 = std::to_array<Point>({
    {714, "ID", 0, 1, Type::uint16, "", "", r, must},
    {714, "L", 1, 1, Type::uint16, "", "", r, must},
    {714, "PrtAlrms", 2, 2, Type::bitfield32, "", "", r, may},
    {714, "NPrt", 4, 1, Type::uint16, "", "", r, may},
    {714, "DCA", 5, 1, Type::int16, "DCA_SF", "A", r, may},
    {714, "DCW", 6, 1, Type::int16, "DCW_SF", "W", r, may},
    {714, "DCWhInj", 7, 4, Type::uint64, "DCWH_SF", "Wh", r, may},
    {714, "DCWhAbs", 11, 4, Type::uint64, "DCWH_SF", "Wh", r, may},
    {714, "DCA_SF", 15, 1, Type::sunssf, "", "", r, may},
    {714, "DCV_SF", 16, 1, Type::sunssf, "", "", r, may},
    {714, "DCW_SF", 17, 1, Type::sunssf, "", "", r, may},
    {714, "DCWH_SF", 18, 1, Type::sunssf, "", "", r, may},
    {714, "Tmp_SF", 19, 1, Type::sunssf, "", "", r, may},
    {714, "Prt.PrtTyp", 20, 1, Type::enum16, "", "", r, may,
     "0=PV;1=ESS;2=EV;3=INJ;4=ABS;5=BIDIR;6=DC_DC"},
    {714, "Prt.ID", 21, 1, Type::uint16, "", "", r, may},
    {714, "Prt.IDStr", 22, 8, Type::string, "", "", r, may},
    {714, "Prt.DCA", 30, 1, Type::int16, "DCA_SF", "A", r, may},
    {714, "Prt.DCV", 31, 1, Type::uint16, "DCV_SF", "V", r, may},
    {714, "Prt.DCW", 32, 1, Type::int16, "DCW_SF", "W", r, may},
    {714, "Prt.DCWhInj", 33, 4, Type::uint64, "DCWH_SF", "Wh", r, may},
    {714, "Prt.DCWhAbs", 37, 4, Type::uint64, "DCWH_SF", "Wh", r, may},
    {714, "Prt.Tmp", 41, 1, Type::int16, "Tmp_SF", "C", r, may},
    {714, "Prt.DCSta", 42, 1, Type::enum16, "", "", r, may, "0=OFF;1=ON;2=WARNING;3=ERROR"},
    {714, "Prt.DCAlrm", 43, 2, Type::bitfield32, "", "", r, may,
     "0=GROUND_FAULT;1=INPUT_OVER_VOLTAGE;3=DC_DISCONNECT;5=CABINET_OPEN;"
     "6=MANUAL_SHUTDOWN;7=OVER_TEMP;12=BLOWN_FUSE;13=UNDER_TEMP;14=MEMORY_LOSS;"
     "15=ARC_DETECTION;19=RESERVED;20=TEST_FAILED;21=INPUT_UNDER_VOLTAGE;"
     "22=INPUT_OVER_CURRENT"},
});

inline constexpr auto model_715 = std::to_array<Point>({
    {715, "ID", 0, 1, Type::uint16, "", "", r, must},
    {715, "L", 1, 1, Type::uint16, "", "", r, must},
    {715, "LocRemCtl", 2, 1, Type::enum16, "", "", r, may, "0=REMOTE;1=LOCAL"},
    {715, "DERHb", 3, 2, Type::uint32, "", "", r, may},
    {715, "ControllerHb", 5, 2, Type::uint32, "", "", rw, may},
    {715, "AlarmReset", 7, 1, Type::uint16, "", "", rw, may},
    {715, "OpCtl", 8, 1, Type::enum16, "", "", rw, may,
     "0=STOP;1=START;2=ENTER_STANDBY;3=EXIT_STANDBY"},
});

}  // namespace islandbench::sunspec::tables
