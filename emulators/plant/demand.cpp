#include "emulators/plant/demand.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "base/random.hpp"

namespace islandbench::plant {
namespace {

/// How likely something begins in each hour of the day, relative to the other hours.
using Hours = std::array<double, 24>;

// First line: from midnight; second line: from noon.
constexpr Hours cooking_hours{0,  0, 0, 0, 0,  1,  3,  8,  9, 7, 5, 7,
                              10, 6, 5, 7, 10, 12, 12, 10, 7, 5, 4, 1};
constexpr Hours light_hours{2, 1, 1, 1, 1,  2,  7,  13, 9,  4,  2,  2,
                            2, 2, 3, 7, 14, 18, 19, 20, 19, 18, 15, 7};
constexpr Hours socket_hours{2, 1, 1, 1, 1,  1,  3,  6,  9,  9,  8,  9,
                             9, 8, 8, 9, 10, 11, 13, 15, 16, 16, 14, 7};
constexpr Hours wash_hours{0, 0, 0, 0, 0, 0, 1, 4, 9, 12, 10, 9,
                           8, 7, 6, 6, 6, 7, 8, 9, 8, 6,  3,  0};
constexpr Hours bath_hours{0, 0, 0, 0, 0, 1, 6, 15, 19, 17, 9, 6,
                           4, 2, 2, 2, 3, 4, 6, 8,  9,  9,  9, 3};

/// Watts and minutes of something that people do.
struct Activity {
    const char* name;
    int tier;
    const Hours& hours;
    double low_w, high_w;
    double shortest_min, longest_min;
    double power_factor;
    ZipShares zip;
    bool thermostatic = false;
};

constexpr ZipShares heater{1.0, 0.0, 0.0}, electronics{0.0, 0.0, 1.0}, motor{0.2, 0.3, 0.5};
constexpr Activity kettle{"kettle", 3, cooking_hours, 2200, 3000, 2, 4, 1.0, heater};
constexpr Activity cooker{"cooker", 3, cooking_hours, 900, 2200, 8, 30, 1.0, heater};
constexpr Activity laundry{"laundry", 4, wash_hours, 1900, 2300, 12, 25, 1.0, heater};
constexpr Activity tank{"tank", 4, bath_hours, 2700, 3000, 15, 40, 1.0, heater, true};
constexpr Activity shower{"shower", 4, bath_hours, 7200, 9800, 2, 6, 1.0, heater};
constexpr Activity light{"light", 2, light_hours, 20, 120, 5, 60, 0.95, electronics};
constexpr Activity sockets{"sockets", 2, socket_hours, 40, 300, 5, 90, 0.97, {0.4, 0.3, 0.3}};

constexpr const char* fridge_name = "fridge";
constexpr const char* pump_name = "boiler_pump";

ZipSum load_of(double watt, double power_factor, ZipShares zip) {
    ZipSum load;
    load.add({watt, watt * std::tan(std::acos(power_factor))}, zip);
    return load;
}

Duration from_minutes(double minutes) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(std::llround(minutes * 60e3))};
}

Duration draw_start(const Hours& hours, Random& chance) {
    double left = chance.uniform() * std::accumulate(hours.begin(), hours.end(), 0.0);
    std::size_t hour = 0;
    while (hour + 1 < hours.size() && left >= hours[hour]) left -= hours[hour++];
    return std::chrono::hours(hour) + from_minutes(chance.uniform() * 60.0);
}

bool overlap(const Use& a, const Use& b) {
    return within_day(b.from - a.from) < a.length || within_day(a.from - b.from) < b.length;
}

/// Spends the energy of a day, activity by activity.
class Day {
  public:
    Day(const DemandSpec& spec, const std::string& home, std::uint64_t seed)
        : home_(home), seed_(seed), daily_(spec.daily.value()), left_(daily_) {}

    void run(HotWater hot_water);
    [[nodiscard]] const std::vector<Use>& uses() const noexcept { return uses_; }

  private:
    [[nodiscard]] Random stream(const std::string& name) const {
        return {seed_, home_ + ".demand." + name};
    }
    void always_on();
    void fridge();
    void boiler_pump();
    void do_whole(const Activity& activity, double wh);
    void do_until_spent(const Activity& activity, double wh);
    void add(Duration from, Duration length, int tier, double watt, double power_factor,
             ZipShares zip, const char* kept_by = nullptr);
    [[nodiscard]] static double energy(double watt, Duration length) {
        return watt * to_seconds(length) / 3600.0;
    }

    const std::string& home_;
    std::uint64_t seed_;
    double daily_, left_;  ///< Wh
    std::vector<Use> uses_;
};

void Day::add(Duration from, Duration length, int tier, double watt, double power_factor,
              ZipShares zip, const char* kept_by) {
    uses_.push_back({within_day(from), length, tier, load_of(watt, power_factor, zip), kept_by});
    left_ -= energy(watt, length);
}

/// Router, phone, alarm, what stands by, the load controller itself.
void Day::always_on() {
    const double watt = std::min(stream("always_on").uniform(30.0, 60.0), 0.3 * daily_ / 24.0);
    add(0s, day, 0, watt, 0.95, electronics);
}

/// A whole number of cycles in the day, on for a third of each.
void Day::fridge() {
    Random chance = stream("fridge");
    const auto cycles = static_cast<int>(chance.uniform(24.0, 40.0));
    const double watt = std::min(chance.uniform(70.0, 130.0), 0.25 * daily_ / 8.0);
    const Duration first = from_minutes(chance.uniform(0.0, 24.0 * 60.0));
    const Duration cycle = std::chrono::milliseconds{day / 1ms / cycles};
    for (int k = 0; k < cycles; ++k) {
        add(first + k * cycle, cycle / 3, 1, watt, 0.9, motor, fridge_name);
    }
}

/// Heating in the morning and from the afternoon on.
void Day::boiler_pump() {
    Random chance = stream("boiler_pump");
    const double watt = std::min(chance.uniform(50.0, 90.0), 0.06 * daily_ / 8.0);
    add(from_minutes(chance.uniform(330.0, 420.0)), from_minutes(chance.uniform(90.0, 180.0)), 1,
        watt, 0.95, motor, pump_name);
    add(from_minutes(chance.uniform(930.0, 1050.0)), from_minutes(chance.uniform(270.0, 390.0)), 1,
        watt, 0.95, motor, pump_name);
}

/// Things that take their time, one after the other: as many as the energy is worth on average.
void Day::do_whole(const Activity& activity, double wh) {
    Random chance = stream(activity.name);
    const double watt = chance.uniform(activity.low_w, activity.high_w);
    const std::size_t first = uses_.size();
    for (int tries = 0; tries < 1000 && wh > 0.0; ++tries) {
        const Use use{draw_start(activity.hours, chance),
                      from_minutes(chance.uniform(activity.shortest_min, activity.longest_min)),
                      activity.tier,
                      {},
                      nullptr};
        const double needs = energy(watt, use.length);
        if (needs > left_ || (needs > wh && !chance.chance(wh / needs))) return;
        const auto own = uses_.begin() + static_cast<std::ptrdiff_t>(first);
        if (std::any_of(own, uses_.end(), [&](const Use& one) { return overlap(one, use); })) {
            continue;
        }
        add(use.from, use.length, activity.tier, watt, activity.power_factor, activity.zip,
            activity.thermostatic ? activity.name : nullptr);
        wh -= needs;
    }
}

/// Small things in any number, side by side; the last is as long as the energy lasts.
void Day::do_until_spent(const Activity& activity, double wh) {
    Random chance = stream(activity.name);
    wh = std::min(wh, left_);
    while (wh > 0.001) {
        const double watt = chance.uniform(activity.low_w, activity.high_w);
        const Duration from = draw_start(activity.hours, chance);
        const double minutes = chance.uniform(activity.shortest_min, activity.longest_min);
        const Duration length = from_minutes(std::min(minutes, wh / watt * 60.0));
        if (length <= 0s) return;
        add(from, length, activity.tier, watt, activity.power_factor, activity.zip);
        wh -= energy(watt, length);
    }
}

void Day::run(HotWater hot_water) {
    always_on();
    fridge();
    boiler_pump();
    const double free = left_;
    Random habit = stream("habit");
    const double kitchen = free * habit.uniform(0.12, 0.25);
    if (hot_water == HotWater::shower) do_whole(shower, free * habit.uniform(0.12, 0.28));
    if (hot_water == HotWater::tank) do_whole(tank, free * habit.uniform(0.20, 0.40));
    do_whole(kettle, 0.50 * kitchen);
    do_whole(cooker, 0.50 * kitchen);
    do_whole(laundry, free * habit.uniform(0.05, 0.15));
    do_until_spent(light, 0.35 * left_);
    do_until_spent(sockets, left_);
}

}  // namespace

DemandDay generate_demand(const DemandSpec& spec, const std::string& home, std::uint64_t seed) {
    Day made(spec, home, seed);
    made.run(spec.hot_water);
    return day_of(made.uses());
}

namespace {

/// A fridge's compressor starts three to five minutes after its supply came back; a fridge differs
/// from the next.
Duration lock_out_of(const std::string& name, const std::string& home, std::uint64_t seed) {
    if (name != fridge_name) return {};
    return from_seconds(Random(seed, home + ".demand.lock_out").uniform(180.0, 300.0));
}

}  // namespace

HomeDay generate_home_day(const DemandSpec& spec, const std::string& home, std::uint64_t seed,
                          Duration time_of_day, Instant now) {
    Day made(spec, home, seed);
    made.run(spec.hot_water);
    std::vector<Use> free;
    std::map<std::string, std::vector<Use>> kept;
    for (const Use& use : made.uses()) {
        (use.kept_by != nullptr ? kept[use.kept_by] : free).push_back(use);
    }
    HomeDay home_day;
    home_day.uses = DaySchedule(day_of(free), time_of_day, now);
    for (const auto& [name, uses] : kept) {
        Duration on{};
        for (const Use& use : uses) on += use.length;
        home_day.kept.push_back({.name = name,
                                 .tier = static_cast<std::size_t>(uses.front().tier),
                                 .load = uses.front().load,
                                 .plan = DaySchedule(day_of(uses), time_of_day, now),
                                 .duty = to_seconds(on) / to_seconds(day),
                                 .lock_out = lock_out_of(name, home, seed)});
    }
    return home_day;
}

}  // namespace islandbench::plant
