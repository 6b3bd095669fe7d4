#include <algorithm>

#include "conformance/rules.hpp"

/// What a device measures over time, in rounds of reads one second apart: what moves that should
/// not, and what stands still.
namespace islandbench::conformance {
namespace {

using detail::named;
using detail::shown_by;
using sunspec::Point;
using sunspec::Type;

const Judgement not_polled = Judgement::unknown("it measures nothing that was polled");

bool all_zero(const ModelData& model) {
    int zeros = 0;
    for (const std::string_view name : {"W", "Hz", "LNV", "PhVphA", "A"}) {
        const sunspec::Reading reading = number(&model, name);
        if (reading && *reading != 0.0) return false;
        zeros += reading ? 1 : 0;
    }
    return zeros >= 2;
}

/// The first reading of each model that was watched: some were lost in the first round. One that is
/// all zero is another matter, and no measure for the rest.
std::vector<const ModelData*> first_readings(const Snapshot& device) {
    std::vector<const ModelData*> firsts;
    for (const Poll& poll : device.polls) {
        for (const ModelData& model : poll.models) {
            const bool known = std::any_of(firsts.begin(), firsts.end(), [&](const ModelData* m) {
                return m->where == model.where;
            });
            if (!known && !all_zero(model)) firsts.push_back(&model);
        }
    }
    return firsts;
}

bool reads_zero(const ModelData& model, std::string_view name) {
    bool zero = false;
    for_each_point(model, [&](const Point& p) {
        if (p.name != name) return;
        const auto bits = registers(model, p);
        zero = std::all_of(bits.begin(), bits.end(), [](auto r) { return r == 0; });
    });
    return zero;
}

/// What it measures of a live grid, without its counters: those may go on by themselves.
std::vector<std::uint16_t> measured(const ModelData& model) {
    std::vector<std::uint16_t> all;
    for_each_point(model, [&](const Point& p) {
        const bool quantity = p.unit == "Hz" || p.unit == "V" || p.unit == "A" || p.unit == "W" ||
                              p.unit == "VA" || p.unit == "Var" || p.unit == "var";
        if (!quantity) return;
        const auto bits = registers(model, p);
        all.insert(all.end(), bits.begin(), bits.end());
    });
    return all;
}

/// Voltage and frequency of a live grid never all stand still.
}  // namespace

Judgement detail::scale_moves(const Snapshot& device) {
    const auto firsts = first_readings(device);
    if (device.polls.size() < 2 || firsts.empty()) return not_polled;
    Judgement judgement;
    for (const ModelData* const one : firsts) {
        const ModelData& first = *one;
        for_each_point(first, [&](const Point& p) {
            if (p.type != Type::sunssf || judgement.found.size() >= most_found) return;
            for (const Poll& poll : device.polls) {
                const ModelData* const now = poll.find(first.where.id);
                if (now == nullptr || all_zero(*now)) continue;  // that is another matter
                if (registers(*now, p)[0] == registers(first, p)[0]) continue;
                judgement.add(named(first, p) + " changed while it was watched", shown_by(*now));
                break;
            }
        });
    }
    return judgement;
}

Judgement detail::zero_frame(const Snapshot& device) {
    if (device.polls.size() < 3 || first_readings(device).empty()) return not_polled;
    Judgement judgement;
    for (std::size_t i = 1; i + 1 < device.polls.size(); ++i) {
        for (const ModelData& model : device.polls[i].models) {
            const ModelData* const before = device.polls[i - 1].find(model.where.id);
            const ModelData* const after = device.polls[i + 1].find(model.where.id);
            if (before == nullptr || after == nullptr) continue;
            if (!all_zero(model) || all_zero(*before) || all_zero(*after)) continue;
            judgement.add("model " + std::to_string(model.where.id) +
                              " was all zero in one reading, and not before or after it",
                          shown_by(model));
        }
    }
    return judgement;
}

Judgement detail::counter_falls(const Snapshot& device) {
    if (device.polls.size() < 3) return not_polled;
    Judgement judgement;
    bool any = false;
    for (const ModelData* const one : first_readings(device)) {
        const ModelData& first = *one;
        for (const std::string_view name : {"TotWhInj", "TotWhAbs", "WH", "TotWhExp", "TotWhImp"}) {
            double highest = 0.0;
            for (const Poll& poll : device.polls) {
                const ModelData* const model = poll.find(first.where.id);
                // A frame that is zero as a whole is another matter.
                if (model == nullptr || all_zero(*model)) continue;
                // An accumulator that reads 0 is one that does not count; this one did.
                const sunspec::Reading counter = number(model, name);
                any = any || counter || reads_zero(*model, name);
                const bool stopped = counter.absent() && reads_zero(*model, name);
                if ((counter && *counter < highest) || (stopped && highest > 0.0)) {
                    judgement.add(std::to_string(first.where.id) + " " + std::string(name) +
                                      " fell from " + figure(highest) + " to " +
                                      figure(counter.value_or(0.0)),
                                  shown_by(*model));
                    break;
                }
                if (counter) highest = std::max(highest, *counter);
            }
        }
    }
    return any ? judgement : Judgement::absent("it has no counters of energy");
}

Judgement detail::frozen(const Snapshot& device) {
    if (device.polls.size() < 10) return not_polled;
    Judgement judgement;
    bool any = false;
    for (const ModelData* const one : first_readings(device)) {
        const ModelData& first = *one;
        const sunspec::Reading hz = number(&first, "Hz");
        if (!hz || *hz <= 0.0) continue;
        const auto shown = measured(first);
        bool same = true;
        int looks = 0;
        for (const Poll& poll : device.polls) {
            const ModelData* const now = poll.find(first.where.id);
            looks += now == nullptr ? 0 : 1;
            same = same && (now == nullptr || measured(*now) == shown);
        }
        if (looks < 10) continue;
        any = true;
        if (same) {
            judgement.add("model " + std::to_string(first.where.id) + " did not move at all for " +
                              figure(to_seconds(device.polls.back().at - device.polls.front().at)) +
                              " s",
                          shown_by(first));
        }
    }
    return any ? judgement : not_polled;
}

}  // namespace islandbench::conformance
