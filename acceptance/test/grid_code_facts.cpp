#include "acceptance/test/grid_code_facts.hpp"

#include <limits>

namespace islandbench::acceptance::test {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr auto S = Certainty::s;
constexpr auto S1 = Certainty::s1;
constexpr auto KH = Certainty::kh;
constexpr auto KM = Certainty::km;
constexpr auto EJ = Certainty::ej;

using Rows = std::vector<FactRow>;

Rows operator+(Rows a, const Rows& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// Tables 11 to 18 of IEEE 1547-2018, as far as all categories have them: limit, time, range of the
/// limit, range of the time.
const Rows ieee_common{
    {"trip OV2", {1.20, 0.16}, S},
    {"trip OF2", {62.0, 0.16, 61.8, 66.0, 0.16, 1000}, S},
    {"trip OF1", {61.2, 300, 61.0, 66.0, 180, 1000}, S},
    {"trip UF1", {58.5, 300, 50.0, 59.0, 180, 1000}, S},
    {"trip UF2", {56.5, 0.16, 50.0, 57.0, 0.16, 1000}, S},
    // steady and transient volts, steady and transient hertz, power, time, cycles
    {"accuracy", {0.01, 0.02, 0.010, 0.100, 0.05, 0.01, 2}, S},
    {"ride frequency 61.2", {61.2, 61.8, 299}, S},
    {"ride frequency 58.8", {58.8, 61.2, inf}, S},
    {"ride frequency 57", {57.0, 58.8, 299}, S},
    {"mandatory current", {0.8}, S},
    {"restored", {0.8, 0.4}, KH},
    {"phase jump", {20, 60}, S},
    {"enter voltage", {0.917, 1.05, 0.88, 0.95, 1.05, 1.06}, S},
    {"enter frequency", {59.5, 60.1, 59.0, 59.9, 60.1, 61.0}, S},
    {"observation", {300, 0, 600}, S},
    {"ramp period", {300, 1, 1000}, S},
    {"largest step", {0.2}, KH},
    {"random delay", {1, 1000, 500e3}, S},
    {"sync 500", {500e3, 0.3, 0.10, 20}, KH},
    {"sync 1500", {1500e3, 0.2, 0.05, 15}, KH},
    {"sync any", {0.1, 0.03, 10}, KH},
    {"curve volt_var A", {0.90, 0.25, 1.00, 0.0, 1.10, -0.25, 10, 1, 90}, S},
    {"curve volt_var B", {0.92, 0.44, 0.98, 0.0, 1.02, 0.0, 1.08, -0.44, 5, 1, 90}, S},
    {"curve volt_watt ", {1.06, 1.0, 1.10, 0.2, 10, 0.5, 60}, S},
    {"curve watt_var A", {0.2, 0.0, 0.5, 0.0, 1.0, -0.25, 10}, S},
    {"curve watt_var B", {0.2, 0.0, 0.5, 0.0, 1.0, -0.44, 10}, S},
    {"island max", {2}, S},
    {"island max agreed", {5}, KH},
    {"open phase", {2}, KH},
    {"stop", {2}, S},
    {"limit", {30}, S},
    {"report", {30}, KH}};

/// Ride-through above 1.10 in categories I and II: from, to, time.
const Rows ieee_high{{"ride voltage 1.2", {1.20, 2.00, 0.16}, S},
                     {"ride voltage 1.175", {1.175, 1.20, 0.2}, S},
                     {"ride voltage 1.15", {1.15, 1.175, 0.5}, S},
                     {"ride voltage 1.1", {1.10, 1.15, 1.0}, S},
                     {"ride voltage 0.88", {0.88, 1.10, inf}, S}};

const Rows cat_i{{"trip OV1", {1.10, 2.0, 1.10, 1.20, 1.0, 13.0}, S},
                 {"trip UV1", {0.70, 2.0, 0.0, 0.88, 2.0, 21.0}, S},
                 {"trip UV2", {0.45, 0.16, 0.0, 0.50, 0.16, 2.0}, S},
                 {"ride voltage 0.7", {0.70, 0.88, 0.7, 4}, S},
                 {"ride voltage 0.5", {0.50, 0.70, 0.16}, S},
                 {"ride voltage 0", {0.0, 0.50, 0.16}, S},
                 {"consecutive", {2, 20, 3600}, KM},
                 {"rocof 0.1", {0.5, 0.1}, S},
                 {"frequency response 0", {0.036, 0.05, 5, 0.017, 1.0, 0.03, 0.05, 1, 10}, S}};
const Rows cat_ii{{"trip OV1", {1.10, 2.0, 1.10, 1.20, 1.0, 13.0}, S},
                  {"trip UV1", {0.70, 10.0, 0.0, 0.88, 2.0, 21.0}, S},
                  {"trip UV2", {0.45, 0.16, 0.0, 0.50, 0.16, 2.0}, S},
                  {"ride voltage 0.65", {0.65, 0.88, 3, 8.7}, S},
                  {"ride voltage 0.45", {0.45, 0.65, 0.32}, S},
                  {"ride voltage 0.3", {0.30, 0.45, 0.16}, S},
                  {"ride voltage 0", {0.0, 0.30, 0.16}, S},
                  {"consecutive", {2, 10, 3600}, KM},
                  {"rocof 0.1", {2.0, 0.1}, S},
                  {"frequency response 0", {0.036, 0.05, 5, 0.017, 1.0, 0.03, 0.05, 1, 10}, S}};
const Rows cat_iii{{"trip OV1", {1.10, 13.0, 1.10, 1.20, 1.0, 13.0}, S},
                   {"trip UV1", {0.88, 21.0, 0.0, 0.88, 21.0, 50.0}, S},
                   {"amended UV1", {2.0, 50.0}, S1},
                   {"trip UV2", {0.50, 2.0, 0.0, 0.50, 2.0, 21.0}, S},
                   {"amended UV2", {0.16, 21.0}, S1},
                   {"ride voltage 1.2", {1.20, 2.00, 0.16}, S},
                   {"ride voltage 1.1", {1.10, 1.20, 12, 0.083}, S},
                   {"ride voltage 0.88", {0.88, 1.10, inf}, S},
                   {"ride voltage 0.7", {0.70, 0.88, 20}, S},
                   {"ride voltage 0.5", {0.50, 0.70, 10}, S},
                   {"ride voltage 0", {0.0, 0.50, 1, 0.083}, S},
                   {"consecutive", {3, 5, 1200}, KM},
                   {"rocof 0.1", {3.0, 0.1}, S},
                   {"frequency response 0", {0.036, 0.05, 5, 0.017, 1.0, 0.02, 0.05, 0.2, 10}, S}};

const Rows gb{{"trip UV", {0.80, 2.5}, KH},
              {"trip OV1", {262.2 / 230, 1.0}, S1},
              {"trip OV2", {1.19, 0.5}, KH},
              {"trip UF1", {47.5, 20}, KH},
              {"trip UF2", {47.0, 0.5}, KH},
              {"trip OF1", {52.0, 0.5}, KH},
              {"trip LOM", {1.0, 0.5}, KH},
              {"tolerance", {0.5, 0.015, 0.1}, KM},
              {"no trip voltage", {188.0 / 230, 5.0}, KM},
              {"no trip voltage", {180.0 / 230, 2.45}, KM},
              {"no trip voltage", {258.2 / 230, 5.0}, KM},
              {"no trip voltage", {269.7 / 230, 0.95}, KM},
              {"no trip voltage", {277.7 / 230, 0.45}, KM},
              {"no trip frequency", {47.7, 30}, KM},
              {"no trip frequency", {47.2, 19.5}, KM},
              {"no trip frequency", {46.8, 0.45}, KM},
              {"no trip frequency", {51.8, 120}, KM},
              {"no trip frequency", {52.2, 0.45}, KM},
              {"no trip rocof", {0.95, 49.0, 51.0}, KM},
              {"no trip rocof", {-0.95, 51.0, 49.0}, KM},
              {"no trip phase_step", {50, 49.5}, KM},
              {"no trip phase_step", {-50, 50.5}, KM},
              {"ride frequency 47", {47.0, 47.5, 20}, KH},
              {"ride frequency 47.5", {47.5, 49.0, 5400}, KH},
              {"ride frequency 49", {49.0, 51.0, inf}, KH},
              {"ride frequency 51", {51.0, 51.5, 5400}, KH},
              {"ride frequency 51.5", {51.5, 52.0, 900}, KH},
              {"rocof 0.5", {1.0, 0.5}, KH},
              {"enter voltage", {0.80, 1.14}, KH},
              {"enter frequency", {47.5, 52.0}, KH},
              {"observation", {20}, S1},
              {"project ramp", {0.10}, EJ},
              {"not at voltage", {1.16}, KM},
              {"not at voltage", {0.78}, KM},
              {"not at frequency", {47.4}, KM},
              {"not at frequency", {52.1}, KM},
              {"frequency response 50.4", {50.4, 0.10, 2}, KH},
              {"island max", {0.5}, S1},
              {"stop", {5}, KH}};

const Rows vde{{"trip UV1", {184.0 / 230, 3.0}, S1},
               {"trip UV2", {103.5 / 230, 0.3}, S1},
               {"trip OVM", {253.0 / 230, 0.1}, S1},
               {"trip OV2", {287.5 / 230, 0.1}, S1},
               {"trip UF1", {47.5, 0.1}, S1},
               {"trip OF1", {51.5, 0.1}, S1},
               {"ride voltage 0.15", {0.15, 0.85, 0.15, 4.0714}, KM},  // (3 - 0.15) s / 0.70
               {"ride voltage 0.85", {0.85, 1.10, inf}, KH},
               {"rocof 0.5", {2.0, 0.5}, KM},
               {"rocof 1", {1.5, 1.0}, KM},
               {"rocof 2", {1.25, 2.0}, KM},
               {"enter voltage", {195.5 / 230, 253.0 / 230}, S1},
               {"enter frequency", {47.5, 50.1}, S1},
               {"observation", {60}, S1},
               {"ramp", {0.10}, S1},
               {"short interruption", {3, 5}, KM},
               {"sync any", {0.5, 0.10, 10}, KM},
               {"frequency response 50.2", {50.2, 49.8, 0.05, 2, 0.02, 0.12}, KH},
               {"island max", {2}, KH}};

const Rows en{{"trip UV1", {0.85, 1.5, 0.2, 1.0, 0.1, 100}, KM},
              {"trip OVM", {1.10, 3.0, 1.00, 1.15}, KM},
              {"trip OV2", {1.15, 0.16, 1.0, 1.3, 0.1, 5}, KM},
              {"trip UF1", {47.5, 0.5, 47, 50, 0.1, 100}, KM},
              {"trip OF1", {51.5, 0.5, 50, 52, 0.1, 100}, KM},
              {"ride voltage 1.2", {1.20, 1.25, 0.1}, KM},
              {"ride voltage 1.15", {1.15, 1.20, 5}, KM},
              {"ride voltage 1.1", {1.10, 1.15, 60}, KM},
              {"ride voltage 0.85", {0.85, 1.10, inf}, KH},
              {"ride frequency 47.5", {47.5, 48.5, 1800}, KM},
              {"ride frequency 48.5", {48.5, 49, 1800}, KM},
              {"ride frequency 49", {49, 51, inf}, KM},
              {"ride frequency 51", {51, 51.5, 1800}, KM},
              {"rocof 0.5", {2.0, 0.5}, KH},
              {"enter voltage", {0.85, 1.10}, KH},
              {"enter frequency", {49.5, 50.2}, KH},
              {"observation", {60, 10, 600}, KH},
              {"ramp", {0.10, 0.06, 30.0}, KH},
              {"start voltage", {0.85, 1.10}, KH},
              {"start frequency", {49.5, 50.1}, KH},
              {"start observation", {60}, KH},
              {"frequency response 50.2", {50.2, 49.8, 0.05, 2, 0.02, 0.12}, KH},
              {"island max", {2}, KH}};

const Rows au{{"trip UV2", {70.0 / 230, 1, 2}, KH},
              {"trip UV1", {180.0 / 230, 10, 11}, KH},
              {"trip OV1", {265.0 / 230, 1, 2}, KH},
              {"trip OV2", {275.0 / 230, 0, 0.2}, KH},
              {"trip OVM", {258.0 / 230, 0, 3}, KH},
              {"trip UF1", {47, 1, 2}, S1},
              {"trip OF1", {52, 0, 2, 0.2}, KM},
              {"rocof 0.25", {4.0, 0.25}, KM},
              {"phase jump", {60}, KM},
              {"enter voltage", {205.0 / 230, 253.0 / 230}, KM},
              {"enter frequency", {47.5, 50.15}, KM},
              {"observation", {60}, S1},
              {"ramp", {0.1667}, S1},
              {"frequency response 50.25", {50.25, 52.0, 0.1}, S1},
              {"frequency response 49.75", {49.75, 48.0}, KM},
              {"curve volt_watt ", {253.0 / 230, 1.0, 260.0 / 230, 0.2}, S},
              {"curve volt_var ",
               {207.0 / 230, 0.44, 220.0 / 230, 0.0, 240.0 / 230, 0.0, 258.0 / 230, -0.60},
               S},
              {"curve volt_watt charging", {207.0 / 230, -0.2, 215.0 / 230, -1.0}, KM},
              {"island max", {2}, S1}};

const Rows g100{{"counted after", {15}, S1},       {"lock out after", {60}, S1},
                {"lock out count", {2, 600}, S1},  {"lock out count", {4, 86400}, S1},
                {"warning count", {3, 86400}, S1}, {"correct within", {5}, S1},
                {"fail safe within", {5}, KM},     {"user resets", {3, 30.0 * 86400}, S1},
                {"commercial hold", {14400}, S1}};

// low, high, mean over, share, of
const Rows supply{{"quality frequency island", {49, 51, 10, 0.95, 604800}, S},
                  {"quality frequency island_always", {42.5, 57.5, 10, 1}, S},
                  {"quality frequency grid", {49.5, 50.5, 10, 0.995, 365.0 * 86400}, S},
                  {"quality frequency grid_always", {47, 52, 10, 1}, S},
                  {"quality voltage grid", {0.90, 1.10, 600, 0.95, 604800}, S},
                  {"quality voltage always", {0.85, 1.10, 600, 1}, S},
                  {"quality thd ", {0.08, 600, 0.95}, KH},
                  {"quality unbalance ", {0.02, 0.95}, KH},
                  {"quality flicker plt", {1, 0.95, 604800}, KH}};
const Rows esqcr{{"quality voltage ", {216.2 / 230, 253.0 / 230, 1}, S},
                 {"quality frequency ", {49.5, 50.5, 1}, KH}};
const Rows ansi{{"quality voltage range_a", {114.0 / 120, 126.0 / 120, 1}, KH},
                {"quality voltage range_b", {110.0 / 120, 127.0 / 120, 1}, KH}};
const Rows iti{{"envelope below", {0.0, 0.020}, KH}, {"envelope below", {0.7, 0.5}, KH},
               {"envelope below", {0.8, 10}, KH},    {"envelope below", {0.9, inf}, KH},
               {"envelope above", {1.1, inf}, S1},   {"envelope above", {1.2, 0.5}, S1},
               {"envelope above", {1.4, 0.003}, KH}, {"envelope above", {2.0, 0.001}, KH},
               {"envelope above", {5.0, 0.0001}, KH}};

}  // namespace

const std::vector<CodeFacts>& code_facts() {
    static const std::vector<CodeFacts> all{{"ieee1547_cat_i", ieee_common + ieee_high + cat_i},
                                            {"ieee1547_cat_ii", ieee_common + ieee_high + cat_ii},
                                            {"ieee1547_cat_iii", ieee_common + cat_iii},
                                            {"gb_g98_g99a_lv", gb},
                                            {"vde_4105_2018", vde},
                                            {"en50549_generic", en},
                                            {"as4777_2020_region_a", au},
                                            {"gb_g100", g100},
                                            {"en50160", supply},
                                            {"gb_esqcr", esqcr},
                                            {"ansi_c84_1", ansi},
                                            {"itic", iti}};
    return all;
}

}  // namespace islandbench::acceptance::test
