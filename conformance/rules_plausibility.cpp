#include <cmath>

#include "conformance/controls.hpp"
#include "conformance/rules.hpp"

/// Does what a device tells agree with itself? Tolerances allow for what is read at two moments.
namespace islandbench::conformance {
namespace {

std::optional<std::size_t> shown_by(const ModelData* model) {
    if (model == nullptr || model->steps.empty()) return std::nullopt;
    return model->steps.back();
}

/// The middle round: whoever begins or ends the watch disturbs it least.
const ModelData* middle(const Snapshot& device, std::uint16_t id) {
    if (device.polls.empty()) return nullptr;
    return device.polls[device.polls.size() / 2].find(id);
}

/// Of the middle round: what an inverter measures.
const ModelData* middle_ac(const Snapshot& device) {
    return device.polls.empty() ? nullptr : ac_of(device.polls[device.polls.size() / 2]);
}

/// The device's state says that it is off, and it measures power; or that it is at fault.
Judgement state(const Snapshot& device) {
    Judgement judgement;
    const double floor_w = std::max(20.0, 0.01 * rated_power(device));
    bool any = false;
    for (const Poll& poll : device.polls) {
        const ModelData* const ac = ac_of(poll);
        const auto state = ac == nullptr ? std::nullopt : state_of(*ac);
        const sunspec::Reading w = number(ac, "W");
        if (!state || !w) continue;
        any = true;
        if ((state->idle || state->fault) && std::fabs(*w) > floor_w) {
            judgement.add(state->text + " while W is " + figure(*w), shown_by(ac));
            break;
        }
    }
    return any ? judgement : Judgement::unknown("it does not tell its state with its power");
}

Judgement asleep(const Snapshot& device) {
    const ModelData* const ac = ac_of(device);
    const auto state = ac == nullptr ? std::nullopt : state_of(*ac);
    if (!state) return Judgement::unknown("it does not tell its state");
    Judgement judgement;
    if (state->idle && number(ac, "W").absent()) {
        judgement.add(
            std::to_string(ac->where.id) +
                " W is not implemented while the device is at rest: it is no data, not 0 W",
            shown_by(ac));
    }
    return judgement;
}

/// Total power, apparent power and the power by phase, by model.
struct PowerPoints {
    std::uint16_t model;
    std::string_view w, var, va;
    std::string_view phase[3];
};
constexpr PowerPoints power_points[] = {
    {701, "W", "Var", "VA", {"WL1", "WL2", "WL3"}},
    {101, "W", "VAr", "VA", {}},
    {102, "W", "VAr", "VA", {}},
    {103, "W", "VAr", "VA", {}},
    {111, "W", "VAr", "VA", {}},
    {112, "W", "VAr", "VA", {}},
    {113, "W", "VAr", "VA", {}},
    {201, "W", "VAR", "VA", {"WphA", "", ""}},
    {202, "W", "VAR", "VA", {"WphA", "WphB", ""}},
    {203, "W", "VAR", "VA", {"WphA", "WphB", "WphC"}},
    {204, "W", "VAR", "VA", {"WphA", "WphB", "WphC"}},
    {211, "W", "VAR", "VA", {"WphA", "", ""}},
    {212, "W", "VAR", "VA", {"WphA", "WphB", ""}},
    {213, "W", "VAR", "VA", {"WphA", "WphB", "WphC"}},
    {214, "W", "VAR", "VA", {"WphA", "WphB", "WphC"}},
};

Judgement phases_sum(const Snapshot& device) {
    Judgement judgement;
    bool any = false;
    for (const PowerPoints& points : power_points) {
        const ModelData* const ac = middle(device, points.model);
        const sunspec::Reading w = number(ac, points.w);
        double sum = 0.0;
        int told = 0;
        for (const std::string_view name : points.phase) {
            const sunspec::Reading phase = number(ac, name);
            sum += phase.value_or(0.0);
            told += phase ? 1 : 0;
        }
        if (!w || told == 0) continue;
        any = true;
        const double scale = std::max(rated_power(device), std::fabs(*w));
        if (std::fabs(sum - *w) > std::max(30.0, 0.05 * scale)) {
            judgement.add(std::to_string(points.model) + " W is " + figure(*w) +
                              ", its phases add up to " + figure(sum),
                          shown_by(ac));
        }
    }
    return any ? judgement : Judgement::unknown("it does not tell power by phase");
}

Judgement apparent(const Snapshot& device) {
    Judgement judgement;
    bool any = false;
    for (const PowerPoints& points : power_points) {
        const ModelData* const ac = middle(device, points.model);
        const sunspec::Reading w = number(ac, points.w), var = number(ac, points.var),
                               va = number(ac, points.va);
        if (!w || !var || !va) continue;
        any = true;
        const double expected = std::hypot(*w, *var);
        if (std::fabs(expected - std::fabs(*va)) > std::max(50.0, 0.05 * expected)) {
            judgement.add(std::to_string(points.model) + " VA is " + figure(*va) +
                              ", W and var make " + figure(expected),
                          shown_by(ac));
        }
    }
    return any ? judgement : Judgement::unknown("it does not tell W, var and VA");
}

Judgement within_rating(const Snapshot& device) {
    const double rating = rated_power(device);
    const ModelData* const ac = middle_ac(device);
    const sunspec::Reading w = number(ac, "W");
    if (!w || rating <= 0.0) return Judgement::unknown("no power with a rating");
    Judgement judgement;
    if (std::fabs(*w) > 1.2 * rating) {
        judgement.add(
            std::to_string(ac->where.id) + " W is " + figure(*w) + ", its rating " + figure(rating),
            shown_by(ac));
    }
    return judgement;
}

Judgement grid(const Snapshot& device) {
    Judgement judgement;
    bool any = false;
    constexpr std::uint16_t with_grid[] = {701, 101, 102, 103, 111, 112, 113, 201,
                                           202, 203, 204, 211, 212, 213, 214};
    for (const std::uint16_t id : with_grid) {
        const ModelData* const ac = middle(device, id);
        const sunspec::Reading hz = number(ac, "Hz");
        if (!hz) continue;
        // Without a grid there is nothing to tell; and no power either.
        const double w = number(ac, "W").value_or(0.0);
        const bool power = std::fabs(w) > std::max(50.0, 0.02 * rated_power(device));
        if (*hz == 0.0 && !power) continue;
        any = true;
        if (*hz == 0.0) {
            judgement.add(std::to_string(id) + " Hz is 0 while W is " + figure(w), shown_by(ac));
        } else if (*hz < 40.0 || *hz > 70.0) {
            judgement.add(std::to_string(id) + " Hz is " + figure(*hz), shown_by(ac));
        }
        for (const std::string_view name : {"LNV", "PhVphA", "PhV"}) {
            const sunspec::Reading v = number(ac, name);
            if (v && *v != 0.0 && (*v < 50.0 || *v > 1000.0)) {
                judgement.add(std::to_string(id) + " " + std::string(name) + " is " + figure(*v),
                              shown_by(ac));
            }
        }
    }
    return any ? judgement : Judgement::unknown("it tells no frequency of a grid");
}

/// What goes in at the DC side comes out at the AC side, less a loss.
Judgement balance(const Snapshot& device) {
    const ModelData* const ac_side = middle_ac(device);
    const bool der = ac_side != nullptr && ac_side->where.id == 701;
    const ModelData* const dc_side = der ? middle(device, 714) : ac_side;
    const sunspec::Reading dc = number(dc_side, "DCW");
    const sunspec::Reading ac = number(ac_side, "W");
    const double rating = rated_power(device);
    if (!dc || !ac || rating <= 0.0) return Judgement::unknown("it does not tell both sides");
    Judgement judgement;
    const double loss = *dc - *ac;
    if (loss < -0.05 * rating || loss > 0.15 * rating) {
        judgement.add(std::to_string(dc_side->where.id) + " DCW is " + figure(*dc) + " and " +
                          std::to_string(ac_side->where.id) + " W " + figure(*ac) + ": a loss of " +
                          figure(loss) + " W",
                      shown_by(dc_side));
    }
    return judgement;
}

Judgement charge(const Snapshot& device) {
    Judgement judgement;
    bool any = false;
    for (const std::uint16_t id : {std::uint16_t{713}, std::uint16_t{802}}) {
        const ModelData* const battery = middle(device, id);
        const sunspec::Reading soc = number(battery, "SoC");
        if (!soc) continue;
        any = true;
        if (*soc < 0.0 || *soc > 100.0) {
            judgement.add(std::to_string(id) + " SoC is " + figure(*soc) + " %", shown_by(battery));
        }
        const sunspec::Reading all = number(battery, "WHRtg"), left = number(battery, "WHAvail");
        const double health = number(battery, "SoH").value_or(100.0) / 100.0;
        if (!all || !left || *all <= 0.0) continue;
        const double expected = *soc / 100.0 * health * *all;
        if (std::fabs(*left - expected) > 0.1 * *all) {
            judgement.add(std::to_string(id) + " WHAvail is " + figure(*left) +
                              ", the state of charge makes " + figure(expected),
                          shown_by(battery));
        }
    }
    const ModelData* const storage = device.find(124);
    const sunspec::Reading state = number(storage, "ChaState");
    if (state && (*state < 0.0 || *state > 100.0)) {
        judgement.add("124 ChaState is " + figure(*state) + " %", shown_by(storage));
    }
    return any || state ? judgement : Judgement::unknown("it tells no state of charge");
}

constexpr Rule table[] = {
    {"plausible.state", Kind::violation, "State and power agree", state},
    {"plausible.asleep", Kind::condition, "A device at rest tells 0 W", asleep},
    {"plausible.phases", Kind::violation, "Phases add up", phases_sum},
    {"plausible.apparent", Kind::violation, "W, var and VA agree", apparent},
    {"plausible.rating", Kind::violation, "Power is within the rating", within_rating},
    {"plausible.grid", Kind::violation, "Voltage and frequency are those of a grid", grid},
    {"plausible.balance", Kind::violation, "DC and AC side agree", balance},
    {"plausible.charge", Kind::violation, "Charge and energy agree", charge},
};

}  // namespace

const std::span<const Rule> detail::plausibility_rules = table;

}  // namespace islandbench::conformance
