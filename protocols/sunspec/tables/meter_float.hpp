#pragma once

#include "protocols/sunspec/point.hpp"

/// AC meters in float32 (211 to 214): one layout.
/// Derived from the model files of the SunSpec Alliance, github.com/sunspec/models, commit 7abdf89
/// (Apache-2.0, see NOTICE).
namespace islandbench::sunspec::tables {

inline constexpr auto model_213 = std::to_array<Point>({
    {213, "ID", 0, 1, Type::uint16, "", "", r, must},
    {213, "L", 1, 1, Type::uint16, "", "", r, must},
    {213, "A", 2, 2, Type::float32, "", "A", r, must},
    {213, "AphA", 4, 2, Type::float32, "", "A", r, must},
    {213, "AphB", 6, 2, Type::float32, "", "A", r, must},
    {213, "AphC", 8, 2, Type::float32, "", "A", r, must},
    {213, "PhV", 10, 2, Type::float32, "", "V", r, must},
    {213, "PhVphA", 12, 2, Type::float32, "", "V", r, must},
    {213, "PhVphB", 14, 2, Type::float32, "", "V", r, must},
    {213, "PhVphC", 16, 2, Type::float32, "", "V", r, must},
    {213, "PPV", 18, 2, Type::float32, "", "V", r, must},
    {213, "PPVphAB", 20, 2, Type::float32, "", "V", r, must},
    {213, "PPVphBC", 22, 2, Type::float32, "", "V", r, must},
    {213, "PPVphCA", 24, 2, Type::float32, "", "V", r, must},
    {213, "Hz", 26, 2, Type::float32, "", "Hz", r, must},
    {213, "W", 28, 2, Type::float32, "", "W", r, must},
    {213, "WphA", 30, 2, Type::float32, "", "W", r, may},
    {213, "WphB", 32, 2, Type::float32, "", "W", r, may},
    {213, "WphC", 34, 2, Type::float32, "", "W", r, may},
    {213, "VA", 36, 2, Type::float32, "", "VA", r, may},
    {213, "VAphA", 38, 2, Type::float32, "", "VA", r, may},
    {213, "VAphB", 40, 2, Type::float32, "", "VA", r, may},
    {213, "VAphC", 42, 2, Type::float32, "", "VA", r, may},
    {213, "VAR", 44, 2, Type::float32, "", "var", r, may},
    {213, "VARphA", 46, 2, Type::float32, "", "var", r, may},
    {213, "VARphB", 48, 2, Type::float32, "", "var", r, may},
    {213, "VARphC", 50, 2, Type::float32, "", "var", r, may},
    {213, "PF", 52, 2, Type::float32, "", "PF", r, may},
    {213, "PFphA", 54, 2, Type::float32, "", "PF", r, may},
    {213, "PFphB", 56, 2, Type::float32, "", "PF", r, may},
    {213, "PFphC", 58, 2, Type::float32, "", "PF", r, may},
    {213, "TotWhExp", 60, 2, Type::float32, "", "Wh", r, must},
    {213, "TotWhExpPhA", 62, 2, Type::float32, "", "Wh", r, may},
    {213, "TotWhExpPhB", 64, 2, Type::float32, "", "Wh", r, may},
    {213, "TotWhExpPhC", 66, 2, Type::float32, "", "Wh", r, may},
    {213, "TotWhImp", 68, 2, Type::float32, "", "Wh", r, must},
    {213, "TotWhImpPhA", 70, 2, Type::float32, "", "Wh", r, may},
    {213, "TotWhImpPhB", 72, 2, Type::float32, "", "Wh", r, may},
    {213, "TotWhImpPhC", 74, 2, Type::float32, "", "Wh", r, may},
    {213, "TotVAhExp", 76, 2, Type::float32, "", "VAh", r, may},
    {213, "TotVAhExpPhA", 78, 2, Type::float32, "", "VAh", r, may},
    {213, "TotVAhExpPhB", 80, 2, Type::float32, "", "VAh", r, may},
    {213, "TotVAhExpPhC", 82, 2, Type::float32, "", "VAh", r, may},
    {213, "TotVAhImp", 84, 2, Type::float32, "", "VAh", r, may},
    {213, "TotVAhImpPhA", 86, 2, Type::float32, "", "VAh", r, may},
    {213, "TotVAhImpPhB", 88, 2, Type::float32, "", "VAh", r, may},
    {213, "TotVAhImpPhC", 90, 2, Type::float32, "", "VAh", r, may},
    {213, "TotVArhImpQ1", 92, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhImpQ1phA", 94, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhImpQ1phB", 96, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhImpQ1phC", 98, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhImpQ2", 100, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhImpQ2phA", 102, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhImpQ2phB", 104, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhImpQ2phC", 106, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhExpQ3", 108, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhExpQ3phA", 110, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhExpQ3phB", 112, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhExpQ3phC", 114, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhExpQ4", 116, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhExpQ4phA", 118, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhExpQ4phB", 120, 2, Type::float32, "", "varh", r, may},
    {213, "TotVArhExpQ4phC", 122, 2, Type::float32, "", "varh", r, may},
    {213, "Evt", 124, 2, Type::bitfield32, "", "", r, must,
     "2=M_EVENT_Power_Failure;3=M_EVENT_Under_Voltage;4=M_EVENT_Low_PF;"
     "5=M_EVENT_Over_Current;6=M_EVENT_Over_Voltage;7=M_EVENT_Missing_Sensor;"
     "8=M_EVENT_Reserved1;9=M_EVENT_Reserved2;10=M_EVENT_Reserved3;"
     "11=M_EVENT_Reserved4;12=M_EVENT_Reserved5;13=M_EVENT_Reserved6;"
     "14=M_EVENT_Reserved7;15=M_EVENT_Reserved8;16=M_EVENT_OEM01;17=M_EVENT_OEM02;"
     "18=M_EVENT_OEM03;19=M_EVENT_OEM04;20=M_EVENT_OEM05;21=M_EVENT_OEM06;"
     "22=M_EVENT_OEM07;23=M_EVENT_OEM08;24=M_EVENT_OEM09;25=M_EVENT_OEM10;"
     "26=M_EVENT_OEM11;27=M_EVENT_OEM12;28=M_EVENT_OEM13;29=M_EVENT_OEM14;"
     "30=M_EVENT_OEM15"},
});

}  // namespace islandbench::sunspec::tables
