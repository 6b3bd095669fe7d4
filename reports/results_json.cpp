#include "reports/results_json.hpp"

#include "base/json_binding.hpp"
#include "reports/ledger.hpp"
#include "reports/residents.hpp"
#include "reports/settlement.hpp"
#include "reports/store/sha256.hpp"
#include "reports/store/verdict_json.hpp"

namespace islandbench::reports {
namespace {

using json::Value;

/// A seed may be larger than what a JSON reader keeps exactly; then it is a text.
Value seed_value(std::uint64_t seed) {
    constexpr std::uint64_t exact_in_a_double = std::uint64_t{1} << 53;
    if (seed <= exact_in_a_double) return Value{static_cast<std::int64_t>(seed)};
    return Value{std::to_string(seed)};
}

template <class T>
Value documents(const std::vector<T>& rows) {
    Value list = Value::array();
    for (const T& row : rows) list.push(json::write_document(row));
    return list;
}

Value counts(const acceptance::RunVerdict& verdict) {
    Value object = Value::object();
    object.set("pass", verdict.passed);
    object.set("pass_limit_not_verified", verdict.passed_unverified);
    object.set("known_failure", verdict.known_failures);
    object.set("fail", verdict.failed);
    object.set("unexpected_pass", verdict.unexpected_passes);
    object.set("inconclusive", verdict.inconclusive);
    object.set("error", verdict.errors);
    return object;
}

Value end_of(const RunRecord& run) {
    Value object = Value::object();
    object.set("reason", json::enum_text(run.end.reason));
    object.set("detail", run.end.detail);
    object.set("at_s", to_seconds(run.end.at));
    return object;
}

/// Simulated time cannot be late.
Value pace_of(const RunRecord& run) {
    const RunPace& pace = run.end.pace;
    const bool wall = run.header.clock == ClockKind::wall;
    Value object = Value::object();
    object.set("dispatch_steps", pace.dispatch_steps);
    object.set("dispatch_steps_late", pace.dispatch_steps_late);
    object.set("tick_lateness", wall ? json::write_document(pace.ticks) : Value{});
    object.set("dispatch_lateness", wall ? json::write_document(pace.dispatch) : Value{});
    object.set("plant_steps", pace.plant_steps);
    object.set("plant_solutions", pace.plant_solutions);
    return object;
}

Value versions(const RunHeader& header) {
    Value object = Value::object();
    for (const auto& [name, version] : header.versions) {
        if (object.find(name) == nullptr) object.set(name, version);
    }
    return object;
}

Value inputs(const RunHeader& header) {
    Value list = Value::array();
    for (const RunInput& input : header.inputs) {
        Value row = Value::object();
        row.set("name", input.name);
        row.set("kind", input.kind);
        row.set("sha256", to_hex(sha256(input.text)));
        list.push(std::move(row));
    }
    return list;
}

Value events(const RunRecord& run) {
    Value list = Value::array();
    for (const RunEvent& event : run.events) {
        Value row = Value::object();
        row.set("t_s", to_seconds(event.at));
        row.set("name", event.name);
        row.set("detail", event.detail);
        list.push(std::move(row));
    }
    return list;
}

}  // namespace

std::string results_json(const RunRecord& run) {
    const RunHeader& header = run.header;
    const acceptance::RunVerdict& verdict = run.end.verdict;
    Value root = Value::object();
    root.set("format", "islandbench results 1");
    root.set("verdict", json::enum_text(conclusion_of(run)));
    root.set("exit_code", exit_code_of(run));
    root.set("strict", header.strict);
    root.set("headline", headline(run));
    root.set("counts", counts(verdict));
    root.set("not_judged", header.not_judged);
    root.set("own_limits", header.own_limits);
    root.set("scenario", header.scenario);
    root.set("site", header.site);
    root.set("clock", json::enum_text(header.clock));
    root.set("hardware", header.hardware);
    root.set("seed", seed_value(header.seed));
    root.set("started_at", header.started_at);
    root.set("simulated_s", to_seconds(run.end.simulated));
    root.set("wall_s", to_seconds(run.end.wall));
    root.set("trace_sha256", run.trace_sha256);
    root.set("record_sha256", run.record_sha256);
    root.set("end", end_of(run));
    root.set("criteria", documents(verdict.criteria));
    root.set("golden_figures", json::write_document(run.end.figures));
    root.set("street_energy", json::write_document(run.end.energy));
    root.set("settlement", settlement_summary(run));
    root.set("residents", residents_json(residents_of(run)));
    root.set("links", documents(run.end.links));
    root.set("pace", pace_of(run));
    root.set("plant_laws", json::write_document(run.end.laws));
    root.set("events", events(run));
    root.set("versions", versions(header));
    root.set("inputs", inputs(header));
    return json::to_text(root) + "\n";
}

}  // namespace islandbench::reports
