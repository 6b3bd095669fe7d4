#include "emulators/plant/lfp_cell.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace islandbench::plant {
namespace {

/// Volt, every 0.5 % of charge.
constexpr std::array<double, 201> ocv_v{
    2.2862, 2.6835, 2.7833, 2.8470, 2.8952, 2.9344, 2.9673, 2.9961, 3.0213, 3.0441, 3.0647, 3.0835,
    3.1008, 3.1168, 3.1317, 3.1455, 3.1583, 3.1703, 3.1810, 3.1902, 3.1967, 3.2005, 3.2027, 3.2044,
    3.2056, 3.2068, 3.2079, 3.2089, 3.2099, 3.2110, 3.2120, 3.2134, 3.2147, 3.2165, 3.2188, 3.2214,
    3.2241, 3.2269, 3.2295, 3.2320, 3.2343, 3.2366, 3.2388, 3.2408, 3.2429, 3.2449, 3.2471, 3.2490,
    3.2509, 3.2529, 3.2547, 3.2564, 3.2581, 3.2596, 3.2612, 3.2628, 3.2643, 3.2659, 3.2673, 3.2688,
    3.2703, 3.2717, 3.2730, 3.2744, 3.2756, 3.2768, 3.2780, 3.2791, 3.2802, 3.2815, 3.2826, 3.2838,
    3.2848, 3.2859, 3.2868, 3.2877, 3.2887, 3.2895, 3.2904, 3.2913, 3.2921, 3.2930, 3.2937, 3.2944,
    3.2950, 3.2955, 3.2959, 3.2963, 3.2967, 3.2970, 3.2973, 3.2975, 3.2978, 3.2980, 3.2983, 3.2985,
    3.2986, 3.2989, 3.2991, 3.2993, 3.2995, 3.2997, 3.2999, 3.3001, 3.3001, 3.3004, 3.3006, 3.3008,
    3.3010, 3.3012, 3.3014, 3.3016, 3.3018, 3.3019, 3.3021, 3.3024, 3.3025, 3.3028, 3.3030, 3.3032,
    3.3035, 3.3037, 3.3040, 3.3042, 3.3044, 3.3047, 3.3050, 3.3052, 3.3056, 3.3060, 3.3063, 3.3066,
    3.3069, 3.3074, 3.3077, 3.3081, 3.3086, 3.3091, 3.3096, 3.3102, 3.3108, 3.3114, 3.3119, 3.3125,
    3.3133, 3.3141, 3.3148, 3.3157, 3.3165, 3.3175, 3.3185, 3.3197, 3.3211, 3.3224, 3.3240, 3.3257,
    3.3275, 3.3295, 3.3312, 3.3329, 3.3345, 3.3357, 3.3367, 3.3375, 3.3381, 3.3387, 3.3391, 3.3394,
    3.3398, 3.3401, 3.3403, 3.3406, 3.3408, 3.3410, 3.3412, 3.3414, 3.3416, 3.3419, 3.3420, 3.3423,
    3.3425, 3.3426, 3.3429, 3.3430, 3.3432, 3.3433, 3.3436, 3.3439, 3.3442, 3.3444, 3.3447, 3.3450,
    3.3453, 3.3458, 3.3463, 3.3471, 3.3487, 3.3522, 3.3618, 3.3963, 3.5305};

/// Millivolt, every 1 %.
constexpr std::array<double, 101> hysteresis_mv{
    30.0, 30.0, 30.0, 30.0, 30.0, 28.7, 27.4, 26.3, 25.3, 24.6, 25.1, 24.3, 23.6, 23.5, 23.6,
    24.2, 24.9, 25.0, 24.5, 24.3, 24.9, 25.6, 26.5, 27.2, 27.6, 27.7, 27.7, 27.7, 27.9, 28.4,
    28.8, 29.3, 29.6, 29.4, 29.0, 28.4, 27.5, 26.4, 25.3, 24.0, 22.6, 21.4, 20.5, 20.0, 19.6,
    19.4, 19.1, 18.9, 18.8, 18.7, 18.7, 18.7, 18.6, 18.7, 18.7, 18.7, 18.7, 18.7, 18.9, 19.0,
    19.1, 19.2, 19.3, 19.5, 19.5, 19.7, 19.9, 20.1, 20.4, 20.6, 20.9, 21.2, 21.6, 21.9, 22.3,
    22.5, 22.6, 22.2, 21.4, 20.3, 19.4, 18.7, 18.2, 17.9, 17.5, 17.2, 17.1, 17.1, 17.0, 17.2,
    17.1, 17.3, 17.4, 17.7, 18.0, 18.5, 19.2, 20.3, 21.9, 22.5, 30.0};

/// Microvolt per kelvin, every 10 %.
constexpr std::array<double, 11> entropy_uv{-490.0, -164.0, -117.6, -44.4, 97.5, 110.3,
                                            128.7,  145.4,  99.6,   83.6,  118.1};

constexpr double coldest = 10.0, warmest = 40.0;
/// ln(69 mohm / 48 mohm) / 15 K.
constexpr double colder_per_kelvin = 0.0242;
/// Milliohm, every 10 % of charge; at 10, 25 and 40 degrees.
using ResistanceTable = std::array<std::array<double, 11>, 3>;
constexpr ResistanceTable charge_mohm{
    {{53.55, 53.55, 59.22, 58.45, 59.28, 62.65, 67.55, 70.79, 69.20, 80.65, 80.65},
     {37.58, 37.58, 41.40, 41.40, 41.78, 44.77, 47.70, 49.79, 46.80, 53.42, 53.42},
     {30.48, 30.48, 33.09, 33.15, 32.64, 35.25, 37.67, 38.94, 35.57, 39.95, 39.95}}};
constexpr ResistanceTable discharge_mohm{
    {{194.95, 194.95, 80.77, 75.06, 74.81, 69.39, 65.12, 61.50, 64.82, 61.43, 61.43},
     {61.69, 61.69, 50.37, 48.85, 51.76, 47.83, 44.27, 41.79, 46.56, 42.55, 42.55},
     {44.09, 44.09, 38.43, 37.54, 40.02, 38.38, 35.12, 32.89, 37.72, 33.98, 33.98}}};

/// Where a value lies on a grid: after point `low`, by `part` of the spacing.
struct Place {
    std::size_t low;
    double part;
};

Place place(double share, std::size_t points) noexcept {
    const double at = std::clamp(share, 0.0, 1.0) * static_cast<double>(points - 1);
    const std::size_t low = std::min(static_cast<std::size_t>(at), points - 2);
    return {low, at - static_cast<double>(low)};
}

template <std::size_t Points>
double at(const std::array<double, Points>& table, Place p) noexcept {
    return table[p.low] + (table[p.low + 1] - table[p.low]) * p.part;
}

/// Trapezia up to each point of the table.
constexpr std::array<double, ocv_v.size()> make_area() {
    std::array<double, ocv_v.size()> area{};
    for (std::size_t i = 1; i < area.size(); ++i) {
        area[i] = area[i - 1] + 0.5 * (ocv_v[i - 1] + ocv_v[i]) / (ocv_v.size() - 1);
    }
    return area;
}
constexpr std::array<double, ocv_v.size()> ocv_area = make_area();

}  // namespace

double cell_ocv(double soc) noexcept {
    return at(ocv_v, place(soc, ocv_v.size()));
}

/// Beyond empty and full the voltage stays what it is at the end, so every charge still counts.
double cell_ocv_area(double soc) noexcept {
    if (soc < 0.0) return ocv_v.front() * soc;
    if (soc > 1.0) return cell_ocv_area(1.0) + ocv_v.back() * (soc - 1.0);
    const Place p = place(soc, ocv_v.size());
    const double width = p.part / (ocv_v.size() - 1);
    return ocv_area[p.low] + 0.5 * (ocv_v[p.low] + at(ocv_v, p)) * width;
}

double cell_hysteresis(double soc) noexcept {
    return 1e-3 * at(hysteresis_mv, place(soc, hysteresis_mv.size()));
}

double cell_entropy(double soc) noexcept {
    return 1e-6 * at(entropy_uv, place(soc, entropy_uv.size()));
}

double cell_resistance(double soc, double celsius, bool charging) noexcept {
    const ResistanceTable& table = charging ? charge_mohm : discharge_mohm;
    const Place t = place((celsius - coldest) / (warmest - coldest), table.size());
    const Place s = place(soc, table[0].size());
    const double cold = at(table[t.low], s);
    const double mohm = cold + (at(table[t.low + 1], s) - cold) * t.part;
    const double below = std::max(coldest - celsius, 0.0);
    return 1e-3 * mohm * (below > 0.0 ? std::exp(colder_per_kelvin * below) : 1.0);
}

}  // namespace islandbench::plant
