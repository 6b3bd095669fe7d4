#include <algorithm>

#include "conformance/survey.hpp"

/// Curves and control sets: a client writes one to a workspace and asks the device to adopt it.
namespace islandbench::conformance {

Task<> Survey::try_curves() {
    for (const Curves& one : adoptable) {
        const ModelData* const model = snapshot_.find(one.model);
        if (model == nullptr || !model->read || over()) continue;
        co_await try_curve(*model, one.request, one.result);
    }
}

/// Curve 2 becomes like the one in force and is adopted: the answer is seen, nothing changes.
Task<> Survey::try_curve(const ModelData& model, std::string_view request,
                         std::string_view result) {
    const std::string id = std::to_string(model.where.id);
    Experiment& one = snapshot_.experiments["adopt_" + id];
    const int slots = model.view().slots();
    const sunspec::Repetition& group = model.model->repetition;
    if (model.view().repetitions() < 2) {
        one.not_done = "model " + id + " has no second entry to write to";
        co_return;
    }
    tell("adopting a curve of model " + id);
    const int second = group.base + group.size(slots);
    std::vector<sunspec::Point> points;
    for_each_point(model, [&](const sunspec::Point& p) {
        if (p.offset >= second && p.end() <= second + group.size(slots)) points.push_back(p);
    });
    for (const sunspec::Point& point : points) {
        sunspec::Point in_force = point;
        in_force.offset = static_cast<std::uint16_t>(point.offset - group.size(slots));
        const auto wanted = registers(model, in_force);
        const auto now = registers(model, point);
        if (!point.writable() || std::equal(wanted.begin(), wanted.end(), now.begin())) continue;
        std::string what = id + " ";
        what += point.name;
        std::vector<std::uint16_t> values(wanted.begin(), wanted.end());
        const auto address = static_cast<std::uint16_t>(model.where.address + point.offset);
        const bool written = co_await put(&one, std::move(what), address, std::move(values));
        if (!written) {
            one.not_done = id + ": the device did not take " + std::string(point.name);
            co_return;
        }
    }
    one.asked = 1.0;  // COMPLETED
    const std::vector<Setting> adopt{{request, 2.0}};
    const bool asked = co_await set(one, model.where.id, adopt);
    if (asked) co_await watch(one, model.where.id, result, 4s);
}

}  // namespace islandbench::conformance
