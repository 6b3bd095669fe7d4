// Compiled by a test, which wants an error for each MISTAKE and none without.
#include "protocols/sunspec/points.hpp"

using namespace islandbench::sunspec;

#if !defined(MISTAKE)
constexpr auto right = point<701>("W").offset + repeated_point<714>("Prt.DCW")[0].offset +
                       symbol<701>("InvSt", "RUNNING");
#elif MISTAKE == 1
constexpr auto wrong = point<701>("Watts").offset;
#elif MISTAKE == 2
constexpr auto wrong = point<714>("Prt.DCW").offset;
#elif MISTAKE == 3
constexpr auto wrong = repeated_point<714>("DCW")[0].offset;
#elif MISTAKE == 4
constexpr auto wrong = symbol<701>("InvSt", "RUNING");
#elif MISTAKE == 5
constexpr auto wrong = point<700>("W").offset;
#elif MISTAKE == 6
constexpr auto wrong = repeated_point<705>("Crv.Pt.V")[0].offset;
#elif MISTAKE == 7
constexpr auto wrong = curve_point<711>("Ctl.KOf").at(0, 0).offset;
#endif
