#include "conformance/snapshot.hpp"

#include <algorithm>

namespace islandbench::conformance {
namespace {

const sunspec::Point* point_of(const ModelData* model, std::string_view name) {
    if (model == nullptr || model->model == nullptr || !model->read) return nullptr;
    const auto points = model->model->points;
    const auto found = std::find_if(points.begin(), points.end(),
                                    [&](const sunspec::Point& p) { return p.name == name; });
    return found == points.end() ? nullptr : &*found;
}

const ModelData* find_in(const std::vector<ModelData>& models, std::uint16_t id, int instance) {
    for (const ModelData& model : models) {
        if (model.where.id == id && instance-- == 0) return &model;
    }
    return nullptr;
}

}  // namespace

const ModelData* Poll::find(std::uint16_t id) const {
    return find_in(models, id, 0);
}

const ModelData* Snapshot::find(std::uint16_t id, int instance) const {
    return find_in(models, id, instance);
}

const Steps* Snapshot::probe(std::string_view name) const {
    const auto found = probes.find(name);
    return found == probes.end() ? nullptr : &found->second;
}

const Experiment* Snapshot::experiment(std::string_view name) const {
    const auto found = experiments.find(name);
    return found == experiments.end() ? nullptr : &found->second;
}

const Exchange* Snapshot::last_of(std::string_view name) const {
    const Steps* const steps = probe(name);
    return steps == nullptr || steps->empty() ? nullptr : &journal[steps->back()];
}

sunspec::Reading number(const ModelData* model, std::string_view name) {
    const sunspec::Point* const point = point_of(model, name);
    if (point == nullptr) return sunspec::Reading::without(sunspec::Problem::not_there);
    return model->view().number(*point);
}

std::optional<std::uint64_t> raw(const ModelData* model, std::string_view name) {
    const sunspec::Point* const point = point_of(model, name);
    if (point == nullptr) return std::nullopt;
    return model->view().raw(*point);
}

std::span<const std::uint16_t> registers(const ModelData& model, const sunspec::Point& point) {
    if (!model.read || point.end() > model.registers.size()) return {};
    return std::span(model.registers).subspan(point.offset, point.registers);
}

}  // namespace islandbench::conformance
